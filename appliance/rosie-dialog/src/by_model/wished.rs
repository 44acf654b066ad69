//! Which tools a question wishes for, by meaning and by words, and what they would be done to.

use super::gather::LIKENESS;
use crate::{
    dialog::RosieDialog,
    routing::Words,
    tools,
    wishes::{self, Guess},
};
use rosie_core::{Language, ToolSpec, dialog::Question};
use std::collections::BTreeSet;

/// Parts of a question that are compared by meaning.
const PARTS: usize = 3;
/// A wish that is so like a tool's is one for it.
const SURE: f32 = 0.6;
/// By so much the best tool is alone.
const AHEAD: f32 = 0.12;
/// Tools in a small model's form.
const FORM_TOOLS: usize = 3;

/// What a question, or a part of one, wishes for.
struct Part {
    guess: Option<Guess>,
    /// Of each tool, where meanings can be compared.
    likeness: Option<Vec<f32>>,
    /// Tools and how much they are wanted, best first.
    wanted: Vec<(usize, f32)>,
}

impl Part {
    fn is_sure(&self) -> bool {
        self.likeness.is_some() && self.wanted.first().is_some_and(|(_, score)| *score >= SURE)
    }
}

/// What the whole question wishes for, and each of its parts.
pub(super) struct Wished {
    whole: Part,
    /// Empty where it has only one.
    parts: Vec<Part>,
}

impl Wished {
    pub(super) fn guess(&self) -> Option<&Guess> {
        self.whole.guess.as_ref()
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

    /// Kinds of things that `tool` would be done to; empty where any may be meant.
    pub(super) fn kinds(&self, tool: &str) -> BTreeSet<String> {
        let guesses = self
            .parts
            .iter()
            .chain([&self.whole])
            .filter_map(|part| part.guess.as_ref());
        guesses
            .filter_map(|guess| guess.kinds(tool))
            .flatten()
            .cloned()
            .collect()
    }
}

impl RosieDialog {
    pub(super) async fn wished(&self, text: &str, question: &Question, tools: &[ToolSpec]) -> Wished {
        let whole = self.wished_by(text, &question.language, tools).await;
        let mut parts = Vec::new();
        let all = tools::parts(text);
        // What is talk as a whole, or a question about the world, is no wish in part.
        let idle = whole.guess.as_ref().is_some_and(Guess::is_no_wish);
        if all.len() > 1 && !idle {
            for part in all.iter().take(PARTS) {
                parts.push(self.wished_by(part, &question.language, tools).await);
            }
        }
        Wished { whole, parts }
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
        let wanted = tools::wanted(text, language, tools, likeness.as_deref());
        Part {
            guess,
            likeness,
            wanted,
        }
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
