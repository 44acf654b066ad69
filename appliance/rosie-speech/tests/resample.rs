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
            // Within a sample of where it was.
            assert!(
                phase.abs() < std::f64::consts::TAU * hz / f64::from(to) * 1.1 + 0.02,
                "{from} to {to}, {hz} Hz: off by {phase} rad"
            );
        }
    }
}

#[test]
fn what_the_lower_rate_cannot_hold_is_removed() {
    let out = convert(48_000, 16_000, &tone(48_000, 11_000.0, 48_000), 480);
    let loudest = out[1000..15_000].iter().map(|s| s.unsigned_abs()).max().unwrap();
    assert!(loudest < 16, "an alias of {loudest}");
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
        (from, to) in prop::sample::select(vec![(48_000u32, 16_000u32), (22_050, 24_000), (8_000, 16_000), (16_000, 16_000)]),
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
