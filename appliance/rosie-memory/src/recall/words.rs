//! Finding by words: an inverted index in memory over everything that can be found, made again from the store at
//! start. It serves alone where there is no embedder.
//!
//! Score: of the question's terms, the part that an entry has, each weighed by how rare it is (idf of BM25,
//! Robertson and Zaragoza 2009); 0 to 1. Terms that nobody ever used count as rare ones that were not found.

use super::postings::Postings;
use crate::{
    about::{Meta, TagSets, Wanted},
    seam::{Attributes, IndexFilter},
};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

#[derive(Default)]
pub(crate) struct WordIndex {
    /// Those that were removed keep their slots, not alive, until everything is written anew.
    slots: Vec<Slot>,
    tags: TagSets,
    by_key: HashMap<u64, u32>,
    postings: HashMap<u32, Postings>,
}

#[derive(Clone, Copy)]
struct Slot {
    key: u64,
    about: Meta,
}

/// An entry that has some of the words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WordHit {
    pub key: u64,
    /// 0 to 1.
    pub score: f32,
}

/// How much of a question's words each entry has.
pub(crate) struct Scores {
    /// By slot, the weights of the terms it has.
    found: Vec<f32>,
    /// Of all terms.
    all: f32,
}

impl WordIndex {
    pub(crate) fn put(&mut self, key: u64, terms: &[u32], attributes: &Attributes) {
        self.remove(key);
        let slot = self.slots.len() as u32;
        for term in terms {
            let postings = self.postings.entry(*term).or_insert(Postings::One(slot));
            postings.push(slot);
        }
        let about = Meta::of(attributes, &mut self.tags);
        self.slots.push(Slot { key, about });
        self.by_key.insert(key, slot);
    }

    pub(crate) fn set_attributes(&mut self, key: u64, attributes: &Attributes) {
        if let Some(slot) = self.by_key.get(&key) {
            self.slots[*slot as usize].about = Meta::of(attributes, &mut self.tags);
        }
    }

    pub(crate) fn remove(&mut self, key: u64) {
        if let Some(slot) = self.by_key.remove(&key) {
            self.slots[slot as usize].about.alive = false;
            let dead = self.slots.len() - self.by_key.len();
            if dead > 1024 && dead > self.by_key.len() {
                self.tidy();
            }
        }
    }

    /// Makes it anew without what was removed.
    fn tidy(&mut self) {
        let mut place = vec![None; self.slots.len()];
        let mut next = 0;
        for (slot, place) in self.slots.iter().zip(&mut place) {
            if slot.about.alive {
                *place = Some(next);
                next += 1;
            }
        }
        self.slots.retain(|slot| slot.about.alive);
        self.slots.shrink_to_fit();
        self.by_key = self.slots.iter().map(|slot| slot.key).zip(0..).collect();
        for (term, postings) in std::mem::take(&mut self.postings) {
            let mut fresh: Option<Postings> = None;
            postings.for_each(|slot| {
                if let Some(slot) = place[slot as usize] {
                    fresh.get_or_insert(Postings::One(slot)).push(slot);
                }
            });
            if let Some(fresh) = fresh {
                self.postings.insert(term, fresh);
            }
        }
    }

    fn about(&self, key: u64) -> Option<&Meta> {
        let slot = self.by_key.get(&key)?;
        Some(&self.slots[*slot as usize].about)
    }

    pub(crate) fn contains(&self, key: u64) -> bool {
        self.by_key.contains_key(&key)
    }

    pub(crate) fn attributes(&self, key: u64) -> Option<Attributes> {
        self.about(key).map(|about| about.attributes(&self.tags))
    }

    pub(crate) fn room(&self, key: u64) -> Option<u32> {
        self.about(key).and_then(Meta::room)
    }

    fn weight(&self, found_in: usize) -> f32 {
        let (all, found) = (self.by_key.len() as f32, found_in as f32);
        (1.0 + (all - found + 0.5).max(0.5) / (found + 0.5)).ln()
    }

    pub(crate) fn scores(&self, question: &[u32]) -> Scores {
        // One place a slot: words that half of all texts have are cheap to count that way.
        let mut found = vec![0f32; self.slots.len()];
        let mut all = 0.0;
        for term in question {
            let postings = self.postings.get(term);
            let weight = self.weight(postings.map_or(0, Postings::len));
            all += weight;
            if let Some(postings) = postings {
                postings.for_each(|slot| found[slot as usize] += weight);
            }
        }
        Scores { found, all }
    }

