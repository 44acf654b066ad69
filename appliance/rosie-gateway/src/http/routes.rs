//! The routes, in one table: what is served is what is described, and the other way round.

use super::{
    accounts::AccountAction, backups::BackupAction, certificate::CertificateAction, integrations::IntegrationAction,
    memory::MemoryAction, network::NetworkAction, plugins::PluginAction, updates::UpdateAction,
};
use http::Method;

mod accounts;
mod backups;
mod certificate;
mod integrations;
mod memory;
mod network;
mod plugins;
mod updates;

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Alive,
    Part,
    Integration,
    Health,
    Status,
    Metrics,
    Config,
    ApplyConfig,
    ConfigSchema,
    Turns,
    Deeds,
    LogLevel,
    OpenApi,
    Stream,
    Account(AccountAction),
    Backups(BackupAction),
    Certificate(CertificateAction),
    Integrations(IntegrationAction),
    Memory(MemoryAction),
    Network(NetworkAction),
    Plugins(PluginAction),
    Updates(UpdateAction),
    Mcp,
}

/// What an answer carries.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    /// A schema of the description, by name.
    Json(&'static str),
    /// Any JSON document.
    AnyJson,
    Text,
    /// A file as it is, or in a form (`multipart/form-data`).
    File,
    /// A file as it is.
    Bytes,
    /// A plugin: packed, or the name of its folder.
    Archive,
    /// The certificate of an authority, PEM.
    Authority,
    Nothing,
}

pub(crate) struct Reply {
    pub status: u16,
    pub content: Content,
    pub when: &'static str,
}

/// A value behind the `?`.
pub(crate) struct QueryValue {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
    pub what: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    /// May stand there several times.
    Texts,
    Number,
}

pub(crate) struct Operation {
    pub method: Method,
    pub action: Action,
    /// `operationId` of the description.
    pub id: &'static str,
    pub summary: &'static str,
    pub query: &'static [QueryValue],
    pub body: Option<Content>,
    pub replies: &'static [Reply],
}

pub(crate) struct Route {
    /// With at most one parameter (`/health/{part}`).
    pub path: &'static str,
    pub operations: &'static [Operation],
}

impl Route {
    /// What stands before the parameter, its name, and what stands behind it.
    pub fn parameter(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let (before, rest) = self.path.split_once('{')?;
        let (name, after) = rest.split_once('}')?;
        Some((before, name, after))
    }
}

const fn reply(status: u16, content: Content, when: &'static str) -> Reply {
    Reply { status, content, when }
}

const fn operation(
    method: Method,
    action: Action,
    id: &'static str,
    summary: &'static str,
    body: Option<Content>,
    replies: &'static [Reply],
) -> Operation {
    Operation {
        method,
        action,
        id,
        summary,
        query: &[],
        body,
        replies,
    }
}

const fn get(action: Action, id: &'static str, summary: &'static str, replies: &'static [Reply]) -> Operation {
    operation(Method::GET, action, id, summary, None, replies)
}

const fn number(name: &'static str, what: &'static str) -> QueryValue {
    QueryValue {
        name,
        shape: Shape::Number,
        required: false,
        what,
    }
}

const ERROR: Content = Content::Json("Error");
const FOREIGN: Reply = reply(403, ERROR, "A page of another site may not do this.");
const SLOW: Reply = reply(408, ERROR, "The body did not arrive in time.");
const LONG: Reply = reply(413, ERROR, "The body is too long.");
/// What the plugins, the backups, the updates and the network answer alike.
const BAD_BODY: Reply = reply(400, ERROR, "The body is not what this takes.");
const REFUSED: Reply = reply(
    422,
    ERROR,
    "It cannot be done; the message says what would be right. Nothing was changed.",
);

