//! The clauses of a sentence that may state a fact by themselves: "by the way, my son is called Max and I live in Leeds now".

use regex::{Regex, RegexBuilder};
use rosie_core::Language;
use std::sync::LazyLock;

/// What is around the clauses of a language.
struct Around {
    language: &'static str,
    /// Comes before a clause and says nothing.
    lead: Regex,
    /// Comes after it and says nothing.
    trail: Regex,
    /// A clause of one's own begins after it.
    joint: Regex,
    /// Somebody else's words, or none that hold: no clause of such a sentence is taken by itself.
    others: Regex,
}

fn around(language: &'static str, lead: &str, trail: &str, joint: &str, others: &str) -> Around {
    let compile = |pattern: String| {
        let built = RegexBuilder::new(&pattern).case_insensitive(true).build();
        #[allow(clippy::unwrap_used)] // Constants, compiled in every test.
        built.unwrap()
    };
    Around {
        language,
        lead: compile(format!(r"^(?:(?:{lead})[,: ]+)+")),
        trail: compile(format!(r"(?:[, ]+(?:{trail}))+$")),
        joint: compile(format!(r",\s+|\s+(?:{joint})\s+")),
        others: compile(format!(r"\b(?:{others})\b")),
    }
}

static ALL: LazyLock<[Around; 4]> = LazyLock::new(|| {
    [
        around(
            "en",
            "actually|by the way|btw|just so you know|so you know|for your information|fyi|you know|you see|oh|well|so|but|and|also|anyway|no|hey|hi|rosie|listen|i mean|sorry",
            "now|nowadays|these days|too|as well|actually|by the way|you know|rosie|again",
            "and|but",
            "if|when|said|says|saying|told|tells|asked|asks|sings|song|imagine|suppose|pretend|wish|would|could|might|maybe|perhaps|he|she|they",
        ),
        around(
            "de",
            "eigentlich|übrigens|nur damit du es weißt|damit du es weißt|zur info|weißt du|oh|also|aber|und|ach ja|ach|nein|hey|hallo|rosie|hör zu|ich meine|entschuldige",
            "jetzt|inzwischen|mittlerweile|auch|übrigens|rosie",
            "und|aber",
            "wenn|falls|ob|sagte|sagt|gesagt|fragte|fragt|singt|lied|stell dir vor|angenommen|würde|könnte|vielleicht|er|sie",
        ),
        around(
            "es",
            "en realidad|por cierto|para que lo sepas|sabes|oh|bueno|pues|pero|y|además|no|oye|hola|rosie|escucha|quiero decir|perdona",
            "ahora|actualmente|también|por cierto|rosie",
            "y|pero",
            "si|cuando|dijo|dice|dicho|preguntó|canta|canción|imagina|quizás?|tal vez|ojalá|él|ella|ellos|ellas",
        ),
        around(
            "fr",
            "en fait|au fait|pour info|pour information|sache que|tu sais|oh|bon|alors|mais|et|aussi|non|hé|salut|rosie|écoute|je veux dire|pardon",
            "maintenant|désormais|aussi|d'ailleurs|au fait|rosie",
            "et|mais",
            "si|quand|dit|disait|demande|demandait|chante|chanson|imagine|peut-être|il|elle|ils|elles",
        ),
    ]
});

/// The clauses of `sentence` without what is around them; the whole, where there is but one or it is somebody else's.
pub(super) fn clauses<'a>(sentence: &'a str, language: &Language) -> Vec<&'a str> {
    let Some(around) = ALL.iter().find(|around| around.language == language.primary()) else {
        return vec![sentence];
    };
    let bare = |clause: &'a str| {
        let clause = around.lead.find(clause).map_or(clause, |lead| &clause[lead.end()..]);
        around
            .trail
            .find(clause)
            .map_or(clause, |trail| &clause[..trail.start()])
    };
    match around.others.is_match(sentence) {
        true => vec![bare(sentence)],
        false => around.joint.split(sentence).map(bare).collect(),
    }
}
