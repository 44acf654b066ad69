//! What is heard of a tone that lost packets on its way.

#![allow(clippy::unwrap_used)]

use super::*;
use opus::{Application, Encoder};
use proptest::prelude::*;
use std::{f64::consts::TAU, time::Duration};

const TONE_HZ: f64 = 440.0;

/// Packets of 20 ms of a tone, as a browser makes them.
fn tone(packets: usize) -> Vec<Packet> {
    let mut encoder = Encoder::new(CLOCK, Channels::Mono, Application::Voip).unwrap();
    encoder.set_inband_fec(true).unwrap();
    encoder.set_packet_loss_perc(10).unwrap();
    let sample = |n: usize| ((n as f64 * TAU * TONE_HZ / f64::from(CLOCK)).sin() * 12_000.0) as i16;
    (0..packets)
        .map(|p| {
            let frame: Vec<i16> = (p * 960..(p + 1) * 960).map(sample).collect();
            Packet {
                sequence: p as u16,
                timestamp: p as u32 * 960,
                payload: encoder.encode_vec(&frame, 1275).unwrap().into(),
            }
        })
        .collect()
}

/// How much of the loudness is the tone's (Goertzel), 0 to 1.
fn share_of_tone(samples: &[i16]) -> f64 {
    let (mut a, mut b, mut power) = (0.0, 0.0, 0.0);
    let step = TAU * TONE_HZ / f64::from(RATE.0);
    for (n, &sample) in samples.iter().enumerate() {
        let value = f64::from(sample);
        a += value * (n as f64 * step).cos();
        b += value * (n as f64 * step).sin();
        power += value * value;
    }
    2.0 * (a * a + b * b) / (samples.len() as f64 * power.max(1.0))
}

fn heard(packets: &[Packet], arrives: impl Fn(usize) -> bool) -> Vec<i16> {
    let start = Instant::now();
    let mut incoming = Incoming::new();
    let mut samples = Vec::new();
    for (n, packet) in packets.iter().enumerate() {
        let now = start + Duration::from_millis(20 * n as u64);
        if arrives(n) {
            incoming.push(packet.clone(), now);
        }
        samples.extend(incoming.take(now));
    }
    samples.extend(incoming.flush());
    samples
}

#[test]
fn a_tone_is_that_tone() {
    let samples = heard(&tone(50), |_| true);
    assert_eq!(samples.len(), RATE.samples(1000));
    let share = share_of_tone(&samples[RATE.samples(100)..]);
    assert!(share > 0.95, "{share}");
}

#[test]
fn losses_are_made_up_for() {
    let samples = heard(&tone(200), |n| n % 20 != 13);
    assert_eq!(samples.len(), RATE.samples(4000));
    let share = share_of_tone(&samples[RATE.samples(100)..]);
    assert!(share > 0.85, "{share}");
    // Where a packet was lost it is not silent.
    let lost = &samples[RATE.samples(13 * 20)..RATE.samples(14 * 20)];
    assert!(lost.iter().any(|sample| sample.unsigned_abs() > 4_000), "a hole");
}

#[test]
fn after_a_long_loss_it_is_silent_and_no_shorter() {
    let samples = heard(&tone(60), |n| !(20..40).contains(&n));
    assert!(samples.len() >= RATE.samples(1200), "{}", samples.len());
    let middle = &samples[RATE.samples(580)..RATE.samples(700)];
    assert!(middle.iter().all(|&sample| sample == 0), "it drones");
}

proptest! {
    #[test]
    fn any_bytes_are_heard_as_something(
        packets in proptest::collection::vec((0..40_u16, 0..40_u32, proptest::collection::vec(any::<u8>(), 0..200)), 0..40),
    ) {
        let start = Instant::now();
        let mut incoming = Incoming::new();
        for (n, (sequence, timestamp, payload)) in packets.into_iter().enumerate() {
            let now = start + Duration::from_millis(30 * n as u64);
            incoming.push(Packet { sequence, timestamp: timestamp * 960, payload: payload.into() }, now);
            prop_assert!(incoming.take(now).len() <= 60 * RATE.samples(1000));
        }
        incoming.flush();
    }
}
