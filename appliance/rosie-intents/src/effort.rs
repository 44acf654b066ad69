//! How much is tried for one sentence. Times and commands in it are parted in every way, so the work for long talk would grow without
//! end: after so many tries nothing is understood, and the talk goes where everything goes that no sentence takes.

use std::cell::Cell;

/// Readings of one sentence. The known ones need ten at most.
const MOST: u32 = 60;

thread_local! {
    /// Tries that are left to whoever is at it.
    static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
}

/// As long as it lives, what is tried counts. One inside of another has what is left of the outer one.
#[must_use]
pub struct Effort(bool);

impl Effort {
    /// For one sentence.
    pub fn bounded() -> Self {
        Self::of(MOST)
    }

    /// For talk in which many runs of words may be a sentence.
    pub fn of(tries: u32) -> Self {
        let outermost = LEFT.get().is_none();
        if outermost {
            LEFT.set(Some(tries));
        }
        Self(outermost)
    }

    /// Counts one. False where too much was tried.
    pub(crate) fn goes_on() -> bool {
        match LEFT.get() {
            Some(0) => false,
            Some(left) => {
                LEFT.set(Some(left - 1));
                true
            }
            None => true,
        }
    }
}

impl Drop for Effort {
    fn drop(&mut self) {
        if self.0 {
            LEFT.set(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_ones_have_what_is_left_of_the_outer_one() {
        let outer = Effort::of(3);
        assert!(Effort::goes_on());
        {
            let _inner = Effort::bounded();
            assert!(Effort::goes_on() && Effort::goes_on());
            assert!(!Effort::goes_on());
        }
        assert!(!Effort::goes_on(), "the outer one is spent, too");
        drop(outer);
        assert!(Effort::goes_on(), "nobody counts");
    }
}
