//! Alarms, reminders and accounts of what was done, with the real daemon: set, cut off from the power, heard.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, assert_says, models};
use serde_json::json;
use std::time::Duration;

/// Time in the house that is so many seconds from now, and how it is said.
fn soon(seconds: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    format!("{}:{:02}", at.hour(), at.minute())
}

async fn at(daemon: &Daemon, room: &str) -> Endpoint {
    Endpoint::hello(daemon, json!({ "endpoint": room, "room": room })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_rings_after_the_power_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let config = "time_zone: UTC\nlanguages: [de, en]";
    let daemon = Daemon::start_in(folder.path(), config, &models());
    daemon.ready(&["tts"]).await;
    let mut bedroom = at(&daemon, "bedroom").await;
    // The next whole minute, at least some seconds ahead.
    let set = bedroom
        .ask_typed(&format!("Stell einen Wecker jeden Tag um {} Uhr", soon(90)))
        .await;
    assert_eq!(set.intent, "RosieSetAlarm", "{set:?}");
    assert!(set.reply.contains("jeden Tag"), "{}", set.reply);
    daemon.kill();
    let daemon = Daemon::start_in(folder.path(), config, &models());
    daemon.ready(&["tts"]).await;
    let mut bedroom = at(&daemon, "bedroom").await;
    // Longer than an endpoint's patience between two messages.
    let ringing = async {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(59), bedroom.control()).await;
            if let Ok(message) = message
                && message["type"] == "timer_ringing"
            {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(120), ringing).await.unwrap();
    let rang = bedroom.finish_turn().await;
    assert_eq!(rang.reply, "Dein Wecker klingelt.");
    assert!(!rang.audio.is_empty());
    let later = bedroom.ask_typed("Schlummern").await;
    assert_eq!(
        (later.intent.as_str(), later.reply.as_str()),
        ("RosieSnooze", "Noch 10 Minuten.")
    );
    let mut kitchen = at(&daemon, "kitchen").await;
    let list = kitchen.ask_typed("Welche Wecker habe ich?").await;
    assert_eq!(list.intent, "RosieAlarmStatus");
    let gone = kitchen.ask_typed("Lösche den Wecker").await;
    assert_eq!(gone.intent, "RosieCancelAlarm", "{gone:?}");
    let none = kitchen.ask_typed("Welche Wecker habe ich?").await;
    assert_eq!(none.reply, "Es ist kein Wecker gestellt.");
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_are_said_at_their_time_and_in_their_room() {
    let daemon = Daemon::start("time_zone: UTC");
    daemon.ready(&["tts"]).await;
    let (mut office, mut kitchen) = (at(&daemon, "office").await, at(&daemon, "kitchen").await);
    let set = office.ask_typed("Remind me in the kitchen to take out the cake").await;
    assert_eq!(set.reply, "I'll remind you in the kitchen.");
    let set = office.ask_typed("Remind me in three seconds to open the window").await;
    assert_eq!(set.reply, "I'll remind you in 3 seconds.");
    let said = office.finish_turn().await;
    assert_eq!(said.reply, "Reminder: open the window.");
    assert_says(&said.audio, &said.reply);
    // Nobody has spoken in the kitchen yet.
    let list = office.ask_typed("What reminders do I have?").await;
    assert_eq!(list.reply, "One reminder: take out the cake, in the kitchen.");
    kitchen.ask_typed("What time is it?").await;
    let said = kitchen.finish_turn().await;
    assert_eq!(said.reply, "Reminder: take out the cake.");
    let list = office.ask_typed("What reminders do I have?").await;
    assert_eq!(list.reply, "There are no reminders.");
    // Asked back, and answered.
    let asked = office.ask_typed("Remind me to call mum").await;
    assert_eq!(asked.reply, "When shall I remind you?");
    let set = office.ask_typed("tomorrow at noon").await;
    assert_eq!(set.reply, "I'll remind you at 12:00 PM tomorrow.");
    let gone = office.ask_typed("Cancel the reminder to call mum").await;
    assert_eq!(gone.reply, "Forgotten: call mum.");
}

#[tokio::test(flavor = "multi_thread")]
async fn she_says_what_she_heard_and_why_she_did_something() {
    let daemon = Daemon::start("{}");
    let mut office = at(&daemon, "office").await;
    let nothing = office.ask_typed("What did you hear?").await;
    assert_eq!(nothing.reply, "I haven't heard anything here lately.");
    office.ask_typed("Set a timer for five minutes.").await;
    let heard = office.ask_typed("What did you hear?").await;
    assert_eq!(heard.reply, "I heard: Set a timer for five minutes.");
    let why = office.ask_typed("Why did you do that?").await;
    assert_eq!(
        why.reply,
        "I heard: Set a timer for five minutes. I know that sentence: it is a command for timers, so no language model was \
         asked."
    );
    assert_eq!(why.intent, "RosieWhy");
    office.ask_typed("Who wrote the Odyssey?").await;
    let why = office.ask_typed("Why did you say that?").await;
    assert!(
        why.reply.starts_with("I heard: Who wrote the Odyssey?") && why.reply.contains("language model"),
        "{}",
        why.reply
    );
    // Of this endpoint alone.
    let mut kitchen = at(&daemon, "kitchen").await;
    let nothing = kitchen.ask_typed("Why did you do that?").await;
    assert_eq!(nothing.reply, "I haven't heard anything here lately.");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_the_weather_of_a_house_that_has_neither() {
    let folder = tempfile::tempdir().unwrap();
    let daemon = Daemon::start_in(folder.path(), "{}", &models());
    let mut kitchen = at(&daemon, "kitchen").await;
    let none = kitchen.ask_typed("Will it rain tomorrow?").await;
    assert_eq!(none.intent, "RosieWeather");
    assert!(none.reply.contains("connect Home Assistant"), "{}", none.reply);
    let now = kitchen.ask_typed("What's the weather like?").await;
    assert_eq!(now.reply, none.reply, "the home's own question is answered, too");
    let added = kitchen.ask_typed("Add milk to the shopping list").await;
    assert_eq!(added.reply, "Milk is on the shopping list.");
    kitchen.ask_typed("Put brown bread on my shopping list").await;
    daemon.kill();
    let daemon = Daemon::start_in(folder.path(), "{}", &models());
    let mut kitchen = at(&daemon, "kitchen").await;
    let read = kitchen.ask_typed("What's on my shopping list?").await;
    assert_eq!(read.reply, "Milk and brown bread.");
    let asked = kitchen.ask_typed("Clear the shopping list").await;
    assert_eq!(asked.reply, "Shall I clear the whole list?");
    let cleared = kitchen.ask_typed("yes").await;
    assert_eq!(cleared.reply, "The list is empty now.");
    let read = kitchen.ask_typed("What's on my shopping list?").await;
    assert_eq!(read.reply, "The list is empty.");
}
