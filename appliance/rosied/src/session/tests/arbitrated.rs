//! Two endpoints that hear the same call.
#![allow(clippy::unwrap_used)]

use super::home::{Caller, Home, answering, audio_ms, call, home, home_with, outcome, spec};
use rosie_core::{
    AudioFrame, EndpointId, SampleRate,
    arbiter::Hearing,
    engine::WakeWord,
    record::{Outcome, TurnFact},
    session::{SessionEvent, SessionInput, TurnState},
};
use rosie_hub::household::Reach;
use rosie_testkit::{FakeStt, SampleWake};
use std::sync::atomic::Ordering;

fn level(value: i16, ms: u64) -> AudioFrame {
    AudioFrame::mono(vec![value; SampleRate::HEARING.samples(ms)], SampleRate::HEARING)
}

/// The wake word, and what is asked in the same breath, as loud as `value`; the silence after it is not heard yet.
fn calls(caller: &Caller, value: i16) {
    let mut word = level(value, 800);
    *word.samples.last_mut().unwrap() = SampleWake::WORD;
    caller.hear(level(10, 1_700));
    caller.hear(word);
    caller.hear(level(value, 640));
}

fn ends(caller: &Caller) {
    caller.hear(level(0, 800));
}

fn listening(home: &Home, endpoint: &str) -> Caller {
    let caller = call(home, spec(endpoint)).unwrap();
    caller.port.input(SessionInput::WakeWord(true)).unwrap();
    caller
}

fn asked_the_time() -> Home {
    home(FakeStt::hearing("Hey Rosie, what time is it?"), answering("Noon."))
}

fn is_woken(event: &SessionEvent) -> bool {
    matches!(event, SessionEvent::WakeHeard { .. })
}

/// All that was said to it so far was taken: what is asked last is answered last.
async fn took(home: &Home, caller: &mut Caller, endpoint: &str) {
    let endpoint = Reach::Endpoint(EndpointId::from(endpoint));
    assert_eq!(home.sessions.set_volume(&endpoint, 40), 1);
    caller.until(|e| matches!(e, SessionEvent::Volume { .. })).await;
}

/// Why turns of the endpoint went the way that they did, the last turn first.
fn reasons(home: &Home, endpoint: &str) -> Vec<String> {
    let turns = home.history.turns();
    let here = turns.iter().filter(|turn| turn.endpoint == EndpointId::from(endpoint));
    here.flat_map(|turn| &turn.events)
        .filter_map(|event| match &event.what {
            TurnFact::Arbitrated { reason } => Some(reason.clone()),
            _ => None,
        })
        .collect()
}

/// Nothing sounded and nothing failed, and the endpoint shows that it is idle.
fn is_silent(events: &[SessionEvent]) -> bool {
    let loud = |e: &SessionEvent| matches!(e, SessionEvent::Failed { .. } | SessionEvent::PlaybackStarted { .. });
    audio_ms(events) == 0 && !events.iter().any(loud)
}

