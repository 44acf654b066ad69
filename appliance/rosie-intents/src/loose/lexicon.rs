//! The words of commands in one language, from `data/loose/`.

use super::words::{Word, plain, words};
use crate::IntentsError;
use rosie_core::Language;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    On,
    Off,
    Toggle,
    Open,
    Close,
    Stop,
    Lock,
    Unlock,
    Raise,
    Lower,
    Brighter,
    Darker,
    Dark,
    Warmer,
    Colder,
    Louder,
    Quieter,
    Pause,
    Play,
    Next,
    Previous,
    Mute,
    Unmute,
    Start,
    Dock,
    Press,
    /// How warm is it?
    Warmth,
}

/// What words are in a command. Of two readings of equal length the earlier one here is taken.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Tag {
    /// No command: a negation, a condition, a story.
    Refuse,
    Act(Act),
    Percent,
    Degrees,
    Level(f64),
    Colour(String),
    /// Kelvin.
    White(f64),
    /// An index into [`Lexicon::kinds`].
    Kind(usize),
    /// "everything but": everything, and what follows is left out.
    Only,
    Except,
    Everything,
    All,
    Wish,
    /// "Could you".
    Polite,
    /// "Can", "should": something may be done.
    Modal,
    Do,
    Also,
    And,
    Here,
    Filler,
    Link,
    It,
}

/// A kind of things that has words of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub domain: String,
    pub device_class: Option<String>,
    /// What is set, where the word names a quality ("brightness").
    pub only: Option<String>,
    words: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    filler: Vec<String>,
    link: String,
    and: String,
    also: String,
    again: String,
    it: String,
    here: String,
    all: String,
    everything: String,
    except: String,
    #[serde(default)]
    only: String,
    wish: String,
    polite: Vec<String>,
    #[serde(default)]
    modal: String,
    #[serde(rename = "do")]
    make: String,
    refuse: String,
    acts: BTreeMap<Act, String>,
    kinds: Vec<Kind>,
    same: Vec<Vec<String>>,
    percent: String,
    degrees: String,
    levels: BTreeMap<String, f64>,
    colours: BTreeMap<String, String>,
    whites: BTreeMap<String, f64>,
    endings: String,
    #[serde(default)]
    compounds: String,
}

#[derive(Debug, Clone)]
pub struct Phrase {
    words: Vec<Word>,
    /// What stands after a gap (`turn * on`).
    then: Vec<Word>,
    /// Only as a command's last words (`ein$`).
    pub last: bool,
    /// Only where it is wished for (`turned off+`).
    pub wished: bool,
    pub tag: Tag,
}

#[derive(Debug, Clone)]
pub struct Lexicon {
    pub language: Language,
    pub kinds: Vec<Kind>,
    /// By their first word, longest first.
    phrases: HashMap<String, Vec<Phrase>>,
    pub it: HashSet<String>,
    pub again: HashSet<String>,
    pub links: HashSet<String>,
    /// Words that alone are a kind.
    pub kind_words: HashMap<String, usize>,
    /// The words of every kind's phrases.
    kind_phrases: HashMap<Vec<String>, usize>,
    pub same: Vec<Vec<String>>,
    endings: Vec<String>,
    pub compounds: Vec<String>,
}

/// The file of a language, where there is one.
fn file(language: &Language) -> Option<(&'static str, &'static str)> {
    macro_rules! of {
        ($tag:literal) => {
            Some((
                concat!("data/loose/", $tag, ".yaml"),
                include_str!(concat!("../../data/loose/", $tag, ".yaml")),
            ))
        };
    }
    match language.primary() {
        "en" => of!("en"),
        "de" => of!("de"),
        "es" => of!("es"),
        "fr" => of!("fr"),
        _ => None,
    }
}

impl Lexicon {
    /// None where the language has no words of commands.
    pub fn of(language: &Language) -> Result<Option<Self>, IntentsError> {
        let Some((name, text)) = file(language) else {
            return Ok(None);
        };
        let file: File = serde_saphyr::from_str(text).map_err(|error| IntentsError::Unreadable {
            file: name.to_owned(),
            what: error.to_string(),
        })?;
        Ok(Some(Self::build(language, file)))
    }

