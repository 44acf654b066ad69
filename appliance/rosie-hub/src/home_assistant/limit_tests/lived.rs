//! The home of these tests: a small house behind the whole hub, what is done in it and what is written down.
#![allow(clippy::unwrap_used)]

use crate::{
    Clock, HubConfig, Permissions, Room, Rooms, SkillHub, SystemClock, TimerSettings, Timers,
    home_assistant::{
        Area, Entity, House, Ledger, Plan, Registry, Seen, ServiceCall, State, TAKEN, Which,
        converse::CONVERSE,
        hands::{self, Hands},
    },
    integration::{self, Ground, Integration, Supervised},
    skill::said,
};
use rosie_core::{
    BoxFuture, CallContext, EndpointId, ErrorCode, Failure, Language, RoomId, ToolCall, ToolOutcome, TurnId,
    audit::{AuditLog, Deed},
    dialog::Hub,
    engine::EngineHealth,
    store::{TimerRecord, TimerStore},
};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Id, name, area, device class, members.
const THINGS: [(&str, &str, &str, &str, &[&str]); 14] = [
    ("light.kitchen", "ceiling light", "kitchen", "", &[]),
    ("light.counter", "counter light", "kitchen", "", &[]),
    ("light.bedroom", "ceiling light", "bedroom", "", &[]),
    ("light.hall", "hall light", "hall", "", &[]),
    (
        "light.all",
        "every light",
        "kitchen",
        "",
        &["light.kitchen", "light.bedroom"],
    ),
    (
        "light.stove",
        "stove lights",
        "",
        "",
        &["light.kitchen", "light.counter"],
    ),
    ("cover.bedroom", "bedroom blinds", "bedroom", "blind", &[]),
    ("cover.kitchen", "kitchen blinds", "kitchen", "blind", &[]),
    ("lock.front", "front door", "hall", "", &[]),
    ("lock.larder", "larder", "kitchen", "", &[]),
    ("script.night", "good night", "", "", &[]),
    ("vacuum.robot", "robot", "kitchen", "", &[]),
    ("media_player.radio", "radio", "bedroom", "", &[]),
    ("todo.shopping_list", "shopping list", "", "", &[]),
];

fn house(rooms: &Rooms) -> House {
    let area = |id: &str| Area {
        id: id.into(),
        name: id.into(),
        ..Area::default()
    };
    let entity = |(id, name, area, ..): &(&str, &str, &str, &str, &[&str])| Entity {
        id: (*id).into(),
        names: vec![(*name).into()],
        area: (!area.is_empty()).then(|| (*area).into()),
        platform: String::new(),
    };
    let state = |(id, _, _, class, members): &(&str, &str, &str, &str, &[&str])| {
        let mut attributes = Map::from_iter([("device_class".to_owned(), json!(class))]);
        if !members.is_empty() {
            attributes.insert("entity_id".to_owned(), json!(members));
        }
        let value = if *id == "media_player.radio" { "playing" } else { "on" };
        let value = value.to_owned();
        ((*id).to_owned(), Arc::new(State { value, attributes }))
    };
    let areas = ["hall", "kitchen", "bedroom"].map(area).to_vec();
    House {
        registry: Arc::new(Registry::new(
            (areas, Vec::new(), Vec::new()),
            THINGS.iter().map(entity).collect(),
            rooms.clone(),
            &BTreeMap::new(),
        )),
        states: THINGS.iter().map(state).collect(),
        scale: Default::default(),
    }
}

/// What was done in the home, and what was written down.
#[derive(Default)]
pub struct Seat {
    pub done: Mutex<Vec<String>>,
    pub deeds: Mutex<Vec<Deed>>,
}

impl Hands for Seat {
    fn carry_out(&self, plan: Plan) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(async move {
            match plan {
                Plan::Do { calls, answer } => {
                    let call =
                        |call: &ServiceCall| format!("{}.{} {}", call.domain, call.service, call.entities.join(","));
                    self.done.lock().unwrap().extend(calls.iter().map(call));
                    Ok(answer)
                }
                Plan::Answer(result) => Ok(result),
                other => panic!("{other:?}"),
            }
        })
    }
}

impl AuditLog for Seat {
    fn add(&self, deeds: Vec<Deed>) {
        self.deeds.lock().unwrap().extend(deeds);
    }
}

struct Home {
    house: House,
    which: Arc<Which>,
    seat: Arc<Seat>,
    ledger: Ledger,
}

