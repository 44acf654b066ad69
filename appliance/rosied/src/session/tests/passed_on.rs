//! What was said at one endpoint, passed on to others.
#![allow(clippy::unwrap_used)]

use super::home::*;
use crate::config::BroadcastVoice;
use rosie_core::{
    EndpointId, TurnId,
    session::{EndpointSpec, SessionEvent, SessionInput},
};
use rosie_hub::household::{Reach, Said};
use rosie_testkit::{FakeDialog, FakeStt, Script, silence, speech};

/// A house whose answers take until they are cancelled.
fn waiting(voice: BroadcastVoice) -> Home {
    let dialog = FakeDialog::new(|_| vec![Script::Hang]);
    home_with(FakeStt::hearing("dinner is ready"), dialog, |config| {
        config.audio.broadcast_voice = voice;
    })
}

async fn asked(caller: &mut Caller) -> TurnId {
    let is_asked = |event: &SessionEvent| matches!(event, SessionEvent::Transcript { .. });
    match caller.until(is_asked).await.pop() {
        Some(SessionEvent::Transcript { turn_id, .. }) => turn_id,
        other => panic!("{other:?}"),
    }
}

async fn says_dinner_is_ready(caller: &mut Caller) -> TurnId {
    caller.port.input(SessionInput::PushToTalk { pressed: true }).unwrap();
    caller.port.input(SessionInput::PushToTalk { pressed: false }).unwrap();
    caller.hear(silence(960));
    caller.hear(speech(960));
    caller.hear(silence(640));
    asked(caller).await
}

fn pass_on(home: &Home, turn_id: TurnId) -> Said {
    let (kitchen, office) = (EndpointId::from("kitchen"), EndpointId::from("office"));
    home.sessions
        .pass_on((&kitchen, turn_id), &Reach::Endpoint(office), "Dinner is ready.")
}

const TOLD: Said = Said { spoken: 1, spared: 0 };

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_is_heard_in_the_persons_own_voice_while_its_turn_goes_on() {
    let home = waiting(BroadcastVoice::Own);
    let mut kitchen = call(&home, spec("kitchen")).unwrap();
    let mut office = call(&home, spec("office")).unwrap();
    let turn_id = says_dinner_is_ready(&mut kitchen).await;
    assert_eq!(pass_on(&home, turn_id), TOLD);
    let events = office.turn().await;
    let heard: Vec<i16> = events
        .iter()
        .filter_map(|event| match event {
            SessionEvent::Audio { frame, .. } => Some(frame.samples.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    // All of what was said, and hardly any of the silence around it.
    let said = speech(960).samples;
    assert!(
        heard.windows(said.len()).any(|part| part == said),
        "{} ms",
        audio_ms(&events)
    );
    assert!(audio_ms(&events) <= 1_200, "{} ms", audio_ms(&events));
    assert!(home.tts.said().is_empty());

    // Afterwards nothing of it is left.
    kitchen.port.input(SessionInput::Cancel).unwrap();
    kitchen.turn().await;
    assert_eq!(pass_on(&home, turn_id), TOLD);
    assert!(audio_ms(&office.turn().await) > 0);
    assert_eq!(home.tts.said(), ["Dinner is ready."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_said_by_rosie_and_so_is_all_where_the_owner_wants_it() {
    let home = waiting(BroadcastVoice::Own);
    let mut kitchen = call(&home, spec("kitchen")).unwrap();
    let mut office = call(&home, spec("office")).unwrap();
    kitchen
        .port
        .input(SessionInput::Text("dinner is ready".into()))
        .unwrap();
    let turn_id = asked(&mut kitchen).await;
    assert_eq!(pass_on(&home, turn_id), TOLD);
    office.turn().await;
    assert_eq!(home.tts.said(), ["Dinner is ready."]);

    let home = waiting(BroadcastVoice::Rosie);
    let mut kitchen = call(&home, spec("kitchen")).unwrap();
    let mut office = call(&home, spec("office")).unwrap();
    let turn_id = says_dinner_is_ready(&mut kitchen).await;
    assert_eq!(pass_on(&home, turn_id), TOLD);
    office.turn().await;
    assert_eq!(home.tts.said(), ["Dinner is ready."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_hear_reads_it_and_who_is_not_to_be_disturbed_is_left_alone() {
    let home = waiting(BroadcastVoice::Own);
    let mut kitchen = call(&home, spec("kitchen")).unwrap();
    let screen = EndpointSpec {
        wants_audio: false,
        ..spec("office")
    };
    let mut office = call(&home, screen).unwrap();
    let turn_id = says_dinner_is_ready(&mut kitchen).await;
    assert_eq!(pass_on(&home, turn_id), TOLD);
    let events = office.turn().await;
    let reads = |e: &SessionEvent| matches!(e, SessionEvent::ReplyFinished { text, .. } if text == "Dinner is ready.");
    assert!(events.iter().any(reads), "{events:?}");
    assert!(home.sessions.set_do_not_disturb(&EndpointId::from("office"), true));
    assert_eq!(pass_on(&home, turn_id), Said { spoken: 0, spared: 1 });
}
