//! Alarms through the hub, and the questions that Rosie asks back. The house's clock starts on a Friday at 8:00 UTC.

use crate::house::{House, START_MS, seconds};
use rosie_core::{Effect, dialog::Hub, store::TimerState};
use serde_json::json;
use std::{sync::atomic::Ordering, time::Duration};

const HOUR: u64 = 3600;

#[tokio::test(start_paused = true)]
async fn set_listed_rung_and_silenced() {
    let house = House::new();
    let set = house
        .ask("kitchen-1", "RosieSetAlarm", json!({ "hour": 9, "minute": 30 }))
        .await;
    assert_eq!(set.response, "default");
    let alarm = &set.data["alarm"];
    assert_eq!(
        (&alarm["hour"], &alarm["minute"], &alarm["offset"], &alarm["weekday"]),
        (&json!(9), &json!(30), &json!(0), &json!(4))
    );
    let state = house.disk.timers.lock().unwrap()[&1].state.clone();
    let rings_at_unix_ms = START_MS as u64 + 5_400_000;
    assert_eq!(state, TimerState::Alarm { rings_at_unix_ms });
    house.ask("kitchen-1", "HassStartTimer", json!({ "hours": 3 })).await;

    let list = house.ask("office-1", "RosieAlarmStatus", json!({})).await;
    assert_eq!(
        list.data["alarms"].as_array().unwrap().len(),
        1,
        "the timer is not among them"
    );
    let timers = house.ask("office-1", "HassTimerStatus", json!({})).await;
    assert_eq!(timers.data["timers"].as_array().unwrap().len(), 1, "nor the other way");

    seconds(5_399).await;
    assert!(house.rung().is_empty());
    seconds(2).await;
    assert_eq!(house.rung()[&1], (1, false));
    let event = house.events.lock().unwrap()[0].clone();
    let rosie_hub::TimerEvent::Ringing(ringing) = event else {
        panic!("{event:?}");
    };
    assert_eq!(ringing.result().response, "alarm");
    let off = house.ask("kitchen-1", "RosieCancelAlarm", json!({})).await;
    assert_eq!(
        (off.response.as_str(), &off.effects[..]),
        ("silenced", &[Effect::Silence][..])
    );
    assert!(house.rung()[&1].1);
    let none = house.ask("kitchen-1", "RosieAlarmStatus", json!({})).await;
    assert_eq!(none.response, "no_alarm");
}

#[tokio::test(start_paused = true)]
async fn five_more_minutes() {
    let house = House::new();
    house
        .ask("kitchen-1", "RosieSetAlarm", json!({ "hour": 9, "half": "am" }))
        .await;
    seconds(HOUR + 1).await;
    house
        .ask("kitchen-1", "HassIncreaseTimer", json!({ "minutes": 5 }))
        .await;
    assert_eq!(house.rung()[&1], (1, true));
    let list = house.ask("kitchen-1", "RosieAlarmStatus", json!({})).await;
    assert_eq!(list.data["alarms"][0]["minute"], 5);
    seconds(300).await;
    let rings = |event: &&rosie_hub::TimerEvent| matches!(event, rosie_hub::TimerEvent::Ringing(_));
    assert_eq!(house.events.lock().unwrap().iter().filter(rings).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn it_outlives_a_restart_and_goes_by_the_wall_clock() {
    let house = House::new();
    house
        .ask("kitchen-1", "RosieSetAlarm", json!({ "hour": 7, "day": 1 }))
        .await;
    let house = house.restart(Duration::from_secs(10 * HOUR)).await;
    // Somebody sets the clock an hour on: it rings an hour sooner.
    house.clock.shift_ms.fetch_add(3_600_000, Ordering::SeqCst);
    seconds(12 * HOUR - 30).await;
    assert!(house.rung().is_empty());
    seconds(31).await;
    assert_eq!(house.rung()[&1], (1, false));
    assert!(house.late_ms()[0] < 5_000, "{:?}", house.late_ms());
}

/// Tens of seconds of how late it is, each time that it rings.
fn lateness(house: &House) -> Vec<u64> {
    let late = |event: &rosie_hub::TimerEvent| match event {
        rosie_hub::TimerEvent::Ringing(timer) => Some(timer.late_ms / 10_000),
        _ => None,
    };
    house.events.lock().unwrap().iter().filter_map(late).collect()
}

#[tokio::test(start_paused = true)]
async fn one_that_rings_late_is_later_each_time() {
    let house = House::new();
    house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 5 })).await;
    let house = house.restart(Duration::from_secs(600)).await;
    seconds(25).await;
    assert_eq!(lateness(&house), [30, 31, 32]);
    // One that rang in time has only ended.
    let house = House::new();
    house.ask("kitchen-1", "HassStartTimer", json!({ "seconds": 5 })).await;
    seconds(60).await;
    assert_eq!(lateness(&house), [0; 6]);
}

