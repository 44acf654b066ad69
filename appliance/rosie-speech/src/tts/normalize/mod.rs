//! Reads numbers, times, units and the like out in words, as a person would. Pure.
//!
//! English is read out completely. In German, Spanish and French the digits are left to espeak-ng, which reads them
//! well, and only what surrounds them is put in words: units, money, times, dates, abbreviations. Other languages get
//! addresses and symbols cleaned.

mod de;
mod digits;
mod en;
mod es;
mod fr;
mod locale;
mod rules;
mod say_as;
mod symbols;

pub use say_as::say_as;

use rosie_core::Language;

/// One sentence, ready for a voice. Clause marks stay where they are.
pub fn normalize(sentence: &str, language: &Language) -> String {
    let sentence = symbols::unify(sentence);
    let sentence = match language.primary() {
        "en" => en::read(&sentence, is_american(language)),
        "de" => locale::read(&sentence, &de::GERMAN),
        "es" => locale::read(&sentence, &es::SPANISH),
        "fr" => locale::read(&sentence, &fr::FRENCH),
        _ => sentence,
    };
    symbols::finish(&sentence)
}

/// Compiles all rules, so that nobody waits for that.
pub fn warm() {
    for tag in ["en", "de", "es", "fr"] {
        normalize("1", &Language::new(tag));
    }
}

/// Dates are written month first.
fn is_american(language: &Language) -> bool {
    !language.tag().contains('-') || language.tag().to_ascii_uppercase().ends_with("-US")
}
