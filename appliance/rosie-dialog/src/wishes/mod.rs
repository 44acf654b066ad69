//! What a person wishes for, by meaning: a guess at which tool does it, to which kinds of things; or that it is talk, a
//! question about the world, or one about this house. English, as the model of meanings is.

mod data;
mod head;

use crate::routing::Complexity;
use rosie_core::{ToolSpec, memory::TextMeaning};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

/// Classes of what is no wish: talk; anybody's questions; what only somebody in this house can know.
const NONE: &str = "none";
const WORLD: &str = "world";
const HERE: &str = "here";
/// Anybody's questions, too: those for reasons and advice, and what is written, planned or compared.
const ADVICE: &str = "advice";
const TASK: &str = "task";
const IDLE: [&str; 5] = [NONE, WORLD, HERE, ADVICE, TASK];
/// How something of the home is.
const STATE: &str = "HassGetState";
/// What was told before.
const RECALL: &str = "RosieSearchMemory";
const WARMTH: &str = "HassClimateGetTemperature";
/// Less than this rules a tool out.
const POSSIBLE: f32 = 0.1;
/// From here on a question is of a class.
const SURE: f32 = 0.6;
/// From here on it is so though no word asks.
const CERTAIN: f32 = 0.9;
/// With less than this it is hardly no wish.
const UNLIKELY: f32 = 0.35;
/// From here on a sentence that says it is taken at its word.
const LIKELY: f32 = 0.5;
/// Likeness of what is ruled out, whatever words it shares.
pub(crate) const RULED_OUT: f32 = -1.0;

/// How likely what was said is of each class.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guess {
    chances: BTreeMap<String, f32>,
    /// Of what is of the world: a plain fact, advice, a task.
    weights: [f32; 3],
    /// The chances are one together; of what is only compared they are how like it is to each.
    shared: bool,
}

impl Guess {
    #[cfg(test)]
    pub(crate) fn of_chances(given: &[(&str, f32)]) -> Self {
        let all = data::wishes().frames.keys().map(|class| (class.clone(), 0.0));
        let given = given.iter().map(|(class, chance)| ((*class).to_owned(), *chance));
        Self {
            chances: all.chain(given).collect(),
            weights: [0.0; 3],
            shared: true,
        }
    }

    /// Anybody's questions are one class, of three weights.
    fn merged(mut chances: BTreeMap<String, f32>, shared: bool) -> Self {
        let weights = [WORLD, ADVICE, TASK].map(|class| chances.remove(class).unwrap_or(0.0));
        chances.insert(WORLD.to_owned(), weights.iter().sum());
        Self {
            chances,
            weights,
            shared,
        }
    }

    /// How hard a question of anybody's it is, where that is seen.
    pub(crate) fn weight(&self) -> Option<Complexity> {
        let [fact, advice, task] = self.weights;
        match () {
            () if task >= SURE => Some(Complexity::Complex),
            () if advice + task >= SURE => Some(Complexity::Medium),
            () if fact >= CERTAIN => Some(Complexity::Simple),
            () => None,
        }
    }

    fn of(&self, class: &str) -> f32 {
        self.chances.get(class).copied().unwrap_or(0.0)
    }

    pub(crate) fn is_of_the_world(&self) -> bool {
        self.of(WORLD) >= SURE
    }

    /// Anybody may be asked it, and knows it or not; "the grass is dry, give it some water" only sounds like advice.
    pub(crate) fn is_a_plain_fact(&self) -> bool {
        self.weight() == Some(Complexity::Simple)
    }

    pub(crate) fn is_talk(&self) -> bool {
        self.of(NONE) >= SURE
    }

    pub(crate) fn is_no_wish(&self) -> bool {
        self.of(WORLD).max(self.of(NONE)) >= SURE
    }

    pub(crate) fn is_of_this_house(&self) -> bool {
        let other = self.of(WORLD) + self.of(NONE);
        self.of(HERE) >= SURE || (self.of(HERE) >= LIKELY && other < UNLIKELY / 2.0)
    }

    pub(crate) fn is_surely_of_this_house(&self) -> bool {
        self.of(HERE) >= CERTAIN
    }

    pub(crate) fn asks_state(&self) -> bool {
        self.of(STATE) >= SURE
    }

