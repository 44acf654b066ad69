//! The bridge at work: shows Rosie, tells what happens, and carries out what is asked for.

use super::{
    announced::{Announced, form_name, form_of, unix_ms},
    config::{Discovery, MqttConfig},
    device::{self, About, Device},
    limits::{Done, Rate},
    topics::Topics,
    wire::{Letter, Note, Pen},
};
use crate::household::{Answer, Happening, Household, Seat};
use futures_util::stream::FuturesUnordered;
use rosie_core::{BoxFuture, EndpointId, ErrorCode, Failure, RoomId, session::SessionEvent};
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

/// Questions that are answered at once.
pub(super) const QUESTIONS: usize = 4;

const UNSENT: usize = 32;

/// What came of a question, and where the answer goes.
pub(super) struct Answered {
    pub letter: Letter,
    pub room: RoomId,
    pub speak: bool,
    pub result: Result<Answer, Failure>,
}

pub(super) struct Bridge {
    pub config: MqttConfig,
    pub household: Arc<dyn Household>,
    pub topics: Topics,
    /// Of this appliance.
    pub id: String,
    /// `None` while there is no connection.
    pub pen: Option<Pen>,
    pub announced: Announced,
    pub done: Done,
    pub rate: Rate,
    /// Commands that came too fast and wait for their turn.
    pub waiting: VecDeque<Letter>,
    /// Answers that are due and wait for a connection, the newest of them.
    unsent: VecDeque<Note>,
    pub answering: FuturesUnordered<BoxFuture<'static, Answered>>,
    /// What the broker keeps of us, by topic.
    kept: HashMap<String, Vec<u8>>,
    started: String,
    version: String,
    has_temperature: bool,
    has_update: bool,
    /// One goes on: it is looked at more often.
    pub is_updating: bool,
}

impl Bridge {
    /// Blocking.
    pub fn new(config: MqttConfig, household: Arc<dyn Household>, id: String) -> Self {
        let topics = Topics {
            base: config.base.clone(),
            prefix: config.prefix.clone(),
        };
        let settings = household.settings();
        let vitals = household.vitals();
        let started = device::iso(unix_ms().saturating_sub(vitals.uptime_s * 1000)).unwrap_or_default();
        Self {
            announced: Announced::load(settings.clone()),
            done: Done::load(settings),
            rate: Rate::new(),
            waiting: VecDeque::new(),
            unsent: VecDeque::new(),
            answering: FuturesUnordered::new(),
            pen: None,
            kept: HashMap::new(),
            started,
            version: vitals.version,
            has_temperature: vitals.temperature_celsius.is_some(),
            is_updating: false,
            has_update: household.update().is_some(),
            config,
            household,
            topics,
            id,
        }
    }

    /// Said for us when we are lost.
    pub fn will(topics: &Topics) -> Note {
        Note::state(topics.status(), "offline")
    }

    /// Sends a note, unless the broker keeps exactly this already. Without a connection nothing is sent: everything that is
    /// kept is shown anew when there is one, and answers wait for it.
    pub async fn send(&mut self, note: Note) {
        let Some(pen) = &self.pen else {
            if note.sure && !note.retain {
                self.unsent.truncate(UNSENT - 1);
                self.unsent.push_front(note);
            }
            return;
        };
        if note.retain {
            if self.kept.get(&note.topic) == Some(&note.payload) {
                return;
            }
            self.kept.insert(note.topic.clone(), note.payload.clone());
        }
        if let Err(error) = pen.send(note).await {
            tracing::debug!(%error, "a message could not be sent");
            self.kept.clear();
        }
    }

    pub async fn send_all(&mut self, notes: Vec<Note>) {
        for note in notes {
            self.send(note).await;
        }
    }

    /// Connected: asks for commands, and shows everything.
    pub async fn greet(&mut self, pen: Pen) {
        if let Err(error) = pen.subscribe(self.topics.commands(), true).await {
            tracing::warn!(%error, "commands could not be subscribed to");
        }
        self.pen = Some(pen);
        self.show_all().await;
        while let Some(note) = self.unsent.pop_back() {
            self.send(note).await;
        }
    }

