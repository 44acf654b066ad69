//! Announcements: said with the message in the wish, or asked for and passed on as somebody says it.
#![allow(clippy::unwrap_used)]

use rosie_core::{
    BoxFuture, CallContext, Effect, EndpointId, Failure, Language, RoomId, ToolCall, ToolResult, TurnId,
    audit::NoAudit,
    dialog::Hub,
    session::TurnState,
    store::{SettingStore, TimerRecord, TimerStore},
};
use rosie_hub::{
    BroadcastSkill, HubConfig, Room, Rooms, SkillHub, SystemClock, TimerSettings, Timers,
    household::{Answer, Happening, Household, Reach, Said, Seat, Vitals, Wake, WakeWords},
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

struct Nothing;

impl TimerStore for Nothing {
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

impl SettingStore for Nothing {
    fn get_setting(&self, _: &str) -> Result<Option<Value>, Failure> {
        Ok(None)
    }
    fn put_setting(&self, _: &str, _: &Value) -> Result<(), Failure> {
        Ok(())
    }
}

/// Where something is said, what, and in which turn's own voice.
type Told = (EndpointId, String, Option<TurnId>);

/// Endpoints that may be told something, and nothing else.
struct House {
    seats: Vec<Seat>,
    told: Mutex<Vec<Told>>,
}

impl House {
    fn tell(&self, to: &Reach, text: &str, voice: Option<TurnId>) -> Said {
        let Reach::Endpoint(endpoint) = to else {
            return Said::default();
        };
        let seat = self.seats.iter().find(|seat| seat.endpoint == *endpoint).unwrap();
        if seat.do_not_disturb {
            return Said { spoken: 0, spared: 1 };
        }
        self.told
            .lock()
            .unwrap()
            .push((endpoint.clone(), text.to_owned(), voice));
        Said { spoken: 1, spared: 0 }
    }
}

impl Household for House {
    fn endpoints(&self) -> Vec<Seat> {
        self.seats.clone()
    }
    fn happenings(&self) -> broadcast::Receiver<Happening> {
        broadcast::channel(1).1
    }
    fn say(&self, to: &Reach, text: &str, _urgent: bool) -> Said {
        self.tell(to, text, None)
    }
    fn pass_on(&self, (_, turn_id): (&EndpointId, TurnId), to: &Reach, text: &str) -> Said {
        self.tell(to, text, Some(turn_id))
    }
    fn ask(&self, _: RoomId, text: String, _: Option<Language>) -> BoxFuture<'_, Result<Answer, Failure>> {
        let (intent, follow_up) = (None, false);
        Box::pin(async move {
            Ok(Answer {
                text,
                intent,
                follow_up,
            })
        })
    }
    fn listen(&self, _: &Reach) -> usize {
        0
    }
    fn stop(&self, _: &Reach) -> usize {
        0
    }
    fn set_volume(&self, _: &Reach, _: u8) -> usize {
        0
    }
    fn set_muted(&self, _: &EndpointId, _: bool) -> bool {
        false
    }
    fn set_do_not_disturb(&self, _: &EndpointId, _: bool) -> bool {
        false
    }
    fn set_brightness(&self, _: &EndpointId, _: u8) -> bool {
        false
    }
    fn set_wake_words(&self, _: &EndpointId, _: WakeWords) -> bool {
        false
    }
    fn set_wake_sensitivity(&self, _: &EndpointId, _: u8) -> bool {
        false
    }
    fn remembers(&self, _: &RoomId) -> Option<bool> {
        None
    }
    fn set_remembers(&self, _: RoomId, _: bool) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async { Ok(()) })
    }
    fn timers(&self) -> Vec<TimerRecord> {
        Vec::new()
    }
    fn vitals(&self) -> Vitals {
        Vitals::default()
    }
    fn settings(&self) -> Arc<dyn SettingStore> {
        Arc::new(Nothing)
    }
    fn restart(&self) -> Result<(), Failure> {
        Ok(())
    }
}

fn seat(room: &str, do_not_disturb: bool) -> Seat {
    Seat {
        endpoint: EndpointId::from(format!("{room}-panel").as_str()),
        room: room.into(),
        state: TurnState::Idle,
        volume_percent: 50,
        muted: false,
        do_not_disturb,
        brightness_percent: None,
        has_leds: false,
        wake: Wake::Unsaid,
    }
}