    /// How much each of `tools` is wished for; `described`: how like each one's description is to what was said, by
    /// which those are judged that no class is about.
    pub(crate) fn wished(&self, tools: &[ToolSpec], described: &[f32]) -> Vec<f32> {
        let wishes = data::wishes();
        let wished = |(at, tool): (usize, &ToolSpec)| {
            let of_it = self
                .chances
                .iter()
                .filter(|(class, _)| wishes.is_done_by(class, &tool.name));
            let chances: Vec<f32> = of_it.map(|(_, chance)| *chance).collect();
            match chances.is_empty() {
                true => described.get(at).copied().unwrap_or(0.0),
                false if chances.iter().sum::<f32>() < POSSIBLE => RULED_OUT,
                false => chances.iter().sum(),
            }
        };
        tools.iter().enumerate().map(wished).collect()
    }

    /// The class of what is to be done or told, where it is surely one.
    pub(crate) fn wish(&self) -> Option<&str> {
        let best = self.chances.iter().max_by(|a, b| a.1.total_cmp(b.1));
        let (class, _) = best.filter(|(class, chance)| **chance >= SURE && !IDLE.contains(&class.as_str()))?;
        Some(class)
    }

    pub(crate) fn is_wish_of(&self, chance: f32) -> bool {
        self.wish().is_some_and(|class| self.of(class) >= chance)
    }

    /// It is surely one for something, though perhaps not for what: "so cancel the timer" may mean one, or all.
    pub(crate) fn is_surely_a_wish(&self) -> bool {
        self.is_wish_of(CERTAIN) || (self.shared && self.wish().is_some() && self.of_idle() < 1.0 - CERTAIN)
    }

    fn of_idle(&self) -> f32 {
        IDLE.iter().map(|class| self.of(class)).sum()
    }

    /// It asks how warm it is, or how something is, here or wherever it says.
    pub(crate) fn asks_of_a_place(&self) -> bool {
        self.of(WARMTH) + self.of(STATE) + self.of(HERE) >= SURE
    }

    pub(crate) fn asks_what_was_told(&self) -> bool {
        self.of(RECALL) >= SURE
    }

    /// The tool `name` does something, which this is hardly about.
    pub(crate) fn rules_out(&self, name: &str) -> bool {
        is_known(name) && !self.is_for(name, None)
    }

    /// The class that it surely is of, and how a plain sentence for that begins.
    pub(crate) fn plainly(&self) -> Option<(&str, &'static str)> {
        let class = self.wish()?;
        Some((class, data::wishes().begin(class)?))
    }

    /// The most likely class of what is hardly no wish, and how a plain sentence for that begins.
    pub(crate) fn perhaps(&self) -> Option<(&str, &'static str)> {
        let acting = |(class, _): &(&String, &f32)| !IDLE.contains(&class.as_str());
        let best = self.chances.iter().filter(acting).max_by(|a, b| a.1.total_cmp(b.1));
        let (class, _) = best.filter(|(_, chance)| self.shared && **chance >= UNLIKELY && self.may_be_wish())?;
        Some((class, data::wishes().begin(class)?))
    }

    pub(crate) fn may_be_wish(&self) -> bool {
        self.of_idle() < UNLIKELY
    }

    /// The call that does it, where that needs to be told nothing.
    pub(crate) fn alone(&self) -> Option<&str> {
        self.wish().filter(|class| data::wishes().is_alone(class))
    }

    /// Whether a sentence that stands for a call of `name`, to a thing of `kind`, says what is wished for.
    pub(crate) fn is_for(&self, name: &str, kind: Option<&str>) -> bool {
        let of_it = self.chances.iter().filter(|(class, _)| says(class, name, kind));
        of_it.map(|(_, chance)| chance).sum::<f32>() >= LIKELY
    }

    /// It is a wish, but none of `tools` can do it.
    pub(crate) fn is_beyond(&self, tools: &[ToolSpec]) -> bool {
        let wishes = data::wishes();
        let best = self.chances.iter().max_by(|a, b| a.1.total_cmp(b.1));
        best.is_some_and(|(class, chance)| {
            let idle = [NONE, WORLD, HERE, STATE].contains(&class.as_str());
            *chance >= SURE && !idle && !tools.iter().any(|tool| wishes.is_done_by(class, &tool.name))
        })
    }

