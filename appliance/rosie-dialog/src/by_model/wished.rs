//! Which tools a question wishes for, by meaning and by words, and what they would be done to.

use super::{calls::calls_of, clause::REMEMBER, gather::LIKENESS};
use crate::{
    clauses::{asking, clauses},
    dialog::RosieDialog,
    routing::{Words, is_quoted, is_told, wants_kept},
    tools,
    wishes::{self, Guess},
};
use rosie_core::{Intent, Language, ToolSpec, dialog::Question};
use std::collections::BTreeSet;

/// Parts of a question that are compared by meaning: the last, since people tell first and wish then.
const PARTS: usize = 6;
/// A wish that is so like a tool's is one for it.
const SURE: f32 = 0.6;
/// So sure is a wish that counts against the whole, or that may not be left undone.
const BEYOND_DOUBT: f32 = 0.9;
/// From here on what only tells something is a wish all the same, by the words of a model.
const HARDLY_DOUBTED: f32 = 0.8;
/// By so much the best tool is alone.
const AHEAD: f32 = 0.12;
/// Tools in a small model's form.
const FORM_TOOLS: usize = 3;

/// What a question, or a part of one, wishes for.
struct Part {
    /// It tells something; what is wanted may be in it all the same ("it is too dark in here").
    told: bool,
    guess: Option<Guess>,
    /// Of each tool, where meanings can be compared.
    likeness: Option<Vec<f32>>,
    /// Tools and how much they are wanted, best first.
    wanted: Vec<(usize, f32)>,
}

impl Part {
    fn is_wish(&self) -> bool {
        self.guess.as_ref().is_some_and(|guess| guess.wish().is_some())
    }

    /// Of what is only like a wish nothing is done by what a model makes of it.
    fn unless_doubted(&mut self, tools: &[ToolSpec]) {
        if self
            .guess
            .as_ref()
            .is_some_and(|guess| !guess.is_wish_of(HARDLY_DOUBTED))
        {
            self.wanted.retain(|(at, _)| !tools[*at].acts);
        }
    }

    /// "They tow everything away, so remind me to move the car": what it says beyond doubt the story around it hides.
    fn outdoes(&self, whole: &Part) -> bool {
        let class = |part: &Part| part.guess.as_ref().and_then(Guess::wish).map(str::to_owned);
        let sure = self.guess.as_ref().is_some_and(Guess::is_surely_a_wish);
        sure && !self.told && class(self) != class(whole)
    }

    fn is_sure(&self) -> bool {
        self.likeness.is_some() && self.wanted.first().is_some_and(|(_, score)| *score >= SURE)
    }
}

/// What the whole question wishes for, and each of its parts.
pub(super) struct Wished {
    whole: Part,
    /// Empty where it has only one.
    parts: Vec<Part>,
    /// What the clause that asks something is about, where there is more than that.
    asked: Option<Guess>,
    /// Some clause asks what only somebody in this house can know.
    of_this_house: bool,
}

impl Wished {
    #[cfg(test)]
    pub(super) fn of(guess: Guess) -> Self {
        let whole = Part {
            told: false,
            guess: Some(guess),
            likeness: None,
            wanted: Vec::new(),
        };
        Self {
            whole,
            parts: Vec::new(),
            asked: None,
            of_this_house: false,
        }
    }

    pub(super) fn guess(&self) -> Option<&Guess> {
        self.whole.guess.as_ref()
    }

    /// Of what is asked, without what was told before it.
    pub(super) fn guess_of_asked(&self) -> Option<&Guess> {
        self.asked.as_ref().or(self.whole.guess.as_ref())
    }

    /// Something in it asks what only somebody in this house can know.
    pub(super) fn is_of_this_house(&self) -> bool {
        self.of_this_house || self.guess_of_asked().is_some_and(Guess::is_of_this_house)
    }

    pub(super) fn likeness(&self) -> Option<&[f32]> {
        self.whole.likeness.as_deref()
    }

    /// Best first.
    pub(super) fn tools(&self) -> Vec<usize> {
        self.whole.wanted.iter().map(|(at, _)| *at).collect()
    }

    /// The different tools that the parts seem to want.
    pub(super) fn by_parts(&self) -> BTreeSet<usize> {
        let parts = if self.parts.is_empty() {
            std::slice::from_ref(&self.whole)
        } else {
            &self.parts
        };
        parts
            .iter()
            .filter_map(|part| part.wanted.first().map(|(at, _)| *at))
            .collect()
    }

    /// It is a wish for one of them, beyond doubt.
    pub(super) fn is_sure(&self) -> bool {
        self.whole.is_sure() || (!self.parts.is_empty() && self.parts.iter().all(Part::is_sure))
    }

