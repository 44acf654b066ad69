//! What nobody has connected is told with where to connect it, in the house's languages, and is no fault of the house.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint};
use serde_json::json;

/// Without a calendar nobody says that a language model is missing, but where to connect one.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_connected_is_told_with_where_to_connect_it() {
    let daemon = Daemon::start(&json!({ "languages": ["en", "de", "es", "fr"] }).to_string());
    for (language, asked) in [
        (
            "en",
            [
                "what's on my calendar",
                "read my messages",
                "whose birthday is coming up",
            ],
        ),
        (
            "de",
            [
                "was steht heute in meinem Kalender",
                "lies meine Nachrichten vor",
                "wer hat bald Geburtstag",
            ],
        ),
        (
            "es",
            [
                "qué tengo hoy en mi calendario",
                "lee mis mensajes",
                "qué cumpleaños hay pronto",
            ],
        ),
        (
            "fr",
            [
                "qu'est-ce que j'ai dans mon agenda",
                "lis mes messages",
                "quels sont les prochains anniversaires",
            ],
        ),
    ] {
        let mut panel = Endpoint::hello(&daemon, json!({ "endpoint": language, "language": language })).await;
        for (asked, code) in asked
            .iter()
            .zip(["calendar-not-set-up", "chat-not-set-up", "contacts-not-set-up"])
        {
            let turn = panel.ask_typed(asked).await;
            assert_eq!(turn.errors, [code], "{asked}: {}", turn.reply);
        }
    }
    daemon.ready(&["stt", "tts", "vad"]).await;
    let health = daemon.json("/api/v1/health").await;
    assert_ne!(health["status"], "impaired", "{health}");
}