    /// Kinds of things that `tool` would be done to; `None` where it is not known.
    pub(crate) fn kinds(&self, tool: &str) -> Option<&'static BTreeSet<String>> {
        let wishes = data::wishes();
        let of_it = self.chances.iter().filter(|(class, _)| wishes.is_done_by(class, tool));
        let best = of_it
            .max_by(|a, b| a.1.total_cmp(b.1))
            .filter(|(_, chance)| **chance >= POSSIBLE)?;
        wishes.kinds(best.0)
    }
}

/// Whether a call of `name`, to a thing of `kind`, does what `class` is about.
pub(crate) fn says(class: &str, name: &str, kind: Option<&str>) -> bool {
    let wishes = data::wishes();
    let of_kind = kind
        .zip(wishes.kinds(class))
        .is_none_or(|(kind, kinds)| kinds.contains(kind));
    of_kind && wishes.is_said_by(class, name)
}

/// Whether the tool `name` does what `class` is about.
pub(crate) fn is_done_by(class: &str, name: &str) -> bool {
    data::wishes().is_done_by(class, name)
}

/// Whether what `class` is about is done to things.
pub(crate) fn is_of_things(class: &str) -> bool {
    data::wishes().kinds(class).is_some()
}

/// Whether a class of wishes is about what the intent `name` does.
pub(crate) fn is_known(name: &str) -> bool {
    let wishes = data::wishes();
    let mut classes = wishes.frames.keys().filter(|class| !IDLE.contains(&class.as_str()));
    classes.any(|class| wishes.is_said_by(class, name))
}

/// Guesses by the trained head, where the model of meanings is the one that it was trained on.
#[derive(Default)]
pub(crate) struct Guesser {
    /// Models that were looked at, and whether the head is theirs.
    known: Mutex<BTreeMap<String, bool>>,
}

impl Guesser {
    /// Sentences whose vectors [`Self::learn`] needs before it guesses from those of `model`.
    pub(crate) fn needs(&self, model: &str) -> Vec<&'static str> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match head::head() {
            Some(head) if !known.contains_key(model) => head.probes().iter().map(|probe| probe.text.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// `probes`: what [`Self::needs`] asked for.
    pub(crate) fn learn(&self, model: &str, probes: &[TextMeaning]) {
        let Some(head) = head::head() else { return };
        let same =
            |(probe, meaning): (&head::Probe, &TextMeaning)| meaning.model == model && probe.fits(&meaning.vector);
        let fits = probes.len() == head.probes().len() && head.probes().iter().zip(probes).all(same);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(model.to_owned(), fits);
    }

    /// `None` where the model is another one.
    pub(crate) fn guess(&self, meaning: &TextMeaning) -> Option<Guess> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&meaning.model).filter(|fits| **fits)?;
        let chances = head::head()?.chances(&meaning.vector)?;
        let chances = chances
            .into_iter()
            .map(|(class, chance)| (class.to_owned(), chance))
            .collect();
        Some(Guess::merged(chances, true))
    }
}

/// What is compared one by one where the head is another model's: a sentence of each frame.
pub(crate) fn compared() -> Vec<String> {
    data::wishes().sentences().into_iter().map(|(_, text)| text).collect()
}

/// The guess of how like each of [`compared`] is: the nearest class counts, and one that is near enough to be meant.
pub(crate) fn nearest(likeness: &[f32]) -> Guess {
    let mut chances = BTreeMap::<String, f32>::new();
    for ((class, _), like) in data::wishes().sentences().into_iter().zip(likeness) {
        let best = chances.entry(class.to_owned()).or_default();
        *best = best.max(*like);
    }
    let idle = IDLE.iter().filter_map(|class| chances.get(*class)).copied();
    let idle = idle.fold(0.0, f32::max);
    for (class, like) in &mut chances {
        // What is more like something that is no wish is none; and such a likeness alone is not sure of anything.
        let rival = IDLE.contains(&class.as_str());
        if rival || *like <= idle {
            *like = 0.0;
        }
    }
    Guess::merged(chances, false)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
