//! The compiled form: one graph of expressions for all sentences, in which equal parts are one node. A part that
//! hundreds of sentences share (`<turn>`, `[the|my]`) is therefore tried once for each place in the text, not
//! hundreds of times.

use crate::source::Fractions;
use rosie_core::SlotValue;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

pub type ExprId = u32;
pub type ListId = u32;
/// Index of a block's demands on the context of list values; 0 demands nothing.
pub type FilterId = u32;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expr {
    Empty,
    Literal(Box<[char]>),
    Any(Box<[ExprId]>),
    Then(ExprId, ExprId),
    List {
        list: ListId,
        slot: u32,
        filter: FilterId,
        capture: bool,
        before_space: bool,
    },
}

/// What can be said about an expression without trying it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Traits {
    /// May match without taking a letter.
    pub nullable: bool,
    /// Which letters it may begin with: bit `letter % 64`.
    pub first: u64,
    /// Contains no list, so that only how far it reaches matters.
    pub plain: bool,
    pub depth: u16,
}

pub fn bit(c: char) -> u64 {
    1 << (c as u32 & 63)
}

#[derive(Debug, Clone)]
pub enum List {
    Values(Vec<ListValue>),
    Range(Range),
    Wildcard,
    /// A sum in words, with something to work out.
    Sum,
    /// Filled per house: `name`, `area`, `floor`.
    Dynamic(String),
}

#[derive(Debug, Clone)]
pub struct ListValue {
    pub expr: ExprId,
    /// None: the words themselves.
    pub out: Option<SlotValue>,
    pub context: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    pub from: i64,
    pub to: i64,
    pub step: i64,
    pub multiplier: f64,
    pub fractions: Option<Fractions>,
    pub digits: bool,
    pub words: bool,
}

impl Range {
    pub fn contains(&self, n: f64) -> bool {
        let (from, to) = (self.from as f64, self.to as f64);
        let whole = n.floor();
        let fraction = n - whole;
        let on_grid = |x: f64| x >= from && x <= to && ((x - from) / self.step as f64).fract().abs() < 1e-9;
        match self.fractions {
            Some(Fractions::Any) => n >= from && n <= to,
            None => on_grid(n),
            Some(Fractions::Halves) => on_grid(whole) && (fraction == 0.0 || fraction == 0.5),
            Some(Fractions::Tenths) => on_grid(whole) && ((fraction * 10.0) - (fraction * 10.0).round()).abs() < 1e-6,
        }
    }
}

/// Demands of a block on the context that list values bring along.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub requires: BTreeMap<String, Value>,
    pub excludes: BTreeMap<String, Value>,
}

#[derive(Debug, Clone)]
pub struct Block {
    pub intent: String,
    pub slots: Vec<(String, SlotValue)>,
    pub response: String,
    pub filter: FilterId,
    pub required_keywords: Vec<String>,
    pub priority: i64,
}

/// A compiled sentence.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    pub expr: ExprId,
    pub block: u32,
    /// Begins or ends with a wildcard: skip words at that side belong to the wildcard.
    pub wild_start: bool,
    pub wild_end: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Grammar {
    pub exprs: Vec<Expr>,
    pub traits: Vec<Traits>,
    pub lists: Vec<List>,
    pub slots: Vec<String>,
    pub filters: Vec<Filter>,
    pub blocks: Vec<Block>,
    pub sentences: Vec<Sentence>,
}

/// Builds a [`Grammar`], giving equal expressions one id.
#[derive(Debug, Default)]
pub struct Interner {
    pub grammar: Grammar,
    ids: HashMap<Expr, ExprId>,
    slot_ids: HashMap<String, u32>,
}

impl Interner {
    pub fn slot(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.slot_ids.get(name) {
            return id;
        }
        let id = self.grammar.slots.len() as u32;
        self.grammar.slots.push(name.to_owned());
        self.slot_ids.insert(name.to_owned(), id);
        id
    }

