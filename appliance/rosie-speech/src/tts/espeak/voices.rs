//! Which of espeak-ng's voices speaks a language.

use rosie_core::Language;

/// Tags for which espeak-ng's name is not the tag in lower case.
const NAMES: &[(&str, &str)] = &[
    ("en", "en-us"),
    ("no", "nb"),
    ("sr-latn", "sr"),
    ("zh", "cmn"),
    ("zh-cn", "cmn"),
    ("zh-tw", "cmn"),
    ("zh-hk", "yue"),
    ("es-mx", "es-419"),
    ("es-us", "es-419"),
];

/// Names to try for `language`, the likeliest first: its region's voice, then the language's.
pub fn voice_of(language: &Language) -> Vec<String> {
    let tag = language.tag().to_lowercase();
    let primary = language.primary().to_lowercase();
    let mut names = Vec::new();
    for tag in [tag, primary] {
        let name = NAMES
            .iter()
            .find(|(t, _)| *t == tag)
            .map_or(tag, |(_, name)| (*name).to_owned());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