fn hub(seats: Vec<Seat>) -> (SkillHub, Arc<House>) {
    let clock = Arc::new(SystemClock);
    let (tracker, cancel) = (TaskTracker::new(), CancellationToken::new());
    let timers = Timers::start(
        Arc::new(Nothing),
        clock.clone(),
        TimerSettings::default(),
        Box::new(|_| {}),
        &tracker,
        cancel,
    );
    let room = |id: &str, name: &str| Room {
        id: id.into(),
        name: name.to_owned(),
        aliases: Vec::new(),
    };
    let rooms = Rooms::new(vec![room("kitchen", "Kitchen"), room("office", "Office")]);
    let config = HubConfig {
        rooms: rooms.clone(),
        time_zone: Some("UTC".to_owned()),
    };
    let house = Arc::new(House {
        seats,
        told: Mutex::default(),
    });
    let mut hub = SkillHub::new(config, timers, clock.clone()).unwrap();
    hub.add(Arc::new(BroadcastSkill::new(
        house.clone(),
        rooms,
        clock,
        Arc::new(NoAudit),
    )))
    .unwrap();
    (hub, house)
}

async fn call(hub: &SkillHub, turn: u64, name: &str, arguments: Value) -> ToolResult {
    let context = CallContext {
        turn_id: TurnId(turn),
        room: "kitchen".into(),
        endpoint: "kitchen-panel".into(),
        language: Language::new("en"),
        conversation: "c".into(),
        user: None,
    };
    let call = ToolCall {
        name: name.to_owned(),
        arguments,
    };
    hub.handle(call, context).await.unwrap()
}

#[tokio::test]
async fn a_message_that_was_asked_for_is_passed_on_in_the_persons_own_voice() {
    let (hub, house) = hub(vec![
        seat("kitchen", false),
        seat("office", false),
        seat("bedroom", true),
    ]);
    let here = EndpointId::from("kitchen-panel");
    let asked = call(&hub, 1, "RosieBroadcast", json!({})).await;
    assert_eq!(
        (asked.response.as_str(), &asked.effects[..]),
        ("RosieBroadcast/ask", &[Effect::FollowUp][..])
    );
    assert_eq!(hub.dictation(&here), Some("RosieAnswerBroadcast"));
    assert_eq!(hub.dictation(&EndpointId::from("office-panel")), None);
    let message = json!({ "message": "dinner is ready" });
    let told = call(&hub, 2, "RosieAnswerBroadcast", message.clone()).await;
    assert_eq!(
        (told.response.as_str(), &told.data["rooms"]),
        ("RosieBroadcast/default", &json!(["Office"]))
    );
    let text = "Dinner is ready.".to_owned();
    let office = EndpointId::from("office-panel");
    let in_own_voice = (office.clone(), text.clone(), Some(TurnId(2)));
    assert_eq!(*house.told.lock().unwrap(), std::slice::from_ref(&in_own_voice));
    assert_eq!(hub.dictation(&here), None, "what is said next is nobody's business");
    // With the message in the wish it is Rosie's voice.
    call(&hub, 3, "RosieBroadcast", message).await;
    assert_eq!(*house.told.lock().unwrap(), [in_own_voice, (office, text, None)]);
}

#[tokio::test]
async fn nothing_is_asked_for_where_nobody_can_be_told_or_something_else_is_wanted() {
    let here = EndpointId::from("kitchen-panel");
    for (seats, response) in [
        (vec![seat("kitchen", false)], "RosieBroadcast/nobody"),
        (
            vec![seat("kitchen", false), seat("office", true)],
            "RosieBroadcast/spared",
        ),
    ] {
        let (hub, _) = hub(seats);
        let told = call(&hub, 1, "RosieBroadcast", json!({})).await;
        assert_eq!((told.response.as_str(), hub.dictation(&here)), (response, None));
    }
    let (hub, _) = hub(vec![seat("office", false)]);
    call(&hub, 1, "RosieBroadcast", json!({ "area": "office" })).await;
    assert!(hub.dictation(&here).is_some());
    call(&hub, 2, "HassNevermind", json!({})).await;
    assert_eq!(hub.dictation(&here), None);
}
