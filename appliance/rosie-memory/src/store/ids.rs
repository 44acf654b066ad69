//! Names of what is remembered: UUIDs of version 7 (RFC 9562, 5.7), as numbers inside and as text outside.
//!
//! The upper half (48 bits of milliseconds, the version, 12 bits of counter) is also the key in the indexes. The
//! counter goes on from one id to the next, so that 4,096 ids of one millisecond differ in their upper halves.

use std::sync::atomic::{AtomicU16, Ordering};
use uuid::Uuid;

/// A UUID as a number; its order is that of time.
pub(crate) type Id = u128;

/// Latest moment an id can hold.
const MAX_MS: u64 = (1 << 48) - 1;

static COUNTER: AtomicU16 = AtomicU16::new(0);

/// A new id for something of that moment.
pub(crate) fn new_id(unix_ms: u64) -> Id {
    let random = Uuid::new_v4().as_u128();
    let counter = u128::from(COUNTER.fetch_add(1, Ordering::Relaxed) & 0xfff);
    let low = (random as u64 & (u64::MAX >> 2)) | 1 << 63;
    u128::from(unix_ms.min(MAX_MS)) << 80 | 0x7 << 76 | counter << 64 | u128::from(low)
}

/// What the indexes know it by.
pub(crate) fn key(id: Id) -> u64 {
    (id >> 64) as u64
}

/// The moment it names.
pub(crate) fn unix_ms(id: Id) -> u64 {
    (id >> 80) as u64
}

/// The ids that have this key: one, in practice.
pub(crate) fn with_key(key: u64) -> std::ops::RangeInclusive<Id> {
    let low = u128::from(key) << 64;
    low..=low | u128::from(u64::MAX)
}

/// The ids of a span of time, `until` excluded.
pub(crate) fn span(since: Option<u64>, until: Option<u64>) -> std::ops::Range<Id> {
    let bound = |ms: u64| u128::from(ms.min(MAX_MS)) << 80;
    bound(since.unwrap_or(0))..until.map_or(u128::MAX, bound)
}

pub(crate) fn text(id: Id) -> String {
    Uuid::from_u128(id).to_string()
}

/// `None` for what is no UUID of version 7.
pub(crate) fn parse(text: &str) -> Option<Id> {
    let id = Uuid::try_parse(text).ok()?;
    (id.get_version_num() == 7).then_some(id.as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_version_7_in_the_order_of_time_with_keys_of_their_own() {
        let earlier = new_id(1_700_000_000_000);
        let later = new_id(1_700_000_000_001);
        assert!(earlier < later && earlier != new_id(1_700_000_000_000));
        assert_eq!(parse(&text(earlier)), Some(earlier));
        let uuid = Uuid::from_u128(earlier);
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanos) = uuid.get_timestamp().map(|t| t.to_unix()).unwrap_or_default();
        assert_eq!(seconds * 1000 + u64::from(nanos) / 1_000_000, 1_700_000_000_000);
        let keys: std::collections::HashSet<u64> = (0..4096).map(|_| key(new_id(5))).collect();
        assert_eq!(keys.len(), 4096);
        assert!(with_key(key(earlier)).contains(&earlier));
        assert!(span(Some(1_700_000_000_000), Some(1_700_000_000_001)).contains(&earlier));
        assert!(!span(None, Some(1_700_000_000_000)).contains(&earlier));
        assert!(parse("no uuid").is_none());
        assert!(parse("67e55044-10b1-426f-9247-bb680e5fe0c8").is_none(), "version 4");
    }
}