    pub fn filter(&mut self, filter: Filter) -> FilterId {
        let filters = &mut self.grammar.filters;
        if filters.is_empty() {
            filters.push(Filter::default());
        }
        match filters.iter().position(|f| *f == filter) {
            Some(i) => i as FilterId,
            None => {
                filters.push(filter);
                (filters.len() - 1) as FilterId
            }
        }
    }

    pub fn add(&mut self, expr: Expr) -> ExprId {
        if let Some(&id) = self.ids.get(&expr) {
            return id;
        }
        let traits = self.traits_of(&expr);
        let id = self.grammar.exprs.len() as ExprId;
        self.grammar.exprs.push(expr.clone());
        self.grammar.traits.push(traits);
        self.ids.insert(expr, id);
        id
    }

    pub fn then(&mut self, first: ExprId, rest: ExprId) -> ExprId {
        match (&self.grammar.exprs[first as usize], &self.grammar.exprs[rest as usize]) {
            (Expr::Empty, _) => rest,
            (_, Expr::Empty) => first,
            _ => self.add(Expr::Then(first, rest)),
        }
    }

    pub fn any(&mut self, mut items: Vec<ExprId>) -> ExprId {
        let mut seen = Vec::with_capacity(items.len());
        items.retain(|i| {
            !seen.contains(i) && {
                seen.push(*i);
                true
            }
        });
        match items.as_slice() {
            [only] => *only,
            _ => self.add(Expr::Any(items.into())),
        }
    }

    pub fn depth(&self, id: ExprId) -> u16 {
        self.grammar.traits[id as usize].depth
    }

    fn traits_of(&self, expr: &Expr) -> Traits {
        let of = |id: &ExprId| self.grammar.traits[*id as usize];
        match expr {
            Expr::Empty => Traits {
                nullable: true,
                first: 0,
                plain: true,
                depth: 0,
            },
            Expr::Literal(chars) => literal_traits(chars),
            Expr::Any(items) => items.iter().map(of).fold(
                Traits {
                    nullable: false,
                    first: 0,
                    plain: true,
                    depth: 0,
                },
                |a, b| Traits {
                    nullable: a.nullable | b.nullable,
                    first: a.first | b.first,
                    plain: a.plain & b.plain,
                    depth: a.depth.max(b.depth.saturating_add(1)),
                },
            ),
            Expr::Then(a, b) => {
                let (a, b) = (of(a), of(b));
                Traits {
                    nullable: a.nullable & b.nullable,
                    first: if a.nullable { a.first | b.first } else { a.first },
                    plain: a.plain & b.plain,
                    depth: a.depth.max(b.depth).saturating_add(1),
                }
            }
            Expr::List { list, .. } => self.list_traits(*list),
        }
    }

    fn list_traits(&self, list: ListId) -> Traits {
        let any_letter = Traits {
            nullable: false,
            first: u64::MAX,
            plain: false,
            depth: 1,
        };
        match &self.grammar.lists[list as usize] {
            List::Values(values) => values.iter().map(|v| self.grammar.traits[v.expr as usize]).fold(
                Traits { first: 0, ..any_letter },
                |a, b| Traits {
                    first: a.first | b.first,
                    depth: a.depth.max(b.depth.saturating_add(1)),
                    ..a
                },
            ),
            _ => any_letter,
        }
    }
}

fn literal_traits(chars: &[char]) -> Traits {
    let letter = chars.iter().find(|c| **c != ' ');
    let mut first = 0;
    for &c in chars.first().into_iter().chain(letter) {
        first |= bit(c);
        match c {
            // The text may have a hyphen where the template has a space, and the other way round.
            ' ' => first |= bit('-') | bit('_'),
            '-' => first |= bit(' '),
            _ => {}
        }
    }
    Traits {
        nullable: letter.is_none(),
        first,
        plain: true,
        depth: 0,
    }
}
