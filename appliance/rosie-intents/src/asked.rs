//! Questions and statements that no mark tells: recognisers write "are the lights off", and nothing is to be switched off for it.

use crate::context::MatchContext;
use crate::loose::{Loose, Word};
use crate::matcher::Matcher;
use crate::text::plain_words;
use crate::understood::{Understood, acts};
use rosie_core::{Intent, KnownNames, Language};

/// What a language opens a question with, and what makes a request of it all the same; what a statement of how something is
/// consists of, and what is in no such statement; and what else tells of something when it stands first.
struct Asking {
    language: &'static str,
    opens: &'static str,
    requests: &'static str,
    is: &'static str,
    /// Between "is" and the state.
    between: &'static str,
    states: &'static str,
    wishes: &'static str,
    tells: &'static str,
}

const FILLERS: &str = "hey|hi|rosie|um|uh|er|so|and|oh|ok|okay|well|äh|ähm|also|und|eh|pues|y|euh|et|alors|dis|sag";

const ASKING: [Asking; 4] = [
    Asking {
        language: "en",
        opens: "is|are|am|was|were|isn't|aren't|wasn't|weren't|did|didn't|does|doesn't|has|hasn't|why|who|whose|\
            where|which|should i|should we|shall i|shall we|do i|do we|do they|have i|have we|how do|\
            how can|how does|how did|how should|how to|what happens|what does|what do|what did|do you think|\
            did you|have you|would you have|our the|our all|our any",
        requests: "could you|can you|would you mind|would you please|will you|possible|chance|mind|able to|\
            why don't|why not",
        is: "is|are|was|were|went|goes|go|came|comes|got|gets|stayed|stays|has|had|have",
        between: "just|still|already|now|been|all|both|left|being|currently|actually|definitely|not|finally|\
            always|gone|come|a|bit|much|even|only|itself|themselves",
        states: "on|off|up|down|out|open|opened|opening|closed|closing|shut|shutting|locked|unlocked|locking|\
            unlocking|warmer|colder|cooler|brighter|darker|louder|quieter|set|running|playing|stopped|started|\
            finished|muted|paused|going|at|turned|switched",
        wishes: "sure|see|want|wants|should|must|need|needs|get|let|too|please|supposed|could|can|would|\
            like|wish|rather|better|check|that|until|leave|keep|have to|has to|have the|have it|if",
        tells: "i set|i turned|i switched|i opened|i closed|i locked|i added|i asked|i told|i already|i've|\
            it's written|it is written|it says|the sign says|the note says|hold off|refrain from|rather than|he said|she said|they said|he told|she told|they told|instead of|turning|switching|opening|closing|\
            locking|unlocking|dimming|setting|putting|thanks for|thank you for|repeat after|spell|pronounce|say turn|\
            say switch|say open|say close",
    },
    Asking {
        language: "de",
        opens: "ist|sind|war|waren|wurde|wurden|hat|haben|hast|habe|wer|wo|warum|wieso|weshalb|welche|welcher|\
            welches|soll ich|sollen wir|sollte ich|gibt es|wie schalte ich|wie mache ich|wie kann ich|\
            wie geht|was passiert|brennt|brennen|läuft|laufen|muss|müssen",
        requests: "kannst du|könntest du|würdest du|magst du|möglich|warum nicht",
        is: "ist|sind|war|waren|ging|gingen|geht|gehen",
        between: "jetzt|noch|schon|immer|alle|beide|nicht|wieder|gerade|endlich|eben",
        states: "an|aus|auf|zu|oben|unten|offen|geschlossen|abgeschlossen|wärmer|heller|dunkler",
        wishes: "soll|sollen|sollte|sollten|muss|müssen|bitte|will|möchte|dass|zu kalt|zu hell|zu grell|zu dunkel|\
            zu laut|zu leise|zu warm|zu heiß|lass|schau|mach|sorg|sieh|\
            kann|kannst",
        tells: "statt|anstatt|ich habe|er hat|sie hat|er sagte|sie sagte|hör auf|hört auf|danke fürs|danke dass",
    },
    Asking {
        language: "es",
        opens: "está|están|estaba|estaban|hay|ha|han|he|hemos|debo|debería|dónde|quién|por qué|cuál|cómo",
        requests: "puedes|podrías|posible|importa|por qué no",
        is: "está|están|estaba|estaban",
        between: "ya|aún|todavía|todas|todos|ahora|casi|siempre",
        states: "encendido|encendida|encendidos|encendidas|apagado|apagada|apagados|apagadas|abierta|abierto|\
            cerrada|cerrado",
        wishes: "quiero|que|debe|deben|asegúrate|por favor",
        tells: "en vez de|en lugar de|gracias por|deja de|dejad de",
    },
    Asking {
        language: "fr",
        opens: "est-ce|est|sont|était|étaient|a-t-on|ai-je|as-tu|avons-nous|y a-t-il|qui|où|pourquoi|quel|\
            quelle|comment|dois-je|devrais-je",
        requests: "peux|pourrais|pouvez|pourriez|possible|veux-tu|pourquoi pas",
        is: "est|sont|était|étaient",
        between: "déjà|encore|toutes|tous|maintenant|toujours|bien",
        states: "allumé|allumée|allumés|allumées|éteint|éteinte|éteints|éteintes|ouvert|ouverte|fermé|fermée",
        wishes: "veux|voudrais|faut|doit|doivent|que|assure",
        tells: "au lieu de|au lieu d'éteindre|au lieu d'allumer|merci d'avoir|merci de|arrête de|arrête d'allumer|\
            arrête d'éteindre",
    },
];

