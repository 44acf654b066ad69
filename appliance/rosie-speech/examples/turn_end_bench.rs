//! Pauses in the middle of what people say: how often a turn is ended there, and how long its true end is waited for, by silence alone
//! and with Smart Turn. For `make bench`: `turn_end_bench RUNTIME SILERO SMART-TURN WAV…` (16 kHz, one channel) prints figures, one a
//! line, its name and a tab before it.
//!
//! Where somebody pauses between words, for a fifth of a second, the pause is drawn out to 0.8 s: as whoever thinks.
#![allow(clippy::unwrap_used)]

use rosie_core::{
    Millis,
    endpointer::{Endpointer, EndpointerConfig, EndpointerEvent},
};
use rosie_speech::{
    runtime::Runtime,
    turn_end::Model,
    vad::{FRAME, Silero, SileroState},
};
use std::{path::Path, time::Instant};

const FRAME_MS: u64 = 32;
const JUDGE_MS: u64 = 192;
/// A judgement is told so long after it was asked for.
const TOLD_AFTER_MS: u64 = 128;
/// So many quiet frames are a pause between words; fewer are a consonant.
const QUIET: usize = 6;
const PAUSE_FRAMES: usize = 25;

#[derive(Default)]
struct Figures {
    utterances: u32,
    pauses: u32,
    /// Ended in a pause, and how long after the last word the others were.
    cut: u32,
    waited: Vec<u64>,
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [runtime, silero, smart_turn, recordings @ ..] = &given[..] else {
        panic!("RUNTIME SILERO SMART-TURN WAV…");
    };
    let runtime = Runtime::get(Path::new(runtime)).unwrap();
    let mut vad = Silero::load(runtime, Path::new(silero)).unwrap();
    let mut model = Model::load(runtime, Path::new(smart_turn)).unwrap();
    let [mut silence, mut judged] = [Figures::default(), Figures::default()];
    let (mut asked, mut took) = (0u32, 0.0);
    for recording in recordings {
        let plain = read(recording);
        let (thinking, pauses) = drawn_out(&plain, &speech(&mut vad, &plain));
        for (audio, pauses) in [(plain, 0), (thinking, pauses)] {
            let probabilities = speech(&mut vad, &audio);
            listen(&probabilities, pauses, &mut silence, |_| None);
            listen(&probabilities, pauses, &mut judged, |at| {
                let began = Instant::now();
                let finished = model.finished(&audio[..(at.0 as usize * 16).min(audio.len())]).unwrap();
                (asked, took) = (asked + 1, took + began.elapsed().as_secs_f64());
                Some(finished)
            });
        }
    }
    for (name, mut figures) in [("silence", silence), ("judged", judged)] {
        figures.waited.sort_unstable();
        let waited = |percent: usize| {
            figures
                .waited
                .get(figures.waited.len() * percent / 100)
                .copied()
                .unwrap_or_default()
        };
        println!("{name} pauses\t{}", figures.pauses);
        println!("{name} utterances\t{}", figures.utterances);
        println!("{name} cut off\t{}", figures.cut);
        println!("{name} wait ms p50\t{}", waited(50));
        println!("{name} wait ms p90\t{}", waited(90));
    }
    println!("judging ms\t{:.0}", took * 1000.0 / f64::from(asked.max(1)));
}

fn read(path: &str) -> Vec<f32> {
    let mut reader = hound::WavReader::open(path).unwrap();
    let mut samples: Vec<f32> = reader
        .samples::<i16>()
        .map(|sample| f32::from(sample.unwrap()) / 32_768.0)
        .collect();
    // The microphone goes on after the last word.
    samples.extend(std::iter::repeat_n(0.0, 32_000));
    samples
}

fn speech(vad: &mut Silero, audio: &[f32]) -> Vec<f32> {
    let mut state = SileroState::default();
    audio
        .chunks_exact(FRAME)
        .map(|frame| vad.probability(&mut state, frame).unwrap())
        .collect()
}

fn last_word(probabilities: &[f32]) -> usize {
    probabilities
        .iter()
        .rposition(|speech| *speech >= 0.5)
        .unwrap_or_default()
        + 1
}

/// The recording with its pauses between words drawn out, and how many there were.
fn drawn_out(audio: &[f32], probabilities: &[f32]) -> (Vec<f32>, u32) {
    let (mut out, mut pauses, mut quiet, mut spoken) = (Vec::new(), 0, 0, 0);
    let end = last_word(probabilities);
    for (number, frame) in audio.chunks(FRAME).enumerate() {
        out.extend_from_slice(frame);
        let speaks = probabilities.get(number).is_some_and(|speech| *speech >= 0.35);
        (quiet, spoken) = if speaks { (0, spoken + 1) } else { (quiet + 1, spoken) };
        if quiet == QUIET && spoken >= 15 && number + 10 < end {
            pauses += 1;
            spoken = 0;
            (0..PAUSE_FRAMES - QUIET).for_each(|_| out.extend_from_slice(frame));
        }
    }
    (out, pauses)
}

/// Listens to one utterance; `judge` is asked how surely it is finished at a time.
fn listen(probabilities: &[f32], pauses: u32, figures: &mut Figures, mut judge: impl FnMut(Millis) -> Option<f32>) {
    let config = EndpointerConfig {
        judge_ms: JUDGE_MS,
        ..EndpointerConfig::default()
    };
    let mut endpointer = Endpointer::new(config, Millis(0));
    let mut told: Option<(Millis, f32)> = None;
    let end = last_word(probabilities) as u64 * FRAME_MS;
    (figures.utterances, figures.pauses) = (figures.utterances + 1, figures.pauses + pauses);
    for (number, probability) in probabilities.iter().enumerate() {
        let at = Millis((number as u64 + 1) * FRAME_MS);
        match endpointer.push(*probability, at, FRAME_MS) {
            Some(EndpointerEvent::PauseLasts) => told = judge(at).map(|finished| (at + TOLD_AFTER_MS, finished)),
            Some(EndpointerEvent::SpeechResumed) => told = None,
            Some(EndpointerEvent::EndOfSpeech { .. }) if at.0 < end => return figures.cut += 1,
            Some(EndpointerEvent::EndOfSpeech { .. }) => return figures.waited.push(at.0 - end),
            _ => {}
        }
        if let Some((_, finished)) = told.take_if(|(when, _)| *when <= at) {
            endpointer.set_finished(finished);
        }
    }
}
