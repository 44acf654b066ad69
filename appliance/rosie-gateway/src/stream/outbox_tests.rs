//! The outbox: order, bounds, and what is thrown away first.

use super::*;

const RATE: SampleRate = SampleRate(24_000);

fn second(turn: u64) -> Sound {
    Sound::Samples {
        turn,
        rate: RATE,
        samples: vec![0; 24_000],
    }
}

fn outbox() -> Outbox {
    Outbox::new(&Limits::default())
}

#[test]
fn control_overtakes_audio_and_stopping_takes_it_away() {
    let outbox = outbox();
    outbox.samples(1, RATE, vec![1; 24_000]);
    outbox.samples(2, RATE, vec![2; 2_400]);
    outbox.control(ServerMessage::Pong { id: 7 });
    assert_eq!(outbox.take(true), Some(Next::Control(ServerMessage::Pong { id: 7 })));
    assert_eq!(
        outbox.take(true),
        Some(Next::Sound(Sound::Samples {
            turn: 1,
            rate: RATE,
            samples: vec![1; 2_400]
        }))
    );
    outbox.silence(1);
    assert_eq!(
        outbox.take(true),
        Some(Next::Sound(Sound::Samples {
            turn: 2,
            rate: RATE,
            samples: vec![2; 2_400]
        }))
    );
    assert_eq!(outbox.take(true), None);
    let lanes = outbox.lanes();
    assert_eq!((lanes.audio_ms, lanes.audio_bytes), (0, 0));
}

#[test]
fn a_long_queue_that_empties_is_no_fault() {
    let outbox = outbox();
    let start = Instant::now();
    for _ in 0..60 {
        outbox.sound_at(second(1), start);
    }
    for s in 1..30 {
        outbox.take(true);
        outbox.take(true);
        outbox.sound_at(second(1), start + Duration::from_secs(s));
    }
    assert!(outbox.lanes().slow.is_none());
}

#[test]
fn one_that_does_not_empty_is() {
    let outbox = outbox();
    let start = Instant::now();
    for _ in 0..31 {
        outbox.sound_at(second(1), start);
    }
    outbox.sound_at(second(1), start + WATCH - Duration::from_millis(1));
    assert!(outbox.lanes().slow.is_none());
    outbox.sound_at(second(1), start + WATCH);
    assert!(matches!(outbox.take(true), Some(Next::Slow(error)) if error.refusal == Refusal::SlowConsumer));
}

#[test]
fn memory_is_bounded_whatever_the_speed() {
    let outbox = outbox();
    for _ in 0..10_000 {
        outbox.sound(second(1));
        outbox.control(ServerMessage::Pong { id: 1 });
    }
    assert!(outbox.lanes().audio_bytes <= Limits::default().queued_bytes + 48_000);
    let outbox = self::outbox();
    for _ in 0..10_000 {
        outbox.control(ServerMessage::Pong { id: 1 });
    }
    assert_eq!(outbox.lanes().control.len(), Limits::default().queued_messages);
    assert!(matches!(outbox.take(true), Some(Next::Slow(_))));
}

#[test]
fn a_reply_that_is_paced_may_wait_longer_but_not_without_end() {
    let outbox = outbox();
    let start = Instant::now();
    outbox.pace(true);
    for s in 0..400 {
        outbox.sound_at(second(1), start + Duration::from_secs(s));
    }
    assert_eq!(outbox.take(false), None, "nobody wants audio");
    assert!(outbox.lanes().slow.is_none());
    for _ in 0..400 {
        outbox.sound_at(second(1), start);
    }
    assert!(matches!(outbox.take(false), Some(Next::Slow(_))));
}
