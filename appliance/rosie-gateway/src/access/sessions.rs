//! Browsers that somebody signed in with.

use super::{fault::Fault, kept::Kept, people::same, secret};
use serde::{Deserialize, Serialize};

/// A session that is not used for so long ends.
pub(crate) const IDLE_S: u64 = 30 * 24 * 60 * 60;
/// No session is older.
pub(crate) const LONGEST_S: u64 = 365 * 24 * 60 * 60;
/// How exactly it is known when one was used last: not every request is worth a write to the disk.
const FRESH_S: u64 = 60 * 60;
/// Of one person; beyond it the one that was used longest ago ends.
const MOST: usize = 30;
/// Browsers say what they are at the end.
const LABEL: usize = 200;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// SHA-256 of what the browser has.
    pub hash: String,
    pub person: String,
    /// What the browser calls itself.
    pub label: String,
    pub made_unix_s: u64,
    pub used_unix_s: u64,
}

impl Session {
    fn holds(&self, now: u64) -> bool {
        now.saturating_sub(self.used_unix_s) < IDLE_S && now.saturating_sub(self.made_unix_s) < LONGEST_S
    }

    /// Its last use is worth writing down.
    pub fn is_stale(&self, now: u64) -> bool {
        now.saturating_sub(self.used_unix_s) >= FRESH_S
    }
}

impl Kept {
    /// The session of a cookie, while it holds.
    pub fn session(&self, hash: &str, now: u64) -> Option<&Session> {
        let session = self.sessions.iter().find(|session| session.hash == hash)?;
        session.holds(now).then_some(session)
    }

    /// What the browser is to be given.
    pub fn sign_in(&mut self, person: &str, label: &str, now: u64) -> Result<String, Fault> {
        self.sessions.retain(|session| session.holds(now));
        let own = self.sessions.iter().filter(|session| session.person == person);
        if own.clone().count() >= MOST
            && let Some(oldest) = own.min_by_key(|session| session.used_unix_s).map(|s| s.hash.clone())
        {
            self.sign_out(&oldest);
        }
        let secret = secret::new()?;
        self.sessions.push(Session {
            hash: secret::hash(&secret),
            person: person.to_owned(),
            label: label.chars().filter(|c| !c.is_control()).take(LABEL).collect(),
            made_unix_s: now,
            used_unix_s: now,
        });
        Ok(secret)
    }

    pub fn used(&mut self, hash: &str, now: u64) {
        if let Some(session) = self.sessions.iter_mut().find(|session| session.hash == hash) {
            session.used_unix_s = session.used_unix_s.max(now);
        }
    }

    /// How many ended.
    pub fn sign_out(&mut self, hash: &str) -> usize {
        let before = self.sessions.len();
        self.sessions.retain(|session| session.hash != hash);
        before - self.sessions.len()
    }

    /// How many ended.
    pub fn sign_out_everywhere(&mut self, person: &str) -> usize {
        self.sign_out_elsewhere(person, None)
    }

    /// All but `here`, the hash of a session; how many ended.
    pub fn sign_out_elsewhere(&mut self, person: &str, here: Option<&str>) -> usize {
        let before = self.sessions.len();
        let stays = |session: &Session| !same(&session.person, person) || Some(session.hash.as_str()) == here;
        self.sessions.retain(stays);
        before - self.sessions.len()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_session_ends_when_it_is_not_used_and_at_last_in_any_case() {
        let mut kept = Kept::default();
        let secret = kept.sign_in("Ada", "Firefox\n", 1000).unwrap();
        let hash = secret::hash(&secret);
        assert_eq!(kept.sessions[0].label, "Firefox");
        assert!(!serde_json::to_string(&kept).unwrap().contains(&secret));
        assert!(kept.session(&secret, 1000).is_none(), "what is kept opens nothing");
        let mut now = 1000;
        while now < 1000 + LONGEST_S {
            assert!(kept.session(&hash, now).is_some(), "{now}");
            assert!(kept.session(&hash, now + IDLE_S).is_none(), "{now}");
            kept.used(&hash, now);
            now += IDLE_S - 1;
        }
        assert!(kept.session(&hash, now).is_none());
    }

    #[test]
    fn signing_out_here_and_everywhere() {
        let mut kept = Kept::default();
        let ada: Vec<String> = (0..3).map(|n| kept.sign_in("Ada", "x", n).unwrap()).collect();
        kept.sign_in("Grace", "x", 0).unwrap();
        assert_eq!(kept.sign_out(&secret::hash(&ada[0])), 1);
        assert_eq!(kept.sign_out(&secret::hash(&ada[0])), 0);
        assert_eq!(kept.sign_out_everywhere("ADA"), 2);
        assert_eq!(kept.sessions.len(), 1);
    }

    #[test]
    fn one_person_keeps_no_more_than_there_may_be() {
        let mut kept = Kept::default();
        let first = kept.sign_in("Ada", "x", 5).unwrap();
        for n in 0..MOST as u64 + 5 {
            kept.sign_in("Ada", "x", 10 + n).unwrap();
        }
        assert_eq!(kept.sessions.len(), MOST);
        assert!(kept.session(&secret::hash(&first), 50).is_none());
    }
}
