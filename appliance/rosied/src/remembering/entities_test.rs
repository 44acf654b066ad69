//! A house of 300 entities and the real model of meanings (`make models`): which of them a language model is told of, for
//! things that people say without naming what they mean.

use super::Remembering;
use crate::{config::Config, engines::Folders};
use rosie_core::{
    BoxFuture, CallContext, CancelFlag, KnownNames, Language, RoomId, ToolCall, ToolOutcome, ToolResult, TurnId,
    dialog::{Dialog, EntityState, Hub, Question, Tier},
    memory::Memory,
};
use rosie_dialog::{
    DialogConfig, LanguageSources, Languages, RosieDialog,
    llm::{
        ChatEvent, ChatRequest, ChatSink, FinishReason, LlmEngine, LlmError, ModelInfo, Provider, ProviderInfo, Usage,
    },
};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio_util::task::TaskTracker;

const ROOMS: [&str; 12] = [
    "living room",
    "kitchen",
    "bedroom",
    "bathroom",
    "office",
    "hallway",
    "garage",
    "garden",
    "cellar",
    "attic",
    "kids room",
    "guest room",
];
const IN_EACH: [(&str, &str); 24] = [
    ("light", "ceiling light"),
    ("light", "floor lamp"),
    ("light", "wall lamp"),
    ("cover", "window shutter"),
    ("climate", "thermostat"),
    ("sensor", "temperature"),
    ("sensor", "humidity"),
    ("sensor", "air quality"),
    ("sensor", "power"),
    ("binary_sensor", "motion"),
    ("binary_sensor", "door contact"),
    ("binary_sensor", "window contact"),
    ("binary_sensor", "smoke detector"),
    ("binary_sensor", "water leak"),
    ("switch", "outlet left"),
    ("switch", "outlet right"),
    ("switch", "outlet middle"),
    ("media_player", "speaker"),
    ("fan", "fan"),
    ("button", "wall button"),
    ("sensor", "brightness"),
    ("update", "firmware"),
    ("sensor", "button battery"),
    ("switch", "child lock"),
];
const ONCE: [(&str, &str, &str); 12] = [
    ("lock", "front door lock", "hallway"),
    ("cover", "garage door", "garage"),
    ("sensor", "washing machine", "cellar"),
    ("sensor", "dishwasher", "kitchen"),
    ("vacuum", "robot vacuum", "living room"),
    ("media_player", "television", "living room"),
    ("switch", "coffee machine", "kitchen"),
    ("sensor", "oven", "kitchen"),
    ("alarm_control_panel", "burglar alarm", "hallway"),
    ("event", "doorbell", "hallway"),
    ("valve", "lawn sprinkler", "garden"),
    ("sensor", "solar panels", "attic"),
];
/// Said in a room, and the beginnings of what may be meant.
const SAID: [(&str, &str, &[&str]); 20] = [
    ("office", "it is dark in here", &["light.office"]),
    (
        "bedroom",
        "I am freezing",
        &["climate.bedroom", "sensor.bedroom_temperature"],
    ),
    (
        "kitchen",
        "something is burning",
        &["binary_sensor.kitchen_smoke", "sensor.oven"],
    ),
    ("bedroom", "did somebody ring at the door", &["event.doorbell"]),
    ("bedroom", "can anybody get into the house", &["lock.front_door"]),
    ("kitchen", "are the clothes done", &["sensor.washing_machine"]),
    ("living room", "clean the floor please", &["vacuum"]),
    ("bathroom", "is the air too damp in here", &["sensor.bathroom_humidity"]),
    ("bedroom", "let some daylight in", &["cover.bedroom", "light.bedroom"]),
    ("kitchen", "make me an espresso", &["switch.coffee_machine"]),
    (
        "office",
        "how warm is it down in the cellar",
        &["sensor.cellar_temperature", "climate.cellar"],
    ),
    (
        "bedroom",
        "is anybody moving in the garage",
        &["binary_sensor.garage_motion"],
    ),
    (
        "office",
        "did I leave a window open in the attic",
        &["binary_sensor.attic_window", "cover.attic"],
    ),
    ("kitchen", "are the plates clean yet", &["sensor.dishwasher"]),
    ("kitchen", "the grass is dry, give it some water", &["valve"]),
    ("living room", "I want to watch a film", &["media_player.television"]),
    ("kitchen", "can the car drive out", &["cover.garage"]),
    (
        "office",
        "how much electricity do we get from the sun",
        &["sensor.solar"],
    ),
    ("bedroom", "are we protected against thieves", &["alarm_control_panel"]),
    (
        "office",
        "it is stuffy in here",
        &["fan.office", "sensor.office_air", "binary_sensor.office_window"],
    ),
];

