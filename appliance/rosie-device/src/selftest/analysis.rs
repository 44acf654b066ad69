//! From what was played and what was heard to findings.

use super::{
    Curve, Finding, Reason, Recording, Report, Stimulus,
    chirps::Chirps,
    decibels, echo,
    findings::up_to,
    matched::{Matched, peak},
    power,
    stimulus::CHIRP_S,
};

/// Good up to the first, bad from the second on.
const GAPS: [f64; 2] = [0.0, 3.0];
/// Of the chirp, in dB below full scale. A recogniser hears little of what is softer.
const SOFT_DB: f64 = 45.0;
/// Parts per million. The front end follows 500.
const APART: [f64; 2] = [150.0, 500.0];
/// A clock that is farther off is a rate that is not what the card says.
const LIE: f64 = 0.01;
/// The machine's clock sees a card's rate through threads that wait for it.
const TIMED_LIE: f64 = 0.02;
/// From here on a sample is at the end of what the card can tell, and so many of a million may be.
const FULL: u16 = 32_700;
const CLIPPED: [f64; 2] = [25.0, 2_500.0];
/// What the chirp is above the noise, in dB, with the sign turned round.
const ABOVE_NOISE: [f64; 2] = [-25.0, -12.0];
/// In ms. The canceller looks for an echo within half a second, and up to 20 ms before its time.
const DELAY_MS: [f64; 2] = [150.0, 400.0];
const BEFORE_MS: f64 = 20.0;
/// Of the loudest channel; what is softer is dead.
const DEAD: f32 = 0.05;
/// Two channels whose samples are never farther apart are one.
const SAME: u16 = 2;
/// A chirp reaches the one microphone so much before the other where one of them is nearer, and no more.
const NEARER_S: [f64; 2] = [40e-6, 1e-3];

/// `channel`: what an endpoint hears of the microphone, counted from 1; 0: the mean of all channels.
pub fn analyse(stimulus: &Stimulus, recording: &Recording, channel: u16) -> Report {
    let heard = recording.heard(channel);
    let numbers: Vec<f32> = heard.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
    let gaps = recording.gaps as f64;
    let mut findings = vec![Finding::new(
        up_to(gaps, GAPS, [Reason::GapsNone, Reason::GapsSome, Reason::GapsMany]),
        gaps,
    )];
    let mut curve = Curve::of(&heard, recording.rate);
    let Some(chirps) = Chirps::find(&numbers, stimulus, recording) else {
        findings.push(nothing_heard(recording, &heard));
        findings.extend(timed(recording));
        findings.push(clipping(recording));
        return Report { findings, curve };
    };
    let level = level(&chirps, &heard, recording, stimulus);
    findings.extend(level.iter().copied());
    let rate = rate(&chirps, stimulus, recording);
    findings.push(rate);
    findings.push(clipping(recording));
    findings.extend(channels(&chirps, recording));
    // Whose rates are wrong keeps no time, and nothing can be taken out of what it hears.
    if (chirps.ratio - 1.0).abs() <= LIE {
        if recording.gaps == 0 {
            findings.push(clocks(&chirps));
        }
        let begins = chirps.begins(stimulus, recording.rate);
        findings.extend(delay(begins, recording));
        let sounds = |begins_s| echo::Sounds {
            begins_s,
            ratio: chirps.ratio,
        };
        let found = begins.map(|begins| begins / f64::from(recording.rate));
        let told = recording.begins_s.or(found);
        let echo = told
            .zip(found)
            .and_then(|(told, found)| echo::measure(&heard, recording.rate, stimulus, sounds(told), sounds(found)));
        if let Some(echo) = echo {
            findings.push(echo.finding);
            curve.cancelled(echo.begins_s, &echo.without);
        }
    }
    Report { findings, curve }
}

fn nothing_heard(recording: &Recording, heard: &[i16]) -> Finding {
    let (least, most) = (recording.samples.iter().min(), recording.samples.iter().max());
    let moves = least.zip(most).map_or(0, |(least, most)| most.abs_diff(*least));
    let reason = if moves <= SAME {
        Reason::MicrophoneSilent
    } else {
        Reason::NothingHeard
    };
    Finding::new(reason, decibels(power(heard)))
}

/// Loudness of the chirps, and noise before the first.
fn level(chirps: &Chirps, heard: &[i16], recording: &Recording, stimulus: &Stimulus) -> Vec<Finding> {
    let second = f64::from(recording.rate) * chirps.ratio;
    let part = |from: f64, seconds: f64| {
        let [from, to] = [from, from + seconds * second].map(|at| (at.max(0.0) as usize).min(heard.len()));
        power(&heard[from..to])
    };
    let loud: Vec<f64> = chirps.at.iter().flatten().map(|at| part(*at, CHIRP_S)).collect();
    let loud = decibels(loud.iter().sum::<f64>() / loud.len().max(1) as f64);
    let reason = if loud >= -SOFT_DB {
        Reason::LevelGood
    } else {
        Reason::LevelLow
    };
    let found = Finding::new(reason, loud);
    let Some(begins) = chirps.begins(stimulus, recording.rate) else {
        return vec![found];
    };
    // Not its last moments, in which a loudspeaker may wake.
    let quiet = decibels(part(begins + 0.1 * second, 0.8 * stimulus.chirps[0]));
    let reasons = [Reason::NoiseLow, Reason::NoiseSome, Reason::NoiseHigh];
    let noise = Finding::new(up_to(quiet - loud, ABOVE_NOISE, reasons), quiet).beside(loud - quiet);
    vec![found, noise]
}

