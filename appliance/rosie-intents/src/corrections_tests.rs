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
