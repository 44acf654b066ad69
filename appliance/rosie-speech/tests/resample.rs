//! The resampler keeps pitch, level and time, in any rate and whatever the sizes of the pieces.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rosie_core::{AudioFrame, SampleRate};
use rosie_speech::resample::Resampler;

fn tone(rate: u32, hz: f64, samples: usize) -> Vec<i16> {
    let step = std::f64::consts::TAU * hz / f64::from(rate);
    (0..samples)
        .map(|i| ((i as f64 * step).sin() * 16_000.0) as i16)
        .collect()
}

/// Amplitude and phase of `hz` in the middle of `samples`, by correlation.
fn measure(samples: &[i16], rate: u32, hz: f64) -> (f64, f64) {
    let margin = samples.len() / 10;
    let (mut re, mut im) = (0.0, 0.0);
    let step = std::f64::consts::TAU * hz / f64::from(rate);
    for (i, &s) in samples.iter().enumerate().take(samples.len() - margin).skip(margin) {
        re += f64::from(s) * (i as f64 * step).cos();
        im += f64::from(s) * (i as f64 * step).sin();
    }
    let n = (samples.len() - 2 * margin) as f64 / 2.0;
    ((re * re + im * im).sqrt() / n, re.atan2(im))
}

fn convert(from: u32, to: u32, samples: &[i16], piece: usize) -> Vec<i16> {
    let mut resampler = Resampler::new(SampleRate(from), 1, SampleRate(to)).unwrap();
    let mut out: Vec<i16> = samples.chunks(piece).flat_map(|c| resampler.push(c)).collect();
    out.extend(resampler.flush());
    out
}

#[test]
fn a_tone_keeps_its_pitch_level_and_place() {
    for (from, to) in [
        (8_000, 16_000),
        (11_025, 16_000),
        (22_050, 16_000),
        (44_100, 16_000),
        (48_000, 16_000),
        (96_000, 16_000),
        (22_050, 24_000),
        (22_050, 48_000),
        (16_000, 48_000),
    ] {
        for hz in [200.0, 1_000.0, 2_900.0] {
            let out = convert(from, to, &tone(from, hz, from as usize), 441);
            let (level, phase) = measure(&out, to, hz);
            assert!(
                (level / 16_000.0 - 1.0).abs() < 0.02,
                "{from} to {to}, {hz} Hz: level {level}"
            );
            // Where it was, to a hundredth of a sample.
            let late = -phase / (std::f64::consts::TAU * hz) * f64::from(to);
            assert!(late.abs() < 0.01, "{from} to {to}, {hz} Hz: {late} samples late");
        }
    }
}

/// From and to: what microphones and voices give, what recognisers and loudspeakers take.
const ROADS: [(u32, u32); 8] = [
    (8_000, 16_000),
    (22_050, 16_000),
    (24_000, 16_000),
    (44_100, 16_000),
    (48_000, 16_000),
    (16_000, 48_000),
    (22_050, 48_000),
    (24_000, 48_000),
];

#[test]
fn nothing_that_both_rates_hold_gets_quieter() {
    for (from, to) in ROADS {
        for part in [0.02, 0.3, 0.6, 0.8, 0.88, 0.92] {
            let hz = f64::from(from.min(to)) / 2.0 * part;
            let (level, _) = measure(&convert(from, to, &tone(from, hz, from as usize), 441), to, hz);
            let db = 20.0 * (level / 16_000.0).log10();
            assert!(db.abs() < 0.05, "{from} to {to}, {hz} Hz: {db} dB");
        }
    }
}

#[test]
fn what_the_lower_rate_cannot_hold_is_removed() {
    for (from, to) in ROADS.into_iter().filter(|(from, to)| from > to) {
        for part in [1.02, 1.1, 1.2, 1.35] {
            let hz = f64::from(to) / 2.0 * part;
            let out = convert(from, to, &tone(from, hz, from as usize), 441);
            let rest = &out[to as usize / 8..to as usize * 7 / 8];
            let loudest = rest.iter().map(|s| s.unsigned_abs()).max().unwrap();
            // 80 dB below the tone.
            assert!(loudest <= 2, "{from} to {to}, {hz} Hz: an alias of {loudest}");
        }
    }
}

