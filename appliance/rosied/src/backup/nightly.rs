//! The backup of each night. One that was missed, because the machine was off, is made as soon as it is on.

use super::{Admin, Backups};
use crate::daemon::Rosie;
use jiff::{Timestamp, ToSpan, Zoned, civil::Time, tz::TimeZone};
use std::{sync::Arc, time::Duration};

const LOOK_EVERY: Duration = Duration::from_secs(60);
/// After one that failed.
const AGAIN_AFTER: Duration = Duration::from_secs(3600);

/// Makes one whenever one is due, until the daemon ends.
pub async fn nightly(rosie: Arc<Rosie>) {
    Admin(rosie.clone()).sweep().await;
    let mut every = LOOK_EVERY;
    while rosie
        .stopping
        .run_until_cancelled(tokio::time::sleep(every))
        .await
        .is_some()
    {
        every = LOOK_EVERY;
        let config = rosie.sessions.house.config();
        let Some(at) = time(&config.backup.at) else { continue };
        let zone = TimeZone::get(&config.time_zone).unwrap_or_else(|_| TimeZone::system());
        let backups = Backups::of(&config.backup.folder, &rosie.folders.data);
        let now = Zoned::now().with_time_zone(zone);
        let now_ms = now.timestamp().as_millisecond() as u64;
        let newest = tokio::task::spawn_blocking(move || backups.newest_until(now_ms));
        let newest = newest.await.ok().flatten();
        if is_due(&now, at, newest) && Admin(rosie.clone()).make_one(true).await.is_err() {
            every = AGAIN_AFTER;
        }
    }
}

/// `03:30`; empty or no time: none.
pub fn time(text: &str) -> Option<Time> {
    Time::strptime("%H:%M", text).ok()
}

/// Whether none was made since the last time that one was due.
fn is_due(now: &Zoned, at: Time, newest_unix_ms: Option<u64>) -> bool {
    let due = |day: &Zoned| day.date().to_datetime(at).to_zoned(now.time_zone().clone()).ok();
    let today = due(now).filter(|due| due <= now);
    let Some(last) = today.or_else(|| due(&now.checked_sub(1.day()).ok()?)) else {
        return false;
    };
    let newest = newest_unix_ms.and_then(|ms| Timestamp::from_millisecond(ms as i64).ok());
    newest.is_none_or(|newest| newest < last.timestamp())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_is_due_when_none_was_made_since_its_time() {
        let at = time("03:30").unwrap();
        let moment = |text: &str| text.parse::<Zoned>().unwrap();
        let made = |text: &str| Some(moment(text).timestamp().as_millisecond() as u64);
        let now = moment("2026-11-28T04:00[Europe/Berlin]");
        assert!(is_due(&now, at, None));
        assert!(is_due(&now, at, made("2026-11-27T03:31[Europe/Berlin]")));
        assert!(!is_due(&now, at, made("2026-11-28T03:31[Europe/Berlin]")));
        // Before its time, that of yesterday counts; the machine may have been off then.
        let early = moment("2026-11-28T03:00[Europe/Berlin]");
        assert!(!is_due(&early, at, made("2026-11-27T12:00[Europe/Berlin]")));
        assert!(is_due(&early, at, made("2026-11-26T12:00[Europe/Berlin]")));
        // In the night when the clocks go forward, 02:30 is not there: it is made an hour later.
        let skipped = moment("2026-03-29T03:31[Europe/Berlin]");
        assert!(is_due(
            &skipped,
            time("02:30").unwrap(),
            made("2026-03-28T02:31[Europe/Berlin]")
        ));
        assert!(!is_due(
            &moment("2026-03-29T03:29[Europe/Berlin]"),
            time("02:30").unwrap(),
            made("2026-03-28T02:31[Europe/Berlin]")
        ));
        // It is half past two twice in the night when they go back: one is made.
        let twice = moment("2026-10-25T02:31+01:00[Europe/Berlin]");
        assert!(!is_due(
            &twice,
            time("02:30").unwrap(),
            made("2026-10-25T02:31+02:00[Europe/Berlin]")
        ));
        assert!(time("").is_none() && time("25:00").is_none() && time("half past").is_none());
    }
}
