//! What is said of the findings, as data in Rosie's four languages.

use super::{Check, Finding, Reason, Verdict};
use rosie_core::Language;
use serde::Deserialize;
use std::collections::HashMap;

const FILES: [(&str, &str); 4] = [
    ("en", include_str!("../../data/self-test/en.yaml")),
    ("de", include_str!("../../data/self-test/de.yaml")),
    ("es", include_str!("../../data/self-test/es.yaml")),
    ("fr", include_str!("../../data/self-test/fr.yaml")),
];

/// Of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// Of which they are.
    #[serde(skip)]
    pub language: &'static str,
    /// What is spoken through the loudspeaker.
    pub phrase: String,
    /// Said before it begins.
    pub before: String,
    verdicts: HashMap<Verdict, String>,
    checks: HashMap<Check, String>,
    reasons: HashMap<Reason, String>,
}

impl Words {
    /// English where there are none of the language.
    pub fn of(language: &Language) -> Self {
        let known = FILES.iter().find(|(tag, _)| *tag == language.primary());
        let (language, yaml) = known.unwrap_or(&FILES[0]);
        let words: Self = serde_saphyr::from_str(yaml).unwrap_or_default();
        Self { language, ..words }
    }

    pub fn verdict(&self, verdict: Verdict) -> &str {
        self.verdicts.get(&verdict).map_or("", String::as_str)
    }

    /// What was looked at.
    pub fn check(&self, check: Check) -> &str {
        self.checks.get(&check).map_or("", String::as_str)
    }

    /// What was found and, where it is not good, what to do.
    pub fn said(&self, finding: &Finding) -> String {
        let said = self.reasons.get(&finding.reason).map_or("", String::as_str);
        let number = |value: f64| format!("{}", value.round() + 0.0);
        said.replace("{value}", &number(finding.value))
            .replace("{beside}", &number(finding.beside))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_finding_has_words_in_every_language() {
        let english = Words::of(&Language::new("en"));
        for (tag, yaml) in FILES {
            let words: Words = serde_saphyr::from_str(yaml).unwrap();
            assert!(words.phrase.len() > 80 && !words.before.is_empty(), "{tag}");
            for reason in Reason::ALL {
                let finding = Finding::new(*reason, -7.6).beside(44_100.2);
                let said = words.said(&finding);
                assert!(said.len() > 10 && !said.contains('{'), "{tag}, {reason:?}: {said}");
                for (number, named) in [("-8", "{value}"), ("44100", "{beside}")] {
                    let wanted = english.reasons[reason].contains(named);
                    assert_eq!(said.contains(number), wanted, "{tag}, {reason:?}: {said}");
                }
                assert!(!words.check(reason.check()).is_empty(), "{tag}, {reason:?}");
                assert!(!words.verdict(reason.verdict()).is_empty(), "{tag}, {reason:?}");
            }
        }
        assert_eq!(Words::of(&Language::new("it")).phrase, english.phrase);
        assert_eq!(Words::of(&Language::new("de-CH")).language, "de");
        assert_ne!(Words::of(&Language::new("de-CH")).phrase, english.phrase);
    }
}
