//! People who correct themselves in the middle of a sentence: "set a timer for five, no, make that seven minutes". What was
//! taken back goes, what was put in its place stands there.

mod anew;
mod far;
mod rather;

use crate::{
    numbers::{NumberWords, read_digits},
    text::Folding,
};
use rosie_core::Language;

/// Words with which something is taken back. They follow each other ("no sorry I mean").
fn markers(language: &Language) -> &'static [&'static str] {
    match language.primary() {
        "en" => &[
            "no wait",
            "wait no",
            "no make that",
            "make that",
            "make it rather",
            "no sorry",
            "sorry no",
            "sorry i mean",
            "sorry i meant",
            "no i mean",
            "i mean",
            "i meant",
            "or rather",
            "actually no",
            "no actually",
            "scratch that",
            "no rather",
            "oops",
            "whoops",
            "no not that",
            "no i meant",
            "oh no",
            "oh wait",
            "no no",
            "strike that",
            "scrap that",
            "no scrap that",
            "hang on no",
            "no hang on",
            "sorry",
        ],
        "de" => &[
            "nein warte",
            "warte nein",
            "ach nein",
            "nein doch",
            "nein lieber",
            "nein halt",
            "halt nein",
            "ich meine",
            "ich meinte",
            "quatsch",
            "nein quatsch",
            "oder nein",
            "besser gesagt",
            "ach ich mein",
            "ich mein",
            "ach ich meine",
            "ach quatsch",
            "vielmehr",
            "nee warte",
            "nein entschuldigung",
            "nein sorry",
            "ach nee",
            "ach ne",
            "nee",
            "äh nein",
            "ähm nein",
            "nein äh",
            "nein ich meine",
            "nein ich meinte",
            "ich wollte sagen",
            "entschuldigung",
            "sorry",
        ],
        "es" => &[
            "no espera",
            "espera no",
            "quiero decir",
            "quise decir",
            "mejor dicho",
            "no perdón",
            "perdón",
            "no mejor",
            "digo",
            "no digo",
            "o mejor",
            "ay no",
            "uy no",
            "no no",
            "bueno no",
            "eh no",
            "ah no",
            "quería decir",
            "no miento",
            "miento",
            "perdona no",
        ],
        "fr" => &[
            "non attends",
            "attends non",
            "je veux dire",
            "je voulais dire",
            "ou plutôt",
            "non plutôt",
            "plutôt",
            "non pardon",
            "pardon",
            "euh non",
            "enfin non",
            "ah non",
            "oh non",
            "non non",
            "non je voulais dire",
            "je me trompe",
        ],
        _ => &[],
    }
}

const ARTICLES: &[&str] = &[
    "the", "a", "an", "my", "der", "die", "das", "den", "dem", "ein", "eine", "einen", "el", "la", "los", "las", "un",
    "una", "le", "les", "une",
];

/// Small words before a place that stand for each other: "del salón, perdón, de la cocina".
const BEFORE_PLACES: &[&[&str]] = &[
    &["de", "del"],
    &["a", "al"],
    &["du", "des", "de", "d"],
    &["au", "aux", "à"],
    &["in", "im", "ins"],
    &["an", "am"],
    &["zu", "zum", "zur"],
];

/// What something is made is taken back by another of these.
const COLOURS: &[&str] = &[
    "red", "green", "blue", "yellow", "orange", "purple", "pink", "white", "rot", "grün", "blau", "gelb", "lila",
    "rosa", "weiß", "rojo", "roja", "verde", "azul", "amarillo", "amarilla", "naranja", "morado", "morada", "blanco",
    "blanca", "rouge", "vert", "verte", "bleu", "bleue", "jaune", "violet", "violette", "rose", "blanc", "blanche",
];

/// After a colour: it is told of.
const IS: &[&str] = &[
    "is", "looks", "would", "ist", "wäre", "es", "sería", "est", "serait", "queda", "suits",
];

/// Said before something is taken back, in no language anything else.
const THINKS: &[&str] = &["euh", "äh", "ähm", "uh", "erm", "hmm", "uy"];

/// What is counted in commands.
const UNITS: &[&str] = &[
    "minutes", "minute", "seconds", "hours", "hour", "percent", "degrees", "minuten", "sekunden", "stunden", "stunde",
    "prozent", "grad", "minutos", "segundos", "horas", "hora", "grados", "secondes", "heures", "heure", "degrés",
];