#[test]
fn the_first_and_the_last_sample_arrive() {
    for (from, to) in ROADS {
        let n = from as usize / 4;
        for at in [0, n - 1] {
            let mut click = vec![0i16; n];
            click[at] = 20_000;
            let out = convert(from, to, &click, 333);
            let loudest = (0..out.len()).max_by_key(|&i| out[i].unsigned_abs()).unwrap();
            let expected = at as f64 * f64::from(to) / f64::from(from);
            assert!(
                (loudest as f64 - expected).abs() <= (f64::from(to) / f64::from(from)).max(1.0),
                "{from} to {to}: the click at {expected} came at {loudest} of {}",
                out.len()
            );
            let least = 0.3 * 20_000.0 * (f64::from(to) / f64::from(from)).min(1.0);
            assert!(
                f64::from(out[loudest].unsigned_abs()) > least,
                "{from} to {to}: {}",
                out[loudest]
            );
        }
    }
}

#[test]
fn minutes_do_not_drift() {
    let minute = tone(44_100, 440.0, 44_100 * 60);
    let mut resampler = Resampler::to_hearing(SampleRate(44_100), 1).unwrap();
    let mut got = 0usize;
    for pushed in 1..=5usize {
        got += minute.chunks(882).map(|c| resampler.push(c).len()).sum::<usize>();
        let missing = pushed * 960_000 - got;
        assert!(missing < 200, "after {pushed} minutes {missing} samples are missing");
    }
    got += resampler.flush().len();
    assert_eq!(got, 5 * 960_000);
}

#[test]
fn the_delay_is_about_ten_milliseconds() {
    for (from, to) in [(48_000u32, 16_000u32), (22_050, 48_000), (8_000, 16_000)] {
        let mut resampler = Resampler::new(SampleRate(from), 1, SampleRate(to)).unwrap();
        let fed = from as usize / 2;
        let got: usize = tone(from, 300.0, fed)
            .chunks(160)
            .map(|c| resampler.push(c).len())
            .sum();
        let missing_ms = 500.0 - got as f64 * 1000.0 / f64::from(to);
        // An eight-kilohertz microphone has longer samples.
        let most = if from == 8_000 { 20.0 } else { 11.0 };
        assert!((0.0..most).contains(&missing_ms), "{from} to {to}: {missing_ms} ms");
    }
}

#[test]
fn channels_are_mixed_and_formats_may_change() {
    let mut resampler = Resampler::to_hearing(SampleRate(48_000), 2).unwrap();
    let stereo: Vec<i16> = tone(48_000, 500.0, 48_000).into_iter().flat_map(|s| [s, 0]).collect();
    let out: Vec<i16> = stereo.chunks(333).flat_map(|c| resampler.push(c)).collect();
    let (level, _) = measure(&out, 16_000, 500.0);
    assert!((level / 8_000.0 - 1.0).abs() < 0.02, "{level}");

    let frame = AudioFrame::mono(tone(16_000, 500.0, 320), SampleRate(16_000));
    assert_eq!(resampler.frame(&frame).unwrap(), frame);
}

#[test]
fn what_cannot_be_converted_is_refused() {
    assert!(Resampler::to_hearing(SampleRate(0), 1).is_err());
    assert!(Resampler::to_hearing(SampleRate(1_000_000), 1).is_err());
    assert!(Resampler::to_hearing(SampleRate(48_000), 0).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn pieces_make_no_difference(
        samples in prop::collection::vec(any::<i16>(), 1..4000),
        cuts in prop::collection::vec(1usize..1500, 1..40),
        (from, to) in prop::sample::select(vec![(48_000u32, 16_000u32), (22_050, 16_000), (44_100, 16_000), (22_050, 48_000), (22_050, 24_000), (47_999, 16_000), (8_000, 16_000), (16_000, 16_000)]),
    ) {
        let whole = convert(from, to, &samples, samples.len());
        let mut resampler = Resampler::new(SampleRate(from), 1, SampleRate(to)).unwrap();
        let (mut out, mut rest) = (Vec::new(), &samples[..]);
        for cut in cuts.iter().cycle() {
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            out.extend(resampler.push(piece));
            rest = after;
            if rest.is_empty() { break; }
        }
        out.extend(resampler.flush());
        prop_assert_eq!(out.len() as f64, (samples.len() as f64 * f64::from(to) / f64::from(from)).round());
        prop_assert_eq!(out, whole);
    }

    #[test]
    fn no_float_breaks_it(samples in prop::collection::vec(any::<f32>(), 0..2000)) {
        let mut resampler = Resampler::to_hearing(SampleRate(44_100), 1).unwrap();
        prop_assert!(resampler.push_f32(&samples).iter().all(|s| s.is_finite()));
    }
}
