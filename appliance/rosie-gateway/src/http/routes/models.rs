//! The routes of models and voices.

use super::{Action, BAD_BODY, Content, ERROR, FOREIGN, LONG, Need, REFUSED, Route, SLOW, get, operation, reply};
use crate::http::models::ModelAction;
use http::Method;

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/models",
        operations: &[get(
            Action::Models(ModelAction::State),
            Need::Read,
            "models",
            "The models of this machine, which of them are in use, which are here, and which voice each language has.",
            &[reply(200, Content::Json("Models"), "As it is now.")],
        )],
    },
    Route {
        path: "/api/v1/models/{id}/fetch",
        operations: &[
            operation(
                Method::POST,
                Action::Models(ModelAction::Fetch),
                Need::Admin,
                "fetchModel",
                "Brings a model here. What uses it takes it up by itself.",
                None,
                &[
                    reply(
                        202,
                        Content::Json("ModelAsked"),
                        "It is asked for; the list tells how far it is.",
                    ),
                    FOREIGN,
                    reply(404, ERROR, "There is no such model."),
                    reply(503, ERROR, "It is brought here already."),
                ],
            ),
            operation(
                Method::DELETE,
                Action::Models(ModelAction::Cancel),
                Need::Admin,
                "cancelModel",
                "Ends bringing a model here. What came already is kept, and is not fetched again another time.",
                None,
                &[
                    reply(
                        202,
                        Content::Json("ModelAsked"),
                        "It ends in a moment; the list tells when it has.",
                    ),
                    FOREIGN,
                    reply(404, ERROR, "There is no such model, or it is not brought here now."),
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/voices/sample",
        operations: &[operation(
            Method::POST,
            Action::Models(ModelAction::Sample),
            Need::Control,
            "sampleVoice",
            "A sentence, said in a language's own voice.",
            Some(Content::Json("VoiceSample")),
            &[
                reply(200, Content::Sound, "16-bit PCM in a WAV file."),
                BAD_BODY,
                FOREIGN,
                SLOW,
                LONG,
                REFUSED,
                reply(503, ERROR, "It cannot be said now."),
            ],
        )],
    },
];
