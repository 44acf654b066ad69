//! Endpoints and their keys: a code on the endpoint, confirmed by the owner, gives it a key, a name and a room.

use super::{fault::Fault, kept::Kept, secret, tokens::label};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// A code is good for so long.
pub(crate) const CODE_LASTS: Duration = Duration::from_secs(5 * 60);
/// Codes that wait at once, and of one address.
const WAITING: usize = 8;
const WAITING_OF_ONE: usize = 2;
const MOST: usize = 200;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paired {
    /// As the endpoint calls itself in `hello`.
    pub endpoint: String,
    pub name: String,
    /// Where the owner put it.
    pub room: String,
    /// Rooms that it may control; `None`: all.
    pub may_control: Option<Vec<String>>,
    pub hash: String,
    /// Of a key that was made in its place, and was not used yet.
    pub next: Option<String>,
    pub made_unix_s: u64,
}

/// Where the owner puts an endpoint, and what it may.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub name: String,
    pub room: String,
    /// Absent or null: all rooms.
    #[serde(default)]
    pub may_control: Option<Vec<String>>,
}

impl Place {
    /// `rooms`: those there are.
    pub fn check(&self, rooms: &[String]) -> Result<(), Fault> {
        label(&self.name)?;
        let named = std::iter::once(&self.room).chain(self.may_control.iter().flatten());
        match named.into_iter().all(|room| rooms.contains(room)) {
            true => Ok(()),
            false => Err(Fault::Rule(
                "there is no such room; /api/v1/status lists those there are",
            )),
        }
    }
}

impl Kept {
    pub fn paired(&self, endpoint: &str) -> Option<&Paired> {
        self.paired.iter().find(|paired| paired.endpoint == endpoint)
    }

    /// Whose key it is; whether it is the new one of two.
    pub fn key(&self, key: &str) -> Option<(&Paired, bool)> {
        let hash = secret::hash(key);
        let fits = |paired: &&Paired| paired.hash == hash || paired.next.as_ref() == Some(&hash);
        let paired = self.paired.iter().find(fits)?;
        Some((paired, paired.hash != hash))
    }

    /// A key for an endpoint; one that was paired before has a new one.
    pub fn pair(&mut self, endpoint: &str, place: &Place, now: u64) -> Result<String, Fault> {
        self.paired.retain(|paired| paired.endpoint != endpoint);
        if self.paired.len() >= MOST {
            return Err(Fault::Full);
        }
        let key = secret::new()?;
        self.paired.push(Paired {
            endpoint: endpoint.to_owned(),
            name: label(&place.name)?,
            room: place.room.clone(),
            may_control: place.may_control.clone(),
            hash: secret::hash(&key),
            next: None,
            made_unix_s: now,
        });
        Ok(key)
    }

    pub fn place(&mut self, endpoint: &str, place: &Place) -> Result<Paired, Fault> {
        let paired = self.paired.iter_mut().find(|paired| paired.endpoint == endpoint);
        let paired = paired.ok_or(Fault::Unknown)?;
        paired.name = label(&place.name)?;
        paired.room.clone_from(&place.room);
        paired.may_control.clone_from(&place.may_control);
        Ok(paired.clone())
    }

    /// Another key; the old one is good until the new one is used, so that an answer that is lost locks nobody out.
    pub fn rotate(&mut self, endpoint: &str) -> Result<String, Fault> {
        let paired = self.paired.iter_mut().find(|paired| paired.endpoint == endpoint);
        let key = secret::new()?;
        paired.ok_or(Fault::Unknown)?.next = Some(secret::hash(&key));
        Ok(key)
    }

    /// The new key of two was used: the old one is good no more.
    pub fn rotated(&mut self, endpoint: &str, key: &str) {
        let hash = secret::hash(key);
        let paired = self.paired.iter_mut().find(|paired| paired.endpoint == endpoint);
        if let Some(paired) = paired.filter(|paired| paired.next.as_ref() == Some(&hash)) {
            paired.hash = hash;
            paired.next = None;
        }
    }

