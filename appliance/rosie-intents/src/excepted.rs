//! "All the lights, all of them, but not the moon", "one of the lights": what is left out and was not understood leaves nothing to be
//! done, for more than was wanted would be.

use crate::matcher::Matcher;
use crate::text::plain_words;
use crate::understood::acts;
use rosie_core::{Intent, Language};

/// What leaves something out, where many things are meant.
const EXCEPT: [(&str, &str); 4] = [
    (
        "en",
        "but not|except|apart from|bar the|save for|other than|besides|excluding|but for|skip the|not counting|all but|\
         everything but|everyone but|room but|lights but|but one|but two|but three|not in the|stays lit|stay lit|stays on|stay on|excluded|one of the|some of the|half of the|most of the|a few of the",
    ),
    (
        "de",
        "außer|ausser|bis auf|nur nicht|aber nicht|ausgenommen|abgesehen von|mit ausnahme|es sei denn",
    ),
    (
        "es",
        "salvo|excepto|a excepción|con excepción|con la excepción|pero no|aparte de|quitando|menos el|menos la|menos los|menos las|menos en|menos dos",
    ),
    ("fr", "sauf|excepté|hormis|à part|mais pas|en dehors de|à l'exception"),
];

/// What makes a wish depend on something that nobody here waits for.
const DEPENDS: [(&str, &str); 4] = [
    (
        "en",
        "in the event of|assuming|as long as|in case|provided|should it|the moment it|provided it|provided that|provided it's|every time the|every time it",
    ),
    ("de", "es sei denn|solange|vorausgesetzt|sobald|jedes mal wenn"),
    ("es", "siempre que|en cuanto|a condición de|cada vez que"),
    (
        "fr",
        "il y a écrit|il est écrit|une fois le|une fois la|une fois les|une fois que|dès que|dès qu'il|dès qu'elle|au cas où|à condition|chaque fois que",
    ),
];

/// All but one thing: what has a name then is the one that is meant to stay as it is.
const ALL_BUT: [(&str, &str); 4] = [
    (
        "en",
        "everything but|everything except|all but|all except|every one but|everything apart",
    ),
    (
        "de",
        "alles außer|alles ausser|alles bis|alle außer|alle ausser|alle bis auf",
    ),
    ("es", "todo menos|todo salvo|todo excepto|todos menos|todas menos"),
    ("fr", "tout sauf|tous sauf|toutes sauf"),
];

impl Matcher {
    /// Whether `intents` would do more than `text` wants, or at another time: what it depends on, leaves out or narrows is not in them.
    pub fn goes_too_far(&self, text: &str, intents: &[Intent]) -> bool {
        self.depends(text, intents) || self.loses_an_exception(text, intents) || self.names_no_timer(intents)
    }

    /// "Scrap the timer for ten minutes" starts none that is called "scrap the".
    fn names_no_timer(&self, intents: &[Intent]) -> bool {
        let articles = self.lexicon.as_ref().map(|lexicon| &lexicon.articles);
        let open = |intent: &Intent| {
            let name = intent.text("name").filter(|_| intent.name == "HassStartTimer");
            let last = name
                .as_deref()
                .and_then(|name| name.split_whitespace().next_back().map(plain_words));
            last.is_some_and(|last| articles.is_some_and(|articles| articles.contains(&last)))
        };
        intents.iter().any(open)
    }

    /// Whether it is to be done only if something else is so.
    fn depends(&self, text: &str, intents: &[Intent]) -> bool {
        intents.iter().any(acts) && (says(text, &DEPENDS, &self.language) || unless_it_is(text, &self.language))
    }

    /// Whether `text` leaves something out of many, or says which of them are meant, and `intents` do not.
    fn loses_an_exception(&self, text: &str, intents: &[Intent]) -> bool {
        // "Not the kitchen ceiling, the strip": which of the two is meant must not be missed.
        let first = text
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase();
        if ["not the", "not my"].contains(&first.as_str()) && intents.iter().any(acts) {
            return true;
        }
        let without = |intent: &&Intent| acts(intent) && !intent.slots.contains_key("except");
        if says(text, &ALL_BUT, &self.language) && intents.iter().any(|intent| without(&intent)) {
            return true;
        }
        let of_many = |intent: &&Intent| acts(intent) && !intent.slots.contains_key("name");
        let many: Vec<&Intent> = intents.iter().filter(of_many).collect();
        if !many.is_empty() && (narrows(text, &self.language) || loses_a_floor(text, &many, &self.language)) {
            return true;
        }
        // "Dos grados menos en la oficina" leaves nothing out.
        let text = ["grados menos", "grado menos", "ciento menos"]
            .iter()
            .fold(text.to_lowercase(), |text, less| text.replace(less, ""));
        says(&text, &EXCEPT, &self.language)
            && !many.is_empty()
            && many.iter().all(|intent| !intent.slots.contains_key("except"))
    }
}

/// Ends of clauses that are commands and not what says which things are meant: "die Jalousien zu".
const PARTICLES: [&str; 12] = [
    "an", "aus", "zu", "auf", "ab", "ein", "hoch", "runter", "rauf", "bitte", "um", "los",
];

