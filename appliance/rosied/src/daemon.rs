//! The daemon put together: store, timers, hub, dialog, engines, sessions. `rosied run` adds the network to it; the
//! other commands use it as it is.

use crate::{
    audit::AuditFile,
    backup,
    bell::{Bell, Presence},
    config::{Config, Layers},
    engines::{Engines, Folders},
    history::History,
    household::{self, Doorway},
    integrations::{Around, Integrations},
    local::Local,
    models::Fetching,
    network::Network,
    permissions::Allowed,
    plugins::Plugins,
    remembering::Remembering,
    session::{House, Place, Sessions},
    speakers::Voices,
    thinking::{Hands, Mind},
    updates::Updates,
};
use rosie_core::{
    engine::EngineHealth,
    record::{TurnObserver, TurnRecord},
};
use rosie_hub::{SystemClock, TimerEvent, TimerSettings, Timers, household::Reach};
use std::{
    sync::{Arc, OnceLock, RwLock, atomic::AtomicU64},
    time::{Duration, Instant},
};
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Everything but the network.
pub struct Rosie {
    pub sessions: Arc<Sessions>,
    pub history: Arc<History>,
    pub folders: Folders,
    pub audit: Arc<AuditFile>,
    /// What endpoints may control.
    pub allowed: Arc<Allowed>,
    pub backups: Arc<backup::Keeper>,
    pub updates: Arc<Updates>,
    pub fetching: Arc<Fetching>,
    pub network: Arc<Network>,
    /// The microphone and loudspeaker of this machine.
    pub local: Arc<Local>,
    pub layers: RwLock<Layers>,
    pub started: Instant,
    pub mind: tokio::sync::Mutex<Mind>,
    pub remembering: Arc<Remembering>,
    pub timers: Timers,
    pub tracker: TaskTracker,
    pub stopping: CancellationToken,
    /// What integrations see of the house; `None` where nobody may reach in.
    pub doorway: Option<Arc<Doorway>>,
    /// `None` for a command that ends at once.
    pub plugins: Option<Arc<Plugins>>,
}

/// Tells several observers.
struct All(Vec<Arc<dyn TurnObserver>>);

impl TurnObserver for All {
    fn turn_finished(&self, record: &TurnRecord) {
        self.0.iter().for_each(|observer| observer.turn_finished(record));
    }
}