/// German verbs leave their particle for the end: it stays where only what is before it was taken back.
const PARTICLES: &[&str] = &["an", "aus", "ein", "auf", "zu", "ab", "hoch", "runter", "rauf", "um"];

/// The sentence as it was meant; `None` where nothing was taken back, or it is not clear what.
///
/// From the first word after the correction it is told where it belongs: to the last number where it is one, to the last same
/// word, to the last article.
pub fn corrected(text: &str, language: &Language) -> Option<String> {
    let words = anew::meant_last(text.split_whitespace().collect(), language);
    let plain: Vec<String> = words.iter().map(|word| bare(word)).collect();
    let numbers = Numbers::of(language);
    let near = |mark| near(mark, &words, &plain, &numbers, language);
    let kept = rather::number(&words, &plain, &numbers)
        .or_else(|| rather::verb(&words, &plain, language))
        .or_else(|| taken_back(&plain, markers(language)).and_then(near))
        .or_else(|| anew::done_anew(taken_back(&plain, markers(language))?, &words, &plain))
        .or_else(|| far::far(&words, &plain, &numbers, language))
        .or_else(|| anew::only_half(&words, &plain, language))
        .or_else(|| anew::said_anew(&plain, &numbers, language).and_then(near))
        .or_else(|| taken_back(&plain, markers(language)).and_then(|mark| anew::at_first(mark, &words, &plain)))?;
    let kept = kept
        .into_iter()
        .map(|word| word.trim_end_matches([',', ';', '–', '—']))
        .collect::<Vec<_>>();
    Some(kept.join(" "))
}

/// What is meant follows at once.
fn near<'t>(
    (from, to): (usize, usize),
    words: &[&'t str],
    plain: &[String],
    numbers: &Numbers,
    language: &Language,
) -> Option<Vec<&'t str>> {
    let to = to + complaint(&plain[to..], numbers);
    let (before, after) = (&plain[..from], &plain[to..]);
    // "… et allume plutôt le plafonnier": another command, and nothing taken back.
    if words[from..to].len() == 1 && plain[from] == "plutôt" && from >= 2 && plain[from - 2] == "et" {
        return None;
    }
    let alike = |a: &str, b: &str| a == b || BEFORE_PLACES.iter().any(|all| all.contains(&a) && all.contains(&b));
    let is_colour = |word: &String| COLOURS.contains(&word.as_str());
    let is_number = |word: &String| numbers.is(word);
    // "… um sieben, nein, um acht", "de nueve minutos, no, de diecinueve": the small word stands there already.
    let repeated = after.get(1).is_some_and(is_number)
        && before.iter().rposition(is_number).is_some_and(|last| {
            let number = before[..last].iter().rposition(|word| !numbers.is(word));
            number.is_some_and(|small| alike(&before[small], &after[0]))
        });
    let (to, after) = if repeated { (to + 1, &after[1..]) } else { (to, after) };
    let kept = if after.first().is_some_and(is_number) {
        let last = before.iter().rposition(is_number)?;
        let first = before[..last]
            .iter()
            .rposition(|word| !numbers.is(word))
            .map_or(0, |at| at + 1);
        // "thirty percent, no wait, forty": the percent stay.
        // "… six minutes, my eggs are in. No, make that seven": the minutes stay, too.
        let count = after.iter().take_while(|word| is_number(word)).count();
        let is_unit = |word: Option<&String>| word.is_some_and(|word| UNITS.contains(&word.as_str()));
        let (number, rest) = words[to..].split_at(count);
        let unit = if rest.is_empty() {
            &words[last + 1..from]
        } else if is_unit(before.get(last + 1)) && !is_unit(after.get(count)) {
            &words[last + 1..last + 2]
        } else {
            &[]
        };
        [&words[..first], number, unit, rest].concat()
    } else if let Some(last) = before.iter().rposition(is_colour).filter(|last| {
        is_colour(&after[0]) || after.get(1).is_some_and(is_colour) && before[..*last].last() == Some(&after[0])
    }) {
        let to = to + usize::from(!is_colour(&after[0]));
        let after = &plain[to..];
        // "Red light in the guest room, I mean green": the room stays. "Blue, no, red, red is better": why, needs no ear.
        let praised = after
            .get(1)
            .is_some_and(|next| IS.contains(&next.as_str()) || next == &after[0]);
        let told = if praised { &words[to..to + 1] } else { &words[to..] };
        let room = if told.len() == 1 { &words[last + 1..from] } else { &[] };
        [&words[..last], told, room].concat()
    } else {
        let same = before.iter().rposition(|word| alike(word, &after[0]));
        let article = || {
            let german = language.primary() == "de";
            let is_one = |word: &String| ARTICLES.contains(&word.as_str()) && !(german && word == "an");
            is_one(&after[0]).then(|| before.iter().rposition(is_one)).flatten()
        };
        let cut = same.or_else(article)?;
        let is_particle = |word: Option<&String>| word.is_some_and(|word| PARTICLES.contains(&word.as_str()));
        let stays = language.primary() == "de" && cut > 0 && cut + 1 < from && !is_particle(after.last());
        let tail = match stays && is_particle(before.last()) {
            true => &words[from - 1..from],
            false => &[],
        };
        [&words[..cut], &words[to..], tail].concat()
    };
    Some(kept)
}

