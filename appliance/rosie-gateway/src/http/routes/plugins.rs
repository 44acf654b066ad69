//! The routes of the plugins, and the one where other assistants ask.

use super::{
    Action, BAD_BODY, Content, ERROR, FOREIGN, LONG, Need, Operation, REFUSED, Route, SLOW, get, operation, reply,
};
use crate::http::plugins::PluginAction;
use http::Method;

const PLUGIN: Content = Content::Json("Plugin");

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/plugins",
        operations: &[
            get(
                Action::Plugins(PluginAction::List),
                Need::Read,
                "plugins",
                "All plugins, with what they may do and how they are.",
                &[reply(200, Content::Json("Plugins"), "By name.")],
            ),
            operation(
                Method::POST,
                Action::Plugins(PluginAction::Install),
                Need::Admin,
                "installPlugin",
                "Puts a plugin in, not enabled: a .tar.gz or .zip as the body, or {\"folder\": …} of the appliance as JSON.",
                Some(Content::Archive),
                &[
                    reply(201, PLUGIN, "It is there."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    LONG,
                    REFUSED,
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/plugins/{name}",
        operations: &[
            operation(
                Method::PUT,
                Action::Plugins(PluginAction::Update),
                Need::Admin,
                "updatePlugin",
                "Puts another version in its place. One that wants more than before has to be enabled anew.",
                Some(Content::Archive),
                &[
                    reply(200, PLUGIN, "It is there."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    LONG,
                    REFUSED,
                ],
            ),
            operation(
                Method::DELETE,
                Action::Plugins(PluginAction::Remove),
                Need::Admin,
                "removePlugin",
                "Ends it and deletes its folder.",
                None,
                &[
                    reply(200, Content::Json("PluginRemoved"), "It is gone."),
                    FOREIGN,
                    REFUSED,
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/plugins/{name}/enabled",
        operations: &[operation(
            Method::PUT,
            Action::Plugins(PluginAction::Switch),
            Need::Admin,
            "switchPlugin",
            "Enables a plugin, which starts it, or disables it.",
            Some(Content::Json("PluginSwitch")),
            &[
                reply(200, PLUGIN, "Done; `health` tells how it starts."),
                BAD_BODY,
                FOREIGN,
                SLOW,
                LONG,
                REFUSED,
            ],
        )],
    },
    Route {
        path: "/mcp",
        operations: &[Operation {
            method: Method::POST,
            action: Action::Mcp,
            need: Need::Anyone,
            id: "mcp",
            summary: "The Model Context Protocol over streamable HTTP, for other assistants; wants the token of `mcp.token` \
                      as a bearer.",
            query: &[],
            body: Some(Content::AnyJson),
            replies: &[
                reply(200, Content::AnyJson, "The answer to a request of the protocol."),
                reply(202, Content::Nothing, "A notification was taken."),
                reply(400, Content::Text, "A version of the protocol that nobody knows."),
                reply(
                    406,
                    Content::Text,
                    "The client does not take what is answered: JSON and event streams.",
                ),
                reply(415, Content::Text, "Not a message of the protocol in JSON."),
                reply(401, ERROR, "The token is missing or wrong."),
                FOREIGN,
                reply(404, ERROR, "It is off: the owner gave out no token."),
                LONG,
            ],
        }],
    },
];
