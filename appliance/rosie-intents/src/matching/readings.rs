//! How a sentence matched: its slots, and what tells a better reading from a worse one.

use super::{Hit, HitValue, Matching, State};
use crate::grammar::{Expr, ExprId};
use std::collections::HashMap;

/// More readings of one part than this are not kept, worst first.
const MOST_READINGS: usize = 48;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlotHit {
    pub slot: u32,
    pub from: u16,
    pub hit: Hit,
}

/// One way to read a text or a part of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    pub slots: Vec<SlotHit>,
    /// Values that are matched but fill no slot.
    pub captured: Vec<SlotHit>,
    /// Letters that stand in the template, in a number's words or in a sum.
    pub literal: u32,
    pub wildcards: u32,
    /// Letters taken by wildcards.
    pub wild: u32,
}

impl Reading {
    fn rank(&self) -> (u32, u32, u32) {
        (self.wildcards, u32::MAX - self.literal, self.wild)
    }

    fn and(&self, other: &Self) -> Self {
        Self {
            slots: [&self.slots[..], &other.slots[..]].concat(),
            captured: [&self.captured[..], &other.captured[..]].concat(),
            literal: self.literal + other.literal,
            wildcards: self.wildcards + other.wildcards,
            wild: self.wild + other.wild,
        }
    }
}

/// Readings that were worked out already: many sentences share their parts.
pub type Known = HashMap<(ExprId, State, State), Vec<Reading>>;

impl Matching<'_> {
    /// The readings of an expression between two states, best first. `to` must be one of its ends.
    pub fn readings(&mut self, expr: ExprId, from: State, to: State, known: &mut Known) -> Vec<Reading> {
        let grammar = self.grammar;
        let key = (expr, from, to);
        if let Some(found) = known.get(&key) {
            return found.clone();
        }
        if grammar.traits[expr as usize].plain {
            return vec![Reading {
                literal: self.letters(from.at(), to.at()),
                ..Reading::default()
            }];
        }
        let mut found = match &grammar.exprs[expr as usize] {
            Expr::Empty | Expr::Literal(_) => vec![],
            Expr::Any(items) => {
                let mut found = vec![];
                for &item in items {
                    if self.can_end(item, from, to) {
                        found.extend(self.readings(item, from, to, known));
                    }
                }
                found
            }
            Expr::Then(first, rest) => {
                let mut found = vec![];
                for middle in self.ends_of(*first, from) {
                    if self.can_end(*rest, middle, to) {
                        let heads = self.readings(*first, from, middle, known);
                        let tails = self.readings(*rest, middle, to, known);
                        found.extend(heads.iter().flat_map(|h| tails.iter().map(move |t| h.and(t))));
                    }
                }
                found
            }
            Expr::List { slot, capture, .. } => {
                let hits = self.hits(expr, from);
                let here = hits.iter().filter(|h| h.end == to);
                here.map(|hit| self.list_reading(*slot, *capture, from, *hit)).collect()
            }
        };
        found.sort_by_key(Reading::rank);
        found.truncate(MOST_READINGS);
        known.insert(key, found.clone());
        found
    }

    fn letters(&self, from: usize, to: usize) -> u32 {
        self.text
            .chars
            .get(from..to)
            .map_or(0, |taken| taken.iter().filter(|c| **c != ' ').count() as u32)
    }

    fn list_reading(&self, slot: u32, capture: bool, from: State, hit: Hit) -> Reading {
        let taken = self.text.chars.get(from.at()..hit.last as usize).unwrap_or_default();
        let slot_hit = SlotHit {
            slot,
            from: from.at() as u16,
            hit,
        };
        let mut reading = Reading::default();
        match hit.value {
            HitValue::Words | HitValue::UnknownName => {
                reading.wildcards = 1;
                reading.wild = taken.len() as u32;
            }
            // As in hassil, the words of a list's values do not count.
            HitValue::Name(..) | HitValue::Value(..) | HitValue::Number(_, false) => {}
            HitValue::Number(_, true) => reading.literal = taken.len() as u32,
            HitValue::Sum => reading.literal = self.letters(from.at(), hit.last as usize),
        }
        if capture {
            reading.captured.push(slot_hit);
        } else {
            reading.slots.push(slot_hit);
        }
        reading
    }
}
