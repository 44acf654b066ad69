//! An endpoint by the book: docs/protocol.md over a real WebSocket.

use crate::Daemon;
use futures_util::{SinkExt, StreamExt};
use rosie_proto::{decode_audio, encode_audio};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// Nothing takes longer than this between two messages, or it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Endpoint {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub welcome: Value,
}

/// What came of a turn.
#[derive(Default)]
pub struct Turn {
    pub transcript: String,
    pub intent: String,
    pub reply: String,
    pub outcome: String,
    /// 16 kHz mono.
    pub audio: Vec<i16>,
    pub stages: Vec<(String, u64)>,
    pub errors: Vec<String>,
    /// Every control message, in order.
    pub messages: Vec<Value>,
}

/// Without every sample: what a test prints when it fails is to be read.
impl std::fmt::Debug for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Turn")
            .field("transcript", &self.transcript)
            .field("intent", &self.intent)
            .field("reply", &self.reply)
            .field("outcome", &self.outcome)
            .field("audio_samples", &self.audio.len())
            .field("stages", &self.stages)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

impl Turn {
    pub fn stage(&self, name: &str) -> Option<u64> {
        self.stages.iter().find(|(stage, _)| stage == name).map(|(_, ms)| *ms)
    }
}

impl Endpoint {
    pub async fn connect(daemon: &Daemon, name: &str) -> Self {
        Self::hello(daemon, json!({ "endpoint": name })).await
    }

    /// Connects with `extra` fields in the hello.
    pub async fn hello(daemon: &Daemon, extra: Value) -> Self {
        let address = format!("{}/api/v1/stream", daemon.url.replace("http", "ws"));
        let (socket, _) = connect_async(address).await.unwrap();
        let mut hello = json!({
            "type": "hello", "version": rosie_proto::VERSION, "capabilities": ["microphone", "speaker"],
            "output": { "codec": "pcm_s16le", "rate": 16000, "channels": 1 },
        });
        hello
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        let mut endpoint = Self {
            socket,
            welcome: Value::Null,
        };
        endpoint.say(hello).await;
        endpoint.welcome = endpoint.control().await;
        endpoint
    }

    pub async fn say(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next control message; audio in between is dropped.
    pub async fn control(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.next().await {
                return serde_json::from_str(text.as_str()).unwrap();
            }
        }
    }

    async fn next(&mut self) -> Message {
        let message = tokio::time::timeout(PATIENCE, self.socket.next())
            .await
            .expect("the appliance fell silent");
        message.expect("the appliance hung up").unwrap()
    }

    /// Taps the button and speaks at the speed of life, then keeps silent until the turn is over.
    pub async fn ask_aloud(&mut self, speech: &[i16]) -> Turn {
        self.say(json!({ "type": "press" })).await;
        self.say(json!({ "type": "release" })).await;
        self.speak(speech).await
    }

    /// Speaks at the speed of life, then keeps silent until the turn is over.
    pub async fn speak(&mut self, speech: &[i16]) -> Turn {
        let mut turn = Turn::default();
        let silence = [0i16; 320];
        let mut chunks = speech.chunks(320);
        let mut clock = tokio::time::interval(Duration::from_millis(20));
        loop {
            tokio::select! {
                _ = clock.tick() => {
                    let chunk = chunks.next().unwrap_or(&silence);
                    let bytes: Vec<u8> = chunk.iter().flat_map(|s| s.to_le_bytes()).collect();
                    self.socket.send(Message::binary(encode_audio(0, &bytes))).await.unwrap();
                }
                message = self.socket.next() => {
                    let message = message.expect("the appliance hung up").unwrap();
                    if self.take(message, &mut turn).await { return turn }
                }
            }
        }
    }

    pub async fn ask_typed(&mut self, text: &str) -> Turn {
        self.say(json!({ "type": "text", "text": text })).await;
        self.finish_turn().await
    }

    /// Takes messages until the turn in progress is over.
    pub async fn finish_turn(&mut self) -> Turn {
        let mut turn = Turn::default();
        loop {
            let message = self.next().await;
            if self.take(message, &mut turn).await {
                return turn;
            }
        }
    }

    /// True when the turn is over.
    async fn take(&mut self, message: Message, turn: &mut Turn) -> bool {
        match message {
            Message::Binary(bytes) => {
                let (_, payload) = decode_audio(&bytes).unwrap();
                turn.audio
                    .extend(payload.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])));
            }
            Message::Text(text) => {
                let value: Value = serde_json::from_str(text.as_str()).unwrap();
                turn.messages.push(value.clone());
                let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
                match value["type"].as_str().unwrap_or_default() {
                    "transcript" => turn.transcript = text("text"),
                    "intent" => turn.intent = text("name"),
                    "reply" => turn.reply = text("text"),
                    "error" => turn.errors.push(text("code")),
                    "audio_end" => {
                        self.say(json!({ "type": "playback_finished", "turn": value["turn"] }))
                            .await;
                    }
                    "timings" => {
                        turn.outcome = text("outcome");
                        let stages = value["stages"].as_array().cloned().unwrap_or_default();
                        let stage = |s: &Value| Some((s["stage"].as_str()?.to_owned(), s["ms"].as_u64()?));
                        turn.stages = stages.iter().filter_map(stage).collect();
                        return true;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        false
    }
}
