//! What in a question belongs to the house and its people: such a question does not leave the house unless that is
//! allowed. Errs on the side of keeping it.

use super::cues::{Words, cues};
use rosie_core::Language;
use serde::Serialize;
use std::collections::BTreeSet;

/// So many digits in one number are a telephone, an account or a card.
const LONG_NUMBER: usize = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateTopic {
    Health,
    Money,
    /// Names and kin.
    People,
    /// Addresses, telephone numbers.
    Address,
    /// What is in the home and in which state.
    Home,
    /// What was said before in this conversation, and is private itself.
    Before,
}

impl PrivateTopic {
    const ALL: [Self; 5] = [Self::Health, Self::Money, Self::People, Self::Address, Self::Home];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Money => "money",
            Self::People => "people",
            Self::Address => "address",
            Self::Home => "home",
            Self::Before => "what was said before",
        }
    }
}

/// The private topics of `text`. `people` and `home`: names known to the house (persons and who is spoken of; rooms,
/// entities).
pub fn private_topics<'a>(
    text: &str,
    language: &Language,
    people: impl IntoIterator<Item = &'a str>,
    home: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<PrivateTopic> {
    let words = Words::of(text);
    let cue = |topic: &PrivateTopic| {
        let list = cues().private.get(topic.as_str());
        list.is_some_and(|list| words.find(list, language).is_some())
    };
    let mut topics: BTreeSet<PrivateTopic> = PrivateTopic::ALL.into_iter().filter(cue).collect();
    let named = |name: &str| !name.trim().is_empty() && words.contain(&name.to_lowercase());
    // "My little sister", "unsere ältere Tochter".
    let kin = words.have_pair(&cues().whose, &cues().kin, 2, language);
    if kin || people.into_iter().any(named) {
        topics.insert(PrivateTopic::People);
    }
    // A room's name alone ("what is a good colour for a kitchen") tells nothing; an entity's name does.
    let own = |name: &str| words.have_pair_with(&cues().whose, &name.to_lowercase(), language);
    if home
        .into_iter()
        .any(|name| (name.contains(' ') || own(name)) && named(name))
    {
        topics.insert(PrivateTopic::Home);
    }
    if words.iter().any(is_mail) || is_street(&words, language) {
        topics.insert(PrivateTopic::Address);
    }
    if has_long_number(text) {
        topics.insert(PrivateTopic::Money);
        topics.insert(PrivateTopic::Address);
    }
    topics
}

fn is_mail(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
}

/// A street's word and a number.
fn is_street(words: &Words, language: &Language) -> bool {
    let Some(streets) = cues().streets.get(language.primary()) else {
        return false;
    };
    let street = |word: &str| {
        streets
            .iter()
            .any(|s| word == s || (language.primary() == "de" && word.ends_with(s.as_str())))
    };
    // "221b Baker Street".
    let number = |word: &str| word.len() <= 6 && word.starts_with(|c: char| c.is_ascii_digit());
    words.iter().any(street) && words.iter().any(number)
}

/// Digits that only spaces, dots, dashes and brackets part.
fn has_long_number(text: &str) -> bool {
    let mut digits = 0;
    for c in text.chars() {
        match c {
            '0'..='9' => digits += 1,
            ' ' | '.' | '-' | '(' | ')' | '/' | '+' => {}
            _ => digits = 0,
        }
        if digits >= LONG_NUMBER {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use PrivateTopic::{Address, Health, Home, Money, People};

    fn topics(language: &str, text: &str) -> Vec<PrivateTopic> {
        let found = private_topics(text, &Language::new(language), ["Ada"], ["kitchen", "Desk Lamp"]);
        found.into_iter().collect()
    }

    #[test]
    fn what_stays_in_the_house() {
        let table: &[(&str, &str, &[PrivateTopic])] = &[
            ("en", "what can I take for a headache", &[Health]),
            ("en", "is my salary above average", &[Money]),
            ("en", "what should I give Ada for her birthday", &[People]),
            ("en", "write a letter to my boss", &[People]),
            ("en", "draft a speech for my sister's wedding", &[People]),
            ("en", "plan a party for our youngest daughter", &[People]),
            ("en", "a poem for my parents' anniversary", &[People]),
            ("en", "compare my best friends", &[People]),
            ("en", "how far is it from 12 Elm Street to the sea", &[Address]),
            ("en", "is 221B Baker Street a nice address", &[Address]),
            ("en", "compare how warm our kitchen is with yours", &[Home]),
            ("en", "explain in detail how one gets over a miscarriage", &[Health]),
            ("en", "compare lawyers for a divorce", &[People]),
            ("en", "write to jo@example.org", &[Address]),
            ("en", "who calls me from 0151 23 45 67 89", &[Money, Address]),
            ("en", "is anybody home", &[Home]),
            ("en", "why is the desk lamp flickering", &[Home]),
            ("de", "was hilft gegen Kopfschmerzen", &[Health]),
            ("de", "was schenke ich meiner Tochter", &[People]),
            ("de", "wie komme ich zur Lindenstraße 5", &[Address]),
            ("es", "por qué me sube la presión arterial", &[Health]),
            ("fr", "que puis-je offrir à ma fille", &[People]),
            (
                "de",
                "schreib eine Rede für die Hochzeit meiner kleinen Schwester",
                &[People],
            ),
            (
                "es",
                "escribe un discurso para la boda de mi hermana pequeña",
                &[People],
            ),
            ("fr", "écris un discours pour le mariage de ma grande sœur", &[People]),
            ("fr", "que faire à l'hôpital", &[Health]),
            ("fr", "explique comment marche l'alarme", &[Home]),
        ];
        for (language, text, expected) in table {
            assert_eq!(topics(language, text), *expected, "{text}");
        }
    }

    #[test]
    fn what_everybody_may_know() {
        for (language, text) in [
            ("en", "why is the sky blue"),
            ("en", "compare the novels of 1984 and 2001"),
            ("en", "a good colour for a kitchen"),
            ("en", "write a poem about the sea"),
            ("en", "write a song for my guitar"),
            ("en", "compare the sons of Abraham"),
            ("en", "add up 100000 and 23"),
            ("de", "wer hat die Glühbirne erfunden"),
            ("es", "quién escribió Don Quijote"),
            ("fr", "qui a écrit Les Misérables"),
        ] {
            assert_eq!(topics(language, text), [], "{text}");
        }
    }
}