    /// Of the wanted ones those that a small model chooses from: the best where it is far ahead and one thing is wished
    /// for; of several wishes each one's.
    pub(super) fn form(&self) -> Vec<usize> {
        if self.parts.len() > 1 && self.parts.iter().all(Part::is_sure) {
            return self.by_parts().into_iter().take(FORM_TOOLS).collect();
        }
        let alone = match self.whole.wanted.as_slice() {
            [(_, best), (_, next), ..] => self.parts.len() < 2 && best - next >= AHEAD,
            _ => false,
        };
        let most = if alone { 1 } else { FORM_TOOLS };
        self.whole.wanted.iter().take(most).map(|(at, _)| *at).collect()
    }

    /// What is wished for, where that is all that has to be said of it.
    pub(super) fn alone(&self) -> Option<&str> {
        let guess = self.whole.guess.as_ref().filter(|_| self.parts.is_empty())?;
        guess.alone()
    }

    /// The class of what is surely wished for, and how a plain sentence for it begins.
    pub(super) fn plainly(&self) -> Option<(&str, &'static str)> {
        let guess = self.whole.guess.as_ref()?;
        let class = guess.wish().filter(|_| guess.is_wish_of(HARDLY_DOUBTED))?;
        // "An hour and ten minutes, it says, so start the timer": how long is no wish of its own.
        let same = |part: &Part| part.guess.as_ref().and_then(Guess::wish) == Some(class);
        let one = self.parts.is_empty() || (!wishes::is_of_things(class) && self.parts.iter().all(same));
        guess.plainly().filter(|_| one)
    }

    /// What it is most of all where it is hardly anything but a wish, though nothing says surely for what; and how a plain
    /// sentence for that begins.
    pub(super) fn perhaps(&self) -> Option<(&str, &'static str)> {
        self.guesses().filter_map(Guess::perhaps).next()
    }

    /// The class of what is surely wished for.
    pub(super) fn class(&self) -> Option<&str> {
        self.whole.guess.as_ref().filter(|_| self.parts.is_empty())?.wish()
    }

    pub(super) fn is_beyond_doubt(&self) -> bool {
        self.whole
            .guess
            .as_ref()
            .is_some_and(|guess| guess.is_wish_of(BEYOND_DOUBT))
    }

    fn guesses(&self) -> impl Iterator<Item = &Guess> {
        let all = self.parts.iter().chain([&self.whole]);
        all.filter_map(|part| part.guess.as_ref())
    }

    /// Something in it is to be done or told, by its meaning.
    pub(super) fn is_wish(&self) -> bool {
        let idle = self.whole.guess.as_ref().is_none_or(Guess::is_no_wish);
        !(idle && self.parts.is_empty()) && self.guesses().any(|guess| guess.wish().is_some())
    }

    /// It is talk, or what anybody may be asked.
    pub(super) fn is_hardly_one(&self) -> bool {
        self.whole.guess.as_ref().is_none_or(Guess::is_no_wish)
    }

    /// Nothing says that it is none: no talk, no question that anybody may be asked.
    pub(super) fn may_be(&self) -> bool {
        self.whole.guess.as_ref().is_some_and(Guess::may_be_wish)
    }

    /// Whether it, or a part of it, is a wish for a call of `name`, to a thing of `kind`.
    pub(super) fn is_for(&self, name: &str, kind: Option<&str>) -> bool {
        self.guesses().any(|guess| guess.is_for(name, kind))
    }

    /// Whether `intents` leave no part out that is surely a wish.
    pub(super) fn all_done_by(&self, intents: &[Intent]) -> bool {
        let is_done = |guess: &Guess| {
            let done = |intent: &Intent| {
                calls_of(intent)
                    .iter()
                    .any(|(name, kind)| guess.is_for(name, kind.as_deref()))
            };
            !guess.is_wish_of(BEYOND_DOUBT) || intents.iter().any(done)
        };
        self.parts.iter().filter_map(|part| part.guess.as_ref()).all(is_done)
    }

    /// Kinds of things that `tool` would be done to; empty where any may be meant.
    pub(super) fn kinds(&self, tool: &str) -> BTreeSet<String> {
        self.guesses()
            .filter_map(|guess| guess.kinds(tool))
            .flatten()
            .cloned()
            .collect()
    }
}