async fn goes_idle(caller: &mut Caller) -> Vec<SessionEvent> {
    let idle = |e: &SessionEvent| {
        matches!(
            e,
            SessionEvent::State {
                state: TurnState::Idle,
                ..
            }
        )
    };
    caller.until(idle).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_louder_one_takes_over_and_the_first_ends_silently() {
    let home = asked_the_time();
    let (mut hall, mut kitchen) = (listening(&home, "hall"), listening(&home, "kitchen"));
    calls(&hall, 2_000);
    // It does not wait for others.
    hall.until(is_woken).await;
    calls(&kitchen, 8_000);
    let mut events = kitchen.until(is_woken).await;
    let ended = goes_idle(&mut hall).await;
    assert!(is_silent(&ended), "{ended:?}");
    let why = "heard by hall and kitchen; kitchen was louder by 12 dB";
    let told = ended.iter().find_map(|event| match event {
        SessionEvent::AnsweredElsewhere { by, why, .. } => Some((by.as_str(), why.as_str())),
        _ => None,
    });
    assert_eq!(told, Some(("kitchen", why)));
    ends(&hall);
    ends(&kitchen);
    events.extend(kitchen.turn().await);
    assert_eq!(outcome(&events), Outcome::Answered);
    assert_eq!(reasons(&home, "kitchen"), [why]);
    assert_eq!(reasons(&home, "hall"), [why]);
    let answered = home
        .history
        .turns()
        .iter()
        .filter(|turn| turn.outcome == Outcome::Answered)
        .count();
    assert_eq!(answered, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hears_it_worse_shows_nothing_until_it_is_told_why() {
    let home = asked_the_time();
    let (mut hall, mut kitchen) = (listening(&home, "hall"), listening(&home, "kitchen"));
    calls(&kitchen, 8_000);
    kitchen.until(is_woken).await;
    calls(&hall, 2_000);
    took(&home, &mut hall, "hall").await;
    ends(&hall);
    ends(&kitchen);
    let events = kitchen.turn().await;
    assert_eq!(outcome(&events), Outcome::Answered);
    // The clock stands still: the window is open.
    assert!(hall.events.try_recv().is_err());
    home.clock.fetch_add(1_000, Ordering::Relaxed);
    let ended = goes_idle(&mut hall).await;
    assert!(is_silent(&ended) && !ended.iter().any(is_woken), "{ended:?}");
    let elsewhere =
        |e: &SessionEvent| matches!(e, SessionEvent::AnsweredElsewhere { by, .. } if by.as_str() == "kitchen");
    assert!(ended.iter().any(elsewhere), "{ended:?}");
    let why = ["heard by kitchen and hall; kitchen was louder by 12 dB"];
    assert_eq!(
        (reasons(&home, "kitchen"), reasons(&home, "hall")),
        (why.map(String::from).into(), why.map(String::from).into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_stood_by_answers_all_of_it_where_the_better_one_vanishes() {
    let home = asked_the_time();
    let (mut hall, mut kitchen) = (listening(&home, "hall"), listening(&home, "kitchen"));
    calls(&kitchen, 8_000);
    kitchen.until(is_woken).await;
    calls(&hall, 2_000);
    took(&home, &mut hall, "hall").await;
    drop(kitchen);
    let mut events = hall.until(is_woken).await;
    ends(&hall);
    events.extend(hall.turn().await);
    assert_eq!(outcome(&events), Outcome::Answered);
    let asked = events.iter().find_map(|event| match event {
        SessionEvent::Transcript { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(asked, Some("what time is it?"));
    assert_eq!(
        reasons(&home, "hall"),
        ["heard by kitchen and hall; the connection of kitchen is gone"]
    );
}

/// A satellite tells how it heard the word; one that sends no sound of it, and tells nothing, is compared with nobody.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_endpoint_tells_of_its_hearing_goes_before_what_is_measured() {
    let home = asked_the_time();
    let (mut hall, mut kitchen) = (listening(&home, "hall"), call(&home, spec("kitchen")).unwrap());
    calls(&hall, 8_000);
    hall.until(is_woken).await;
    let called = |level_db: Option<f32>| SessionInput::WakeHeard {
        word: WakeWord {
            name: "hey_rosie".into(),
            phrase: "Hey Rosie".into(),
        },
        ago_ms: 0,
        hearing: Hearing {
            score: None,
            level_db,
            noise_db: None,
        },
    };
    let mut office = call(&home, spec("office")).unwrap();
    office.port.input(called(None)).unwrap();
    took(&home, &mut office, "office").await;
    kitchen.port.input(called(Some(-1.0))).unwrap();
    kitchen.until(is_woken).await;
    let ended = goes_idle(&mut hall).await;
    assert!(is_silent(&ended), "{ended:?}");
    assert!(office.events.try_recv().is_err());
    home.clock.fetch_add(1_000, Ordering::Relaxed);
    goes_idle(&mut office).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_switched_off_every_endpoint_answers() {
    let heard = FakeStt::hearing("Hey Rosie, what time is it?");
    let home = home_with(heard, answering("Noon."), |config| {
        config.wake_word.arbitration.enabled = false
    });
    let (mut hall, mut kitchen) = (listening(&home, "hall"), listening(&home, "kitchen"));
    for (caller, value) in [(&mut hall, 2_000), (&mut kitchen, 8_000)] {
        calls(caller, value);
        caller.until(is_woken).await;
        ends(caller);
    }
    for caller in [&mut hall, &mut kitchen] {
        assert_eq!(outcome(&caller.turn().await), Outcome::Answered);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_presses_the_button_is_answered_whatever_others_hear() {
    let home = asked_the_time();
    let (mut hall, mut kitchen) = (listening(&home, "hall"), listening(&home, "kitchen"));
    calls(&hall, 2_000);
    hall.until(is_woken).await;
    hall.port.input(SessionInput::PushToTalk { pressed: true }).unwrap();
    took(&home, &mut hall, "hall").await;
    calls(&kitchen, 8_000);
    let ended = goes_idle(&mut kitchen).await;
    assert!(is_silent(&ended) && !ended.iter().any(is_woken), "{ended:?}");
    hall.port.input(SessionInput::PushToTalk { pressed: false }).unwrap();
    ends(&hall);
    assert_eq!(outcome(&hall.turn().await), Outcome::Answered);
}
