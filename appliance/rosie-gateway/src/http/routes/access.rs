//! The routes of who may come in: the sign-in, people, tokens, pairing, paired endpoints.

use super::{
    Action::Access, BAD_BODY, Content, ERROR, FOREIGN, LONG, Need, REFUSED, Reply, Route, SLOW, get, operation, reply,
};
use crate::http::access::AccessAction as A;
use http::Method;

const STATE: Content = Content::Json("Access");
const NO_OWNER: Reply = reply(409, ERROR, "There is no owner yet.");
const TAKEN: Reply = reply(409, ERROR, "There is no owner yet, or the name is taken.");
const UNKNOWN: Reply = reply(404, ERROR, "There is none of this name.");
const OFTEN: Reply = reply(
    429,
    ERROR,
    "Too often, or too often wrong; `Retry-After` says when it may be tried again.",
);
const SIGNED_OUT: Reply = reply(200, Content::Json("SignedOut"), "How many sessions ended.");
const REMOVED: Reply = reply(
    200,
    Content::Json("AccessRemoved"),
    "It is gone, and what was open with it is closed.",
);

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/access",
        operations: &[get(
            Access(A::State),
            Need::Anyone,
            "access",
            "Whether there is an owner, who asks, and what a page sends with its changes (header x-rosie-csrf).",
            &[reply(200, STATE, "As it is for whoever asks.")],
        )],
    },
    Route {
        path: "/api/v1/access/owner",
        operations: &[operation(
            Method::POST,
            Access(A::MakeOwner),
            Need::Anyone,
            "makeOwner",
            "Makes the owner, while there is none, and signs in. From then on the house is closed.",
            Some(Content::Json("SignIn")),
            &[
                reply(201, STATE, "Made, and signed in."),
                BAD_BODY,
                FOREIGN,
                SLOW,
                reply(409, ERROR, "There is an owner already."),
                LONG,
                REFUSED,
                OFTEN,
            ],
        )],
    },
    Route {
        path: "/api/v1/access/session",
        operations: &[
            operation(
                Method::POST,
                Access(A::SignIn),
                Need::Anyone,
                "signIn",
                "Signs a browser in. Wrong passwords cost time, more with each.",
                Some(Content::Json("SignIn")),
                &[
                    reply(200, STATE, "Signed in; the session is in a cookie."),
                    BAD_BODY,
                    reply(
                        401,
                        ERROR,
                        "The name or the password is wrong; which of them is not told.",
                    ),
                    FOREIGN,
                    SLOW,
                    NO_OWNER,
                    LONG,
                    OFTEN,
                ],
            ),
            operation(
                Method::DELETE,
                Access(A::SignOut),
                Need::Known,
                "signOut",
                "Ends the session that asks.",
                None,
                &[SIGNED_OUT, FOREIGN],
            ),
        ],
    },
    Route {
        path: "/api/v1/access/sessions",
        operations: &[
            get(
                Access(A::Sessions),
                Need::Known,
                "sessions",
                "The browsers that whoever asks is signed in with.",
                &[reply(200, Content::Json("Sessions"), "All of them.")],
            ),
            operation(
                Method::DELETE,
                Access(A::SignOutEverywhere),
                Need::Known,
                "signOutEverywhere",
                "Ends all sessions of whoever asks.",
                None,
                &[SIGNED_OUT, FOREIGN],
            ),
        ],
    },
    Route {
        path: "/api/v1/access/password",
        operations: &[operation(
            Method::PUT,
            Access(A::ChangePassword),
            Need::Known,
            "changeOwnPassword",
            "Another password for the person who asks, with the old one. Their other browsers are signed out. Wrong old ones cost time.",
            Some(Content::Json("PasswordChange")),
            &[
                reply(
                    200,
                    Content::Json("SignedOut"),
                    "Changed; how many other sessions ended.",
                ),
                BAD_BODY,
                reply(401, ERROR, "The old password is wrong, or nobody is signed in."),
                FOREIGN,
                SLOW,
                NO_OWNER,
                LONG,
                REFUSED,
                OFTEN,
            ],
        )],
    },
    Route {
        path: "/api/v1/people",
        operations: &[
            get(
                Access(A::People),
                Need::Admin,
                "people",
                "Who may sign in, and as what.",
                &[reply(200, Content::Json("People"), "In the order they were added.")],
            ),
            operation(
                Method::POST,
                Access(A::AddPerson),
                Need::Admin,
                "addPerson",
                "Adds somebody.",
                Some(Content::Json("PersonNew")),
                &[
                    reply(201, Content::Json("Person"), "Added."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    TAKEN,
                    LONG,
                    REFUSED,
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/people/{name}",
        operations: &[
            operation(
                Method::PUT,
                Access(A::ChangePerson),
                Need::Admin,
                "changePerson",
                "Another role, or another password, which signs that person out everywhere.",
                Some(Content::Json("PersonChange")),
                &[
                    reply(200, Content::Json("Person"), "As it is now."),
                    BAD_BODY,
                    FOREIGN,
                    UNKNOWN,
                    SLOW,
                    reply(409, ERROR, "There must be one owner at least."),
                    LONG,
                    REFUSED,
                ],
            ),
            operation(
                Method::DELETE,
                Access(A::RemovePerson),
                Need::Admin,
                "removePerson",
                "Removes somebody, and signs that person out everywhere.",
                None,
                &[
                    REMOVED,
                    FOREIGN,
                    UNKNOWN,
                    reply(409, ERROR, "There must be one owner at least."),
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/tokens",
        operations: &[
            get(
                Access(A::Tokens),
                Need::Admin,
                "tokens",
                "The tokens of programs, without what opens.",
                &[reply(200, Content::Json("Tokens"), "In the order they were made.")],
            ),
            operation(
                Method::POST,
                Access(A::AddToken),
                Need::Admin,
                "addToken",
                "Makes a token; it is shown this once.",
                Some(Content::Json("TokenNew")),
                &[
                    reply(201, Content::Json("TokenMade"), "Send it as Authorization: Bearer."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    TAKEN,
                    LONG,
                    REFUSED,
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/tokens/{id}",
        operations: &[operation(
            Method::DELETE,
            Access(A::RemoveToken),
            Need::Admin,
            "removeToken",
            "Makes a token good for nothing.",
            None,
            &[REMOVED, FOREIGN, UNKNOWN],
        )],
    },
    Route {
        path: "/api/v1/pairing",
        operations: &[
            get(
                Access(A::Waiting),
                Need::Admin,
                "waitingCodes",
                "The endpoints that show a code now.",
                &[reply(
                    200,
                    Content::Json("PairingWaiting"),
                    "None is older than five minutes.",
                )],
            ),
            operation(
                Method::POST,
                Access(A::AskPairing),
                Need::Anyone,
                "askPairing",
                "An endpoint asks for a code to show. It polls with the ticket, which it shows nobody.",
                Some(Content::Json("PairingAsk")),
                &[
                    reply(201, Content::Json("PairingAsked"), "Show the code."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    NO_OWNER,
                    LONG,
                    REFUSED,
                    OFTEN,
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/pairing/confirm",
        operations: &[operation(
            Method::POST,
            Access(A::ConfirmPairing),
            Need::Admin,
            "confirmPairing",
            "Gives the endpoint that shows this code a key, a name, a room, and what it may control. Wrong codes cost time.",
            Some(Content::Json("PairingConfirm")),
            &[
                reply(
                    200,
                    Content::Json("PairedEndpoint"),
                    "It is paired; it fetches its key by itself.",
                ),
                BAD_BODY,
                FOREIGN,
                reply(404, ERROR, "No endpoint shows this code."),
                SLOW,
                NO_OWNER,
                LONG,
                REFUSED,
                OFTEN,
            ],
        )],
    },
    Route {
        path: "/api/v1/pairing/{ticket}",
        operations: &[get(
            Access(A::PollPairing),
            Need::Anyone,
            "pollPairing",
            "What became of a code. The key is given once.",
            &[
                reply(200, Content::Json("PairingState"), "It waits, or here is the key."),
                reply(404, ERROR, "The code is too old, or the key was fetched."),
            ],
        )],
    },
    Route {
        path: "/api/v1/paired",
        operations: &[get(
            Access(A::Paired),
            Need::Admin,
            "paired",
            "The endpoints that have a key.",
            &[reply(
                200,
                Content::Json("PairedEndpoints"),
                "In the order they were paired.",
            )],
        )],
    },
    Route {
        path: "/api/v1/paired/{endpoint}",
        operations: &[
            operation(
                Method::PUT,
                Access(A::PlacePaired),
                Need::Admin,
                "placeEndpoint",
                "Another name or room, or what it may control. A stream of it is opened anew.",
                Some(Content::Json("EndpointPlace")),
                &[
                    reply(200, Content::Json("PairedEndpoint"), "As it is now."),
                    BAD_BODY,
                    FOREIGN,
                    UNKNOWN,
                    SLOW,
                    LONG,
                    REFUSED,
                ],
            ),
            operation(
                Method::DELETE,
                Access(A::Unpair),
                Need::Admin,
                "unpair",
                "Takes its key away; a stream of it ends at once.",
                None,
                &[REMOVED, FOREIGN, UNKNOWN],
            ),
        ],
    },
    Route {
        path: "/api/v1/paired/{endpoint}/rotate",
        operations: &[operation(
            Method::POST,
            Access(A::Rotate),
            Need::OwnKey,
            "rotateKey",
            "Another key for an endpoint, asked for by itself or the owner. The old one is good until the new one is used.",
            None,
            &[
                reply(200, Content::Json("EndpointKey"), "The key, this once."),
                FOREIGN,
                UNKNOWN,
            ],
        )],
    },
];
