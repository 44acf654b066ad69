//! Questions and statements that no mark tells: recognisers write "are the lights off", and nothing is to be switched off for it.

use crate::context::MatchContext;
use crate::loose::{Loose, Word};
use crate::matcher::Matcher;
use crate::understood::{Understood, acts};
use rosie_core::{Intent, KnownNames, Language};

/// What a language opens a question with; what makes a request of it all the same; and what a statement of how something is
/// has in the middle, at its end, and not at all.
struct Asking {
    language: &'static str,
    opens: &'static str,
    requests: &'static str,
    is: &'static str,
    states: &'static str,
    wishes: &'static str,
}

const FILLERS: &str = "hey|hi|rosie|um|uh|er|so|and|oh|ok|okay|well|äh|ähm|also|und|eh|pues|y|euh|et|alors|dis|sag";

const ASKING: [Asking; 4] = [
    Asking {
        language: "en",
        opens: "is|are|am|was|were|isn't|aren't|wasn't|weren't|did|didn't|does|doesn't|has|hasn't|why|who|whose|\
            where|which|should i|should we|shall i|shall we|do i|do we|do they|have i|have we|how do|\
            how can|how does|how did|how should|how to|what happens|what does|what do|what did",
        requests: "could you|can you|would you|will you|possible|chance|mind|able to|why don't|why not",
        is: "is|are|was|were",
        states: "on|off|up|down|open|closed|shut|locked|unlocked|warmer|colder|cooler|brighter|darker|louder|quieter",
        wishes: "sure|see|want|wants|should|must|need|needs|get|have|let|too|please|supposed|could|can|would|\
            like|wish|rather|better|check|that|until|leave|keep",
    },
    Asking {
        language: "de",
        opens: "ist|sind|war|waren|wurde|wurden|hat|haben|hast|habe|wer|wo|warum|wieso|weshalb|welche|welcher|\
            welches|soll ich|sollen wir|sollte ich|gibt es|wie schalte ich|wie mache ich|wie kann ich|\
            wie geht|was passiert|brennt|brennen|läuft|laufen",
        requests: "kannst du|könntest du|würdest du|magst du|möglich|warum nicht",
        is: "ist|sind|war|waren",
        states: "an|aus|auf|zu|oben|unten|offen|geschlossen|abgeschlossen|wärmer|heller|dunkler",
        wishes: "soll|sollen|sollte|sollten|muss|müssen|bitte|will|möchte|dass|zu kalt|lass|schau|mach|sorg|sieh|\
            kann|kannst",
    },
    Asking {
        language: "es",
        opens: "está|están|estaba|estaban|hay|ha|han|he|hemos|debo|debería|dónde|quién|por qué|cuál|cómo",
        requests: "puedes|podrías|posible|importa|por qué no",
        is: "está|están|estaba|estaban",
        states: "encendido|encendida|encendidos|encendidas|apagado|apagada|apagados|apagadas|abierta|abierto|\
            cerrada|cerrado",
        wishes: "quiero|que|debe|deben|asegúrate|por favor",
    },
    Asking {
        language: "fr",
        opens: "est-ce|est|sont|était|étaient|a-t-on|ai-je|as-tu|avons-nous|y a-t-il|qui|où|pourquoi|quel|\
            quelle|comment|dois-je|devrais-je",
        requests: "peux|pourrais|pouvez|pourriez|possible|veux-tu|pourquoi pas",
        is: "est|sont|était|étaient",
        states: "allumé|allumée|allumés|allumées|éteint|éteinte|éteints|éteintes|ouvert|ouverte|fermé|fermée",
        wishes: "veux|voudrais|faut|doit|doivent|que|assure",
    },
];

/// Words between "are" and "on": "are still all on".
const MOST_BETWEEN: usize = 3;

/// Beside what changes the home: what a question starts, ends, adds or takes off all the same.
const DONE: [&str; 20] = [
    "HassStartTimer",
    "HassCancelTimer",
    "HassCancelAllTimers",
    "HassIncreaseTimer",
    "HassDecreaseTimer",
    "HassListAddItem",
    "HassListRemoveItem",
    "HassListCompleteItem",
    "HassShoppingListAddItem",
    "HassShoppingListRemoveItem",
    "HassShoppingListCompleteItem",
    "RosieListAdd",
    "RosieListRemove",
    "RosieVolumeSet",
    "RosieSetAlarm",
    "RosieCancelAlarm",
    "RosieMoveAlarm",
    "RosieLater",
    "RosieSelect",
    "RosieNumber",
];

fn does(intent: &Intent) -> bool {
    let panel = intent.name == "RosieAlarmPanel" && !intent.slots.contains_key("asked");
    acts(intent) || panel || DONE.contains(&intent.name.as_str())
}

fn of(language: &Language) -> Option<&'static Asking> {
    ASKING.iter().find(|asking| asking.language == language.primary())
}

