//! Runs, replies, announcements and timers, event by event.
#![allow(clippy::unwrap_used)]

use super::*;
use rosie_core::SampleRate;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Room(Arc<Mutex<Vec<FromBorrower>>>);

impl LentRoom for Room {
    fn tell(&self, what: FromBorrower) {
        self.0.lock().unwrap().push(what);
    }
}

struct Story {
    borrower: Borrower,
    room: Room,
}

impl Story {
    fn new() -> Story {
        let room = Room::default();
        Story {
            borrower: Borrower::new(Box::new(room.clone())),
            room,
        }
    }

    fn says(&mut self, kind: &str, data: serde_json::Value) -> Heard {
        self.borrower.take(&Event::new(kind, data))
    }

    fn sounds(&mut self, samples: usize) -> Heard {
        let format = json!({ "rate": 22_050, "width": 2, "channels": 1 });
        self.says("audio-start", format.clone());
        let chunk = Event {
            payload: vec![1; samples * 2],
            ..Event::new("audio-chunk", format)
        };
        self.borrower.take(&chunk);
        self.says("audio-stop", json!(null))
    }

    fn room_says(&mut self, what: ToBorrower) -> Vec<String> {
        self.borrower.events(what).into_iter().map(|event| event.kind).collect()
    }

    fn told(&self) -> Vec<FromBorrower> {
        std::mem::take(&mut *self.room.0.lock().unwrap())
    }
}

fn frame(samples: usize) -> AudioFrame {
    AudioFrame::mono(vec![257; samples], SampleRate(22_050))
}

#[test]
fn a_run_is_asked_for_heard_answered_and_sounds() {
    let mut story = Story::new();
    assert_eq!(story.room_says(ToBorrower::Begin), ["run-pipeline", "audio-start"]);
    let speech = AudioFrame::mono(vec![0; 512], SampleRate::HEARING);
    assert_eq!(story.room_says(ToBorrower::Audio(speech)), ["audio-chunk"]);
    story.says("transcribe", json!({ "language": "en" }));
    story.says("voice-stopped", json!({ "timestamp": 1200 }));
    assert_eq!(story.room_says(ToBorrower::End), ["audio-stop"]);
    story.says("transcript", json!({ "text": " turn on the light " }));
    story.says("synthesize", json!({ "text": "Done" }));
    assert_eq!(story.sounds(100), Heard::Nothing);
    let words = |text: &str| text.to_owned();
    assert_eq!(
        story.told(),
        [
            FromBorrower::SpeechEnded,
            FromBorrower::Transcript(words("turn on the light")),
            FromBorrower::Reply(words("Done")),
            FromBorrower::Audio(frame(100)),
            FromBorrower::AudioDone,
        ]
    );
    assert_eq!(story.room_says(ToBorrower::Played), ["played"]);
}

#[test]
fn half_a_sentence_that_is_not_wanted_is_not_done() {
    let mut story = Story::new();
    story.room_says(ToBorrower::Begin);
    story.says("transcribe", json!({}));
    assert_eq!(story.room_says(ToBorrower::Cancel), ["run-pipeline", "audio-stop"]);
    // Of the run that ends it, and of the next.
    story.says("transcribe", json!({}));
    story.says("error", json!({ "code": "stt-no-text-recognized", "text": "" }));
    story.room_says(ToBorrower::Begin);
    story.says("transcribe", json!({}));
    story.says("transcript", json!({ "text": "stop" }));
    assert_eq!(story.told(), [FromBorrower::Transcript("stop".into())]);
}

#[test]
fn the_reply_of_a_run_that_is_not_wanted_any_more_does_not_sound() {
    let mut story = Story::new();
    story.room_says(ToBorrower::Begin);
    story.says("transcribe", json!({}));
    story.says("transcript", json!({ "text": "tell me a story" }));
    story.told();
    assert!(story.room_says(ToBorrower::Cancel).is_empty());
    story.says("synthesize", json!({ "text": "Once upon a time" }));
    // Home Assistant is told all the same, or it would wait.
    assert_eq!(story.sounds(100), Heard::Sounded);
    assert_eq!(story.told(), []);
    // What comes after it is an announcement.
    story.sounds(100);
    assert_eq!(story.told(), [FromBorrower::Announce(frame(100))]);
}

