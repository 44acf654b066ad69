//! The team's chat by voice: messages sent, mentions read, replies; through a token or a webhook; and what is said when
//! Mattermost does not do its part. The real daemon against one that follows its public document.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{
    Daemon, Endpoint, Turn,
    mock::{Mattermost, Mood},
    spoken,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TOKEN: &str = "xf5tbvq7kjgnbpdu";
const PART: &str = "integrations/mattermost";

async fn rosie(chat: Value) -> Daemon {
    let config = json!({ "mattermost": chat, "languages": ["en", "de"] });
    let daemon = Daemon::start(&config.to_string());
    daemon.ready(&[PART]).await;
    daemon
}

fn said(turn: &Turn) -> &str {
    assert!(turn.errors.is_empty(), "{:?}: {}", turn.errors, turn.reply);
    &turn.reply
}

/// Asks until something is there to be read, some seconds at most: messages come by another road than questions.
async fn read(panel: &mut Endpoint) -> String {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let turn = panel.ask_typed("do I have new messages").await;
        let reply = said(&turn).to_owned();
        if reply != "Nobody has mentioned you." || Instant::now() > until {
            return reply;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_sent_read_and_answered() {
    let chat = Mattermost::start().await;
    chat.ben_writes("@ada can you **look** at it? https://x.example/1 :smile:", false);
    let daemon = rosie(json!({ "url": chat.server.url, "token": TOKEN })).await;
    daemon.ready(&["stt", "tts", "vad"]).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    let turn = panel.ask_aloud(&spoken("Tell the team I am late.")).await;
    assert_eq!(said(&turn), "Sent to team.", "heard \"{}\"", turn.transcript);
    let (channel, root, words) = chat.posted().remove(0);
    assert_eq!((channel.as_str(), root.as_str()), ("chan000000000000000000town", ""));
    assert_eq!(words.to_lowercase().trim_end_matches('.'), "i am late");
    assert_eq!(
        said(&panel.ask_typed("reply I am on my way").await),
        "I haven't read you a message yet."
    );
    // What came before Rosie was there, then what comes while she is.
    assert_eq!(
        read(&mut panel).await,
        "Ben Stein in Town Square says: can you look at it?"
    );
    assert_eq!(
        said(&panel.ask_typed("reply I am on it").await),
        "I answered Ben Stein."
    );
    let (_, root, words) = chat.posted().remove(1);
    assert_eq!(
        (root.as_str(), words.as_str()),
        ("post0000000000000000000001", "I am on it")
    );
    for message in ["one", "two", "three", "four", "five"] {
        chat.ben_writes(message, true);
    }
    chat.ben_writes("nobody in particular", false);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        read(&mut panel).await,
        "Ben Stein says: one. Ben Stein says: two. Ben Stein says: three. 2 more are waiting."
    );
    assert_eq!(read(&mut panel).await, "Ben Stein says: four. Ben Stein says: five.");
    assert_eq!(
        said(&panel.ask_typed("do I have new messages").await),
        "Nobody has mentioned you."
    );
    let seen = |chat: &Mattermost| {
        chat.world()
            .viewed
            .iter()
            .any(|(channel, _)| channel.contains("direct"))
    };
    assert!(seen(&chat));
    assert_eq!(
        said(&panel.ask_typed("tell Ben that lunch is ready").await),
        "Sent to Ben."
    );
    assert_eq!(chat.posted().last().unwrap().0, "chan0000000000000000direct");
    // The connection breaks: what came meanwhile is there afterwards, and nothing twice.
    chat.hang_up();
    chat.ben_writes("@ada are you there?", false);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    daemon.ready(&[PART]).await;
    let reply = read(&mut panel).await;
    assert_eq!(reply, "Ben Stein in Town Square says: are you there?");
    let deeds = daemon.json("/api/v1/deeds").await;
    let text = deeds.to_string();
    assert!(text.contains("chat.send") && text.contains("chat.reply"), "{text}");
    assert!(!text.contains("lunch") && !text.contains("late"), "{text}");
    let (_, config) = daemon.get("/api/v1/config").await;
    assert!(!config.contains(TOKEN), "{config}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_sends_and_nothing_can_be_read() {
    let chat = Mattermost::start().await;
    let hook = format!("{}/hooks/s3cret00000000000000000hook", chat.server.url);
    let daemon = rosie(json!({ "webhook": hook, "channels": { "team": "", "family": "family-chat" } })).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    assert_eq!(
        said(&panel.ask_typed("tell the family dinner is ready").await),
        "Sent to family."
    );
    assert_eq!(
        said(&panel.ask_typed("tell the team that I am late").await),
        "Sent to team."
    );
    let posted = chat.posted();
    let words: Vec<_> = posted
        .iter()
        .map(|(channel, _, words)| (channel.as_str(), words.as_str()))
        .collect();
    assert_eq!(words, [("family-chat", "Dinner is ready"), ("", "I am late")]);
    assert_eq!(
        panel.ask_typed("do I have new messages").await.errors,
        ["chat-forbidden"]
    );
    for path in ["/api/v1/config", "/health/integrations/mattermost"] {
        let (_, body) = daemon.get(path).await;
        assert!(!body.contains("s3cret"), "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_mattermost_does_not_do_is_one_sentence() {
    let chat = Mattermost::start().await;
    let daemon = rosie(json!({ "url": chat.server.url, "token": TOKEN })).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    let says = |status, body| Mood::Says(status, None, body);
    let ask = "tell the team I am late";
    // A refused message was not taken: it is sent again, once.
    chat.server
        .mood("posts", Mood::Says(429, Some(("x-ratelimit-reset", "1")), ""));
    assert_eq!(said(&panel.ask_typed(ask).await), "Sent to team.");
    assert_eq!(chat.posted().len(), 1);
    let lasting = [
        (
            says(401, r#"{"id":"api.context.session_expired.app_error"}"#),
            "chat-refused",
        ),
        (
            says(403, r#"{"id":"api.context.permissions.app_error"}"#),
            "chat-forbidden",
        ),
        (
            says(404, r#"{"id":"app.channel.get.existing.app_error"}"#),
            "chat-changed",
        ),
        (says(409, "{}"), "chat-changed"),
        (says(400, "{}"), "chat-odd"),
        (says(201, "{\"id\": "), "chat-odd"),
        (says(500, "<html>"), "chat-unavailable"),
        (Mood::Slow(Duration::from_secs(9)), "chat-unavailable"),
        (Mood::HangsUp, "chat-unavailable"),
    ];
    for (mood, code) in lasting {
        chat.server.asked();
        chat.server.mood("posts", mood.clone());
        let turn = panel.ask_typed(ask).await;
        assert_eq!(turn.errors, [code], "{mood:?}");
        let sent = chat
            .server
            .asked()
            .into_iter()
            .filter(|asked| asked.what() == "POST api/v4/posts")
            .count();
        assert_eq!(sent, 1, "a message that may have been taken was sent again: {mood:?}");
    }
    chat.server
        .mood("posts", Mood::Says(429, Some(("retry-after", "60")), ""));
    assert_eq!(panel.ask_typed(ask).await.errors, ["chat-later"]);
}