/// The same, written before what entities are compared by was given words for what things are for, and not looked at since.
const SAID_LATER: [(&str, &str, &[&str]); 20] = [
    ("bathroom", "I can hardly see anything", &["light.bathroom"]),
    (
        "guest room",
        "my guests will sweat tonight",
        &["climate.guest", "fan.guest", "sensor.guest_room_temperature"],
    ),
    ("cellar", "is there a puddle anywhere", &["binary_sensor.cellar_water"]),
    ("office", "is the laundry still running", &["sensor.washing_machine"]),
    (
        "bedroom",
        "nobody should be able to walk in at night",
        &["lock.front_door", "alarm_control_panel"],
    ),
    ("living room", "there are crumbs all over the carpet", &["vacuum"]),
    (
        "living room",
        "I would like to listen to some jazz",
        &["media_player.living"],
    ),
    ("kids room", "the sun shines in her face", &["cover.kids"]),
    ("kitchen", "how long will the cake take", &["sensor.oven"]),
    ("garden", "the flowers look thirsty", &["valve"]),
    (
        "hallway",
        "was that the postman",
        &["event.doorbell", "binary_sensor.hallway_motion"],
    ),
    ("kitchen", "I need some caffeine", &["switch.coffee_machine"]),
    (
        "bedroom",
        "does the switch by the bed need a new cell",
        &["sensor.bedroom_button_battery"],
    ),
    ("attic", "are the panels making money today", &["sensor.solar"]),
    (
        "office",
        "my eyes hurt from the glare",
        &["light.office", "cover.office"],
    ),
    (
        "bedroom",
        "is anyone sneaking around in the living room",
        &["binary_sensor.living_room_motion"],
    ),
    (
        "kitchen",
        "what is the news channel showing",
        &["media_player.television"],
    ),
    ("garage", "the bikes are inside, close up", &["cover.garage"]),
    (
        "attic",
        "how hot does it get up here",
        &["sensor.attic_temperature", "climate.attic"],
    ),
    (
        "kids room",
        "is the thing that tells us about fire working",
        &["binary_sensor.kids_room_smoke"],
    ),
];

fn entity(domain: &str, name: &str, room: &str) -> EntityState {
    EntityState {
        id: format!("{domain}.{}", name.replace(' ', "_")),
        names: vec![name.to_owned()],
        room: Some(room.replace(' ', "_").as_str().into()),
        state: Some("idle".to_owned()),
    }
}

struct House(Vec<EntityState>);

impl House {
    fn new() -> Self {
        let each = |room: &'static str| {
            IN_EACH
                .iter()
                .map(move |(domain, name)| entity(domain, &format!("{room} {name}"), room))
        };
        let mut all: Vec<EntityState> = ROOMS.iter().flat_map(|room| each(room)).collect();
        all.extend(ONCE.iter().map(|(domain, name, room)| entity(domain, name, room)));
        assert_eq!(all.len(), 300);
        Self(all)
    }
}

impl Hub for House {
    fn handle(&self, call: ToolCall, _: CallContext) -> BoxFuture<'_, ToolOutcome> {
        let said = ToolResult {
            response: call.name,
            data: serde_json::Value::Null,
            effects: Vec::new(),
        };
        Box::pin(async { Ok(said) })
    }

    fn names(&self) -> KnownNames {
        KnownNames::default()
    }

    fn entities(&self) -> Vec<EntityState> {
        self.0.clone()
    }
}

/// Says "OK." and keeps what it was asked.
#[derive(Default)]
struct Listening(Mutex<String>);

impl Provider for Listening {
    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
        _: &'a CancelFlag,
        sink: &'a mut ChatSink<'_>,
    ) -> BoxFuture<'a, Result<(), LlmError>> {
        let asked = request.messages.last().map(|message| message.content.clone());
        *self.0.lock().unwrap() = asked.unwrap_or_default();
        sink(ChatEvent::Text("OK.".to_owned()));
        sink(ChatEvent::Finished {
            reason: FinishReason::Stop,
            usage: Usage::default(),
        });
        Box::pin(async { Ok(()) })
    }

    fn probe(&self, _: Duration) -> BoxFuture<'_, Result<(), LlmError>> {
        Box::pin(async { Ok(()) })
    }

    fn models(&self, _: Duration) -> BoxFuture<'_, Result<Vec<ModelInfo>, LlmError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn describe(&self) -> ProviderInfo {
        ProviderInfo {
            provider: "test".into(),
            model: "listening".into(),
            address: String::new(),
        }
    }
}

