//! A tablet that may control the kitchen and nothing else, beside one that may control everything, through the whole hub.
#![allow(clippy::unwrap_used)]

use super::{
    super::{
        Seen, Which,
        converse::CONVERSE,
        hands,
        hands::Hands,
        house::{Area, Registry, State},
        ledger::Ledger,
    },
    *,
};
use crate::{
    Clock, HubConfig, Permissions, Room, Rooms, SkillHub, SystemClock, TimerSettings, Timers,
    integration::{self, Ground, Integration, Supervised},
    skill::said,
};
use rosie_core::{
    BoxFuture, EndpointId, ErrorCode, Failure, Language, ToolOutcome, TurnId,
    audit::{AuditLog, Deed},
    dialog::Hub,
    engine::EngineHealth,
    store::{TimerRecord, TimerStore},
};
use serde_json::Map;
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
struct Seat {
    done: Mutex<Vec<String>>,
    deeds: Mutex<Vec<Deed>>,
}

impl Hands for Seat {
    fn carry_out(&self, plan: Plan) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(async move {
            match plan {
                Plan::Do { calls, answer } => {
                    let call = |call: &super::super::ServiceCall| {
                        format!("{}.{} {}", call.domain, call.service, call.entities.join(","))
                    };
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
        &super::super::TAKEN
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

struct Lived {
    hub: SkillHub,
    seat: Arc<Seat>,
    _ending: tokio_util::sync::DropGuard,
}

async fn lived() -> Lived {
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

fn context(endpoint: &str) -> CallContext {
    CallContext {
        turn_id: TurnId(7),
        room: "kitchen".into(),
        endpoint: endpoint.into(),
        language: Language::default(),
        conversation: "c".into(),
        user: None,
    }
}

fn call(name: &str, arguments: Value) -> ToolCall {
    ToolCall {
        name: name.into(),
        arguments,
    }
}

impl Lived {
    async fn says(&self, endpoint: &str, name: &str, arguments: Value) -> ToolOutcome {
        self.hub.handle(call(name, arguments), context(endpoint)).await
    }

    /// What it does in the home.
    async fn does(&self, endpoint: &str, name: &str, arguments: Value) -> Vec<String> {
        let result = self.says(endpoint, name, arguments.clone()).await;
        assert!(result.is_ok(), "{name} {arguments}: {result:?}");
        std::mem::take(&mut self.seat.done.lock().unwrap())
    }

    async fn is_refused(&self, name: &str, arguments: Value) {
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

#[tokio::test]
async fn what_is_in_other_rooms_or_in_none_is_refused_and_written_down() {
    let home = lived().await;
    for (name, arguments) in [
        ("HassOpenCover", json!({ "name": "bedroom blinds" })),
        ("HassOpenCover", json!({ "area": "bedroom", "device_class": "blind" })),
        // As a model names them.
        ("HassTurnOn", json!({ "name": "light.bedroom" })),
        (
            "HassTurnOn",
            json!({ "name": "light.kitchen,light.bedroom", "all": "all" }),
        ),
        ("HassSetPosition", json!({ "name": "cover.bedroom", "position": 10 })),
        ("HassSetVolume", json!({ "name": "radio", "volume_level": 90 })),
        // Only the bedroom has one that plays.
        ("HassMediaPause", json!({})),
        (
            "HassMediaSearchAndPlay",
            json!({ "search_query": "punk", "name": "radio" }),
        ),
        // It stands in the kitchen, and cleans elsewhere.
        ("HassVacuumCleanArea", json!({ "area": "bedroom" })),
        // In the kitchen by its own account; one of its lights is not.
        ("HassTurnOff", json!({ "name": "every light" })),
        ("HassTurnOn", json!({ "name": "good night" })),
        ("HassTurnOff", json!({ "name": "front door" })),
    ] {
        home.is_refused(name, arguments).await;
    }
    home.says("tablet", "HassOpenCover", json!({ "name": "bedroom blinds" }))
        .await
        .unwrap_err();
    let deed = home.seat.deeds.lock().unwrap().pop().unwrap();
    assert_eq!(
        (deed.action.as_str(), deed.cause.as_str()),
        ("cover.open_cover", "HassOpenCover")
    );
    assert_eq!(deed.targets, ["cover.bedroom"]);
    let other = home
        .does("phone", "HassOpenCover", json!({ "name": "bedroom blinds" }))
        .await;
    assert_eq!(other, ["cover.open_cover cover.bedroom"]);
}

#[tokio::test]
async fn what_is_in_the_room_is_done_and_questions_are_answered() {
    let home = lived().await;
    for (name, arguments, done) in [
        (
            "HassTurnOn",
            json!({ "name": "counter light" }),
            "light.turn_on light.counter",
        ),
        (
            "HassOpenCover",
            json!({ "name": "kitchen blinds" }),
            "cover.open_cover cover.kitchen",
        ),
        (
            "HassVacuumCleanArea",
            json!({ "area": "kitchen" }),
            "vacuum.clean_area vacuum.robot",
        ),
        // In no room itself, and all of it in the kitchen.
        (
            "HassTurnOff",
            json!({ "name": "stove lights" }),
            "light.turn_off light.stove",
        ),
        (
            "RosieListAdd",
            json!({ "item": "milk", "list": "shopping" }),
            "todo.add_item todo.shopping_list",
        ),
    ] {
        assert_eq!(home.does("tablet", name, arguments).await, [done]);
    }
    let asked = home
        .says("tablet", "HassGetState", json!({ "name": "bedroom blinds" }))
        .await;
    assert_eq!(asked.unwrap().response, "default");
    assert!(home.says("tablet", "HassGetCurrentTime", json!({})).await.is_ok());
    assert!(home.seat.deeds.lock().unwrap().iter().all(|deed| deed.failed.is_none()));
}

#[tokio::test]
async fn everything_is_everything_in_the_room_and_one_of_a_name_is_the_one_there() {
    let home = lived().await;
    let off = home.does("tablet", "HassTurnOff", json!({ "domain": "light" })).await;
    assert_eq!(off, ["light.turn_off light.counter,light.kitchen,light.stove"]);
    let off = home.does("phone", "HassTurnOff", json!({ "domain": "light" })).await;
    let all = "light.turn_off light.all,light.bedroom,light.counter,light.hall,light.kitchen,light.stove";
    assert_eq!(off, [all]);
    let spared = home
        .does(
            "tablet",
            "HassTurnOff",
            json!({ "domain": "light", "except": "light.counter" }),
        )
        .await;
    assert_eq!(spared, ["light.turn_off light.kitchen"]);
    // Two have this name; from the hall it would be asked which, were the other one not out of the tablet's reach.
    let of_hall = |endpoint: &str| CallContext {
        room: "hall".into(),
        ..context(endpoint)
    };
    let on = || call("HassTurnOn", json!({ "name": "ceiling light" }));
    home.hub.handle(on(), of_hall("tablet")).await.unwrap();
    assert_eq!(*home.seat.done.lock().unwrap(), ["light.turn_on light.kitchen"]);
    let asked = home.hub.handle(on(), of_hall("phone")).await.unwrap();
    assert_eq!(asked.response, "RosieAnswerWhich/ask");
}

#[tokio::test]
async fn nobody_is_asked_about_what_is_refused_and_what_is_planned_is_held_to_it() {
    let home = lived().await;
    let unlock = |name: &str| call("HassTurnOff", json!({ "name": name }));
    let question = |endpoint: &str, call: &ToolCall| {
        let asked = home.hub.confirmation(call, &context(endpoint))?;
        Some(asked["en"].clone())
    };
    assert_eq!(question("tablet", &unlock("front door")), None);
    assert_eq!(
        question("phone", &unlock("front door")).unwrap(),
        "Shall I unlock front door?"
    );
    assert_eq!(question("tablet", &unlock("larder")).unwrap(), "Shall I unlock larder?");
    let every = call("HassTurnOff", json!({ "domain": "lock" }));
    assert_eq!(question("phone", &every).unwrap(), "Shall I unlock front door, larder?");
    assert_eq!(question("tablet", &every).unwrap(), "Shall I unlock larder?");

    let later = |name: &str| {
        let calls = json!([{ "name": "HassTurnOn", "arguments": { "name": name } }]).to_string();
        json!({ "command": "turn it on", "calls": calls, "minutes": 5 })
    };
    home.is_refused("RosieLater", later("light.bedroom")).await;
    assert_eq!(
        home.says("tablet", "RosieLater", later("light.counter"))
            .await
            .unwrap()
            .response,
        "default"
    );
    // The owner took the bedroom away after it was planned.
    let due = json!({ "calls": [
        { "name": "HassTurnOn", "arguments": { "name": "light.bedroom" } },
        { "name": "HassTurnOn", "arguments": { "name": "light.counter" } },
    ] });
    let planned = CallContext::planned("kitchen".into(), "tablet".into(), Language::default(), None);
    let failure = home.hub.handle(call("RosieLaterDue", due), planned).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::NotAllowedHere);
    assert_eq!(*home.seat.done.lock().unwrap(), ["light.turn_on light.counter"]);
    // What the home's own agent would make of a sentence nobody knows.
    let whole = json!({ "text": "make it cosy" });
    assert_eq!(
        home.says("tablet", CONVERSE, whole.clone()).await.unwrap().response,
        "not_understood"
    );
    assert_eq!(
        home.says("phone", CONVERSE, whole).await.unwrap().data["speech"],
        "Done"
    );
}
