//! Facts in four languages, and of a model's answer.

use proptest::prelude::*;
use rosie_core::{
    Language,
    memory::{MessageMeta, MessageRecord, Speaker},
};
use rosie_memory::facts::{extraction, in_passing, on_request};

/// Language, words, what is understood.
const PASSING: &[(&str, &str, &[&str])] = &[
    (
        "en",
        "My daughter's name is Ada.",
        &["daughter|name|Ada|Your daughter's name is Ada."],
    ),
    (
        "en",
        "I take my coffee black",
        &["user|takes_coffee|black|You take your coffee black."],
    ),
    (
        "en",
        "I live in Bad Homburg.",
        &["user|lives_in|Bad Homburg|You live in Bad Homburg."],
    ),
    (
        "en",
        "My birthday is on May 3rd.",
        &["user|birthday|May 3rd|Your birthday is May 3rd."],
    ),
    (
        "en",
        "I'm allergic to peanuts. My son is allergic to milk.",
        &[
            "user|allergic_to|peanuts|You are allergic to peanuts.",
            "son|allergic_to|milk|Your son is allergic to milk.",
        ],
    ),
    (
        "en",
        "the wifi password is correct horse",
        &["house|wifi_password|correct horse|The wifi password is correct horse."],
    ),
    (
        "en",
        "My favourite colour is green",
        &["user|favourite_colour|green|Your favourite colour is green."],
    ),
    (
        "en",
        "I don't like olives",
        &["user|dislikes|olives|You don't like olives."],
    ),
    ("en", "What is my daughter's name?", &[]),
    (
        "en",
        "Actually my son is called Theo.",
        &["son|name|Theo|Your son's name is Theo."],
    ),
    (
        "en",
        "just so you know, my son is called Leo",
        &["son|name|Leo|Your son's name is Leo."],
    ),
    (
        "en",
        "I moved, I live in Leeds now",
        &["user|lives_in|Leeds|You live in Leeds."],
    ),
    (
        "en",
        "My wife's name is Zoe and my son's name is Max",
        &[
            "wife|name|Zoe|Your wife's name is Zoe.",
            "son|name|Max|Your son's name is Max.",
        ],
    ),
    (
        "en",
        "My wife's name is Zoe and I cook",
        &["wife|name|Zoe|Your wife's name is Zoe."],
    ),
    (
        "en",
        "I'm allergic to nuts and milk",
        &["user|allergic_to|nuts and milk|You are allergic to nuts and milk."],
    ),
    ("en", "he said, my name is Bob", &[]),
    ("en", "if I live in Leeds, what is my bus?", &[]),
    (
        "de",
        "Übrigens, ich wohne jetzt in Köln und mein Sohn heißt Max",
        &["sohn|name|Max|Dein Sohn heißt Max."],
    ),
    (
        "es",
        "por cierto, mi hija se llama Ada y vivo en Sevilla ahora",
        &[
            "hija|name|Ada|Tu hija se llama Ada.",
            "user|lives_in|Sevilla|Vives en Sevilla.",
        ],
    ),
    (
        "fr",
        "au fait, ma fille s'appelle Ada et j'habite à Lyon maintenant",
        &[
            "fille|name|Ada|Fille : s'appelle Ada.",
            "user|lives_in|Lyon|Tu habites à Lyon.",
        ],
    ),
    ("en", "I like it", &[]),
    ("en", "My name is not Bob", &[]),
    ("en", "Turn on the light in the kitchen.", &[]),
    ("en", "Set a timer for ten minutes", &[]),
    (
        "de",
        "Meine Tochter heißt Ada.",
        &["tochter|name|Ada|Deine Tochter heißt Ada."],
    ),
    (
        "de",
        "Ich trinke meinen Kaffee schwarz.",
        &["user|takes_kaffee|schwarz|Du nimmst Kaffee schwarz."],
    ),
    ("de", "Ich wohne in Köln", &["user|lives_in|Köln|Du wohnst in Köln."]),
    (
        "de",
        "Mein Geburtstag ist am 3. Mai.",
        &["user|birthday|3. Mai|Du hast am 3. Mai Geburtstag."],
    ),
    (
        "de",
        "Ich bin allergisch gegen Nüsse",
        &["user|allergic_to|Nüsse|Du bist allergisch gegen Nüsse."],
    ),
    (
        "de",
        "Das WLAN-Passwort lautet sesam",
        &["house|wifi_password|sesam|Das WLAN-Passwort ist sesam."],
    ),
    (
        "de",
        "Merk dir, dass meine Tochter Ada heißt.",
        &["tochter|name|Ada|Deine Tochter heißt Ada."],
    ),
    ("de", "Wie heißt meine Tochter?", &[]),
    ("de", "Mach das Licht an", &[]),
    ("es", "Mi hija se llama Ada.", &["hija|name|Ada|Tu hija se llama Ada."]),
    ("es", "Tomo el café solo", &["user|takes_café|solo|Tomas el café solo."]),
    ("es", "Vivo en Sevilla.", &["user|lives_in|Sevilla|Vives en Sevilla."]),
    (
        "es",
        "Mi cumpleaños es el 3 de mayo",
        &["user|birthday|3 de mayo|Tu cumpleaños es el 3 de mayo."],
    ),
    (
        "es",
        "Soy alérgica a los cacahuetes",
        &["user|allergic_to|cacahuetes|Tienes alergia a cacahuetes."],
    ),
    (
        "es",
        "La contraseña del wifi es sésamo",
        &["house|wifi_password|sésamo|La contraseña del wifi es sésamo."],
    ),
    ("es", "¿Cómo se llama mi hija?", &[]),
    (
        "fr",
        "Ma fille s’appelle Ada.",
        &["fille|name|Ada|Fille : s'appelle Ada."],
    ),
    (
        "fr",
        "Je prends mon café noir",
        &["user|takes_café|noir|Tu prends ton café noir."],
    ),
    ("fr", "J'habite à Lyon.", &["user|lives_in|Lyon|Tu habites à Lyon."]),
    (
        "fr",
        "Mon anniversaire est le 3 mai",
        &["user|birthday|3 mai|Ton anniversaire est le 3 mai."],
    ),
    (
        "fr",
        "Je suis allergique aux noix",
        &["user|allergic_to|noix|Tu es allergique aux noix."],
    ),
    (
        "fr",
        "Le mot de passe du wifi est sésame",
        &["house|wifi_password|sésame|Le mot de passe du wifi est sésame."],
    ),
    ("fr", "Comment s'appelle ma fille ?", &[]),
];