/// A microphone whose rate is not what it says, by the machine's clock. One that lost sound is not judged by it.
fn timed(recording: &Recording) -> Option<Finding> {
    let claimed = f64::from(recording.rate);
    let timed = recording.timed_rate.filter(|_| recording.gaps == 0)?;
    let wrong = (timed / claimed - 1.0).abs() > TIMED_LIE;
    wrong.then(|| Finding::new(Reason::MicrophoneRateWrong, timed).beside(claimed))
}

fn rate(chirps: &Chirps, stimulus: &Stimulus, recording: &Recording) -> Finding {
    let (hears, plays) = (f64::from(recording.rate), f64::from(stimulus.rate));
    if let Some(found) = timed(recording) {
        return found;
    }
    match ((chirps.ratio - 1.0).abs() > LIE, recording.timed_rate) {
        (false, _) => Finding::new(Reason::RateTrue, hears).beside(plays),
        // The microphone's is true.
        (true, Some(_)) => Finding::new(Reason::LoudspeakerRateWrong, plays / chirps.ratio).beside(plays),
        (true, None) => Finding::new(Reason::MicrophoneRateWrong, hears * chirps.ratio).beside(hears),
    }
}

fn clocks(chirps: &Chirps) -> Finding {
    let apart = (chirps.ratio - 1.0) * 1e6;
    let reasons = [Reason::ClocksTogether, Reason::ClocksApart, Reason::ClocksTooFarApart];
    Finding::new(up_to(apart.abs(), APART, reasons), apart)
}

fn clipping(recording: &Recording) -> Finding {
    let full = recording.samples.iter().filter(|sample| sample.unsigned_abs() >= FULL);
    let count = full.count() as f64;
    let share = count * 1e6 / recording.samples.len().max(1) as f64;
    let reasons = [Reason::ClippingNone, Reason::ClippingSome, Reason::ClippingMuch];
    Finding::new(up_to(share, CLIPPED, reasons), count)
}

fn delay(begins: Option<f64>, recording: &Recording) -> Option<Finding> {
    let late_ms = (begins? / f64::from(recording.rate) - recording.begins_s?) * 1000.0;
    let reasons = [Reason::DelayShort, Reason::DelayLong, Reason::DelayTooLong];
    let reason = if late_ms < -BEFORE_MS {
        Reason::DelayTooLong
    } else {
        up_to(late_ms, DELAY_MS, reasons)
    };
    Some(Finding::new(reason, late_ms))
}

/// Which channels hear, and whether left is left: of two of them the nearer hears a chirp first.
fn channels(chirps: &Chirps, recording: &Recording) -> Option<Finding> {
    let apart = |frame: &[i16]| frame.iter().any(|sample| sample.abs_diff(frame[0]) > SAME);
    if !recording.samples.chunks_exact(recording.channels).any(apart) {
        return Some(Finding::new(Reason::ChannelOne, 1.0));
    }
    let around = NEARER_S[1] * f64::from(recording.rate);
    let heard: Vec<[Option<(f64, f32)>; 4]> = (0..recording.channels)
        .map(|nth| {
            let amplitudes = Matched::new(&recording.channel(nth), chirps.template.len()).amplitudes(&chirps.template);
            chirps.at.map(|at| peak(&amplitudes, at?, around))
        })
        .collect();
    let loud = |channel: &[Option<(f64, f32)>; 4]| channel.iter().flatten().map(|(_, loud)| *loud).fold(0.0, f32::max);
    let loudest = heard.iter().map(loud).fold(0.0, f32::max);
    if let Some(dead) = heard.iter().position(|channel| loud(channel) < DEAD * loudest) {
        return Some(Finding::new(Reason::ChannelDead, dead as f64 + 1.0));
    }
    let [left, right] = &heard[..] else {
        return Some(Finding::new(Reason::ChannelsGood, heard.len() as f64));
    };
    // By so many seconds the right one hears it first.
    let sooner = |chirp: usize| Some((left[chirp]?.0 - right[chirp]?.0) / f64::from(recording.rate));
    let swapped = match (sooner(0).or(sooner(2)), sooner(1).or(sooner(3))) {
        (Some(of_left), Some(of_right)) => of_left > NEARER_S[0] && of_right < -NEARER_S[0],
        _ => false,
    };
    let reason = if swapped {
        Reason::ChannelsSwapped
    } else {
        Reason::ChannelsGood
    };
    Some(Finding::new(reason, heard.len() as f64))
}
