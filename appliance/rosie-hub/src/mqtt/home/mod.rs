//! Things of a home without Home Assistant: learnt from their own discovery messages, or from Home Assistant's
//! `mqtt_statestream`, followed on their topics, and controlled by publishing. The same house, plans and questions as with
//! Home Assistant; only the last step differs.

mod calls;
mod colours;
mod config;
mod kinds;
mod remote;
mod statestream;
mod template;
mod thing;

#[cfg(test)]
mod shapes_test;

use super::{
    config::{Devices, MqttConfig},
    topics::Topics,
    wire::{Letter, Note, Pen},
};
use crate::{
    Rooms,
    home_assistant::{Area, House, Registry, Seen, ServiceCall, State, Which},
    integration::Board,
    rooms::plain,
};
use remote::Remote;
use rosie_core::{ErrorCode, Failure, RoomId};
use serde_json::json;
use statestream::Stream;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use template::Templates;
use thing::Thing;

/// Things that are known, and topics that are followed, at most.
const MOST: usize = 2_000;
const MOST_TOPICS: usize = 4_000;

/// What is subscribed to and what no more.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Wanted {
    pub more: Vec<String>,
    pub less: Vec<String>,
}

pub(super) struct Home {
    devices: Devices,
    base: String,
    prefix: String,
    call_topic: String,
    rooms: Rooms,
    templates: Templates,
    pub which: Arc<Which>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// By the message that announced it and its place there.
    things: BTreeMap<String, Thing>,
    stream: Stream,
    /// Topic → the things that listen there.
    followed: HashMap<String, BTreeSet<String>>,
    registry: Arc<Registry>,
    states: BTreeMap<String, Arc<State>>,
    /// Things came, went or are called otherwise; a state is other.
    stale: (bool, bool),
    /// Things whose state is other.
    moved: BTreeSet<String>,
    pen: Option<Pen>,
    trouble: Option<Failure>,
    board: Option<Board>,
    refused: u64,
}