#[test]
fn what_home_assistant_says_unasked_is_an_announcement_also_while_somebody_speaks() {
    let mut story = Story::new();
    story.room_says(ToBorrower::Begin);
    story.says("transcribe", json!({}));
    assert_eq!(story.sounds(50), Heard::Nothing);
    assert_eq!(story.told(), [FromBorrower::Dropped, FromBorrower::Announce(frame(50))]);
    // It ended the run for it: there is nothing to be ended any more.
    assert!(story.room_says(ToBorrower::Cancel).is_empty());
    let nothing = (
        story.says("audio-start", json!({})),
        story.says("audio-stop", json!({})),
    );
    assert_eq!(nothing, (Heard::Nothing, Heard::Sounded));
}

#[test]
fn home_assistant_begins_a_conversation_and_gives_it_up_when_nobody_speaks() {
    let mut story = Story::new();
    story.says("transcribe", json!({}));
    assert_eq!(story.told(), [FromBorrower::Listen]);
    // It listens already: nothing is to be asked for.
    assert_eq!(story.room_says(ToBorrower::Begin), ["audio-start"]);
    story.says("transcript", json!({ "text": "yes" }));
    assert_eq!(story.told(), [FromBorrower::Transcript("yes".into())]);
    story.room_says(ToBorrower::Played);
    story.says("transcribe", json!({}));
    assert!(!story.borrower.waits_longer_than(Duration::from_secs(5)));
    assert!(story.borrower.waits_longer_than(Duration::ZERO));
    assert!(!story.borrower.waits_longer_than(Duration::ZERO));
}

#[test]
fn errors_have_words_of_rosies() {
    for (theirs, ours) in [
        ("stt-no-text-recognized", ErrorCode::SttNoTextRecognized),
        ("stt-provider-missing", ErrorCode::SttUnavailable),
        ("tts-failed", ErrorCode::TtsUnavailable),
        ("intent-failed", ErrorCode::LlmUnavailable),
        ("pipeline-not-found", ErrorCode::HomeUnavailable),
        ("", ErrorCode::HomeUnavailable),
    ] {
        assert_eq!(code(theirs), ours, "{theirs}");
    }
    let mut story = Story::new();
    story.room_says(ToBorrower::Begin);
    story.says("error", json!({ "code": "pipeline-not-found", "text": "none" }));
    assert_eq!(story.told(), [failed(ErrorCode::HomeUnavailable, "none".into())]);
    // Its run is over: nothing is to be ended, and there is nobody to tell any more.
    assert!(story.room_says(ToBorrower::Cancel).is_empty());
    story.says("error", json!({ "code": "x" }));
    assert_eq!(story.told(), []);
}

#[test]
fn a_reply_without_words_is_over_when_it_is_told() {
    let mut story = Story::new();
    story.room_says(ToBorrower::Begin);
    story.says("transcribe", json!({}));
    story.says("transcript", json!({ "text": "be quiet" }));
    story.says("synthesize", json!({ "text": "" }));
    let told = story.told();
    assert_eq!(told[1..], [FromBorrower::Reply(String::new()), FromBorrower::AudioDone]);
}

#[test]
fn timers_are_told_by_name_when_they_are_over() {
    let mut story = Story::new();
    story.says(
        "timer-started",
        json!({ "id": "a", "total_seconds": 60, "name": "pizza" }),
    );
    story.says("timer-started", json!({ "id": "b", "total_seconds": 90, "name": null }));
    story.says(
        "timer-updated",
        json!({ "id": "a", "is_active": true, "total_seconds": 120 }),
    );
    story.says("timer-cancelled", json!({ "id": "b" }));
    story.says("timer-finished", json!({ "id": "a" }));
    let over = FromBorrower::TimerFinished {
        name: Some("pizza".into()),
        total_seconds: 120,
    };
    assert_eq!(story.told(), [over]);
}
