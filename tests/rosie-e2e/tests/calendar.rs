//! A calendar by voice: joined by a code, read, asked, changed; and what is said when Google does not do its part. The real
//! daemon against a Google that follows its public documents.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{
    Daemon, Endpoint, Turn, day,
    mock::{Google, Mood},
    spoken,
};
use serde_json::{Value, json};
use std::{os::unix::fs::PermissionsExt, time::Duration};

const ACCOUNT: &str = "/api/v1/accounts/google_calendar";
const PART: &str = "integrations/google_calendar";

fn rosie(google: &Google) -> Daemon {
    let config = json!({ "google_calendar": google.config(), "time_zone": "UTC", "languages": ["en", "de"] });
    Daemon::start(&config.to_string())
}

async fn send(daemon: &Daemon, method: reqwest::Method, body: Value) -> Value {
    let request = reqwest::Client::new().request(method, format!("{}{ACCOUNT}", daemon.url));
    request.json(&body).send().await.unwrap().json().await.unwrap()
}

/// A daemon whose calendar was joined by a code, as on the page.
async fn joined(google: &Google) -> Daemon {
    let daemon = rosie(google);
    let account = send(&daemon, reqwest::Method::POST, json!({ "road": "device" })).await;
    assert_eq!(
        (&account["state"], &account["code"]),
        (&json!("waiting"), &json!("GQVQ-JKEC")),
        "{account}"
    );
    google.world().approved = true;
    daemon.ready(&[PART]).await;
    daemon
}

fn said(turn: &Turn) -> &str {
    assert!(turn.errors.is_empty(), "{:?}: {}", turn.errors, turn.reply);
    &turn.reply
}