impl Home {
    pub fn new(config: &MqttConfig, topics: &Topics, which: Arc<Which>) -> Self {
        Self {
            devices: config.devices.clone(),
            base: topics.base.clone(),
            prefix: topics.prefix.clone(),
            call_topic: topics.home_call(),
            rooms: config.rooms.clone(),
            templates: Templates::new(),
            which,
            inner: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn stands_on(&self, board: Board) {
        self.lock().board = Some(board);
    }

    /// There is a connection: what is to be subscribed to. Not acknowledged, for what comes late is of no use.
    pub fn connected(&self, pen: Pen) -> Vec<String> {
        let mut inner = self.lock();
        inner.pen = Some(pen);
        inner.trouble = None;
        inner.stale = (true, true);
        match &self.devices {
            Devices::Off => Vec::new(),
            Devices::Statestream(base) => vec![format!("{base}/#")],
            Devices::Discovery => {
                let discovery = [
                    format!("{}/+/+/config", self.prefix),
                    format!("{}/+/+/+/config", self.prefix),
                ];
                discovery.into_iter().chain(inner.followed.keys().cloned()).collect()
            }
        }
    }

    pub fn disconnected(&self, why: Failure) {
        let mut inner = self.lock();
        inner.pen = None;
        inner.trouble = Some(why);
        inner.stale = (true, true);
        drop(inner);
        self.post();
    }

    /// Takes a message in. `None`: it is none of the home's.
    pub fn hears(&self, letter: &Letter) -> Option<Wanted> {
        let mut inner = self.lock();
        match &self.devices {
            Devices::Off => None,
            Devices::Statestream(base) => {
                let rest = letter.topic.strip_prefix(base.as_str())?.strip_prefix('/')?;
                let (new, other) = inner.stream.hears(rest, &letter.payload);
                inner.stale.0 |= new;
                inner.stale.1 |= other;
                Some(Wanted::default())
            }
            Devices::Discovery => {
                let rest = letter
                    .topic
                    .strip_prefix(self.prefix.as_str())
                    .and_then(|rest| rest.strip_prefix('/'));
                if let Some(rest) = rest.filter(|rest| rest.ends_with("/config")) {
                    return Some(self.announced(&mut inner, rest, &letter.payload));
                }
                let listening = inner.followed.get(&letter.topic)?.clone();
                for key in listening {
                    let Some(thing) = inner.things.get_mut(&key) else {
                        continue;
                    };
                    if thing.hears(&self.templates, &letter.topic, &letter.payload) {
                        inner.moved.insert(key);
                        inner.stale.1 = true;
                    }
                }
                Some(Wanted::default())
            }
        }
    }

    fn announced(&self, inner: &mut Inner, rest: &str, payload: &[u8]) -> Wanted {
        let Some(configs) = config::read(rest, payload) else {
            inner.refused += 1;
            if inner.refused.is_power_of_two() {
                tracing::warn!(
                    refused = inner.refused,
                    "discovery messages of other devices cannot be read"
                );
            }
            return Wanted::default();
        };
        let before: Vec<String> = inner
            .things
            .range(format!("{rest}\0")..format!("{rest}\u{1}"))
            .map(|(key, _)| key.clone())
            .collect();
        let mut old: HashMap<String, Thing> = before
            .into_iter()
            .filter_map(|key| Some((key.clone(), inner.things.remove(&key)?)))
            .collect();
        for config in configs {
            if inner.things.len() >= MOST || !is_for_people(&config) || self.is_rosies(&config) {
                continue;
            }
            let key = format!("{rest}\0{}", config.key);
            if let Some(mut thing) = Thing::new(config, |area, name| self.place(area, name)) {
                if let Some(old) = old.remove(&key) {
                    thing.keep_state_of(&old);
                }
                inner.things.insert(key, thing);
            }
        }
        thing::unique(&mut inner.things);
        inner.stale = (true, true);
        follow(inner)
    }

    /// It names one of Rosie's own topics: a lamp that is switched by `rosie/all/ask` would have her ask herself.
    fn is_rosies(&self, config: &config::Config) -> bool {
        let under = |topic: &str| {
            topic
                .strip_prefix(self.base.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let topics = config.settings.iter().filter(|(key, _)| key.ends_with("topic"));
        topics.filter_map(|(_, topic)| topic.as_str()).any(under)
    }

    /// The room that an area is, or that a name begins with ("Kitchen lamp").
    fn place(&self, area: Option<&str>, name: &str) -> Option<RoomId> {
        if let Some(area) = area.filter(|area| !area.is_empty()) {
            let room = self.rooms.find(area).map(|room| room.id.clone());
            // An area that is no room of Rosie's is a place all the same.
            return room.or_else(|| Some(RoomId(thing::slug(area))));
        }
        let name = format!("{} ", plain(name));
        let begins = |room: &&crate::Room| {
            let mut called = std::iter::once(&room.name)
                .chain(&room.aliases)
                .map(|called| plain(called));
            called.any(|called| name.starts_with(&format!("{called} ")))
        };
        self.rooms.all().iter().find(begins).map(|room| room.id.clone())
    }

    /// Shows the home as it is now, where it changed.
    pub fn post(&self) {
        let mut inner = self.lock();
        if self.devices == Devices::Off || inner.stale == (false, false) {
            return;
        }
        let Some(board) = inner.board.clone() else { return };
        let all = inner.stale.0;
        if all {
            inner.registry = Arc::new(self.registry(&inner));
        }
        inner.show_states(&self.devices, all);
        inner.stale = (false, false);
        let (house, live) = (inner.house(), inner.pen.is_some());
        drop(inner);
        let which = self.which.clone();
        board.view(Some(Arc::new(Seen { house, live, which })));
    }

    fn registry(&self, inner: &Inner) -> Registry {
        let entities: Vec<_> = match &self.devices {
            Devices::Statestream(_) => inner.stream.entities(|name| self.place(None, name)),
            _ => inner.things.values().map(|thing| thing.entity.clone()).collect(),
        };
        let mut areas: Vec<Area> = self.rooms.all().iter().map(area_of).collect();
        for entity in &entities {
            if let Some(id) = entity
                .area
                .as_ref()
                .filter(|id| areas.iter().all(|area| area.id != **id))
            {
                areas.push(Area {
                    id: id.clone(),
                    name: id.replace('_', " "),
                    ..Area::default()
                });
            }
        }
        let classes = match &self.devices {
            Devices::Statestream(_) => inner.stream.classes(),
            _ => {
                let class =
                    |thing: &Thing| Some((thing.entity.id.clone(), thing.state().text("device_class")?.to_owned()));
                inner.things.values().filter_map(class).collect()
            }
        };
        Registry::new((areas, Vec::new(), Vec::new()), entities, self.rooms.clone(), &classes)
    }

    /// The home and who carries something out in it, or why nobody can.
    pub fn now(self: &Arc<Self>) -> Result<(Remote, House), Failure> {
        // What was heard a moment ago counts.
        self.post();
        let inner = self.lock();
        match (&inner.pen, &inner.trouble) {
            (Some(pen), _) => {
                let remote = Remote {
                    pen: pen.clone(),
                    home: self.clone(),
                };
                Ok((remote, inner.house()))
            }
            (None, Some(trouble)) => Err(trouble.clone()),
            (None, None) => Err(Failure::new(
                ErrorCode::HomeUnavailable,
                "the MQTT broker is not connected yet",
            )),
        }
    }

    /// What is published for a call, thing by thing.
    fn notes(&self, call: &ServiceCall) -> Result<Vec<Note>, Failure> {
        if let Devices::Statestream(_) = self.devices {
            let told = json!({
                "domain": call.domain,
                "service": call.service,
                "entity_id": call.entities,
                "data": call.data,
            });
            return Ok(vec![Note::at_most_once(self.call_topic.clone(), told.to_string())]);
        }
        let mut inner = self.lock();
        let mut all = Vec::new();
        for id in &call.entities {
            let thing = inner.things.iter_mut().find(|(_, thing)| thing.entity.id == *id);
            let sent = thing.and_then(|(key, thing)| {
                let (notes, state) = calls::notes(&self.templates, thing, call)?;
                thing.assume(state);
                Some((key.clone(), notes))
            });
            let Some((key, notes)) = sent else {
                let detail = format!("{id} cannot {} over MQTT as it is announced", call.service);
                return Err(Failure::new(ErrorCode::NotSupported, detail));
            };
            all.extend(notes);
            inner.moved.insert(key);
        }
        inner.stale.1 = true;
        Ok(all)
    }
}

impl Inner {
    /// Those that are other, or all.
    fn show_states(&mut self, devices: &Devices, all: bool) {
        let moved = std::mem::take(&mut self.moved);
        if let Devices::Statestream(_) = devices {
            self.states = self.stream.states();
            return;
        }
        let state = |thing: &Thing| (thing.entity.id.clone(), Arc::new(thing.state()));
        if all {
            self.states = self.things.values().map(state).collect();
        }
        let moved = moved.iter().filter_map(|key| self.things.get(key));
        self.states.extend(moved.map(state));
    }

    fn house(&self) -> House {
        House {
            registry: self.registry.clone(),
            states: self.states.clone(),
            scale: self.things.values().find_map(Thing::scale).unwrap_or_default(),
        }
    }
}

fn area_of(room: &crate::Room) -> Area {
    Area {
        id: room.id.0.clone(),
        name: room.name.clone(),
        aliases: room.aliases.clone(),
        floor: None,
    }
}

/// What Home Assistant shows to people too: no settings and diagnoses of devices, and no Rosie.
fn is_for_people(config: &config::Config) -> bool {
    let own = |id: &serde_json::Value| id.as_str().is_some_and(|id| id.starts_with("rosie_"));
    let ids = config.device.get("identifiers");
    let own = ids.is_some_and(|ids| own(ids) || ids.as_array().is_some_and(|ids| ids.iter().any(own)));
    let hidden = config.settings.get("enabled_by_default") == Some(&serde_json::Value::Bool(false));
    !own && !hidden && thing::text(&config.settings, "entity_category").is_none()
}

/// Topics of the things as they are now; what was not followed before, and what need not be any more.
fn follow(inner: &mut Inner) -> Wanted {
    let mut followed: HashMap<String, BTreeSet<String>> = HashMap::new();
    for (key, thing) in &inner.things {
        for topic in thing.topics() {
            if followed.len() < MOST_TOPICS || followed.contains_key(topic) {
                followed.entry(topic.to_owned()).or_default().insert(key.clone());
            }
        }
    }
    let before = std::mem::replace(&mut inner.followed, followed);
    // Somebody new on a known topic needs what the broker keeps there, too.
    let new = |(topic, keys): (&String, &BTreeSet<String>)| {
        let fresh = before.get(topic).is_none_or(|known| !keys.is_subset(known));
        fresh.then(|| topic.clone())
    };
    Wanted {
        more: inner.followed.iter().filter_map(new).collect(),
        less: before
            .into_keys()
            .filter(|topic| !inner.followed.contains_key(topic))
            .collect(),
    }
}
