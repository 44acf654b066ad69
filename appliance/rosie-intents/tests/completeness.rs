//! Whether a transcript sounds finished.

#![allow(clippy::unwrap_used)]

mod common;

use common::standard;
use rosie_core::{Completeness, KnownName, KnownNames};
use rosie_intents::MatchContext;

#[test]
fn complete_dangling_and_unknown() {
    use Completeness::{Complete, Dangling, Unknown};
    let cases = [
        ("en", "Set a timer for ten minutes.", Complete),
        ("en", "What time is it?", Complete),
        ("en", "stop", Complete),
        ("en", "What's the date today", Complete),
        ("en", "cancel all timers", Complete),
        ("en", "Set a timer for", Dangling),
        ("en", "Set a timer for ten", Dangling),
        ("en", "turn on the", Dangling),
        ("en", "turn on", Dangling),
        ("en", "what is 12 times", Dangling),
        ("en", "add milk and", Dangling),
        ("en", "I would like to go to the", Dangling),
        ("en", "Tell me about…", Dangling),
        ("en", "what is 12 times 7", Unknown),
        ("en", "volume 50", Unknown),
        ("en", "What is the capital of France", Unknown),
        ("en", "Tell me a story", Unknown),
        ("de", "Stelle einen Timer auf zehn Minuten", Complete),
        ("de", "Wie spät ist es?", Complete),
        ("de", "Stelle einen Timer auf", Dangling),
        ("de", "Mach das Licht im", Dangling),
        ("es", "¿Qué hora es?", Complete),
        ("es", "Pon un temporizador de", Dangling),
        ("fr", "Quelle heure est-il ?", Complete),
        ("fr", "Mets un minuteur de", Dangling),
        ("fr", "Raconte-moi une histoire", Unknown),
    ];
    let mut wrong = vec![];
    for language in ["en", "de", "es", "fr"] {
        let matcher = standard(language);
        for (_, text, want) in cases.iter().filter(|c| c.0 == language) {
            let got = matcher.completeness(text);
            if got != *want {
                wrong.push(format!("{language}: {text}: want {want:?}, got {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_that_begins_a_longer_one_may_go_on() {
    let matcher = standard("en");
    let name = |spoken: &str| KnownName {
        spoken: spoken.into(),
        value: spoken.into(),
        context: [("domain".to_owned(), "light".to_owned())].into(),
    };
    let names = KnownNames::from([(
        "name".to_owned(),
        vec![name("lantern"), name("lantern left"), name("bulb")],
    )]);
    let sounds = |text: &str| matcher.completeness_among(text, &names, &MatchContext::default());
    assert_eq!(sounds("turn on the bulb"), Completeness::Complete);
    assert_eq!(sounds("turn on the lantern left"), Completeness::Complete);
    assert_eq!(sounds("turn on the lantern"), Completeness::Unknown);
}
