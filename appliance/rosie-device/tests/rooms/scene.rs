//! A loudspeaker's card and a microphone's with clocks of their own, and a room between them.

use super::{HEARING, Random, decibels, power, room};
use rosie_device::front::{FrontConfig, FrontEnd, Reference};
use std::time::{Duration, Instant};

/// Of the loudspeaker's card.
const SPEAKER: f64 = 22_050.0;
/// What no card tells of: converters and the driver of a bus.
const HIDDEN_S: f64 = 0.007;
/// In the loudspeaker's card.
const QUEUED_S: f64 = 0.2;
const PERIOD: usize = 320;

pub struct Scene {
    /// What Rosie says at 22,050 Hz, each with the second in which it begins.
    pub replies: Vec<(f64, Vec<f32>)>,
    /// What a person says all the while, at 16 kHz; empty: nobody is there.
    pub person: Vec<f32>,
    /// How loud the echo is beside 0.1 (RMS), and the person.
    pub echo_db: f64,
    pub person_db: f64,
    /// How much faster the loudspeaker's clock is.
    pub drift: f64,
    /// From this second on the loudspeaker sounds so much later, and no card tells.
    pub jump: Option<(f64, f64)>,
    /// Background noise beside 0.1 (RMS).
    pub noise_db: f64,
    pub seconds: f64,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            replies: Vec::new(),
            person: Vec::new(),
            echo_db: 0.0,
            person_db: 0.0,
            drift: 0.0,
            jump: None,
            noise_db: -40.0,
            seconds: 20.0,
        }
    }
}

/// 16 kHz.
pub struct Heard {
    /// What the microphone gave.
    pub microphone: Vec<f32>,
    pub out: Vec<f32>,
    /// Of the processor, for 10 ms.
    pub micros: f64,
}

impl Heard {
    /// How much quieter it was made in these seconds.
    pub fn quieter_db(&self, from: f64, to: f64) -> f64 {
        let part = |samples: &[f32]| power(&samples[(from * HEARING) as usize..(to * HEARING) as usize]);
        decibels(part(&self.microphone) / part(&self.out))
    }
}

impl Scene {
    pub fn hear(&self, config: FrontConfig) -> Heard {
        let count = (self.seconds * HEARING) as usize;
        let echo = scaled(self.echo(count), self.echo_db);
        let mut person = self.person.clone();
        person.resize(count, 0.0);
        let person = scaled(
            through(&room([3.5, 2.5, 1.5], [2.0, 1.5, 1.0]), &person),
            self.person_db,
        );
        let mut random = Random(77);
        let noise = 0.1 * 10f64.powf(self.noise_db / 20.0) * 3f64.sqrt();
        let microphone: Vec<f32> = echo
            .iter()
            .zip(&person)
            .map(|(echo, person)| (echo + person + random.between(-noise, noise) as f32).clamp(-1.0, 1.0))
            .collect();
        let (out, micros) = self.process(config, &microphone);
        Heard {
            microphone,
            out,
            micros,
        }
    }

    /// The second in which the loudspeaker's sample `number` of a reply that began at `begins` sounds.
    fn sounds_at(&self, begins: f64, number: f64) -> f64 {
        begins + number / (SPEAKER * (1.0 + self.drift))
    }

    fn echo(&self, count: usize) -> Vec<f32> {
        let mut sounded = vec![0.0; count];
        for (begins, samples) in &self.replies {
            for (at, place) in sounded.iter_mut().enumerate() {
                let now = at as f64 / HEARING;
                if now < *begins {
                    continue;
                }
                let late = self.jump.filter(|(from, _)| now >= *from).map_or(0.0, |(_, by)| by);
                *place += between(samples, (now - HIDDEN_S - late - begins) * SPEAKER * (1.0 + self.drift));
            }
        }
        through(&room([2.2, 1.6, 1.0], [2.0, 1.5, 1.0]), &sounded)
    }

