//! A Wyoming satellite as an endpoint: Rosie connects to it, as Home Assistant would, and it becomes a session in its room.
//!
//! A satellite that finds its wake word itself asks for a pipeline from `asr` on; one that leaves that to the server asks for one
//! from `wake` on, and Rosie listens for hers in all that it streams. Her own endpointer says when the person has finished.

use super::{
    SatelliteConfig,
    audio::{self, Format, Sound},
    link::{self, LinkError, Reader, Writer, trouble},
    told::{self, Told},
};
use rosie_core::{
    AudioFrame, EndpointId, SampleRate, TurnId,
    appliance::Appliance,
    session::{EndpointSpec, SessionEvent, SessionInput, SessionPort, TimerCount, TurnState},
};
use rosie_proto::wyoming::Event;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{
    net::TcpStream,
    sync::mpsc::{self, UnboundedReceiver},
    time::{Instant, MissedTickBehavior, interval, timeout},
};

/// The first wait before a satellite that is away is tried again; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(5);
const PING_EVERY: Duration = Duration::from_secs(5);
/// One that stops streaming in the middle of a sentence (it thinks that nobody called) is heard as silent: so much at a time.
const SILENCE_EVERY: Duration = Duration::from_millis(100);
/// A satellite that says nothing for this long, with pings sent, is gone. Some know no pings, but those stream all the time.
const GONE: Duration = Duration::from_secs(30);