/// Lower case, words parted by one space, no marks around them.
fn bare(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        word.trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase()
            .replace('’', "'")
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let begun = words
        .iter()
        .position(|word| !FILLERS.split('|').any(|filler| filler == word));
    words[begun.unwrap_or(words.len())..].join(" ")
}

fn has(text: &str, phrases: &str) -> bool {
    let text = format!(" {text} ");
    phrases.split('|').any(|phrase| text.contains(&format!(" {phrase} ")))
}

/// Whether it opens as questions do, without being a request.
pub fn opens_a_question(text: &str, language: &Language) -> bool {
    let Some(asking) = of(language) else { return false };
    let text = bare(text);
    // "Está lloviendo, guarda el cortacésped" tells of the weather.
    let tells = text.split(' ').nth(1).is_some_and(|word| word.ends_with("ndo"));
    let opens = |phrase: &str| {
        text.strip_prefix(phrase)
            .is_some_and(|rest| rest.starts_with([' ', '-']))
    };
    let been = text.starts_with("have ") && has(&text, "been");
    !tells && (asking.opens.split('|').any(opens) || been) && !has(&text, asking.requests)
}

/// "The lights are on": how it is, not what is wished for.
fn states_how_it_is(text: &str, language: &Language) -> bool {
    const THEN: [&str; 10] = [
        "now",
        "again",
        "already",
        "jetzt",
        "wieder",
        "schon",
        "ahora",
        "ya",
        "maintenant",
        "déjà",
    ];
    let Some(asking) = of(language) else { return false };
    let text = bare(text);
    let mut words: Vec<&str> = text.split(' ').collect();
    while words.last().is_some_and(|word| THEN.contains(word)) {
        words.pop();
    }
    let Some((last, rest)) = words.split_last() else {
        return false;
    };
    // "The sun is gone, blinds down": said of something else.
    let near = &rest[rest.len().saturating_sub(MOST_BETWEEN)..];
    let state = asking.states.split('|').any(|state| state == *last);
    state && has(&near.join(" "), asking.is) && !has(&text, asking.wishes)
}

/// What "the" many are called with, and what makes it some of them.
const PLURAL: [(&str, &str, &str); 4] = [
    (
        "en",
        "are the|are my|are our|have the|were the",
        "any|some|either|one of",
    ),
    (
        "de",
        "sind die|sind meine|sind unsere|sind alle",
        "irgendwelche|welche|noch welche",
    ),
    (
        "es",
        "están las|están los|las|los",
        "alguna|algunas|algún|alguno|algunos",
    ),
    ("fr", "les", "des|une|un|quelques"),
];

impl Understood {
    /// "Are the doors shut?" is true of all of them or not at all; "are the lights on?" of some.
    pub(crate) fn of_all(mut self, text: &str, language: &Language) -> Self {
        let text = bare(text);
        let plural = PLURAL.iter().find(|(known, ..)| *known == language.primary());
        if !plural.is_some_and(|(_, the, some)| has(&text, the) && !has(&text, some)) {
            return self;
        }
        let rests = |intent: &Intent| matches!(intent.text("state").as_deref(), Some("off" | "closed" | "locked"));
        for intent in self.intents.iter_mut().filter(|intent| intent.name == "HassGetState") {
            if intent.response == "any" && rests(intent) {
                intent.response = "all".to_owned();
            }
        }
        self
    }
}

impl Matcher {
    /// Nothing is done for a question, nor for a statement of how something is. Of a command that follows one, that alone is done.
    pub(crate) fn unless_asked(
        &self,
        understood: Understood,
        text: &str,
        names: &KnownNames,
        context: &MatchContext,
    ) -> Option<Understood> {
        if !understood.intents.iter().any(does) {
            return Some(understood);
        }
        let words = Loose::words(text, &self.language);
        let lexicon = self.lexicon.as_ref();
        let orders = |words: &[Word]| lexicon.is_some_and(|lexicon| lexicon.begins_a_command(words));
        let joint = |word: &Word| word.is_mark() || lexicon.is_some_and(|lexicon| lexicon.ands().contains(&word.plain));
        let asked =
            opens_a_question(text, &self.language) || (!orders(&words) && states_how_it_is(text, &self.language));
        if !asked {
            return Some(understood);
        }
        let anew = (0..words.len()).find(|at| joint(&words[*at]) && orders(&words[at + 1..]))?;
        let rest = text.get(words.get(anew + 1)?.from..)?;
        self.understood_in_words(rest, names, context, &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_and_what_tells() {
        let of = |language: &str, text: &str| {
            let language = Language::new(language);
            (opens_a_question(text, &language), states_how_it_is(text, &language))
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
            ("en", "make sure the lights are off", false),
            ("en", "the lights should be off", false),
            ("en", "it's too dark", false),
            ("de", "das Licht ist schon an", true),
            ("de", "mach dass das Licht an ist", false),
        ] {
            assert_eq!(of(language, text).1, states, "{text}");
        }
    }
}
