//! Where in a sentence a word of a command stands: what comes before it and after it.

use super::{
    tag::Tag,
    tags::{Part, Tagger},
    words::Word,
};

/// What nobody is told to do to a lamp that is on.
const SEEN: [&str; 20] = [
    "saw", "see", "like", "love", "hate", "want", "know", "found", "find", "hear", "heard", "watch", "left", "forgot",
    "wish", "miss", "bet", "swear", "was", "is",
];

impl Tagger<'_> {
    /// "Whack the heater on", "knips die Lampe an": whatever is done to a thing until it is on.
    pub(super) fn unheard_verb(&self, said: &[Word], at: usize) -> Option<(Part, usize)> {
        let verb = &said[at];
        let article = said
            .get(at + 1)
            .is_some_and(|word| self.lexicon.articles.contains(&word.plain));
        // "Bump it to twenty two."
        let it = said
            .get(at + 1)
            .is_some_and(|word| self.lexicon.it.contains(&word.plain) && word.plain != "that");
        let valued = it && (at + 2..said.len()).any(|at| self.number(said, at, said.len() - at).is_some());
        if valued
            && self.lexicon.language.primary() == "en"
            && self.is_beginning(said, at)
            && !self.lexicon.knows(verb)
            && self.lexicon.orders(verb)
            && !SEEN.contains(&verb.plain.as_str())
            && !verb.plain.ends_with('s')
        {
            return Some((Part::Tag(Tag::Do), 1));
        }
        let language = self.lexicon.language.primary();
        if !article || !matches!(language, "en" | "de") || self.known_form(&verb.plain).is_some() {
            return None;
        }
        let reach = said[at..].iter().take_while(|word| !word.is_mark());
        let mut rest = reach.skip(2).skip_while(|word| !self.is_named(word));
        let brought = rest.next().is_some() && rest.any(|word| self.lexicon.particles.contains(&word.plain));
        let orders = self.lexicon.orders(verb) && !SEEN.contains(&verb.plain.as_str());
        let ends = if language == "de" {
            !verb.plain.ends_with('t')
        } else {
            !verb.plain.ends_with('s')
        };
        (brought && orders && ends && self.is_beginning(said, at)).then_some((Part::Tag(Tag::Do), 1))
    }

    fn is_named(&self, word: &Word) -> bool {
        !self.lexicon.is_small(word) && self.known_form(&word.plain).is_some()
    }

    /// Something else in the sentence is surely a thing or a place of the house.
    pub(super) fn names_else(&self, said: &[Word], at: usize) -> bool {
        let mut others = said.iter().enumerate().filter(|(other, _)| *other != at);
        others.any(|(_, word)| self.is_named(word))
    }

    /// Some word of it says by itself what is done.
    pub(super) fn is_commanded(&self, said: &[Word]) -> bool {
        (0..said.len()).any(|at| {
            let verb = self.lexicon.whole_at(&said[at..]);
            verb.is_some_and(|phrase| matches!(phrase.tag, Tag::Act(_) | Tag::Do))
        })
    }

    /// Nothing but surplus words comes before it in its command.
    pub(super) fn is_beginning(&self, said: &[Word], at: usize) -> bool {
        let surplus = |phrase: &super::phrase::Phrase| matches!(phrase.tag, Tag::And | Tag::Filler | Tag::Polite);
        at == 0 || said[at - 1].is_mark() || self.lexicon.at(&said[at - 1..at]).next().is_some_and(surplus)
    }

    /// "At ten" is a time, "at ten percent" is none.
    pub(super) fn is_counted(&self, said: &[Word], at: usize) -> bool {
        let next = said.get(at..).and_then(|rest| self.lexicon.at(rest).next());
        next.is_some_and(|phrase| phrase.is_unit())
    }

    /// Nothing but surplus words follows up to the end of the command.
    pub(super) fn is_end(&self, said: &[Word], mut at: usize) -> bool {
        while at < said.len() && !said[at].is_mark() {
            let phrase = self
                .lexicon
                .at(&said[at..])
                .find(|p| matches!(p.tag, Tag::Filler | Tag::Polite | Tag::And));
            match phrase {
                Some(phrase) if phrase.tag == Tag::And => return true,
                Some(phrase) => at += phrase.length(),
                None => return false,
            }
        }
        true
    }

    /// Whether another command begins between two halves of a phrase.
    pub(super) fn crosses(&self, said: &[Word], from: usize, to: usize) -> bool {
        (from + 1..to).any(|i| {
            let and = self.lexicon.at(&said[i..]).next().is_some_and(|p| p.tag == Tag::And);
            and && self
                .lexicon
                .at(&said[(i + 1).min(said.len())..])
                .next()
                .is_some_and(|p| matches!(p.tag, Tag::Do | Tag::Act(_)))
        })
    }
}
