//! The few nearest of many.

use crate::seam::Hit;

/// What has a place in an order.
pub(super) trait Ranked {
    /// Nearer. Of equals exactly one comes first, so that every road to a result gives the same one.
    fn comes_before(&self, other: &Self) -> bool;
}

impl Ranked for Hit {
    #[inline]
    fn comes_before(&self, other: &Hit) -> bool {
        self.similarity > other.similarity || (self.similarity == other.similarity && self.key < other.key)
    }
}

/// A row, by its coarse plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near {
    pub similarity: f32,
    pub row: u32,
}

impl Ranked for Near {
    #[inline]
    fn comes_before(&self, other: &Near) -> bool {
        self.similarity > other.similarity || (self.similarity == other.similarity && self.row < other.row)
    }
}

/// Keeps the `k` nearest, nearest first.
#[derive(Debug)]
pub(super) struct Top<T> {
    k: usize,
    best: Vec<T>,
}

impl<T: Ranked> Top<T> {
    pub fn new(k: usize) -> Top<T> {
        Top {
            k,
            best: Vec::with_capacity(k.min(1024) + 1),
        }
    }

    #[inline]
    pub fn offer(&mut self, one: T) {
        if self.best.len() == self.k && self.best.last().is_none_or(|last| !one.comes_before(last)) {
            return;
        }
        let at = self.best.partition_point(|other| other.comes_before(&one));
        self.best.insert(at, one);
        self.best.truncate(self.k);
    }

    pub fn is_full(&self) -> bool {
        self.best.len() == self.k
    }

    /// The farthest that is kept.
    pub fn last(&self) -> Option<&T> {
        self.best.last()
    }

    pub fn into_best(self) -> Vec<T> {
        self.best
    }
}
