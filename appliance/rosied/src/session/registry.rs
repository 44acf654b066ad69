//! All sessions of the house: opened, resumed, listed, announced to, ended.

use super::{
    Message,
    actor::{self, Shared},
    arbitration::Arbitration,
    kept,
    lending::Lent,
    port::Port,
    recorder::Place,
};
use crate::{config::Config, engines::Engines, integrations::Integrations, speakers::Voices};
use rosie_core::{
    EndpointId, ErrorCode, Failure, Language, RoomId, SessionId,
    appliance::SessionStatus,
    dialog::Dialog,
    record::TurnObserver,
    session::{EndpointSpec, SessionEvent, SessionOpened, SessionPort, SessionSink},
    store::SettingStore,
};
use rosie_hub::household::Happening;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock, atomic::AtomicU64},
};
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What sessions share and what a new configuration replaces.
pub struct House {
    pub config: RwLock<Arc<Config>>,
    pub engines: RwLock<Arc<Engines>>,
    pub dialog: RwLock<Arc<dyn Dialog>>,
    pub integrations: RwLock<Arc<Integrations>>,
    pub observer: Arc<dyn TurnObserver>,
    pub settings: Arc<dyn SettingStore>,
    /// Whose voices are known.
    pub voices: Arc<Voices>,
    /// Which endpoint answers where several heard the same call.
    pub arbitration: Arbitration,
    /// Rooms that other pipelines answer in.
    pub lent: Lent,
    /// Stops what rings at an endpoint.
    pub silence: Box<dyn Fn(&Place) + Send + Sync>,
    /// For whoever follows from outside.
    pub happenings: broadcast::Sender<Happening>,
    /// Turns begun since the start.
    pub turns: AtomicU64,
    pub tracker: TaskTracker,
    pub stopping: CancellationToken,
}

