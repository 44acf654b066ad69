//! Turns in a room that is lent to somebody else's pipeline.

use super::home::*;
use rosie_core::{
    AudioFrame, ErrorCode, RoomId, SampleRate,
    lending::{FromBorrower, LentRoom, ToBorrower},
    record::Outcome,
    session::{SessionEvent, SessionInput},
};
use rosie_testkit::{FakeStt, silence, speech};
use tokio::sync::mpsc::{self, UnboundedReceiver};

type Told = UnboundedReceiver<ToBorrower>;

fn lend(home: &Home) -> (Box<dyn LentRoom>, Told) {
    let room = RoomId(home.sessions.house.config().rooms[0].id.clone());
    let (tell, told) = mpsc::unbounded_channel();
    let lent = home.sessions.lend(room, Box::new(move |what| drop(tell.send(what))));
    (lent.unwrap(), told)
}

fn talk(caller: &Caller) {
    caller.port.input(SessionInput::PushToTalk { pressed: true }).unwrap();
    caller.port.input(SessionInput::PushToTalk { pressed: false }).unwrap();
    caller.hear(speech(960));
    caller.hear(silence(1_600));
}

/// Up to the end of what was said; how much of it came.
async fn heard(told: &mut Told) -> u64 {
    assert_eq!(told.recv().await, Some(ToBorrower::Begin));
    let mut ms = 0;
    loop {
        match told.recv().await {
            Some(ToBorrower::Audio(frame)) => ms += frame.duration_ms(),
            Some(ToBorrower::End) => return ms,
            other => panic!("{other:?}"),
        }
    }
}

fn tone(ms: u64) -> AudioFrame {
    let rate = SampleRate(22_050);
    AudioFrame::mono(vec![500; rate.samples(ms)], rate)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_answered_by_the_borrower() {
    let home = home(FakeStt::hearing("never heard"), answering("Never said."));
    let (lent, mut told) = lend(&home);
    let mut caller = call(&home, spec("kitchen")).unwrap();
    talk(&caller);
    assert!(heard(&mut told).await >= 960);
    lent.tell(FromBorrower::Transcript("lights on".into()));
    lent.tell(FromBorrower::Reply("They are on.".into()));
    lent.tell(FromBorrower::Audio(tone(1_000)));
    lent.tell(FromBorrower::AudioDone);
    let events = caller.turn().await;
    assert_eq!(outcome(&events), Outcome::Answered);
    assert!((980..=1_020).contains(&audio_ms(&events)), "{} ms", audio_ms(&events));
    let has = |wanted: &dyn Fn(&SessionEvent) -> bool| events.iter().any(wanted);
    assert!(has(
        &|e| matches!(e, SessionEvent::Transcript { text, .. } if text == "lights on")
    ));
    assert!(has(
        &|e| matches!(e, SessionEvent::ReplyFinished { text, .. } if text == "They are on.")
    ));
    assert!(home.tts.said().is_empty());
    assert_eq!(told.recv().await, Some(ToBorrower::Played));

    // What is typed is Rosie's, and so is everything when the room is given back.
    caller.port.input(SessionInput::Text("hello".into())).unwrap();
    assert_eq!(outcome(&caller.turn().await), Outcome::Answered);
    assert_eq!(home.tts.said(), ["Never said."]);
    drop(lent);
    talk(&caller);
    assert_eq!(outcome(&caller.turn().await), Outcome::Answered);
    assert_eq!(home.tts.said().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_borrower_that_fails_or_leaves_is_told_of_in_rosies_voice() {
    let home = home(FakeStt::hearing(""), answering(""));
    let (lent, mut told) = lend(&home);
    let mut caller = call(&home, spec("kitchen")).unwrap();
    talk(&caller);
    heard(&mut told).await;
    let code = ErrorCode::LlmUnavailable;
    let detail = "intent-failed".to_owned();
    lent.tell(FromBorrower::Failed { code, detail });
    assert_eq!(outcome(&caller.turn().await), Outcome::Failed);
    assert_eq!(told.recv().await, Some(ToBorrower::Cancel));
    talk(&caller);
    heard(&mut told).await;
    drop(lent);
    let events = caller.turn().await;
    let unavailable = |e: &SessionEvent| {
        matches!(
            e,
            SessionEvent::Failed {
                code: ErrorCode::HomeUnavailable,
                ..
            }
        )
    };
    assert!(events.iter().any(unavailable), "{events:?}");
    assert_eq!(home.tts.said().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sounds_are_announced_and_two_who_hear_the_same_are_one() {
    let home = home(FakeStt::hearing(""), answering(""));
    let (lent, mut told) = lend(&home);
    // Nobody is there: that is told, too.
    lent.tell(FromBorrower::Announce(tone(100)));
    assert_eq!(told.recv().await, Some(ToBorrower::Played));
    let mut caller = call(&home, spec("kitchen")).unwrap();
    lent.tell(FromBorrower::Announce(tone(2_500)));
    let events = caller.turn().await;
    assert!((2_480..=2_520).contains(&audio_ms(&events)), "{} ms", audio_ms(&events));
    assert_eq!(told.recv().await, Some(ToBorrower::Played));

    let mut other = call(&home, spec("shelf")).unwrap();
    talk(&caller);
    heard(&mut told).await;
    talk(&other);
    let events = other.turn().await;
    let busy = |e: &SessionEvent| {
        matches!(
            e,
            SessionEvent::Failed {
                code: ErrorCode::Busy,
                ..
            }
        )
    };
    assert!(
        events.iter().any(busy) && outcome(&events) == Outcome::Cancelled,
        "{events:?}"
    );
    lent.tell(FromBorrower::Transcript("once".into()));
    lent.tell(FromBorrower::Reply(String::new()));
    lent.tell(FromBorrower::AudioDone);
    assert_eq!(outcome(&caller.turn().await), Outcome::Answered);
}
