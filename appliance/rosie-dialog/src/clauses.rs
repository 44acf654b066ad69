//! Talk as words, and where in it a sentence may begin and end.

mod unmarked;

use crate::routing::{ClauseCues, UnmarkedCues, is_address, is_question, is_told, wants_clock};
use rosie_core::Language;
use std::ops::Range;

/// Fewer words are no clause of their own.
const SHORTEST: usize = 3;

/// A text's words, and where its clauses end.
pub(crate) struct Clauses {
    /// Bytes of each word, without the marks around it.
    pub words: Vec<Range<usize>>,
    /// Where a clause ends, each as the number of words up to there; the last is the whole.
    ends: Vec<usize>,
    /// Those of them after which another begins; the others are before politeness.
    joints: Vec<usize>,
    /// Sentences end here, and nothing goes on over that.
    full: Vec<usize>,
    /// What was said before this word was taken back.
    pub from: usize,
    /// The words of its language.
    pub cues: ClauseCues,
}

pub(crate) fn clauses(text: &str, language: &Language) -> Clauses {
    let cues = ClauseCues::of(language);
    let mut all = Clauses {
        words: Vec::new(),
        ends: Vec::new(),
        joints: Vec::new(),
        full: Vec::new(),
        from: 0,
        cues,
    };
    let unmarked = UnmarkedCues::of(language);
    let words = text.split_whitespace().map(bare).filter(|word| !word.is_empty());
    let said: Vec<String> = words.map(str::to_lowercase).collect();
    let mut ended = false;
    for raw in text.split_whitespace() {
        let bare = bare(raw);
        if bare.is_empty() {
            ended = true;
            continue;
        }
        let start = bare.as_ptr() as usize - text.as_ptr() as usize;
        let at = all.words.len();
        // "It is so dark".
        let before = at.checked_sub(1).map(|before| &said[before]);
        let goes_on = before.is_some_and(|before| cues.finished.contains(before));
        let begins = (goes_on && cues.subjects.contains(&said[at]) && at >= SHORTEST)
            || unmarked::begins(&said, all.ends.last().copied().unwrap_or(0), at, &unmarked);
        let belongs = before.is_some_and(|before| cues.belonging.contains(&format!("{before} {}", said[at])));
        let joins = !belongs && cues.between.contains(&said[at]);
        if (ended || joins || begins) && !all.words.is_empty() {
            all.end();
        }
        all.words.push(start..start + bare.len());
        ended = raw.ends_with([',', '.', ';', ':', '!', '?', '…']);
        if raw.ends_with(['.', '!', '?']) {
            all.full.push(all.words.len());
        }
        if joins {
            all.end();
        }
    }
    all.end();
    all.joints = all.ends.clone();
    all.take_back(cues.taking_back, text);
    all.without(cues.endings, text);
    all.without_purpose(cues.purposes, language, text);
    all
}

/// A word without the marks around it.
fn bare(raw: &str) -> &str {
    raw.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '°'))
}

impl Clauses {
    /// "Turn on the lamp, no, wait, the fan": what counts begins after that.
    fn take_back(&mut self, marks: &[String], text: &str) {
        let mut from = 0;
        for end in self.ends.clone() {
            let words: Vec<String> = self.words[from..end]
                .iter()
                .map(|word| text[word.clone()].to_lowercase())
                .collect();
            if marks.contains(&words.join(" ")) && end < self.words.len() {
                self.from = end;
            }
            from = end;
        }
    }

    /// Where a sentence that begins at word `from` may end, the farthest first: over `most` clauses.
    pub(crate) fn ends_after(&self, from: usize, most: usize) -> impl Iterator<Item = usize> {
        let full = self.full.iter().find(|end| **end > from).copied().unwrap_or(usize::MAX);
        let ahead = self.ends.partition_point(|end| *end <= from);
        let ends = self.ends.iter().skip(ahead).take(most).filter(move |end| **end <= full);
        let mut ends: Vec<usize> = ends.copied().collect();
        ends.reverse();
        ends.into_iter()
    }

    /// Whether all of these words are only politeness.
    pub(crate) fn is_polite(&self, text: &str, words: Range<usize>) -> bool {
        let said = |word: &Range<usize>| text[word.clone()].to_lowercase();
        self.words[words].iter().all(|word| is_address(&said(word)))
    }

