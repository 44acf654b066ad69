//! Which entries have a term, in few bytes: the differences of ascending numbers (LEB128), one byte where they are near.
//! Of 100,000 messages with seventeen terms each, 2 MB in place of 9, and as fast to go through.

use crate::leb128;

/// Ascending numbers. Most terms are in one text alone: that takes no memory of its own.
#[derive(Debug, Clone)]
pub(super) enum Postings {
    One(u32),
    Many(Box<Many>),
}

#[derive(Debug, Clone)]
pub(super) struct Many {
    last: u32,
    count: u32,
    bytes: Vec<u8>,
}

impl Many {
    fn push(&mut self, number: u32) {
        leb128::write(&mut self.bytes, number - self.last);
        self.last = number;
        self.count += 1;
    }
}

impl Postings {
    /// `number` is greater than all before; the last one again changes nothing.
    pub fn push(&mut self, number: u32) {
        match self {
            Postings::One(first) if *first == number => {}
            Postings::One(first) => {
                let mut many = Many {
                    last: 0,
                    count: 0,
                    bytes: Vec::with_capacity(8),
                };
                many.push(*first);
                many.push(number);
                *self = Postings::Many(Box::new(many));
            }
            Postings::Many(many) if many.last == number => {}
            Postings::Many(many) => many.push(number),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Postings::One(_) => 1,
            Postings::Many(many) => many.count as usize,
        }
    }

    #[inline]
    pub fn for_each(&self, mut each: impl FnMut(u32)) {
        let many = match self {
            Postings::One(one) => return each(*one),
            Postings::Many(many) => many,
        };
        let (mut number, mut rest, mut shift) = (0u32, 0u32, 0);
        for &byte in &many.bytes {
            rest |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                number += rest;
                each(number);
                (rest, shift) = (0, 0);
            } else {
                shift += 7;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_pushed_comes_back(numbers in prop::collection::btree_set(any::<u32>(), 1..200)) {
            let mut ascending = numbers.iter().copied();
            let mut postings = Postings::One(ascending.next().unwrap_or(0));
            for number in ascending {
                postings.push(number);
                postings.push(number);
            }
            let mut found = Vec::new();
            postings.for_each(|number| found.push(number));
            prop_assert_eq!(postings.len(), found.len());
            prop_assert_eq!(found, numbers.into_iter().collect::<Vec<_>>());
        }
    }
}
