//! Sessions with scripted engines: the whole road of a turn without a model.
#![allow(clippy::unwrap_used)]

mod arbitrated;
mod called;
mod home;
mod lent;
mod passed_on;
mod quiet;

use crate::config::Confirm;
use home::*;
use rosie_core::{
    Effect, EndpointId, ErrorCode, RoomId, TurnId,
    record::{Outcome, Stage, TurnRecord},
    session::{EndpointSpec, SessionEvent, SessionInput, TurnState},
};
use rosie_testkit::{FakeDialog, FakeStt, Script, silence, speech};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_spoken_question_gets_a_spoken_answer() {
    let home = home(FakeStt::hearing("what time is it"), answering("It is noon."));
    let mut caller = call(&home, spec("kitchen")).unwrap();
    caller.port.input(SessionInput::PushToTalk { pressed: true }).unwrap();
    caller.port.input(SessionInput::PushToTalk { pressed: false }).unwrap();
    caller.hear(speech(960));
    caller.hear(silence(640));
    let events = caller.turn().await;
    assert_eq!(outcome(&events), Outcome::Answered);
    assert!(
        events
            .iter()
            .any(|e| matches!(e, SessionEvent::Transcript { text, .. } if text == "what time is it"))
    );
    assert!(
        events
            .iter()
            .any(|e| matches!(e, SessionEvent::ReplyFinished { text, .. } if text == "It is noon."))
    );
    // 11 characters at 50 ms, resampled from 22,050 Hz to what the endpoint asked for.
    assert!(
        (500..=560).contains(&audio_ms(&events)),
        "{} ms of audio",
        audio_ms(&events)
    );
    let record: TurnRecord = home.history.turns().remove(0);
    let stages: Vec<Stage> = record.stages.iter().map(|s| s.stage).collect();
    for stage in [
        Stage::Speech,
        Stage::Endpointing,
        Stage::SttWait,
        Stage::FirstAudio,
        Stage::VoiceToVoice,
    ] {
        assert!(stages.contains(&stage), "{stage:?} is missing in {stages:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_sound_may_stand_for_the_words_that_something_is_done() {
    let done = || {
        vec![
            Script::Effect(Effect::Confirmed),
            Script::Say("Turned on the light in the kitchen."),
        ]
    };
    let loud = |confirm| async move {
        let home = home_with(FakeStt::hearing(""), FakeDialog::new(move |_| done()), |config| {
            config.audio.confirm = confirm;
        });
        let mut caller = call(&home, spec("kitchen")).unwrap();
        caller
            .port
            .input(SessionInput::Text("turn on the light".into()))
            .unwrap();
        let events = caller.turn().await;
        // It is shown all the same.
        let shown =
            |e: &SessionEvent| matches!(e, SessionEvent::ReplyFinished { text, .. } if text.starts_with("Turned on"));
        assert!(events.iter().any(shown), "{events:?}");
        audio_ms(&events)
    };
    assert!((170..=190).contains(&loud(Confirm::Sound).await), "two notes");
    assert!(loud(Confirm::Words).await > 1_000, "35 characters at 50 ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_text_is_answered_on_a_screen_without_audio() {
    let home = home(FakeStt::hearing(""), answering("Hello."));
    let mut caller = call(
        &home,
        EndpointSpec {
            wants_audio: false,
            ..spec("screen")
        },
    )
    .unwrap();
    caller.port.input(SessionInput::Text("hello".into())).unwrap();
    let events = caller.turn().await;
    assert_eq!((outcome(&events), audio_ms(&events)), (Outcome::Answered, 0));
    assert!(home.tts.said().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_has_words_and_what_was_said_before_it_stays() {
    let dies = FakeDialog::new(|_| {
        let failure = rosie_core::Failure::new(ErrorCode::LlmUnavailable, "the server went away");
        vec![Script::Say("Owls are birds. They"), Script::Fail(failure)]
    });
    let home = home(FakeStt::hearing(""), dies);
    let mut caller = call(&home, spec("kitchen")).unwrap();
    caller
        .port
        .input(SessionInput::Text("tell me about owls".into()))
        .unwrap();
    let events = caller.turn().await;
    assert_eq!(outcome(&events), Outcome::Failed);
    let said = home.tts.said().join(" ");
    assert!(
        said.starts_with("Owls are birds. They") && said.ends_with("thinking right now."),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_that_fails_leaves_the_words_on_the_screen() {
    let home = home(FakeStt::hearing(""), answering("Hello."));
    home.tts.down.store(true, std::sync::atomic::Ordering::Relaxed);
    let mut caller = call(&home, spec("kitchen")).unwrap();
    caller.port.input(SessionInput::Text("hello".into())).unwrap();
    let events = caller.turn().await;
    assert!(events.iter().any(|e| matches!(
        e,
        SessionEvent::Failed {
            code: ErrorCode::TtsUnavailable,
            ..
        }
    )));
    assert!(events.iter().any(|e| matches!(e, SessionEvent::ReplyFinished { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_stops_an_answer_that_hangs() {
    let home = home(FakeStt::hearing(""), FakeDialog::new(|_| vec![Script::Hang]));
    let mut caller = call(&home, spec("kitchen")).unwrap();
    caller.port.input(SessionInput::Text("hello".into())).unwrap();
    caller
        .until(|e| {
            matches!(
                e,
                SessionEvent::State {
                    state: TurnState::Thinking,
                    ..
                }
            )
        })
        .await;
    caller.port.input(SessionInput::Cancel).unwrap();
    let events = caller.turn().await;
    assert_eq!(outcome(&events), Outcome::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn speaking_over_a_reply_stops_it_and_is_heard() {
    let home = home(
        FakeStt::hearing("stop that"),
        answering("A very long story about a great many owls in a wood."),
    );
    let mut caller = call(&home, spec("kitchen")).unwrap();
    caller.port.input(SessionInput::HandsFree(true)).unwrap();
    caller.port.input(SessionInput::Text("a story".into())).unwrap();
    caller
        .until(|e| {
            matches!(
                e,
                SessionEvent::State {
                    state: TurnState::Speaking,
                    ..
                }
            )
        })
        .await;
    caller.hear(speech(640));
    let events = caller.turn().await;
    assert_eq!(outcome(&events), Outcome::BargedIn);
    assert!(
        events
            .iter()
            .any(|e| matches!(e, SessionEvent::StopPlayback { turn_id: TurnId(1) }))
    );
    caller.hear(silence(640));
    let events = caller.until(|e| matches!(e, SessionEvent::Transcript { .. })).await;
    assert!(
        !events
            .iter()
            .any(|e| matches!(e, SessionEvent::Audio { turn_id: TurnId(1), .. })),
        "the dead still speak"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn volume_is_changed_and_remembered() {
    let louder = || FakeDialog::new(|_| vec![Script::Effect(Effect::VolumeBy { percent: 10 }), Script::Say("OK.")]);
    let home = home(FakeStt::hearing(""), louder());
    let mut caller = call(&home, spec("kitchen")).unwrap();
    assert_eq!(caller.port.opened().volume_percent, 80);
    caller.port.input(SessionInput::Text("louder".into())).unwrap();
    let events = caller.turn().await;
    assert!(events.contains(&SessionEvent::Volume { percent: 90 }));
    caller.port.input(SessionInput::Bye).unwrap();
    let remembered = async {
        while call(&home, spec("kitchen")).unwrap().port.opened().volume_percent != 90 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), remembered)
        .await
        .expect("the volume was forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_can_be_resumed_for_a_while() {
    let home = home(FakeStt::hearing(""), answering("Hello."));
    let caller = call(&home, spec("kitchen")).unwrap();
    let opened = caller.port.opened();
    drop(caller);
    let again = call(
        &home,
        EndpointSpec {
            resume: Some(opened.resume_token.clone()),
            ..spec("kitchen")
        },
    )
    .unwrap();
    assert_eq!(
        (again.port.opened().resumed, again.port.opened().session),
        (true, opened.session.clone())
    );
    // Another endpoint cannot take it over with the token.
    let other = call(
        &home,
        EndpointSpec {
            resume: Some(opened.resume_token.clone()),
            ..spec("office")
        },
    )
    .unwrap();
    assert!(!other.port.opened().resumed);
    drop(again);
    tokio::time::sleep(Duration::from_millis(600)).await;
    let late = call(
        &home,
        EndpointSpec {
            resume: Some(opened.resume_token),
            ..spec("kitchen")
        },
    )
    .unwrap();
    assert!(!late.port.opened().resumed);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_bounded_and_rooms_must_exist() {
    let home = home(FakeStt::hearing(""), answering("Hello."));
    let lost = call(
        &home,
        EndpointSpec {
            room: Some(RoomId::from("dungeon")),
            ..spec("x")
        },
    )
    .err()
    .unwrap();
    assert!(lost.detail.contains("living_room"), "{}", lost.detail);
    let _open: Vec<Caller> = (0..3).map(|i| call(&home, spec(&format!("e{i}"))).unwrap()).collect();
    assert_eq!(call(&home, spec("e4")).err().unwrap().code, ErrorCode::Busy);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_is_heard_where_it_belongs() {
    let home = home(FakeStt::hearing(""), answering("Hello."));
    let mut kitchen = call(&home, spec("kitchen")).unwrap();
    let mut office = call(
        &home,
        EndpointSpec {
            room: Some(RoomId::from("office")),
            ..spec("office")
        },
    )
    .unwrap();
    let ringing = SessionEvent::TimerRinging { id: 7, name: None };
    home.sessions.announce(
        &EndpointId::from("office"),
        &RoomId::from("office"),
        "Time is up.",
        Some(&ringing),
    );
    let events = office.turn().await;
    assert!(events.contains(&ringing) && audio_ms(&events) > 0);
    assert!(kitchen.events.try_recv().is_err(), "the wrong room rings");
    // The endpoint is away: its room hears it instead.
    home.sessions.announce(
        &EndpointId::from("gone"),
        &RoomId::from("living_room"),
        "Time is up.",
        Some(&ringing),
    );
    assert!(audio_ms(&kitchen.turn().await) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_detector_the_button_still_works_and_the_endpoint_is_told() {
    let home = home(FakeStt::hearing("what time is it"), answering("It is noon."));
    home.vad.down.store(true, std::sync::atomic::Ordering::Relaxed);
    let mut caller = call(&home, spec("kitchen")).unwrap();
    caller.port.input(SessionInput::PushToTalk { pressed: true }).unwrap();
    caller.hear(speech(960));
    tokio::time::sleep(Duration::from_millis(500)).await;
    caller.port.input(SessionInput::PushToTalk { pressed: false }).unwrap();
    let events = caller.turn().await;
    assert_eq!(outcome(&events), Outcome::Answered);
    assert!(events.iter().any(|e| matches!(
        e,
        SessionEvent::Failed {
            code: ErrorCode::VadUnavailable,
            ..
        }
    )));
}
