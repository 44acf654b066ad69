//! What is taken back by a bare no between two of a kind ("twenty-four, no, twenty-three"), and what was named first and is
//! another ("fairy lights on, no, hang on, the tree").

use super::{BEFORE_PLACES, COLOURS, Numbers, UNITS};
use rosie_core::Language;

/// Words of a name, with its article.
const LONGEST_NAME: usize = 4;
/// Words for putting something on a list, before the list, and for a list.
const ADDS: &[&str] = &[
    "add", "put", "stick", "pop", "setz", "setze", "schreib", "schreibe", "pack", "añade", "apunta", "anota", "pon",
    "mete", "ajoute", "mets", "note", "rajoute",
];
const ONTO: &[&str] = &["to", "on", "onto", "auf", "a", "en", "à", "sur"];
const LISTS: &[&str] = &["list", "liste", "lista", "zettel"];
/// What a thing is made, said last.
const SWITCHED: &[&str] = &[
    "on", "off", "up", "down", "open", "closed", "an", "aus", "auf", "zu", "hoch", "runter", "rein", "raus",
];
/// Nothing is called so.
const NO_NAME: &[&str] = &[
    "it", "that", "we", "i", "they", "is", "are", "es", "wir", "ich", "ist", "sind", "hay", "lo", "il", "je", "c'est",
    "i'm", "i've", "we're", "it's", "he's", "she's", "that's", "not", "nicht", "no", "pas", "leave", "lass", "deja",
    "laisse",
];

/// What commands begin with.
pub(super) const VERBS: &[&str] = &[
    "turn",
    "switch",
    "open",
    "close",
    "shut",
    "set",
    "put",
    "start",
    "stop",
    "pause",
    "play",
    "lock",
    "unlock",
    "dim",
    "mute",
    "schalt",
    "schalte",
    "mach",
    "öffne",
    "schließ",
    "schließe",
    "dreh",
    "stell",
    "fahr",
    "starte",
    "stopp",
    "sperr",
    "enciende",
    "apaga",
    "abre",
    "cierra",
    "sube",
    "baja",
    "pon",
    "para",
    "pausa",
    "allume",
    "éteins",
    "ouvre",
    "ferme",
    "monte",
    "baisse",
    "mets",
    "lance",
    "arrête",
    "coupe",
    "verrouille",
];
const PRONOUNS: [&str; 6] = ["it", "them", "that", "sie", "ihn", "es"];

/// Said while one thinks again, before a no and after it.
const PAUSES: &[&str] = &[
    "wait", "hang", "on", "hold", "sorry", "oh", "er", "um", "hmm", "actually", "well", "or", "moment", "warte",
    "halt", "ach", "äh", "ähm", "doch", "oder", "espera", "uy", "ay", "bueno", "eh", "perdón", "o", "attends", "euh",
    "enfin", "ah", "pardon", "ou",
];
const NOES: &[&str] = &["no", "nope", "nein", "nee", "non"];
const BEFORE_NUMBERS: &[&str] = &["um", "auf", "at", "to", "for"];
const COMPLAINS: &[&str] = &[
    "das",
    "that's",
    "that",
    "it's",
    "c'est",
    "eso",
    "es",
    "too",
    "zu",
    "demasiado",
    "trop",
];
const TOO: &[&str] = &["too", "zu", "demasiado", "trop"];
const LONGEST_COMPLAINT: usize = 4;

/// "Twenty-four, no, twenty-three", "blue no red": a no, and what is said around it while one thinks, between two of a kind.
pub(super) fn said_anew(plain: &[String], numbers: &Numbers, language: &Language) -> Option<(usize, usize)> {
    let no: &[&str] = match language.primary() {
        "en" | "es" => &["no", "nope", "nah"],
        "de" => &["nein", "ne", "nee", "nö"],
        "fr" => &["non", "nan"],
        _ => return None,
    };
    let says = |of: &[&str], at: usize| plain.get(at).is_some_and(|word| of.contains(&word.as_str()));
    let pauses = |at: usize| says(no, at) || says(PAUSES, at);
    let is_colour = |word: &String| COLOURS.contains(&word.as_str());
    let first = (2..plain.len()).find(|at| says(no, *at))?;
    let from = (2..=first).rev().take_while(|at| pauses(*at)).last()?;
    let to = (first..plain.len()).find(|at| !pauses(*at))?;
    let to = to + complained(&plain[to..]);
    let (before, after) = (&plain[..from], plain.get(to..)?);
    let placed = usize::from(after.first().is_some_and(|word| is_small(word)));
    let counted = before
        .split_last()
        .is_some_and(|(last, rest)| match UNITS.contains(&last.as_str()) {
            true => rest.last().is_some_and(|word| numbers.is(word)),
            false => numbers.is(last),
        });
    let number = counted && after.get(placed).is_some_and(|word| numbers.is(word));
    let colour = after.get(placed).is_some_and(is_colour) && before.last().is_some_and(is_colour);
    (number || colour).then_some((from, to))
}

/// Words that say why it is taken back: "das ist zu hell", "c'est trop", "that's too much".
fn complained(after: &[String]) -> usize {
    let known = |of: &[&str], word: &String| of.contains(&word.as_str());
    let opens = after.first().is_some_and(|word| known(COMPLAINS, word));
    let mut first = after.iter().take(LONGEST_COMPLAINT);
    let too = first.position(|word| known(TOO, word)).filter(|_| opens);
    // "Zu hell", but "trop | à vingt".
    let what = |too: usize| after.get(too + 1).map(|next| too + 1 + usize::from(!is_small(next)));
    too.and_then(what).unwrap_or(0)
}

