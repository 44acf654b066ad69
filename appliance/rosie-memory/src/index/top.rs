//! The few nearest of many.

use crate::seam::Hit;

/// Keeps the `k` nearest, nearest first. Of equals the smaller key comes first, so that every road to a result gives
/// the same one.
#[derive(Debug)]
pub(super) struct Top {
    k: usize,
    hits: Vec<Hit>,
}

impl Top {
    pub fn new(k: usize) -> Top {
        Top {
            k,
            hits: Vec::with_capacity(k.min(1024) + 1),
        }
    }

    #[inline]
    pub fn offer(&mut self, hit: Hit) {
        if self.hits.len() == self.k && self.hits.last().is_none_or(|last| !comes_before(&hit, last)) {
            return;
        }
        let at = self.hits.partition_point(|other| comes_before(other, &hit));
        self.hits.insert(at, hit);
        self.hits.truncate(self.k);
    }

    pub fn into_hits(self) -> Vec<Hit> {
        self.hits
    }
}

#[inline]
fn comes_before(a: &Hit, b: &Hit) -> bool {
    a.similarity > b.similarity || (a.similarity == b.similarity && a.key < b.key)
}