#[tokio::test(start_paused = true)]
async fn a_day_that_is_in_no_calendar_is_said_to_be_none() {
    let house = House::new();
    let day = json!({ "hour": 7, "date_day": 30, "date_month": 2, "text": "call mum" });
    for name in ["RosieSetAlarm", "RosieRemind"] {
        let answer = house.ask("kitchen-1", name, day.clone()).await;
        assert_eq!(answer.response, "RosieSetAlarm/no_day", "{name}");
    }
    assert!(house.disk.timers.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_that_was_slept_through_says_how_late_it_is() {
    let house = House::new();
    house.ask("kitchen-1", "RosieSetAlarm", json!({ "hour": 9 })).await;
    let house = house.restart(Duration::from_secs(2 * HOUR)).await;
    seconds(1).await;
    let event = house.events.lock().unwrap()[0].clone();
    let rosie_hub::TimerEvent::Ringing(ringing) = event else {
        panic!("{event:?}");
    };
    let said = ringing.result();
    assert_eq!(
        (said.response.as_str(), &said.data["late_seconds"]),
        ("alarm_late", &json!(3600))
    );
}

#[tokio::test(start_paused = true)]
async fn the_right_one_is_cancelled() {
    let house = House::new();
    for hour in [10, 15] {
        house.ask("kitchen-1", "RosieSetAlarm", json!({ "hour": hour })).await;
    }
    let cancel = |arguments| house.ask("office-1", "RosieCancelAlarm", arguments);
    assert_eq!(cancel(json!({})).await.response, "ambiguous");
    assert_eq!(cancel(json!({ "hour": 9 })).await.response, "not_found");
    let gone = cancel(json!({ "hour": 3 })).await;
    assert_eq!(
        (gone.response.as_str(), &gone.data["alarm"]["hour"]),
        ("default", &json!(15))
    );
    assert_eq!(cancel(json!({ "all": "true" })).await.response, "default");
    assert_eq!(cancel(json!({})).await.response, "no_alarm");
    assert!(house.disk.timers.lock().unwrap().is_empty());
    // What is called an alarm may be a timer.
    house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 5 })).await;
    assert_eq!(cancel(json!({})).await.response, "timer");
}

#[tokio::test(start_paused = true)]
async fn a_timer_without_a_duration_is_asked_about() {
    let house = House::new();
    let asked = house
        .ask("kitchen-1", "HassStartTimer", json!({ "name": "pizza" }))
        .await;
    assert_eq!(
        (asked.response.as_str(), &asked.effects[..]),
        ("ask", &[Effect::FollowUp][..])
    );
    assert_eq!(house.hub.asked(&"kitchen-1".into()), Some("timer"));
    assert_eq!(house.hub.asked(&"office-1".into()), None);
    let set = house
        .ask("kitchen-1", "RosieAnswerDuration", json!({ "minutes": 5 }))
        .await;
    assert_eq!(
        (set.response.as_str(), &set.data["timer"]["name"]),
        ("default", &json!("pizza"))
    );
    assert_eq!(set.data["timer"]["seconds_total"], 300);
    assert_eq!(house.hub.asked(&"kitchen-1".into()), None);
    let again = house
        .ask("kitchen-1", "RosieAnswerDuration", json!({ "minutes": 5 }))
        .await;
    assert_eq!(again.response, "not_asked");
}

