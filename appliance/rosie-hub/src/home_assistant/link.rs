//! One connection to Home Assistant's WebSocket API: opened over HTTP, signed in with the token, then commands with their
//! answers, and events.

use super::config::HomeAssistantConfig;
use crate::web::{self, NoSocket, Socket};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use tokio_tungstenite::tungstenite::Message;

/// For opening the connection, and for signing in.
const OPENING: Duration = Duration::from_secs(10);
/// For the answer to a command.
pub(super) const ANSWER: Duration = Duration::from_secs(20);
/// A quiet connection is asked whether it lives; one that does not answer is dead.
const QUIET: Duration = Duration::from_secs(10);
const SILENT: Duration = Duration::from_secs(30);
/// For a sign of life of a home that has not answered: nothing is done for it.
const SIGN: Duration = Duration::from_secs(2);
/// A large house's registries are some megabytes.
const LARGEST: usize = 64 << 20;
const COMMANDS: usize = 64;
const EVENTS: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("nothing answers at {address} ({reason}): is Home Assistant running, and is the address right?")]
    Unreachable { address: String, reason: String },
    #[error(
        "Home Assistant at {address} is not believed ({reason}): where its certificate is your own, give its authority in \
         home_assistant.ca_file, and call it by the name that is in the certificate"
    )]
    Untrusted { address: String, reason: String },
    #[error("{address} answers with HTTP {status} and not as Home Assistant does: check the address and port")]
    NotHomeAssistant { address: String, status: u16 },
    #[error(
        "Home Assistant at {address} refuses the token: make a new one (your profile, Security, Long-lived access \
         tokens) and set home_assistant.token"
    )]
    TokenRefused { address: String },
    #[error(
        "the token for Home Assistant at {address} is not an administrator's, so it does not tell what is exposed to \
         Assist: make the token as an administrator"
    )]
    NoAdministrator { address: String },
    #[error("the connection to Home Assistant broke ({0})")]
    Lost(String),
    #[error("Home Assistant did not answer '{command}' within {seconds} s")]
    TooSlow { command: String, seconds: u64 },
    #[error("Home Assistant is connected and does not answer: whether '{command}' was done is not known")]
    Stalled { command: String },
    #[error("Home Assistant refused '{command}': {message} ({code})")]
    Refused {
        command: String,
        code: String,
        message: String,
    },
}

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// Sends commands. Cheap to clone; dead when the connection is.
#[derive(Clone)]
pub(super) struct Link {
    out: mpsc::Sender<Message>,
    waiting: Waiting,
    next: Arc<AtomicU64>,
    /// It gave no sign of life when it was last asked.
    stalled: Arc<AtomicBool>,
}

/// Something that a subscription brought: the id of its command, and the event.
pub(super) type Event = (u64, Value);

/// The other half: drives the connection until it ends.
pub(super) struct Pump {
    socket: Socket,
    outgoing: mpsc::Receiver<Message>,
    waiting: Waiting,
    events: mpsc::Sender<Event>,
}

/// Connects and signs in.
pub(super) async fn open(
    http: &reqwest::Client,
    config: &HomeAssistantConfig,
) -> Result<(Link, Pump, mpsc::Receiver<Event>), LinkError> {
    let slow = || LinkError::Unreachable {
        address: config.address().to_owned(),
        reason: format!("no answer within {} s", OPENING.as_secs()),
    };
    let socket = tokio::time::timeout(OPENING, upgrade(http, config))
        .await
        .map_err(|_| slow())??;
    let socket = tokio::time::timeout(OPENING, sign_in(socket, config))
        .await
        .map_err(|_| slow())??;
    let (out, outgoing) = mpsc::channel(COMMANDS);
    let (events, happening) = mpsc::channel(EVENTS);
    let waiting = Waiting::default();
    let link = Link {
        out,
        waiting: waiting.clone(),
        next: Arc::new(AtomicU64::new(1)),
        stalled: Arc::default(),
    };
    let pump = Pump {
        socket,
        outgoing,
        waiting,
        events,
    };
    Ok((link, pump, happening))
}

async fn upgrade(http: &reqwest::Client, config: &HomeAssistantConfig) -> Result<Socket, LinkError> {
    let address = || config.address().to_owned();
    let url = config
        .url
        .join("api/websocket")
        .map_err(|error| LinkError::Unreachable {
            address: address(),
            reason: error.to_string(),
        })?;
    web::upgrade(http, url, LARGEST).await.map_err(|none| match none {
        NoSocket::Unreachable(reason) if web::is_of_certificate(&reason) => LinkError::Untrusted {
            address: address(),
            reason,
        },
        NoSocket::Unreachable(reason) => LinkError::Unreachable {
            address: address(),
            reason,
        },
        NoSocket::Otherwise { status } => LinkError::NotHomeAssistant {
            address: address(),
            status,
        },
    })
}

async fn sign_in(mut socket: Socket, config: &HomeAssistantConfig) -> Result<Socket, LinkError> {
    let address = || config.address().to_owned();
    loop {
        let message = receive(&mut socket).await?;
        match message["type"].as_str().unwrap_or_default() {
            "auth_required" => {
                let auth = json!({ "type": "auth", "access_token": config.token.expose() });
                let sent = socket.send(Message::text(auth.to_string())).await;
                sent.map_err(|error| LinkError::Lost(error.to_string()))?;
            }
            "auth_ok" => return Ok(socket),
            "auth_invalid" => return Err(LinkError::TokenRefused { address: address() }),
            _ => {
                return Err(LinkError::NotHomeAssistant {
                    address: address(),
                    status: 101,
                });
            }
        }
    }
}

