//! This machine as a satellite: wake word, microphone, loudspeaker, LEDs and button here, everything else at another Rosie.
//!
//! No recogniser, no voice model, no language model and no memory is begun. The microphone and loudspeaker get a session as in a
//! Rosie of her own ([`rosie_device`] knows no difference), and [`seat`] holds it here, with a line to the server behind it
//! ([`rosie_gateway::Uplink`]).

mod bell;
mod front;
mod gate;
mod port;
mod seat;
mod sound;
mod told;
mod words;

pub use front::Front;

use crate::{
    config::Config,
    engines::{self, Folders},
};
use rosie_core::{
    EndpointId, Failure, Language,
    engine::{EngineHealth, EngineInfo, TextToSpeech, WakeEngine},
    session::EndpointSpec,
};
use rosie_device::LocalEndpoint;
use rosie_gateway::{Standing, Told, Uplink, UplinkConfig};
use rosie_speech::tts::{Router, TtsConfig};
use seat::Seat;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Folder of the data folder for the key that pairing gave and the server's authority.
const FOLDER: &str = "satellite";

/// After so long a start or a connection has settled.
const SETTLED: Duration = Duration::from_secs(5);

/// What the session of microphone and loudspeaker is made with.
pub struct Parts {
    pub config: Config,
    pub wake: Arc<dyn WakeEngine>,
    /// For what is said without the server.
    pub voice: Arc<dyn TextToSpeech>,
    pub standing: Arc<watch::Sender<Standing>>,
    pub tracker: TaskTracker,
    host: String,
    folder: PathBuf,
    stopping: CancellationToken,
    /// The session that is open.
    seat: Mutex<Weak<Seat>>,
}

impl Parts {
    pub fn endpoint(&self) -> EndpointId {
        EndpointId(self.config.satellite.name(&self.host))
    }

    pub fn language(&self) -> Language {
        crate::config::languages(&self.config).swap_remove(0)
    }

    /// A line to the server, for a session like that.
    fn uplink(&self, spec: &EndpointSpec, listener: impl Fn(Told) + Send + Sync + 'static) -> Uplink {
        let config = UplinkConfig {
            server: self.config.satellite.address(),
            endpoint: self.endpoint().0,
            label: format!("Satellite {}", self.host),
            room: spec.room.clone().map(|room| room.0),
            speaks: spec.wants_audio,
            authority: self.config.satellite.authority(),
            folder: self.folder.clone(),
        };
        let standing = self.standing.clone();
        Uplink::start(config, standing, Box::new(listener), &self.tracker, &self.stopping)
    }
}

/// A running satellite.
pub struct Satellite {
    parts: Arc<Parts>,
    device: LocalEndpoint,
    started: Instant,
}

impl Satellite {
    /// Begins; must be called where there is a reactor.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(config: Config, folders: &Folders) -> anyhow::Result<Arc<Self>> {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let device = config.device.wanted();
        let parts = Arc::new(Parts {
            wake: engines::wake(&config, folders)?,
            voice: Arc::new(Router::start(TtsConfig::new(folders.onnxruntime(), Vec::new()))?),
            standing: Arc::default(),
            tracker: TaskTracker::new(),
            host: host.trim().to_owned(),
            folder: folders.data.join(FOLDER),
            stopping: CancellationToken::new(),
            seat: Mutex::default(),
            config,
        });
        let (opening, reactor) = (parts.clone(), Handle::current());
        let device = LocalEndpoint::start(
            device,
            Box::new(move |spec, sink| {
                // A session has tasks, and this is none of the reactor's threads.
                let _inside = reactor.enter();
                let (port, seat) = Seat::open(&opening, spec, sink);
                *opening.seat.lock().unwrap_or_else(PoisonError::into_inner) = seat;
                Ok::<_, Failure>(port)
            }),
        )?;
        let satellite = Arc::new(Self {
            parts,
            device,
            started: Instant::now(),
        });
        let shown = satellite.clone();
        satellite.parts.tracker.spawn(async move { shown.show_pairing().await });
        let rests = satellite.clone();
        satellite.parts.tracker.spawn(async move { rests.rest().await });
        Ok(satellite)
    }

    /// Gives back what starting and connecting took: a small machine has other use for it.
    async fn rest(&self) {
        let mut standing = self.parts.standing.subscribe();
        let resting = async {
            loop {
                tokio::time::sleep(SETTLED).await;
                let _ = tokio::task::spawn_blocking(rosie_speech::release_unused_memory).await;
                if standing.changed().await.is_err() {
                    return;
                }
            }
        };
        self.parts.stopping.run_until_cancelled(resting).await;
    }

    /// A code to be typed is said once, and the LEDs show that one is waited for.
    async fn show_pairing(&self) {
        let mut standing = self.parts.standing.subscribe();
        loop {
            let now = standing.borrow_and_update().clone();
            let pairs = matches!(now, Standing::Pairing { .. });
            self.device.show_set_up(pairs);
            let seat = self.parts.seat.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
            if let (true, Some(seat), Some(code)) = (pairs, seat, words::of(&now, &self.parts.language())) {
                seat.speak(code);
            }
            tokio::select! {
                changed = standing.changed() => if changed.is_err() { return },
                () = self.parts.stopping.cancelled() => return,
            }
        }
    }

    /// Says goodbye to the server and lets go of the cards.
    pub async fn stop(self: Arc<Self>) {
        let device = self.clone();
        let _ = tokio::task::spawn_blocking(move || device.device.stop()).await;
        self.parts.stopping.cancel();
        self.parts.tracker.close();
        let grace = Duration::from_millis(self.parts.config.server.shutdown_grace_ms);
        if tokio::time::timeout(grace, self.parts.tracker.wait()).await.is_err() {
            tracing::warn!("the line to the server did not end within the grace time and is cut");
        }
    }

    fn health(&self) -> BTreeMap<String, EngineInfo> {
        BTreeMap::from([
            ("device".to_owned(), self.device.health()),
            ("server".to_owned(), line(&self.parts.standing.borrow())),
            ("wake".to_owned(), self.parts.wake.info()),
        ])
    }
}

/// The line to the server, as a part that has health.
fn line(standing: &Standing) -> EngineInfo {
    let (model, health) = match standing {
        Standing::Beginning => (String::new(), EngineHealth::Loading),
        Standing::Connected { server, room } => (format!("{server}, {room}"), EngineHealth::Ready),
        Standing::Away(reason) => {
            let reason = reason.clone();
            (String::new(), EngineHealth::Unavailable { reason })
        }
        Standing::Pairing { code, server } => {
            let reason = format!("to pair it, type the code {code} on {server}/people");
            (server.clone(), EngineHealth::NotSetUp { reason })
        }
    };
    EngineInfo {
        engine: "satellite".to_owned(),
        model,
        health,
        queue_depth: 0,
        dropped: 0,
        restarts: 0,
    }
}