/// Keeps one satellite connected, for ever. One that was found, and is no satellite or stands in no room of this house, is
/// left alone.
pub(super) async fn keep(satellite: SatelliteConfig, appliance: Arc<dyn Appliance>) {
    let mut pause = FIRST_PAUSE;
    // To go on with the session after the connection broke.
    let mut token = None;
    loop {
        let started = Instant::now();
        match timeout(CONNECT, TcpStream::connect(&satellite.address)).await {
            Ok(Ok(stream)) => {
                let ended = live(stream, &satellite, &*appliance, &mut token).await;
                if satellite.found
                    && let Err(error @ (Ended::NoSatellite | Ended::NoRoom)) = &ended
                {
                    tracing::info!(address = satellite.address, why = %error, "what was found is left alone");
                    return;
                }
                let why = ended
                    .err()
                    .map_or_else(|| "it hung up".to_owned(), |error| error.to_string());
                tracing::warn!(address = satellite.address, why, "a Wyoming satellite went away");
            }
            Ok(Err(error)) => {
                tracing::debug!(address = satellite.address, %error, "a Wyoming satellite is not reached")
            }
            Err(_) => tracing::debug!(address = satellite.address, "a Wyoming satellite does not answer"),
        }
        if started.elapsed() > LONGEST_PAUSE {
            pause = FIRST_PAUSE;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("{0}")]
    Link(#[from] LinkError),
    #[error("it is no satellite: its info says nothing of one")]
    NoSatellite,
    #[error("its area is no room of this house")]
    NoRoom,
    #[error("it said nothing for too long")]
    Silent,
    #[error("no session for it: {0}")]
    Refused(String),
}

impl From<rosie_core::Failure> for Ended {
    fn from(failure: rosie_core::Failure) -> Self {
        Ended::Refused(failure.detail)
    }
}

/// One connection's state.
struct Live {
    port: Box<dyn SessionPort>,
    writer: Writer,
    /// The satellite streams what a person says.
    listens: bool,
    /// It streams all the time, or whenever somebody speaks: Rosie listens for the wake word in that.
    wakes: bool,
    /// Its stream has just begun.
    begins: bool,
    /// A wake word was heard, and no transcript has been sent since.
    called: bool,
    /// The turn waits for what a person says.
    awaits_words: bool,
    sound: Option<Sound>,
    /// Audio events of this turn were begun and not ended.
    plays: Option<TurnId>,
    /// Its last sound was sent: the satellite says when it has sounded.
    sounds: Option<TurnId>,
}

async fn live(
    stream: TcpStream,
    satellite: &SatelliteConfig,
    appliance: &dyn Appliance,
    token: &mut Option<String>,
) -> Result<(), Ended> {
    let (mut reader, mut writer) = link::split(stream);
    writer.send(&Event::new("describe", json!(null))).await?;
    let info = timeout(CONNECT, told::info(&mut reader))
        .await
        .map_err(|_| Ended::Silent)??;
    let told = info.as_ref().and_then(Told::of).ok_or(Ended::NoSatellite)?;
    let room = match satellite.found {
        true => Some(told.room(appliance).ok_or(Ended::NoRoom)?),
        false => satellite.room.clone(),
    };
    let (heard, mut events) = mpsc::unbounded_channel();
    let spec = EndpointSpec {
        endpoint: EndpointId::from(format!("satellite-{}", told.name).as_str()),
        room,
        language: None,
        playback_rate: 22_050,
        wants_audio: true,
        has_screen: false,
        has_leds: false,
        passing: false,
        resume: token.take(),
    };
    let port = appliance.open_session(spec, Box::new(move |event| drop(heard.send(event))))?;
    *token = Some(port.opened().resume_token);
    writer.send(&Event::new("run-satellite", json!(null))).await?;
    tracing::info!(address = satellite.address, "a Wyoming satellite is connected");
    let mut live = Live {
        port,
        writer,
        listens: false,
        wakes: false,
        begins: false,
        called: false,
        awaits_words: false,
        sound: None,
        plays: None,
        sounds: None,
    };
    live.run(&mut reader, &mut events).await
}

impl Live {
    async fn run(&mut self, reader: &mut Reader, events: &mut UnboundedReceiver<SessionEvent>) -> Result<(), Ended> {
        let mut ping = interval(PING_EVERY);
        let mut silence = interval(SILENCE_EVERY);
        silence.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = Instant::now();
        loop {
            tokio::select! {
                event = reader.next() => {
                    let Some(event) = event? else { return Ok(()) };
                    last = Instant::now();
                    self.satellite_says(event).await?;
                }
                event = events.recv() => {
                    let Some(event) = event else { return Ok(()) };
                    self.session_says(event).await?;
                }
                _ = silence.tick(), if self.wakes && self.awaits_words && !self.listens => {
                    self.port.input(SessionInput::Audio(nothing()))?;
                }
                _ = ping.tick() => {
                    if last.elapsed() > GONE && self.sounds.is_none() {
                        return Err(Ended::Silent);
                    }
                    self.writer.send(&Event::new("ping", json!({ "text": "rosie" }))).await?;
                }
            }
        }
    }

    async fn satellite_says(&mut self, event: Event) -> Result<(), Ended> {
        match event.kind.as_str() {
            "run-pipeline" if event.text("start_stage") == Some("wake") => {
                (self.listens, self.begins, self.sound) = (true, true, None);
                self.wake_by_word(true)?;
                self.tell("detect", json!({})).await?;
            }
            "run-pipeline" => {
                (self.listens, self.sound) = (true, None);
                self.wake_by_word(false)?;
                self.writer.send(&Event::new("transcribe", json!({}))).await?;
                // A tap: the endpointer hears when the person has finished.
                self.port.input(SessionInput::PushToTalk { pressed: true })?;
                self.port.input(SessionInput::PushToTalk { pressed: false })?;
            }
            "audio-chunk" if self.listens => match Format::of(&event) {
                Ok(format) => {
                    let sound = self.sound.get_or_insert_with(|| Sound::new(format));
                    if sound.format() != format {
                        *sound = Sound::new(format);
                    }
                    let mut frame = sound.frame(&event.payload);
                    // What it kept from before somebody spoke begins with nothing where it kept less than it has room for.
                    if std::mem::take(&mut self.begins) {
                        let sounds = frame.samples.iter().position(|sample| *sample != 0);
                        frame.samples.drain(..sounds.unwrap_or(frame.samples.len()));
                    }
                    self.port.input(SessionInput::Audio(frame))?;
                }
                Err(text) => {
                    self.listens = false;
                    self.writer.send(&trouble(&text, "bad-request")).await?;
                }
            },
            // Its own detector heard the end, or the button was pressed again.
            "audio-stop" | "streaming-stopped" | "pause-satellite" => self.listens = false,
            "played" => {
                if let Some(turn_id) = self.sounds.take() {
                    self.port.input(SessionInput::PlaybackFinished { turn_id })?;
                }
            }
            "ping" => {
                self.writer
                    .send(&Event {
                        kind: "pong".to_owned(),
                        ..event
                    })
                    .await?
            }
            _ => {}
        }
        Ok(())
    }

    async fn session_says(&mut self, event: SessionEvent) -> Result<(), Ended> {
        match event {
            SessionEvent::State { state, .. } => {
                self.awaits_words = state == TurnState::Listening;
                Ok(())
            }
            SessionEvent::WakeHeard { word, .. } => {
                self.called = true;
                self.tell("detection", json!({ "name": word })).await?;
                self.tell("transcribe", json!({})).await
            }
            SessionEvent::SpeechStarted { .. } => self.tell("voice-started", json!({})).await,
            SessionEvent::EndOfSpeech { .. } => self.tell("voice-stopped", json!({})).await,
            SessionEvent::Transcript { text, language, .. } => {
                self.hears_no_more();
                let said = json!({ "text": text, "language": language.tag() });
                self.tell("transcript", said).await
            }
            SessionEvent::ReplyFinished { text, .. } => self.tell("synthesize", json!({ "text": text })).await,
            SessionEvent::Failed { sentence, code, .. } => {
                self.hears_no_more();
                Ok(self.writer.send(&trouble(&sentence, code.as_str())).await?)
            }
            SessionEvent::Audio { turn_id, frame } => {
                if self.plays.replace(turn_id).is_none() {
                    self.writer.send(&audio::start(&frame)).await?;
                }
                for chunk in audio::chunks(&frame) {
                    self.writer.send(&chunk).await?;
                }
                Ok(())
            }
            SessionEvent::AudioFinished { turn_id } => {
                self.sounds = Some(turn_id);
                self.silence().await
            }
            SessionEvent::StopPlayback { .. } => self.silence().await,
            SessionEvent::TurnFinished { .. } => {
                // Nobody spoke: the satellite would stream on.
                if std::mem::take(&mut self.called) || (self.listens && !self.wakes) {
                    self.hears_no_more();
                    self.tell("transcript", json!({ "text": "" })).await?;
                }
                self.silence().await
            }
            SessionEvent::TimerCounts { id, how } => {
                let (kind, data) = timer(id, how);
                self.tell(kind, data).await
            }
            SessionEvent::TimerRinging { id, .. } => self.tell("timer-finished", json!({ "id": id.to_string() })).await,
            _ => Ok(()),
        }
    }

    /// Whether the wake word is listened for in what it streams. The session is told of a satellite that has one of its own, too.
    fn wake_by_word(&mut self, on: bool) -> Result<(), Ended> {
        self.wakes = on;
        Ok(self.port.input(SessionInput::WakeWord(on))?)
    }

    /// The satellite is told what was said; one that is called by the wake word streams on.
    fn hears_no_more(&mut self) {
        (self.called, self.listens) = (false, self.listens && self.wakes);
    }

    async fn silence(&mut self) -> Result<(), Ended> {
        if self.plays.take().is_some() {
            self.writer.send(&audio::stop()).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, kind: &str, data: serde_json::Value) -> Result<(), Ended> {
        Ok(self.writer.send(&Event::new(kind, data)).await?)
    }
}

fn nothing() -> AudioFrame {
    let samples = SampleRate::HEARING.samples(SILENCE_EVERY.as_millis() as u64);
    AudioFrame::mono(vec![0; samples], SampleRate::HEARING)
}

/// What a satellite that shows timers is told, by the package's `wyoming.timer`.
fn timer(id: u64, how: TimerCount) -> (&'static str, serde_json::Value) {
    let id = id.to_string();
    match how {
        TimerCount::Begun { name, seconds } => {
            let mut data = json!({
                "id": id,
                "total_seconds": seconds,
                "start_hours": seconds / 3600,
                "start_minutes": seconds / 60 % 60,
                "start_seconds": seconds % 60,
            });
            if let Some(name) = name {
                data["name"] = json!(name);
            }
            ("timer-started", data)
        }
        TimerCount::Changed { seconds_left, active } => (
            "timer-updated",
            json!({ "id": id, "is_active": active, "total_seconds": seconds_left }),
        ),
        TimerCount::Cancelled => ("timer-cancelled", json!({ "id": id })),
    }
}