async fn receive(socket: &mut Socket) -> Result<Value, LinkError> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(text.as_str()).map_err(|_| LinkError::Lost("it sent no JSON".into()));
            }
            Some(Ok(Message::Close(_))) | None => return Err(LinkError::Lost("it hung up".into())),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(LinkError::Lost(error.to_string())),
        }
    }
}

impl Link {
    /// Sends a command and waits for its result.
    pub async fn ask(&self, command: Value) -> Result<Value, LinkError> {
        self.ask_as(command, ANSWER).await.map(|(_, result)| result)
    }

    /// The same, and the id that its events will carry.
    pub async fn subscribe(&self, command: Value) -> Result<u64, LinkError> {
        self.ask_as(command, ANSWER).await.map(|(id, _)| id)
    }

    pub async fn ask_as(&self, mut command: Value, patience: Duration) -> Result<(u64, Value), LinkError> {
        let gone = || LinkError::Lost("it is closed".to_owned());
        let name = command["type"].as_str().unwrap_or_default().to_owned();
        let (answer, answered) = oneshot::channel();
        let id = {
            // Ids must rise on the wire: the number is taken and the message queued in one go.
            let mut waiting = lock(&self.waiting);
            let place = self.out.try_reserve().map_err(|_| gone())?;
            let id = self.next.fetch_add(1, Ordering::Relaxed);
            command["id"] = json!(id);
            waiting.insert(id, answer);
            place.send(Message::text(command.to_string()));
            id
        };
        let result = tokio::time::timeout(patience, answered).await;
        lock(&self.waiting).remove(&id);
        let mut result = match result {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => return Err(gone()),
            Err(_) => {
                let seconds = patience.as_secs();
                return Err(LinkError::TooSlow { command: name, seconds });
            }
        };
        if result["success"] == true {
            return Ok((id, super::take(&mut result, "result")));
        }
        let text = |key: &str| result["error"][key].as_str().unwrap_or("unknown").to_owned();
        Err(LinkError::Refused {
            command: name,
            code: text("code"),
            message: text("message"),
        })
    }

    /// What may take long: `None` where the home lives and is still at it after `patience`. One that does not answer a ping
    /// either has perhaps not even read the command; until it gives a sign of life it is asked for that first. `surely`: it is in any
    /// case, for what must not be done long after it was asked for.
    pub async fn begin(&self, command: Value, patience: Duration, surely: bool) -> Result<Option<Value>, LinkError> {
        let stalled = || LinkError::Stalled {
            command: command["type"].as_str().unwrap_or_default().to_owned(),
        };
        if (surely || self.stalled.load(Ordering::Relaxed)) && !self.lives().await {
            return Err(stalled());
        }
        match self.ask_as(command.clone(), patience).await {
            Ok((_, result)) => Ok(Some(result)),
            Err(LinkError::TooSlow { .. }) if self.lives().await => Ok(None),
            Err(LinkError::TooSlow { .. }) => Err(stalled()),
            Err(error) => Err(error),
        }
    }

    async fn lives(&self) -> bool {
        let lives = self.ask_as(json!({ "type": "ping" }), SIGN).await;
        // An answer of any kind is one.
        let lives = !matches!(lives, Err(LinkError::TooSlow { .. } | LinkError::Lost(_)));
        self.stalled.store(!lives, Ordering::Relaxed);
        lives
    }

    pub fn is_open(&self) -> bool {
        !self.out.is_closed()
    }
}

fn lock(waiting: &Waiting) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Value>>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pump {
    /// Until the connection ends, by itself or because nobody holds a [`Link`] any more. Says why.
    pub async fn run(mut self) -> LinkError {
        let why = self.drive().await;
        let _ = self.socket.close(None).await;
        // Whoever still waits learns that nothing will come.
        lock(&self.waiting).clear();
        why
    }

    async fn drive(&mut self) -> LinkError {
        let mut heard = Instant::now();
        let mut check = tokio::time::interval(QUIET);
        loop {
            tokio::select! {
                message = self.outgoing.recv() => {
                    let Some(message) = message else { return LinkError::Lost("it was closed".into()) };
                    if let Err(error) = self.socket.send(message).await {
                        return LinkError::Lost(error.to_string());
                    }
                }
                message = self.socket.next() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(Message::Text(text))) => {
                            let Ok(message) = serde_json::from_str(text.as_str()) else {
                                return LinkError::Lost("it sent no JSON".into());
                            };
                            self.take(message).await;
                        }
                        Some(Ok(Message::Close(_))) | None => return LinkError::Lost("it hung up".into()),
                        Some(Ok(_)) => {}
                        Some(Err(error)) => return LinkError::Lost(error.to_string()),
                    }
                }
                _ = check.tick() => {
                    if heard.elapsed() > SILENT {
                        return LinkError::Lost("it fell silent".into());
                    }
                    if let Err(error) = self.socket.send(Message::Ping(Default::default())).await {
                        return LinkError::Lost(error.to_string());
                    }
                }
            }
        }
    }

    /// Several messages may come as one list.
    async fn take(&mut self, message: Value) {
        let messages = match message {
            Value::Array(messages) => messages,
            one => vec![one],
        };
        for mut message in messages {
            let Some(id) = message["id"].as_u64() else { continue };
            match message["type"].as_str().unwrap_or_default() {
                "result" | "pong" => {
                    if let Some(answer) = lock(&self.waiting).remove(&id) {
                        let _ = answer.send(message);
                    }
                }
                // Whoever follows is slower than the home: waiting here slows Home Assistant down, and loses nothing.
                "event" => {
                    let _ = self.events.send((id, super::take(&mut message, "event"))).await;
                }
                _ => {}
            }
        }
    }
}