impl Rosie {
    /// Starts everything; engines go on loading in the background. `observers` are told of every turn besides the history.
    /// `restart`: cancelled when somebody wants the daemon to start anew; without it nobody from outside may reach in.
    pub async fn start(
        (layers, config): (Layers, Config),
        folders: Folders,
        observers: Vec<Arc<dyn TurnObserver>>,
        restart: Option<CancellationToken>,
    ) -> anyhow::Result<Arc<Self>> {
        let (tracker, stopping) = (TaskTracker::new(), CancellationToken::new());
        let (settled, folder) = (config.clone(), folders.clone());
        let remembering = tokio::task::spawn_blocking(move || Remembering::start(&settled, &folder)).await?;
        let remembering = Arc::new(remembering);
        tracker.spawn(tend(remembering.clone(), stopping.clone()));
        tracker.spawn(household::watch_disk(
            folders.data.clone(),
            vec![folders.phrases()],
            stopping.clone(),
        ));
        let store = &remembering.opened;
        let bell: Arc<OnceLock<Bell>> = Arc::default();
        let (ring, due, ended) = (bell.clone(), tracker.clone(), stopping.clone());
        let timers = Timers::start(
            store.timers.clone(),
            Arc::new(SystemClock),
            TimerSettings::default(),
            Box::new(move |event| match (ring.get(), event) {
                (Some(bell), event) => bell.ring(&event),
                // What rings rings again; a command is due once.
                (None, event @ TimerEvent::Due(_)) => {
                    let (ring, ending) = (ring.clone(), ended.clone());
                    due.spawn(async move {
                        while ring.get().is_none() && !ending.is_cancelled() {
                            tokio::time::sleep(Duration::from_millis(100)).await;
                        }
                        ring.get().inspect(|bell| bell.ring(&event));
                    });
                }
                (None, _) => {}
            }),
            &tracker,
            stopping.child_token(),
        );
        let config = Arc::new(config);
        let engines = Engines::start(config.clone(), folders.clone(), None).await?;
        let audit = Arc::new(AuditFile::start(&folders.data)?);
        let allowed = Arc::<Allowed>::default();
        let (folder, on) = (folders.data.clone(), config.speakers.enabled);
        let voices = Arc::new(tokio::task::spawn_blocking(move || Voices::of(&folder, on)).await?);
        let updates = Arc::new(Updates::default());
        let doorway = restart.map(|restart| {
            let (remembering, data) = (remembering.clone(), folders.data.clone());
            let machine = (data, updates.clone());
            Doorway::new(remembering, timers.clone(), machine, audit.clone(), Some(restart))
        });
        let plugins = doorway
            .is_some()
            .then(|| Plugins::start(&folders.data, &config.plugins.image_folder, audit.clone(), &stopping));
        let around = Around {
            data: &folders.data,
            audit: &audit,
            doorway: doorway.as_ref(),
        };
        let integrations = Integrations::start(&config, around, plugins.clone(), None, &stopping)?;
        let hands = Hands {
            timers: &timers,
            remembering: remembering.clone(),
            integrations: &integrations,
            doorway: doorway.as_ref(),
            audit: audit.clone(),
            allowed: allowed.clone(),
            voices: voices.clone(),
        };
        let mind = Mind::build(&config, &folders, hands, (&tracker, &stopping)).await?;
        let history = Arc::new(History::default());
        let mut observing: Vec<Arc<dyn TurnObserver>> = vec![history.clone(), Arc::new(Presence(timers.clone()))];
        observing.extend(observers);
        observing.extend(doorway.clone().map(|doorway| doorway as Arc<dyn TurnObserver>));
        let happenings = doorway
            .as_ref()
            .map_or_else(|| broadcast::channel(1).0, |doorway| doorway.happenings());
        let silence = timers.clone();
        let silencing = tracker.clone();
        let house = Arc::new(House {
            engines: RwLock::new(Arc::new(engines)),
            dialog: RwLock::new(mind.dialog()),
            integrations: RwLock::new(Arc::new(integrations)),
            config: RwLock::new(config),
            observer: Arc::new(All(observing)),
            settings: store.settings.clone(),
            voices,
            arbitration: Default::default(),
            lent: Default::default(),
            silence: Box::new(move |place: &Place| {
                let (timers, place) = (silence.clone(), place.clone());
                silencing.spawn(async move {
                    if let Err(failure) = timers.silence(&place.endpoint, Some(&place.room)).await {
                        tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "a timer cannot be silenced");
                    }
                });
            }),
            happenings,
            turns: AtomicU64::new(0),
            tracker: tracker.clone(),
            stopping: stopping.clone(),
        });
        let sessions = Sessions::new(house);
        if let Some(doorway) = &doorway {
            doorway.open(&sessions, history.clone());
        }
        let _ = bell.set(Bell::new(&sessions, timers.clone()));
        Ok(Arc::new(Self {
            sessions,
            history,
            folders,
            audit,
            allowed,
            backups: Arc::default(),
            updates,
            fetching: Arc::default(),
            network: Arc::default(),
            local: Arc::default(),
            layers: RwLock::new(layers),
            started: Instant::now(),
            mind: tokio::sync::Mutex::new(mind),
            remembering,
            timers,
            tracker,
            stopping,
            doorway,
            plugins,
        }))
    }

    /// Waits until no engine is loading any more, at most `limit`.
    pub async fn settled(&self, limit: Duration) {
        let until = Instant::now() + limit;
        let loading = || {
            let engines = self.sessions.house.engines();
            engines
                .infos()
                .iter()
                .any(|(_, info)| info.health == EngineHealth::Loading)
        };
        while loading() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the language model that would be asked is not loading any more, at most `limit`.
    pub async fn model_loaded(&self, limit: Duration) {
        let until = Instant::now() + limit;
        while self.sessions.house.dialog().llm().health == EngineHealth::Loading && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Says it at every endpoint. Whether somebody can have heard it: false too while there is no voice yet.
    pub fn says_everywhere(&self, sentence: &str) -> bool {
        let engines = self.sessions.house.engines().infos();
        let has_voice = engines.iter().any(|(part, info)| {
            *part == "tts" && matches!(info.health, EngineHealth::Ready | EngineHealth::Degraded { .. })
        });
        has_voice && self.sessions.say(&Reach::Everywhere, sentence, false).spoken > 0
    }

    /// Ends sessions and tasks; turns in progress get the grace time of the configuration.
    pub async fn stop(&self) {
        let grace = Duration::from_millis(self.sessions.house.config().server.shutdown_grace_ms);
        self.stopping.cancel();
        self.mind.lock().await.stop();
        self.sessions.house.integrations().stop().await;
        if let Some(plugins) = &self.plugins {
            plugins.stop().await;
        }
        self.tracker.close();
        if tokio::time::timeout(grace, self.tracker.wait()).await.is_err() {
            tracing::warn!("some tasks did not end within the grace time and are cut");
        }
        let audit = self.audit.clone();
        let _ = tokio::task::spawn_blocking(move || audit.flush()).await;
        let remembering = self.remembering.clone();
        if tokio::task::spawn_blocking(move || remembering.end()).await.is_err() {
            tracing::error!("the memory broke down while it was closed");
        }
    }
}

/// How often what waits for the disk is tried.
const TEND_EVERY: Duration = Duration::from_secs(10);

/// Takes what could not be written over into the file, as soon as it can be.
async fn tend(remembering: Arc<Remembering>, stopping: CancellationToken) {
    while stopping
        .run_until_cancelled(tokio::time::sleep(TEND_EVERY))
        .await
        .is_some()
    {
        if remembering.opened.is_waiting() {
            let remembering = remembering.clone();
            // It logs what it does, and nothing comes of it that is to be told.
            let _ = tokio::task::spawn_blocking(move || remembering.opened.tend()).await;
        }
    }
}
