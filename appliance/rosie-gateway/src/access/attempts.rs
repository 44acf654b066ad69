//! Wrong passwords and codes cost time, more with each: per address, so that a guesser is slowed down, and per name, so that many
//! addresses are, too. A name alone is never locked for long, or anybody could keep the owner out.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Tries that cost nothing: people mistype.
const FREE: u32 = 4;
const LONGEST_ADDRESS: Duration = Duration::from_secs(15 * 60);
const LONGEST_NAME: Duration = Duration::from_secs(30);
/// What is that old is forgiven.
const FORGET: Duration = Duration::from_secs(60 * 60);
/// Kept at once; beyond it the oldest are forgiven first.
const MOST: usize = 4096;

#[derive(Debug, Clone, Copy)]
struct Count {
    tries: u32,
    last: Instant,
}

#[derive(Default)]
pub(crate) struct Attempts(HashMap<String, Count>);

impl Attempts {
    /// Counts a try before it is looked at, so that many at once are counted, too; refuses with the time that is to be waited.
    pub fn begin(&mut self, address: &str, name: Option<&str>, now: Instant) -> Result<(), Duration> {
        self.0
            .retain(|_, count| now.saturating_duration_since(count.last) < FORGET);
        let keys = keys(address, name);
        let wait = keys.iter().map(|(key, longest)| self.wait(key, *longest, now)).max();
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            return Err(wait);
        }
        for (key, _) in keys {
            if self.0.len() >= MOST
                && !self.0.contains_key(&key)
                && let Some(oldest) = self
                    .0
                    .iter()
                    .min_by_key(|(_, count)| count.last)
                    .map(|(key, _)| key.clone())
            {
                self.0.remove(&oldest);
            }
            let count = self.0.entry(key).or_insert(Count { tries: 0, last: now });
            *count = Count {
                tries: count.tries.saturating_add(1),
                last: now,
            };
        }
        Ok(())
    }

    /// It was the right one.
    pub fn right(&mut self, address: &str, name: Option<&str>) {
        for (key, _) in keys(address, name) {
            self.0.remove(&key);
        }
    }

    fn wait(&self, key: &str, longest: Duration, now: Instant) -> Duration {
        let Some(count) = self.0.get(key).filter(|count| count.tries >= FREE) else {
            return Duration::ZERO;
        };
        let delay = Duration::from_secs(1 << (count.tries - FREE).min(16)).min(longest);
        delay.saturating_sub(now.saturating_duration_since(count.last))
    }
}

fn keys(address: &str, name: Option<&str>) -> Vec<(String, Duration)> {
    let address = (format!("address {address}"), LONGEST_ADDRESS);
    let name = name.map(|name| (format!("name {}", name.to_lowercase()), LONGEST_NAME));
    std::iter::once(address).chain(name).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn each_wrong_one_costs_twice_the_time() {
        let (mut attempts, mut now) = (Attempts::default(), Instant::now());
        for _ in 0..FREE {
            attempts.begin("10.0.0.7", Some("ada"), now).unwrap();
        }
        for delay in [1, 2, 4, 8, 16] {
            assert_eq!(attempts.begin("10.0.0.7", None, now), Err(S(delay)));
            // A try that was refused does not make it longer.
            assert_eq!(attempts.begin("10.0.0.7", None, now), Err(S(delay)));
            now += S(delay);
            attempts.begin("10.0.0.7", None, now).unwrap();
        }
        for _ in 0..20 {
            now += LONGEST_ADDRESS;
            attempts.begin("10.0.0.7", None, now).unwrap();
        }
        assert_eq!(attempts.begin("10.0.0.7", None, now), Err(LONGEST_ADDRESS));
        attempts.begin("10.0.0.8", None, now).unwrap();
        attempts.begin("10.0.0.7", None, now + FORGET).unwrap();
    }

    #[test]
    fn a_name_is_slowed_from_everywhere_but_never_locked() {
        let (mut attempts, mut now) = (Attempts::default(), Instant::now());
        for n in 0..200 {
            now += LONGEST_NAME;
            attempts.begin(&format!("10.0.0.{n}"), Some("Ada"), now).unwrap();
        }
        assert_eq!(attempts.begin("10.1.0.1", Some("ada"), now), Err(LONGEST_NAME));
        attempts.begin("10.1.0.1", Some("grace"), now).unwrap();
        attempts.right("10.1.0.9", Some("ADA"));
        attempts.begin("10.1.0.1", Some("ada"), now).unwrap();
    }

    #[test]
    fn what_is_kept_stays_small() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for n in 0..MOST as u64 + 100 {
            attempts
                .begin(&n.to_string(), None, now + Duration::from_micros(n))
                .unwrap();
        }
        assert_eq!(attempts.0.len(), MOST);
    }
}
