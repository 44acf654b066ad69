//! Words whose full stop does not end a sentence.

/// How a full stop after a word is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Ends,
    /// A name or number must follow.
    Never,
    /// Ends the sentence only if the next word has a capital.
    IfCapitalFollows,
}

/// Something belongs to them that follows (English, German, Spanish, French).
const NEVER: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "sr", "sra", "srta", "dra", "hr", "fr", "frl", "mme", "mlle", "mm", "gen",
    "col", "sgt", "capt", "lt", "rev", "hon", "gov", "sen", "rep", "vs", "no", "nr", "nº", "vol", "fig", "pp", "p",
    "bzw", "z.b", "d.h", "u.a", "i.e", "e.g", "p.ej", "p. ej", "cf", "ca", "approx", "ave", "mt", "ft", "tel", "núm",
    "pág", "jh", "std", "min", "max", "av", "bd", "ste", "vd", "ud", "uds", "jan", "feb", "mar", "apr", "jun", "jul",
    "aug", "sep", "sept", "oct", "nov", "dec", "dpto", "art", "abs", "kap",
];

/// They often stand at the end.
const IF_CAPITAL: &[&str] = &[
    "etc", "inc", "ltd", "co", "corp", "jr", "bros", "dept", "est", "a.m", "p.m", "a.d", "b.c", "usw", "uvm", "mio",
    "mrd", "km", "cm", "kg", "lb", "lbs", "oz", "hr", "hrs", "sec", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    "rd", "blvd", "ln", "apt", "ste", "gmbh", "cie", "ee.uu", "ph.d", "m.d", "b.a", "m.a",
];

/// Is the full stop after `word` (without it) the end? `number_is_ordinal` for languages that write `3.` for "third".
pub fn stop_after(word: &str, number_is_ordinal: bool) -> Stop {
    let word = word
        .trim_start_matches(['(', '"', '\'', '“', '„', '«', '[', '*', '_', '¿', '¡'])
        .to_lowercase();
    if word.is_empty() {
        return Stop::IfCapitalFollows;
    }
    if NEVER.contains(&word.as_str()) {
        return Stop::Never;
    }
    if IF_CAPITAL.contains(&word.as_str()) {
        return Stop::IfCapitalFollows;
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    // An initial (`J.`), or letters with stops (`U.S`), unless it is the pronoun.
    if word.contains('.') && word.split('.').all(|part| part.chars().count() == 1 && letters > 0) {
        return Stop::Never;
    }
    if letters == 1 && word.chars().count() == 1 && word != "i" && word.is_ascii() && word != "a" {
        return Stop::Never;
    }
    let digits = word.chars().all(|c| c.is_ascii_digit());
    if number_is_ordinal && digits && word.len() <= 2 {
        return Stop::Never;
    }
    Stop::Ends
}