impl Integration for Home {
    fn name(&self) -> &str {
        "home"
    }
    fn calls(&self) -> &'static [&'static str] {
        &TAKEN
    }
    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            let (house, which) = (self.house.clone(), self.which.clone());
            ground.board.view(Some(Arc::new(Seen {
                house,
                live: true,
                which,
            })));
            ground.board.health(EngineHealth::Ready);
            ground.ending.cancelled().await;
            Ok(())
        })
    }
    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(async move {
            match call.name.as_str() {
                CONVERSE => Ok(said("default", json!({ "speech": "Done" }))),
                _ => hands::carry_out((&self.which, &self.ledger), (&*self.seat, &self.house), call, context).await,
            }
        })
    }
}

impl TimerStore for Seat {
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        Ok(Vec::new())
    }
    fn put_timer(&self, _: &TimerRecord) -> Result<(), Failure> {
        Ok(())
    }
    fn delete_timer(&self, _: u64) -> Result<(), Failure> {
        Ok(())
    }
}

/// The tablet may control the kitchen.
struct Owner;

impl Permissions for Owner {
    fn rooms(&self, endpoint: &EndpointId) -> Option<Vec<RoomId>> {
        (endpoint.as_str() == "tablet").then(|| vec!["kitchen".into()])
    }
}

pub struct Lived {
    pub hub: SkillHub,
    pub seat: Arc<Seat>,
    _ending: tokio_util::sync::DropGuard,
}

pub async fn lived() -> Lived {
    let room = |id: &str| Room {
        id: id.into(),
        name: id.into(),
        aliases: Vec::new(),
    };
    let rooms = Rooms::new(["kitchen", "bedroom"].map(room).to_vec());
    let (seat, clock) = (Arc::<Seat>::default(), Arc::new(SystemClock));
    let ending = CancellationToken::new();
    let home = Home {
        house: house(&rooms),
        which: Arc::new(Which::new(clock.clone())),
        seat: seat.clone(),
        ledger: Ledger::new(seat.clone(), clock.clone()),
    };
    let home = Supervised::start(Arc::new(home), integration::Limits::default(), &ending).unwrap();
    assert!(home.ready(Duration::from_secs(20)).await);
    let timers = Timers::start(
        seat.clone(),
        clock.clone() as Arc<dyn Clock>,
        TimerSettings::default(),
        Box::new(|_| {}),
        &TaskTracker::new(),
        ending.child_token(),
    );
    let config = HubConfig {
        rooms,
        time_zone: Some("Europe/Berlin".to_owned()),
    };
    let mut hub = SkillHub::new(config, timers, clock).unwrap();
    hub.add(home).unwrap();
    hub.limit(Arc::new(Owner), seat.clone());
    Lived {
        hub,
        seat,
        _ending: ending.drop_guard(),
    }
}

pub fn context(endpoint: &str) -> CallContext {
    CallContext {
        turn_id: TurnId(7),
        room: "kitchen".into(),
        endpoint: endpoint.into(),
        language: Language::default(),
        conversation: "c".into(),
        user: None,
    }
}

pub fn call(name: &str, arguments: Value) -> ToolCall {
    ToolCall {
        name: name.into(),
        arguments,
    }
}

impl Lived {
    pub async fn says(&self, endpoint: &str, name: &str, arguments: Value) -> ToolOutcome {
        self.hub.handle(call(name, arguments), context(endpoint)).await
    }

    /// What it does in the home.
    pub async fn does(&self, endpoint: &str, name: &str, arguments: Value) -> Vec<String> {
        let result = self.says(endpoint, name, arguments.clone()).await;
        assert!(result.is_ok(), "{name} {arguments}: {result:?}");
        std::mem::take(&mut self.seat.done.lock().unwrap())
    }

    pub async fn is_refused(&self, name: &str, arguments: Value) {
        let failure = self.says("tablet", name, arguments.clone()).await.unwrap_err();
        assert_eq!(failure.code, ErrorCode::NotAllowedHere, "{name} {arguments}");
        assert_eq!(
            *self.seat.done.lock().unwrap(),
            Vec::<String>::new(),
            "{name} {arguments}"
        );
        let deed = self.seat.deeds.lock().unwrap().pop().unwrap();
        assert_eq!(deed.failed.as_deref(), Some("not-allowed-here"));
        assert_eq!((deed.endpoint.as_str(), deed.turn_id), ("tablet", TurnId(7)));
    }
}
