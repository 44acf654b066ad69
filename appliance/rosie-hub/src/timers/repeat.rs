//! What comes again: when it is next, in the house's time zone.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rosie_core::store::Repeat;

/// Days to look ahead: a week, and some more for days that a time zone left out.
const LOOK_AHEAD: i64 = 15;

/// The next time after a moment. A time that the change to summer leaves out is an hour later that day; one that the
/// change to winter has twice is the first of both. `None`: no day of the week, or beyond any calendar.
pub(crate) fn next(repeat: &Repeat, after_unix_ms: u64, zone: &TimeZone) -> Option<u64> {
    let after = Timestamp::from_millisecond(i64::try_from(after_unix_ms).ok()?).ok()?;
    let today = after.to_zoned(zone.clone()).date();
    (0..LOOK_AHEAD).find_map(|day| {
        let date = today.checked_add(day.days()).ok()?;
        let bit = 1u8 << date.weekday().to_monday_zero_offset();
        if repeat.days & bit == 0 {
            return None;
        }
        let (hour, minute) = (i8::try_from(repeat.hour).ok()?, i8::try_from(repeat.minute).ok()?);
        let time = jiff::civil::Time::new(hour, minute, 0, 0).ok()?;
        let at = date.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp();
        (at > after).then(|| u64::try_from(at.as_millisecond()).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::Zoned;
    use proptest::prelude::*;

    fn ms(zoned: &str) -> u64 {
        zoned.parse::<Zoned>().unwrap().timestamp().as_millisecond() as u64
    }

    fn all(repeat: Repeat, from: &str, count: usize) -> Vec<String> {
        let zone = from.parse::<Zoned>().unwrap().time_zone().clone();
        let mut at = ms(from);
        (0..count)
            .map(|_| {
                at = next(&repeat, at, &zone).unwrap();
                let local = Timestamp::from_millisecond(at as i64).unwrap().to_zoned(zone.clone());
                local.strftime("%a %d %H:%M").to_string()
            })
            .collect()
    }

    #[test]
    fn the_time_of_day_stays_when_the_clocks_change() {
        let weekdays = Repeat {
            days: 0b1_1111,
            hour: 7,
            minute: 0,
        };
        // Summer time begins on 29 March 2026 in Berlin.
        assert_eq!(
            all(weekdays, "2026-03-26T07:00[Europe/Berlin]", 3),
            ["Fri 27 07:00", "Mon 30 07:00", "Tue 31 07:00"]
        );
        let at_night = Repeat {
            days: 0b111_1111,
            hour: 2,
            minute: 30,
        };
        assert_eq!(
            all(at_night, "2026-03-27T12:00[Europe/Berlin]", 3),
            ["Sat 28 02:30", "Sun 29 03:30", "Mon 30 02:30"]
        );
        // It ends on 25 October: half past two comes twice, and rings once.
        assert_eq!(
            all(at_night, "2026-10-24T12:00[Europe/Berlin]", 2),
            ["Sun 25 02:30", "Mon 26 02:30"]
        );
    }

    #[test]
    fn a_day_that_a_zone_left_out_is_no_day() {
        // Samoa went from 29 to 31 December 2011.
        let fridays = Repeat {
            days: 1 << 4,
            hour: 9,
            minute: 0,
        };
        assert_eq!(all(fridays, "2011-12-29T12:00[Pacific/Apia]", 1), ["Sat 31 09:00"]);
    }

    proptest! {
        /// Against the clock itself: no minute in between is one of its times.
        #[test]
        fn none_is_left_out_and_none_is_made_up(
            days in 1u8..128, hour in 0u8..24, minute in 0u8..60, start in 1_750_000_000u64..1_800_000_000,
            zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let repeat = Repeat { days, hour, minute };
            let after = start * 1000;
            let found = next(&repeat, after, &zone).unwrap();
            prop_assert!(found > after && found - after <= 8 * 86_400_000);
            let local = |ms: u64| Timestamp::from_millisecond(ms as i64).unwrap().to_zoned(zone.clone());
            let is_time = |ms: u64| {
                let at = local(ms);
                let day = 1u8 << at.weekday().to_monday_zero_offset();
                days & day != 0 && (at.hour(), at.minute()) == (hour as i8, minute as i8)
            };
            let mut minute_ms = after / 60_000 * 60_000 + 60_000;
            while minute_ms < found {
                // The second of two equal times is none.
                let again = is_time(minute_ms) && (is_time(minute_ms - 3_600_000) || is_time(minute_ms - 1_800_000));
                prop_assert!(!is_time(minute_ms) || again, "{} is before {}", local(minute_ms), local(found));
                minute_ms += 60_000;
            }
            // It is one, or stands for one that the clocks left out.
            prop_assert!(is_time(found) || local(found).date().to_datetime(jiff::civil::Time::new(hour as i8, minute as i8, 0, 0).unwrap())
                .to_zoned(zone.clone()).unwrap().hour() != hour as i8 || local(found).minute() != minute as i8);
        }
    }
}
