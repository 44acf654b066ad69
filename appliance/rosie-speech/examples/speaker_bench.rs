//! How surely people are told apart: `speaker_bench RUNTIME MODEL FOLDER…`, a folder a person, with their recordings (WAV, 16 kHz, one
//! channel). Of each person three of the longer ones are learnt, ten times; every other recording of everybody is held against that. Prints,
//! for each likeness and length of speech, how many of that person's were missed and how many of others' were taken for theirs, and
//! what a recording took. This made the table of docs/decisions/0086-who-speaks.md.
#![allow(clippy::unwrap_used)]

use rosie_core::speakers::{VoiceHeard, VoicePrint};
use rosie_speech::{runtime::Runtime, speaker::Model};
use std::{path::Path, time::Instant};

/// Lengths of speech, milliseconds.
const LENGTHS: [u64; 6] = [0, 900, 1_200, 1_600, 2_500, u64::MAX];
const LIKENESSES: [f32; 8] = [0.66, 0.68, 0.70, 0.72, 0.74, 0.76, 0.78, 0.80];
const DRAWS: usize = 10;
/// Sentences that are learnt are longer than this, milliseconds.
const LEARNT: u64 = 1_500;

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [runtime, model, folders @ ..] = &given[..] else {
        panic!("RUNTIME MODEL FOLDER…");
    };
    let runtime = Runtime::get(Path::new(runtime)).unwrap();
    let mut model = Model::load(runtime, Path::new(model)).unwrap();
    let (mut took, mut seconds, mut longest) = (0.0, 0.0, 0.0f64);
    let mut people: Vec<Vec<VoiceHeard>> = Vec::new();
    for folder in folders {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        let mut heard = Vec::new();
        for file in files {
            let mut wav = hound::WavReader::open(&file).unwrap();
            assert_eq!(
                (wav.spec().sample_rate, wav.spec().channels),
                (16_000, 1),
                "{}",
                file.display()
            );
            let audio: Vec<f32> = wav.samples::<i16>().map(|s| f32::from(s.unwrap()) / 32_768.0).collect();
            let began = Instant::now();
            heard.extend(model.heard(&audio).unwrap());
            let ms = began.elapsed().as_secs_f64() * 1_000.0;
            (took, seconds, longest) = (took + ms, seconds + audio.len() as f64 / 16_000.0, longest.max(ms));
        }
        eprintln!("{folder}: {} recordings", heard.len());
        people.push(heard);
    }
    println!(
        "{:.1} ms a second of sound, {longest:.0} ms the longest",
        took / seconds
    );
    let (same, other) = compared(&people);
    for likeness in LIKENESSES {
        let cells = LENGTHS.windows(2).map(|lengths| {
            let percent = |all: &[(f32, u64)], wrong: fn(f32, f32) -> bool| {
                let those = all.iter().filter(|(_, ms)| (lengths[0]..lengths[1]).contains(ms));
                let (mut count, mut bad) = (0u32, 0u32);
                those.for_each(|(found, _)| (count, bad) = (count + 1, bad + u32::from(wrong(*found, likeness))));
                (100.0 * f64::from(bad) / f64::from(count.max(1)), count)
            };
            let (missed, own) = percent(&same, |found, wanted| found < wanted);
            let (taken, others) = percent(&other, |found, wanted| found >= wanted);
            format!("{missed:.1} % of {own}, {taken:.2} % of {others}")
        });
        println!("{likeness:.2} | {}", cells.collect::<Vec<_>>().join(" | "));
    }
}

/// How alike, and the milliseconds of speech.
type Comparison = (f32, u64);

/// Likeness and length of speech of each recording held against a person that was learnt: the person's own, and others'.
fn compared(people: &[Vec<VoiceHeard>]) -> (Vec<Comparison>, Vec<Comparison>) {
    let (mut same, mut other) = (Vec::new(), Vec::new());
    let mut state = 7u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for (person, heard) in people.iter().enumerate() {
        let long: Vec<usize> = (0..heard.len()).filter(|at| heard[*at].speech_ms >= LEARNT).collect();
        if long.len() < 4 {
            continue;
        }
        for _ in 0..DRAWS {
            let mut chosen = Vec::new();
            while chosen.len() < 3 {
                let at = long[draw(long.len())];
                if !chosen.contains(&at) {
                    chosen.push(at);
                }
            }
            let prints: Vec<VoicePrint> = chosen.iter().map(|at| heard[*at].print.clone()).collect();
            let mean = VoicePrint::mean(&prints).unwrap();
            let found = |heard: &VoiceHeard| (mean.likeness(&heard.print), heard.speech_ms);
            same.extend(
                (0..heard.len())
                    .filter(|at| !chosen.contains(at))
                    .map(|at| found(&heard[at])),
            );
            let others = people.iter().enumerate().filter(|(at, _)| *at != person);
            other.extend(others.flat_map(|(_, heard)| heard).map(found));
        }
    }
    (same, other)
}