impl House {
    pub fn config(&self) -> Arc<Config> {
        self.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn engines(&self) -> Arc<Engines> {
        self.engines.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn dialog(&self) -> Arc<dyn Dialog> {
        self.dialog.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn integrations(&self) -> Arc<Integrations> {
        self.integrations.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Names likely to be said in a room, the likeliest first.
    pub fn bias(&self, room: &RoomId) -> Arc<[String]> {
        let rooms = self.engines().bias.clone();
        let more = self.integrations().bias(room);
        match more.is_empty() {
            true => rooms,
            false => rooms.iter().cloned().chain(more).collect(),
        }
    }

    /// Nobody need listen.
    pub fn happens(&self, happening: Happening) {
        let _ = self.happenings.send(happening);
    }

    /// Tells those outside what an endpoint is told; no audio, and no pieces of a text.
    pub(super) fn witness(&self, shared: &Shared, event: &SessionEvent) {
        let told = matches!(
            event,
            SessionEvent::State { .. }
                | SessionEvent::Transcript { .. }
                | SessionEvent::ReplyFinished { .. }
                | SessionEvent::Volume { .. }
                | SessionEvent::WakeHeard { .. }
        );
        if told && self.happenings.receiver_count() > 0 {
            self.happens(Happening::Session {
                endpoint: shared.spec.endpoint.clone(),
                room: shared.room(),
                event: event.clone(),
            });
        }
    }

    /// The house's languages, the first one first.
    pub fn languages(&self) -> Vec<Language> {
        crate::config::languages(&self.config())
    }
}

pub struct Sessions {
    pub house: Arc<House>,
    open: Mutex<HashMap<SessionId, Arc<Shared>>>,
}

impl Sessions {
    pub fn new(house: Arc<House>) -> Arc<Self> {
        Arc::new(Self {
            house,
            open: Mutex::default(),
        })
    }

    pub(super) fn table(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, Arc<Shared>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session, or goes on with the one whose resume token is given.
    pub fn open(self: &Arc<Self>, spec: EndpointSpec, sink: SessionSink) -> Result<Box<dyn SessionPort>, Failure> {
        if let Some(shared) = self.resumable(&spec) {
            shared.outlet.attach(sink);
            let port = Port::attach(shared.clone(), shared.opened(true));
            let _ = shared.messages.try_send(Message::Attached);
            return Ok(Box::new(port));
        }
        let config = self.house.config();
        let room = room_of(&spec, &config)?;
        let mut table = self.table();
        if table.len() >= config.server.max_sessions as usize {
            let detail = format!("{} sessions are open, which is server.max_sessions", table.len());
            return Err(Failure::new(ErrorCode::Busy, detail));
        }
        let session = SessionId(uuid::Uuid::now_v7().to_string());
        let languages = self.house.languages();
        let opened = SessionOpened {
            session: session.clone(),
            room,
            language: spec
                .language
                .clone()
                .or_else(|| languages.first().cloned())
                .unwrap_or_default(),
            resume_token: uuid::Uuid::new_v4().to_string(),
            resumed: false,
            volume_percent: kept::stored_volume(&self.house, &spec.endpoint),
            brightness_percent: kept::stored_brightness(&self.house, &spec.endpoint),
        };
        let shared = actor::start(self.house.clone(), spec, opened, Arc::downgrade(self));
        shared.outlet.attach(sink);
        let port = Port::attach(shared.clone(), shared.opened(false));
        table.insert(session, shared);
        drop(table);
        self.house.happens(Happening::Endpoints);
        Ok(Box::new(port))
    }

    fn resumable(&self, spec: &EndpointSpec) -> Option<Arc<Shared>> {
        let token = spec.resume.as_deref()?;
        let table = self.table();
        table
            .values()
            .find(|s| s.resume_token() == token && s.spec.endpoint == spec.endpoint)
            .cloned()
    }

    pub(super) fn ended(&self, session: &SessionId) {
        self.table().remove(session);
        self.house.happens(Happening::Endpoints);
    }

    pub fn status(&self) -> Vec<SessionStatus> {
        let mut all: Vec<SessionStatus> = self
            .table()
            .values()
            .map(|shared| SessionStatus {
                do_not_disturb: self.is_left_alone(shared),
                ..shared.status()
            })
            .collect();
        all.sort_by(|a, b| a.session.cmp(&b.session));
        all
    }

    /// Says something at an endpoint, or where it is away, in its room, or else everywhere, and shows the event there. Returns
    /// at how many.
    pub fn announce(&self, endpoint: &EndpointId, room: &RoomId, text: &str, event: Option<&SessionEvent>) -> usize {
        let say = |shared: &Arc<Shared>| {
            if let Some(event) = event {
                shared.outlet.send(event.clone());
            }
            shared.messages.try_send(Message::Announce(text.to_owned())).is_ok()
        };
        self.nearest(endpoint, room).iter().filter(|shared| say(shared)).count()
    }

    /// Shows an event everywhere.
    pub fn notify_all(&self, event: &SessionEvent) {
        let all: Vec<Arc<Shared>> = self.table().values().filter(|s| s.outlet.attached()).cloned().collect();
        all.iter().for_each(|shared| shared.outlet.send(event.clone()));
    }

    /// Shows an event without words, at the same places.
    pub fn notify(&self, endpoint: &EndpointId, room: &RoomId, event: &SessionEvent) {
        self.nearest(endpoint, room)
            .iter()
            .for_each(|shared| shared.outlet.send(event.clone()));
    }

    fn nearest(&self, endpoint: &EndpointId, room: &RoomId) -> Vec<Arc<Shared>> {
        let there = |shared: &&Arc<Shared>| shared.outlet.attached() && !shared.spec.passing;
        let listening: Vec<Arc<Shared>> = self.table().values().filter(there).cloned().collect();
        let here: Vec<_> = listening
            .iter()
            .filter(|s| s.spec.endpoint == *endpoint)
            .cloned()
            .collect();
        if !here.is_empty() {
            return here;
        }
        let in_room: Vec<_> = listening.iter().filter(|s| s.room() == *room).cloned().collect();
        if in_room.is_empty() { listening } else { in_room }
    }

    /// Tells every session that the engines were rebuilt.
    pub fn engines_replaced(&self) {
        for shared in self.table().values() {
            let _ = shared.messages.try_send(Message::VadReplaced);
            let _ = shared.messages.try_send(Message::WakeReplaced);
        }
    }
}

fn room_of(spec: &EndpointSpec, config: &Config) -> Result<RoomId, Failure> {
    let known = |id: &str| config.rooms.iter().any(|room| room.id == id);
    match &spec.room {
        Some(room) if known(room.as_str()) => Ok(room.clone()),
        Some(room) => {
            let rooms: Vec<&str> = config.rooms.iter().map(|room| room.id.as_str()).collect();
            let detail = format!("there is no room \"{room}\"; the rooms are {}", rooms.join(", "));
            Err(Failure::new(ErrorCode::BadRequest, detail))
        }
        None => Ok(RoomId(
            config.rooms.first().map(|room| room.id.clone()).unwrap_or_default(),
        )),
    }
}
