//! How far somebody is who lets their voice be learnt: a name, then three sentences. One an endpoint, and forgotten after a
//! while: what is said next there is taken for the sentence, whatever it is.

use crate::Clock;
use rosie_core::{
    EndpointId, UserId,
    speakers::{VoiceHeard, VoicePrint},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// From the question's words (which read a sentence out) to the end of the answer's.
const OPEN_MS: u64 = 45_000;
pub(super) const SENTENCES: usize = 3;
/// A sentence with less speech is asked for again.
const SPEECH_MS: u64 = 1_500;
/// A sentence whose voice is less like those before it is somebody else's. One person's sentences of this length were at least
/// 0.63 like each other (docs/decisions/0086-who-speaks.md).
const LIKENESS: f32 = 0.6;
/// So many sentences may be asked for again.
const TRIES: u8 = 3;

pub(super) struct Enrolments {
    clock: Arc<dyn Clock>,
    open: Mutex<HashMap<EndpointId, Open>>,
}

struct Open {
    /// `None`: the name was asked for.
    person: Option<UserId>,
    prints: Vec<VoicePrint>,
    tries: u8,
    until_ms: u64,
}

/// What comes after a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Next {
    Sentence {
        number: usize,
    },
    Again {
        number: usize,
        why: Refused,
    },
    Learnt {
        person: UserId,
        print: VoicePrint,
    },
    GivenUp,
    /// Nothing was asked for, or it took too long.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    TooShort,
    SomebodyElse,
}

impl Enrolments {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            open: Mutex::default(),
        }
    }

    pub fn ask_name(&self, endpoint: &EndpointId) {
        self.set(endpoint, None);
    }

    pub fn begin(&self, endpoint: &EndpointId, person: UserId) {
        self.set(endpoint, Some(person));
    }

    fn set(&self, endpoint: &EndpointId, person: Option<UserId>) {
        let now = self.clock.monotonic_ms();
        let mut open = self.lock();
        open.retain(|_, open| open.until_ms > now);
        let anew = Open {
            person,
            prints: Vec::new(),
            tries: 0,
            until_ms: now + OPEN_MS,
        };
        open.insert(endpoint.clone(), anew);
    }

    pub fn is_open(&self, endpoint: &EndpointId) -> bool {
        let now = self.clock.monotonic_ms();
        self.lock().get(endpoint).is_some_and(|open| open.until_ms > now)
    }

    pub fn wants_name(&self, endpoint: &EndpointId) -> bool {
        self.is_open(endpoint) && self.lock().get(endpoint).is_some_and(|open| open.person.is_none())
    }

    pub fn forget(&self, endpoint: &EndpointId) {
        self.lock().remove(endpoint);
    }

    /// The voice of what was said; `None` where there was none.
    pub fn hear(&self, endpoint: &EndpointId, heard: Option<VoiceHeard>) -> Next {
        let now = self.clock.monotonic_ms();
        let mut all = self.lock();
        let Some(open) = all.get_mut(endpoint).filter(|open| open.until_ms > now) else {
            return Next::Nothing;
        };
        open.until_ms = now + OPEN_MS;
        let long = heard.filter(|heard| heard.speech_ms >= SPEECH_MS);
        let alike = |heard: &VoiceHeard| {
            VoicePrint::mean(&open.prints).is_none_or(|mean| mean.likeness(&heard.print) >= LIKENESS)
        };
        let refused = match &long {
            None => Some(Refused::TooShort),
            Some(heard) if !alike(heard) => Some(Refused::SomebodyElse),
            Some(_) => None,
        };
        if let Some(why) = refused {
            open.tries += 1;
            let number = open.prints.len() + 1;
            if open.tries < TRIES {
                return Next::Again { number, why };
            }
            all.remove(endpoint);
            return Next::GivenUp;
        }
        open.prints.extend(long.map(|heard| heard.print));
        if open.prints.len() < SENTENCES {
            return Next::Sentence {
                number: open.prints.len() + 1,
            };
        }
        let done = all.remove(endpoint);
        let learnt = done.and_then(|open| Some((open.person?, VoicePrint::mean(&open.prints)?)));
        learnt.map_or(Next::Nothing, |(person, print)| Next::Learnt { person, print })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EndpointId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
