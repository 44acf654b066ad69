//! The front end in rooms out of numbers: Rosie does not hear herself, and hears who speaks while she does.

mod rooms;

use rooms::{HEARING, Scene, decibels, power, si_sdr, voice};
use rosie_device::front::FrontConfig;

const ECHO_ALONE: FrontConfig = FrontConfig {
    cancel_echo: true,
    high_pass: true,
    ..FrontConfig::NOTHING
};

fn rosie(begins: f64, seconds: f64) -> (f64, Vec<f32>) {
    (begins, voice(5, 190.0, 22_050.0, seconds))
}

/// Speaks from the eighth second on.
fn person() -> Vec<f32> {
    [vec![0.0; (8.0 * HEARING) as usize], voice(11, 120.0, HEARING, 10.0)].concat()
}

#[test]
fn the_loudspeaker_is_not_heard_whatever_its_clock() {
    for drift in [0.0, 100e-6, -100e-6] {
        let scene = Scene {
            replies: vec![rosie(1.0, 5.0), rosie(9.0, 5.0)],
            drift,
            seconds: 15.0,
            ..Scene::default()
        };
        let heard = scene.hear(ECHO_ALONE);
        // From its second second on; and after a pause as soon.
        for (from, to) in [(2.0, 6.0), (9.5, 14.0)] {
            let quieter = heard.quieter_db(from, to);
            assert!(quieter > 25.0, "{drift}, from {from} s: {quieter:.1} dB");
        }
        // A hundredth of a processor is usual; half of one is no front end.
        assert!(heard.micros < 5_000.0, "{:.0} µs for 10 ms", heard.micros);
    }
}

#[test]
fn a_delay_that_no_card_tells_of_is_found() {
    let scene = Scene {
        replies: vec![rosie(1.0, 14.0)],
        jump: Some((7.0, 0.06)),
        drift: 50e-6,
        seconds: 15.0,
        ..Scene::default()
    };
    let heard = scene.hear(ECHO_ALONE);
    for (from, to) in [(2.0, 7.0), (10.0, 15.0)] {
        let quieter = heard.quieter_db(from, to);
        assert!(quieter > 25.0, "from {from} s: {quieter:.1} dB");
    }
}

#[test]
fn who_speaks_while_rosie_does_is_heard() {
    let quiet = Scene {
        person: person(),
        ..Scene::default()
    };
    let both = Scene {
        replies: vec![rosie(1.0, 18.0)],
        person: person(),
        echo_db: -5.0,
        ..Scene::default()
    };
    let spoken = (8.5 * HEARING) as usize..(17.5 * HEARING) as usize;
    let hear = |scene: &Scene, config| scene.hear(config).out[spoken.clone()].to_vec();
    let deaf = FrontConfig {
        cancel_echo: false,
        ..ECHO_ALONE
    };
    // Beside what is heard of the person when Rosie is silent: filters turn phases, which are not meant.
    let [(before, _), (after, loud)] = [deaf, ECHO_ALONE].map(|config| {
        let (wanted, out) = (hear(&quiet, config), hear(&both, config));
        (si_sdr(&wanted, &out), decibels(power(&out) / power(&wanted)))
    });
    assert!(
        after > before + 1.0 && loud > -4.0,
        "{before:.1} dB, {after:.1} dB; {loud:.1} dB"
    );
}

#[test]
fn nothing_is_lost_at_any_rate_and_without_a_loudspeaker() {
    use rosie_device::front::{FrontEnd, Reference};
    use std::time::{Duration, Instant};
    for rate in [16_000, 22_050, 44_100, 48_000] {
        let said = voice(3, 150.0, f64::from(rate), 2.0);
        let mut front = FrontEnd::new(ECHO_ALONE, rate).expect("a rate of cards");
        let (reference, start, mut out) = (Reference::default(), Instant::now(), Vec::new());
        for (number, piece) in said.chunks(rate as usize / 50).enumerate() {
            let piece: Vec<i16> = piece.iter().map(|sample| (sample * 32_767.0) as i16).collect();
            front.hear(
                &piece,
                start + Duration::from_millis(20) * number as u32,
                &reference,
                &mut out,
            );
        }
        let out: Vec<f32> = out.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
        let quieter = decibels(power(&said) / power(&out));
        assert!(out.len() > 31_000 && out.len() <= 32_000, "{rate}: {}", out.len());
        assert!(quieter.abs() < 3.0, "{rate}: {quieter:.1} dB");
    }
}
