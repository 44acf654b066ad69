//! The routes of the integrations' settings.

use super::{Action, Content, ERROR, FOREIGN, LONG, Need, Reply, Route, SLOW, get, operation, reply};
use crate::http::integrations::IntegrationAction;
use http::Method;

const VALUES: Content = Content::Json("IntegrationValues");
const UNKNOWN: Reply = reply(
    404,
    ERROR,
    "There is none of this name; the hint lists those there are.",
);
const BAD_BODY: Reply = reply(400, ERROR, "The body is not what this takes; the hint shows it.");
const MISTAKES: Reply = reply(
    422,
    Content::Json("ConfigRefused"),
    "Nothing was done; every mistake is listed with its key.",
);

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/integrations",
        operations: &[get(
            Action::Integrations(IntegrationAction::List),
            Need::Read,
            "integrations",
            "Everything that can be connected: how it is, the schema of its settings, and what is set. Keys are never shown.",
            &[reply(200, Content::Json("Integrations"), "All of them, on or off.")],
        )],
    },
    Route {
        path: "/api/v1/integrations/{name}",
        operations: &[operation(
            Method::PUT,
            Action::Integrations(IntegrationAction::Change),
            Need::Admin,
            "changeIntegration",
            "Sets values of one: validated, kept, and applied while Rosie runs where that can be.",
            Some(VALUES),
            &[
                reply(
                    200,
                    Content::Json("IntegrationChanged"),
                    "In force, or after a restart where it says so.",
                ),
                BAD_BODY,
                FOREIGN,
                UNKNOWN,
                SLOW,
                LONG,
                MISTAKES,
            ],
        )],
    },
    Route {
        path: "/api/v1/integrations/{name}/test",
        operations: &[operation(
            Method::POST,
            Action::Integrations(IntegrationAction::Test),
            Need::Admin,
            "testIntegration",
            "Tries one as it would be with these values. Nothing is kept.",
            Some(VALUES),
            &[
                reply(
                    200,
                    Content::Json("IntegrationTested"),
                    "Whether it works; the message says what is wrong.",
                ),
                BAD_BODY,
                FOREIGN,
                UNKNOWN,
                SLOW,
                LONG,
                MISTAKES,
            ],
        )],
    },
];