/// Beside what changes the home: what a question starts, ends, adds or takes off all the same.
const DONE: [&str; 23] = [
    "RosieRemind",
    "RosieRemember",
    "RosieBroadcast",
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

/// Whether it changes the home, or anything of Rosie's own.
pub fn does(intent: &Intent) -> bool {
    let panel = intent.name == "RosieAlarmPanel" && !intent.slots.contains_key("asked");
    acts(intent) || panel || DONE.contains(&intent.name.as_str())
}

fn of(language: &Language) -> Option<&'static Asking> {
    ASKING.iter().find(|asking| asking.language == language.primary())
}

/// Its plain words, without what is said before anything.
fn bare(text: &str) -> String {
    let text = plain_words(text);
    let words: Vec<&str> = text.split(' ').collect();
    let begun = words
        .iter()
        .position(|word| !FILLERS.split('|').any(|filler| filler == *word));
    words[begun.unwrap_or(words.len())..].join(" ")
}

fn has(text: &str, phrases: &str) -> bool {
    let text = format!(" {text} ");
    phrases.split('|').any(|phrase| text.contains(&format!(" {phrase} ")))
}

/// Whether it opens as questions do, without being a request.
pub fn opens_a_question(text: &str, language: &Language) -> bool {
    let Some(asking) = of(language) else { return false };
    let marked = text.contains('?');
    let text = bare(text);
    // "Está lloviendo, guarda el cortacésped" tells of the weather.
    let tells = text.split(' ').nth(1).is_some_and(|word| word.ends_with("ndo"));
    // "Hay demasiada luz", "hay que regar": so it is, unless a mark asks.
    const SO_IT_IS: [&str; 5] = [
        "hay que ",
        "hay demasiada ",
        "hay demasiado ",
        "hay tanta ",
        "hay poca ",
    ];
    let tells = tells || (!marked && SO_IT_IS.iter().any(|so| text.starts_with(so)));
    let opens = |phrase: &str| {
        text.strip_prefix(phrase)
            .is_some_and(|rest| rest.starts_with([' ', '-']))
    };
    let been = text.starts_with("have ") && has(&text, "been|gone|come");
    !tells && (asking.opens.split('|').any(opens) || been) && !has(&text, asking.requests)
}

/// Marks and words that part what is told from what is wanted: "it is dark, lights on", "the painting is finished so lamp off".
fn parts(text: &str) -> Vec<String> {
    const SO: [&str; 9] = [
        " so ",
        " therefore ",
        " also ",
        " deshalb ",
        " darum ",
        " así que ",
        " entonces ",
        " donc ",
        " alors ",
    ];
    let mut parts: Vec<String> = text.split([',', ';', '.', '!', ':']).map(bare).collect();
    for so in SO {
        parts = parts
            .iter()
            .flat_map(|part| part.split(so).map(str::to_owned))
            .collect();
    }
    parts
}

/// "The lights are still on": how it is, not what is wished for.
fn states_how_it_is(text: &str, language: &Language) -> bool {
    parts(text).iter().any(|part| is_told(part, language))
}

fn is_told(part: &str, language: &Language) -> bool {
    of(language).is_some_and(|asking| is_so(part, asking) && !has(part, asking.wishes))
}

/// "I set the alarm for seven", "turning off the lights saves money".
fn tells_first(text: &str, language: &Language) -> bool {
    let text = bare(text);
    let begins = |phrase: &str| text.strip_prefix(phrase).is_some_and(|rest| rest.starts_with(' '));
    let tells = |asking: &Asking| {
        (asking.tells.split('|').any(begins) || is_somebodys_doing(&text)) && !has(&text, asking.wishes)
    };
    of(language).is_some_and(tells)
}

