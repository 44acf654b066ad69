//! What asks and what tells.

use super::*;

#[test]
fn what_asks_and_what_tells() {
    let of = |language: &str, text: &str| {
        let language = Language::new(language);
        let states = states_how_it_is(text, &language) || tells_first(text, &language);
        (opens_a_question(text, &language), states)
    };
    for (language, text) in [
        ("en", "are the lights off"),
        ("en", "hey Rosie, are the blinds down."),
        ("en", "should I put milk on the list"),
        ("en", "how do I turn on the christmas tree"),
        ("en", "have the lights been turned off"),
        ("de", "sind die Lichter aus"),
        ("es", "está apagada la luz"),
        ("fr", "est-ce que la lumière est éteinte"),
    ] {
        assert!(of(language, text).0, "{text}");
    }
    for (language, text) in [
        ("en", "turn off the lights"),
        ("en", "is it possible to turn off the lights"),
        ("en", "have the lights turned off"),
        ("en", "issue a warning"),
        ("de", "kannst du das Licht ausmachen"),
        ("fr", "est-ce que tu peux éteindre la lumière"),
    ] {
        assert!(!of(language, text).0, "{text}");
    }
    for (language, text, states) in [
        ("en", "the lights are on", true),
        ("en", "it is warmer now", true),
        ("en", "the lights went off", true),
        ("en", "have the lights go off", false),
        ("en", "the kettle's on", true),
        ("en", "papa's side on", false),
        ("en", "coffee machine was left on", true),
        ("en", "the front door was unlocked this morning", true),
        ("en", "milk is on the list already", true),
        ("en", "it is dark, lights on", false),
        ("en", "we are out of milk", false),
        ("en", "tom is going to turn off the big lamp", true),
        ("en", "I want the lights on", false),
        ("en", "turning off the lights saves money", true),
        ("en", "She's turned the TV off.", true),
        ("en", "they'd already switched the coffee machine off", true),
        ("en", "the electrician will switch off the power at ten", true),
        ("en", "will you turn off the lamp", false),
        ("en", "I'd turn on the lamp", false),
        ("de", "hör auf, das Licht auszumachen", true),
        ("en", "make sure the lights are off", false),
        ("en", "the lights should be off", false),
        ("en", "it's too dark", false),
        ("de", "das Licht ist schon an", true),
        ("de", "mach dass das Licht an ist", false),
    ] {
        assert_eq!(of(language, text).1, states, "{text}");
    }
}
