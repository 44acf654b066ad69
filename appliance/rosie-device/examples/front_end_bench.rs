//! What the front end is worth in rooms out of numbers, for `make bench`. Without arguments: figures, one a line, its name and a tab
//! before it. With `PERSON.wav ROSIE.wav FOLDER` (16-bit, one channel; the person's at 16 kHz): what the microphone hears of the person
//! while Rosie speaks 5 dB more softly, as `without.wav` and `with.wav`, and `quiet.wav` where she is silent.
#![allow(clippy::unwrap_used)]

#[path = "../tests/rooms/mod.rs"]
mod rooms;

use rooms::{HEARING, Scene, decibels, power, si_sdr, voice};
use rosie_device::front::FrontConfig;
use std::path::Path;

const CANCELLING: FrontConfig = FrontConfig {
    high_pass: true,
    cancel_echo: true,
    ..FrontConfig::NOTHING
};
const DEAF: FrontConfig = FrontConfig {
    cancel_echo: false,
    ..CANCELLING
};
const SPEAKER: f64 = 22_050.0;
/// The person begins when the canceller has heard Rosie for so long.
const BEFORE_S: f64 = 4.0;

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match &given[..] {
        [] => figures(),
        [person, rosie, folder] => recordings(Path::new(person), Path::new(rosie), Path::new(folder)),
        _ => panic!("nothing, or PERSON.wav ROSIE.wav FOLDER"),
    }
}

fn figures() {
    let alone = |drift: f64, jump| Scene {
        replies: vec![(1.0, voice(5, 190.0, SPEAKER, 18.0))],
        drift,
        jump,
        ..Scene::default()
    };
    for (name, drift, jump) in [
        ("same clock", 0.0, None),
        ("clocks 100 ppm apart", 100e-6, None),
        ("60 ms later from 9 s on", 50e-6, Some((9.0, 0.06))),
    ] {
        let heard = alone(drift, jump).hear(CANCELLING);
        println!("erle first second, {name}\t{:.1}", heard.quieter_db(1.2, 2.0));
        println!("erle, {name}\t{:.1}", heard.quieter_db(12.0, 18.5));
        println!("micros, {name}\t{:.0}", heard.micros);
    }
    let person = [vec![0.0; (8.0 * HEARING) as usize], voice(11, 120.0, HEARING, 10.0)].concat();
    let both = Scene {
        echo_db: -5.0,
        person: person.clone(),
        ..alone(100e-6, None)
    };
    let quiet = Scene {
        person,
        ..Scene::default()
    };
    let part = (8.5 * HEARING) as usize..(17.5 * HEARING) as usize;
    let hear = |scene: &Scene, config| scene.hear(config).out[part.clone()].to_vec();
    let [without, with] = [DEAF, CANCELLING].map(|config| (hear(&quiet, config), hear(&both, config)));
    println!("si-sdr without\t{:.1}", si_sdr(&without.0, &without.1));
    println!("si-sdr with\t{:.1}", si_sdr(&with.0, &with.1));
    println!("person louder by\t{:.1}", decibels(power(&with.1) / power(&with.0)));
}

fn recordings(person: &Path, rosie: &Path, folder: &Path) {
    let (rate, said) = read(person);
    assert!(
        f64::from(rate) == HEARING,
        "{}: {rate} Hz; 16000 Hz is wanted",
        person.display()
    );
    let (rate, reply) = read(rosie);
    let reply = stretched(&reply, f64::from(rate) / SPEAKER);
    let seconds = BEFORE_S + said.len() as f64 / HEARING + 1.0;
    let reply: Vec<f32> = reply.into_iter().cycle().take((seconds * SPEAKER) as usize).collect();
    let scene = |replies| Scene {
        replies,
        person: [vec![0.0; (BEFORE_S * HEARING) as usize], said.clone()].concat(),
        echo_db: -5.0,
        drift: 100e-6,
        seconds,
        ..Scene::default()
    };
    let (quiet, both) = (scene(Vec::new()), scene(vec![(0.0, reply)]));
    for (name, scene, config) in [
        ("quiet", &quiet, CANCELLING),
        ("without", &both, DEAF),
        ("with", &both, CANCELLING),
    ] {
        let out = scene.hear(config).out;
        write(
            &folder.join(format!("{name}.wav")),
            &out[((BEFORE_S - 0.5) * HEARING) as usize..],
        );
    }
}

fn read(path: &Path) -> (u32, Vec<f32>) {
    let mut reader = hound::WavReader::open(path).unwrap();
    let samples = reader
        .samples::<i16>()
        .map(|sample| f32::from(sample.unwrap()) / 32_768.0)
        .collect();
    (reader.spec().sample_rate, samples)
}

fn write(path: &Path, samples: &[f32]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: HEARING as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in samples {
        writer
            .write_sample((sample.clamp(-1.0, 1.0) * 32_767.0) as i16)
            .unwrap();
    }
    writer.finalize().unwrap();
}

/// Every `step`th sample, on lines between them: for what is to be cancelled that is good enough.
fn stretched(samples: &[f32], step: f64) -> Vec<f32> {
    let count = (samples.len().saturating_sub(1) as f64 / step) as usize;
    let at = |number: usize| {
        let place = number as f64 * step;
        let (first, along) = (place as usize, place.fract() as f32);
        samples[first] * (1.0 - along) + samples[first + 1] * along
    };
    (0..count).map(at).collect()
}
