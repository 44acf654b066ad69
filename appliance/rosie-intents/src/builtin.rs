//! Rosie's own templates, carried in the binary.

use rosie_core::Language;

/// The files' names and texts for a language; a later one may use the rules and lists of those before it.
pub fn templates(language: &Language) -> &'static [(&'static str, &'static str)] {
    macro_rules! of {
        ($tag:literal) => {
            &[
                (
                    concat!("data/", $tag, ".yaml"),
                    include_str!(concat!("../data/", $tag, ".yaml")),
                ),
                (
                    concat!("data/alarms/", $tag, ".yaml"),
                    include_str!(concat!("../data/alarms/", $tag, ".yaml")),
                ),
                (
                    concat!("data/reminders/", $tag, ".yaml"),
                    include_str!(concat!("../data/reminders/", $tag, ".yaml")),
                ),
                (
                    concat!("data/account/", $tag, ".yaml"),
                    include_str!(concat!("../data/account/", $tag, ".yaml")),
                ),
                (
                    concat!("data/lists/", $tag, ".yaml"),
                    include_str!(concat!("../data/lists/", $tag, ".yaml")),
                ),
                (
                    concat!("data/weather/", $tag, ".yaml"),
                    include_str!(concat!("../data/weather/", $tag, ".yaml")),
                ),
                (
                    concat!("data/announce/", $tag, ".yaml"),
                    include_str!(concat!("../data/announce/", $tag, ".yaml")),
                ),
                (
                    concat!("data/memory/", $tag, ".yaml"),
                    include_str!(concat!("../data/memory/", $tag, ".yaml")),
                ),
                (
                    concat!("data/speakers/", $tag, ".yaml"),
                    include_str!(concat!("../data/speakers/", $tag, ".yaml")),
                ),
                (
                    concat!("data/later/", $tag, ".yaml"),
                    include_str!(concat!("../data/later/", $tag, ".yaml")),
                ),
            ]
        };
    }
    match language.primary() {
        "en" => of!("en"),
        "de" => of!("de"),
        "es" => of!("es"),
        "fr" => of!("fr"),
        _ => &[],
    }
}

/// The languages that have templates of Rosie's own.
pub const LANGUAGES: [&str; 4] = ["en", "de", "es", "fr"];
