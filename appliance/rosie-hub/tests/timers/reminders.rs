//! Reminders through the hub: by time, again and again, and in a room. The house's clock starts on a Friday at 8:00 UTC.

use crate::house::{House, START_MS, seconds};
use rosie_core::{Effect, store::TimerState};
use rosie_hub::TimerEvent;
use serde_json::{Value, json};
use std::time::Duration;

const HOUR: u64 = 3600;

/// What was said of reminders: response, text, endpoint, room.
fn said(house: &House) -> Vec<(String, String, String, String)> {
    let told = |event: &TimerEvent| match event {
        TimerEvent::Ringing(ringing) if ringing.times == 1 => {
            let result = ringing.result();
            let text = result.data["text"].as_str().unwrap_or_default().to_owned();
            Some((
                result.response,
                text,
                ringing.endpoint.to_string(),
                ringing.room.to_string(),
            ))
        }
        _ => None,
    };
    house.events.lock().unwrap().iter().filter_map(told).collect()
}

fn one(response: &str, text: &str, endpoint: &str, room: &str) -> (String, String, String, String) {
    (response.into(), text.into(), endpoint.into(), room.into())
}

async fn remind(house: &House, more: Value) -> Value {
    let mut arguments = json!({ "text": "call mum" });
    arguments
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let set = house.ask("kitchen-1", "RosieRemind", arguments).await;
    assert_eq!(set.response, "default", "{set:?}");
    set.data["reminder"].clone()
}

