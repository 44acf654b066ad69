//! Long talk in which times and commands could be parted in many ways: it is read within bounds.
#![allow(clippy::unwrap_used)]

use rosie_core::{KnownNames, Language};
use rosie_intents::{MatchContext, Matcher};
use std::time::{Duration, Instant};

/// Without bounds each further time tripled the work: this took minutes.
#[test]
fn talk_of_many_times_is_read_within_bounds() {
    for (language, clause) in [
        (
            "en",
            "the train leaves at seven and turn on the lamp in ten minutes and ",
        ),
        (
            "de",
            "der Zug fährt um sieben und mach das Licht in zehn Minuten an und ",
        ),
        ("es", "el tren sale a las siete y enciende la luz en diez minutos y "),
        (
            "fr",
            "le train part à sept heures et allume la lampe dans dix minutes et ",
        ),
    ] {
        let matcher = Matcher::standard(&Language::new(language), None, &[]).unwrap();
        let began = Instant::now();
        let _ = matcher.understand(&clause.repeat(20), &KnownNames::new(), &MatchContext::default(), &[]);
        // Far above what it takes on a busy machine, far below what it took.
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{language}: {:?}",
            began.elapsed()
        );
    }
}