#[tokio::test(start_paused = true)]
async fn an_alarm_without_a_time_is_asked_about() {
    let house = House::new();
    house
        .ask("kitchen-1", "RosieSetAlarm", json!({ "day": 1, "wake": "true" }))
        .await;
    assert_eq!(house.hub.asked(&"kitchen-1".into()), Some("alarm"));
    let set = house.ask("kitchen-1", "RosieAnswerAlarm", json!({ "hour": 7 })).await;
    assert_eq!(
        (&set.data["alarm"]["hour"], &set.data["alarm"]["offset"]),
        (&json!(7), &json!(1))
    );
}

#[tokio::test(start_paused = true)]
async fn a_question_is_dropped_by_time_and_by_other_words() {
    let house = House::new();
    let ask = || house.ask("kitchen-1", "HassStartTimer", json!({}));
    ask().await;
    seconds(25).await;
    assert_eq!(house.hub.asked(&"kitchen-1".into()), None);
    ask().await;
    house.ask("kitchen-1", "HassNevermind", json!({})).await;
    assert_eq!(house.hub.asked(&"kitchen-1".into()), None);
}

/// What was said last of the alarm that rings.
fn last_said(house: &House) -> (String, serde_json::Value) {
    let events = house.events.lock().unwrap();
    let ringing = events.iter().rev().find_map(|event| match event {
        rosie_hub::TimerEvent::Ringing(ringing) => Some(ringing.result()),
        _ => None,
    });
    let result = ringing.expect("nothing rang");
    (result.response, result.data)
}

