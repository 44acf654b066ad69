//! Timers through the hub, as calls come from sentences, on a clock that runs as fast as the test.
#![allow(clippy::unwrap_used)]

mod alarms;
mod house;
mod later;
mod moving;
mod reminders;

use house::{House, START_MS, seconds};
use rosie_core::session::TimerCount;
use rosie_core::{Effect, ErrorCode, dialog::Hub};
use rosie_hub::TimerEvent;
use serde_json::json;
use std::{sync::atomic::Ordering, time::Duration};

#[tokio::test(start_paused = true)]
async fn set_ask_ring_stop() {
    let house = House::new();
    let set = house
        .ask("kitchen-1", "HassStartTimer", json!({ "minutes": 10, "name": "pizza" }))
        .await;
    assert_eq!(set.response, "default");
    assert_eq!(set.data["timer"]["seconds_left"], 600);
    assert_eq!(set.data["timer"]["name"], "pizza");
    assert_eq!(
        house.disk.timers.lock().unwrap().len(),
        1,
        "on the disk when it is acknowledged"
    );
    seconds(60).await;
    let status = house
        .ask("office-1", "HassTimerStatus", json!({ "name": "Pizza" }))
        .await;
    assert_eq!(status.data["timers"][0]["rounded_minutes_left"], 8 + 1);
    assert_eq!(house.hub.names()["running_timer"][0].spoken, "pizza");
    seconds(538).await;
    assert!(house.rung().is_empty());
    seconds(2).await;
    assert_eq!(house.rung()[&1], (1, false));
    seconds(25).await;
    assert_eq!(house.rung()[&1], (3, false));
    let stopped = house.ask("kitchen-1", "RosieStop", json!({})).await;
    assert_eq!(stopped.effects, [Effect::Silence]);
    assert_eq!(stopped.data["timers_silenced"], 1);
    assert_eq!(house.rung()[&1], (3, true));
    assert!(house.disk.timers.lock().unwrap().is_empty());
    seconds(60).await;
    assert_eq!(house.rung()[&1], (3, true));
}

#[tokio::test(start_paused = true)]
async fn nobody_stops_it_and_it_gives_up_after_five_minutes() {
    let house = House::new();
    house.ask("kitchen-1", "HassStartTimer", json!({ "seconds": 30 })).await;
    seconds(31).await;
    house.ask("office-1", "RosieStop", json!({})).await;
    assert!(!house.rung()[&1].1, "a stop in another room does not silence it");
    seconds(310).await;
    assert_eq!(house.rung()[&1], (30, true));
    assert!(house.disk.timers.lock().unwrap().is_empty());
    assert_eq!(house.timers.silence(&"kitchen-1".into(), None).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn several_at_once_are_told_apart() {
    let house = House::new();
    for (endpoint, arguments) in [
        ("kitchen-1", json!({ "minutes": 10, "name": "pizza" })),
        ("kitchen-1", json!({ "minutes": 20 })),
        ("office-1", json!({ "hours": 1, "minutes": 30 })),
    ] {
        house.ask(endpoint, "HassStartTimer", arguments).await;
    }
    let ambiguous = house.ask("kitchen-1", "HassCancelTimer", json!({})).await;
    assert_eq!(
        (
            ambiguous.response.as_str(),
            ambiguous.data["timers"].as_array().unwrap().len()
        ),
        ("ambiguous", 2)
    );
    let added = house
        .ask(
            "kitchen-1",
            "HassIncreaseTimer",
            json!({ "minutes": 5, "start_minutes": 20 }),
        )
        .await;
    assert_eq!(
        (
            added.data["timer"]["seconds_left"].as_u64(),
            added.data["changed_seconds"].as_u64()
        ),
        (Some(1500), Some(300))
    );
    let taken = house
        .ask(
            "kitchen-1",
            "HassDecreaseTimer",
            json!({ "minutes": 5, "name": "pizza" }),
        )
        .await;
    assert_eq!(taken.data["timer"]["seconds_left"], 300);
    let ended = house
        .ask(
            "kitchen-1",
            "HassDecreaseTimer",
            json!({ "minutes": 50, "name": "pizza" }),
        )
        .await;
    assert_eq!(ended.response, "ended");
    let not_found = house
        .ask("kitchen-1", "HassCancelTimer", json!({ "name": "pizza" }))
        .await;
    assert_eq!(not_found.response, "not_found");
    // "the office timer", taken as a name.
    let cancelled = house
        .ask("kitchen-1", "HassCancelTimer", json!({ "name": "office" }))
        .await;
    assert_eq!(cancelled.data["timer"]["seconds_total"], 5400);
    let all = house.ask("kitchen-1", "HassCancelAllTimers", json!({})).await;
    assert_eq!(all.data["count"], 1);
    assert_eq!(
        house.ask("kitchen-1", "HassCancelTimer", json!({})).await.response,
        "no_timer"
    );
    assert_eq!(
        house.ask("kitchen-1", "HassTimerStatus", json!({})).await.response,
        "no_timer"
    );
}

#[tokio::test(start_paused = true)]
async fn a_paused_timer_waits() {
    let house = House::new();
    house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 1 })).await;
    seconds(30).await;
    assert_eq!(
        house.ask("kitchen-1", "HassPauseTimer", json!({})).await.response,
        "default"
    );
    assert_eq!(
        house.ask("kitchen-1", "HassPauseTimer", json!({})).await.response,
        "already"
    );
    seconds(600).await;
    let house = house.restart(Duration::from_secs(3600)).await;
    assert_eq!(
        house.ask("kitchen-1", "HassUnpauseTimer", json!({})).await.response,
        "default"
    );
    assert_eq!(
        house.ask("kitchen-1", "HassUnpauseTimer", json!({})).await.response,
        "already"
    );
    seconds(25).await;
    assert!(house.rung().is_empty());
    seconds(10).await;
    assert_eq!(house.rung()[&1].0, 1);
}

