//! Questions about how the home is, and answers that know it or made it up.

use super::*;

const NAMES: [&str; 3] = ["Desk Lamp", "Coffee machine", "kitchen"];

#[test]
fn questions_that_only_the_home_can_answer() {
    for (language, text, asked) in [
        ("en", "is the desk lamp on", true),
        ("en", "Rosie, are the lights in the sauna still on?", true),
        ("en", "could you check if the front door is locked", true),
        ("en", "did I leave the garage open", true),
        ("en", "what's the temperature in the house", true),
        ("en", "is the coffee machine running", true),
        ("en", "why is glass in windows transparent", false),
        ("en", "why do people switch on lights at night", false),
        ("en", "how does a thermostat work", false),
        ("en", "is the moon closed to visitors", false),
        ("en", "turn the desk lamp on", false),
        ("en", "why is the sky blue", false),
        ("de", "ist das Licht im Keller noch an", true),
        ("de", "sind alle Fenster geschlossen", true),
        ("de", "wie funktioniert eine Heizung", false),
        ("es", "está abierta la puerta del garaje", true),
        ("fr", "est-ce que la porte d'entrée est fermée", true),
        ("fr", "pourquoi le ciel est bleu", false),
    ] {
        assert_eq!(asks_state(text, &Language::new(language), NAMES), asked, "{text}");
    }
}

fn entity(name: &str, state: Option<&str>) -> EntityState {
    EntityState {
        id: format!("x.{name}"),
        names: vec![name.into()],
        room: None,
        state: state.map(Into::into),
    }
}

#[test]
fn answers_are_held_against_what_is_known() {
    use Said::{Done, Harmless, Known, MadeUp};
    let known = [
        entity("Desk lamp", Some("off")),
        entity("Front door", Some("locked")),
        entity("Outdoor temperature", Some("21.5 °C")),
        entity("Oven", None),
    ];
    for (sentence, expected) in [
        ("The desk lamp is off.", Known),
        ("No, the desk lamp is not on.", Known),
        ("Yes, the desk lamp is on.", MadeUp),
        ("The desk lamp is not off.", MadeUp),
        ("The front door is locked.", Known),
        ("The front door is unlocked.", MadeUp),
        ("The outdoor temperature is 21.5 degrees.", Known),
        ("The outdoor temperature is 35 degrees.", MadeUp),
        ("The oven is on.", MadeUp),
        ("Yes, the sauna light is on.", MadeUp),
        ("Yes, it is on.", MadeUp),
        ("I don't know whether the sauna is on.", Harmless),
        ("I can't see the garage from here.", Harmless),
        ("Lamps turn electricity into light.", Harmless),
        ("I have turned off the desk lamp.", Done),
        ("The desk lamp has been switched on.", Done),
        ("Shall I turn the desk lamp on?", Harmless),
    ] {
        assert_eq!(
            judge(sentence, &Language::new("en"), &known, false),
            expected,
            "{sentence}"
        );
    }
    let german = Language::new("de");
    let lamp = [entity("Schreibtischlampe", Some("aus"))];
    assert_eq!(judge("Die Schreibtischlampe ist an.", &german, &lamp, false), MadeUp);
    assert_eq!(judge("Die Schreibtischlampe ist aus.", &german, &lamp, false), Known);
    // Only one thing is given: what is said without its name is about it.
    let one = [entity("Desk lamp", Some("off"))];
    assert_eq!(judge("It is off.", &Language::new("en"), &one, false), Known);
    assert_eq!(judge("It is on.", &Language::new("en"), &one, false), MadeUp);
    let made_up = "The temperature in the kitchen is 21 degrees.";
    assert_eq!(judge(made_up, &Language::new("en"), &[], true), MadeUp);
    assert_eq!(
        judge(
            "Glass melts at 1700 degrees, as sand does.",
            &Language::new("en"),
            &[],
            false
        ),
        Harmless
    );
}