const ROUTES: &[Route] = &[
    Route {
        path: "/health",
        operations: &[get(
            Action::Alive,
            "alive",
            "Whether the daemon is alive. Says nothing about its parts.",
            &[reply(200, Content::Json("Alive"), "Alive.")],
        )],
    },
    Route {
        path: "/health/{part}",
        operations: &[get(
            Action::Part,
            "partHealth",
            "Whether one part (vad, stt, tts, llm, …) can be asked for work.",
            &[
                reply(200, Content::Json("Engine"), "It serves, perhaps degraded."),
                reply(404, ERROR, "There is no such part; the hint lists those there are."),
                reply(
                    503,
                    Content::Json("Engine"),
                    "It does not serve; `health.reason` says why.",
                ),
            ],
        )],
    },
    Route {
        path: "/health/integrations/{name}",
        operations: &[get(
            Action::Integration,
            "integrationHealth",
            "Whether one integration (home_assistant, …) can be asked for work.",
            &[
                reply(200, Content::Json("Engine"), "It serves, perhaps degraded."),
                reply(
                    404,
                    ERROR,
                    "It is not configured, or there is no such; the hint lists those there are.",
                ),
                reply(
                    503,
                    Content::Json("Engine"),
                    "It does not serve; `health.reason` says why.",
                ),
            ],
        )],
    },
    Route {
        path: "/api/v1/health",
        operations: &[get(
            Action::Health,
            "health",
            "Health of all parts.",
            &[reply(
                200,
                Content::Json("Health"),
                "Every part with its state; the daemon itself is alive.",
            )],
        )],
    },
    Route {
        path: "/api/v1/status",
        operations: &[get(
            Action::Status,
            "status",
            "Sessions, rooms, engines, processor and memory.",
            &[reply(200, Content::Json("Status"), "The state of the appliance.")],
        )],
    },
    Route {
        path: "/metrics",
        operations: &[get(
            Action::Metrics,
            "metrics",
            "Everything that is counted, in the Prometheus text format.",
            &[reply(200, Content::Text, "Prometheus text, version 0.0.4.")],
        )],
    },
    Route {
        path: "/api/v1/config",
        operations: &[
            get(
                Action::Config,
                "config",
                "The configuration in force; secrets are shown as ***.",
                &[reply(200, Content::AnyJson, "As described by /api/v1/config/schema.")],
            ),
            Operation {
                method: Method::POST,
                action: Action::ApplyConfig,
                id: "applyConfig",
                summary: "Replaces the whole configuration: validated, applied by rebuilding what changed, kept.",
                query: &[],
                body: Some(Content::Text),
                replies: &[
                    reply(200, Content::Json("ConfigApplied"), "Applied."),
                    reply(400, ERROR, "The body could not be read."),
                    FOREIGN,
                    SLOW,
                    LONG,
                    reply(
                        422,
                        Content::Json("ConfigRefused"),
                        "Nothing was changed; every mistake is listed.",
                    ),
                ],
            },
        ],
    },
    Route {
        path: "/api/v1/config/schema",
        operations: &[get(
            Action::ConfigSchema,
            "configSchema",
            "JSON schema of the configuration.",
            &[reply(200, Content::AnyJson, "A JSON schema.")],
        )],
    },
    Route {
        path: "/api/v1/turns",
        operations: &[get(
            Action::Turns,
            "turns",
            "The last turns, newest first, each with its stages and events.",
            &[reply(
                200,
                Content::Json("Turns"),
                "Texts are null where the owner does not allow them to be kept.",
            )],
        )],
    },
    Route {
        path: "/api/v1/deeds",
        operations: &[Operation {
            method: Method::GET,
            action: Action::Deeds,
            id: "deeds",
            summary: "What Rosie changed in the house, newest first: what, with what, who asked, from which room, whether it worked.",
            query: &[
                number("limit", "At most so many, 1 to 1000; 100 where it is not said."),
                number("before_unix_ms", "Only those before this moment: the next page."),
            ],
            body: None,
            replies: &[
                reply(200, Content::Json("Deeds"), "The deeds."),
                reply(400, ERROR, "A value that cannot be meant."),
                reply(500, ERROR, "The list cannot be read."),
            ],
        }],
    },
    Route {
        path: "/api/v1/log-level",
        operations: &[Operation {
            method: Method::PUT,
            action: Action::LogLevel,
            id: "setLogLevel",
            summary: "Sets what is logged, until the next start.",
            query: &[],
            body: Some(Content::Json("LogLevel")),
            replies: &[
                reply(200, Content::Json("LogLevel"), "In force now."),
                reply(400, ERROR, "The body is not a JSON object with a `filter`."),
                FOREIGN,
                SLOW,
                LONG,
                reply(422, ERROR, "Not a log filter."),
            ],
        }],
    },
    Route {
        path: "/api/v1/openapi.json",
        operations: &[get(
            Action::OpenApi,
            "openapi",
            "This description.",
            &[reply(200, Content::AnyJson, "OpenAPI 3.1.")],
        )],
    },
    Route {
        path: "/api/v1/stream",
        operations: &[get(
            Action::Stream,
            "stream",
            "The endpoint protocol over a WebSocket (docs/protocol.md). The endpoint sends ClientMessage as text and \
             audio as binary messages, and hears ServerMessage and audio.",
            &[
                reply(101, Content::Nothing, "A WebSocket; the first message must be `hello`."),
                reply(400, ERROR, "Not a WebSocket handshake of version 13."),
                FOREIGN,
                reply(426, ERROR, "Only WebSockets are served here."),
            ],
        )],
    },
];

/// Every route there is.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    ROUTES
        .iter()
        .chain(accounts::ROUTES)
        .chain(backups::ROUTES)
        .chain(certificate::ROUTES)
        .chain(updates::ROUTES)
        .chain(network::ROUTES)
        .chain(integrations::ROUTES)
        .chain(memory::ROUTES)
        .chain(plugins::ROUTES)
}

/// The route of a path and the value of its parameter.
pub(crate) fn find(path: &str) -> Option<(&'static Route, &str)> {
    all().find_map(|route| match route.parameter() {
        None => (route.path == path).then_some((route, "")),
        Some((before, _, after)) => {
            let value = path.strip_prefix(before)?.strip_suffix(after)?;
            (!value.is_empty() && !value.contains('/')).then_some((route, value))
        }
    })
}

/// The methods of a route, as `Allow` wants them.
pub(crate) fn allow(route: &Route) -> String {
    let mut methods: Vec<&str> = route
        .operations
        .iter()
        .map(|operation| operation.method.as_str())
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}
