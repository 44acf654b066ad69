//! The words of commands in one language, from `data/loose/`.

use super::{
    ask::{AskFile, Asks},
    listing::{Listing, ListingFile},
    phrase::{Phrase, expanded},
    stories::{Stories, StoryFile},
    tag::{Act, Tag},
    words::{Word, plain, words},
};
use crate::IntentsError;
use rosie_core::Language;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A kind of things that has words of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub domain: String,
    /// Several are parted by commas: words do not tell a blind from a shade.
    pub device_class: Option<String>,
    /// What is set, where the word names a quality ("brightness").
    pub only: Option<String>,
    words: String,
}

impl Kind {
    /// Whether a thing is of this kind; one that has no class may be of any.
    pub fn is(&self, domain: &str, class: &str) -> bool {
        let classes = self.device_class.as_deref();
        self.domain == domain && classes.is_none_or(|all| class.is_empty() || all.split(',').any(|one| one == class))
    }
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
    mass: String,
    particles: String,
    polite: Vec<String>,
    #[serde(default)]
    modal: String,
    #[serde(rename = "do")]
    make: String,
    refuse: String,
    acts: BTreeMap<Act, String>,
    pub kinds: Vec<Kind>,
    same: Vec<Vec<String>>,
    percent: String,
    degrees: String,
    levels: BTreeMap<String, f64>,
    colours: BTreeMap<String, String>,
    whites: BTreeMap<String, f64>,
    endings: String,
    #[serde(default)]
    compounds: String,
    /// Words that a time begins with.
    moments: String,
    /// What the end of a command that lasts is called.
    undone: String,
    /// Words by which Rosie herself is spoken of: "your volume".
    addressed: String,
    /// Words of every day: none of them is misheard for a name of the house.
    everyday: String,
    /// Words that say that it is to be done at once.
    now: String,
    /// "Not the one", "but the other".
    not: String,
    instead: String,
    /// A "but" that goes on from the sentence before.
    but: String,
    /// What is let alone: "but leave * alone".
    spare: String,
    /// The same where it is said first: "leave * alone".
    let_be: String,
    /// What a reason begins with.
    reasons: String,
    /// What a noun begins with.
    articles: String,
    stories: StoryFile,
    asks: AskFile,
    listing: ListingFile,
    /// Verbs of putting that are said of music, too.
    #[serde(default)]
    placing: String,
    #[serde(default)]
    media: String,
}

