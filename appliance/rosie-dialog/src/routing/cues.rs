//! Cue words by language, from `data/cues.yaml`, and how they are found in a sentence.

use rosie_core::Language;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::OnceLock};

pub(super) type ByLanguage = BTreeMap<String, Vec<String>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cues {
    pub complex: ByLanguage,
    pub medium: ByLanguage,
    pub private: BTreeMap<String, ByLanguage>,
    pub whose: ByLanguage,
    pub kin: ByLanguage,
    pub streets: ByLanguage,
    pub leaning: ByLanguage,
    pub clock: ByLanguage,
    pub questions: ByLanguage,
    pub state: State,
    pub here: Here,
    pub late: super::questions::Late,
    pub told: super::told::Told,
    pub clauses: super::clause_cues::Clauses,
}

/// Words of questions about what is here and now.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Here {
    pub asking: ByLanguage,
    pub particular: ByLanguage,
    pub world: ByLanguage,
    pub wondering: ByLanguage,
    pub own: ByLanguage,
    pub advice: ByLanguage,
    pub ours: ByLanguage,
    pub general: ByLanguage,
    pub indefinite: ByLanguage,
}

/// Words about how the home is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub asking: ByLanguage,
    pub states: ByLanguage,
    /// Pairs, `on/off`.
    pub opposites: ByLanguage,
    pub not: ByLanguage,
    pub unknown: ByLanguage,
    pub claims: ByLanguage,
}

/// Whether a question depends on what was said before it. In languages without cues every one does.
pub(crate) fn leans(text: &str, language: &Language) -> bool {
    let words = Words::of(text);
    known(&cues().leaning, language).is_none_or(|cues| cues.iter().any(|cue| words.contain(cue))) || words.len() < 3
}

/// Whether the first word stands for something that was said before.
pub(crate) fn begins_leaning(words: &Words, language: &Language) -> bool {
    words.begin_with_one_of(&cues().leaning, language)
}

/// Whether an answer needs the clock or the calendar. In languages without cues every one does.
pub(crate) fn wants_clock(text: &str, language: &Language) -> bool {
    let words = Words::of(text);
    known(&cues().clock, language).is_none_or(|cues| cues.iter().any(|cue| words.contain(cue)))
}

/// Words before a question: "hey Rosie, could you".
const ADDRESSES: &[&str] = &[
    "hey",
    "hi",
    "hello",
    "ok",
    "okay",
    "rosie",
    "please",
    "and",
    "or",
    "so",
    "but",
    "well",
    "oh",
    "um",
    "could",
    "can",
    "would",
    "will",
    "you",
    "hallo",
    "bitte",
    "und",
    "also",
    "aber",
    "kannst",
    "könntest",
    "du",
    "hola",
    "oye",
    "y",
    "pero",
    "por",
    "favor",
    "puedes",
    "podrías",
    "salut",
    "dis",
    "et",
    "mais",
    "peux-tu",
    "pourrais-tu",
    "tu",
    "peux",
    "pourrais",
    "eh",
    "quick",
    "just",
    "kindly",
    "now",
    "then",
    "right",
];

/// Whether a word only turns to somebody.
pub(crate) fn is_address(word: &str) -> bool {
    ADDRESSES.contains(&word)
}

pub(super) fn known<'a>(list: &'a ByLanguage, language: &Language) -> Option<&'a Vec<String>> {
    list.get(language.primary())
}

/// The same, none in a language without cues.
pub(super) fn listed(list: &'static ByLanguage, language: &Language) -> &'static [String] {
    known(list, language).map(Vec::as_slice).unwrap_or_default()
}

/// The built-in cues. A test reads them; a mistake there would leave the lists empty here.
pub(super) fn cues() -> &'static Cues {
    static CUES: OnceLock<Cues> = OnceLock::new();
    CUES.get_or_init(|| parse().unwrap_or_default())
}

fn parse() -> Result<Cues, String> {
    serde_saphyr::from_str(include_str!("../../data/cues.yaml")).map_err(|e| e.to_string())
}

/// A sentence's words, lower case, without punctuation; apostrophes and hyphens inside words stay.
#[derive(Debug)]
pub(crate) struct Words(Vec<String>);

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let text = text.to_lowercase().replace(['’', 'ʼ'], "'");
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '@' | '.' | '+');
        let words = text.split(|c: char| !inside(c));
        let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+'));
        Self(words.filter(|word| !word.is_empty()).map(with_its_mark).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the words of `cue` follow each other somewhere.
    pub(crate) fn contain(&self, cue: &str) -> bool {
        let cue: Vec<&str> = cue.split(' ').collect();
        self.0
            .windows(cue.len())
            .any(|window| window.iter().zip(&cue).all(|(word, cue)| same(word, cue)))
    }

    /// Whether one of the language's cues stands at the beginning, after an address or a courtesy.
    pub(super) fn begin_with_one_of(&self, cues: &ByLanguage, language: &Language) -> bool {
        let address = self.iter().take_while(|word| ADDRESSES.contains(word)).count();
        let begins = |cue: &String| self.begin_with(cue, address);
        known(cues, language).is_some_and(|cues| cues.iter().any(begins))
    }

    /// Whether the words of `cue` stand at the beginning, after at most `others` other words.
    fn begin_with(&self, cue: &str, others: usize) -> bool {
        let beginning = self.0.len().min(others + cue.split(' ').count());
        Self(self.0[..beginning].to_vec()).contain(cue)
    }

    /// Whether a word of `second` follows one of `first`, with at most `between` other words between them.
    pub(super) fn have_pair(
        &self,
        first: &ByLanguage,
        second: &ByLanguage,
        between: usize,
        language: &Language,
    ) -> bool {
        let (Some(first), Some(second)) = (known(first, language), known(second, language)) else {
            return false;
        };
        let is = |word: &str, cues: &[String]| cues.iter().any(|cue| same(word, cue));
        self.0.iter().enumerate().any(|(at, word)| {
            let follow = self.0.iter().skip(at + 1).take(between + 1);
            is(word, first) && follow.into_iter().any(|word| is(word, second))
        })
    }

    /// Whether the words of `name` follow a word of `first` at once.
    pub(super) fn have_pair_with(&self, first: &ByLanguage, name: &str, language: &Language) -> bool {
        let mut before = known(first, language).into_iter().flatten();
        before.any(|word| self.contain(&format!("{word} {name}")))
    }

    /// The first cue of the language's list that is there.
    pub(super) fn find<'a>(&self, cues: &'a ByLanguage, language: &Language) -> Option<&'a str> {
        let cues = cues.get(language.primary())?;
        cues.iter().map(String::as_str).find(|cue| self.contain(cue))
    }
}

