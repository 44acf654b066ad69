//! Rosie's own templates, carried in the binary.

use rosie_core::Language;

/// A file's name and its text.
type File = (&'static str, &'static str);

macro_rules! files {
    ($($language:literal)*) => {
        /// The files of a language; none for a language without templates of Rosie's own.
        pub fn templates(language: &Language) -> &'static [File] {
            match language.primary() {
                $($language => &[
                    (concat!("data/", $language, ".yaml"), include_str!(concat!("../data/", $language, ".yaml"))),
                    (
                        concat!("data/memory/", $language, ".yaml"),
                        include_str!(concat!("../data/memory/", $language, ".yaml")),
                    ),
                ],)*
                _ => &[],
            }
        }
    };
}

files!("en" "de" "es" "fr");

/// The languages that have templates of Rosie's own.
pub const LANGUAGES: [&str; 4] = ["en", "de", "es", "fr"];