const ASKED: &[(&str, &str, &str)] = &[
    (
        "en",
        "Remember that my daughter's name is Ada.",
        "Your daughter's name is Ada.",
    ),
    (
        "en",
        "Please remember that I parked my car in row B.",
        "You parked your car in row B.",
    ),
    (
        "en",
        "Remember, the bins go out on Tuesday",
        "The bins go out on Tuesday.",
    ),
    ("en", "Remember my locker is number 12", "Your locker is number 12."),
    (
        "de",
        "Merk dir bitte, dass die Tonne am Dienstag rauskommt",
        "Du hast gesagt: „die Tonne am Dienstag rauskommt“.",
    ),
    ("de", "Merk dir, dass ich in Köln wohne", "Du wohnst in Köln."),
    ("es", "Recuerda que mi hija se llama Ada", "Tu hija se llama Ada."),
    ("fr", "Souviens-toi que j'habite à Lyon", "Tu habites à Lyon."),
];

#[test]
fn facts_are_understood_in_four_languages() {
    let mut wrong = Vec::new();
    for (language, words, expected) in PASSING {
        let found: Vec<String> = in_passing(words, &Language::new(language))
            .iter()
            .map(|fact| format!("{}|{}|{}|{}", fact.subject, fact.predicate, fact.object, fact.sentence))
            .collect();
        if found != *expected {
            wrong.push(format!("{words}: {found:?}"));
        }
    }
    for (language, words, expected) in ASKED {
        let found: Vec<String> = on_request(words, &Language::new(language))
            .into_iter()
            .map(|f| f.sentence)
            .collect();
        if found != [*expected] {
            wrong.push(format!("{words}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn said(text: &str) -> MessageRecord {
    MessageRecord {
        id: String::new(),
        conversation: "c".into(),
        room: "r".into(),
        user: None,
        unix_ms: 0,
        speaker: Speaker::User,
        language: Language::default(),
        text: text.to_owned(),
        meta: MessageMeta::default(),
        tags: Vec::new(),
        edited_unix_ms: None,
    }
}

#[test]
fn of_a_models_answer_only_what_was_said_is_believed() {
    let task = extraction::task(&[said(
        "We got a new cat yesterday, she's called Minka, and the vet is Doctor Berg.",
    )]);
    assert!(task.prompt.contains("Minka"));
    let fact = |object: &str, confidence: &str| {
        format!(
            r#"{{"subject":"cat","predicate":"name","object":"{object}","sentence":"Your cat is {object}.","confidence":{confidence}}}"#
        )
    };
    let answer = format!(
        "Here you are:\n```json\n{{\"facts\":[{},{},{},{{\"subject\":1}}]}}\n```",
        fact("Minka", "0.9"),
        fact("Whiskers", "0.9"),
        fact("Doctor Berg", "7")
    );
    let found = extraction::parse(&task, &answer).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].object.as_str(), found[0].confidence), ("Minka", 0.7));
    assert!(extraction::parse(&task, "I found none.").is_err());
    assert!(extraction::parse(&task, r#"{"fact":[]}"#).is_err());
    assert!(extraction::parse(&task, r#"{"facts":[]}"#).unwrap().is_empty());
    assert!(extraction::parse(&task, &"x".repeat(1 << 20)).is_err());
}

proptest! {
    #[test]
    fn any_words_are_survived(text in "\\PC{0,300}", language in 0usize..5) {
        let language = Language::new(["en", "de", "es", "fr", "zz"][language]);
        prop_assert!(in_passing(&text, &language).len() <= 8);
        prop_assert!(on_request(&text, &language).len() <= 8);
    }

    #[test]
    fn any_answer_of_a_model_is_survived(answer in "[{}\\[\\]\":,a-z0-9 \\\\]{0,200}") {
        let task = extraction::task(&[said("hello there")]);
        if let Ok(found) = extraction::parse(&task, &answer) {
            prop_assert!(found.len() <= 32);
        }
    }
}