    /// Words at `from` by which something is asked for, for oneself or somebody else: "can he".
    pub(crate) fn request_at(&self, text: &str, from: usize) -> usize {
        let says = |request: &&String| {
            let words = request.split(' ');
            let said = self
                .words
                .iter()
                .skip(from)
                .map(|word| text[word.clone()].to_lowercase());
            words.clone().count() <= self.words.len().saturating_sub(from)
                && said.zip(words).all(|(said, word)| said == word)
        };
        self.cues
            .requests
            .iter()
            .find(says)
            .map_or(0, |request| request.split(' ').count())
    }

    /// The plain sentence for an item on a list; on the one for shopping where it has no name.
    pub(crate) fn adding(&self, item: &str, list: &str) -> String {
        let list = match list.is_empty() {
            true => self.cues.lists.first().map(String::as_str).unwrap_or_default(),
            false => list,
        };
        // "List" is in the names of some.
        let kind = self.cues.adding.rsplit(' ').next().unwrap_or_default();
        let list = match list.to_lowercase().strip_suffix(kind) {
            Some(short) if !short.is_empty() => list[..short.len()].trim_end(),
            _ => list,
        };
        self.cues.adding.replace("{item}", item).replace("{list}", list)
    }

    pub(crate) fn begins_a_sentence(&self, at: usize) -> bool {
        self.full.contains(&at)
    }

    /// The words for being in a room.
    pub(crate) fn in_room(&self, room: &str) -> String {
        self.cues.in_room.replace("{}", room)
    }

    /// A clause may also end before politeness at its end: "put the fan on for me".
    fn without(&mut self, endings: &[String], text: &str) {
        let mut ends = self.ends.clone();
        for end in &self.ends {
            for ending in endings {
                let count = ending.split(' ').count();
                let from = end.checked_sub(count).filter(|from| *from > 0);
                let is_it = |from: usize| {
                    let said = self.words[from..*end]
                        .iter()
                        .map(|word| text[word.clone()].to_lowercase());
                    said.eq(ending.split(' ').map(str::to_owned))
                };
                ends.extend(from.filter(|from| is_it(*from)));
            }
        }
        ends.sort_unstable();
        ends.dedup();
        self.ends = ends;
    }

    /// Or before what it is for: "make it blue for our little mermaid"; how long is something else.
    fn without_purpose(&mut self, marks: &[String], language: &Language, text: &str) {
        let mut from = 0;
        let mut more = Vec::new();
        for end in &self.joints {
            let said = |at: &usize| text[self.words[*at].clone()].to_lowercase();
            let mark = (from + 2..*end).rev().find(|at| marks.contains(&said(at)));
            let tail = mark.and_then(|at| text.get(self.words[at].start..self.words[*end - 1].end));
            if mark.is_some_and(|at| at + 1 < *end) && tail.is_some_and(|tail| !says_how_long(tail, language)) {
                more.extend(mark);
            }
            from = *end;
        }
        self.ends.extend(more);
        self.ends.sort_unstable();
        self.ends.dedup();
    }

    fn end(&mut self) {
        let at = self.words.len();
        if at > 0 && self.ends.last() != Some(&at) {
            self.ends.push(at);
        }
    }

    /// The clauses as texts; one of a word or two goes with the one before it in its sentence ("milk, eggs and bread").
    pub(crate) fn parts<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let (mut parts, mut from): (Vec<Range<usize>>, usize) = (Vec::new(), 0);
        for end in self.joints.iter().copied() {
            // "…, so lock it": what follows from something is no more of it.
            let follows = from > 0
                && text.get(self.words[from - 1].clone()).is_some_and(|word| {
                    let word = word.to_lowercase();
                    self.cues.following.contains(&word)
                });
            let short = end - from < SHORTEST;
            match parts.last_mut() {
                Some(last) if !self.begins_a_sentence(from) && (last.len() < SHORTEST || short && !follows) => {
                    last.end = end
                }
                _ => parts.push(from..end),
            }
            from = end;
        }
        let whole = |part: &Range<usize>| text.get(self.words[part.start].start..self.words[part.end - 1].end);
        parts.iter().filter_map(whole).collect()
    }

    /// Whether `said` only stands for something else.
    pub(crate) fn is_pronoun(&self, said: &str) -> bool {
        let said = said.to_lowercase();
        self.cues.pronouns.contains(&said) || self.cues.pointing.contains(&said)
    }

    /// Whether `said` has only words for putting something somewhere, and none for what.
    pub(crate) fn only_puts(&self, said: &str) -> bool {
        let mut words = said.split(' ').map(str::to_lowercase);
        words.all(|word| self.cues.adds.contains(&word))
    }

    /// Whether `said` begins with a word that only turns to somebody.
    pub(crate) fn is_filler(&self, said: &str) -> bool {
        said.split(' ')
            .next()
            .is_some_and(|word| is_address(&word.to_lowercase()))
    }

    /// Whether words `run` are of several clauses.
    pub(crate) fn spans(&self, run: Range<usize>) -> bool {
        self.joints.iter().any(|end| run.start < *end && *end < run.end)
    }

    /// Whether a whole sentence ends inside of `run`.
    pub(crate) fn ends_within(&self, run: &Range<usize>) -> bool {
        self.full.iter().any(|end| run.start < *end && *end < run.end)
    }

    /// The first word of the clause that word `at` is in.
    pub(crate) fn begin_of(&self, at: usize) -> usize {
        self.joints.iter().rev().find(|end| **end <= at).copied().unwrap_or(0)
    }

    /// The word after the clause that word `at` is in.
    pub(crate) fn end_of(&self, at: usize) -> usize {
        self.joints
            .iter()
            .find(|end| **end > at)
            .copied()
            .unwrap_or(self.words.len())
    }

    /// Where `text` says "it" or the like.
    pub(crate) fn pronoun_in(&self, text: &str) -> Option<Range<usize>> {
        one_of(self.cues.pronouns, text)
    }

    /// Where `text` says "there".
    pub(crate) fn there_in(&self, text: &str) -> Option<Range<usize>> {
        one_of(self.cues.there, text)
    }
}