/// What is wished for as a whole, and the parts where these are several wishes. Most of what people say around a wish is
/// none; what only tells something is none beside what wants something, and of what tells something the last is meant.
fn meant(whole: Part, mut parts: Vec<Part>) -> (Part, Vec<Part>) {
    parts.retain(Part::is_wish);
    if parts.iter().any(|part| !part.told) {
        parts.retain(|part| !part.told);
    } else {
        parts.drain(..parts.len().saturating_sub(1));
    }
    match parts.len() {
        0 => (whole, parts),
        1 if whole.is_wish() && !parts[0].outdoes(&whole) && parts[0].told >= whole.told => (whole, Vec::new()),
        1 => (parts.remove(0), Vec::new()),
        _ => (whole, parts),
    }
}

impl RosieDialog {
    pub(super) async fn wished(&self, text: &str, question: &Question, tools: &[ToolSpec]) -> Wished {
        let mut whole = self.wished_by(text, &question.language, tools).await;
        let mut parts = Vec::new();
        let all: Vec<String> = match &whole.guess {
            Some(_) => clauses(text, &question.language)
                .parts(text)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            None => tools::parts(text),
        };
        let last = &all[all.len().saturating_sub(PARTS)..];
        if all.len() > 1 {
            for part in last {
                parts.push(self.wished_by(part, &question.language, tools).await);
            }
        }
        let asked = asking(text, &question.language).filter(|part| part.len() < text.len());
        let judged = asked.and_then(|asked| last.iter().take(parts.len()).position(|part| part == asked));
        let asked = match (judged, asked) {
            (Some(at), _) => parts[at].guess.clone(),
            (None, Some(part)) => self.wished_by(part, &question.language, &[]).await.guess,
            (None, None) => None,
        };
        // "I'm on the stairs already. Did I pull the plug of the iron?": nothing is to be done.
        if asked.as_ref().is_some_and(Guess::is_surely_of_this_house) {
            whole.wanted.retain(|(at, _)| !tools[*at].acts);
        }
        let of_here = |part: &Part| part.guess.as_ref().is_some_and(Guess::is_of_this_house);
        let sure = whole.guess.as_ref().is_some_and(Guess::is_surely_of_this_house);
        let of_this_house = sure || parts.iter().any(|part| !part.told && of_here(part));
        if whole.guess.is_some() {
            // What is talk as a whole is a wish only where a part is one beyond doubt, and nobody is quoted.
            if whole.guess.as_ref().is_some_and(Guess::is_talk) {
                let quoted = is_quoted(text, &question.language);
                parts.retain(|part| !quoted && !part.told && part.guess.as_ref().is_some_and(Guess::is_surely_a_wish));
            }
            // "Leave the blind alone, please, I like the view": a wish that no part of it wishes for is hardly one.
            let hardly = all.len() > 1 && !parts.iter().any(Part::is_wish);
            (whole, parts) = meant(whole, parts);
            if hardly {
                whole.unless_doubted(tools);
            }
        }
        Wished {
            whole,
            parts,
            asked,
            of_this_house,
        }
    }

    async fn wished_by(&self, text: &str, language: &Language, tools: &[ToolSpec]) -> Part {
        let plain = Words::of(text).iter().collect::<Vec<_>>().join(" ");
        let compare = async {
            let described = self
                .likeness(&plain, tools.iter().map(tools::tool_text).collect())
                .await;
            (self.guess(&plain).await, described)
        };
        let (guess, described) = tokio::time::timeout(LIKENESS, compare).await.unwrap_or_default();
        let likeness = match &guess {
            Some(guess) => Some(guess.wished(tools, &described.unwrap_or_default())),
            None => described,
        };
        let mut part = Part {
            told: is_told(text, language),
            wanted: tools::wanted(text, language, tools, likeness.as_deref()),
            guess,
            likeness,
        };
        // Praise is like what is to be kept ("good girl, you got that right").
        if !wants_kept(text, language) {
            part.wanted.retain(|(at, _)| tools[*at].name != REMEMBER);
        }
        // "I wish he would lock his door at night" is like a wish.
        if part.told {
            part.unless_doubted(tools);
        }
        part
    }

    /// `None` where meanings cannot be compared, or not yet.
    async fn guess(&self, plain: &str) -> Option<Guess> {
        let memory = self.memory.as_ref()?;
        let meaning = memory.meaning(plain).await?;
        let mut probes = Vec::new();
        for probe in self.guesser.needs(&meaning.model) {
            probes.push(memory.meaning(probe).await?);
        }
        if !probes.is_empty() {
            self.guesser.learn(&meaning.model, &probes);
        }
        match self.guesser.guess(&meaning) {
            Some(guess) => Some(guess),
            None => Some(wishes::nearest(&self.likeness(plain, wishes::compared()).await?)),
        }
    }
}