#[derive(Debug, Clone)]
pub struct Lexicon {
    pub language: Language,
    pub kinds: Vec<Kind>,
    /// By their first word, longest first.
    pub(super) phrases: HashMap<String, Vec<Phrase>>,
    pub it: HashSet<String>,
    pub again: HashSet<String>,
    pub links: HashSet<String>,
    /// Words for light itself: who wants light wants it on, who wants a lamp may want to buy one.
    pub mass: HashSet<String>,
    /// Words for doing that are no verbs: nothing begins with them.
    pub particles: HashSet<String>,
    /// Words that alone are a kind.
    pub kind_words: HashMap<String, usize>,
    /// The words of every kind's phrases.
    kind_phrases: HashMap<Vec<String>, usize>,
    pub same: Vec<Vec<String>>,
    /// The class in `same` of a word.
    classes: HashMap<String, usize>,
    endings: Vec<String>,
    pub compounds: Vec<String>,
    pub moments: HashSet<String>,
    pub undone: String,
    pub addressed: HashSet<String>,
    pub everyday: HashSet<String>,
    pub now: HashSet<String>,
    pub not: HashSet<String>,
    pub instead: HashSet<String>,
    pub but: HashSet<String>,
    /// A plain word for what is left out.
    pub leaving_out: String,
    /// What stands before and after that which is let alone.
    pub spares: Vec<[Vec<String>; 2]>,
    pub let_be: Vec<[Vec<String>; 2]>,
    pub reasons: Vec<Vec<String>>,
    pub articles: HashSet<String>,
    pub stories: Stories,
    pub asks: Asks,
    pub listing: Listing,
    pub(super) placing: HashSet<String>,
    pub(super) media: HashSet<String>,
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
            mass: single(&file.mass),
            particles: single(&file.particles),
            kind_words: HashMap::new(),
            kind_phrases: HashMap::new(),
            same: file.same.clone(),
            classes: (file.same.iter().enumerate())
                .flat_map(|(at, class)| class.iter().map(move |word| (word.clone(), at)))
                .collect(),
            endings: file.endings.split('|').map(str::to_owned).collect(),
            compounds: file.compounds.split('|').map(str::to_owned).collect(),
            moments: single(&file.moments),
            undone: file.undone.clone(),
            addressed: single(&file.addressed),
            everyday: single(&file.everyday),
            now: single(&file.now),
            not: single(&file.not),
            instead: single(&file.instead),
            but: single(&file.but),
            leaving_out: file.except.split('|').next().unwrap_or_default().to_owned(),
            spares: Vec::new(),
            let_be: Vec::new(),
            reasons: expanded(&file.reasons)
                .iter()
                .map(|phrase| words(phrase, language).into_iter().map(|word| word.plain).collect())
                .collect(),
            articles: single(&file.articles),
            stories: Stories::new(&file.stories, language),
            asks: Asks::new(&file.asks, language),
            listing: Listing::new(&file.listing, language),
            placing: single(&file.placing),
            media: single(&file.media),
        };
        let bare = |text: &str| words(text, language).into_iter().map(|word| word.plain).collect();
        let halves = |phrases: &str| {
            expanded(phrases)
                .iter()
                .filter_map(|phrase| phrase.split_once('*'))
                .map(|(before, after)| [bare(before), bare(after)])
                .collect()
        };
        (this.spares, this.let_be) = (halves(&file.spare), halves(&file.let_be));
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
        if language.primary() == "es" {
            this.add_clitics();
        }
        for text in &file.filler {
            this.add(text, Tag::Filler);
        }
        for text in &file.polite {
            this.add(text, Tag::Polite);
        }
        for phrases in this.phrases.values_mut() {
            phrases.sort_by(|a, b| {
                b.weight()
                    .cmp(&a.weight())
                    .then(a.second_length().cmp(&b.second_length()))
                    .then(a.tag.partial_cmp(&b.tag).unwrap_or(std::cmp::Ordering::Equal))
            });
        }
        this
    }

    pub(super) fn add(&mut self, text: &str, tag: Tag) {
        for phrase in expanded(text) {
            let phrase = Phrase::new(&phrase, tag.clone(), &self.language);
            let Some(first) = phrase.first() else { continue };
            self.phrases.entry(first.to_owned()).or_default().push(phrase);
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
                .any(|p| p.is_single() && p.begins(std::slice::from_ref(word)))
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

    /// The kind that these words name.
    pub fn kind_of(&self, said: &[&str]) -> Option<&Kind> {
        let said: Vec<String> = said.iter().map(|word| (*word).to_owned()).collect();
        self.kind_phrases.get(&said).map(|at| &self.kinds[*at])
    }

    /// The same word, apart from its ending, or another for the same.
    pub fn same_word(&self, a: &str, b: &str) -> bool {
        if a == b {
            return true;
        }
        let (stem_a, stem_b) = (self.stem(a), self.stem(b));
        let class = |word: &str| self.classes.get(word);
        (stem_a.chars().count() >= 3 && stem_a == stem_b) || class(a).is_some_and(|of_a| Some(of_a) == class(b))
    }

    fn stem<'w>(&self, word: &'w str) -> &'w str {
        let cut = |ending: &String| {
            let stem = word.strip_suffix(ending.as_str())?;
            (stem.chars().count() >= 3).then_some(stem)
        };
        self.endings.iter().find_map(cut).unwrap_or(word)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

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
