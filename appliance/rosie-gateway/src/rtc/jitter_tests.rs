//! The time line under losses, disorder, pauses and nonsense, in a time that the tests make.

#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

/// An Opus packet of 20 ms (RFC 6716, section 3.1: SILK, narrow band, one frame) with a number in it.
fn packet(n: u32) -> Packet {
    Packet {
        sequence: n as u16,
        timestamp: n.wrapping_mul(PIECE),
        payload: Bytes::from(vec![0x08, n as u8, (n >> 8) as u8]),
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn ticks(pieces: &[Piece]) -> u32 {
    let of = |piece: &Piece| match piece {
        Piece::Packet(_) => PIECE,
        Piece::Lost { ticks, .. } | Piece::Silence { ticks } => *ticks,
    };
    pieces.iter().map(of).sum()
}

#[test]
fn what_comes_in_order_goes_on_at_once_over_the_end_of_the_numbers() {
    let start = Instant::now();
    let mut jitter = Jitter::default();
    for n in 65_530..65_550_u32 {
        let now = start + ms(20 * u64::from(n - 65_530));
        jitter.push(packet(n), now);
        assert_eq!(jitter.take(now), [Piece::Packet(packet(n).payload)]);
    }
}

#[test]
fn one_that_was_overtaken_is_waited_for_and_one_that_was_lost_is_named() {
    let start = Instant::now();
    let mut jitter = Jitter::default();
    jitter.push(packet(0), start);
    jitter.take(start);
    jitter.push(packet(2), start + ms(40));
    assert_eq!(jitter.take(start + ms(40)), []);
    jitter.push(packet(1), start + ms(50));
    assert_eq!(
        jitter.take(start + ms(50)),
        [1, 2].map(|n| Piece::Packet(packet(n).payload))
    );

    jitter.push(packet(5), start + ms(100));
    assert_eq!(jitter.take(start + ms(150)), []);
    assert_eq!(jitter.next(start + ms(150)), Some(start + ms(160)));
    let lost = Piece::Lost {
        ticks: 2 * PIECE,
        next: packet(5).payload,
    };
    assert_eq!(jitter.take(start + ms(160)), [lost, Piece::Packet(packet(5).payload)]);
    jitter.push(packet(4), start + ms(165));
    assert_eq!(jitter.take(start + ms(165)), [], "too late");
}

#[test]
fn a_pause_is_as_long_as_its_timestamps_say_however_it_was_filled() {
    let start = Instant::now();
    let mut jitter = Jitter::default();
    jitter.push(packet(0), start);
    let mut heard = jitter.take(start);
    // 400 ms of silence, looked at every 20 ms: it is filled as it goes on, and what is left of it comes with the next packet.
    for at in (20..400).step_by(20) {
        heard.extend(jitter.take(start + ms(at)));
    }
    assert!(ticks(&heard) >= 17 * PIECE, "silence must not wait for the next packet");
    let mut next = packet(1);
    next.timestamp = 20 * PIECE;
    jitter.push(next, start + ms(400));
    heard.extend(jitter.take(start + ms(400)));
    assert_eq!(ticks(&heard), 21 * PIECE);
}

#[test]
fn a_stall_of_the_network_is_taken_back_in_the_next_pause() {
    let start = Instant::now();
    let mut jitter = Jitter::default();
    jitter.push(packet(0), start);
    let mut heard = jitter.take(start);
    heard.extend(jitter.take(start + ms(300)));
    for n in 1..15 {
        jitter.push(packet(n), start + ms(300));
    }
    heard.extend(jitter.take(start + ms(300)));
    let mut next = packet(15);
    next.timestamp = 40 * PIECE;
    jitter.push(next, start + ms(310));
    heard.extend(jitter.take(start + ms(310)));
    assert_eq!(ticks(&heard), 41 * PIECE);
}

#[test]
fn when_nothing_comes_any_more_it_ends_and_begins_anew() {
    let start = Instant::now();
    let mut jitter = Jitter::default();
    jitter.push(packet(0), start);
    jitter.take(start);
    let filled: u32 = (1..200).map(|n| ticks(&jitter.take(start + ms(20 * n)))).sum();
    assert!(filled <= LONGEST, "{filled}");
    assert_eq!(jitter.next(start + ms(4000)), None);
    jitter.push(packet(9_000), start + ms(5000));
    assert_eq!(jitter.take(start + ms(5000)), [Piece::Packet(packet(9_000).payload)]);
}

#[test]
fn a_sender_that_counts_anew_is_followed() {
    let start = Instant::now();
    let mut jitter = Jitter::default();
    for n in 500..520 {
        jitter.push(packet(n), start);
    }
    jitter.take(start);
    let heard: usize = (0..100)
        .map(|n| {
            jitter.push(packet(n), start);
            jitter.take(start).len()
        })
        .sum();
    assert!(heard > 40, "{heard}");
}

proptest! {
    /// With 5 % and more of loss and with disorder within the wait, the time line is as long as what was sent.
    #[test]
    fn losses_and_disorder_cost_no_time(
        fates in proptest::collection::vec((prop::bool::weighted(0.9), 0..50_u64), 50..300),
    ) {
        let start = Instant::now();
        let mut arrivals: Vec<(u64, u32)> = fates
            .iter()
            .zip(0_u32..)
            .filter(|((arrives, _), n)| *arrives || *n == 0)
            .map(|((_, delay), n)| (20 * u64::from(n) + if n == 0 { 0 } else { *delay }, n))
            .collect();
        arrivals.sort_unstable();
        let last = arrivals.iter().map(|(_, n)| *n).max().unwrap();
        let mut jitter = Jitter::default();
        let mut heard = Vec::new();
        for (at, n) in arrivals {
            // As in life: looked at whenever it says so, and at each packet.
            let now = start + ms(at);
            jitter.push(packet(n), now);
            heard.extend(jitter.take(now));
        }
        heard.extend(jitter.flush());
        prop_assert_eq!(ticks(&heard), (last + 1) * PIECE);
        let numbers: Vec<u8> = heard.iter().filter_map(|piece| match piece {
            Piece::Packet(payload) => Some(payload[1]),
            _ => None,
        }).collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) < 100), "in order");
    }

    #[test]
    fn whatever_comes_little_is_made_of_it(
        packets in proptest::collection::vec(
            (any::<u16>(), any::<u32>(), proptest::collection::vec(any::<u8>(), 0..20), 0..300_u64), 0..100),
    ) {
        let mut now = Instant::now();
        let mut jitter = Jitter::default();
        for (sequence, timestamp, payload, later) in packets {
            now += ms(later);
            jitter.push(Packet { sequence, timestamp, payload: payload.into() }, now);
            let pieces = jitter.take(now);
            let filled: u32 = pieces.iter().filter(|piece| !matches!(piece, Piece::Packet(_))).map(|piece| ticks(std::slice::from_ref(piece))).sum();
            prop_assert!(filled <= (MOST as u32 + 2) * LONGEST);
            prop_assert!(jitter.held.len() <= MOST + 1);
            let _ = jitter.next(now);
        }
    }
}