/// English as people type it; none of these is a word of another language here.
const WITHOUT_A_MARK: [(&str, &str); 20] = [
    ("whats", "what's"),
    ("wheres", "where's"),
    ("whos", "who's"),
    ("hows", "how's"),
    ("whens", "when's"),
    ("isnt", "isn't"),
    ("arent", "aren't"),
    ("wasnt", "wasn't"),
    ("dont", "don't"),
    ("doesnt", "doesn't"),
    ("didnt", "didn't"),
    ("cant", "can't"),
    ("couldnt", "couldn't"),
    ("hasnt", "hasn't"),
    ("havent", "haven't"),
    ("ive", "i've"),
    ("weve", "we've"),
    ("theyre", "they're"),
    ("thats", "that's"),
    ("theres", "there's"),
];

fn with_its_mark(word: &str) -> String {
    let whole = WITHOUT_A_MARK.iter().find(|(bare, _)| *bare == word);
    whole.map_or(word, |(_, whole)| whole).to_owned()
}

fn same(word: &str, cue: &str) -> bool {
    let is = |word: &str| match cue.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == cue,
    };
    is(word) || bare(word).is_some_and(is)
}

/// A word without what an apostrophe joins to it: "sister's" is about the sister, "l'alarme" about the alarm.
pub(super) fn bare(word: &str) -> Option<&str> {
    let (before, after) = word.split_once('\'')?;
    let elided = matches!(
        before,
        "l" | "d" | "j" | "m" | "t" | "s" | "n" | "c" | "qu" | "lorsqu" | "jusqu"
    );
    match after {
        "s" => Some(before),
        _ => Some(after).filter(|_| elided),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_every_list_has_the_four_languages() {
        let cues = parse().expect("cues.yaml");
        let state = &cues.state;
        let of_states = [
            &state.asking,
            &state.states,
            &state.opposites,
            &state.not,
            &state.unknown,
            &state.claims,
            &cues.here.asking,
            &cues.here.particular,
            &cues.here.world,
            &cues.here.wondering,
            &cues.here.advice,
            &cues.here.ours,
        ];
        let lists = [
            &cues.complex,
            &cues.medium,
            &cues.streets,
            &cues.whose,
            &cues.kin,
            &cues.leaning,
            &cues.clock,
            &cues.questions,
        ];
        let lists = lists.into_iter().chain(of_states);
        for list in lists.chain(cues.private.values()) {
            for language in ["en", "de", "es", "fr"] {
                assert!(list.get(language).is_some_and(|cues| !cues.is_empty()), "{language}");
            }
            for cue in list.values().flatten() {
                assert_eq!(cue, &cue.to_lowercase(), "compared with lower-case words");
            }
        }
        assert_eq!(cues.private.len(), 5);
    }

    #[test]
    fn what_leans_and_what_wants_the_clock() {
        let english = Language::new("en");
        for (text, leaning, clock) in [
            ("why is the sky blue", false, false),
            ("and why is that", true, false),
            ("what should I give her", true, false),
            ("how many days until christmas", false, true),
            ("who won", true, false),
        ] {
            assert_eq!(
                (leans(text, &english), wants_clock(text, &english)),
                (leaning, clock),
                "{text}"
            );
        }
        assert!(
            leans("mikä on Perun pääkaupunki", &Language::new("fi")),
            "no cues: it may"
        );
        assert!(wants_clock("mikä on Perun pääkaupunki", &Language::new("fi")));
    }

    #[test]
    fn phrases_and_beginnings() {
        let words = Words::of("What’s the difference between cats, and  DOGS? my daughter's e-mail…");
        assert!(words.contain("difference between"));
        assert!(words.contain("dog*") && !words.contain("dog"));
        assert!(words.contain("what's") && words.contain("e-mail"));
        assert!(!words.contain("between the cats"));
        let of_others = Words::of("my sister's wedding, my parents' house, l’alarme, j'habite");
        assert!(of_others.contain("my sister") && of_others.contain("my parents") && of_others.contain("sister's"));
        assert!(of_others.contain("alarme") && of_others.contain("l'*") && of_others.contain("j'habite"));
        assert_eq!(Words::of(" … !? ").len(), 0);
    }
}
