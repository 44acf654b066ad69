//! What the front end's canceller takes away of the phrase, on what was recorded.

use super::{Finding, Reason, Stimulus, decibels, findings::up_to, power};
use crate::front::{FrontConfig, FrontEnd, Reference};
use rosie_core::SampleRate;
use std::{
    ops::Range,
    time::{Duration, Instant},
};

/// With the sign turned round: so much softer the echo is to be.
const SOFTER_DB: [f64; 2] = [-20.0, -10.0];
/// What is left is as good as gone when it is no more above the noise.
const GONE_DB: f64 = 6.0;
/// Before the phrase, and at its beginning, in which the canceller learns; seconds.
const BEFORE_S: f64 = 0.45;
const LEARNING_S: f64 = 1.5;
/// Noise is heard between so long and so short before the phrase, when the chirp has faded out.
const NOISE_S: [f64; 2] = [0.35, 0.1];
/// A phrase of which no more is left says nothing.
const LEAST_S: f64 = 0.5;
const PIECE_S: f64 = 0.02;
/// What lies in a loudspeaker's card.
const QUEUED_S: f64 = 0.2;

/// When what is played sounds.
#[derive(Clone, Copy)]
pub(super) struct Sounds {
    pub begins_s: f64,
    /// So many seconds of the recording a second of it lasts.
    pub ratio: f64,
}

impl Sounds {
    fn at(&self, stimulus: &Stimulus, sample: usize) -> f64 {
        self.begins_s + sample as f64 / f64::from(stimulus.rate) * self.ratio
    }
}

pub(super) struct Echo {
    pub finding: Finding,
    /// What was left, at 16 kHz, and from which second of the recording on.
    pub without: Vec<i16>,
    pub begins_s: f64,
}

/// `told`: when it sounds, as the cards say; `found`: when it was heard. `None`: the phrase is not in the recording, or too short.
pub(super) fn measure(heard: &[i16], rate: u32, stimulus: &Stimulus, told: Sounds, found: Sounds) -> Option<Echo> {
    let phrase = [stimulus.phrase.start, stimulus.phrase.end].map(|sample| found.at(stimulus, sample));
    let begins_s = phrase[0].min(told.at(stimulus, stimulus.phrase.start)) - BEFORE_S;
    let part = [begins_s, phrase[1] + QUEUED_S].map(|at| (at.max(0.0) * f64::from(rate)) as usize);
    let run = |cancel| through(heard, rate, part[0]..part[1].min(heard.len()), stimulus, told, cancel);
    let (with, without) = (run(false)?, run(true)?);
    let window = |from: f64, to: f64| {
        let [from, to] = [from, to].map(|at| ((at - begins_s).max(0.0) * f64::from(SampleRate::HEARING.0)) as usize);
        from.min(with.len())..to.min(with.len()).min(without.len())
    };
    let spoken = window(phrase[0] + LEARNING_S, phrase[1]);
    if (spoken.len() as f64) < LEAST_S * f64::from(SampleRate::HEARING.0) {
        return None;
    }
    let loud = |samples: &[i16], range: Range<usize>| decibels(power(&samples[range]));
    let (echo, left) = (loud(&with, spoken.clone()), loud(&without, spoken));
    let noise = loud(&with, window(phrase[0] - NOISE_S[0], phrase[0] - NOISE_S[1]));
    let reasons = [Reason::EchoGone, Reason::EchoLess, Reason::EchoStays];
    let reason = if left <= noise + GONE_DB {
        Reason::EchoGone
    } else {
        up_to(left - echo, SOFTER_DB, reasons)
    };
    Some(Echo {
        finding: Finding::new(reason, echo - left),
        without,
        begins_s,
    })
}

/// A part of the recording through the front end, as if it were heard now.
fn through(
    heard: &[i16],
    rate: u32,
    part: Range<usize>,
    stimulus: &Stimulus,
    sounds: Sounds,
    cancel_echo: bool,
) -> Option<Vec<i16>> {
    let config = FrontConfig {
        high_pass: true,
        cancel_echo,
        ..FrontConfig::NOTHING
    };
    let mut front = FrontEnd::new(config, rate).ok()?;
    let (reference, start) = (Reference::default(), Instant::now());
    reference.open(stimulus.rate);
    let seconds = |sample: usize| sample as f64 / f64::from(rate);
    let begins = seconds(part.start);
    let at = |now: f64| start + Duration::from_secs_f64((now - begins).max(0.0));
    let (mut written, mut ended, mut out) = (stimulus.phrase.start, part.start, Vec::new());
    for piece in heard.get(part)?.chunks((PIECE_S * f64::from(rate)) as usize) {
        ended += piece.len();
        let now = seconds(ended);
        while written < stimulus.phrase.end && sounds.at(stimulus, written) < now + QUEUED_S {
            let more = (PIECE_S * f64::from(stimulus.rate)) as usize;
            let next = (written + more).min(stimulus.phrase.end);
            let queued = Duration::from_secs_f64((sounds.at(stimulus, next) - now).max(0.0));
            reference.wrote(&stimulus.line()[written..next], Some(queued), at(now));
            written = next;
        }
        front.hear(piece, at(now), &reference, &mut out);
    }
    Some(out)
}
