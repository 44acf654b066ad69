//! The routes of the voices that are known.

use super::{Action, Content, ERROR, FOREIGN, Need, Route, get, operation, reply};
use crate::http::speakers::SpeakerAction;
use http::Method;

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/speakers",
        operations: &[get(
            Action::Speakers(SpeakerAction::All),
            Need::Read,
            "speakers",
            "Whose voices are known, and since when. They are learnt by saying \"learn my voice\".",
            &[reply(200, Content::Json("KnownVoices"), "As it is now.")],
        )],
    },
    Route {
        path: "/api/v1/speakers/{name}",
        operations: &[operation(
            Method::DELETE,
            Action::Speakers(SpeakerAction::Forget),
            Need::Admin,
            "forgetSpeaker",
            "Forgets a person's voice for good.",
            None,
            &[
                reply(200, Content::Json("VoiceForgotten"), "It is forgotten."),
                FOREIGN,
                reply(404, ERROR, "No voice of this name is known."),
                reply(
                    500,
                    ERROR,
                    "The file of the voices cannot be written; nothing was changed.",
                ),
            ],
        )],
    },
];
