//! Sessions that are called by the wake word.
#![allow(clippy::unwrap_used)]

use super::home::{Home, answering, call, home, home_with, outcome, spec};
use crate::config::WakeWordOfEndpoint;
use rosie_core::{
    AudioFrame, EndpointId, SampleRate,
    arbiter::Hearing,
    engine::WakeWord,
    record::{Outcome, Trigger},
    session::{SessionEvent, SessionInput},
};
use rosie_hub::household::{Happening, Wake, WakeWords};
use rosie_testkit::{FakeStt, SampleWake};
use std::time::Duration;

/// Speech of so many milliseconds, with the wake word said by `word_ms`.
fn called(word_ms: u64, ms: u64) -> AudioFrame {
    let mut samples = vec![8_000; SampleRate::HEARING.samples(ms)];
    samples[SampleRate::HEARING.samples(word_ms)] = SampleWake::WORD;
    AudioFrame::mono(samples, SampleRate::HEARING)
}

fn level(value: i16, ms: u64) -> AudioFrame {
    AudioFrame::mono(vec![value; SampleRate::HEARING.samples(ms)], SampleRate::HEARING)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_one_breath_with_the_wake_word_is_asked_without_it() {
    let heard = FakeStt::hearing("Hey, Rosy, what time is it?");
    let home = home(heard, answering("Noon."));
    let mut caller = call(&home, spec("kitchen")).unwrap();
    // Nobody listens for it yet.
    caller.hear(called(500, 640));
    caller.port.input(SessionInput::WakeWord(true)).unwrap();
    caller.hear(level(0, 1_000));
    caller.hear(called(700, 800));
    let woken = caller.until(|e| matches!(e, SessionEvent::WakeHeard { .. })).await;
    let turns = woken.iter().filter(|e| matches!(e, SessionEvent::TurnStarted { .. }));
    assert!(turns.count() <= 1, "{woken:?}");
    caller.hear(level(8_000, 640));
    caller.hear(level(0, 640));
    let mut events = woken;
    events.extend(caller.turn().await);
    assert_eq!(outcome(&events), Outcome::Answered);
    let word = |e: &SessionEvent| matches!(e, SessionEvent::WakeHeard { word, .. } if word == "hey_rosie");
    assert!(events.iter().any(word));
    let asked = events.iter().find_map(|e| match e {
        SessionEvent::Transcript { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(asked, Some("what time is it?"));
    let started = home.history.turns();
    assert_eq!(started[0].trigger, Trigger::WakeWord);
}

/// A satellite hears the word by itself, and sends nothing before.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_the_endpoint_heard_begins_a_turn_as_one_that_was_heard_here() {
    let heard = FakeStt::hearing("Hey, Rosy, what time is it?");
    let home = home(heard, answering("Noon."));
    let mut caller = call(&home, spec("kitchen")).unwrap();
    caller.hear(level(8_000, 800));
    let word = WakeWord {
        name: "hey_rosie".into(),
        phrase: "Hey Rosie".into(),
    };
    caller
        .port
        .input(SessionInput::WakeHeard {
            word,
            ago_ms: 100,
            hearing: Hearing::default(),
        })
        .unwrap();
    let mut events = caller.until(|e| matches!(e, SessionEvent::WakeHeard { .. })).await;
    caller.hear(level(8_000, 640));
    caller.hear(level(0, 640));
    events.extend(caller.turn().await);
    assert_eq!(outcome(&events), Outcome::Answered);
    let asked = events.iter().find_map(|e| match e {
        SessionEvent::Transcript { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(asked, Some("what time is it?"));
    assert_eq!(home.history.turns()[0].trigger, Trigger::WakeWord);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_wake_word_alone_the_turn_listens_on() {
    let mut said = 0;
    let stt = FakeStt::new(move |_| {
        said += 1;
        Some(Ok(if said == 1 { "Hey Rosie." } else { "stop" }.to_owned()))
    });
    let home = home(stt, answering("Stopped."));
    let mut caller = call(&home, spec("kitchen")).unwrap();
    caller.port.input(SessionInput::WakeWord(true)).unwrap();
    caller.hear(called(700, 960));
    caller.until(|e| matches!(e, SessionEvent::WakeHeard { .. })).await;
    caller.hear(level(8_000, 128));
    // Long enough for the recogniser to have been asked.
    caller.hear(level(0, 128));
    caller.hear(level(0, 800));
    caller.hear(level(8_000, 640));
    caller.hear(level(0, 1_600));
    let events = caller.turn().await;
    assert_eq!(outcome(&events), Outcome::Answered);
    let asked = events.iter().find_map(|e| match e {
        SessionEvent::Transcript { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(asked, Some("stop"));
    assert_eq!(home.history.turns().len(), 1);
}

async fn comes(what: &str, is_there: impl Fn() -> bool) {
    let wait = async {
        while !is_there() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect(what);
}

/// What the wake word was last listened for with.
fn last_opened(home: &Home) -> (Vec<String>, f32) {
    let last = home.wake.opened().pop().unwrap();
    (last.words, last.sensitivity)
}

fn here(words: WakeWords, sensitivity_percent: u8) -> Wake {
    Wake::Here {
        words,
        sensitivity_percent,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_of_the_wake_word_goes_before_the_configuration_at_once_and_for_good() {
    let kitchen = EndpointId::from("kitchen");
    let home = home_with(FakeStt::hearing(""), answering(""), |config| {
        let own = WakeWordOfEndpoint {
            sensitivity: Some(0.3),
            ..WakeWordOfEndpoint::default()
        };
        config.wake_word.endpoints = [("kitchen".to_owned(), own)].into();
    });
    let caller = call(&home, spec("kitchen")).unwrap();
    let seat = || home.sessions.seats()[0].wake;
    assert_eq!(seat(), Wake::Unsaid);
    assert!(!home.sessions.set_wake_words(&kitchen, WakeWords::Rosie));
    let mut happenings = home.sessions.house.happenings.subscribe();
    caller.port.input(SessionInput::WakeWord(true)).unwrap();
    let told = tokio::time::timeout(Duration::from_secs(10), happenings.recv()).await;
    assert!(matches!(told, Ok(Ok(Happening::Endpoints))), "{told:?}");
    assert_eq!(seat(), here(WakeWords::HeyRosie, 30));
    caller.hear(level(0, 100));
    assert_eq!(last_opened(&home), (vec!["hey_rosie".to_owned()], 0.3));

    assert!(home.sessions.set_wake_words(&kitchen, WakeWords::Rosie));
    assert!(home.sessions.set_wake_sensitivity(&kitchen, 70));
    assert_eq!(seat(), here(WakeWords::Rosie, 70));
    caller.hear(level(0, 100));
    let set = (vec!["rosie".to_owned()], 0.7);
    assert_eq!(last_opened(&home), set);
    // Another engine is told the same.
    let before = home.wake.opened().len();
    home.sessions.engines_replaced();
    comes("no new stream", || {
        caller.hear(level(0, 20));
        home.wake.opened().len() > before
    })
    .await;
    assert_eq!(last_opened(&home), set);

    let settings = home.sessions.house.settings.clone();
    for key in ["wake_words/kitchen", "wake_sensitivity/kitchen"] {
        comes(key, || settings.get_setting(key).unwrap().is_some()).await;
    }
    caller.port.input(SessionInput::Bye).unwrap();
    comes("the session's end", || home.sessions.seats().is_empty()).await;
    let caller = call(&home, spec("kitchen")).unwrap();
    caller.port.input(SessionInput::WakeWord(true)).unwrap();
    caller.hear(level(0, 100));
    assert_eq!(last_opened(&home), set);
    comes("the seat", || seat() == here(WakeWords::Rosie, 70)).await;
    // It finds the word itself now.
    caller.port.input(SessionInput::WakeWord(false)).unwrap();
    comes("the change", || seat() == Wake::Elsewhere).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_outside_are_told_of_the_wake_word_and_not_of_what_is_said() {
    let home = home(FakeStt::hearing("Hey Rosie."), answering(""));
    let mut caller = call(&home, spec("kitchen")).unwrap();
    let mut happenings = home.sessions.house.happenings.subscribe();
    caller.port.input(SessionInput::WakeWord(true)).unwrap();
    caller.hear(called(700, 960));
    caller.until(|e| matches!(e, SessionEvent::WakeHeard { .. })).await;
    let word = loop {
        let happening = tokio::time::timeout(Duration::from_secs(10), happenings.recv()).await;
        if let Happening::Session {
            event: SessionEvent::WakeHeard { word, .. },
            ..
        } = happening.unwrap().unwrap()
        {
            break word;
        }
    };
    assert_eq!(word, "hey_rosie");
}
