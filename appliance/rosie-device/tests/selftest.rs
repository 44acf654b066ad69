//! The acoustic self-test in rooms out of numbers: each of its findings, good and bad.

// Only what sounds is needed of them, not the scenes.
#[allow(dead_code, unused_imports)]
mod rooms;

use rooms::{Random, room, scene::between, voice};
use rosie_device::selftest::{Finding, Reason, Recording, Report, Stimulus, analyse};
use std::f64::consts::TAU;

const SPEAKER: u32 = 22_050;
const PHRASE_S: f64 = 3.0;
/// The recording begins so much before the loudspeaker does.
const BEGINS_S: f64 = 0.7;

/// A loudspeaker or two, a room, and a microphone's card.
struct Room {
    /// What the card says, and what it gives.
    rate: (u32, f64),
    /// Of the loudspeaker: what it plays in truth.
    plays: f64,
    /// What nothing tells of.
    late_s: f64,
    /// What reaches the microphone of what is played.
    gain: f64,
    /// RMS beside full scale.
    noise: f64,
    /// How much later each channel hears left and right, in seconds; and how loud.
    channels: Vec<([f64; 2], f64)>,
    /// What the loudspeaker makes of it besides: it rattles.
    rattles: f64,
    gaps: u64,
    timed: bool,
    /// The microphone is at the other end of a room with hard walls.
    across: bool,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            rate: (16_000, 16_000.0),
            plays: f64::from(SPEAKER),
            late_s: 0.03,
            gain: 0.3,
            noise: 0.0003,
            channels: vec![([0.0, 0.0], 1.0)],
            rattles: 0.0,
            gaps: 0,
            timed: true,
            across: false,
        }
    }
}

fn stimulus() -> Stimulus {
    let phrase = voice(5, 190.0, f64::from(SPEAKER), PHRASE_S);
    let phrase: Vec<i16> = phrase.iter().map(|sample| (sample * 32_767.0) as i16).collect();
    Stimulus::new(SPEAKER, &phrase, 100)
}

