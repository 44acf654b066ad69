//! Where expressions can end.

use super::{Hit, State};
use crate::arithmetic::Calculator;
use crate::grammar::{Expr, ExprId, Grammar, bit};
use crate::names::PreparedNames;
use crate::numbers::NumberWords;
use crate::text::{Text, same_char};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::rc::Rc;

/// What stands for words that no list knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wild {
    /// Wildcard lists take any words; names must be known.
    Lists,
    /// Names take any words, too.
    ListsAndNames,
    /// Nothing does: only what is written in the templates.
    Nothing,
}

/// Texts and templates that together need more are given up: only ones made to be slow do (hassil's data needs less
/// than a hundredth).
const MOST_WORK: usize = 3_000_000;

/// Readers of what lists cannot enumerate.
#[derive(Debug)]
pub struct Tools {
    pub numbers: Option<NumberWords>,
    pub calculator: Calculator,
    /// The sign between thousands in digits.
    pub grouping: Option<char>,
}

/// The matching of one text against one grammar.
pub struct Matching<'a> {
    pub(super) grammar: &'a Grammar,
    pub(super) names: &'a PreparedNames,
    pub(super) tools: &'a Tools,
    pub(super) text: &'a Text,
    pub(super) wild: Wild,
    /// Ends that were found, in runs.
    ends: Vec<State>,
    known: HashMap<u64, Range<u32>, BuildHasherDefault<KeyHasher>>,
    scratch: Vec<State>,
    pub(super) hits: HashMap<u64, Rc<[Hit]>, BuildHasherDefault<KeyHasher>>,
    /// Some template wanted to go on where the text ends.
    wants_more: bool,
    /// Index after the last letter.
    length: usize,
    /// Ends found so far, with their repetitions.
    work: usize,
}

impl<'a> Matching<'a> {
    pub fn new(grammar: &'a Grammar, names: &'a PreparedNames, tools: &'a Tools, text: &'a Text, wild: Wild) -> Self {
        let length = text.chars.iter().rposition(|c| *c != ' ').map_or(0, |i| i + 1);
        Self {
            grammar,
            names,
            tools,
            text,
            wild,
            ends: Vec::with_capacity(4096),
            known: HashMap::default(),
            scratch: Vec::with_capacity(256),
            hits: HashMap::default(),
            wants_more: false,
            length,
            work: 0,
        }
    }

    pub fn start(&self) -> State {
        self.canonical(0, true)
    }

    /// Whether the expression can take the whole text; the states it does it in.
    pub fn whole(&mut self, expr: ExprId) -> Vec<State> {
        let start = self.start();
        let run = self.reach(expr, start);
        self.ends[run.start as usize..run.end as usize]
            .iter()
            .copied()
            .filter(|s| s.at() >= self.length)
            .collect()
    }

    /// Whether, since the last call, a template reached the end of the text and wanted more.
    pub fn take_wants_more(&mut self) -> bool {
        std::mem::take(&mut self.wants_more)
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Where a word may begin, the space before it is taken.
    pub(super) fn canonical(&self, at: usize, word_start: bool) -> State {
        let mut at = at;
        while word_start && self.text.chars.get(at) == Some(&' ') {
            at += 1;
        }
        State::new(at, word_start)
    }

    /// All ends of an expression from a state.
    pub(super) fn ends_of(&mut self, expr: ExprId, from: State) -> Vec<State> {
        let run = self.reach(expr, from);
        self.ends[run.start as usize..run.end as usize].to_vec()
    }

    pub(super) fn can_end(&mut self, expr: ExprId, from: State, to: State) -> bool {
        let run = self.reach(expr, from);
        self.ends[run.start as usize..run.end as usize].contains(&to)
    }

    fn reach(&mut self, expr: ExprId, from: State) -> Range<u32> {
        let grammar = self.grammar;
        let traits = grammar.traits[expr as usize];
        if !traits.nullable {
            match self.text.chars.get(from.at()) {
                Some(&c) if from.at() < self.length => {
                    if traits.first & bit(c) == 0 {
                        return 0..0;
                    }
                }
                _ => {
                    self.wants_more = true;
                    return 0..0;
                }
            }
        }
        let key = (u64::from(expr) << 16) | u64::from(from.0);
        if let Some(run) = self.known.get(&key) {
            return run.clone();
        }
        if self.work > MOST_WORK {
            return 0..0;
        }
        let base = self.scratch.len();
        match &grammar.exprs[expr as usize] {
            Expr::Empty => self.scratch.push(from),
            Expr::Literal(chars) => {
                let end = self.literal(chars, from);
                self.scratch.extend(end);
            }
            Expr::Any(items) => {
                for &item in items {
                    let run = self.reach(item, from);
                    self.scratch
                        .extend_from_slice(&self.ends[run.start as usize..run.end as usize]);
                }
            }
            Expr::Then(first, rest) => {
                let run = self.reach(*first, from);
                for i in run {
                    let middle = self.ends[i as usize];
                    let run = self.reach(*rest, middle);
                    self.scratch
                        .extend_from_slice(&self.ends[run.start as usize..run.end as usize]);
                }
            }
            Expr::List { .. } => {
                let hits = self.hits(expr, from);
                self.scratch.extend(hits.iter().map(|h| h.end));
            }
        }
        let run = self.keep(base);
        self.known.insert(key, run.clone());
        run
    }

    /// Moves what was gathered since `base` to the runs, sorted and without doubles.
    fn keep(&mut self, base: usize) -> Range<u32> {
        self.work += 1 + self.scratch.len() - base;
        self.scratch[base..].sort_unstable();
        let start = self.ends.len();
        for i in base..self.scratch.len() {
            let state = self.scratch[i];
            if self.ends[start..].last() != Some(&state) {
                self.ends.push(state);
            }
        }
        self.scratch.truncate(base);
        start as u32..self.ends.len() as u32
    }

    /// The end of literal text. At a word's start its leading space is optional; at the end of the text, spaces are.
    pub(super) fn literal(&mut self, literal: &[char], from: State) -> Option<State> {
        let mut wanted = literal;
        if from.word_start() {
            let skip = wanted.iter().take_while(|c| **c == ' ').count();
            wanted = &wanted[skip..];
        }
        let ends_word = matches!(literal.last(), Some(' ' | '\''));
        if wanted.is_empty() {
            return Some(from);
        }
        let chars = &self.text.chars;
        let mut at = from.at();
        for &w in wanted {
            match chars.get(at) {
                Some(&c) if same_char(c, w) => at += 1,
                _ => {
                    if at >= self.length {
                        if wanted.iter().all(|c| *c == ' ') {
                            return Some(from);
                        }
                        self.wants_more = true;
                    }
                    return None;
                }
            }
        }
        Some(self.canonical(at, ends_word))
    }
}

/// Multiplies; keys are small and well spread already.
#[derive(Default)]
pub struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 ^= self.0 >> 29;
    }
}
