//! What time it is, where the clock may be wrong: a board without a battery starts in 1970, or when its image was built.

use std::time::{SystemTime, UNIX_EPOCH};

/// 1 November 2026. This was written later, so a clock that shows less is wrong.
pub(crate) const WRITTEN: u64 = 1_793_491_200;
pub(crate) const DAY: u64 = 24 * 60 * 60;

/// Seconds since 1970 as well as they are known.
pub(crate) fn now() -> u64 {
    plausible(SystemTime::now())
}

fn plausible(clock: SystemTime) -> u64 {
    let shown = clock.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    shown.max(WRITTEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_that_cannot_be_right_is_not_believed() {
        assert_eq!(plausible(UNIX_EPOCH), WRITTEN);
        assert_eq!(plausible(UNIX_EPOCH - Duration::from_secs(9)), WRITTEN);
        assert_eq!(plausible(UNIX_EPOCH + Duration::from_secs(WRITTEN + 9)), WRITTEN + 9);
    }
}