/// What somebody or something does by itself: what is told, and no clause that says which things are meant.
const HAPPENS: [&str; 24] = [
    "blendet", "scheint", "knallt", "sticht", "brennt", "schläft", "schlafen", "klingelt", "klingeln", "kommt",
    "kommen", "friert", "frieren", "weint", "stört", "wartet", "guckt", "gucken", "schaut", "schauen", "starren",
    "ist", "sind", "wird",
];

/// "All the lights that nobody needs", "die Lampen, die heiß werden": which of many are meant is said, and was not understood.
fn narrows(text: &str, language: &Language) -> bool {
    let text = text.to_lowercase().replace('’', "'");
    let plain = format!(
        " {} ",
        text.replace([',', '.', '!', '?'], " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    );
    let after = |marks: &[&str]| marks.iter().find_map(|mark| Some(plain.split_once(mark)?.1.to_owned()));
    let on = |rest: &str| {
        [
            "on",
            "is on",
            "are on",
            "still on",
            "haya",
            "hay ",
            "está encendid",
            "esté encendid",
            "estén encendid",
            "est allumé",
            "sont allumé",
        ]
        .iter()
        .any(|state| rest.trim_start().starts_with(state))
    };
    match language.primary() {
        "en" => {
            let kinds = [
                "lights",
                "lamps",
                "blinds",
                "devices",
                "switches",
                "plugs",
                "everything",
                "curtains",
                "shutters",
                "things",
            ];
            let all = kinds
                .iter()
                .flat_map(|kind| [format!(" {kind} that "), format!(" {kind} which ")]);
            all.into_iter()
                .any(|mark| plain.split_once(&mark).is_some_and(|(_, rest)| !on(rest)))
        }
        "de" => [", die ", ", das ", ", der ", ", was "].iter().any(|mark| {
            let rest = text.split_once(mark).map_or("", |(_, rest)| rest);
            let clause = rest.split([',', '.', '!']).next().unwrap_or_default();
            let clause = clause.split(" und ").next().unwrap_or_default();
            let last = clause.split_whitespace().last().unwrap_or_default();
            // "…, die Sonne blendet" tells why.
            let told = clause
                .split_whitespace()
                .nth(1)
                .is_some_and(|verb| HAPPENS.contains(&verb));
            !told && clause.split_whitespace().count() > 1 && !PARTICLES.contains(&last) && !clause.contains("an ist")
        }),
        "es" => {
            let marks = [
                " todo lo que ",
                " luces que ",
                " lámparas que ",
                " persianas que ",
                " aparatos que ",
                " cosas que ",
            ];
            after(&marks).is_some_and(|rest| !on(&rest))
        }
        "fr" => {
            let marks = [
                " tout ce qui ",
                " tout ce que ",
                " lumières qui ",
                " lumières que ",
                " lampes qui ",
                " lampes que ",
                " appareils qui ",
                " volets qui ",
                " stores qui ",
            ];
            after(&marks).is_some_and(|rest| !on(&rest))
        }
        _ => false,
    }
}

/// "Todas las luces de arriba": a floor was said, and none is meant.
fn loses_a_floor(text: &str, many: &[&Intent], language: &Language) -> bool {
    const FLOORS: [(&str, &str); 3] = [
        ("en", "upstairs|downstairs"),
        ("es", "de arriba|de abajo"),
        ("fr", "d'en haut|d'en bas|du haut|du bas"),
    ];
    let placed = |intent: &&Intent| ["floor", "area"].iter().any(|slot| intent.slots.contains_key(*slot));
    says(text, &FLOORS, language) && !many.iter().any(placed)
}

/// "Außer Tom ist noch draußen": what follows is no thing that is left out.
fn unless_it_is(text: &str, language: &Language) -> bool {
    let text = format!("{} ", text.to_lowercase());
    let after = text.split_once("außer ").filter(|_| language.primary() == "de");
    after.is_some_and(|(_, after)| {
        [" ist ", " sind ", " hat ", " haben "]
            .iter()
            .any(|verb| after.contains(verb))
    })
}

/// Whether one of the language's phrases is in a text, as words of it.
fn says(text: &str, all: &[(&str, &str)], language: &Language) -> bool {
    let said = format!(" {} ", plain_words(text));
    let phrases = all.iter().find(|(known, _)| *known == language.primary());
    phrases.is_some_and(|(_, phrases)| phrases.split('|').any(|phrase| said.contains(&format!(" {phrase} "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_of_many_are_meant() {
        let of = |language: &str, text: &str| narrows(text, &Language::new(language));
        for (language, text, narrowed) in [
            ("en", "turn off all the lights that nobody needs", true),
            ("en", "turn off everything that is on", false),
            ("en", "turn off all the lights", false),
            ("de", "mach die Lampen aus, die heiß werden", true),
            ("de", "alle Lichter aus, die Jalousien zu", false),
            ("de", "mach die Jalousie runter, die Sonne blendet", false),
            ("de", "mach die Lampen an, die Papa braucht", true),
            ("de", "mach alles aus, was an ist", false),
            ("es", "apaga todo lo que no haga falta", true),
            ("es", "quiero que apagues todas las luces", false),
            ("fr", "éteins tout ce qui est allumé", false),
            ("fr", "éteins les lampes qui chauffent", true),
        ] {
            assert_eq!(of(language, text), narrowed, "{text}");
        }
    }
}
