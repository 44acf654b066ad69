//! Three seconds of what is not speech, made the same each time; peak 1.
#![allow(dead_code)]

use std::f32::consts::TAU;

const LENGTH: usize = 48_000;
const RATE: f32 = 16_000.0;

struct Random(u32);

impl Random {
    /// In [-1, 1).
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }
}

/// Name and sound of each kind.
pub fn kinds() -> Vec<(&'static str, Vec<f32>)> {
    let kinds = vec![
        ("white noise", white()),
        ("pink noise", pink()),
        ("mains hum", hum()),
        ("clicks", clicks()),
        ("keyboard", keyboard()),
        ("music", music()),
        ("beeps", beeps()),
        ("breath", breath()),
    ];
    kinds
        .into_iter()
        .map(|(name, sound)| (name, full_scale(sound)))
        .collect()
}

fn full_scale(sound: Vec<f32>) -> Vec<f32> {
    let peak = sound.iter().fold(1e-9f32, |peak, s| peak.max(s.abs()));
    sound.into_iter().map(|s| s / peak).collect()
}

fn white() -> Vec<f32> {
    let mut random = Random(1);
    (0..LENGTH).map(|_| random.next()).collect()
}

/// Paul Kellet's filter.
fn pink() -> Vec<f32> {
    let (mut random, mut b) = (Random(2), [0.0f32; 3]);
    (0..LENGTH)
        .map(|_| {
            let w = random.next();
            b[0] = 0.997_65 * b[0] + w * 0.099_046;
            b[1] = 0.963_00 * b[1] + w * 0.296_516_4;
            b[2] = 0.570_00 * b[2] + w * 1.052_691_3;
            b.iter().sum::<f32>() + w * 0.184_8
        })
        .collect()
}

fn hum() -> Vec<f32> {
    (0..LENGTH)
        .map(|i| {
            (1..8)
                .map(|h| (TAU * 50.0 * h as f32 * i as f32 / RATE).sin() / h as f32)
                .sum()
        })
        .collect()
}

fn clicks() -> Vec<f32> {
    (0..LENGTH)
        .map(|i| {
            if i % 4_100 < 20 {
                (-((i % 4_100) as f32) / 5.0).exp()
            } else {
                0.0
            }
        })
        .collect()
}

fn keyboard() -> Vec<f32> {
    let (mut random, mut sound, mut at) = (Random(3), vec![0.0f32; LENGTH], 2_000);
    while at + 400 < LENGTH {
        let loud = 0.6 + 0.4 * random.next();
        for i in 0..400 {
            sound[at + i] += random.next() * loud * (-(i as f32) / 60.0).exp();
        }
        at += 1_400 + (1_500.0 * (random.next() + 1.0)) as usize;
    }
    sound
}

/// A round of chords with a drum.
fn music() -> Vec<f32> {
    const CHORDS: [[f32; 3]; 4] = [
        [220.0, 277.2, 329.6],
        [196.0, 246.9, 293.7],
        [174.6, 220.0, 261.6],
        [196.0, 246.9, 293.7],
    ];
    let mut random = Random(4);
    (0..LENGTH)
        .map(|i| {
            let (beat, t) = (i / 6_000, (i % 6_000) as f32);
            let chord: f32 = CHORDS[beat % 4]
                .iter()
                .flat_map(|f| (1..6).map(move |h| (TAU * f * h as f32 * t / RATE).sin() / h as f32))
                .sum();
            chord * (-t / 4_000.0).exp() + random.next() * (-t / 150.0).exp()
        })
        .collect()
}

fn beeps() -> Vec<f32> {
    (0..LENGTH)
        .map(|i| {
            if i / 4_000 % 2 == 0 {
                (TAU * 880.0 * i as f32 / RATE).sin()
            } else {
                0.0
            }
        })
        .collect()
}

fn breath() -> Vec<f32> {
    let mut random = Random(5);
    (0..LENGTH)
        .map(|i| random.next() * (TAU * 0.4 * i as f32 / RATE).sin().max(0.0).powi(2))
        .collect()
}
