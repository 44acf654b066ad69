//! What makes a memory worth telling. The weights and thresholds were chosen on the labelled questions of
//! tests/data/recall.yaml (docs/decisions/0021-relevance.md); the test in `quality` holds what they reach.

use rosie_core::memory::{Collection, Speaker};

/// Below this a memory is not relevant: by meaning and words together, and by words alone where there is no embedder.
pub(crate) const RELEVANT: f32 = 0.5;
pub(crate) const RELEVANT_BY_WORDS: f32 = 0.5;
/// Below this nothing is near, either: "what is my girl called" and the daughter's name share no word.
pub(crate) const NEAR: f32 = 0.22;
/// From here on it is surely meant: for "forget …".
pub(crate) const SURE: f32 = 0.7;
pub(crate) const SURE_BY_WORDS: f32 = 0.75;

const BY_WORDS: f32 = 0.4;
/// A question that somebody asked holds no answer.
const IS_QUESTION: f32 = 0.2;
const HALF_LIFE_DAYS: f32 = 30.0;

/// What is known of one candidate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence {
    /// Cosine; `None` where there are no vectors.
    pub meaning: Option<f32>,
    /// 0 to 1.
    pub words: f32,
    /// Part of the question's names that it has; `None` where the question has none.
    pub names: Option<f32>,
    pub collection: Collection,
    pub speaker: Option<Speaker>,
    pub is_question: bool,
    pub same_room: bool,
    pub in_time: bool,
    pub age_ms: u64,
}

/// How well it fits what was asked, 0 to 1.
pub(crate) fn relevance(evidence: &Evidence) -> f32 {
    let fits = match evidence.meaning {
        Some(cosine) => (1.0 - BY_WORDS) * cosine.max(0.0) + BY_WORDS * evidence.words,
        None => evidence.words,
    };
    let question = if evidence.is_question { IS_QUESTION } else { 0.0 };
    (fits - question).clamp(0.0, 1.0)
}

/// The order among relevant ones: facts first, then what has the names that were said, what is fresh, from this room,
/// from the time asked about.
pub(crate) fn rank(relevance: f32, evidence: &Evidence) -> f32 {
    let days = evidence.age_ms as f32 / 86_400_000.0;
    let fresh = 0.06 * 0.5f32.powf(days / HALF_LIFE_DAYS);
    let room = if evidence.same_room { 0.03 } else { 0.0 };
    let time = if evidence.in_time { 0.1 } else { 0.0 };
    let names = evidence.names.map_or(0.0, |share| 0.1 * share - 0.05);
    let kind = match (evidence.collection, evidence.speaker) {
        (Collection::Facts, _) => 0.08,
        (_, Some(Speaker::Rosie)) => -0.03,
        _ => 0.0,
    };
    (relevance + names + fresh + room + time + kind).clamp(0.0, 1.0)
}
