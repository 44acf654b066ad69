//! Does what must be done some time: deletes what is older than the retention period, makes the file anew after
//! deletions once it is quiet, and tells of documents whose reading was cut off by a restart.

use crate::{
    MemoryError,
    memory::Shared,
    store::{
        documents,
        ids::{self, Id},
        records,
    },
};
use rosie_core::memory::{DocumentRecord, DocumentState, MessageRecord};
use std::{
    collections::HashSet,
    sync::{Condvar, Mutex, PoisonError, Weak},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(15);
const PURGE_EVERY: Duration = Duration::from_secs(3600);
/// After the last deletion or request, before the file is made anew.
const QUIET: Duration = Duration::from_secs(45);
/// Messages deleted in one commit.
const BATCH: usize = 2000;
const DAY_MS: u64 = 86_400_000;
/// 2024: a clock before that has not been set yet, and deletes nothing.
const PLAUSIBLE_MS: u64 = 1_704_067_200_000;

/// Its bell, rung where there is something to do.
#[derive(Default)]
pub(crate) struct Caretaker {
    state: Mutex<State>,
    bell: Condvar,
}

struct State {
    ended: bool,
    rung: bool,
    /// When something was deleted last, or Rosie was started.
    erased: Instant,
}

impl Default for State {
    fn default() -> Self {
        Self {
            ended: false,
            rung: false,
            erased: Instant::now(),
        }
    }
}

impl Caretaker {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wake(&self) {
        self.state().rung = true;
        self.bell.notify_all();
    }

    pub(crate) fn erased(&self) {
        self.state().erased = Instant::now();
    }

    pub(crate) fn end(&self) {
        self.state().ended = true;
        self.bell.notify_all();
    }

    /// False at the end.
    fn wait(&self) -> bool {
        let idle = |state: &mut State| !state.ended && !state.rung;
        let waited = self.bell.wait_timeout_while(self.state(), LOOK_EVERY, idle);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.rung = false;
        !state.ended
    }

    fn is_quiet(&self) -> bool {
        self.state().erased.elapsed() >= QUIET
    }
}

/// Its life. Ends with the memory.
pub(crate) fn run(shared: &Weak<Shared>) {
    let mut purged: Option<(Instant, Option<u32>)> = None;
    let mut greeted = false;
    loop {
        // Held only while it works, so that the memory can end.
        let Some(memory) = shared.upgrade() else { return };
        let days = memory.settings().retention_days;
        greeted = greeted || said(interrupted(&memory));
        if purged.is_none_or(|(at, then)| at.elapsed() >= PURGE_EVERY || then != days) && said(purge(&memory)) {
            purged = Some((Instant::now(), days));
        }
        if memory.caretaker.is_quiet() {
            said(rewrite(&memory).map(drop));
        }
        let caretaker = memory.caretaker.clone();
        drop(memory);
        if !caretaker.wait() {
            return;
        }
    }
}

fn said(done: Result<(), MemoryError>) -> bool {
    if let Err(error) = &done {
        tracing::debug!(%error, "the memory's housekeeping waits");
    }
    done.is_ok()
}

/// Deletes messages older than the retention period.
pub(crate) fn purge(shared: &Shared) -> Result<(), MemoryError> {
    let Some(days) = shared.settings().retention_days else {
        return Ok(());
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |t| t.as_millis() as u64);
    if now < PLAUSIBLE_MS {
        return Ok(());
    }
    let span = ids::span(None, Some(now.saturating_sub(u64::from(days) * DAY_MS)));
    loop {
        let old: HashSet<Id> = shared.store.read(|transaction| {
            let mut old = HashSet::new();
            records::scan(transaction, span.clone(), false, |id, _: MessageRecord| {
                old.insert(id);
                Ok(old.len() < BATCH)
            })?;
            Ok(old)
        })?;
        if old.is_empty() {
            return Ok(());
        }
        let count = old.len();
        let write = shared
            .writer
            .submit(move |transaction, changes| crate::memory::remove_messages(transaction, &old, false, changes));
        write.wait()?;
        tracing::info!(count, days, "messages older than the retention period were deleted");
    }
}

/// Makes the file anew where something was deleted since. True where it did.
pub(crate) fn rewrite(shared: &Shared) -> Result<bool, MemoryError> {
    let start = Instant::now();
    let done = shared.store.rewrite()?;
    if done {
        shared.keeper.index.erased();
        let bytes = shared.store.bytes_on_disk();
        let duration_ms = start.elapsed().as_millis() as u64;
        tracing::info!(bytes, duration_ms, "what was deleted is gone from the file");
    }
    Ok(done)
}

/// What was being read when Rosie stopped will not be: the file is not here any more.
fn interrupted(shared: &Shared) -> Result<(), MemoryError> {
    let mut cut_off = Vec::new();
    shared.store.read(|transaction| {
        records::scan(transaction, 0..Id::MAX, false, |id, document: DocumentRecord| {
            if document.state == DocumentState::Parsing && document.unix_ms < shared.started_unix_ms {
                cut_off.push(id);
            }
            Ok(true)
        })
    })?;
    if cut_off.is_empty() {
        return Ok(());
    }
    let write = shared.writer.submit(move |transaction, _| {
        let reason = "Rosie was restarted while reading it; upload it again".to_owned();
        cut_off.iter().try_for_each(|id| {
            let state = DocumentState::Failed { reason: reason.clone() };
            documents::set_state(transaction, *id, state)
        })
    });
    write.wait()
}