#[tokio::test(start_paused = true)]
async fn it_is_said_once_to_whoever_is_there() {
    let house = House::new();
    let reminder = remind(&house, json!({ "hour": 6 })).await;
    assert_eq!(
        (&reminder["alarm"]["hour"], &reminder["alarm"]["offset"]),
        (&json!(18), &json!(0))
    );
    let timers = house.ask("kitchen-1", "HassTimerStatus", json!({})).await;
    assert_eq!(timers.response, "no_timer", "it is no timer");
    let alarms = house.ask("kitchen-1", "RosieAlarmStatus", json!({})).await;
    assert_eq!(alarms.response, "no_alarm", "and no alarm");
    let house = house.restart(Duration::from_secs(9 * HOUR)).await;
    seconds(HOUR - 30).await;
    assert!(said(&house).is_empty());
    seconds(31).await;
    assert_eq!(said(&house), [one("reminder", "call mum", "kitchen-1", "kitchen")]);
    // Nobody is there for ten minutes.
    seconds(600).await;
    assert!(!house.rung()[&1].1);
    house.timers.told(1);
    seconds(1).await;
    assert!(house.rung()[&1].1);
    assert!(house.disk.timers.lock().unwrap().is_empty());
    // "Remind me again in an hour."
    let again = house.ask("kitchen-1", "RosieSnooze", json!({ "hours": 1 })).await;
    assert_eq!(again.response, "default");
    seconds(HOUR + 1).await;
    assert_eq!(said(&house).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn after_a_while_tomorrow_and_again_and_again() {
    let house = House::new();
    let reminder = remind(&house, json!({ "minutes": 10 })).await;
    assert_eq!(reminder["in_seconds"], 600);
    let reminder = remind(&house, json!({ "day": 1 })).await;
    assert_eq!(
        (&reminder["alarm"]["hour"], &reminder["alarm"]["offset"]),
        (&json!(9), &json!(1))
    );
    let reminder = remind(&house, json!({ "day": 14, "half": "pm" })).await;
    assert_eq!(
        (&reminder["alarm"]["hour"], &reminder["alarm"]["offset"]),
        (&json!(18), &json!(14))
    );
    let reminder = remind(&house, json!({ "every": "0", "hour": 8 })).await;
    assert_eq!(
        (&reminder["alarm"]["hour"], &reminder["alarm"]["days"]),
        (&json!(8), &json!(1))
    );
    let late = house
        .ask("kitchen-1", "RosieRemind", json!({ "text": "x", "hours": 24 * 500 }))
        .await;
    assert_eq!(late.response, "too_far");
    // Two Mondays.
    for _ in 0..10 * 24 {
        seconds(HOUR).await;
        (1..5).for_each(|id| house.timers.told(id));
    }
    let rang: Vec<usize> = (1..5)
        .map(|id| {
            let of = |event: &&TimerEvent| matches!(event, TimerEvent::Ringing(r) if r.id == id && r.times == 1);
            house.events.lock().unwrap().iter().filter(of).count()
        })
        .collect();
    assert_eq!(rang, [1, 1, 0, 2]);
    assert_eq!(house.disk.timers.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn in_a_room_it_waits_for_somebody_to_speak_there() {
    let house = House::new();
    let reminder = remind(&house, json!({ "area": "office" })).await;
    assert_eq!(
        (&reminder["room"], &reminder["alarm"]),
        (&json!("office"), &Value::Null)
    );
    remind(&house, json!({ "here": "true" })).await;
    let house = house.restart(Duration::from_secs(HOUR)).await;
    seconds(1).await;
    let now_ms = START_MS as u64 + HOUR * 1000;
    assert!(matches!(
        house.disk.timers.lock().unwrap()[&1].state,
        TimerState::Waiting { .. }
    ));
    // The turn that asked for it is none.
    house.timers.spoken_in(&"kitchen".into(), START_MS as u64);
    seconds(1).await;
    assert!(said(&house).is_empty());
    house.timers.spoken_in(&"office".into(), now_ms);
    seconds(1).await;
    assert_eq!(said(&house), [one("reminder", "call mum", "", "office")]);
    house.timers.spoken_in(&"kitchen".into(), now_ms);
    seconds(1).await;
    assert_eq!(said(&house)[1], one("reminder", "call mum", "kitchen-1", "kitchen"));
    [1, 2].into_iter().for_each(|id| house.timers.told(id));
    seconds(1).await;
    assert!(house.disk.timers.lock().unwrap().is_empty());
    let nowhere = house
        .ask("kitchen-1", "RosieRemind", json!({ "text": "x", "area": "cellar" }))
        .await;
    assert_eq!(
        (nowhere.response.as_str(), &nowhere.data["rooms"]),
        ("no_room", &json!(["kitchen", "office"]))
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_time_it_is_asked_for() {
    let house = House::new();
    let asked = house
        .ask("kitchen-1", "RosieRemind", json!({ "text": "call mum", "day": 0 }))
        .await;
    assert_eq!(
        (asked.response.as_str(), &asked.effects[..]),
        ("ask", &[Effect::FollowUp][..])
    );
    let set = house
        .ask("kitchen-1", "RosieAnswerReminder", json!({ "hour": 4 }))
        .await;
    assert_eq!(
        (&set.data["reminder"]["text"], &set.data["reminder"]["alarm"]["hour"]),
        (&json!("call mum"), &json!(16))
    );
}

#[tokio::test(start_paused = true)]
async fn listed_and_cancelled_by_words_by_time_or_all() {
    let house = House::new();
    let cancel = |arguments| house.ask("office-1", "RosieCancelReminder", arguments);
    assert_eq!(cancel(json!({})).await.response, "none");
    for (text, hour) in [("call mum", 6), ("water the plants", 7), ("feed the cat", 8)] {
        let arguments = json!({ "text": text, "hour": hour, "half": "pm" });
        house.ask("kitchen-1", "RosieRemind", arguments).await;
    }
    let list = house.ask("office-1", "RosieReminderStatus", json!({})).await;
    let texts: Vec<&Value> = list.data["reminders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["text"])
        .collect();
    assert_eq!(texts, ["call mum", "water the plants", "feed the cat"]);
    assert_eq!(cancel(json!({})).await.response, "ambiguous");
    assert_eq!(cancel(json!({ "text": "the dentist" })).await.response, "not_found");
    let gone = cancel(json!({ "text": "watering plants" })).await;
    assert_eq!(gone.data["reminder"]["text"], "water the plants", "{gone:?}");
    let gone = cancel(json!({ "hour": 8 })).await;
    assert_eq!(gone.data["reminder"]["text"], "feed the cat");
    assert_eq!(cancel(json!({ "all": "true" })).await.response, "default");
    assert!(house.disk.timers.lock().unwrap().is_empty());
}
