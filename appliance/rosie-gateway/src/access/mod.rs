//! Who may come in: people, sessions, tokens, paired endpoints, and what each of them may do.
//!
//! Until an owner is made the house is as open as its network; from then on everything that is not named as an exception asks.

mod attempts;
mod fault;
pub(crate) mod identify;
mod kept;
mod live;
mod pairing;
mod password;
mod people;
mod policy;
mod secret;
mod sessions;
mod tokens;

pub use fault::AccessError;
pub(crate) use fault::Fault;
pub(crate) use identify::{Refused, SESSION, address_of};
pub(crate) use kept::Kept;
pub(crate) use live::{Grant, Stay};
pub(crate) use pairing::{CODE_LASTS, Paired, Place, Polled, Waiting};
pub(crate) use people::Person;
pub(crate) use policy::{House, Need, Role, Scope, Verdict, Who, decide};
pub(crate) use secret::csrf;
pub(crate) use sessions::LONGEST_S;
pub(crate) use tokens::Token;

use attempts::Attempts;
use kept::Book;
use live::Live;
use password::Passwords;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How the door is kept.
#[derive(Debug, Clone)]
pub struct AccessConfig {
    /// Where people and keys are kept; `None`: until the daemon ends.
    pub folder: Option<PathBuf>,
    /// Everybody in the network may speak with Rosie, also once there is an owner.
    pub open_house: bool,
    /// The same of `/metrics`.
    pub open_metrics: bool,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            folder: None,
            open_house: false,
            open_metrics: true,
        }
    }
}

/// What is known of paired endpoints, for whoever carries out what they ask. Cheap to clone; it tells what is so at this moment.
#[derive(Clone)]
pub struct Pairings(Arc<Access>);

impl Pairings {
    pub(crate) fn of(access: &Arc<Access>) -> Self {
        Self(Arc::clone(access))
    }

    /// Ids of the rooms that an endpoint may control; `None` where it may control all, or was never paired.
    pub fn may_control(&self, endpoint: &str) -> Option<Vec<String>> {
        self.0.kept().paired(endpoint)?.may_control.clone()
    }

    /// Whether there is a person of this name who is a child or a guest of the house.
    pub fn is_minor(&self, person: &str) -> bool {
        let kept = self.0.kept();
        let role = kept.person(person).map(|person| person.role);
        matches!(role, Some(Role::Child | Role::Guest))
    }
}

pub(crate) struct Access {
    book: Book,
    open_house: bool,
    open_metrics: bool,
    pub passwords: Passwords,
    attempts: Mutex<Attempts>,
    waiting: Mutex<Waiting>,
    live: Live,
}

impl Access {
    pub fn open(config: &AccessConfig) -> Result<Arc<Self>, AccessError> {
        Ok(Arc::new(Self {
            book: Book::open(config.folder.as_deref())?,
            open_house: config.open_house,
            open_metrics: config.open_metrics,
            passwords: Passwords::default(),
            attempts: Mutex::default(),
            waiting: Mutex::default(),
            live: Live::default(),
        }))
    }

    pub fn kept(&self) -> Arc<Kept> {
        self.book.now()
    }

    pub fn house(&self) -> House {
        House {
            owned: self.kept().is_owned(),
            open_house: self.open_house,
            open_figures: self.open_metrics,
        }
    }

    /// Changes what is kept, off the runtime's threads. Streams that it takes the right away from end at once.
    pub async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        edit: impl FnOnce(&mut Kept) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let access = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let done = access.book.change(edit)?;
            access.live.review(&access.kept(), access.house());
            Ok(done)
        });
        work.await
            .unwrap_or(Err(Fault::Rule("a fault in Rosie: the log tells more")))
    }

    /// Lets a stream in, until what it is let in for is taken away.
    pub fn enter(&self, grant: Grant) -> Stay {
        self.live.enter(grant, || (self.kept(), self.house()))
    }

    /// Streams of this endpoint are open.
    pub fn is_connected(&self, endpoint: &str) -> bool {
        self.live.is_connected(endpoint)
    }

    pub fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes an owner with this password, or gives the owner of this name another one, while Rosie does not run: for whoever forgot it
/// and may write to the data folder. Everybody else stays. Says whether there was somebody of this name.
///
/// # Errors
/// What is wrong with the name, the password or the file.
pub fn reset_owner(folder: &Path, name: &str, password: &str) -> Result<bool, ResetError> {
    let book = Book::open(Some(folder))?;
    let reset = || {
        password::check(password)?;
        let hashed = password::hash(password)?;
        book.change(|kept| match kept.person(name.trim()).is_some() {
            true => kept
                .change_person(name.trim(), Some(Role::Owner), Some(hashed))
                .map(|_| true),
            false => kept
                .add_person(name, Role::Owner, hashed, crate::clock::now())
                .map(|_| false),
        })
    };
    reset().map_err(|fault: Fault| ResetError::Fault(fault.to_string()))
}

/// Why no owner could be made.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    #[error(transparent)]
    File(#[from] AccessError),
    #[error("{0}")]
    Fault(String),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn who_forgot_the_password_makes_another_at_the_machine() {
        let home = tempfile::tempdir().unwrap();
        assert!(!reset_owner(home.path(), "Ada", "open sesame").unwrap());
        let first = Book::open(Some(home.path())).unwrap().now().people[0].clone();
        assert!(reset_owner(home.path(), " ada ", "open barley").unwrap());
        let now = Book::open(Some(home.path())).unwrap().now();
        assert_eq!((now.people.len(), now.people[0].role), (1, Role::Owner));
        assert_ne!(now.people[0].password, first.password);
        for (name, password) in [("Ada", "short"), ("a:b", "open sesame")] {
            assert!(matches!(
                reset_owner(home.path(), name, password),
                Err(ResetError::Fault(_))
            ));
        }
    }
}
