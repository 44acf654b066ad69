//! The daemon as integrations see it that reach into the house (`rosie_hub::household`). It is handed to them before the
//! house is there, and shows an empty one until then.

mod asking;
mod disk;
mod vitals;

use crate::{
    history::History,
    remembering::Remembering,
    session::{Sessions, unix_ms},
    updates::Updates,
};
use asking::{Asking, Origin};
pub use disk::{disk_free, disk_health, watch_disk};
use rosie_core::{
    BoxFuture, CallContext, ConversationId, EndpointId, ErrorCode, Failure, Language, RoomId, TurnId,
    audit::{AuditLog, Deed},
    memory::MemoryAdmin,
    record::{TurnObserver, TurnRecord},
    store::{SettingStore, TimerRecord},
    update::{UpdateAdmin, UpdateState},
};
use rosie_hub::{
    Timers,
    household::{Answer, Happening, Household, Reach, Said, Seat, Vitals, WakeWords},
};
use std::{
    sync::{Arc, OnceLock, Weak},
    time::Instant,
};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use vitals::Meter;
pub use vitals::temperature;

/// Happenings that may wait for who follows them.
const HAPPENINGS: usize = 512;

/// The house, once it is there.
struct Inside {
    sessions: Weak<Sessions>,
    history: Arc<History>,
}

pub struct Doorway {
    inside: OnceLock<Inside>,
    is_open: watch::Sender<bool>,
    happenings: broadcast::Sender<Happening>,
    settings: Arc<dyn SettingStore>,
    remembering: Arc<Remembering>,
    timers: Timers,
    asking: Asking,
    meter: Meter,
    updates: Arc<Updates>,
    started: Instant,
    audit: Arc<dyn AuditLog>,
    /// Where whoever runs the daemon starts it anew when this is cancelled.
    restart: Option<CancellationToken>,
}

impl Doorway {
    pub fn new(
        remembering: Arc<Remembering>,
        timers: Timers,
        (data, updates): (std::path::PathBuf, Arc<Updates>),
        audit: Arc<dyn AuditLog>,
        restart: Option<CancellationToken>,
    ) -> Arc<Self> {
        Arc::new(Self {
            inside: OnceLock::new(),
            is_open: watch::Sender::new(false),
            happenings: broadcast::channel(HAPPENINGS).0,
            settings: remembering.opened.settings.clone(),
            remembering,
            timers,
            asking: Asking::default(),
            meter: Meter::new(data),
            updates,
            started: Instant::now(),
            audit,
            restart,
        })
    }

    /// The house is there.
    pub fn open(&self, sessions: &Arc<Sessions>, history: Arc<History>) {
        let sessions = Arc::downgrade(sessions);
        let _ = self.inside.set(Inside { sessions, history });
        self.is_open.send_replace(true);
    }

    pub fn happenings(&self) -> broadcast::Sender<Happening> {
        self.happenings.clone()
    }

    /// What was set from outside goes into the list of deeds, too.
    fn note(&self, action: &str, room: RoomId, result: &Result<(), Failure>) {
        let context = CallContext {
            turn_id: TurnId(0),
            endpoint: EndpointId(asking::MQTT.to_owned()),
            room,
            language: Language::default(),
            conversation: ConversationId(String::new()),
            user: None,
        };
        let deed = Deed::new(unix_ms(), asking::MQTT, &context, action.to_owned());
        self.audit.add(vec![match result {
            Ok(()) => deed,
            Err(failure) => deed.failed(failure.code),
        }]);
    }

    async fn remember_or_not(&self, room: RoomId, on: bool) -> Result<(), Failure> {
        let memory = self
            .memory()
            .ok_or_else(|| Failure::new(ErrorCode::MemoryUnavailable, "the memory is off: set memory.enabled"))?;
        let mut settings = memory.settings()?;
        settings.do_not_store_rooms.retain(|known| *known != room);
        if !on {
            settings.do_not_store_rooms.push(room);
        }
        memory.set_settings(settings).await
    }

    /// What another assistant asks.
    pub async fn asked_by_assistant(
        &self,
        room: RoomId,
        text: String,
        language: Option<Language>,
    ) -> Result<Answer, Failure> {
        self.asked(asking::MCP, room, text, language).await
    }

    async fn asked(
        &self,
        origin: Origin,
        room: RoomId,
        text: String,
        language: Option<Language>,
    ) -> Result<Answer, Failure> {
        // A question may have waited at the broker, and come before the house is there.
        let _ = self.is_open.subscribe().wait_for(|open| *open).await;
        let gone = || Failure::new(ErrorCode::Busy, "Rosie is going away: ask again in a second");
        let sessions = self.sessions().ok_or_else(gone)?;
        self.asking.ask(&sessions, (origin, room), text, language).await
    }

