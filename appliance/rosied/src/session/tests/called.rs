//! Sessions that are called by the wake word.
#![allow(clippy::unwrap_used)]

use super::home::{answering, call, home, outcome, spec};
use rosie_core::{
    AudioFrame, SampleRate,
    record::{Outcome, Trigger},
    session::{SessionEvent, SessionInput},
};
use rosie_testkit::{FakeStt, SampleWake};

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