    /// As the two threads do it, with times that are wrong by up to half a millisecond.
    fn process(&self, config: FrontConfig, microphone: &[f32]) -> (Vec<f32>, f64) {
        let (reference, start) = (Reference::default(), Instant::now());
        reference.open(SPEAKER as u32);
        let mut front = FrontEnd::new(config, HEARING as u32).expect("16 kHz");
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds.max(0.0));
        let (mut random, mut out, mut used) = (Random(99), Vec::new(), Duration::ZERO);
        let mut written = vec![0usize; self.replies.len()];
        for (number, period) in microphone.chunks_exact(PERIOD).enumerate() {
            let now = (number + 1) as f64 * PERIOD as f64 / HEARING;
            for ((begins, samples), written) in self.replies.iter().zip(&mut written) {
                if now >= *begins {
                    self.play((*begins, samples), written, now, |samples, queued| {
                        let queued =
                            queued.map(|queued| Duration::from_secs_f64(queued + random.between(-0.0005, 0.0005)));
                        match queued {
                            Some(queued) => reference.wrote(samples, Some(queued), at(now)),
                            None => reference.cut(at(now)),
                        }
                    });
                }
            }
            let period: Vec<i16> = period.iter().map(|sample| (sample * 32_767.0) as i16).collect();
            let began = processor_time();
            front.hear(&period, at(now + random.between(-0.0005, 0.0005)), &reference, &mut out);
            used += processor_time() - began;
        }
        let mut out: Vec<f32> = out.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
        let micros = used.as_secs_f64() * 1e6 / (out.len() as f64 / HEARING * 100.0);
        out.resize(microphone.len(), 0.0);
        (out, micros)
    }

    /// Fills the card of a reply; tells what was written and when it will have sounded, and the end.
    fn play(&self, reply: (f64, &[f32]), written: &mut usize, now: f64, mut tell: impl FnMut(&[i16], Option<f64>)) {
        let (begins, samples) = reply;
        if *written > samples.len() {
            return;
        }
        while *written < samples.len() && self.sounds_at(begins, *written as f64) < now + QUEUED_S {
            let end = (*written + 441).min(samples.len());
            let piece: Vec<i16> = samples[*written..end]
                .iter()
                .map(|sample| (sample * 32_767.0) as i16)
                .collect();
            *written = end;
            tell(&piece, Some((self.sounds_at(begins, end as f64) - now).max(0.001)));
        }
        if *written == samples.len() && self.sounds_at(begins, *written as f64) <= now {
            *written += 1;
            tell(&[], None);
        }
    }
}

/// Of this thread.
fn processor_time() -> Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

/// As loud as 0.1 and so many decibels where there is anything.
fn scaled(mut samples: Vec<f32>, db: f64) -> Vec<f32> {
    let loud: Vec<f32> = samples.iter().copied().filter(|sample| sample.abs() > 1e-4).collect();
    if !loud.is_empty() {
        let gain = (0.1 * 10f64.powf(db / 20.0) / power(&loud).sqrt()) as f32;
        samples.iter_mut().for_each(|sample| *sample *= gain);
    }
    samples
}

/// Mirrored images all add up at the lowest frequencies, which no loudspeaker and no voice has: taken away as Allen and Berkley do.
fn through(response: &[f32], samples: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0f32; samples.len()];
    if samples.iter().all(|sample| *sample == 0.0) {
        return out;
    }
    for (delay, gain) in response.iter().enumerate().filter(|(_, gain)| **gain != 0.0) {
        let later = out.iter_mut().skip(delay);
        later.zip(samples).for_each(|(place, sample)| *place += gain * sample);
    }
    let turn = std::f64::consts::TAU * 100.0 / HEARING;
    let r = (-turn).exp();
    let mut before = [0.0f64; 2];
    for sample in &mut out {
        let new = f64::from(*sample) + 2.0 * r * turn.cos() * before[0] - r * r * before[1];
        *sample = (new - (1.0 + r) * before[0] + r * before[1]) as f32;
        before = [new, before[0]];
    }
    out
}

/// The signal at a place between two samples, without what is above 7 kHz.
pub fn between(samples: &[f32], place: f64) -> f32 {
    const HALF: i64 = 12;
    const CUT: f64 = 7_000.0 / (SPEAKER / 2.0);
    let middle = place.floor() as i64;
    let mut sum = 0.0;
    for at in middle - HALF + 1..=middle + HALF {
        let Some(sample) = usize::try_from(at).ok().and_then(|at| samples.get(at)) else {
            continue;
        };
        let away = place - at as f64;
        let turn = std::f64::consts::PI * away * CUT;
        let sinc = if turn.abs() < 1e-9 { 1.0 } else { turn.sin() / turn };
        let window = 0.5 + 0.5 * (std::f64::consts::PI * away / HALF as f64).cos();
        sum += f64::from(*sample) * sinc * window * CUT;
    }
    sum as f32
}
