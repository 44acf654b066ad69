//! `detect`: wake words in what a client streams, until it stops.

use super::audio::{Format, Sound};
use rosie_core::{
    AudioFrame, Failure, SampleRate,
    engine::{WakeEvent, WakeStream},
    pipeline::Pipeline,
};
use rosie_proto::wyoming::Event;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A word is known only when a little was heard after it: so much silence follows what was sent, milliseconds.
const AFTER: u64 = 600;
/// The engine listens in pieces of so many samples.
const PIECE: u64 = 1_280;

pub(super) struct Waking {
    stream: Box<dyn WakeStream>,
    events: UnboundedReceiver<WakeEvent>,
    sound: Option<Sound>,
    /// What the client calls the time of its first sound, milliseconds.
    began: u64,
    /// The client has stopped: it is answered when so much was listened to.
    until: Option<u64>,
    heard: bool,
    over: bool,
}

impl Waking {
    /// # Errors
    /// None of the words is known, or nothing can listen.
    pub fn start(pipeline: &dyn Pipeline, detect: &Event) -> Result<Self, Failure> {
        let names = detect.data.get("names").and_then(Value::as_array);
        let names = names.into_iter().flatten().filter_map(Value::as_str);
        let (tell, events) = unbounded_channel();
        let sink = Box::new(move |event| drop(tell.send(event)));
        Ok(Self {
            stream: pipeline.listen(names.map(str::to_owned).collect(), sink)?,
            events,
            sound: None,
            began: 0,
            until: None,
            heard: false,
            over: false,
        })
    }

    /// What the engine says next; never, where nothing is listened to.
    pub async fn next(waking: &mut Option<Waking>) -> WakeEvent {
        let event = match waking {
            Some(waking) => waking.events.recv().await,
            None => None,
        };
        match event {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    /// `audio-start`, `audio-chunk` or `audio-stop`.
    ///
    /// # Errors
    /// What to send instead.
    pub fn take(&mut self, event: &Event) -> Result<(), String> {
        match event.kind.as_str() {
            "audio-chunk" => self.hear(event),
            "audio-stop" => {
                let rate = self
                    .sound
                    .as_ref()
                    .map_or(SampleRate::HEARING.0, |sound| sound.format().rate);
                let channels = self.sound.as_ref().map_or(1, |sound| sound.format().channels);
                let silence = vec![0; SampleRate(rate).samples(AFTER) * usize::from(channels)];
                self.stream.push(&AudioFrame {
                    samples: silence,
                    rate: SampleRate(rate),
                    channels,
                });
                self.until = Some(self.stream.pushed() / PIECE * PIECE);
                Ok(())
            }
            _ => Format::of(event).map(drop),
        }
    }

    fn hear(&mut self, event: &Event) -> Result<(), String> {
        let format = Format::of(event)?;
        if self.sound.as_ref().is_none_or(|sound| sound.format() != format) {
            self.began = event.number("timestamp").unwrap_or_default();
            self.sound = Some(Sound::new(format));
        }
        if let Some(sound) = &mut self.sound {
            self.stream.push(&sound.frame(&event.payload));
        }
        Ok(())
    }

    /// What the client is told.
    ///
    /// # Errors
    /// The engine broke down.
    pub fn tell(&mut self, event: WakeEvent) -> Result<Option<Event>, Failure> {
        match event {
            WakeEvent::Heard(detection) => {
                self.heard = true;
                let timestamp = self.began + SampleRate::HEARING.millis(detection.end_sample as usize);
                let found = json!({ "name": detection.word.name, "timestamp": timestamp });
                Ok(Some(Event::new("detection", found)))
            }
            WakeEvent::Listened { end_sample } => {
                self.over = self.until.is_some_and(|until| end_sample >= until);
                let missed = self.over && !self.heard;
                Ok(missed.then(|| Event::new("not-detected", json!(null))))
            }
            WakeEvent::Failed(failure) => Err(failure),
        }
    }

    /// Everything that was sent was listened to.
    pub fn is_over(&self) -> bool {
        self.over
    }
}