/// Five of tomorrow's events: three are said.
fn five(google: &Google) {
    let tomorrow = day(1);
    for (hour, title) in [
        (9, "Team meeting"),
        (12, "Lunch with Anna"),
        (15, "Dentist"),
        (17, "Yoga"),
        (20, "Cinema"),
    ] {
        let at = |hour: u32| format!("{tomorrow}T{hour:02}:00:00");
        google.add(&title.to_lowercase().replace(' ', "0"), title, &at(hour), &at(hour + 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_is_joined_by_a_spoken_code_and_answers_aloud() {
    let google = Google::start().await;
    let daemon = rosie(&google);
    daemon.ready(&["stt", "tts", "vad"]).await;
    let mut kitchen = Endpoint::connect(&daemon, "kitchen-panel").await;
    let turn = kitchen.ask_typed("what's on my calendar tomorrow").await;
    assert_eq!(turn.errors, ["calendar-not-connected"]);
    let turn = kitchen.ask_typed("connect my calendar").await;
    let reply = said(&turn);
    assert!(
        reply.contains("www.google.com/device") && reply.contains("GQVQ-JKEC"),
        "{reply}"
    );
    assert!(reply.contains("G, Q, V, Q, J, K, E, C"), "{reply}");
    let account = daemon.json(ACCOUNT).await;
    assert_eq!(account["code"], "GQVQ-JKEC", "{account}");
    google.world().approved = true;
    daemon.ready(&[PART]).await;
    let connected = async {
        loop {
            let message = kitchen.control().await;
            if message.to_string().contains("Your calendar is connected.") {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), connected).await.unwrap();
    five(&google);
    let mut office = Endpoint::connect(&daemon, "office-panel").await;
    let turn = office.ask_aloud(&spoken("What is on my calendar tomorrow?")).await;
    assert_eq!(
        said(&turn),
        "Tomorrow: Team meeting at 9 AM, Lunch with Anna at noon, Dentist at 3 PM and 2 more.",
        "heard \"{}\"",
        turn.transcript
    );
    assert!(turn.audio.len() > 16_000, "nothing was spoken");
    // What lasts is in the secrets alone.
    let file = daemon.data.join("secrets.json");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(&file).unwrap().contains("1//refresh-"));
    for path in [
        "/api/v1/config",
        "/api/v1/turns",
        ACCOUNT,
        "/health/integrations/google_calendar",
    ] {
        let (_, body) = daemon.get(path).await;
        assert!(
            !body.contains("refresh-") && !body.contains("ya29") && !body.contains("s3cret"),
            "{path}: {body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_and_changes() {
    let google = Google::start().await;
    let daemon = joined(&google).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    assert_eq!(
        said(&panel.ask_typed("what's on tomorrow").await),
        "There is nothing in your calendar tomorrow."
    );
    five(&google);
    google.add("trip", "Trip to Rome", &day(2), &day(5));
    for (asked, answer) in [
        ("what's my next appointment", "Team meeting, tomorrow at 9 AM."),
        ("am I free tomorrow at three", "No, you're busy tomorrow at 3 PM."),
        ("am I free tomorrow at four pm", "Yes, you're free tomorrow at 4 PM."),
        (
            "am I free tomorrow afternoon",
            "You're busy from noon to 1 PM, from 3 PM to 4 PM and from 5 PM to 6 PM, otherwise free tomorrow afternoon.",
        ),
        ("when is my dentist appointment", "Dentist tomorrow at 3 PM."),
        ("when do I have yoga", "Yoga tomorrow at 5 PM."),
    ] {
        assert_eq!(said(&panel.ask_typed(asked).await), answer, "{asked}");
    }
    let mut german = Endpoint::hello(&daemon, json!({ "endpoint": "german", "language": "de" })).await;
    assert_eq!(
        said(&german.ask_typed("was steht morgen im Kalender").await),
        "Morgen: Team meeting um 9 Uhr, Lunch with Anna um 12 Uhr, Dentist um 15 Uhr und noch 2 weitere."
    );
    // In three days from now nobody has anything to do: a weekday that is not today or tomorrow.
    let weekday = rosie_e2e::weekday(3);
    let turn = panel.ask_typed(&format!("put haircut on {weekday} at three")).await;
    let name = weekday[..1].to_uppercase() + &weekday[1..];
    assert_eq!(said(&turn), format!("Haircut is in your calendar, on {name} at 3 PM."));
    let start = google.world().events.last().unwrap()["start"]["dateTime"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(start, format!("{}T15:00:00+00:00", day(3)));
    let turn = panel.ask_typed("move the haircut appointment to tomorrow at ten").await;
    assert_eq!(said(&turn), "Haircut is now tomorrow at 10 AM.");
    let turn = panel.ask_typed("cancel the haircut appointment").await;
    assert_eq!(said(&turn), "Shall I cancel haircut?");
    assert_eq!(said(&panel.ask_typed("no").await), "Okay, I'll leave it.");
    assert!(google.titles().contains(&"haircut".to_owned()));
    panel.ask_typed("cancel the haircut appointment").await;
    assert_eq!(
        said(&panel.ask_typed("yes").await),
        "Haircut, tomorrow at 10 AM, is cancelled."
    );
    assert!(!google.titles().contains(&"haircut".to_owned()));
    let turn = panel.ask_typed("move the opera appointment to tomorrow at ten").await;
    assert_eq!(said(&turn), "I can't find that in your calendar.");
    let deeds = daemon.json("/api/v1/deeds").await;
    let done: Vec<&str> = deeds["deeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["action"].as_str().unwrap())
        .collect();
    assert_eq!(done, ["calendar.cancel", "calendar.move", "calendar.create"]);
    assert!(!deeds.to_string().contains("haircut"), "{deeds}");
}

/// The answer to a new event is lost and it is sent again: Google says 409, and the event is there once. Whoever changes an event
/// between Rosie's look and her change is not overwritten: Google says 412, she says so, and it stays as it is.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_not_added_again_and_what_changed_is_not_overwritten() {
    let google = Google::start().await;
    let daemon = joined(&google).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    google.server.asked();
    google.server.mood("primary", Mood::LosesAnswer);
    let turn = panel.ask_typed("put dentist on my calendar tomorrow at three").await;
    assert_eq!(said(&turn), "Dentist is in your calendar, tomorrow at 3 PM.");
    let sent = google.server.asked();
    let ids: Vec<&Value> = sent
        .iter()
        .filter(|asked| asked.what().starts_with("POST calendar/v3/calendars/primary"))
        .map(|asked| &asked.body["id"])
        .collect();
    assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
    assert_eq!(google.titles(), ["dentist"]);
    google.world().meddles = true;
    let before = google.world().events.clone();
    for (asked, method) in [
        ("move the dentist appointment to tomorrow at ten", "PATCH"),
        ("yes", "DELETE"),
    ] {
        google.world().events[0]["etag"] = json!("\"1\"");
        if method == "DELETE" {
            panel.ask_typed("cancel the dentist appointment").await;
            google.world().events[0]["etag"] = json!("\"1\"");
        }
        google.server.asked();
        assert_eq!(panel.ask_typed(asked).await.errors, ["calendar-changed"], "{asked}");
        let changes = google.server.asked();
        let changes: Vec<_> = changes.iter().filter(|asked| asked.method == method).collect();
        assert_eq!(changes.len(), 1, "it was sent again: {changes:?}");
        assert_eq!(changes[0].header("if-match"), Some("\"1\""));
    }
    assert_eq!(google.world().events[0]["start"], before[0]["start"]);
    google.world().meddles = false;
    let turn = panel.ask_typed("move the dentist appointment to tomorrow at ten").await;
    assert_eq!(said(&turn), "Dentist is now tomorrow at 10 AM.");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_google_does_not_do_is_one_sentence() {
    let google = Google::start().await;
    let daemon = joined(&google).await;
    five(&google);
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    let ask = "what's on my calendar tomorrow";
    let fine = said(&panel.ask_typed(ask).await).to_owned();
    let says = |status, body| Mood::Says(status, None, body);
    // Each of them passes, or is mended, and nobody hears of it.
    google.forget_access();
    assert_eq!(
        said(&panel.ask_typed(ask).await),
        fine,
        "a key that was refused before its time"
    );
    let passing = [
        says(503, ""),
        Mood::HangsUp,
        Mood::Says(429, Some(("retry-after", "1")), ""),
        says(404, r#"{"error":{"code":404,"errors":[{"reason":"notFound"}]}}"#),
    ];
    for (mood, part) in passing.into_iter().zip(["ada@", "ada@", "ada@", "family@"]) {
        google.server.mood(part, mood.clone());
        assert_eq!(said(&panel.ask_typed(ask).await), fine, "{mood:?}");
    }
    let lasting = [
        (
            says(403, r#"{"error":{"errors":[{"reason":"forbidden"}]}}"#),
            "calendar-forbidden",
        ),
        (says(400, "{}"), "calendar-odd"),
        (says(200, "{\"items\": ["), "calendar-odd"),
        (says(200, "[]"), "calendar-odd"),
        (says(500, "<html>"), "calendar-unavailable"),
        (Mood::Slow(Duration::from_secs(9)), "calendar-unavailable"),
    ];
    for (mood, code) in lasting {
        (0..4).for_each(|_| google.server.mood("ada@", mood.clone()));
        let turn = panel.ask_typed(ask).await;
        google.server.calm();
        assert_eq!(turn.errors, [code], "{mood:?}");
    }
    assert_eq!(said(&panel.ask_typed(ask).await), fine);
    // Google does not know Rosie any more: it is told once, then that nothing is connected.
    google.revoke();
    // The other calendar's request has ended the sign-in before this one is answered.
    google.server.mood("ada@", Mood::Slow(Duration::from_millis(300)));
    assert_eq!(panel.ask_typed(ask).await.errors, ["calendar-refused"]);
    assert_eq!(panel.ask_typed(ask).await.errors, ["calendar-not-connected"]);
    let account = daemon.json(ACCOUNT).await;
    assert_eq!(account["state"], "not_connected", "{account}");
    assert!(
        account["problem"]
            .as_str()
            .unwrap()
            .contains("connect the calendar again"),
        "{account}"
    );
    // Joined again through a browser: the address that it ends at is pasted.
    let account = send(&daemon, reqwest::Method::POST, json!({ "road": "browser" })).await;
    let url = reqwest::Url::parse(account["url"].as_str().unwrap()).unwrap();
    let value = |key: &str| url.query_pairs().find(|(name, _)| name == key).unwrap().1.into_owned();
    assert_eq!(
        (value("code_challenge_method"), value("access_type")),
        ("S256".into(), "offline".into())
    );
    let answer = |state: &str| json!({ "answer": format!("{}?state={state}&code=4/0abc", value("redirect_uri")) });
    let wrong = send(&daemon, reqwest::Method::PUT, answer("another")).await;
    assert_eq!(wrong["code"], "calendar-refused", "{wrong}");
    let right = send(&daemon, reqwest::Method::PUT, answer(&value("state"))).await;
    assert_eq!(right["state"], "connected", "{right}");
    assert_eq!(said(&panel.ask_typed(ask).await), fine);
    // A long rest is said at once, without a request.
    google
        .server
        .mood("ada@", Mood::Says(429, Some(("retry-after", "60")), ""));
    assert_eq!(panel.ask_typed(ask).await.errors, ["calendar-later"]);
    google.server.asked();
    assert_eq!(panel.ask_typed(ask).await.errors, ["calendar-later"]);
    assert_eq!(google.server.asked(), []);
    let left = send(&daemon, reqwest::Method::DELETE, json!({})).await;
    assert_eq!(left["state"], "not_connected", "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_end_and_a_sign_in_outlives_the_daemon() {
    let google = Google::start().await;
    // A minute is taken off: each key is good for a second.
    google.world().expires_in = 61;
    let folder = tempfile::tempdir().unwrap();
    let config = json!({ "google_calendar": google.config(), "time_zone": "UTC" }).to_string();
    let daemon = Daemon::start_in(folder.path(), &config, &rosie_e2e::models());
    send(&daemon, reqwest::Method::POST, json!({})).await;
    google.world().denied = true;
    let denied = async {
        loop {
            let account = daemon.json(ACCOUNT).await;
            if account["state"] == "not_connected" {
                return account;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let account = tokio::time::timeout(Duration::from_secs(10), denied).await.unwrap();
    assert!(
        account["problem"]
            .as_str()
            .unwrap()
            .contains("refused on the consent page"),
        "{account}"
    );
    google.world().denied = false;
    google.world().approved = true;
    send(&daemon, reqwest::Method::POST, json!({})).await;
    daemon.ready(&[PART]).await;
    five(&google);
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    let ask = "when do I have yoga";
    let fine = said(&panel.ask_typed(ask).await).to_owned();
    let before = google.world().refreshed;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(said(&panel.ask_typed(ask).await), fine);
    assert_eq!(google.world().refreshed, before + 1);
    assert!(daemon.terminate());
    let daemon = Daemon::start_in(folder.path(), &config, &rosie_e2e::models());
    daemon.ready(&[PART]).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    assert_eq!(said(&panel.ask_typed(ask).await), fine);
    // A client that Google does not know is told with what to look at.
    let mut other = google.config();
    other["client_id"] = json!("456-other.apps.googleusercontent.com");
    let daemon = Daemon::start(&json!({ "google_calendar": other }).to_string());
    let refused = send(&daemon, reqwest::Method::POST, json!({})).await;
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("google_calendar.client_id"),
        "{refused}"
    );
}
