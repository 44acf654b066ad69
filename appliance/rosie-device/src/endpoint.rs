//! Starting and ending the local endpoint.

use crate::{
    capture::capture,
    cards::{self, Choice},
    driver::Driver,
    error::DeviceError,
    front::{FrontConfig, Reference},
    hat::HatChoice,
    health::{self, Side},
    inbox::Inbox,
    keeping::{Stop, keep},
    playback::playback,
    sounding::Sounding,
};
use rosie_core::{
    Failure, RoomId,
    engine::EngineInfo,
    session::{EndpointSpec, SessionPort, SessionSink},
};
use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The id of the local endpoint.
pub const ENDPOINT: &str = "local";
/// A thread that waits for a card for so long at the end is left to itself.
const GRACE: Duration = Duration::from_secs(1);

/// What the owner said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceConfig {
    /// A PCM name; empty: the likeliest card.
    pub capture: String,
    /// A PCM name; empty: the likeliest card.
    pub playback: String,
    /// The only channel of the microphone that is heard, counted from 1; 0: what the card is known for, else all of them.
    pub channel: u16,
    /// `None`: the first room.
    pub room: Option<RoomId>,
    /// What is done to what the microphone hears.
    pub front: FrontConfig,
    /// Listen for the wake word; else only the button calls.
    pub wake_word: bool,
    /// Speech over a reply stops it, where the echo is taken out.
    pub barge_in: bool,
    pub hat: HatChoice,
    /// Of the LEDs, 0 to 100.
    pub brightness_percent: u8,
}

impl DeviceConfig {
    /// The microphone, and which of its channels is heard.
    pub(crate) fn capture_pcm(&self) -> Result<(String, u16), DeviceError> {
        let Self { capture, channel, .. } = self;
        if !capture.is_empty() {
            return Ok((capture.clone(), *channel));
        }
        let Choice {
            capture,
            channel: known,
            ..
        } = cards::choose(&cards::cards());
        let channel = if *channel == 0 { known } else { *channel };
        Ok((capture.ok_or(DeviceError::NoCard)?, channel))
    }

    pub(crate) fn playback_pcm(&self) -> Result<String, DeviceError> {
        match self.playback.as_str() {
            "" => cards::choose(&cards::cards()).playback.ok_or(DeviceError::NoCard),
            name => Ok(name.to_owned()),
        }
    }
}

/// Opens a session. Called on a thread of the endpoint's.
pub type OpenSession = Box<dyn Fn(EndpointSpec, SessionSink) -> Result<Box<dyn SessionPort>, Failure> + Send>;

/// What the threads share.
pub(crate) struct Shared {
    pub config: DeviceConfig,
    pub inbox: Inbox,
    pub sounding: Sounding,
    /// What sounds, and when.
    pub reference: Reference,
    pub microphone: Side,
    pub speaker: Side,
    /// What is wrong with the HAT.
    pub hat: Mutex<Option<String>>,
    /// Her own Wi-Fi is open for the set-up.
    pub set_up: AtomicBool,
    pub stop: Stop,
}

/// The running endpoint. It ends with [`Self::stop`].
pub struct LocalEndpoint {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl LocalEndpoint {
    /// # Errors
    /// The system gives no thread.
    pub fn start(config: DeviceConfig, open: OpenSession) -> std::io::Result<Self> {
        let shared = Shared::new(config);
        let endpoint = Self {
            shared: shared.clone(),
            threads: Mutex::default(),
        };
        endpoint.spawn("rosie-mic", |shared| {
            keep(&shared.stop, &shared.microphone, || {
                let (pcm, channel) = shared.config.capture_pcm()?;
                capture(&pcm, channel, &shared.inbox, &shared.microphone, &shared.stop)
            });
        })?;
        endpoint.spawn("rosie-speaker", |shared| {
            keep(&shared.stop, &shared.speaker, || {
                let pcm = shared.config.playback_pcm()?;
                let Shared {
                    sounding,
                    reference,
                    inbox,
                    speaker,
                    stop,
                    ..
                } = &**shared;
                playback(&pcm, sounding, reference, inbox, speaker, stop)
            });
        })?;
        endpoint.spawn("rosie-endpoint", move |shared| Driver::new(shared, open).run())?;
        Ok(endpoint)
    }

    fn spawn(&self, name: &str, work: impl FnOnce(&Arc<Shared>) + Send + 'static) -> std::io::Result<()> {
        let shared = self.shared.clone();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || work(&shared))?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    /// How it is, in words.
    pub fn health(&self) -> EngineInfo {
        let Shared {
            inbox,
            sounding,
            microphone,
            speaker,
            hat,
            ..
        } = &*self.shared;
        let hat = hat.lock().unwrap_or_else(PoisonError::into_inner).clone();
        health::info(microphone, speaker, hat, inbox.dropped() + sounding.dropped())
    }

    /// Whether her own Wi-Fi is open for the set-up: the LEDs tell whoever stands before her.
    pub fn show_set_up(&self, on: bool) {
        if self.shared.set_up.swap(on, Relaxed) != on {
            self.shared.inbox.nudge();
        }
    }

    /// Says goodbye to the session and lets go of the cards. Waits a moment for that.
    pub fn stop(&self) {
        self.shared.stop.stop();
        self.shared.inbox.nudge();
        self.shared.sounding.nudge();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let until = Instant::now() + GRACE;
        while threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < until {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Shared {
    pub fn new(config: DeviceConfig) -> Arc<Self> {
        Arc::new_cyclic(|shared: &Weak<Shared>| {
            let side = |what| {
                let shared = shared.clone();
                Side::new(what, move || {
                    shared.upgrade().inspect(|shared| shared.inbox.nudge());
                })
            };
            Shared {
                config,
                inbox: Inbox::default(),
                sounding: Sounding::default(),
                reference: Reference::default(),
                microphone: side("microphone"),
                speaker: side("loudspeaker"),
                hat: Mutex::default(),
                set_up: AtomicBool::default(),
                stop: Stop::default(),
            }
        })
    }
}
