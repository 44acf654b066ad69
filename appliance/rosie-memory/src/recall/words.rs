//! Finding by words: an inverted index in memory over everything that can be found, made again from the store at
//! start. It serves alone where there is no embedder.
//!
//! Score: of the question's terms, the part that an entry has, each weighed by how rare it is (idf of BM25,
//! Robertson and Zaragoza 2009); 0 to 1. Terms that nobody ever used count as rare ones that were not found.

use crate::seam::{Attributes, IndexFilter};
use std::collections::{BinaryHeap, HashMap};

#[derive(Default)]
pub(crate) struct WordIndex {
    slots: Vec<Option<Slot>>,
    by_key: HashMap<u64, u32>,
    postings: HashMap<u32, Vec<u32>>,
    /// Slots that were emptied; their places in postings are still there.
    dead: usize,
}

struct Slot {
    key: u64,
    attributes: Attributes,
    terms: Box<[u32]>,
}

/// An entry that has some of the words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WordHit {
    pub key: u64,
    /// 0 to 1.
    pub score: f32,
}

impl WordIndex {
    pub(crate) fn put(&mut self, key: u64, terms: Vec<u32>, attributes: Attributes) {
        self.remove(key);
        let slot = self.slots.len() as u32;
        for term in &terms {
            self.postings.entry(*term).or_default().push(slot);
        }
        self.slots.push(Some(Slot {
            key,
            attributes,
            terms: terms.into_boxed_slice(),
        }));
        self.by_key.insert(key, slot);
    }

    pub(crate) fn set_attributes(&mut self, key: u64, attributes: Attributes) {
        if let Some(slot) = self
            .by_key
            .get(&key)
            .and_then(|slot| self.slots[*slot as usize].as_mut())
        {
            slot.attributes = attributes;
        }
    }

    pub(crate) fn remove(&mut self, key: u64) {
        if let Some(slot) = self.by_key.remove(&key) {
            self.slots[slot as usize] = None;
            self.dead += 1;
            if self.dead > 1024 && self.dead > self.by_key.len() {
                self.tidy();
            }
        }
    }

    /// Makes it anew without what was removed.
    fn tidy(&mut self) {
        let old = std::mem::take(self);
        for slot in old.slots.into_iter().flatten() {
            self.put(slot.key, slot.terms.into_vec(), slot.attributes);
        }
    }

    pub(crate) fn attributes(&self, key: u64) -> Option<&Attributes> {
        let slot = self.by_key.get(&key)?;
        self.slots[*slot as usize].as_ref().map(|slot| &slot.attributes)
    }

    fn weight(&self, found_in: usize) -> f32 {
        let (all, found) = (self.by_key.len() as f32, found_in as f32);
        (1.0 + (all - found + 0.5).max(0.5) / (found + 0.5)).ln()
    }

    /// How much of the question's words this entry has.
    pub(crate) fn score(&self, question: &[u32], key: u64) -> f32 {
        let Some(Some(slot)) = self.by_key.get(&key).map(|slot| &self.slots[*slot as usize]) else {
            return 0.0;
        };
        let weigh = |term: &u32| self.weight(self.postings.get(term).map_or(0, Vec::len));
        let all: f32 = question.iter().map(weigh).sum();
        let shared: f32 = question
            .iter()
            .filter(|term| slot.terms.contains(term))
            .map(weigh)
            .sum();
        if all > 0.0 { shared / all } else { 0.0 }
    }

    /// The entries that have most of the words, best first, the later of two equal ones first.
    pub(crate) fn search(&self, question: &[u32], filter: &IndexFilter, k: usize) -> Vec<WordHit> {
        // One place a slot: words that half of all texts have are cheap to count that way.
        let mut scores = vec![0f32; self.slots.len()];
        let mut all = 0.0;
        for term in question {
            let found = self.postings.get(term).map_or(&[][..], Vec::as_slice);
            let weight = self.weight(found.len());
            all += weight;
            found.iter().for_each(|slot| scores[*slot as usize] += weight);
        }
        let mut best = BinaryHeap::new();
        // Mostly the latest first, so that of many equal ones few are looked at closely.
        for (slot, score) in scores.into_iter().enumerate().rev() {
            // Floats that are never NaN and not negative order like their bits.
            let bits = (score / all).to_bits();
            let full = best.len() == k;
            let least = best.peek().map_or(0, |std::cmp::Reverse((bits, _, _))| *bits);
            if score == 0.0 || (full && bits < least) {
                continue;
            }
            let Some(entry) = &self.slots[slot] else { continue };
            let rank = std::cmp::Reverse((bits, entry.attributes.unix_ms, entry.key));
            if (!full || best.peek().is_some_and(|last| rank < *last)) && filter.allows(&entry.attributes) {
                best.push(rank);
                if best.len() > k {
                    best.pop();
                }
            }
        }
        best.into_sorted_vec()
            .into_iter()
            .map(|std::cmp::Reverse((bits, _, key))| WordHit {
                key,
                score: f32::from_bits(bits),
            })
            .collect()
    }

    /// The latest entries within the filter, latest first. Keys are in the order of time.
    pub(crate) fn latest(&self, filter: &IndexFilter, k: usize) -> Vec<u64> {
        let mut keys: Vec<u64> = self
            .slots
            .iter()
            .flatten()
            .filter(|slot| filter.allows(&slot.attributes))
            .map(|slot| slot.key)
            .collect();
        keys.sort_unstable_by(|a, b| b.cmp(a));
        keys.truncate(k);
        keys
    }
}