/// The clause of `text` that asks for something to be told; none where one of them wants something done.
pub(crate) fn asking<'t>(text: &'t str, language: &Language) -> Option<&'t str> {
    let parts = clauses(text, language).parts(text);
    let is_told = |part: &&str| is_told(part, language);
    let commands = parts.iter().any(|part| !is_told(part) && !is_question(part, language));
    let asked = parts
        .iter()
        .rev()
        .filter(|_| !commands)
        .find(|part| is_question(part, language));
    asked
        .copied()
        .or_else(|| is_question(text, language).then_some(text).filter(|_| parts.len() < 2))
}

/// Words of the clauses that ask or want something; the others only tell.
pub(crate) fn wanting(text: &str, language: &Language) -> usize {
    let parts = clauses(text, language).parts(text).into_iter();
    let wanted = parts.filter(|part| !is_told(part, language));
    wanted.map(|part| part.split_whitespace().count()).sum()
}

fn says_how_long(text: &str, language: &Language) -> bool {
    text.contains(|c: char| c.is_ascii_digit()) || wants_clock(text, language)
}

fn one_of(said: &[String], text: &str) -> Option<Range<usize>> {
    let mut words = text.split_whitespace().map(|word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        start..start + bare.len()
    });
    words.find(|word| said.contains(&text[word.clone()].to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        let clauses = clauses(text, &Language::new("en"));
        let mut from = 0;
        let part = |end: &usize| {
            let words: Vec<&str> = clauses.words[from..*end]
                .iter()
                .map(|word| &text[word.clone()])
                .collect();
            from = *end;
            words.join(" ")
        };
        clauses.joints.iter().map(part).collect()
    }

    #[test]
    fn clauses_end_at_marks_and_before_words_that_go_on() {
        assert_eq!(
            parts("My hands are full, so could you put the fan on?"),
            ["My hands are full", "so", "could you put the fan on"]
        );
        assert_eq!(parts("it is so dark in here"), ["it is so dark in here"]);
        assert_eq!(parts("set it to 22.5 degrees"), ["set it to 22.5 degrees"]);
        assert_eq!(parts("  - well … "), ["well"]);
        assert_eq!(parts("..."), [""; 0]);
        let all = clauses("I am cold so turn it up", &Language::new("en"));
        assert_eq!((all.begin_of(5), all.begin_of(1)), (4, 0));
    }

    #[test]
    fn what_asks_and_what_wants() {
        let asks = |text: &'static str| asking(text, &Language::new("en"));
        let laundry = "I put the laundry in two hours ago, is the washing machine finished?";
        assert_eq!(asks(laundry), Some("is the washing machine finished"));
        assert_eq!(
            asks("why do people listen to music"),
            Some("why do people listen to music")
        );
        assert_eq!(
            asks("when I opened the fridge there was no butter left, so note it down"),
            None
        );
        assert_eq!(asks("what a day it was, turn on the fan"), None);
        assert_eq!(asks("I am tired"), None);
    }

    #[test]
    fn pronouns_stand_alone() {
        let all = clauses("", &Language::new("en"));
        let said = |text: &'static str| all.pronoun_in(text).map(|at| &text[at]);
        assert_eq!(said("switch It, please"), Some("It"));
        assert_eq!(said("put them off"), Some("them"));
        assert_eq!(said("visit the itch"), None);
    }
}
