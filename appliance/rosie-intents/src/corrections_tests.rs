//! Corrections as people make them.

use super::*;

#[test]
fn what_was_taken_back_is_replaced() {
    for (language, said, meant) in [
        (
            "en",
            "set a timer for five, no, make that seven minutes",
            Some("set a timer for seven minutes"),
        ),
        (
            "en",
            "set a timer for five no make that seven minutes",
            Some("set a timer for seven minutes"),
        ),
        (
            "en",
            "Turn on the desk lamp, no sorry, I mean the office ceiling.",
            Some("Turn on the office ceiling."),
        ),
        (
            "en",
            "make the ceiling thirty percent no wait thirty five percent",
            Some("make the ceiling thirty five percent"),
        ),
        (
            "en",
            "set the light to thirty percent, no wait, forty",
            Some("set the light to forty percent"),
        ),
        (
            "en",
            "set the lamp to 40 percent oh no that is too dim make it 60 percent",
            Some("set the lamp to 60 percent"),
        ),
        (
            "en",
            "Set a timer for six minutes, my eggs are in. Oh, actually no, make that seven, I like them firmer.",
            Some("Set a timer for seven minutes I like them firmer."),
        ),
        (
            "en",
            "turn on the lamp no wait turn off the fan",
            Some("turn off the fan"),
        ),
        (
            "en",
            "put the thermostat on twenty four degrees oh but Ben will have a fit um no twenty two degrees let's say",
            Some("put the thermostat on twenty two degrees"),
        ),
        (
            "en",
            "Office ceiling to sixty percent, please. Although, I'm soldering, so no, eighty percent.",
            Some("Office ceiling to eighty percent"),
        ),
        (
            "en",
            "can you put yoghurt on the shopping list oh wait there's two behind the gherkins so not yoghurt um butter it's butter we need",
            Some("can you put butter on the shopping list"),
        ),
        (
            "en",
            "add mushrooms to the shopping list no scrap that Kofi won't touch them I meant peppers put peppers on it",
            Some("add peppers to the shopping list"),
        ),
        ("en", "turn on the lamp but not the lamp in the kitchen", None),
        ("en", "turn off the kitchen heater not the bathroom one", None),
        ("en", "it is not twenty degrees, it is no thirty minutes walk", None),
        ("en", "set it to 20 degrees or rather 21", Some("set it to 21 degrees")),
        (
            "de",
            "mach das Licht an, nein warte, mach die Heizung an",
            Some("mach die Heizung an"),
        ),
        (
            "de",
            "Timer auf fünf ach nein zehn Minuten",
            Some("Timer auf zehn Minuten"),
        ),
        (
            "es",
            "pon la luz al treinta no espera cuarenta por ciento",
            Some("pon la luz al cuarenta por ciento"),
        ),
        (
            "fr",
            "allume la lampe du salon non attends la lampe du bureau",
            Some("allume la lampe du bureau"),
        ),
        (
            "en",
            "turn on the attic no wait the guest room fan",
            Some("turn on the guest room fan"),
        ),
        ("de", "Licht im Büro an, ach nee, im Bad", Some("Licht im Bad an")),
        (
            "de",
            "mach das Licht im Büro an ach nee mach das Licht im Bad aus",
            Some("mach das Licht im Bad aus"),
        ),
        (
            "es",
            "enciende la luz de la oficina perdón del dormitorio",
            Some("enciende la luz del dormitorio"),
        ),
        (
            "fr",
            "allume la lumière du bureau pardon de la chambre",
            Some("allume la lumière de la chambre"),
        ),
        (
            "en",
            "bathroom floor to twenty four no twenty three degrees",
            Some("bathroom floor to twenty three degrees"),
        ),
        (
            "es",
            "el baño a veinticuatro, no, a veintitrés grados",
            Some("el baño a veintitrés grados"),
        ),
        (
            "fr",
            "la cuisine à vingt, non, trente pour cent",
            Some("la cuisine à trente pour cent"),
        ),
        ("en", "desk lamp blue no red red is better", Some("desk lamp red")),
        (
            "de",
            "Schreibtischlampe blau, nein, rot ist schöner",
            Some("Schreibtischlampe rot"),
        ),
        ("en", "are there two lamps or no lamps", None),
        (
            "en",
            "add butter to the shopping list sorry margarine",
            Some("add margarine to the shopping list"),
        ),
        (
            "de",
            "Butter auf die Einkaufsliste, Entschuldigung, Margarine",
            Some("Margarine auf die Einkaufsliste"),
        ),
        (
            "es",
            "mantequilla a la lista de la compra, perdón, margarina",
            Some("margarina a la lista de la compra"),
        ),
        (
            "fr",
            "ajoute beurre à la liste de courses, pardon, margarine",
            Some("ajoute margarine à la liste de courses"),
        ),
        ("de", "Tischlampe an, äh nein, die Stehlampe", Some("die Stehlampe an")),
        (
            "en",
            "fairy lights on no hang on christmas tree on",
            Some("christmas tree on"),
        ),
        ("en", "add butter to the shopping list sorry we have some", None),
        (
            "de",
            "weck mich morgen um sieben, Moment, nein, um acht",
            Some("weck mich morgen um acht"),
        ),
        (
            "en",
            "wake me tomorrow at seven no hang on eight",
            Some("wake me tomorrow at eight"),
        ),
        (
            "es",
            "temporizador de nueve minutos, uy no, de diecinueve",
            Some("temporizador de diecinueve minutos"),
        ),
        (
            "es",
            "despiértame mañana a las siete no espera a las ocho",
            Some("despiértame mañana a las ocho"),
        ),
        (
            "fr",
            "un minuteur de neuf minutes euh je voulais dire dix-neuf",
            Some("un minuteur de dix-neuf minutes"),
        ),
        (
            "de",
            "Stehlampe auf siebzig, nein, das ist zu hell, auf fünfundfünfzig Prozent",
            Some("Stehlampe auf fünfundfünfzig Prozent"),
        ),
        (
            "fr",
            "le lampadaire à soixante-dix oh non c'est trop à cinquante-cinq pour cent",
            Some("le lampadaire à cinquante-cinq pour cent"),
        ),
        (
            "en",
            "turn the backlight blue or no orange would be nicer",
            Some("turn the backlight orange"),
        ),
        (
            "es",
            "la guirnalda en azul no espera en naranja queda mejor",
            Some("la guirnalda en naranja"),
        ),
        (
            "en",
            "close the shutter no just halfway",
            Some("close the shutter halfway"),
        ),
        ("de", "Rollladen zu ach nein nur halb", Some("Rollladen halb zu")),
        (
            "es",
            "cierra la persiana bueno no solo a la mitad",
            Some("cierra la persiana a la mitad"),
        ),
        (
            "fr",
            "ferme le volet enfin non juste à moitié",
            Some("ferme le volet à moitié"),
        ),
        ("en", "turn it up to ten nobody is listening", None),
        ("en", "it is only half", None),
        ("en", "lights on sorry i'm late", None),
        ("de", "Licht an, Entschuldigung, es ist dunkel", None),
        ("en", "the red one has no blue button", None),
        ("en", "what do you mean by that", None),
        ("en", "I mean the lamp", None),
        ("en", "no wait", None),
        ("en", "is it my turn no sorry", None),
        ("en", "I like tea I mean coffee", None),
        ("fr", "mets plutôt la lumière à trente", None),
        ("es", "qué digo a mi madre", None),
        ("nl", "zet het licht aan nee wacht uit", None),
    ] {
        let found = corrected(said, &Language::new(language));
        assert_eq!(found.as_deref(), meant, "{said}");
    }
}

#[test]
fn another_number_or_verb_with_a_word_that_says_so() {
    let of = |language: &str, text: &str| corrected(text, &Language::new(language));
    for (language, text, meant) in [
        (
            "es",
            "pon el termostato a veinte, mejor a dieciocho grados",
            "pon el termostato a dieciocho grados",
        ),
        (
            "de",
            "stell das Thermostat auf zweiundzwanzig, ach was, zwanzig Grad reichen",
            "stell das Thermostat auf zwanzig Grad",
        ),
        (
            "en",
            "set the blind to fifty, better thirty percent",
            "set the blind to thirty percent",
        ),
        ("es", "enciende, digo, apaga el humidificador", "apaga el humidificador"),
    ] {
        assert_eq!(of(language, text).as_deref(), Some(meant), "{text}");
    }
    for (language, text) in [
        ("en", "wake me at seven, or eight"),
        ("es", "pon la luz al veinte, y la persiana al treinta"),
        ("de", "Timer auf zehn Minuten, besser gut als schlecht"),
    ] {
        assert_eq!(of(language, text), None, "{text}");
    }
}
