//! How like texts are to a question, where the same texts come again in every turn (what entities and tools are called):
//! their vectors are kept, so that a house of 300 entities costs one vector a turn, that of the question.

use super::{Meaning, lock};
use crate::{MemoryError, seam::Embedder};
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

/// Vectors that are kept; 0.4 kB each.
const KEPT: usize = 8192;
/// Texts that are compared with one question at most.
const COMPARED: usize = KEPT / 2;
/// Where there are too many, what was not asked for so many times goes first.
const STALE: u64 = 8;
/// Questions whose vectors are kept: one is asked for memories, entities and tools, and each of its parts for tools.
const QUESTIONS: usize = 8;
/// New texts are compared in the same turn where that takes no longer; else from the next turn on.
const AT_ONCE: Duration = Duration::from_millis(60);

/// Vectors of one model.
#[derive(Default)]
pub(super) struct Texts {
    model: String,
    kept: HashMap<String, Kept>,
    /// Newest last.
    questions: Vec<(String, Vec<f32>)>,
    /// To be compared from the next turn on.
    unlearned: BTreeSet<String>,
    /// Counts what is asked.
    round: u64,
}

/// Rounded to 8 bits: that moves a likeness by less than a hundredth.
struct Kept {
    vector: Box<[i8]>,
    scale: f32,
    /// When it was last asked for.
    round: u64,
}

impl Kept {
    fn new(vector: &[f32], round: u64) -> Self {
        let largest = vector.iter().fold(f32::MIN_POSITIVE, |largest, x| largest.max(x.abs()));
        let scale = largest / 127.0;
        Self {
            vector: vector.iter().map(|x| (x / scale).round() as i8).collect(),
            scale,
            round,
        }
    }

    fn likeness(&self, question: &[f32]) -> f32 {
        let product = |(a, b): (&i8, &f32)| f32::from(*a) * b;
        self.scale * self.vector.iter().zip(question).map(product).sum::<f32>()
    }
}

impl Texts {
    /// Vectors of another model are of no use.
    fn of(&mut self, model: &str) -> &mut Self {
        if self.model != model {
            *self = Self {
                model: model.to_owned(),
                ..Self::default()
            };
        }
        self
    }

    fn put(&mut self, text: &str, vector: &[f32]) {
        let round = self.round;
        if self.kept.len() >= KEPT {
            self.kept.retain(|_, kept| kept.round + STALE > round);
        }
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(text.to_owned(), Kept::new(vector, round));
    }

    /// Nothing that a person said stays longer than it is of use.
    pub(super) fn forget_questions(&mut self) {
        self.questions.clear();
    }
}

impl Meaning {
    /// The vector of a question that was asked a moment ago, or a new one.
    pub(crate) fn question(&self, embedder: &dyn Embedder, question: &str) -> Result<Vec<f32>, MemoryError> {
        let known = |texts: &Texts| {
            texts
                .questions
                .iter()
                .find(|(q, _)| q == question)
                .map(|(_, v)| v.clone())
        };
        if let Some(vector) = known(lock(&self.texts).of(embedder.id())) {
            return Ok(vector);
        }
        let vector = self.vectors(embedder, &[question])?.pop().unwrap_or_default();
        let mut texts = lock(&self.texts);
        let questions = &mut texts.of(embedder.id()).questions;
        if questions.len() >= QUESTIONS {
            questions.remove(0);
        }
        questions.push((question.to_owned(), vector.clone()));
        Ok(vector)
    }

    /// How like each text is to the question, −1 to 1. `None` without a model, or where many texts are new: those are
    /// learnt by [`Self::learn`]. Blocking.
    pub(crate) fn likeness(&self, embedder: &dyn Embedder, question: &str, asked: &[String]) -> Option<Vec<f32>> {
        if asked.len() > COMPARED {
            return None;
        }
        let question = self.question(embedder, question).ok()?;
        let began = Instant::now();
        let mut new = self.new_of(embedder.id(), asked);
        while began.elapsed() < AT_ONCE
            && let Some(text) = new.pop_first()
        {
            self.remember(embedder, &text).ok()?;
        }
        let mut texts = lock(&self.texts);
        let texts = texts.of(embedder.id());
        if !new.is_empty() {
            texts.unlearned.append(&mut new);
            return None;
        }
        asked
            .iter()
            .map(|text| texts.kept.get(text).map(|kept| kept.likeness(&question)))
            .collect()
    }

    /// Texts without a vector.
    fn new_of(&self, model: &str, asked: &[String]) -> BTreeSet<String> {
        let mut texts = lock(&self.texts);
        let texts = texts.of(model);
        texts.round += 1;
        let mut new = BTreeSet::new();
        for text in asked {
            match texts.kept.get_mut(text) {
                Some(kept) => kept.round = texts.round,
                None => drop(new.insert(text.clone())),
            }
        }
        new
    }

    fn remember(&self, embedder: &dyn Embedder, text: &str) -> Result<(), MemoryError> {
        let vector = self.vectors(embedder, &[text])?.pop().unwrap_or_default();
        lock(&self.texts).of(embedder.id()).put(text, &vector);
        Ok(())
    }

    /// Texts wait to be learnt.
    pub(crate) fn is_learning(&self) -> bool {
        !lock(&self.texts).unlearned.is_empty()
    }

    /// Learns one of the texts that wait. Blocking.
    pub(crate) fn learn(&self) -> Result<(), MemoryError> {
        let embedder = self.embedder()?;
        let next = lock(&self.texts).unlearned.pop_first();
        match next {
            Some(text) => self.remember(&*embedder, &text),
            None => Ok(()),
        }
    }
}
