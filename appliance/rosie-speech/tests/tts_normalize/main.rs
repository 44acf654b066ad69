//! What is read for numbers, times, units and the like: one line a case, and properties for any text at all.

use rosie_core::Language;
use rosie_speech::tts::normalize::normalize;

mod english;
mod others;

fn check(language: &str, cases: &[(&str, &str)]) {
    let language = Language::new(language);
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, words)| (text, words, normalize(text, &language)))
        .filter(|(_, words, read)| read != *words)
        .map(|(text, words, read)| format!("{text:?}\n   read {read:?}\n   not  {words:?}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
