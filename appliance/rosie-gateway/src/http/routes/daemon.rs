//! The routes of the daemon itself: how it is, its configuration, what was done, and the stream.

use super::{
    Action, Content, ERROR, FOREIGN, LONG, Need, Operation, QueryValue, Route, SLOW, Shape, get, reply, value,
};
use http::Method;

const fn number(name: &'static str, what: &'static str) -> QueryValue {
    value(name, Shape::Number, false, what)
}

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/health",
        operations: &[get(
            Action::Alive,
            Need::Anyone,
            "alive",
            "Whether the daemon is alive. Says nothing about its parts.",
            &[reply(200, Content::Json("Alive"), "Alive.")],
        )],
    },
    Route {
        path: "/health/{part}",
        operations: &[get(
            Action::Part,
            Need::Anyone,
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
            Need::Anyone,
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
            Need::Known,
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
            Need::Read,
            "status",
            "Sessions, rooms, engines, processor and memory.",
            &[reply(200, Content::Json("Status"), "The state of the appliance.")],
        )],
    },
    Route {
        path: "/metrics",
        operations: &[get(
            Action::Metrics,
            Need::Figures,
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
                Need::Admin,
                "config",
                "The configuration in force; secrets are shown as ***.",
                &[reply(200, Content::AnyJson, "As described by /api/v1/config/schema.")],
            ),
            Operation {
                method: Method::POST,
                action: Action::ApplyConfig,
                need: Need::Admin,
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
            Need::Read,
            "configSchema",
            "JSON schema of the configuration.",
            &[reply(200, Content::AnyJson, "A JSON schema.")],
        )],
    },
    Route {
        path: "/api/v1/turns",
        operations: &[get(
            Action::Turns,
            Need::Read,
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
            need: Need::Read,
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
            need: Need::Admin,
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
            Need::Anyone,
            "openapi",
            "This description.",
            &[reply(200, Content::AnyJson, "OpenAPI 3.1.")],
        )],
    },
    Route {
        path: "/api/v1/stream",
        operations: &[get(
            Action::Stream,
            Need::Talk,
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
