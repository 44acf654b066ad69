//! Reads what an endpoint sends, within its limits, and hands it to the session.

use super::{
    Socket,
    bucket::Bucket,
    input::Input,
    outbox::{Ending, Outbox},
    refusal_message,
};
use crate::{
    metrics::Traffic,
    rtc::{Line, LineEvent},
    server::Shared,
};
use futures_util::{StreamExt, stream::SplitStream};
use rosie_core::{
    AudioFrame, Failure, Language, TurnId,
    arbiter::Hearing,
    engine::WakeWord,
    session::{SessionInput, SessionPort},
};
use rosie_proto::{Capability, ClientMessage, Hello, MessageError, Refusal, ServerMessage, parse_client};
use std::time::Instant;
use tokio::time::{self, MissedTickBehavior};
use tokio_tungstenite::tungstenite::{self, Message, error::CapacityError};

/// One refused message is forgiven in this many seconds.
const FORGIVE_S: f64 = 10.0;
/// Pings in the time an endpoint may stay silent, so that one lost answer does not end it.
const PINGS: u32 = 3;

pub(crate) struct Reader<'a> {
    stream: SplitStream<Socket>,
    port: &'a dyn SessionPort,
    outbox: &'a Outbox,
    shared: &'a Shared,
    language: Language,
    microphone: bool,
    input: Input,
    rtc: Line<'a>,
    messages: Bucket,
    audio: Bucket,
    errors: Bucket,
    /// Failures of the session are told, but not for every one of fifty frames a second.
    failures: Bucket,
    control_in: Traffic,
    audio_in: Traffic,
}

impl<'a> Reader<'a> {
    pub fn new(
        stream: SplitStream<Socket>,
        hello: &Hello,
        port: &'a dyn SessionPort,
        outbox: &'a Outbox,
        shared: &'a Shared,
        rtc: Line<'a>,
        language: Language,
    ) -> Self {
        let limits = &shared.config.limits;
        let now = Instant::now();
        Self {
            stream,
            port,
            outbox,
            shared,
            language,
            microphone: hello.capabilities.contains(&Capability::Microphone),
            input: Input::new(hello.input),
            rtc,
            messages: Bucket::new(f64::from(limits.message_burst), f64::from(limits.messages_per_s), now),
            audio: Bucket::new(limits.audio_burst.as_secs_f64(), limits.audio_speed, now),
            errors: Bucket::new(f64::from(limits.max_errors), 1.0 / FORGIVE_S, now),
            failures: Bucket::new(3.0, 0.5, now),
            control_in: shared.metrics.traffic("in", "control"),
            audio_in: shared.metrics.traffic("in", "audio"),
        }
    }

    pub fn into_stream(self) -> SplitStream<Socket> {
        self.stream
    }

    /// Reads until the endpoint leaves, breaks the protocol, or the appliance goes away.
    pub async fn run(&mut self) -> Ending {
        let idle_timeout = self.shared.config.idle_timeout;
        let drain = self.shared.drain.child_token();
        let mut ping = time::interval_at(time::Instant::now() + idle_timeout / PINGS, idle_timeout / PINGS);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut watch = time::interval(time::Duration::from_secs(1));
        watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut idle = std::pin::pin!(time::sleep(idle_timeout));
        loop {
            tokio::select! {
                received = self.stream.next() => {
                    idle.as_mut().reset(time::Instant::now() + idle_timeout);
                    if let Err(ending) = self.received(received).await {
                        return ending;
                    }
                }
                event = self.rtc.next() => match event {
                    LineEvent::Heard(frame) => self.heard(frame),
                    LineEvent::Say(message) => self.outbox.control(message),
                },
                () = &mut idle => {
                    let detail = format!("nothing came for {} ms", idle_timeout.as_millis());
                    return Ending::Refused(MessageError::new(Refusal::IdleTimeout, detail));
                }
                _ = ping.tick() => self.outbox.ping(),
                _ = watch.tick() => self.outbox.check(),
                () = drain.cancelled() => return Ending::GoingAway,
            }
        }
    }