    fn build(language: &Language, file: File) -> Self {
        let single = |text: &str| -> HashSet<String> { text.split('|').map(|word| plain(word.trim())).collect() };
        let mut this = Self {
            language: language.clone(),
            kinds: file.kinds.clone(),
            phrases: HashMap::new(),
            it: single(&file.it),
            again: single(&file.again),
            links: single(&file.link)
                .into_iter()
                .filter(|word| !word.contains(' '))
                .collect(),
            kind_words: HashMap::new(),
            kind_phrases: HashMap::new(),
            same: file.same.clone(),
            endings: file.endings.split('|').map(str::to_owned).collect(),
            compounds: file.compounds.split('|').map(str::to_owned).collect(),
        };
        this.compounds.retain(|link| !link.is_empty());
        this.endings.sort_by_key(|ending| std::cmp::Reverse(ending.len()));
        for (number, kind) in file.kinds.iter().enumerate() {
            for phrase in expanded(&kind.words) {
                let said = words(&phrase, language).into_iter().map(|word| word.plain);
                let said: Vec<String> = said.filter(|word| !this.links.contains(word)).collect();
                if let [one] = said.as_slice() {
                    this.kind_words.entry(one.clone()).or_insert(number);
                }
                this.kind_phrases.entry(said).or_insert(number);
            }
            this.add(&kind.words, Tag::Kind(number));
        }
        for (act, text) in &file.acts {
            this.add(text, Tag::Act(*act));
        }
        let values = file.levels.iter().map(|(text, level)| (text, Tag::Level(*level)));
        let whites = file.whites.iter().map(|(text, kelvin)| (text, Tag::White(*kelvin)));
        let colours = file.colours.iter().map(|(id, text)| (text, Tag::Colour(id.clone())));
        for (text, tag) in values.chain(whites).chain(colours) {
            this.add(text, tag);
        }
        for (text, tag) in [
            (&file.refuse, Tag::Refuse),
            (&file.percent, Tag::Percent),
            (&file.degrees, Tag::Degrees),
            (&file.only, Tag::Only),
            (&file.except, Tag::Except),
            (&file.everything, Tag::Everything),
            (&file.all, Tag::All),
            (&file.wish, Tag::Wish),
            (&file.modal, Tag::Modal),
            (&file.make, Tag::Do),
            (&file.also, Tag::Also),
            (&file.and, Tag::And),
            (&file.here, Tag::Here),
            (&file.link, Tag::Link),
            (&file.it, Tag::It),
        ] {
            this.add(text, tag);
        }
        for text in &file.filler {
            this.add(text, Tag::Filler);
        }
        for text in &file.polite {
            this.add(text, Tag::Polite);
        }
        for phrases in this.phrases.values_mut() {
            phrases.sort_by(|a, b| {
                let length = |p: &Phrase| p.words.len() + p.then.len();
                length(b)
                    .cmp(&length(a))
                    .then(a.then.len().cmp(&b.then.len()))
                    .then(a.tag.partial_cmp(&b.tag).unwrap_or(std::cmp::Ordering::Equal))
            });
        }
        this
    }

    fn add(&mut self, text: &str, tag: Tag) {
        for phrase in expanded(text) {
            let (last, wished) = (phrase.ends_with('$'), phrase.ends_with('+'));
            let phrase = phrase.trim_end_matches(['$', '+']);
            let (words_of, then) = phrase.split_once('*').unwrap_or((phrase, ""));
            let said = words(words_of, &self.language);
            let Some(first) = said.first() else { continue };
            let phrase = Phrase {
                words: said.clone(),
                then: words(then, &self.language),
                last,
                wished,
                tag: tag.clone(),
            };
            self.phrases.entry(first.plain.clone()).or_default().push(phrase);
        }
    }

    /// Phrases that begin at a word, the longest first.
    pub fn at(&self, said: &[Word]) -> impl Iterator<Item = &Phrase> {
        let first = said.first().and_then(|word| self.phrases.get(&word.plain));
        first.into_iter().flatten().filter(|phrase| phrase.begins(said))
    }

    /// Whether a word alone means something to commands.
    pub fn knows(&self, word: &Word) -> bool {
        self.phrases.get(&word.plain).is_some_and(|all| {
            all.iter()
                .any(|p| p.words.len() == 1 && p.then.is_empty() && p.begins(std::slice::from_ref(word)))
        })
    }

