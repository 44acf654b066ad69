//! Rosie's own templates, carried in the binary.

use rosie_core::Language;

/// The file's name and text for a language.
pub fn templates(language: &Language) -> Option<(&'static str, &'static str)> {
    Some(match language.primary() {
        "en" => ("data/en.yaml", include_str!("../data/en.yaml")),
        "de" => ("data/de.yaml", include_str!("../data/de.yaml")),
        "es" => ("data/es.yaml", include_str!("../data/es.yaml")),
        "fr" => ("data/fr.yaml", include_str!("../data/fr.yaml")),
        _ => return None,
    })
}

/// The languages that have templates of Rosie's own.
pub const LANGUAGES: [&str; 4] = ["en", "de", "es", "fr"];
