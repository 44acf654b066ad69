//! Rooms on loan to somebody else's pipeline: which they are, who has them, and whose turn is under way in each. The turn itself
//! is in `lent_turn`.

use super::{Message, Sessions};
use rosie_core::{
    ErrorCode, Failure, RoomId, SessionId,
    lending::{BorrowerSink, FromBorrower, LentRoom, ToBorrower},
};
use rosie_hub::{RingingTimer, household::Reach};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak},
};
use tokio::sync::mpsc;

/// All rooms on loan.
#[derive(Default)]
pub struct Lent(RwLock<HashMap<RoomId, Arc<Loan>>>);

/// One room on loan.
pub struct Loan {
    pub(super) sink: BorrowerSink,
    /// Whose turn is under way in it.
    taken: Mutex<Option<(SessionId, mpsc::Sender<Message>)>>,
}

impl Lent {
    pub(super) fn of(&self, room: &RoomId) -> Option<Arc<Loan>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(room).cloned()
    }

    fn put(&self, room: RoomId, loan: Arc<Loan>) {
        let before = self
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(room, loan);
        if let Some(before) = before {
            before.lost();
        }
    }

    /// Unless somebody else has it by now.
    fn take_back(&self, room: &RoomId, loan: &Arc<Loan>) {
        let mut rooms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if rooms.get(room).is_some_and(|held| Arc::ptr_eq(held, loan)) {
            rooms.remove(room);
        }
    }
}

impl Loan {
    pub(super) fn taken(&self) -> MutexGuard<'_, Option<(SessionId, mpsc::Sender<Message>)>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To the session whose turn is under way. A full queue is far behind; the turn's deadline speaks then.
    fn pass_on(&self, what: FromBorrower) {
        if let Some((_, messages)) = &*self.taken() {
            let _ = messages.try_send(Message::Borrower(what));
        }
    }

    fn lost(&self) {
        self.pass_on(FromBorrower::Failed {
            code: ErrorCode::HomeUnavailable,
            detail: "the pipeline that this room is lent to went away".to_owned(),
        });
    }
}

/// The borrower's hold on its room.
pub struct Borrowed {
    sessions: Weak<Sessions>,
    room: RoomId,
    loan: Arc<Loan>,
}

impl Sessions {
    pub fn lend(self: &Arc<Self>, room: RoomId, sink: BorrowerSink) -> Result<Box<dyn LentRoom>, Failure> {
        if !self.house.config().rooms.iter().any(|known| known.id == room.0) {
            return Err(Failure::new(
                ErrorCode::BadRequest,
                format!("there is no room \"{room}\""),
            ));
        }
        let loan = Arc::new(Loan {
            sink,
            taken: Mutex::default(),
        });
        self.house.lent.put(room.clone(), loan.clone());
        Ok(Box::new(Borrowed {
            sessions: Arc::downgrade(self),
            room,
            loan,
        }))
    }
}

impl LentRoom for Borrowed {
    fn tell(&self, what: FromBorrower) {
        let Some(sessions) = self.sessions.upgrade() else {
            return;
        };
        let here = Reach::Room(self.room.clone());
        match what {
            FromBorrower::Announce(sound) => {
                if sessions.sound(&here, &Arc::new(sound)) == 0 {
                    // Nobody is there, or nobody to be disturbed.
                    (self.loan.sink)(ToBorrower::Played);
                }
            }
            FromBorrower::Listen => {
                sessions.listen(&here);
            }
            FromBorrower::Mute(on) => {
                let endpoints = sessions.seats().into_iter().filter(|seat| seat.room == self.room);
                for seat in endpoints {
                    sessions.set_muted(&seat.endpoint, on);
                }
            }
            FromBorrower::TimerFinished { name, total_seconds } => {
                let language = sessions.house.languages().into_iter().next().unwrap_or_default();
                let done = RingingTimer::elsewhere(name, total_seconds, self.room.clone(), language);
                let sentence = sessions.house.dialog();
                let sentence = sentence.announcement(RingingTimer::INTENT, &done.result(), &done.language);
                sessions.announce(&done.endpoint, &self.room, &sentence, None);
            }
            turn => self.loan.pass_on(turn),
        }
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(sessions) = self.sessions.upgrade() {
            sessions.house.lent.take_back(&self.room, &self.loan);
        }
        self.loan.lost();
    }
}