/// Words before the number that it shall be: "oh no *that is too dim make it* 60 percent".
fn complaint(after: &[String], numbers: &Numbers) -> usize {
    const MAKES: [&str; 4] = ["make it", "make that", "set it to", "make it to"];
    let ends = |at: usize| {
        let said = after[..at].join(" ");
        MAKES
            .iter()
            .any(|makes| said == *makes || said.ends_with(&format!(" {makes}")))
    };
    let number = after.iter().position(|word| numbers.is(word));
    number.filter(|at| ends(*at)).unwrap_or(0)
}

/// Where something is taken back, and what is said instead begins: by words that alone take nothing back, too.
pub(crate) fn restarted(words: &[String], language: &Language) -> Option<(usize, usize)> {
    let alone: &[&str] = match language.primary() {
        "de" => &["nein"],
        "fr" => &["non"],
        _ => &[],
    };
    taken_back(words, &[markers(language), alone].concat())
}

/// How many words a sentence begins with that take back what was said before it.
pub(crate) fn begun(words: &[String], language: &Language) -> usize {
    let alone: &[&str] = match language.primary() {
        "en" => &["no", "sorry", "no no", "wait", "no wait no"],
        "de" => &["nein", "entschuldigung", "sorry", "quatsch", "nein nein", "doch"],
        "es" => &["no", "perdona", "quería decir", "perdón quería decir", "mejor"],
        "fr" => &["non", "finalement", "en fait"],
        _ => &[],
    };
    let markers = [markers(language), alone].concat();
    let mut to = 0;
    while let Some(length) =
        length_at(words, to, &markers).or_else(|| words.get(to).filter(|word| *word == ",").map(|_| 1))
    {
        to += length;
    }
    to
}

/// Words of the longest marker at `from`.
fn length_at(words: &[String], from: usize, markers: &[&str]) -> Option<usize> {
    let here = |marker: &&str| {
        let marker: Vec<&str> = marker.split(' ').collect();
        let there = words.get(from..from + marker.len())?;
        there
            .iter()
            .zip(&marker)
            .all(|(word, of)| word == of)
            .then_some(marker.len())
    };
    markers.iter().filter_map(here).max()
}

/// Where the words stand with which something is taken back: after at least two words, before at least one.
fn taken_back(words: &[String], markers: &[&str]) -> Option<(usize, usize)> {
    let at = |from: usize| length_at(words, from, markers);
    let from = (2..words.len()).find(|from| at(*from).is_some())?;
    let mut to = from;
    let thinks = words[2..from]
        .iter()
        .rev()
        .take_while(|word| THINKS.contains(&word.as_str()))
        .count();
    let from = from - thinks;
    while let Some(length) = at(to) {
        to += length;
    }
    (to < words.len()).then_some((from, to))
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

struct Numbers {
    folding: Folding,
    words: Option<NumberWords>,
}

impl Numbers {
    fn of(language: &Language) -> Self {
        let folding = Folding::of(language, false);
        Self {
            folding,
            words: NumberWords::of(language, folding),
        }
    }

    /// Whether the whole word is a number.
    fn is(&self, word: &str) -> bool {
        let chars = self.folding.literal(word);
        let all = |end: usize| end == chars.len();
        let digits = read_digits(&chars, 0, true, None).is_some_and(|(end, _)| all(end));
        let spoken = self
            .words
            .as_ref()
            .map(|words| words.read(&chars, 0))
            .unwrap_or_default();
        !chars.is_empty() && (digits || spoken.into_iter().any(|(end, _)| all(end)))
    }
}

#[cfg(test)]
#[path = "corrections_tests.rs"]
mod tests;
