//! The routes of the log, and of what is sent to whom helps.

use super::{Action, Content, ERROR, Need, Operation, Route, Shape, get, reply, value};
use crate::http::logs::LogAction;
use http::Method;

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/logs",
        operations: &[Operation {
            method: Method::GET,
            action: Action::Logs(LogAction::Lines),
            need: Need::Admin,
            id: "logs",
            summary: "The last lines of the log, newest first, as long as the daemon runs. Keys and what people say are not in it.",
            query: &[
                value(
                    "level",
                    Shape::Text,
                    false,
                    "So bad or worse: error, warn, info, debug, trace.",
                ),
                value("part", Shape::Text, false, "Only those of this part."),
                value(
                    "limit",
                    Shape::Number,
                    false,
                    "At most so many, 1 to 1000; 200 where it is not said.",
                ),
            ],
            body: None,
            replies: &[
                reply(200, Content::Json("Logs"), "The lines."),
                reply(400, ERROR, "A value that cannot be meant."),
            ],
        }],
    },
    Route {
        path: "/api/v1/support",
        operations: &[get(
            Action::Logs(LogAction::Bundle),
            Need::Admin,
            "supportBundle",
            "One file for whom helps: version, health, configuration, times, the last lines of the log. No keys, nothing that was said.",
            &[reply(200, Content::Json("SupportBundle"), "The file.")],
        )],
    },
];
