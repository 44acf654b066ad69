//! The routes of updates.

use super::{
    Action, BAD_BODY, Content, ERROR, FOREIGN, LONG, Need, REFUSED, Reply, Route, SLOW, get, operation, reply,
};
use crate::http::updates::UpdateAction;
use http::Method;

const REPLIES: &[Reply] = &[
    reply(
        202,
        Content::Json("UpdateAsked"),
        "It is asked for; the state tells how far it is.",
    ),
    BAD_BODY,
    FOREIGN,
    SLOW,
    LONG,
    REFUSED,
    reply(503, ERROR, "An update is being looked for or installed already."),
];

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/update",
        operations: &[get(
            Action::Updates(UpdateAction::State),
            Need::Read,
            "update",
            "Which system runs, what is newer, how far an update is, and what came of the last one.",
            &[reply(200, Content::Json("Update"), "As it is now.")],
        )],
    },
    Route {
        path: "/api/v1/update/look",
        operations: &[operation(
            Method::POST,
            Action::Updates(UpdateAction::Look),
            Need::Admin,
            "lookForUpdate",
            "Looks into the channel now.",
            Some(Content::Json("UpdateLook")),
            REPLIES,
        )],
    },
    Route {
        path: "/api/v1/update/install",
        operations: &[operation(
            Method::POST,
            Action::Updates(UpdateAction::Install),
            Need::Admin,
            "installUpdate",
            "Fetches and installs what the channel has, and restarts the machine with it.",
            Some(Content::Json("UpdateInstall")),
            REPLIES,
        )],
    },
    Route {
        path: "/api/v1/update/settings",
        operations: &[operation(
            Method::PUT,
            Action::Updates(UpdateAction::Set),
            Need::Admin,
            "setUpdates",
            "Where updates come from, and whether they are told or taken by themselves.",
            Some(Content::Json("UpdateSettings")),
            REPLIES,
        )],
    },
];
