//! Another number, or another verb, with a word that says so: "a veinte, mejor a dieciocho grados", "auf zweiundzwanzig, ach was,
//! zwanzig Grad reichen", "enciende, digo, apaga el humidificador".

use super::{Numbers, UNITS, anew, length_at, markers};
use rosie_core::Language;

/// One of these must stand between the two.
const STRONG: &[&str] = &[
    "better", "rather", "actually", "no", "mejor", "digo", "lieber", "besser", "nein", "nee", "ach", "plutôt", "non",
    "mieux", "disons",
];
/// And these may.
const WEAK: &[&str] = &[
    "or", "oh", "well", "make", "it", "that", "let's", "say", "was", "doch", "oder", "sagen", "wir", "na", "gut",
    "bueno", "o", "venga", "ou", "enfin", "allez",
];
/// After the second number they change nothing.
const ENOUGH: &[&str] = &[
    "is",
    "are",
    "will",
    "do",
    "enough",
    "fine",
    "please",
    "reichen",
    "reicht",
    "genügen",
    "genügt",
    "bitte",
    "basta",
    "bastan",
    "vale",
    "por",
    "favor",
    "suffit",
    "suffisent",
    "suffira",
    "suffiront",
    "s'il",
    "te",
    "plaît",
    "ça",
];
/// The second number with its unit.
struct Amount {
    from: usize,
    to: usize,
    end: usize,
}

fn amount(plain: &[String], from: usize, numbers: &Numbers) -> Option<Amount> {
    let count = plain[from..].iter().take_while(|word| numbers.is(word)).count();
    let to = from + count;
    let counted = plain.get(to).is_some_and(|word| is_unit(word));
    let percent =
        plain.get(to).is_some_and(|word| word == "por") && plain.get(to + 1).is_some_and(|next| next == "ciento");
    let end = to + usize::from(counted) + 2 * usize::from(percent);
    (count > 0).then_some(Amount { from, to, end })
}

fn is_unit(word: &str) -> bool {
    UNITS.contains(&word) || matches!(word, "degree" | "grado" | "degré" | "%")
}

/// The last number in the place of the one before it.
pub(super) fn number<'t>(words: &[&'t str], plain: &[String], numbers: &Numbers) -> Option<Vec<&'t str>> {
    let starts = (1..plain.len()).filter(|at| numbers.is(&plain[*at]) && !numbers.is(&plain[at - 1]));
    let starts: Vec<usize> = starts.collect();
    let [.., first, last] = starts[..] else { return None };
    let (wrong, meant) = (amount(plain, first, numbers)?, amount(plain, last, numbers)?);
    let known = |of: &[&str], at: usize| of.contains(&plain[at].as_str());
    let small = usize::from(last > wrong.end && anew::is_small(&plain[last - 1]));
    let between = wrong.end..last - small;
    let says = !between.is_empty() && between.clone().all(|at| known(STRONG, at) || known(WEAK, at));
    let rather = between.clone().any(|at| known(STRONG, at));
    let parted = words[wrong.end - 1].ends_with([',', '…', '.', ';', '–', '—']);
    let ends = (meant.end..plain.len()).all(|at| known(ENOUGH, at));
    if !(says && rather && parted && ends) {
        return None;
    }
    let unit = match meant.end > meant.to {
        true => &words[meant.to..meant.end],
        false => &words[wrong.to..wrong.end],
    };
    Some([&words[..wrong.from], &words[meant.from..meant.to], unit].concat())
}

/// Another command whose verb alone was said before.
pub(super) fn verb<'t>(words: &[&'t str], plain: &[String], language: &Language) -> Option<Vec<&'t str>> {
    let known = |at: usize| plain.get(at).is_some_and(|word| anew::VERBS.contains(&word.as_str()));
    let length = length_at(plain, 1, markers(language)).filter(|_| known(0))?;
    let to = 1 + length;
    (known(to) && plain.len() >= to + 3).then(|| words[to..].to_vec())
}
