//! Streams that are open, each with what let it in: when that is taken away, the stream ends.

use super::{
    kept::Kept,
    policy::{House, Need, Verdict, Who, decide},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::{CancellationToken, DropGuard};

/// What let a stream in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Grant {
    /// There is no owner, or the house is open.
    Free,
    Person {
        name: String,
        session: Option<String>,
    },
    Token(String),
    Endpoint {
        id: String,
        key: String,
        room: String,
        may_control: Option<Vec<String>>,
    },
}

impl Grant {
    /// What lets `who` in under the name of `endpoint`; else what is to be done, for whoever builds the endpoint.
    pub fn of(who: &Who, endpoint: &str, kept: &Kept, house: House) -> Result<Self, &'static str> {
        if let Who::Endpoint { id, key } = who {
            if id != endpoint {
                return Err("this key is another endpoint's: say its name in `endpoint`, or pair this one");
            }
            if let Some(paired) = kept.paired(id) {
                return Ok(Grant::Endpoint {
                    id: id.clone(),
                    key: key.clone(),
                    room: paired.room.clone(),
                    may_control: paired.may_control.clone(),
                });
            }
        }
        match (decide(Need::Talk, endpoint, who, house), who) {
            (Verdict::Allowed, Who::Person { name, session, .. }) => Ok(Grant::Person {
                name: name.clone(),
                session: session.clone(),
            }),
            (Verdict::Allowed, Who::Token { id, .. }) => Ok(Grant::Token(id.clone())),
            (Verdict::Allowed, _) => Ok(Grant::Free),
            (Verdict::Forbidden, _) => Err("this token is not for talking: make one with the scope `talk`"),
            (Verdict::SignIn, _) => {
                Err("pair this endpoint (POST /api/v1/pairing), send its key, or sign in; docs/protocol.md tells how")
            }
        }
    }

    fn holds(&self, kept: &Kept, house: House) -> bool {
        let talks = |who: &Who| decide(Need::Talk, "", who, house) == Verdict::Allowed;
        match self {
            Grant::Free => talks(&Who::Nobody),
            Grant::Person { name, session } => {
                let signed_in = |hash: &String| kept.sessions.iter().any(|session| session.hash == *hash);
                kept.person(name).is_some() && session.as_ref().is_none_or(signed_in)
            }
            Grant::Token(id) => kept.tokens.iter().any(|token| token.id == *id),
            Grant::Endpoint {
                id,
                key,
                room,
                may_control,
            } => kept.paired(id).is_some_and(|paired| {
                (paired.hash == *key || paired.next.as_ref() == Some(key))
                    && paired.room == *room
                    && paired.may_control == *may_control
            }),
        }
    }
}

struct Open {
    grant: Grant,
    cut: CancellationToken,
}

#[derive(Default)]
pub(crate) struct Live(Mutex<Vec<Open>>);

/// Held by a stream while it is open.
pub(crate) struct Stay {
    /// What let it in was taken away.
    pub cut: CancellationToken,
    _leave: DropGuard,
}

impl Live {
    /// `now`: what is kept, asked for after the stream is in the list, so that no change passes between.
    pub fn enter(&self, grant: Grant, now: impl FnOnce() -> (Arc<Kept>, House)) -> Stay {
        let cut = CancellationToken::new();
        self.list().push(Open {
            grant: grant.clone(),
            cut: cut.clone(),
        });
        let (kept, house) = now();
        if !grant.holds(&kept, house) {
            cut.cancel();
        }
        Stay {
            _leave: cut.clone().drop_guard(),
            cut,
        }
    }

    /// Ends those that are let in no more.
    pub fn review(&self, kept: &Kept, house: House) {
        for open in self.list().iter().filter(|open| !open.grant.holds(kept, house)) {
            open.cut.cancel();
        }
    }

    pub fn is_connected(&self, endpoint: &str) -> bool {
        let of = |open: &Open| matches!(&open.grant, Grant::Endpoint { id, .. } if id == endpoint);
        self.list().iter().any(of)
    }

    /// Without those that ended.
    fn list(&self) -> MutexGuard<'_, Vec<Open>> {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|open| !open.cut.is_cancelled());
        list
    }
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