#[tokio::test(start_paused = true)]
async fn those_who_show_timers_are_told_of_them() {
    let house = House::new();
    house
        .ask("kitchen-1", "HassStartTimer", json!({ "minutes": 5, "name": "egg" }))
        .await;
    house
        .ask("kitchen-1", "HassIncreaseTimer", json!({ "minutes": 1 }))
        .await;
    house.ask("kitchen-1", "HassPauseTimer", json!({})).await;
    house.ask("kitchen-1", "HassUnpauseTimer", json!({})).await;
    house.ask("kitchen-1", "HassCancelTimer", json!({})).await;
    // An alarm is no timer, and one that rings is told by its ring.
    house.ask("kitchen-1", "RosieSetAlarm", json!({ "hour": 9 })).await;
    house.ask("kitchen-1", "HassStartTimer", json!({ "seconds": 5 })).await;
    seconds(6).await;
    house.ask("kitchen-1", "RosieStop", json!({})).await;
    seconds(1).await;
    let begun = |name: Option<&str>, seconds| TimerCount::Begun {
        name: name.map(str::to_owned),
        seconds,
    };
    let changed = |active| TimerCount::Changed {
        seconds_left: 360,
        active,
    };
    let told = house.counted.lock().unwrap().clone();
    let how: Vec<TimerCount> = told.iter().map(|(_, how)| how.clone()).collect();
    assert_eq!(
        how,
        [
            begun(Some("egg"), 300),
            changed(true),
            changed(false),
            changed(true),
            TimerCount::Cancelled,
            begun(None, 5),
        ]
    );
    assert!(told[..5].iter().all(|(id, _)| *id == told[0].0), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_restart_loses_nothing_and_rings_late_ones_at_once() {
    let house = House::new();
    house
        .ask("kitchen-1", "HassStartTimer", json!({ "minutes": 5, "name": "egg" }))
        .await;
    house.ask("office-1", "HassStartTimer", json!({ "minutes": 30 })).await;
    let house = house.restart(Duration::from_secs(600)).await;
    seconds(1).await;
    let late = house.late_ms();
    assert!(late.len() == 1 && (300_000..302_000).contains(&late[0]), "{late:?}");
    let TimerEvent::Ringing(ringing) = house.events.lock().unwrap()[0].clone() else {
        panic!("no ring")
    };
    let result = ringing.result();
    assert_eq!(
        (result.response.as_str(), result.data["late_seconds"].as_u64()),
        ("late", Some(300 + u64::from(ringing.late_ms > 300_000)))
    );
    // Down again while it rings: it rings again.
    let house = house.restart(Duration::from_secs(5)).await;
    seconds(1).await;
    assert_eq!(house.rung()[&1].0, 1);
    house.ask("kitchen-1", "RosieStop", json!({})).await;
    seconds(1200).await;
    assert_eq!(house.rung()[&2].0, 1, "the other one rings on time");
    assert!(house.late_ms()[1] < 2000);
    // A new one gets a number of its own.
    let new = house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 1 })).await;
    assert_eq!(new.data["timer"]["id"], 3);
}

#[tokio::test(start_paused = true)]
async fn setting_the_clock_does_not_move_a_running_timer_nor_what_is_stored_of_it() {
    let house = House::new();
    house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 10 })).await;
    seconds(60).await;
    // A machine without a battery clock hears the time: two years later.
    house.clock.shift_ms.store(63_000_000_000, Ordering::SeqCst);
    seconds(30).await;
    assert!(house.rung().is_empty());
    let house = house.restart(Duration::from_secs(60)).await;
    seconds(445).await;
    assert!(house.rung().is_empty());
    seconds(8).await;
    assert_eq!(house.rung()[&1].0, 1);
    assert!(house.late_ms()[0] < 2000);
}