fn question(room: &str, text: &str, number: usize) -> Question {
    Question {
        turn_id: TurnId(1),
        text: text.to_owned(),
        language: Language::new("en"),
        room: RoomId(room.replace(' ', "_")),
        endpoint: format!("{room}-1").as_str().into(),
        conversation: format!("c-{number}").as_str().into(),
        user: None,
        cancel: CancelFlag::new(),
    }
}

/// For each thing said: where the first of the right ones stands among those that the model was told of.
async fn places(memory: Option<Arc<Remembering>>) -> (Vec<Option<usize>>, Vec<Option<usize>>, Duration) {
    let house = Arc::new(House::new());
    let model = Arc::new(Listening::default());
    let llm = Arc::new(LlmEngine::of([(Tier::Local, model.clone() as Arc<dyn Provider>)]));
    let (languages, _) = Languages::load(&LanguageSources {
        languages: vec![Language::new("en")],
        data: None,
        own: None,
        more: Vec::new(),
    });
    // No form for a small model: this house has nothing that could be called.
    let config = DialogConfig {
        guided_local: false,
        ..DialogConfig::default()
    };
    let mut dialog = RosieDialog::new(house.clone(), languages, llm, config);
    if let Some(memory) = memory.clone() {
        dialog = dialog.with_memory(memory, TaskTracker::new());
    }
    let ask = async |number: usize, room: &str, text: &str| {
        dialog
            .answer(question(room, text, number), Box::new(|_| {}))
            .await
            .unwrap();
        model.0.lock().unwrap().clone()
    };
    // The names are new at first: they are learnt behind the first question.
    ask(100, "office", "good morning to you my dear").await;
    if let Some(memory) = memory {
        let until = Instant::now() + Duration::from_secs(60);
        let names = ["nothing new".to_owned()];
        while memory.memory().is_some_and(|memory| memory.is_learning()) || memory.likeness("x", &names).await.is_none()
        {
            assert!(Instant::now() < until, "300 names are not learnt in a minute");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let (mut places, began) = (Vec::new(), Instant::now());
    for (number, (room, text, meant)) in SAID.iter().chain(&SAID_LATER).enumerate() {
        let told = ask(number, room, text).await;
        let told = told.lines().filter_map(|line| line.strip_prefix("- "));
        let ids = told.filter_map(|line| {
            let name = line.split(" (").next().unwrap_or_default();
            let entity = house.0.iter().find(|entity| entity.names[0] == name)?;
            Some(entity.id.clone())
        });
        let place = ids
            .into_iter()
            .position(|id| meant.iter().any(|meant| id.starts_with(meant)));
        places.push(place);
    }
    let each = began.elapsed() / places.len() as u32;
    let later = places.split_off(SAID.len());
    (places, later, each)
}

/// Of 20; reached were 15 and 14 by meaning, 2 and 3 by words alone.
const ENOUGH: usize = 14;
/// Times that it is asked again.
const BUSY: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn the_right_ones_of_three_hundred_entities_are_told() {
    let models = std::env::var_os("ROSIE_MODELS").map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders {
        data: folder.path().to_owned(),
        models: models.expect("ROSIE_MODELS names the models folder: source ci/env.sh, and `make models` fills it"),
    };
    let memory = tokio::task::spawn_blocking(move || Remembering::start(&Config::default(), &folders));
    let memory = Arc::new(memory.await.unwrap());
    let (by_words, later_by_words, _) = places(None).await;
    let (mut by_meaning, mut later, mut each) = places(Some(memory.clone())).await;
    // A machine that is busy compares no meanings in the time that a turn has: what it finds then says nothing of them.
    for _ in 0..BUSY {
        if by_meaning.iter().flatten().count() >= ENOUGH && later.iter().flatten().count() >= ENOUGH {
            break;
        }
        (by_meaning, later, each) = places(Some(memory.clone())).await;
    }
    let all_by_words = by_words.iter().chain(&later_by_words);
    let all = all_by_words.zip(by_meaning.iter().chain(&later));
    for ((room, text, _), (words, meaning)) in SAID.iter().chain(&SAID_LATER).zip(all) {
        println!("{text} ({room}): by words at {words:?}, by meaning at {meaning:?}");
    }
    let found = |places: &[Option<usize>]| places.iter().flatten().count();
    let (words, meaning) = (found(&by_words), found(&by_meaning));
    let (later_words, later) = (found(&later_by_words), found(&later));
    println!(
        "of {} told: by words alone {words}, by meaning {meaning}; of those written later {later_words}, {later}; {each:?} a question",
        SAID.len()
    );
    tokio::task::spawn_blocking(move || memory.end()).await.unwrap();
    assert_eq!(
        by_meaning[0],
        Some(0),
        "it is dark in here: a lamp of this room comes first"
    );
    assert!(meaning >= ENOUGH && later >= ENOUGH, "{by_meaning:?} {later}");
}