/// "She's turned the TV off", "I'm turning off the TV", "he'll turn off the TV", "they'd already switched it off"; but "I'd turn on
/// the lamp" is a wish.
fn is_somebodys_doing(text: &str) -> bool {
    const SUBJECTS: [&str; 6] = ["i", "you", "he", "she", "we", "they"];
    const VERBS: [&str; 13] = [
        "turn", "switch", "open", "clos", "lock", "unlock", "put", "set", "shut", "left", "dim", "start", "stop",
    ];
    let mut words = text.split(' ');
    let Some((who, verb)) = words.next().and_then(|word| word.split_once('\'')) else {
        return false;
    };
    let rest: Vec<&str> = words.collect();
    let then = rest
        .iter()
        .position(|word| !["just", "already", "only", "not", "always"].contains(word));
    let does = |at: usize| VERBS.iter().any(|stem| rest[at].starts_with(stem));
    SUBJECTS.contains(&who) && then.is_some_and(|at| does(at) && (at > 0 || verb != "d"))
}

fn is_state(word: &str, language: &Language) -> bool {
    of(language).is_some_and(|asking| asking.states.split('|').any(|state| state == word))
}

/// "Is", and a state right after it.
fn is_so(part: &str, asking: &Asking) -> bool {
    let known = |list: &str, word: &str| list.split('|').any(|one| one == word);
    let words: Vec<&str> = part.split(' ').collect();
    // "The kettle's on"; a question would begin so.
    let is = |word: &str| known(asking.is, word) || (asking.language == "en" && word.ends_with("'s"));
    // "The electrician will switch off the power."
    let will = |at: usize| {
        let verbs = ["turn", "switch", "open", "close", "lock", "put", "shut"];
        let verb = words.get(at + 1).is_some_and(|word| verbs.contains(word));
        asking.language == "en" && words[at] == "will" && verb
    };
    (1..words.len()).any(|at| {
        if will(at) {
            return true;
        }
        let mut after = words[at + 1..].iter().skip_while(|word| known(asking.between, word));
        let state = after.next().is_some_and(|word| known(asking.states, word));
        // "We are out of milk".
        is(words[at]) && state && after.next() != Some(&"of")
    })
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

/// What of a text asks or tells.
enum Asked {
    Nothing,
    /// All of it.
    Only,
    /// What comes before this byte; a command follows.
    Then(usize),
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
        match self.asked(text) {
            Asked::Nothing => Some(understood),
            Asked::Only => None,
            Asked::Then(from) => self.understood_in_words(text.get(from..)?, names, context, &[]),
        }
    }

    /// Whether it only asks something, or says how something is, without wanting anything done.
    pub fn only_asks(&self, text: &str) -> bool {
        matches!(self.asked(text), Asked::Only)
    }

    /// Whether it says how something is, and asks and wants nothing.
    pub fn tells_how_it_is(&self, text: &str) -> bool {
        self.only_asks(text) && !opens_a_question(text, &self.language)
    }

    fn asked(&self, text: &str) -> Asked {
        let words = Loose::words(text, &self.language);
        let lexicon = self.lexicon.as_ref();
        let orders = |words: &[Word]| lexicon.is_some_and(|lexicon| lexicon.begins_a_command(words));
        let joint = |word: &Word| word.is_mark() || lexicon.is_some_and(|lexicon| lexicon.ands().contains(&word.plain));
        let language = &self.language;
        // "The sun is down draw the curtains": what is wanted follows without a mark; but not "he is going to draw them".
        let goes_on =
            |at: usize| orders(&words[at..]) && words[at - 1].plain != "to" && !is_state(&words[at].plain, language);
        let acts = |part: &&String| lexicon.is_some_and(|lexicon| lexicon.has_act(&Loose::words(part, language)));
        let others = || parts(text).iter().filter(acts).any(|part| !is_told(part, language));
        let wants = || (3..words.len()).any(goes_on) || others();
        let states = || !orders(&words) && states_how_it_is(text, language) && !wants();
        if !(opens_a_question(text, language) || tells_first(text, language) || states()) {
            return Asked::Nothing;
        }
        let quotes = bare(text).starts_with("repeat after");
        if quotes {
            return Asked::Only;
        }
        let anew = (0..words.len()).find(|at| joint(&words[*at]) && orders(&words[at + 1..]));
        let from = anew.and_then(|at| words.get(at + 1));
        from.map_or(Asked::Only, |word| Asked::Then(word.from))
    }
}

#[cfg(test)]
#[path = "asked_tests.rs"]
mod tests;