#[tokio::test(start_paused = true)]
async fn a_loaded_timer_follows_the_clock_when_the_network_tells_the_time() {
    let house = House::new();
    house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 10 })).await;
    let house = house.restart(Duration::from_secs(300)).await;
    // The clock stood still while the power was off, and is set a little later.
    house.clock.shift_ms.store(-290_000, Ordering::SeqCst);
    let house = house.restart(Duration::from_secs(1)).await;
    seconds(20).await;
    house.clock.shift_ms.store(0, Ordering::SeqCst);
    seconds(275).await;
    assert!(house.rung().is_empty());
    seconds(8).await;
    assert_eq!(house.rung()[&1].0, 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_years_behind_makes_nobody_wait_for_years() {
    let house = House::new();
    house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 10 })).await;
    house.clock.shift_ms.store(-60_000_000_000, Ordering::SeqCst);
    seconds(1).await;
    let disk = house.disk.clone();
    disk.timers.lock().unwrap().values_mut().for_each(|timer| {
        timer.state = rosie_core::store::TimerState::Running {
            rings_at_unix_ms: START_MS as u64 + 600_000,
        };
    });
    let house = house.restart(Duration::from_secs(1)).await;
    seconds(605).await;
    assert_eq!(house.rung()[&1].0, 1);
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_stops_no_timer_and_is_written_when_there_is_room() {
    let house = House::new();
    assert_eq!(
        house.ask("kitchen-1", "HassTimerStatus", json!({})).await.response,
        "no_timer"
    );
    house.disk.broken.store(true, Ordering::SeqCst);
    house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 10 })).await;
    house.ask("kitchen-1", "HassStartTimer", json!({ "minutes": 20 })).await;
    house
        .ask("kitchen-1", "HassCancelTimer", json!({ "start_minutes": 20 }))
        .await;
    seconds(30).await;
    house.disk.broken.store(false, Ordering::SeqCst);
    seconds(30).await;
    assert_eq!(
        house.disk.timers.lock().unwrap().keys().copied().collect::<Vec<_>>(),
        [1]
    );
    seconds(545).await;
    assert_eq!(house.rung()[&1].0, 1);
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_store_is_not_written_over() {
    let house = House::new();
    house.ask("kitchen-1", "HassStartTimer", json!({ "hours": 10 })).await;
    house.disk.broken.store(true, Ordering::SeqCst);
    let house = house.restart(Duration::from_secs(1)).await;
    house.ask("kitchen-1", "HassStartTimer", json!({ "hours": 20 })).await;
    house.disk.broken.store(false, Ordering::SeqCst);
    seconds(30).await;
    assert_eq!(house.disk.timers.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn refusals_have_words() {
    let house = House::new();
    let ask = |arguments| house.ask("kitchen-1", "HassStartTimer", arguments);
    assert_eq!(ask(json!({ "hours": 25 })).await.response, "too_long");
    assert_eq!(ask(json!({ "hours": 1e18 })).await.response, "too_long");
    for _ in 0..50 {
        ask(json!({ "hours": 1 })).await;
    }
    assert_eq!(ask(json!({ "hours": 1 })).await.response, "too_many");
    for name in ["HassIncreaseTimer", "HassDecreaseTimer"] {
        let failure = house.try_ask("kitchen-1", name, json!({})).await.unwrap_err();
        assert_eq!(failure.code, ErrorCode::ToolFailed);
    }
    let later = json!({ "minutes": 5, "conversation_command": "turn off the light" });
    let failure = house.try_ask("kitchen-1", "HassStartTimer", later).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::NotSupported);
    assert!(
        !failure.detail.contains("light"),
        "words of people do not belong into details"
    );
}

#[tokio::test(start_paused = true)]
async fn after_shutdown_calls_are_refused() {
    let house = House::new();
    house.cancel.cancel();
    house.tracker.close();
    house.tracker.wait().await;
    let failure = house
        .try_ask("kitchen-1", "HassTimerStatus", json!({}))
        .await
        .unwrap_err();
    assert!(failure.detail.contains("shutting down"), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn timers_of_a_disk_that_comes_later_ring_without_a_restart() {
    let house = House::new();
    house
        .ask("kitchen-1", "HassStartTimer", json!({ "minutes": 2, "name": "tea" }))
        .await;
    house
        .ask("kitchen-1", "HassStartTimer", json!({ "minutes": 30, "name": "pizza" }))
        .await;
    house.disk.broken.store(true, Ordering::SeqCst);
    let house = house.restart(Duration::from_secs(1)).await;
    house
        .ask("kitchen-1", "HassStartTimer", json!({ "minutes": 20, "name": "egg" }))
        .await;
    let count = async || {
        let status = house.ask("kitchen-1", "HassTimerStatus", json!({})).await;
        status.data["timers"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(count().await, 1, "those on the disk are not known yet");
    seconds(180).await;
    house.disk.broken.store(false, Ordering::SeqCst);
    seconds(15).await;
    assert_eq!(count().await, 3);
    // Tea ended while the disk was away: it rings at once, and says how late it is.
    assert_eq!(house.rung()[&1].0, 1);
    assert!(house.late_ms()[0] > 60_000, "{:?}", house.late_ms());
    assert_eq!(house.disk.timers.lock().unwrap().len(), 3, "nothing was written over");
}