    fn sessions(&self) -> Option<Arc<Sessions>> {
        self.inside.get()?.sessions.upgrade()
    }

    fn memory(&self) -> Option<Arc<dyn MemoryAdmin>> {
        self.remembering.of_owner()
    }
}

impl TurnObserver for Doorway {
    fn turn_finished(&self, record: &TurnRecord) {
        if self.happenings.receiver_count() > 0 {
            let _ = self.happenings.send(Happening::Turn(Arc::new(record.clone())));
        }
    }
}

impl Household for Doorway {
    fn endpoints(&self) -> Vec<Seat> {
        self.sessions().map(|sessions| sessions.seats()).unwrap_or_default()
    }

    fn happenings(&self) -> broadcast::Receiver<Happening> {
        self.happenings.subscribe()
    }

    fn say(&self, to: &Reach, text: &str, urgent: bool) -> Said {
        self.sessions()
            .map(|sessions| sessions.say(to, text, urgent))
            .unwrap_or_default()
    }

    fn pass_on(&self, said_in: (&EndpointId, TurnId), to: &Reach, text: &str) -> Said {
        self.sessions()
            .map(|sessions| sessions.pass_on(said_in, to, text))
            .unwrap_or_default()
    }

    fn ask(&self, room: RoomId, text: String, language: Option<Language>) -> BoxFuture<'_, Result<Answer, Failure>> {
        Box::pin(self.asked(asking::MQTT, room, text, language))
    }

    fn listen(&self, to: &Reach) -> usize {
        self.sessions().map_or(0, |sessions| sessions.listen(to))
    }

    fn stop(&self, to: &Reach) -> usize {
        self.sessions().map_or(0, |sessions| sessions.stop(to))
    }

    fn set_volume(&self, to: &Reach, percent: u8) -> usize {
        self.sessions().map_or(0, |sessions| sessions.set_volume(to, percent))
    }

    fn set_muted(&self, endpoint: &EndpointId, on: bool) -> bool {
        self.sessions().is_some_and(|sessions| sessions.set_muted(endpoint, on))
    }

    fn set_do_not_disturb(&self, endpoint: &EndpointId, on: bool) -> bool {
        self.sessions()
            .is_some_and(|sessions| sessions.set_do_not_disturb(endpoint, on))
    }

    fn set_brightness(&self, endpoint: &EndpointId, percent: u8) -> bool {
        self.sessions()
            .is_some_and(|sessions| sessions.set_brightness(endpoint, percent))
    }

    fn set_wake_words(&self, endpoint: &EndpointId, words: WakeWords) -> bool {
        self.sessions()
            .is_some_and(|sessions| sessions.set_wake_words(endpoint, words))
    }

    fn set_wake_sensitivity(&self, endpoint: &EndpointId, percent: u8) -> bool {
        self.sessions()
            .is_some_and(|sessions| sessions.set_wake_sensitivity(endpoint, percent))
    }

    fn remembers(&self, room: &RoomId) -> Option<bool> {
        let settings = self.memory()?.settings().ok()?;
        Some(!settings.do_not_store_rooms.contains(room))
    }

    fn set_remembers(&self, room: RoomId, on: bool) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            let result = self.remember_or_not(room.clone(), on).await;
            let action = if on {
                "rosie.store_conversations"
            } else {
                "rosie.store_no_conversations"
            };
            self.note(action, room, &result);
            result
        })
    }

    fn timers(&self) -> Vec<TimerRecord> {
        self.timers.records()
    }

    fn vitals(&self) -> Vitals {
        let turns = self
            .inside
            .get()
            .map(|inside| inside.history.turns())
            .unwrap_or_default();
        let total = self.sessions().map_or(0, |sessions| {
            sessions.house.turns.load(std::sync::atomic::Ordering::Relaxed)
        });
        Vitals {
            uptime_s: self.started.elapsed().as_secs(),
            turns_total: total,
            ..self.meter.read(&turns)
        }
    }

    fn update(&self) -> Option<UpdateState> {
        Some(self.updates.state()).filter(|state| state.managed)
    }

    fn install_update(&self) -> Result<(), Failure> {
        let offered = self.updates.state().available.map(|offer| offer.version);
        let result = self.updates.install(&offered.unwrap_or_default());
        self.note("rosie.update", RoomId(String::new()), &result);
        result
    }

    fn settings(&self) -> Arc<dyn SettingStore> {
        self.settings.clone()
    }

    fn restart(&self) -> Result<(), Failure> {
        let no = || Failure::new(ErrorCode::NotSupported, "this Rosie was started for one command");
        let restart = self.restart.as_ref().ok_or_else(no)?;
        tracing::info!("a restart was asked for");
        self.note("rosie.restart", RoomId(String::new()), &Ok(()));
        restart.cancel();
        Ok(())
    }
}
