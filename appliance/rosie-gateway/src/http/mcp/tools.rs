//! The tools that another assistant gets, and what each does.

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
};
use rosie_core::{Failure, Language, RoomId, plugins::Assistant};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Longest text that is taken.
const MAX_TEXT: usize = 2000;
const MAX_FOUND: usize = 50;

pub(super) struct Server(pub Arc<dyn Assistant>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    text: String,
    room: Option<String>,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    text: String,
    room: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announce {
    text: String,
    #[serde(default)]
    urgent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    text: String,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn text() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": MAX_TEXT})
}

fn tools(rooms: &[RoomId]) -> Vec<Tool> {
    let rooms: Vec<&str> = rooms.iter().map(RoomId::as_str).collect();
    let room = match rooms.is_empty() {
        true => json!({"type": "string"}),
        false => json!({"type": "string", "enum": rooms}),
    };
    let tool = |name: &'static str, description: &'static str, reads: bool, properties: Value, required: &[&str]| {
        let mut schema = Map::new();
        schema.insert("type".into(), json!("object"));
        schema.insert("properties".into(), properties);
        schema.insert("required".into(), json!(required));
        schema.insert("additionalProperties".into(), json!(false));
        Tool::new(name, description, schema).annotate(ToolAnnotations::new().read_only(reads))
    };
    vec![
        tool(
            "ask",
            "Asks Rosie, as if it had been said in a room: answers, timers, and whatever she does in the house. Where she \
             asks back, the answer is the next question in the same room.",
            false,
            json!({"text": text(), "room": room, "language": {"type": "string"}}),
            &["text"],
        ),
        tool(
            "say",
            "Speaks a text aloud in one room.",
            false,
            json!({"text": text(), "room": room}),
            &["text", "room"],
        ),
        tool(
            "announce",
            "Speaks a text aloud in every room; urgent also where nobody wants to be disturbed.",
            false,
            json!({"text": text(), "urgent": {"type": "boolean"}}),
            &["text"],
        ),
        tool(
            "timers",
            "Timers and alarms that run. To set one, ask for it.",
            true,
            json!({}),
            &[],
        ),
        tool(
            "search_memory",
            "Looks in what Rosie remembers, by meaning: conversations, facts and documents.",
            true,
            json!({"text": text(), "limit": {"type": "integer", "minimum": 1, "maximum": MAX_FOUND}}),
            &["text"],
        ),
        tool(
            "home_state",
            "Everything in the home that Rosie may know of, with its state.",
            true,
            json!({}),
            &[],
        ),
    ]
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::default();
        info.capabilities = ServerCapabilities::builder().enable_tools().build();
        info.server_info = Implementation::new("rosie", env!("CARGO_PKG_VERSION"));
        info.instructions =
            Some("Rosie is the voice assistant of a house. What her tools bring is private to it.".into());
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools(&self.0.rooms())))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let done = match &*request.name {
            "ask" => self.ask(taken(arguments)?).await,
            "say" => self.say(taken(arguments)?),
            "announce" => self.announce(taken(arguments)?),
            "timers" => taken::<Nothing>(arguments).map(|_| as_json(&self.0.timers())),
            "search_memory" => self.search(taken(arguments)?).await,
            "home_state" => taken::<Nothing>(arguments).map(|_| as_json(&self.0.home())),
            _ => Err(ErrorData::invalid_params(
                "there is no such tool; tools/list names them",
                None,
            )),
        };
        done.map(CallToolResponse::from)
    }
}

type Done = Result<CallToolResult, ErrorData>;

impl Server {
    async fn ask(&self, Ask { text, room, language }: Ask) -> Done {
        let (text, room) = (fits(text)?, self.room(room)?);
        Ok(
            match self.0.ask(room, text, language.as_deref().map(Language::new)).await {
                Ok(reply) => CallToolResult::success(vec![ContentBlock::text(reply)]),
                Err(failure) => failed(&failure),
            },
        )
    }

    fn say(&self, Say { text, room }: Say) -> Done {
        let room = self.room(Some(room))?;
        Ok(spoken(self.0.say(room, &fits(text)?, false)))
    }

    fn announce(&self, Announce { text, urgent }: Announce) -> Done {
        Ok(spoken(self.0.say(None, &fits(text)?, urgent)))
    }

    async fn search(&self, Search { text, limit }: Search) -> Done {
        let limit = limit.unwrap_or(10).clamp(1, MAX_FOUND);
        Ok(match self.0.search_memory(fits(text)?, limit).await {
            Ok(found) => as_json(&found),
            Err(failure) => failed(&failure),
        })
    }

    /// One that there is.
    fn room(&self, room: Option<String>) -> Result<Option<RoomId>, ErrorData> {
        let Some(room) = room.map(RoomId) else {
            return Ok(None);
        };
        let rooms = self.0.rooms();
        if rooms.contains(&room) {
            return Ok(Some(room));
        }
        let known: Vec<&str> = rooms.iter().map(RoomId::as_str).collect();
        let message = format!("there is no such room: take one of {}", known.join(", "));
        Err(ErrorData::invalid_params(message, None))
    }
}

fn taken<T: DeserializeOwned>(arguments: Value) -> Result<T, ErrorData> {
    serde_json::from_value(arguments).map_err(|error| ErrorData::invalid_params(error.to_string(), None))
}

fn fits(text: String) -> Result<String, ErrorData> {
    match text.trim().is_empty() || text.chars().count() > MAX_TEXT {
        true => Err(ErrorData::invalid_params(
            format!("a text has 1 to {MAX_TEXT} characters"),
            None,
        )),
        false => Ok(text),
    }
}

fn as_json<T: serde::Serialize>(found: &[T]) -> CallToolResult {
    let found = json!({ "found": found });
    let mut result = CallToolResult::success(vec![ContentBlock::text(found.to_string())]);
    result.structured_content = Some(found);
    result
}

fn spoken(endpoints: usize) -> CallToolResult {
    match endpoints {
        0 => CallToolResult::error(vec![ContentBlock::text("Nobody is there who could speak it.")]),
        some => CallToolResult::success(vec![ContentBlock::text(format!("Spoken at {some} endpoints."))]),
    }
}

fn failed(failure: &Failure) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(format!(
        "{} ({})",
        failure.detail, failure.code
    ))])
}