    /// Shows everything anew, whatever the broker keeps.
    pub async fn show_all(&mut self) {
        self.kept.clear();
        self.send(Note::state(self.topics.status(), "online")).await;
        self.show_devices().await;
        self.show_endpoints().await;
        self.show_appliance().await;
    }

    fn about(&self) -> About<'_> {
        About {
            topics: &self.topics,
            id: &self.id,
            version: &self.version,
            show_texts: self.config.show_texts,
            has_temperature: self.has_temperature,
            has_update: self.has_update,
        }
    }

    /// What was shown while that was allowed is with the broker still: takes it back.
    async fn take_texts_back(&mut self) {
        if !self.announced.texts_change(self.config.show_texts) || self.config.show_texts {
            return;
        }
        for (endpoint, _) in self.announced.endpoints() {
            for what in ["transcript", "reply"] {
                self.send(Note::state(self.topics.endpoint(&endpoint, what), "")).await;
            }
        }
    }

    /// Announces the devices, and takes those away that are gone.
    async fn show_devices(&mut self) {
        self.take_texts_back().await;
        let seats = self.household.endpoints();
        let now = unix_ms();
        for seat in &seats {
            self.announced.seen(seat, now);
        }
        let connected: Vec<&EndpointId> = seats.iter().map(|seat| &seat.endpoint).collect();
        let rooms = self.config.rooms.clone();
        let before = self.announced.endpoints();
        self.announced
            .drop_gone(&connected, |room| rooms.find(room.as_str()).is_some(), now);
        for (endpoint, _) in before {
            if !self.announced.knows(&endpoint) {
                self.wipe(&endpoint).await;
            }
        }
        let mut devices = Vec::new();
        if self.config.discovery != Discovery::Off {
            devices.push(Device::appliance(&self.about()));
            for (endpoint, room) in self.announced.endpoints() {
                let area = rooms.name(&room).to_owned();
                let has = self.announced.has(&endpoint);
                devices.push(Device::endpoint(&self.about(), &endpoint, has, &area));
            }
        }
        let ids: Vec<String> = devices.iter().map(|device| device.id.clone()).collect();
        for (id, shown) in self.announced.take_others(&ids) {
            let notes = device::farewell(form_of(&shown.form), &self.topics, &id, &shown.entities);
            self.send_all(notes).await;
        }
        for device in devices {
            let form = self.config.discovery;
            let mut before = Vec::new();
            if let Some(shown) = self.announced.shown(&device.id).cloned() {
                match shown.form == form_name(form) {
                    true => before = shown.entities,
                    // It was shown in another form: that goes first, or Home Assistant has it twice.
                    false => {
                        let notes = device::farewell(form_of(&shown.form), &self.topics, &device.id, &shown.entities);
                        self.send_all(notes).await;
                    }
                }
            }
            let notes = device.notes(form, &self.topics, &before);
            self.send_all(notes).await;
            self.announced.show(&device.id, form, device.keys());
        }
        self.announced.save().await;
    }

    /// Nothing of an endpoint stays with the broker.
    async fn wipe(&mut self, endpoint: &EndpointId) {
        for what in [
            "status",
            "state",
            "volume",
            "brightness",
            "muted",
            "do_not_disturb",
            "remembers",
            "wake_word",
            "wake_word_sensitivity",
            "timers",
            "transcript",
            "reply",
        ] {
            let topic = self.topics.endpoint(endpoint, what);
            self.send(Note::state(topic.clone(), "")).await;
            self.kept.remove(&topic);
        }
    }

    /// An endpoint that is gone for good; false where it is connected or was never known.
    pub async fn forget(&mut self, endpoint: &EndpointId) -> bool {
        let connected = self.household.endpoints().iter().any(|seat| seat.endpoint == *endpoint);
        if connected || !self.announced.knows(endpoint) {
            return false;
        }
        self.announced.forget(endpoint);
        self.wipe(endpoint).await;
        self.show_devices().await;
        true
    }

    /// Endpoints came or went, or something was set on one.
    pub async fn endpoints_changed(&mut self) {
        let seats = self.household.endpoints();
        let (mut new, now) = (false, unix_ms());
        for seat in &seats {
            new |= self.announced.seen(seat, now);
        }
        if new {
            self.show_devices().await;
        }
        self.show_endpoints().await;
    }

    async fn show_endpoints(&mut self) {
        let (seats, timers) = (self.household.endpoints(), self.household.timers());
        for (endpoint, room) in self.announced.endpoints() {
            let seat: Option<&Seat> = seats.iter().find(|seat| seat.endpoint == endpoint);
            let remembers = self.household.remembers(&room);
            let names = self.config.show_texts;
            let notes = device::of_endpoint(&self.topics, &endpoint, seat, remembers, &timers, names);
            self.send_all(notes).await;
        }
    }

    pub async fn show_appliance(&mut self) {
        let household = self.household.clone();
        // Files of the system are read.
        let Ok(vitals) = tokio::task::spawn_blocking(move || household.vitals()).await else {
            return;
        };
        let timers = self.household.timers();
        let names = self.config.show_texts;
        let notes = device::of_appliance(&self.topics, &vitals, &self.started, &timers, names);
        self.send_all(notes).await;
        self.show_update().await;
    }

    /// How far an update is; nothing is sent while nothing changes.
    pub async fn show_update(&mut self) {
        if !self.has_update {
            return;
        }
        let household = self.household.clone();
        // Small files are read.
        if let Ok(Some(update)) = tokio::task::spawn_blocking(move || household.update()).await {
            self.is_updating = update.running.is_some();
            self.send(device::of_update(&self.topics, &update)).await;
        }
    }

    pub async fn install_update(&mut self) -> Result<(), Failure> {
        let household = self.household.clone();
        let asked = tokio::task::spawn_blocking(move || household.install_update()).await;
        let asked =
            asked.unwrap_or_else(|_| Err(Failure::new(ErrorCode::Internal, "it broke down; the log says more")));
        self.show_update().await;
        asked
    }

    /// Timers that were set or ended show within a second.
    pub async fn show_timers(&mut self) {
        let timers = self.household.timers();
        let names = self.config.show_texts;
        let note = device::all_timers(&self.topics, &timers, names);
        if self.kept.get(&note.topic) != Some(&note.payload) {
            self.send(note).await;
            self.show_endpoints().await;
        }
    }

    /// Something happened in the house.
    pub async fn happened(&mut self, happening: Happening) {
        match happening {
            Happening::Endpoints => self.endpoints_changed().await,
            Happening::Timers => self.show_timers().await,
            Happening::Turn(record) => {
                if self.announced.knows(&record.endpoint) {
                    self.send(device::event(&self.topics, &record)).await;
                }
            }
            Happening::Session { endpoint, event, .. } => self.session(endpoint, event).await,
        }
    }

    async fn session(&mut self, endpoint: EndpointId, event: SessionEvent) {
        if !self.announced.knows(&endpoint) {
            return;
        }
        let topic = |what: &str| self.topics.endpoint(&endpoint, what);
        let note = match event {
            SessionEvent::State { state, .. } => Note::state(topic("state"), device::state_name(state)),
            SessionEvent::Volume { percent } => Note::state(topic("volume"), percent.to_string()),
            SessionEvent::Transcript { text, .. } if self.config.show_texts => Note::state(topic("transcript"), text),
            SessionEvent::ReplyFinished { text, .. } if self.config.show_texts => Note::state(topic("reply"), text),
            SessionEvent::WakeHeard { word, .. } => device::wake_event(&self.topics, &endpoint, &word),
            SessionEvent::TimerRinging { id, .. } => device::timer_event(&self.topics, &endpoint, id, true),
            SessionEvent::TimerStopped { id } => device::timer_event(&self.topics, &endpoint, id, false),
            _ => return,
        };
        // The same words twice are said twice, and shown once.
        self.send(note).await;
    }

    /// The last words.
    pub async fn goodbye(&mut self) {
        if self.pen.is_some() {
            self.kept.clear();
            self.send(Self::will(&self.topics)).await;
            if let Some(pen) = &self.pen {
                pen.disconnect().await;
            }
        }
    }
}
