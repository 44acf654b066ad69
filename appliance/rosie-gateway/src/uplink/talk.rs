//! One connection's life: `hello`, `welcome`, and what both sides say from then on.

use super::{
    Listener, Say, ServerAddress, Told, UplinkConfig,
    dial::{Fault, Wire},
};
use crate::stream::{Input, Playback};
use futures_util::{SinkExt, StreamExt};
use rosie_core::SampleRate;
use rosie_proto::{
    AudioFormat, Capability, ClientMessage, Codec, Hello, MAX_AUDIO_BYTES, ServerMessage, VERSION, Welcome,
    decode_audio,
};
use std::time::Duration;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};
use tokio_util::sync::CancellationToken;

/// What the microphone is sent as, and replies come as.
const INPUT: AudioFormat = AudioFormat {
    codec: Codec::Opus,
    rate: SampleRate::HEARING.0,
    channels: 1,
};
const OUTPUT: AudioFormat = AudioFormat {
    codec: Codec::Opus,
    rate: 24_000,
    channels: 1,
};

/// For `welcome`.
const PATIENCE: Duration = Duration::from_secs(10);
/// A message that cannot be written for so long ends the connection.
const WRITE_STALL: Duration = Duration::from_secs(10);
/// For the server to take leave.
const FAREWELL: Duration = Duration::from_secs(1);

pub(super) type Socket = WebSocketStream<Wire>;

/// Between whoever hears and plays, and the server.
pub(super) struct Line {
    pub said: mpsc::Receiver<Say>,
    pub listener: Listener,
}

/// Why there is no connection any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// This side wanted it.
    Goodbye,
    Lost(String),
    /// The server comes back after so long.
    GoingAway(Duration),
    NotPaired,
    /// It would be refused again.
    Refused(String),
}

pub(super) fn hello(config: &UplinkConfig, key: Option<String>, resume: Option<String>) -> Hello {
    let mut capabilities = vec![Capability::Microphone];
    if config.speaks {
        capabilities.push(Capability::Speaker);
    }
    Hello {
        version: VERSION,
        endpoint: config.endpoint.clone(),
        room: config.room.clone(),
        language: None,
        capabilities,
        input: INPUT,
        output: OUTPUT,
        resume,
        key,
    }
}

/// From an open connection to `welcome`.
pub(super) async fn open(wire: Wire, address: &ServerAddress, hello: Hello) -> Result<(Socket, Welcome), Fault> {
    let broken = |why: String| Fault::NoRosie(address.to_string(), why);
    let opening = async {
        let limits = WebSocketConfig::default().max_message_size(Some(MAX_AUDIO_BYTES));
        let url = format!("ws://{}/api/v1/stream", address.authority());
        let (mut socket, _) = client_async_with_config(url, wire, Some(limits))
            .await
            .map_err(|error| broken(error.to_string()))?;
        let hello = text(&ClientMessage::Hello(hello)).map_err(broken)?;
        socket.send(hello).await.map_err(|error| broken(error.to_string()))?;
        while let Some(message) = socket.next().await {
            let Message::Text(said) = message.map_err(|error| broken(error.to_string()))? else {
                continue;
            };
            match serde_json::from_str(&said) {
                Ok(ServerMessage::Welcome(welcome)) => return Ok((socket, welcome)),
                Ok(ServerMessage::Error { code, detail, .. }) => return Err(Fault::Refused { code, detail }),
                _ => {}
            }
        }
        Err(broken("it hung up before it said welcome".to_owned()))
    };
    let late = |_| broken("it did not say welcome".to_owned());
    timeout(PATIENCE, opening).await.map_err(late)?
}

/// From `welcome` to the end.
pub(super) async fn talk(mut socket: Socket, welcome: Welcome, line: &mut Line, end: &CancellationToken) -> Ended {
    let silence = Duration::from_millis(welcome.idle_timeout_ms);
    let (mut microphone, mut reply) = (Playback::new(INPUT), Reply::new());
    (line.listener)(Told::Welcome(Box::new(welcome)));
    let mut heard_at = Instant::now();
    loop {
        let messages: Vec<Message> = tokio::select! {
            said = line.said.recv() => match said {
                Some(Say::Audio(frame)) => microphone.encode(0, frame.rate, &frame.samples).into_iter().map(Message::Binary).collect(),
                Some(Say::Pause) => microphone.finish(0).into_iter().map(Message::Binary).collect(),
                Some(Say::Control(message)) => text(&message).into_iter().collect(),
                None => vec![],
            },
            heard = socket.next() => {
                heard_at = Instant::now();
                match heard {
                    Some(Ok(Message::Text(said))) => {
                        if let Ok(message) = serde_json::from_str(&said)
                            && let Some(ended) = reply.take(message, &line.listener)
                        {
                            return ended;
                        }
                    }
                    Some(Ok(Message::Binary(bytes))) => reply.sound(&bytes, &line.listener),
                    Some(Ok(Message::Close(_))) | None => return Ended::Lost("the server hung up".to_owned()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Ended::Lost(format!("the connection broke: {error}")),
                }
                continue;
            }
            // The server sends pings three times in this time.
            () = tokio::time::sleep_until(heard_at + silence) => {
                return Ended::Lost(format!("the server said nothing for {} s", silence.as_secs()));
            }
            () = end.cancelled() => {
                let _ = timeout(FAREWELL, take_leave(&mut socket)).await;
                return Ended::Goodbye;
            }
        };
        for message in messages {
            match timeout(WRITE_STALL, socket.send(message)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Ended::Lost(format!("the connection broke: {error}")),
                Err(_) => return Ended::Lost("the server takes nothing any more".to_owned()),
            }
        }
    }
}

async fn take_leave(socket: &mut Socket) {
    if let Ok(bye) = text(&ClientMessage::Bye)
        && socket.send(bye).await.is_ok()
    {
        while let Some(Ok(_)) = socket.next().await {}
    }
}

fn text(message: &ClientMessage) -> Result<Message, String> {
    serde_json::to_string(message)
        .map(Message::text)
        .map_err(|error| error.to_string())
}

/// The reply that is sounding: which turn's it is, and how it is read.
struct Reply {
    turn: u64,
    sound: Input,
}

impl Reply {
    fn new() -> Self {
        Self {
            turn: 0,
            sound: Input::new(OUTPUT),
        }
    }

    /// Passes on what the server says; where it says that it goes, the connection is over.
    fn take(&mut self, message: ServerMessage, listener: &Listener) -> Option<Ended> {
        match &message {
            ServerMessage::GoingAway { retry_after_ms, .. } => {
                return Some(Ended::GoingAway(Duration::from_millis(*retry_after_ms)));
            }
            ServerMessage::Error { code, .. } if code == rosie_proto::Refusal::NotPaired.as_str() => {
                return Some(Ended::NotPaired);
            }
            ServerMessage::AudioStart { turn, format, .. } => {
                *self = Self {
                    turn: *turn,
                    sound: Input::new(*format),
                };
            }
            _ => {}
        }
        listener(Told::Message(message));
        None
    }

    fn sound(&mut self, bytes: &[u8], listener: &Listener) {
        // Turns are counted in 64 bits, the header has room for the lower 32.
        let of_turn = decode_audio(bytes).is_ok_and(|(turn, _)| turn == self.turn as u32);
        if !of_turn {
            return;
        }
        match self.sound.decode(bytes) {
            Ok(frame) => listener(Told::Audio { turn: self.turn, frame }),
            Err(error) => tracing::debug!(%error, "a piece of a reply cannot be read"),
        }
    }
}
