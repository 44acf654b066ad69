//! A real Home Assistant for the tests (tests/home-assistant/ha.py), and what it says of its house.

mod process;

use futures_util::{SinkExt, StreamExt};
use process::Process;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio_tungstenite::{connect_async, tungstenite::Message};

/// A Home Assistant of its own folder and port. Ends with it, however the test ends.
pub struct Home {
    process: Process,
    folder: TempDir,
    port: u16,
    /// Of the broker that it is on.
    mqtt: Option<u16>,
    pub url: String,
    pub token: String,
    /// Of somebody who is no administrator.
    pub user_token: String,
    pub version: String,
}

impl Home {
    /// A new one with the house of tests/home-assistant/house.py: half a minute.
    pub fn start() -> Self {
        Self::start_on(None)
    }

    /// The same, on the broker of that port. From its second start on it shows its states there, too.
    pub fn start_on(mqtt: Option<u16>) -> Self {
        // Chosen once a process; a second choice is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let (process, told) = Process::start(folder.path(), port, mqtt);
        let text = |key: &str| told[key].as_str().unwrap().to_owned();
        Self {
            process,
            folder,
            port,
            mqtt,
            url: text("url"),
            token: text("token"),
            user_token: text("user_token"),
            version: text("version"),
        }
    }

    /// Ends it; its folder stays.
    pub fn stop(&mut self) {
        self.process.end();
    }

    /// Starts it anew on the same folder and port.
    pub fn resume(&mut self) {
        (self.process, _) = Process::start(self.folder.path(), self.port, self.mqtt);
    }

    /// It hangs: what is sent to it arrives, and nothing comes back until it thaws.
    pub fn freeze(&mut self) {
        self.process.order("freeze");
    }

    pub fn thaw(&mut self) {
        self.process.order("thaw");
    }

    pub async fn state(&self, entity: &str) -> String {
        let state = self.entity(entity).await;
        state["state"]
            .as_str()
            .unwrap_or_else(|| panic!("{entity}: {state}"))
            .to_owned()
    }

    pub async fn entity(&self, entity: &str) -> Value {
        let request = reqwest::Client::new()
            .get(format!("{}/api/states/{entity}", self.url))
            .bearer_auth(&self.token);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Waits until an entity has a state.
    pub async fn has(&self, entity: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.entity(entity).await["state"].is_null() {
            assert!(Instant::now() < until, "{entity} does not appear");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until an entity is in a state, some seconds at most.
    pub async fn becomes(&self, entity: &str, wanted: &str) {
        self.becomes_within(entity, wanted, Duration::from_secs(5)).await;
    }

    pub async fn becomes_within(&self, entity: &str, wanted: &str, limit: Duration) {
        let until = Instant::now() + limit;
        loop {
            let now = self.state(entity).await;
            if now == wanted {
                return;
            }
            assert!(Instant::now() < until, "{entity} is {now} and not {wanted}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Calls a service behind Rosie's back.
    pub async fn call(&self, domain: &str, service: &str, data: Value) {
        let request = reqwest::Client::new()
            .post(format!("{}/api/services/{domain}/{service}", self.url))
            .bearer_auth(&self.token)
            .json(&data);
        let answer = request.send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "{domain}.{service}: {}",
            answer.text().await.unwrap()
        );
    }

    /// Posts to the REST API, as an administrator.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let request = reqwest::Client::new()
            .post(format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .json(&body);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Sends one command over the WebSocket API.
    pub async fn ask(&self, command: Value) -> Value {
        let mut socket = self.socket().await;
        let mut command = command;
        command["id"] = json!(1);
        socket.send(Message::text(command.to_string())).await.unwrap();
        let answer = next(&mut socket).await;
        assert_eq!(answer["success"], true, "{answer}");
        answer["result"].clone()
    }

    /// Tells of every service that is called from now on, with the time at which it was.
    pub async fn services(&self) -> tokio::sync::mpsc::UnboundedReceiver<(Instant, Value)> {
        let mut socket = self.socket().await;
        let command = json!({ "id": 1, "type": "subscribe_events", "event_type": "call_service" });
        socket.send(Message::text(command.to_string())).await.unwrap();
        assert_eq!(next(&mut socket).await["success"], true);
        let (tell, told) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Text(text) = message {
                    let value: Value = serde_json::from_str(text.as_str()).unwrap();
                    let _ = tell.send((Instant::now(), value["event"]["data"].clone()));
                }
            }
        });
        told
    }

    async fn socket(&self) -> Socket {
        let address = format!("{}/api/websocket", self.url.replace("http", "ws"));
        let (mut socket, _) = connect_async(address).await.unwrap();
        next(&mut socket).await;
        let auth = json!({ "type": "auth", "access_token": self.token });
        socket.send(Message::text(auth.to_string())).await.unwrap();
        assert_eq!(next(&mut socket).await["type"], "auth_ok");
        socket
    }
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn next(socket: &mut Socket) -> Value {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            return serde_json::from_str(text.as_str()).unwrap();
        }
    }
}
