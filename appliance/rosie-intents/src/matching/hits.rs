//! What a `{list}` takes at a place: known names, values, numbers, or any words.

use super::{Matching, State, Wild};
use crate::grammar::{Expr, ExprId, List, ListId, Range};
use crate::numbers::read_digits;
use std::rc::Rc;

/// One way in which a list matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub end: State,
    /// Index after the last letter taken (spaces before the next word may follow).
    pub last: u16,
    pub value: HitValue,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HitValue {
    /// Of a fixed list.
    Value(ListId, u32),
    /// Of the house's names.
    Name(ListId, u32),
    /// Already multiplied; whether it was said in words.
    Number(f64, bool),
    /// Of a list of sums.
    Sum,
    /// Of a wildcard.
    Words,
    /// In the place of a name of the house that no list knows.
    UnknownName,
}

impl Matching<'_> {
    /// All hits of a list expression from a state.
    pub(super) fn hits(&mut self, expr: ExprId, from: State) -> Rc<[Hit]> {
        let key = (u64::from(expr) << 16) | u64::from(from.0);
        if let Some(hits) = self.hits.get(&key) {
            return hits.clone();
        }
        let grammar = self.grammar;
        let mut found = vec![];
        if let Expr::List {
            list,
            filter,
            before_space,
            ..
        } = &grammar.exprs[expr as usize]
        {
            match &grammar.lists[*list as usize] {
                List::Values(values) => {
                    for (i, value) in values.iter().enumerate() {
                        if !grammar.filters[*filter as usize].takes(&value.context) {
                            continue;
                        }
                        let ends = self.ends_of(value.expr, from);
                        found.extend(
                            ends.into_iter()
                                .filter(|e| e.at() > from.at())
                                .map(|e| self.hit(e.at(), from, HitValue::Value(*list, i as u32))),
                        );
                    }
                }
                List::Sum => {
                    let end = self.tools.calculator.longest(&self.text.chars, from.at());
                    found.extend(end.map(|end| self.hit(end, from, HitValue::Sum)));
                }
                List::Range(range) => self.number_hits(range, from, &mut found),
                List::Wildcard => {
                    if self.wild != Wild::Nothing {
                        self.any_words(*before_space, from, HitValue::Words, &mut found);
                    }
                }
                List::Dynamic(name) => {
                    self.name_hits(*list, name, *filter, from, &mut found);
                    if self.wild == Wild::ListsAndNames {
                        self.any_words(true, from, HitValue::UnknownName, &mut found);
                    }
                }
            }
        }
        let hits: Rc<[Hit]> = found.into();
        self.hits.insert(key, hits.clone());
        hits
    }

    /// After a value, a word may begin where one might have begun before it.
    fn hit(&self, end: usize, from: State, value: HitValue) -> Hit {
        Hit {
            end: self.canonical(end, from.word_start()),
            last: end as u16,
            value,
        }
    }

    fn name_hits(&self, list: ListId, name: &str, filter: u32, from: State, found: &mut Vec<Hit>) {
        let Some(tree) = self.names.list(name) else { return };
        let filter = &self.grammar.filters[filter as usize];
        tree.find(&self.text.chars, from.at(), &mut |end, index| {
            if filter.takes(&tree.name(index).context) {
                found.push(self.hit(end, from, HitValue::Name(list, index)));
            }
        });
    }

    fn number_hits(&self, range: &Range, from: State, found: &mut Vec<Hit>) {
        let chars = &self.text.chars;
        // hassil takes a space before digits even where none is written.
        let at = if chars.get(from.at()) == Some(&' ') {
            from.at() + 1
        } else {
            from.at()
        };
        if let Some((end, value)) = read_digits(chars, at, range.fractions.is_some(), self.tools.grouping) {
            if range.digits && range.contains(value) {
                found.push(self.hit(end, from, HitValue::Number(value * range.multiplier, false)));
            }
            // "2 and a half hours"
            let half = self
                .tools
                .numbers
                .as_ref()
                .filter(|_| range.fractions.is_some() && value.fract() == 0.0);
            let ends = half.map(|n| n.read_half(chars, end)).unwrap_or_default();
            for end in ends.into_iter().filter(|_| range.contains(value + 0.5)) {
                found.push(self.hit(end, from, HitValue::Number((value + 0.5) * range.multiplier, false)));
            }
            return;
        }
        if let (true, Some(numbers)) = (range.words, &self.tools.numbers) {
            for (end, value) in numbers.read(chars, from.at()) {
                if range.contains(value) {
                    found.push(self.hit(end, from, HitValue::Number(value * range.multiplier, true)));
                }
            }
        }
    }

    /// One word or more; where the template goes on with a space, up to where a word begins.
    fn any_words(&self, to_word_end: bool, from: State, value: HitValue, found: &mut Vec<Hit>) {
        let chars = &self.text.chars;
        let length = self.length();
        let start = self.canonical(from.at(), true).at();
        let letters = |c: &char| c.is_alphanumeric();
        let free = !to_word_end || chars.len() == length;
        for end in start + 1..=length {
            let boundary = end == length || !letters(&chars[end - 1]) && letters(&chars[end]) || chars[end] == ' ';
            if !(free || boundary) || !chars[start..end].iter().any(letters) {
                continue;
            }
            let state = self.canonical(end, true);
            // "pizza " and "pizza" are the same words.
            if found.last().is_none_or(|h| h.end != state || h.value != value) {
                found.push(Hit {
                    end: state,
                    last: end as u16,
                    value,
                });
            }
        }
    }
}
