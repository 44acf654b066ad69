//! A gateway on a free port, a plain HTTP client and a scripted endpoint.

use crate::fake::Fake;
use futures_util::{SinkExt, StreamExt};
use rosie_gateway::{Gateway, GatewayConfig, Metrics, Pairings};
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};
use tokio_util::sync::CancellationToken;

/// Long enough for a busy machine; nothing waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Server {
    pub address: SocketAddr,
    /// Of https, where it is configured.
    pub secure: Option<SocketAddr>,
    pub fake: Fake,
    pub pairings: Pairings,
    pub metrics: Arc<Metrics>,
    pub shutdown: CancellationToken,
    pub serving: JoinHandle<()>,
}

impl Server {
    pub async fn start(change: impl FnOnce(&mut GatewayConfig)) -> Self {
        let mut config = GatewayConfig {
            listen: vec!["127.0.0.1:0".parse().unwrap()],
            ..Default::default()
        };
        change(&mut config);
        let fake = Fake::default();
        let metrics = Arc::new(Metrics::new().unwrap());
        let gateway = Gateway::bind(config, Arc::new(fake.clone()), Arc::clone(&metrics)).unwrap();
        let address = gateway.addresses()[0];
        let secure = gateway.secure_addresses().first().copied();
        let pairings = gateway.pairings();
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(gateway.serve(shutdown.clone()));
        Self {
            address,
            secure,
            fake,
            pairings,
            metrics,
            shutdown,
            serving,
        }
    }

    pub async fn plain() -> Self {
        Self::start(|_| {}).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], "").await
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut raw = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            raw += &format!("host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            raw += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            raw += &format!("content-length: {}\r\n", body.len());
        }
        self.raw((raw + "\r\n" + body).as_bytes()).await
    }

    /// Sends a value as JSON.
    pub async fn send(&self, method: &str, path: &str, body: Value) -> Reply {
        let headers = [("content-type", "application/json")];
        self.ask(method, path, &headers, &body.to_string()).await
    }

    /// Makes the owner Ada, whose password is "open sesame".
    pub async fn owned(change: impl FnOnce(&mut GatewayConfig)) -> (Self, Browser) {
        let server = Self::start(change).await;
        let made = server.send("POST", "/api/v1/access/owner", ada()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let browser = Browser::of(&made);
        (server, browser)
    }

    /// Sends bytes as they are and reads to the end.
    pub async fn raw(&self, bytes: &[u8]) -> Reply {
        let mut tcp = TcpStream::connect(self.address).await.unwrap();
        // The server may answer and close before it has read everything.
        let _ = tcp.write_all(bytes).await;
        read_reply(&mut tcp).await
    }

    pub async fn endpoint(&self) -> Endpoint {
        self.endpoint_with(&[]).await.unwrap()
    }

    pub async fn endpoint_with(&self, headers: &[(&str, &str)]) -> Result<Endpoint, tungstenite::Error> {
        let mut request = format!("ws://{}/api/v1/stream", self.address)
            .into_client_request()
            .unwrap();
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let tcp = TcpStream::connect(self.address).await.unwrap();
        let (socket, _) = client_async(request, tcp).await?;
        Ok(Endpoint { socket })
    }

    /// An endpoint that has said `hello` and was welcomed.
    pub async fn welcomed(&self) -> Endpoint {
        let mut endpoint = self.endpoint().await;
        endpoint.send(hello()).await;
        assert_eq!(endpoint.json().await["type"], "welcome");
        endpoint
    }
}

/// The owner's name and password.
pub fn ada() -> Value {
    json!({"name": "Ada", "password": "open sesame"})
}

/// What a browser has after it signed in.
#[derive(Debug, Clone)]
pub struct Browser {
    pub cookie: String,
    pub csrf: String,
}

impl Browser {
    pub fn of(reply: &Reply) -> Self {
        let set = reply.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let pairs: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
        Self {
            cookie: pairs.join("; "),
            csrf: reply.json()["csrf"].as_str().unwrap().to_owned(),
        }
    }

    /// As a page asks.
    pub async fn ask(&self, server: &Server, method: &str, path: &str, body: Value) -> Reply {
        let headers = [("cookie", self.cookie.as_str()), ("x-rosie-csrf", self.csrf.as_str())];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        server.ask(method, path, &headers, &body).await
    }

    pub async fn get(&self, server: &Server, path: &str) -> Reply {
        self.ask(server, "GET", path, Value::Null).await
    }
}

pub async fn read_reply(tcp: &mut (impl AsyncRead + Unpin)) -> Reply {
    let mut bytes = Vec::new();
    timeout(PATIENCE, tcp.read_to_end(&mut bytes))
        .await
        .expect("an answer and the end")
        .unwrap();
    Reply::parse(&bytes)
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no HTTP answer: {text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }
}

pub struct Endpoint<S = TcpStream> {
    pub socket: WebSocketStream<S>,
}

#[derive(Debug, PartialEq)]
pub enum Heard {
    Json(Value),
    Audio(u32, Vec<u8>),
    Closed(u16, String),
    /// Without a close frame.
    Cut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Endpoint<S> {
    pub async fn send(&mut self, message: Value) {
        self.text(&message.to_string()).await;
    }

    pub async fn text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn binary(&mut self, bytes: Vec<u8>) {
        self.socket.send(Message::binary(bytes)).await.unwrap();
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            return match timeout(PATIENCE, self.socket.next()).await.expect("something to hear") {
                Some(Ok(Message::Text(text))) => Heard::Json(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Binary(bytes))) => {
                    let (turn, payload) = rosie_proto::decode_audio(&bytes).unwrap();
                    Heard::Audio(turn, payload.to_vec())
                }
                Some(Ok(Message::Close(Some(frame)))) => Heard::Closed(frame.code.into(), frame.reason.to_string()),
                Some(Ok(Message::Close(None)) | Err(_)) | None => Heard::Cut,
                Some(Ok(_)) => continue,
            };
        }
    }

    pub async fn json(&mut self) -> Value {
        match self.hear().await {
            Heard::Json(value) => value,
            other => panic!("expected a control message, heard {other:?}"),
        }
    }

    /// The next message is an error with this code, and a sentence and a detail that say something.
    pub async fn refused(&mut self, code: &str) -> Value {
        let error = self.json().await;
        assert_eq!(
            (&error["type"], &error["code"]),
            (&json!("error"), &json!(code)),
            "{error}"
        );
        for field in ["sentence", "detail"] {
            assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{error}");
        }
        error
    }

    /// An error and then the close frame that belongs to it.
    pub async fn closed(&mut self, code: &str, close: u16) -> Value {
        let error = self.refused(code).await;
        assert_eq!(self.hear().await, Heard::Closed(close, code.to_owned()));
        error
    }

    /// Proves that everything sent before was handled and that the stream lives.
    pub async fn alive(&mut self) {
        self.send(json!({"type": "ping", "id": 4711})).await;
        assert_eq!(self.json().await, json!({"type": "pong", "id": 4711}));
    }
}

pub fn hello() -> Value {
    json!({"type": "hello", "version": 1, "endpoint": "kitchen", "capabilities": ["microphone", "speaker", "screen"]})
}

/// `hello` with some fields changed.
pub fn hello_with(changes: Value) -> Value {
    let mut hello = hello();
    for (key, value) in changes.as_object().unwrap() {
        hello[key] = value.clone();
    }
    hello
}

/// A binary message of 16 kHz mono silence.
pub fn silence(ms: usize) -> Vec<u8> {
    rosie_proto::encode_audio(0, &vec![0; 32 * ms])
}
