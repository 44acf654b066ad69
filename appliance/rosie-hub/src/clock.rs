//! The two clocks: the one on the wall, which may be set, and the one that only goes forward.

use crate::HubError;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use std::{
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::time::Instant;

pub trait Clock: Send + Sync {
    /// Wall clock: milliseconds since the Unix epoch. May jump when the time is set.
    fn unix_ms(&self) -> u64;
    /// Milliseconds since some start; never jumps. The time that `tokio::time` sleeps by.
    fn monotonic_ms(&self) -> u64;
}

/// The time zone of an IANA name; `None` takes the machine's.
pub(crate) fn zone(name: Option<&str>) -> Result<TimeZone, HubError> {
    match name {
        Some(name) => TimeZone::get(name).map_err(|_| HubError::UnknownTimeZone(name.to_owned())),
        None => Ok(TimeZone::system()),
    }
}

/// The moment by the wall clock of `zone`.
pub(crate) fn now_in(zone: &TimeZone, clock: &dyn Clock) -> Result<Zoned, HubError> {
    let ms = clock.unix_ms();
    let stamp = i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    Ok(stamp.ok_or(HubError::ClockOutOfRange(ms))?.to_zoned(zone.clone()))
}

#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_ms(&self) -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_millis() as u64)
    }

    fn monotonic_ms(&self) -> u64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed().as_millis() as u64
    }
}