    /// Where one command may end and the next begin: the end of the one, the beginning of the other.
    pub fn joints(&self, said: &[Word]) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        let mut at = 0;
        while at < said.len() {
            let mut next = at;
            // Several in a row are one joint: ", and then".
            while next < said.len() {
                let and = self.at(&said[next..]).find(|phrase| phrase.tag == Tag::And);
                match (said[next].is_mark(), and) {
                    (true, _) => next += 1,
                    (_, Some(and)) => next += and.length(),
                    _ => break,
                }
            }
            if next > at {
                all.push((at, next));
            }
            at = next.max(at + 1);
        }
        all
    }

    /// Whether words begin as commands do.
    pub fn begins_a_command(&self, said: &[Word]) -> bool {
        let mut at = 0;
        while at < said.len() {
            match self.at(&said[at..]).next() {
                Some(phrase) if matches!(phrase.tag, Tag::Do | Tag::Act(_)) => return !phrase.wished,
                Some(phrase) if matches!(phrase.tag, Tag::Filler | Tag::Polite) => at += phrase.length(),
                _ => return false,
            }
        }
        false
    }

    /// The kind that these words name.
    pub fn kind_of(&self, said: &[&str]) -> Option<&Kind> {
        let said: Vec<String> = said.iter().map(|word| (*word).to_owned()).collect();
        self.kind_phrases.get(&said).map(|at| &self.kinds[*at])
    }

    /// The same word, apart from its ending.
    pub fn same_word(&self, a: &str, b: &str) -> bool {
        if a == b {
            return true;
        }
        let (stem_a, stem_b) = (self.stem(a), self.stem(b));
        stem_a.chars().count() >= 3 && stem_a == stem_b
    }

    fn stem<'w>(&self, word: &'w str) -> &'w str {
        let cut = |ending: &String| {
            let stem = word.strip_suffix(ending.as_str())?;
            (stem.chars().count() >= 3).then_some(stem)
        };
        self.endings.iter().find_map(cut).unwrap_or(word)
    }
}

impl Phrase {
    pub fn length(&self) -> usize {
        self.words.len()
    }

    fn begins(&self, said: &[Word]) -> bool {
        said.len() >= self.words.len() && self.words.iter().zip(said).all(|(word, said)| self.fits(word, said))
    }

    /// A word that was said with its accents must have them; one without any may have lost them. What makes a sentence no
    /// command has them: "él" is nobody's "el".
    fn fits(&self, word: &Word, said: &Word) -> bool {
        let may_be_lost = self.tag != Tag::Refuse && (said.exact == said.plain || word.exact == word.plain);
        said.exact == word.exact || (said.plain == word.plain && may_be_lost)
    }

    /// Where the second half stands in `said`: its first word and its length; `Some(None)` without a second half.
    pub fn second(&self, said: &[Word], free: impl Fn(usize) -> bool) -> Option<Option<(usize, usize)>> {
        if self.then.is_empty() {
            return Some(None);
        }
        let length = self.then.len();
        let at = (1..=said.len().checked_sub(length)?).find(|at| {
            (*at..at + length).all(&free)
                && self
                    .then
                    .iter()
                    .zip(&said[*at..])
                    .all(|(word, said)| self.fits(word, said))
        })?;
        Some(Some((at, length)))
    }
}

/// `a|(b|c) [d] e` as all that it stands for.
fn expanded(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for part in split(text) {
        all.extend(sequences(&part));
    }
    let tidy = all
        .iter()
        .map(|phrase| phrase.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut all: Vec<String> = tidy.filter(|phrase| !phrase.is_empty()).collect();
    all.sort();
    all.dedup();
    all
}

/// At the bars outside of brackets.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0_i32);
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '|' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

fn sequences(text: &str) -> Vec<String> {
    let Some(open) = text.find(['(', '[']) else {
        return vec![text.to_owned()];
    };
    let mut depth = 0;
    let close = text.char_indices().skip_while(|(i, _)| *i < open).find_map(|(i, c)| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(i)
    });
    let Some(close) = close else {
        return vec![text.to_owned()];
    };
    let mut inner: Vec<String> = split(&text[open + 1..close])
        .iter()
        .flat_map(|part| sequences(part))
        .collect();
    if text[open..].starts_with('[') {
        inner.push(String::new());
    }
    let rests = sequences(&text[close + 1..]);
    let before = &text[..open];
    inner
        .iter()
        .flat_map(|middle| rests.iter().map(move |rest| format!("{before} {middle} {rest}")))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn phrases_stand_for_all_their_forms() {
        assert_eq!(expanded("a|(b|c) [d] e"), ["a", "b d e", "b e", "c d e", "c e"]);
    }

    #[test]
    fn every_language_has_words_and_endings_are_no_words() {
        for language in ["en", "de", "es", "fr"] {
            let lexicon = Lexicon::of(&Language::new(language)).unwrap().unwrap();
            assert!(lexicon.phrases.len() > 100, "{language}");
        }
        let german = Lexicon::of(&Language::new("de")).unwrap().unwrap();
        assert!(german.same_word("tischlampen", "tischlampe") && german.same_word("kuchen", "kuche"));
        assert!(!german.same_word("flur", "fluss"));
        let spanish = Lexicon::of(&Language::new("es")).unwrap().unwrap();
        let tag = |text: &str| {
            spanish
                .at(&words(text, &spanish.language))
                .next()
                .map(|p| p.tag.clone())
        };
        assert_eq!(tag("apague"), Some(Tag::Act(Act::Off)));
        assert_eq!(tag("apagué"), Some(Tag::Refuse));
    }
}