/// A small word before a number or a place.
pub(super) fn is_small(word: &str) -> bool {
    BEFORE_PLACES
        .iter()
        .flat_map(|all| all.iter())
        .chain(BEFORE_NUMBERS)
        .any(|small| *small == word)
}

/// "Close the shutter, no, just halfway": how far, of what was to be done all the way.
pub(super) fn only_half<'t>(words: &[&'t str], plain: &[String], language: &Language) -> Option<Vec<&'t str>> {
    let (only, half): (&[&str], &[&str]) = match language.primary() {
        "en" => (&["just", "only"], &["half", "halfway", "half way"]),
        "de" => (&["nur", "bloß", "lieber"], &["halb", "zur hälfte"]),
        "es" => (
            &["solo", "sólo", "mejor"],
            &["a la mitad", "a medias", "hasta la mitad"],
        ),
        "fr" => (&["juste", "seulement", "plutôt"], &["à moitié"]),
        _ => return None,
    };
    let at = (3..plain.len()).find(|at| only.contains(&plain[*at].as_str()))?;
    if !half.contains(&plain[at + 1..].join(" ").as_str()) {
        return None;
    }
    let from = (2..at)
        .rev()
        .take_while(|at| PAUSES.contains(&plain[*at].as_str()) || NOES.contains(&plain[*at].as_str()))
        .last()?;
    let particle = language.primary() == "de" && SWITCHED.contains(&plain[from - 1].as_str());
    let end = from - usize::from(particle);
    Some([&words[..end], &words[at + 1..], &words[end..from]].concat())
}

/// "The fan on, er, the heater I mean": the words that take something back before what is meant, as they are said mostly.
pub(super) fn meant_last<'t>(words: Vec<&'t str>, language: &Language) -> Vec<&'t str> {
    let (last, first): (&[&str], [&str; 2]) = match language.primary() {
        "en" => (&["i mean", "i meant"], ["i", "mean"]),
        "de" => (&["meine ich", "mein ich", "meinte ich"], ["ich", "meine"]),
        "es" => (&["quiero decir", "quería decir"], ["quiero", "decir"]),
        _ => return words,
    };
    let plain: Vec<String> = words.iter().map(|word| super::bare(word)).collect();
    let end = plain.len() - usize::from(plain.last().is_some_and(|word| word == "natürlich"));
    let Some(from) = end
        .checked_sub(2)
        .filter(|from| last.contains(&plain[*from..end].join(" ").as_str()))
    else {
        return words;
    };
    let parted = words[..from].iter().rposition(|word| word.ends_with([',', '…', '.']));
    match parted.map(|at| at + 1) {
        Some(at) if at >= 2 && (1..=LONGEST_NAME).contains(&(from - at)) => {
            [&words[..at], &first[..], &words[at..from]].concat()
        }
        _ => words,
    }
}

/// Another command in its place: "open the blind, I mean close the curtain", "blinds up, I mean down".
pub(super) fn done_anew<'t>((from, to): (usize, usize), words: &[&'t str], plain: &[String]) -> Option<Vec<&'t str>> {
    let (before, after) = (&plain[..from], &plain[to..]);
    let known = |of: &[&str], word: Option<&String>| word.is_some_and(|word| of.contains(&word.as_str()));
    if after.len() == 1 && known(SWITCHED, after.first()) && known(SWITCHED, before.last()) {
        return Some([&words[..from - 1], &words[to..]].concat());
    }
    let whole = after.len() >= 3 && known(VERBS, after.first()) && !known(&PRONOUNS, after.get(1));
    (whole && before.iter().take(2).any(|word| known(VERBS, Some(word)))).then(|| words[to..].to_vec())
}

/// What was named first is another: "fairy lights on, no, hang on, the tree", "butter auf die Liste, entschuldigung, Margarine".
pub(super) fn at_first<'t>((from, to): (usize, usize), words: &[&'t str], plain: &[String]) -> Option<Vec<&'t str>> {
    let (before, after) = (&plain[..from], &plain[to..]);
    let known = |of: &[&str], word: &String| of.contains(&word.as_str());
    if after.len() > LONGEST_NAME || after.iter().any(|word| known(NO_NAME, word)) {
        return None;
    }
    let first = usize::from(before.first().is_some_and(|word| known(ADDS, word)));
    let onto = (first + 1..from).find(|at| known(ONTO, &before[*at]));
    let list = |at: &usize| {
        before[*at..]
            .iter()
            .any(|word| LISTS.iter().any(|list| word.ends_with(list)))
    };
    if let Some(onto) = onto.filter(list) {
        return Some([&words[..first], &words[to..], &words[onto..from]].concat());
    }
    let named = first == 0 && (2..=LONGEST_NAME + 1).contains(&from) && known(SWITCHED, &before[from - 1]);
    let whole = after.iter().any(|word| known(SWITCHED, word));
    match (named, whole) {
        (true, true) => Some(words[to..].to_vec()),
        (true, false) => Some([&words[to..], &words[from - 1..from]].concat()),
        _ => None,
    }
}
