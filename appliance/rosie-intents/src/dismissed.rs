//! "Forget it, I'll do the blind myself": whatever it was, nothing is wanted any more.

use crate::text::plain_words;

/// How it begins.
const NEVER_MIND: [&str; 18] = [
    "forget it",
    "forget that",
    "forget about it",
    "never mind",
    "nevermind",
    "leave it",
    "don't bother",
    "vergiss es",
    "vergiss das",
    "lass es",
    "lass mal",
    "lass nur",
    "schon gut",
    "olvídalo",
    "déjalo",
    "laisse tomber",
    "laisse",
    "oublie ça",
];
/// And how it ends: whoever speaks does it.
const ONESELF: [&str; 12] = [
    "myself",
    "ourselves",
    "selbst",
    "selber",
    "yo mismo",
    "yo misma",
    "nosotros mismos",
    "nosotras mismas",
    "moi-même",
    "moi même",
    "nous-mêmes",
    "nous mêmes",
];

/// Whether somebody says that nothing is to be done, since they do it themselves.
pub(crate) fn dismissed(text: &str) -> bool {
    let said = plain_words(text);
    let begins = |words: &str| said.strip_prefix(words).is_some_and(|rest| rest.starts_with(' '));
    let ends = |words: &str| said.strip_suffix(words).is_some_and(|rest| rest.ends_with(' '));
    NEVER_MIND.iter().any(|words| begins(words)) && ONESELF.iter().any(|words| ends(words))
}

#[cfg(test)]
mod tests {
    use super::dismissed;

    #[test]
    fn whoever_does_it_themselves_wants_nothing() {
        for text in [
            "Forget it, I'll do the blind myself.",
            "forget that, we'll see to it ourselves",
            "vergiss es, ich mach das Licht selber aus, ich meine selbst",
            "Lass mal, das mach ich selbst.",
            "déjalo, ya lo hago yo misma",
            "laisse, je le fais moi-même",
        ] {
            assert!(dismissed(text), "{text}");
        }
        for text in [
            "forget that I like my coffee black",
            "forget it",
            "remember that I did it myself",
            "forget what I told you about myself and Anna",
        ] {
            assert!(!dismissed(text), "{text}");
        }
    }
}