    /// How much of the question's words this entry has.
    pub(crate) fn score(&self, scores: &Scores, key: u64) -> f32 {
        match self.by_key.get(&key) {
            Some(slot) if scores.all > 0.0 => scores.found[*slot as usize] / scores.all,
            _ => 0.0,
        }
    }

    /// The entries that have most of the words, best first, the later of two equal ones first.
    pub(crate) fn best(&self, scores: &Scores, filter: &IndexFilter, k: usize) -> Vec<WordHit> {
        let wanted = Wanted::new(filter, &self.tags);
        let mut best = BinaryHeap::new();
        // Mostly the latest first, so that of many equal ones few are looked at closely.
        for (slot, &score) in scores.found.iter().enumerate().rev() {
            // Floats that are never NaN and not negative order like their bits.
            let bits = (score / scores.all).to_bits();
            let full = best.len() == k;
            let least = best.peek().map_or(0, |Reverse((bits, _, _))| *bits);
            if score == 0.0 || (full && bits < least) {
                continue;
            }
            let entry = &self.slots[slot];
            let rank = Reverse((bits, entry.about.unix_ms, entry.key));
            if (!full || best.peek().is_some_and(|last| rank < *last)) && wanted.allows(&entry.about) {
                best.push(rank);
                if best.len() > k {
                    best.pop();
                }
            }
        }
        let hit = |Reverse((bits, _, key))| WordHit {
            key,
            score: f32::from_bits(bits),
        };
        best.into_sorted_vec().into_iter().map(hit).collect()
    }

    /// The latest entries within the filter, latest first. Keys are in the order of time.
    pub(crate) fn latest(&self, filter: &IndexFilter, k: usize) -> Vec<u64> {
        let wanted = Wanted::new(filter, &self.tags);
        let allowed = self.slots.iter().filter(|slot| wanted.allows(&slot.about));
        let mut keys: Vec<u64> = allowed.map(|slot| slot.key).collect();
        keys.sort_unstable_by(|a, b| b.cmp(a));
        keys.truncate(k);
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rosie_core::memory::Collection;

    fn about(room: u32) -> Attributes {
        Attributes {
            collection: Collection::Messages,
            room: Some(room),
            user: None,
            speaker: None,
            unix_ms: 0,
            conversation: 0,
            tags: Vec::new(),
        }
    }

    fn keys(index: &WordIndex, term: u32) -> Vec<u64> {
        let scores = index.scores(&[term]);
        let mut keys: Vec<u64> = index
            .best(&scores, &IndexFilter::default(), 10_000)
            .iter()
            .map(|hit| hit.key)
            .collect();
        keys.sort_unstable();
        keys
    }

    /// Enough removals that everything is written anew in between.
    #[test]
    fn what_was_removed_is_found_no_more_and_the_rest_stays() {
        let mut index = WordIndex::default();
        (0..4000u64).for_each(|key| index.put(key, &[(key % 7) as u32, 99], &about(key as u32 % 3)));
        (0..4000).filter(|key| key % 4 != 0).for_each(|key| index.remove(key));
        assert!(index.slots.len() < 2100, "{} slots", index.slots.len());
        let left: Vec<u64> = (0..4000).filter(|key| key % 4 == 0).collect();
        assert_eq!(keys(&index, 99), left);
        assert_eq!(
            keys(&index, 3),
            left.iter().copied().filter(|key| key % 7 == 3).collect::<Vec<_>>()
        );
        assert_eq!((index.room(8), index.room(9)), (Some(2), None));
        index.put(8, &[5], &about(1));
        assert!(!keys(&index, 99).contains(&8) && keys(&index, 5).contains(&8));
    }

    #[test]
    fn a_score_is_the_part_of_the_words_weighed_by_how_rare_they_are() {
        let mut index = WordIndex::default();
        (0..50).for_each(|key| index.put(key, &[1], &about(0)));
        index.put(50, &[1, 2], &about(0));
        let scores = index.scores(&[1, 2]);
        let (common, both) = (index.score(&scores, 3), index.score(&scores, 50));
        assert!(common > 0.0 && common < 0.1 && both == 1.0, "{common} {both}");
        assert_eq!(index.score(&scores, 77), 0.0);
        assert_eq!(index.score(&index.scores(&[]), 3), 0.0);
    }
}
