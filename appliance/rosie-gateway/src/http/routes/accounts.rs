//! The routes of accounts.

use super::{Action::Account, Content, ERROR, FOREIGN, LONG, Need, Reply, Route, SLOW, operation, reply};
use crate::http::accounts::AccountAction;
use http::Method;

const SEEN: Reply = reply(200, Content::Json("Account"), "How the account stands now.");
const UNKNOWN: Reply = reply(
    404,
    ERROR,
    "No integration of this name is configured that has an account.",
);
const BAD_BODY: Reply = reply(400, ERROR, "The body is not what this takes; the hint shows it.");
const REFUSED: Reply = reply(
    503,
    ERROR,
    "The service refused, or cannot be reached; the message says what to do.",
);
const NOTHING_WAITS: Reply = reply(422, ERROR, "No consent page is open.");

pub(super) const ROUTES: &[Route] = &[Route {
    path: "/api/v1/accounts/{name}",
    operations: &[
        operation(
            Method::GET,
            Account(AccountAction::See),
            Need::Read,
            "account",
            "Whether an account is joined to an integration (google_calendar), and what to do while it waits.",
            None,
            &[SEEN, UNKNOWN, REFUSED],
        ),
        operation(
            Method::POST,
            Account(AccountAction::Begin),
            Need::Control,
            "beginAccount",
            "Begins to join one: by a code to be typed in on another device, or by a page in any browser.",
            Some(Content::Json("AccountBegin")),
            &[SEEN, BAD_BODY, FOREIGN, UNKNOWN, SLOW, LONG, REFUSED],
        ),
        operation(
            Method::PUT,
            Account(AccountAction::Finish),
            Need::Control,
            "finishAccount",
            "Brings the answer of the browser's road: the address that it ended at.",
            Some(Content::Json("AccountFinish")),
            &[SEEN, BAD_BODY, FOREIGN, UNKNOWN, SLOW, LONG, NOTHING_WAITS, REFUSED],
        ),
        operation(
            Method::DELETE,
            Account(AccountAction::End),
            Need::Control,
            "endAccount",
            "Forgets the account, here and at the service.",
            None,
            &[SEEN, FOREIGN, UNKNOWN, REFUSED],
        ),
    ],
}];
