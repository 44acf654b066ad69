//! A server that answers each request with the next bytes of its script, and keeps what it was sent; a listener that
//! collects events.

use rosie_core::{CancelFlag, ToolSpec};
use rosie_dialog::llm::{
    CalledTool, ChatEvent, ChatRequest, FinishReason, Limits, LlmError, Message, Provider, ProviderKind, RemoteModel,
    Role, Secret, Usage, provider,
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub const KEY: &str = "sk-very-secret-1234567890";

/// What is sent back to one request.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: String,
    pub body: String,
    /// After the body: hold the connection open until the client goes.
    pub hold: bool,
    /// The body comes in pieces of so many bytes; 0: at once.
    pub pieces: usize,
}

/// Server-sent events, as text.
pub fn events(body: &str) -> Reply {
    Reply {
        status: 200,
        headers: "content-type: text/event-stream\r\n".to_owned(),
        body: body.to_owned(),
        hold: false,
        pieces: 0,
    }
}

pub fn lines(body: &str) -> Reply {
    Reply {
        headers: "content-type: application/x-ndjson\r\n".to_owned(),
        ..events(body)
    }
}

pub fn refusal(status: u16, headers: &str, body: &str) -> Reply {
    let headers = format!("content-type: application/json\r\n{headers}");
    Reply {
        status,
        headers,
        ..events(body)
    }
}

impl Reply {
    pub fn held(self) -> Self {
        Self { hold: true, ..self }
    }

    pub fn in_pieces(self, pieces: usize) -> Self {
        Self { pieces, ..self }
    }
}

#[derive(Clone)]
pub struct Server {
    pub address: String,
    /// Head and body of each request, and when it came.
    pub asked: Arc<Mutex<Vec<(String, Value, Instant)>>>,
    /// When a client left a connection that was held.
    pub left: Arc<Mutex<Option<Instant>>>,
}

impl Server {
    /// Each request takes the next reply; the last one stays.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap().to_string(),
            asked: Arc::default(),
            left: Arc::default(),
        };
        let replies: Vec<Reply> = replies.into_iter().collect();
        let serving = server.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (serving, replies) = (serving.clone(), replies.clone());
                tokio::spawn(async move { serving.serve(stream, &replies).await });
            }
        });
        server
    }

    async fn serve(self, mut stream: TcpStream, replies: &[Reply]) -> Option<()> {
        let (head, body) = read(&mut stream).await?;
        let reply = {
            let mut asked = self.asked.lock().unwrap();
            asked.push((head, body, Instant::now()));
            replies[(asked.len() - 1).min(replies.len() - 1)].clone()
        };
        let head = format!(
            "HTTP/1.1 {} X\r\nconnection: close\r\n{}\r\n",
            reply.status, reply.headers
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        let size = if reply.pieces == 0 {
            reply.body.len().max(1)
        } else {
            reply.pieces
        };
        for piece in reply.body.as_bytes().chunks(size) {
            stream.write_all(piece).await.ok()?;
            stream.flush().await.ok()?;
            if reply.pieces > 0 {
                tokio::task::yield_now().await;
            }
        }
        if reply.hold {
            let mut buffer = [0; 64];
            while !matches!(stream.read(&mut buffer).await, Ok(0) | Err(_)) {}
            *self.left.lock().unwrap() = Some(Instant::now());
        }
        Some(())
    }

    pub fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// Head, in small letters, and body of the last request.
    pub fn last(&self) -> (String, Value) {
        let (head, body, _) = self.asked.lock().unwrap().last().unwrap().clone();
        (head, body)
    }
}

async fn read(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|&n| n > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some((head.to_owned(), serde_json::from_str(body).unwrap_or(Value::Null)));
        }
    }
}

pub fn model(kind: ProviderKind, address: &str) -> RemoteModel {
    RemoteModel {
        provider: kind,
        address: kind.address(address).unwrap(),
        model: "tiny".to_owned(),
        api_key: Some(Secret::new(KEY)),
        context: 2048,
        limits: Limits::default(),
    }
}

/// All that one question brought.
#[derive(Debug, Default)]
pub struct Heard {
    pub text: String,
    pub thought: String,
    pub calls: Vec<CalledTool>,
    pub end: Option<(FinishReason, Usage)>,
    pub events: usize,
    pub error: Option<LlmError>,
}

impl Heard {
    /// Names and arguments.
    pub fn called(&self) -> Vec<(&str, Value)> {
        let call = |call: &CalledTool| serde_json::from_str(&call.arguments).unwrap_or(json!(call.arguments));
        self.calls.iter().map(|c| (c.name.as_str(), call(c))).collect()
    }

    fn take(&mut self, event: ChatEvent) {
        assert!(self.end.is_none(), "{event:?} after the end");
        self.events += 1;
        match event {
            ChatEvent::Text(text) => self.text.push_str(&text),
            ChatEvent::Reasoning(text) => self.thought.push_str(&text),
            ChatEvent::ToolCall { id, name, arguments } => self.calls.push(CalledTool { id, name, arguments }),
            ChatEvent::Finished { reason, usage } => self.end = Some((reason, usage)),
        }
    }
}

pub async fn ask(provider: &dyn Provider, request: &ChatRequest) -> Heard {
    ask_until(provider, request, CancelFlag::new()).await
}

pub async fn ask_until(provider: &dyn Provider, request: &ChatRequest, cancel: CancelFlag) -> Heard {
    let mut heard = Heard::default();
    let done = provider.chat(request, &cancel, &mut |event| heard.take(event)).await;
    heard.error = done.err();
    heard
}

/// One question to a fresh server that answers so, and what the server was asked.
pub async fn exchange(kind: ProviderKind, request: &ChatRequest, reply: Reply) -> (Heard, Server) {
    let server = Server::start([reply]).await;
    let heard = ask(&*provider(model(kind, &server.address)).unwrap(), request).await;
    (heard, server)
}

pub fn weather() -> ToolSpec {
    ToolSpec {
        name: "get_weather".to_owned(),
        description: "The weather of a city.".to_owned(),
        parameters: json!({ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] }),
        acts: false,
        dangerous: false,
        foreign: false,
        confirmation: Default::default(),
    }
}

/// A question, with a tool.
pub fn question() -> ChatRequest {
    let messages = vec![
        Message::new(Role::System, "Be brief."),
        Message::new(Role::User, "Weather in Paris and Rome?"),
    ];
    ChatRequest {
        tools: vec![weather()],
        stable_messages: 1,
        ..ChatRequest::new(messages)
    }
}

/// The same after two calls, with what they brought.
pub fn answered(ids: [&str; 2]) -> ChatRequest {
    let call = |id: &str, city: &str| CalledTool {
        id: id.to_owned(),
        name: "get_weather".to_owned(),
        arguments: json!({ "city": city }).to_string(),
    };
    let calls = vec![call(ids[0], "Paris"), call(ids[1], "Rome")];
    let mut request = question();
    request.messages.push(Message::called("Let me look.", calls.clone()));
    request
        .messages
        .push(Message::tool_result(&calls[0], r#"{"celsius":12}"#));
    request.messages.push(Message::tool_result(&calls[1], "sunny"));
    request
}

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