impl Room {
    fn listen(&self, stimulus: &Stimulus) -> Recording {
        let seconds = BEGINS_S + stimulus.seconds() * f64::from(SPEAKER) / self.plays + 1.0;
        let count = (seconds * self.rate.1) as usize;
        let frames = stimulus.frames(2);
        let rattling = |sample: &i16| {
            let sample = f64::from(*sample) / 32_768.0;
            // Bends to one side, as a cone does that knocks against something.
            (sample + self.rattles * (TAU * 3.0 * sample).cos() - self.rattles) as f32
        };
        let side = |nth: usize| -> Vec<f32> { frames.iter().skip(nth).step_by(2).map(rattling).collect() };
        let middle: Vec<f32> = stimulus.line().iter().map(rattling).collect();
        let sides = [side(0), side(1)];
        let mut random = Random(7);
        let channels: Vec<Vec<f64>> = self
            .channels
            .iter()
            .map(|(later, loud)| {
                let mut dry = vec![0.0; count];
                let heard = match later {
                    [left, right] if left == right => vec![(&middle, left)],
                    later => sides.iter().zip(later).collect(),
                };
                for (sounds, later) in heard {
                    for (at, place) in dry.iter_mut().enumerate() {
                        let now = at as f64 / self.rate.1 - BEGINS_S - self.late_s - later;
                        *place += loud * self.gain * f64::from(between(sounds, now * self.plays));
                    }
                }
                self.reverberant(&dry)
            })
            .collect();
        let noise = self.noise * 3f64.sqrt();
        let mut samples = Vec::with_capacity(count * channels.len());
        for at in 0..count {
            for channel in &channels {
                let heard = channel[at] + random.between(-noise, noise);
                samples.push((heard * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16);
            }
        }
        Recording {
            rate: self.rate.0,
            channels: channels.len(),
            samples,
            timed_rate: self.timed.then_some(self.rate.1),
            begins_s: Some(BEGINS_S),
            gaps: self.gaps,
        }
    }

    /// The straight way, and forty others in 0.2 s that become softer and softer.
    fn reverberant(&self, dry: &[f64]) -> Vec<f64> {
        let mut wet = dry.to_vec();
        if self.across {
            wet.fill(0.0);
            let response = room([4.5, 3.4, 1.4], [0.8, 0.7, 1.1]);
            for (late, gain) in response.iter().enumerate().filter(|(_, gain)| **gain != 0.0) {
                let later = wet[late..].iter_mut().zip(dry);
                later.for_each(|(place, sample)| *place += f64::from(*gain) * sample);
            }
            return wet;
        }
        let mut random = Random(3);
        for _ in 0..40 {
            let late = random.between(0.002, 0.2);
            let gain = random.between(-0.3, 0.3) * (-late / 0.05).exp();
            let late = (late * self.rate.1) as usize;
            wet[late..]
                .iter_mut()
                .zip(dry)
                .for_each(|(place, sample)| *place += gain * sample);
        }
        wet
    }

    fn report(&self) -> Report {
        let stimulus = stimulus();
        analyse(&stimulus, &self.listen(&stimulus), 0)
    }
}

/// What was found of it; that it was looked for is what a test asks first.
fn found(report: &Report, reason: Reason) -> Finding {
    let found = report.findings.iter().find(|finding| finding.reason == reason);
    *found.unwrap_or_else(|| panic!("no {reason:?}: {:#?}", report.findings))
}

fn near(finding: Finding, value: f64, around: f64) {
    assert!((finding.value - value).abs() <= around, "{finding:?}, not {value}");
}

#[test]
fn a_good_room_is_good_in_everything() {
    let report = Room::default().report();
    let reasons: Vec<Reason> = report.findings.iter().map(|finding| finding.reason).collect();
    use Reason::*;
    let good = [
        GapsNone,
        LevelGood,
        NoiseLow,
        RateTrue,
        ClippingNone,
        ChannelOne,
        ClocksTogether,
        DelayShort,
        EchoGone,
    ];
    assert_eq!(reasons, good, "{:#?}", report.findings);
    near(found(&report, DelayShort), 30.0, 1.0);
    near(found(&report, ClocksTogether), 0.0, 3.0);
    // A chirp of half of full scale is -9 dB, its swelling a little less, and the room a little more.
    near(found(&report, LevelGood), -9.0 - 10.5, 2.0);
    near(found(&report, NoiseLow), -70.5, 1.0);
    assert!(found(&report, EchoGone).value > 20.0, "{:?}", found(&report, EchoGone));
    let left = report.curve.left.iter().flatten().count();
    assert!((60..90).contains(&left), "{left} of {}", report.curve.heard.len());
}

#[test]
fn across_a_room_with_hard_walls_all_is_found_as_well() {
    let room = Room {
        across: true,
        noise: 0.001,
        plays: f64::from(SPEAKER) / (1.0 + 200e-6),
        ..Room::default()
    };
    let report = room.report();
    near(found(&report, Reason::ClocksApart), 200.0, 10.0);
    // The straight way of 4.6 m takes 13 ms; the strongest may be another.
    near(found(&report, Reason::DelayShort), 48.0, 8.0);
    found(&report, Reason::EchoGone);
}

#[test]
fn clocks_that_run_apart_are_measured() {
    for (millionths, reason) in [
        (200.0, Reason::ClocksApart),
        (-200.0, Reason::ClocksApart),
        (900.0, Reason::ClocksTooFarApart),
    ] {
        // The loudspeaker's clock is slower, so that more is heard.
        let room = Room {
            plays: f64::from(SPEAKER) / (1.0 + millionths * 1e-6),
            ..Room::default()
        };
        near(found(&room.report(), reason), millionths, 5.0);
    }
}

#[test]
fn a_card_that_says_one_rate_and_gives_another_is_caught() {
    for (says, gives, timed) in [
        (44_100, 22_050.0, true),
        (44_100, 48_000.0, false),
        (16_000, 17_414.9, false),
    ] {
        let room = Room {
            rate: (says, gives),
            timed,
            ..Room::default()
        };
        let finding = found(&room.report(), Reason::MicrophoneRateWrong);
        near(finding, gives, 0.002 * gives);
        assert_eq!(finding.beside, f64::from(says));
    }
    let room = Room {
        plays: 24_000.0,
        ..Room::default()
    };
    let report = room.report();
    near(found(&report, Reason::LoudspeakerRateWrong), 24_000.0, 20.0);
    // What keeps no time is not measured in time.
    let checks = [
        Reason::DelayShort,
        Reason::DelayTooLong,
        Reason::EchoStays,
        Reason::EchoGone,
    ];
    assert!(report.findings.iter().all(|finding| !checks.contains(&finding.reason)));
}

#[test]
fn what_is_too_soft_too_loud_or_drowned_is_told() {
    let with = |gain: f64, noise: f64| {
        let room = Room {
            gain,
            noise,
            ..Room::default()
        };
        room.report()
    };
    found(&with(0.006, 0.000_1), Reason::LevelLow);
    found(&with(1.4, 0.000_3), Reason::ClippingSome);
    let loud = with(8.0, 0.000_3);
    assert!(found(&loud, Reason::ClippingMuch).value > 10_000.0);
    let fan = with(0.1, 0.007);
    let noise = found(&fan, Reason::NoiseSome);
    near(noise, -43.1, 1.0);
    near(
        Finding {
            value: noise.beside,
            ..noise
        },
        14.0,
        3.0,
    );
    found(&with(0.1, 0.04), Reason::NoiseHigh);
    // Nothing of it is heard, but the room is.
    for gain in [0.0, 0.000_3] {
        let report = with(gain, 0.03);
        near(found(&report, Reason::NothingHeard), -30.5, 1.0);
        assert!(report.findings.iter().all(|finding| finding.reason != Reason::RateTrue));
    }
    found(&with(0.0, 0.0), Reason::MicrophoneSilent);
}

#[test]
fn an_echo_at_the_wrong_time_and_one_that_stays_are_told() {
    let late = |late_s| Room {
        late_s,
        ..Room::default()
    };
    near(found(&late(0.2).report(), Reason::DelayLong), 200.0, 1.0);
    near(found(&late(0.6).report(), Reason::DelayTooLong), 600.0, 1.0);
    let early = late(-0.2).report();
    near(found(&early, Reason::DelayTooLong), -200.0, 1.0);
    // What is heard before it sounds cannot be taken out.
    assert!(found(&early, Reason::EchoStays).value < 10.0);
    let rattling = |rattles| Room {
        rattles,
        ..Room::default()
    };
    assert!(found(&rattling(0.5).report(), Reason::EchoLess).value < 20.0);
}

#[test]
fn channels_that_are_dead_or_swapped_are_told() {
    // 6 cm between the two microphones, a loudspeaker on each side.
    let (near_by, far) = (0.0, 175e-6);
    let two = |left: f64, right: f64, swapped: bool| {
        let mut channels = vec![([near_by, far], left), ([far, near_by], right)];
        if swapped {
            channels.reverse();
        }
        Room {
            channels,
            ..Room::default()
        }
    };
    near(found(&two(1.0, 0.8, false).report(), Reason::ChannelsGood), 2.0, 0.0);
    found(&two(1.0, 0.8, true).report(), Reason::ChannelsSwapped);
    near(found(&two(1.0, 0.0, false).report(), Reason::ChannelDead), 2.0, 0.0);
    near(found(&two(0.01, 1.0, false).report(), Reason::ChannelDead), 1.0, 0.0);
    // One loudspeaker in the middle tells nothing of sides.
    let middle = Room {
        channels: vec![([0.0, 0.0], 1.0), ([0.0, 0.0], 0.9)],
        ..Room::default()
    };
    found(&middle.report(), Reason::ChannelsGood);
    // A card of one microphone that says it has two.
    let stimulus = stimulus();
    let mut twice = Room::default().listen(&stimulus);
    twice.samples = twice.samples.iter().flat_map(|sample| [*sample; 2]).collect();
    twice.channels = 2;
    found(&analyse(&stimulus, &twice, 0), Reason::ChannelOne);
}

#[test]
fn what_was_lost_is_told_and_keeps_no_time() {
    for (gaps, reason) in [(1, Reason::GapsSome), (9, Reason::GapsMany)] {
        let room = Room {
            gaps,
            ..Room::default()
        };
        let report = room.report();
        near(found(&report, reason), gaps as f64, 0.0);
        assert!(
            report
                .findings
                .iter()
                .all(|finding| finding.reason != Reason::ClocksTogether)
        );
    }
}