    pub fn unpair(&mut self, endpoint: &str) -> Result<(), Fault> {
        let before = self.paired.len();
        self.paired.retain(|paired| paired.endpoint != endpoint);
        match self.paired.len() < before {
            true => Ok(()),
            false => Err(Fault::Unknown),
        }
    }
}

/// An endpoint that shows a code.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    pub code: String,
    /// Hash of what the endpoint polls with.
    ticket: String,
    pub endpoint: String,
    /// What it says of itself.
    pub label: String,
    pub address: String,
    until: Instant,
    /// Its key, until it is fetched.
    key: Option<String>,
}

impl Asking {
    pub fn left(&self, now: Instant) -> Duration {
        self.until.saturating_duration_since(now)
    }
}

/// What an endpoint hears that polls.
#[derive(Debug, PartialEq)]
pub(crate) enum Polled {
    Waits(Duration),
    Paired { endpoint: String, key: String },
}

/// Endpoints that wait to be confirmed; forgotten at a restart.
#[derive(Default)]
pub(crate) struct Waiting(Vec<Asking>);

impl Waiting {
    /// A code to show and a ticket to poll with.
    pub fn ask(&mut self, endpoint: &str, words: &str, address: &str, now: Instant) -> Result<(Asking, String), Fault> {
        let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if endpoint.is_empty()
            || endpoint.len() > 64
            || !endpoint.chars().all(usable)
            || !endpoint.contains(|c: char| c.is_ascii_alphanumeric())
        {
            return Err(Fault::Rule(
                "`endpoint` is what hello will say: 1 to 64 of `a-z A-Z 0-9 . _ -`",
            ));
        }
        let words = label(words)?;
        self.0.retain(|asking| !asking.left(now).is_zero());
        let own: Vec<usize> = (0..self.0.len()).filter(|&n| self.0[n].address == address).collect();
        if own.len() >= WAITING_OF_ONE {
            // Who asks anew has forgotten the last one: a page that was reloaded.
            self.0.remove(own[0]);
        }
        if self.0.len() >= WAITING {
            return Err(Fault::Full);
        }
        let mut code = secret::digits()?;
        while self.0.iter().any(|asking| asking.code == code) {
            code = secret::digits()?;
        }
        let ticket = secret::new()?;
        let asking = Asking {
            code,
            ticket: secret::hash(&ticket),
            endpoint: endpoint.to_owned(),
            label: words,
            address: address.to_owned(),
            until: now + CODE_LASTS,
            key: None,
        };
        self.0.push(asking.clone());
        Ok((asking, ticket))
    }

    /// Those that were not confirmed yet.
    pub fn all(&self, now: Instant) -> Vec<Asking> {
        let waits = |asking: &&Asking| asking.key.is_none() && !asking.left(now).is_zero();
        self.0.iter().filter(waits).cloned().collect()
    }

    /// The endpoint that shows this code.
    pub fn of_code(&self, code: &str, now: Instant) -> Option<String> {
        let all = self.all(now).into_iter();
        all.filter(|asking| asking.code == code)
            .map(|asking| asking.endpoint)
            .next()
    }

    /// It was confirmed: its key lies ready.
    pub fn confirm(&mut self, code: &str, key: String) {
        if let Some(asking) = self.0.iter_mut().find(|asking| asking.code == code) {
            asking.key = Some(key);
        }
    }

    /// `None`: there is no such ticket, or no more. A key is given once.
    pub fn poll(&mut self, ticket: &str, now: Instant) -> Option<Polled> {
        let hash = secret::hash(ticket);
        self.0.retain(|asking| !asking.left(now).is_zero());
        let n = self.0.iter().position(|asking| asking.ticket == hash)?;
        if self.0[n].key.is_none() {
            return Some(Polled::Waits(self.0[n].left(now)));
        }
        let asking = self.0.remove(n);
        asking.key.map(|key| Polled::Paired {
            endpoint: asking.endpoint,
            key,
        })
    }
}

#[cfg(test)]
#[path = "pairing_tests.rs"]
mod tests;
