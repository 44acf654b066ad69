//! Who speaks: a voice is learnt by voice, known in the next turn, another is not, and it is forgotten on request. The voices are
//! two real people's, from recordings, and Rosie's own.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, Turn, assert_says, plain, recording, spoken, transcribed};
use serde_json::{Value, json};

const PARTS: [&str; 4] = ["vad", "stt", "tts", "speakers"];
/// One turn is one sentence, though a reader pauses in it.
const ON: &str = "{speakers: {enabled: true}, privacy: {keep_turn_text: true}, audio: {silence_ms: 1500, complete_silence_ms: 1500, dangling_silence_ms: 2000}}";

async fn people(daemon: &Daemon) -> Value {
    daemon.json("/api/v1/speakers").await["voices"].clone()
}

/// Who the newest turn says it was.
async fn person(daemon: &Daemon) -> Value {
    daemon.json("/api/v1/turns").await["turns"][0]["person"].clone()
}

/// A sentence in Rosie's own voice, which is somebody's in this house. It never says a sentence twice alike: "learn my voice" may
/// sound like "where are my boys", so it is said again until a recogniser takes it for what it is.
fn clear(text: &str) -> Vec<i16> {
    let tries = std::iter::repeat_with(|| spoken(text)).take(5);
    let mut said = Vec::new();
    for one in tries {
        said = one;
        if transcribed(&said) == plain(text) {
            break;
        }
    }
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_is_learnt_known_and_forgotten_by_voice() {
    let [who_am_i, learn, forget] = [
        "Do you know who I am?",
        "Please learn my voice, I am Anna.",
        "Please forget my voice.",
    ]
    .map(clear);
    let daemon = Daemon::start(ON);
    daemon.ready(&PARTS).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    assert_eq!(
        endpoint.ask_aloud(&who_am_i).await.reply,
        "I don't know anybody's voice yet. Say: learn my voice."
    );
    let turn = endpoint.ask_aloud(&learn).await;
    assert_eq!(turn.intent, "RosieLearnVoice", "{turn:?}");
    assert!(turn.reply.starts_with("Three sentences, Anna"), "{turn:?}");
    let sentences = [
        "The morning sun rose slowly over the quiet hills, and all the birds began to sing.",
        "Please bring five green bottles and a big blue bag from the kitchen next door.",
        "Yesterday we walked along the river until the rain sent us all home again.",
    ];
    let mut last = Turn::default();
    for sentence in sentences {
        last = endpoint.ask_aloud(&spoken(sentence)).await;
        assert_eq!(last.intent, "RosieAnswerVoice", "{last:?}");
    }
    assert!(last.reply.starts_with("Thank you, Anna."), "{last:?}");
    assert_says(&last.audio, &last.reply);
    let known = people(&daemon).await;
    assert_eq!(
        (known.as_array().unwrap().len(), &known[0]["person"]),
        (1, &json!("Anna"))
    );
    // What was said for it is remembered as no talk, and the voice is in no backup and no answer.
    let memories = daemon.json("/api/v1/memory/messages").await.to_string().to_lowercase();
    assert!(
        memories.contains("learn my voice") && !memories.contains("green bottles"),
        "{memories}"
    );

    // Known in the next turn, and in another room.
    let mut office = Endpoint::connect(&daemon, "office").await;
    let turn = office.ask_aloud(&who_am_i).await;
    assert_eq!(
        (turn.reply.as_str(), person(&daemon).await),
        ("You are Anna.", json!("Anna"))
    );
    // Somebody else is not, whatever is asked.
    for other in ["jfk.wav", "librivox-0880.wav"] {
        let seconds = recording(other).len().min(16_000 * 4);
        office.ask_aloud(&recording(other)[..seconds]).await;
        assert_eq!(person(&daemon).await, Value::Null, "{other}");
    }
    // Typed words have no voice.
    assert_eq!(
        office.ask_typed("who am I").await.reply,
        "I have to hear a voice for that. Say it to me."
    );
    assert_eq!(
        endpoint.ask_aloud(&forget).await.reply,
        "Your voice is forgotten, Anna."
    );
    assert_eq!(people(&daemon).await, json!([]));
    assert!(
        !std::fs::read_to_string(daemon.data.join("speakers/voices.json"))
            .unwrap()
            .contains("Anna")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_known_voice_tells_is_that_persons_and_the_owner_may_forget_it() {
    let learn = clear("Please learn my voice, I am Anna.");
    let daemon = Daemon::start(ON);
    daemon.ready(&PARTS).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    endpoint.ask_aloud(&learn).await;
    for name in ["librivox-0870.wav", "librivox-0890.wav", "librivox-0920.wav"] {
        endpoint.ask_aloud(&recording(name)).await;
    }
    // The reader's voice was learnt, though Rosie's asked for it.
    assert_eq!(people(&daemon).await[0]["person"], "Anna");
    endpoint.ask_aloud(&recording("librivox-0930.wav")).await;
    assert_eq!(person(&daemon).await, json!("Anna"));
    endpoint
        .ask_aloud(&spoken("Remember that the key is under the mat."))
        .await;
    assert_eq!(person(&daemon).await, Value::Null);
    let client = reqwest::Client::new();
    let forget = async |name: &str| {
        let asked = client
            .delete(format!("{}/api/v1/speakers/{name}", daemon.url))
            .send()
            .await
            .unwrap();
        asked.status().as_u16()
    };
    assert_eq!((forget("Anna").await, forget("Anna").await), (200, 404));
    endpoint.ask_aloud(&recording("librivox-0930.wav")).await;
    assert_eq!(person(&daemon).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_off_until_the_owner_wants_it() {
    let learn = clear("Please learn my voice.");
    let daemon = Daemon::start("{}");
    daemon.ready(&["vad", "stt", "tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    assert_eq!(daemon.get("/health/speakers").await.0, 404);
    let turn = endpoint.ask_aloud(&learn).await;
    assert!(
        turn.reply.starts_with("Telling people apart by voice is switched off."),
        "{turn:?}"
    );
    assert_eq!(
        daemon.json("/api/v1/speakers").await,
        json!({ "enabled": false, "voices": [] })
    );
    let turns = daemon.json("/api/v1/turns").await.to_string();
    assert!(!turns.contains("speaker_heard"), "{turns}");
}
