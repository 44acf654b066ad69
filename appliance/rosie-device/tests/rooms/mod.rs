//! Rooms, voices and sound cards out of numbers: what a microphone hears where a loudspeaker and a person speak. The same every time.

pub mod scene;
mod voice;

pub use scene::Scene;
pub use voice::{Random, voice};

pub const HEARING: f64 = 16_000.0;

/// What a microphone 0.3 to 2 m from a source hears of a click, at 16 kHz: mirrored images of the source in the walls of a room of
/// 5 × 4 × 2.6 m (Allen and Berkley, 1979), to where 0.25 s later 60 dB are gone.
pub fn room(source: [f64; 3], microphone: [f64; 3]) -> Vec<f32> {
    const WALLS: [f64; 3] = [5.0, 4.0, 2.6];
    const REFLECTED: f64 = 0.76;
    const SOUND: f64 = 343.0;
    let mut response = vec![0.0f32; (0.25 * HEARING) as usize];
    // An even image is moved by so many rooms, an odd one is mirrored in the wall besides.
    let images = |axis: usize| {
        (-18i32..=18).map(move |nth| {
            let (rooms, wall) = (f64::from(nth.div_euclid(2)) * 2.0 * WALLS[axis], source[axis]);
            let place = if nth % 2 == 0 {
                rooms + wall
            } else {
                rooms + 2.0 * WALLS[axis] - wall
            };
            (place, nth.abs())
        })
    };
    for (x, a) in images(0) {
        for (y, b) in images(1) {
            for (z, c) in images(2) {
                let [dx, dy, dz] = [x - microphone[0], y - microphone[1], z - microphone[2]];
                let far = (dx * dx + dy * dy + dz * dz).sqrt().max(0.05);
                let at = (far / SOUND * HEARING).round() as usize;
                if let Some(place) = response.get_mut(at) {
                    *place += (REFLECTED.powi(a + b + c) / far) as f32;
                }
            }
        }
    }
    response
}

pub fn power(samples: &[f32]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len().max(1) as f64
}

pub fn decibels(ratio: f64) -> f64 {
    10.0 * ratio.max(1e-12).log10()
}

/// How much of `out` is `wanted`, however loud (scale-invariant, in dB), when it is up to 50 ms later.
pub fn si_sdr(wanted: &[f32], out: &[f32]) -> f64 {
    let shifted = |lag: usize| {
        out[lag..]
            .iter()
            .zip(wanted)
            .map(|(a, b)| (f64::from(*a), f64::from(*b)))
    };
    let product = |lag: usize| shifted(lag).map(|(a, b)| a * b).sum::<f64>();
    let lag = (0..800)
        .max_by(|a, b| product(*a).total_cmp(&product(*b)))
        .unwrap_or_default();
    let gain = product(lag) / shifted(lag).map(|(_, b)| b * b).sum::<f64>();
    let (mut kept, mut other) = (0.0, 0.0);
    for (a, b) in shifted(lag) {
        kept += (gain * b).powi(2);
        other += (a - gain * b).powi(2);
    }
    decibels(kept / other)
}