#[tokio::test(start_paused = true)]
async fn every_weekday_until_it_is_cancelled() {
    let house = House::new();
    // It is Friday, 8:00.
    let set = house
        .ask(
            "kitchen-1",
            "RosieSetAlarm",
            json!({ "hour": 7, "every": "weekday", "wake": "true" }),
        )
        .await;
    let alarm = &set.data["alarm"];
    assert_eq!(
        (&alarm["hour"], &alarm["offset"], &alarm["weekday"], &alarm["days"]),
        (&json!(7), &json!(3), &json!(0), &json!(0b1_1111))
    );
    // Monday: it rings, and is put off over a restart.
    seconds(71 * HOUR + 1).await;
    assert_eq!(house.rung()[&1], (1, false));
    let snoozed = house.ask("kitchen-1", "RosieSnooze", json!({ "minutes": 20 })).await;
    assert_eq!(
        (snoozed.response.as_str(), &snoozed.data["seconds"]),
        ("default", &json!(1200))
    );
    let house = house.restart(Duration::from_secs(60)).await;
    seconds(1100).await;
    assert!(house.rung().is_empty());
    seconds(50).await;
    assert!(!house.rung()[&1].1);
    house.ask("kitchen-1", "RosieStop", json!({})).await;
    let list = house.ask("kitchen-1", "RosieAlarmStatus", json!({})).await;
    let alarm = &list.data["alarms"][0];
    assert_eq!(
        (&alarm["hour"], &alarm["minute"], &alarm["offset"], &alarm["days"]),
        (&json!(7), &json!(0), &json!(1), &json!(0b1_1111))
    );
    // Not on Tuesday.
    let skipped = house.ask("kitchen-1", "RosieCancelAlarm", json!({ "day": 1 })).await;
    assert_eq!(
        (skipped.response.as_str(), &skipped.data["alarm"]["offset"]),
        ("skipped", &json!(2))
    );
    let thursday = house
        .ask("kitchen-1", "RosieCancelAlarm", json!({ "weekday": 3 }))
        .await;
    assert_eq!(thursday.response, "only_next");
    seconds(48 * HOUR).await;
    assert_eq!(house.rung()[&1].0, 30, "it gave up after five minutes");
    let gone = house
        .ask("office-1", "RosieCancelAlarm", json!({ "every": "weekday" }))
        .await;
    assert_eq!(gone.response, "default");
    assert!(house.disk.timers.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn summer_time_moves_no_alarm_that_comes_again() {
    let house = House::new_in("Europe/Berlin");
    // Friday, 15 January 2027, 9:00 in Berlin. Summer time begins on 28 March.
    house
        .ask("kitchen-1", "RosieSetAlarm", json!({ "hour": 9, "every": "6" }))
        .await;
    let mut rang = Vec::new();
    for _ in 0..11 {
        seconds(7 * 24 * HOUR).await;
        let record = house.disk.timers.lock().unwrap()[&1].clone();
        let TimerState::Alarm { rings_at_unix_ms } = record.state else {
            panic!("{record:?}");
        };
        rang.push((rings_at_unix_ms - START_MS as u64) / 1000 % (24 * HOUR) / HOUR);
    }
    // Sundays at nine are an hour earlier by the world's clock from then on.
    assert_eq!(rang, [[0; 9].as_slice(), &[23; 2]].concat());
    // The house moves: the alarm is at nine there.
    let house = house.restart_in("America/New_York").await;
    seconds(1).await;
    let list = house.ask("kitchen-1", "RosieAlarmStatus", json!({})).await;
    let alarm = &list.data["alarms"][0];
    assert_eq!((&alarm["hour"], &alarm["weekday"]), (&json!(9), &json!(6)));
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_could_not_ring_is_told_of_once() {
    let house = House::new();
    house.ask("kitchen-1", "RosieSetAlarm", json!({ "hour": 9 })).await;
    let house = house.restart(Duration::from_secs(6 * HOUR)).await;
    seconds(25).await;
    let (key, data) = last_said(&house);
    assert_eq!(
        (key.as_str(), &data["alarm"]["hour"], &data["alarm"]["offset"]),
        ("alarm_missed", &json!(9), &json!(0))
    );
    // Until somebody hears it.
    assert_eq!(house.rung()[&1], (3, false));
    house.timers.told(1);
    seconds(600).await;
    assert_eq!(house.rung()[&1], (3, true));
    assert!(house.disk.timers.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_for_everybody_is_stopped_anywhere_and_put_off_after_it_was_stopped() {
    let house = House::new();
    let set = house
        .ask(
            "kitchen-1",
            "RosieSetAlarm",
            json!({ "hour": 9, "everywhere": "true", "name": "school" }),
        )
        .await;
    assert_eq!(set.data["alarm"]["everywhere"], true);
    let nothing = house.ask("office-1", "RosieSnooze", json!({})).await;
    assert_eq!(nothing.response, "nothing_rings");
    seconds(HOUR + 1).await;
    house.ask("office-1", "RosieStop", json!({})).await;
    assert_eq!(house.rung()[&1], (1, true));
    assert!(house.disk.timers.lock().unwrap().is_empty());
    let again = house.ask("office-1", "RosieSnooze", json!({})).await;
    assert_eq!(
        (again.response.as_str(), &again.data["seconds"]),
        ("default", &json!(600))
    );
    let by_name = house
        .ask("kitchen-1", "RosieCancelAlarm", json!({ "name": "medicine" }))
        .await;
    assert_eq!(by_name.response, "not_found");
    seconds(601).await;
    assert_eq!(house.rung()[&2], (1, false));
    house
        .ask("kitchen-1", "RosieCancelAlarm", json!({ "name": "School" }))
        .await;
    assert!(house.disk.timers.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn ten_more_minutes_after_it_was_stopped() {
    let house = House::new();
    house.ask("kitchen-1", "RosieSetAlarm", json!({ "hour": 9 })).await;
    seconds(HOUR + 1).await;
    house.ask("kitchen-1", "RosieStop", json!({})).await;
    let more = || house.ask("kitchen-1", "HassIncreaseTimer", json!({ "minutes": 10 }));
    assert_eq!(more().await.response, "RosieSnooze/default");
    let list = house.ask("kitchen-1", "RosieAlarmStatus", json!({})).await;
    assert_eq!(list.data["alarms"][0]["minute"], 10);
    // Nothing is put off twice, nor after a while.
    assert_eq!(more().await.response, "no_timer");
}
