//! The address book by voice, and what is said when Monica does not do her part. The real daemon against one that follows its
//! public API document.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{
    Daemon, Endpoint, Turn, day,
    mock::{Monica, Mood},
    spoken, weekday,
};
use serde_json::json;
use std::time::Duration;

const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.s3cret";
const PART: &str = "integrations/monica";

/// Four people, in two pages.
async fn rosie(monica: &Monica) -> Daemon {
    let year_ago = |days: u32| {
        let date = day(days);
        format!("1990{}", &date[4..])
    };
    monica.add(1, "Anna", "Berg", &year_ago(3), "2017-10-07");
    monica.add(2, "Ben", "Stein", "", "");
    monica.add(3, "Clara", "Weiss", &year_ago(20), &day(0));
    monica.add(4, "Ben", "Adams", &year_ago(200), "");
    let config = json!({ "monica": { "url": monica.server.url, "token": TOKEN }, "time_zone": "UTC", "languages": ["en", "de"] });
    let daemon = Daemon::start(&config.to_string());
    daemon.ready(&[PART]).await;
    daemon
}

fn said(turn: &Turn) -> &str {
    assert!(turn.errors.is_empty(), "{:?}: {}", turn.errors, turn.reply);
    &turn.reply
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_known_and_things_about_them_written_down() {
    let monica = Monica::start().await;
    let daemon = rosie(&monica).await;
    daemon.ready(&["stt", "tts", "vad"]).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    let turn = panel.ask_aloud(&spoken("Who is Anna?")).await;
    let reply = said(&turn).to_owned();
    let birthday = format!("Birthday on {}.", capital(&weekday(3)));
    assert!(
        reply.starts_with("Anna Berg, teacher at Linden School."),
        "heard \"{}\": {reply}",
        turn.transcript
    );
    assert!(reply.contains(&birthday) && reply.contains("years ago"), "{reply}");
    let age = day(3)[..4].parse::<u32>().unwrap() - 1990;
    for (asked, answer) in [
        (
            "when is Anna's birthday",
            format!("Anna Berg's birthday is on {}, turning {age}.", capital(&weekday(3))),
        ),
        (
            "when is Ben Stein's birthday",
            "I don't know Ben Stein's birthday.".to_owned(),
        ),
        ("who is Ben", "Which one: Ben Stein or Ben Adams?".to_owned()),
        ("Ben Stein", "Ben Stein, teacher at Linden School.".to_owned()),
        (
            "make a note about Ben that he is late",
            "Which one: Ben Stein or Ben Adams?".to_owned(),
        ),
        ("I mean Ben Adams", "Noted for Ben Adams.".to_owned()),
        (
            "when did I last talk to Clara",
            "You were last in touch with Clara Weiss today.".to_owned(),
        ),
        (
            "when did I last talk to Ben Adams",
            "I don't know when you were last in touch with Ben Adams.".to_owned(),
        ),
        (
            "make a note about Clara that she likes tea",
            "Noted for Clara Weiss.".to_owned(),
        ),
        (
            "I just called Ben Adams about the garden",
            "Call with Ben Adams noted.".to_owned(),
        ),
        (
            "set a reminder about Anna for tomorrow",
            "Reminder about Anna Berg set for tomorrow.".to_owned(),
        ),
        (
            "what reminders do I have about people",
            "Anna Berg tomorrow.".to_owned(),
        ),
    ] {
        assert_eq!(said(&panel.ask_typed(asked).await), answer, "{asked}");
    }
    let turn = panel.ask_typed("whose birthday is coming up").await;
    assert!(
        said(&turn).starts_with(&format!("Anna Berg on {} and Clara Weiss on ", capital(&weekday(3)))),
        "{}",
        turn.reply
    );
    {
        let world = monica.world();
        assert_eq!(
            world.notes,
            [
                json!({ "body": "he is late", "contact_id": 4, "is_favorited": 0 }),
                json!({ "body": "she likes tea", "contact_id": 3, "is_favorited": 0 }),
            ]
        );
        assert_eq!(
            world.calls,
            [json!({ "content": "the garden", "contact_id": 4, "called_at": day(0) })]
        );
        assert_eq!(
            (
                &world.reminders[0]["next_expected_date"],
                &world.reminders[0]["frequency_type"]
            ),
            (&json!(day(1)), &json!("one_time"))
        );
    }
    let deeds = daemon.json("/api/v1/deeds").await.to_string();
    assert!(
        deeds.contains("contacts.note") && deeds.contains("contacts.call") && !deeds.contains("tea"),
        "{deeds}"
    );
    let (_, config) = daemon.get("/api/v1/config").await;
    assert!(!config.contains("s3cret"), "{config}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_monica_does_not_do_is_one_sentence() {
    let monica = Monica::start().await;
    let daemon = rosie(&monica).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    let says = |status, body| Mood::Says(status, None, body);
    let ask = "who is Clara";
    let fine = said(&panel.ask_typed(ask).await).to_owned();
    for mood in [
        says(503, ""),
        Mood::HangsUp,
        Mood::Says(429, Some(("retry-after", "1")), ""),
    ] {
        monica.server.mood("contacts/3", mood.clone());
        assert_eq!(said(&panel.ask_typed(ask).await), fine, "{mood:?}");
    }
    let lasting = [
        (says(401, r#"{"message":"Unauthenticated."}"#), "contacts-refused"),
        (says(403, "{}"), "contacts-forbidden"),
        (
            says(404, r#"{"error":{"message":"x","error_code":31}}"#),
            "contacts-changed",
        ),
        (says(409, "{}"), "contacts-changed"),
        (says(200, "{\"data\": "), "contacts-odd"),
        (says(200, "{}"), "contacts-odd"),
        (says(500, "<html>"), "contacts-unavailable"),
        (Mood::Slow(Duration::from_secs(9)), "contacts-unavailable"),
    ];
    for (mood, code) in lasting {
        (0..4).for_each(|_| monica.server.mood("contacts/3", mood.clone()));
        let turn = panel.ask_typed(ask).await;
        monica.server.calm();
        assert_eq!(turn.errors, [code], "{mood:?}");
    }
    // A note that may have been taken is not sent again.
    monica.server.mood("notes", Mood::HangsUp);
    assert_eq!(
        panel
            .ask_typed("make a note about Clara that she likes tea")
            .await
            .errors,
        ["contacts-unavailable"]
    );
    assert_eq!(monica.world().notes.len(), 0);
    monica.server.mood(
        "contacts/3",
        Mood::Says(429, Some(("retry-after", "55")), r#"{"error":{"error_code":34}}"#),
    );
    assert_eq!(panel.ask_typed(ask).await.errors, ["contacts-later"]);
}
