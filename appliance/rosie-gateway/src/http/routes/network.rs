//! The routes of the network.

use super::{Action, BAD_BODY, Content, ERROR, FOREIGN, LONG, Need, REFUSED, Route, SLOW, get, operation, reply};
use crate::http::network::NetworkAction;
use http::Method;

pub(crate) const ROUTES: &[Route] = &[Route {
    path: "/api/v1/network",
    operations: &[
        get(
            Action::Network(NetworkAction::State),
            Need::Read,
            "network",
            "How Rosie is connected, which Wi-Fi networks she sees, and why the last one could not be joined.",
            &[reply(
                200,
                Content::Json("Network"),
                "As it is now. No password is in it.",
            )],
        ),
        operation(
            Method::POST,
            Action::Network(NetworkAction::Join),
            Need::Admin,
            "joinNetwork",
            "Joins a Wi-Fi network. Her access point goes away while she tries, and comes back if she fails.",
            Some(Content::Json("NetworkJoin")),
            &[
                reply(
                    202,
                    Content::Json("NetworkAsked"),
                    "It is asked for; the state tells what comes of it.",
                ),
                BAD_BODY,
                FOREIGN,
                SLOW,
                LONG,
                REFUSED,
                reply(503, ERROR, "A network is being joined already."),
            ],
        ),
    ],
}];
