//! A tone, how much of it there is in what was heard, and how to wait for it.

use crate::client::{PATIENCE, Server};
use rosie_core::{SampleRate, session::SessionInput};
use std::{f64::consts::TAU, time::Duration};

const TONE_HZ: f64 = 440.0;

/// `ms` of a tone in packets of 20 ms, as a browser encodes them.
pub fn packets_of_tone(ms: u32) -> Vec<Vec<u8>> {
    let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
    encoder.set_inband_fec(true).unwrap();
    encoder.set_packet_loss_perc(10).unwrap();
    let packets = tone(48_000, ms as usize);
    packets
        .chunks_exact(960)
        .map(|packet| encoder.encode_vec(packet, 1275).unwrap())
        .collect()
}

/// `ms` of a tone.
pub fn tone(rate: u32, ms: usize) -> Vec<i16> {
    let step = TAU * TONE_HZ / f64::from(rate);
    (0..SampleRate(rate).samples(ms as u64))
        .map(|n| ((n as f64 * step).sin() * 12_000.0) as i16)
        .collect()
}

/// How much of the loudness is the tone's (Goertzel), 0 to 1. Silence in between does not count; neither does its phase from one
/// packet to the next, which jumps where a machine with much to do was late.
pub fn share_of_tone(samples: &[i16], rate: u32) -> f64 {
    let step = TAU * TONE_HZ / f64::from(rate);
    let (mut tone, mut all) = (0.0, 0.0);
    for piece in samples.chunks_exact(rate as usize / 50) {
        let (mut a, mut b, mut power) = (0.0, 0.0, 0.0);
        for (n, &sample) in piece.iter().enumerate() {
            let value = f64::from(sample);
            a += value * (n as f64 * step).cos();
            b += value * (n as f64 * step).sin();
            power += value * value;
        }
        tone += 2.0 * (a * a + b * b) / piece.len() as f64;
        all += power;
    }
    tone / f64::max(all, 1.0)
}

/// The same without pauses of 20 ms and more: what was filled while nothing came, on a machine with much to do, is no sound.
pub fn without_pauses(samples: &[i16], rate: u32) -> Vec<i16> {
    let shortest = SampleRate(rate).samples(20);
    let mut kept = Vec::new();
    for run in samples.chunk_by(|a, b| (*a == 0) == (*b == 0)) {
        if run[0] != 0 || run.len() < shortest {
            kept.extend_from_slice(run);
        }
    }
    kept
}

/// What the session heard so far, 16 kHz.
pub fn heard(server: &Server) -> Vec<i16> {
    server.fake.seen(|seen| {
        let frames = seen.inputs.iter().filter_map(|input| match input {
            SessionInput::Audio(frame) => {
                assert_eq!((frame.rate, frame.channels), (SampleRate(16_000), 1));
                Some(frame.samples.clone())
            }
            _ => None,
        });
        frames.flatten().collect()
    })
}

/// Waits for something that comes sooner or later.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .unwrap_or_else(|_| panic!("{what}"));
}