    async fn received(&mut self, received: Option<Result<Message, tungstenite::Error>>) -> Result<(), Ending> {
        let message = match received {
            None | Some(Ok(Message::Close(_))) => return Err(Ending::Gone),
            Some(Ok(message)) => message,
            Some(Err(error)) => return Err(refusal_of(&error).map_or(Ending::Gone, Ending::Refused)),
        };
        if !self.messages.take(1.0, Instant::now()) {
            let limit = self.shared.config.limits.messages_per_s;
            return self.refuse(MessageError::new(
                Refusal::RateLimited,
                format!("at most {limit} messages a second"),
            ));
        }
        let handled = match message {
            Message::Text(text) => {
                self.control_in.count(text.len());
                match parse_client(&text) {
                    Ok(ClientMessage::Bye) => return Err(Ending::Goodbye),
                    Ok(message) => self.control(message).await,
                    Err(error) => Err(error),
                }
            }
            Message::Binary(bytes) => {
                self.audio_in.count(bytes.len());
                self.audio(&bytes)
            }
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) | Message::Close(_) => Ok(()),
        };
        handled.or_else(|error| self.refuse(error))
    }

    async fn control(&mut self, message: ClientMessage) -> Result<(), MessageError> {
        let input = match message {
            ClientMessage::RtcOffer { id, sdp } => {
                let answer = self.rtc.offer(id, &sdp).await?;
                self.outbox.control(answer);
                return Ok(());
            }
            ClientMessage::RtcCandidate { id, candidate } => {
                self.rtc.candidate(id, candidate).await;
                return Ok(());
            }
            ClientMessage::RtcClose { id } => {
                self.rtc.close(id);
                return Ok(());
            }
            ClientMessage::Hello(_) => {
                return Err(MessageError::new(Refusal::BadHello, "`hello` was said already"));
            }
            ClientMessage::Ping { id } => {
                self.outbox.control(ServerMessage::Pong { id });
                return Ok(());
            }
            // Handled by the caller, as it ends the stream.
            ClientMessage::Bye => return Ok(()),
            ClientMessage::Press => SessionInput::PushToTalk { pressed: true },
            ClientMessage::Release => {
                // What was said before it is heard before it.
                if let Some(frame) = self.rtc.flush() {
                    self.heard(frame);
                }
                SessionInput::PushToTalk { pressed: false }
            }
            ClientMessage::HandsFree { on } => SessionInput::HandsFree(on),
            ClientMessage::WakeHeard {
                word,
                phrase,
                ago_ms,
                score,
                level_db,
                noise_db,
            } => SessionInput::WakeHeard {
                word: WakeWord { name: word, phrase },
                ago_ms,
                hearing: Hearing {
                    score,
                    level_db,
                    noise_db,
                },
            },
            ClientMessage::Text { text } => SessionInput::Text(text),
            ClientMessage::Cancel => SessionInput::Cancel,
            ClientMessage::PlaybackFinished { turn } => SessionInput::PlaybackFinished { turn_id: TurnId(turn) },
            ClientMessage::Mute { on } => SessionInput::Mute(on),
            ClientMessage::Language { language } => SessionInput::SetLanguage(language.as_deref().map(Language::new)),
        };
        self.hand_over(input);
        Ok(())
    }

    fn audio(&mut self, message: &[u8]) -> Result<(), MessageError> {
        if !self.microphone {
            return Err(MessageError::new(
                Refusal::BadAudio,
                "`hello` named no `microphone` among its capabilities",
            ));
        }
        let frame = self.input.decode(message)?;
        if !self.audio.take(frame.duration_ms() as f64 / 1000.0, Instant::now()) {
            let limit = self.shared.config.limits.audio_speed;
            let detail = format!("audio may come at {limit} times the speed it was spoken");
            return Err(MessageError::new(Refusal::AudioTooFast, detail));
        }
        self.hand_over(SessionInput::Audio(frame));
        Ok(())
    }

    /// What came over WebRTC: what may not be heard is passed over, as what is lost on the way.
    fn heard(&mut self, frame: AudioFrame) {
        if self.microphone && self.audio.take(frame.duration_ms() as f64 / 1000.0, Instant::now()) {
            self.audio_in.count(frame.samples.len() * 2);
            self.hand_over(SessionInput::Audio(frame));
        }
    }

    fn hand_over(&mut self, input: SessionInput) {
        if let Err(Failure { code, detail }) = self.port.input(input)
            && self.failures.take(1.0, Instant::now())
        {
            let sentence = code.spoken(&self.language).to_owned();
            let code = code.as_str().to_owned();
            self.outbox.control(ServerMessage::Error {
                turn: None,
                code,
                sentence,
                detail,
            });
        }
    }

    /// Tells the endpoint; ends the stream when it does not learn, or when the refusal is final.
    fn refuse(&mut self, error: MessageError) -> Result<(), Ending> {
        if error.refusal.close_code().is_some() {
            return Err(Ending::Refused(error));
        }
        self.shared.metrics.refusal(error.refusal.as_str());
        if !self.errors.take(1.0, Instant::now()) {
            let detail = format!("the last was {error}");
            return Err(Ending::Refused(MessageError::new(Refusal::TooManyErrors, detail)));
        }
        self.outbox.control(refusal_message(&error, &self.language));
        Ok(())
    }
}

/// What a broken frame is called; `None` when the connection itself is gone.
pub(crate) fn refusal_of(error: &tungstenite::Error) -> Option<MessageError> {
    let (refusal, detail) = match error {
        tungstenite::Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => (
            Refusal::FrameTooBig,
            format!("a message may have {max_size} bytes, this one has {size} or more"),
        ),
        tungstenite::Error::Capacity(error) => (Refusal::FrameTooBig, error.to_string()),
        tungstenite::Error::Utf8(_) => (Refusal::InvalidUtf8, "a text message must be UTF-8".to_owned()),
        tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => return None,
        tungstenite::Error::Protocol(error) => (Refusal::BadFrame, error.to_string()),
        _ => return None,
    };
    Some(MessageError::new(refusal, detail))
}
