#![allow(clippy::unwrap_used)]
use super::*;
use sha2::{Digest, Sha256};

const SENTENCES: [&[u8]; 4] = [
    include_bytes!("../data/directed/en.txt"),
    include_bytes!("../data/directed/de.txt"),
    include_bytes!("../data/directed/es.txt"),
    include_bytes!("../data/directed/fr.txt"),
];

fn chance(text: &str, language: &str) -> f32 {
    chance_of_a_command(text, &Language::new(language)).unwrap()
}

#[test]
fn it_was_made_from_the_sentences_as_they_are() {
    let mut hash = Sha256::new();
    SENTENCES.iter().for_each(|all| hash.update(all));
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        head().unwrap().described.made_from,
        hash,
        "the sentences were changed: run `make directed`"
    );
}

#[test]
fn it_computes_what_the_training_computed() {
    let described = &head().unwrap().described;
    for (language, (text, trained)) in described.languages.iter().zip(&described.probes) {
        assert!((chance(text, language) - trained).abs() < 1e-3, "{language}: {text}");
    }
}

#[test]
fn commands_are_likelier_than_talk_about_the_same() {
    let pairs = [
        (
            "en",
            "could you turn off the heater in the nursery",
            "my grandfather always turned off the heater himself",
        ),
        (
            "de",
            "schalt bitte das radio in der küche aus",
            "gestern hat er das radio in der küche ausgeschaltet",
        ),
        (
            "es",
            "apaga la luz de la terraza por favor",
            "ayer se me olvidó apagar la luz de la terraza",
        ),
        (
            "fr",
            "éteins la lumière du garage s'il te plaît",
            "hier il a encore oublié d'éteindre la lumière du garage",
        ),
    ];
    for (language, command, talk) in pairs {
        let (command, talk) = (chance(command, language), chance(talk, language));
        assert!(command > 0.5 && talk < 0.3, "{language}: {command} {talk}");
    }
    assert_eq!(chance_of_a_command("spegni la luce", &Language::new("it")), None);
}

#[test]
fn marks_case_and_digits_are_read_as_in_training() {
    assert_eq!(
        words("Turn it off, PLEASE... Now!"),
        ["turn", "it", "off", ",", "please", ",", "now"]
    );
    assert_eq!(words("dim to 20%"), ["dim", "to", "#"]);
    assert_eq!(words(" ?! "), Vec::<String>::new());
}

#[test]
fn a_damaged_file_is_no_head() {
    for bytes in [&b""[..], b"{}\n", &BYTES[..BYTES.len() - 1], &BYTES[..100]] {
        assert!(Head::parse(bytes).is_none());
    }
}
