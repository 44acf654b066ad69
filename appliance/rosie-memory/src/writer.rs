//! The one thread that writes what is remembered. Whoever waits while a commit is under way shares the next one: one
//! transaction and one fsync for all of them, so that a busy house does not wear out its card.
//!
//! What cannot be written because of the disk, and may be written later (an exchange, a fact), waits here, bounded,
//! and is found meanwhile; whoever asked was told that it is not safe yet.

use crate::{
    MemoryError, Store,
    facts::Candidate,
    memory::settings,
    riders::Riders,
    schema::META,
    store::{DUE, Refusal, WriteTransaction, facts, facts::Said, items, items::Changes, records},
};
use futures_channel::oneshot;
use rosie_core::memory::{FactRecord, MessageRecord};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    time::Duration,
};

/// Jobs that may wait; more are told that the memory is busy.
const QUEUE: usize = 256;
/// Jobs that share a commit at most.
const GROUP: usize = 64;
/// How often what waits for the disk is tried.
const RETRY_EVERY: Duration = Duration::from_secs(10);
/// What waits for the disk at most; the oldest is dropped, and that is logged.
pub const MAX_UNSAVED: usize = 512;

/// What is kept for later where the disk fails.
#[derive(Debug, Clone)]
pub(crate) struct Keep {
    pub messages: Vec<MessageRecord>,
    pub facts: Vec<Candidate>,
    pub said: Said,
    /// What was asked to be remembered since it was said is from its message.
    pub asked_to_remember: bool,
}

/// Hears of each commit, on the writer's thread. Must not block.
pub(crate) type Observer = Box<dyn Fn(Changes) + Send>;

trait Task: Send {
    fn apply(&mut self, transaction: &WriteTransaction, changes: &mut Changes) -> Result<(), Refusal>;
    fn finish(&mut self, outcome: Result<(), MemoryError>);
    fn keep(&self) -> Option<Keep> {
        None
    }
}

struct Typed<T, F> {
    work: F,
    value: Option<T>,
    reply: Option<oneshot::Sender<Result<T, MemoryError>>>,
    keep: Option<Keep>,
}

impl<T, F> Task for Typed<T, F>
where
    T: Send,
    F: FnMut(&WriteTransaction, &mut Changes) -> Result<T, Refusal> + Send,
{
    fn apply(&mut self, transaction: &WriteTransaction, changes: &mut Changes) -> Result<(), Refusal> {
        self.value = Some((self.work)(transaction, changes)?);
        Ok(())
    }

    fn finish(&mut self, outcome: Result<(), MemoryError>) {
        let value = self.value.take();
        if let Some(reply) = self.reply.take() {
            // Nobody may be waiting any more.
            let _ = reply.send(outcome.and_then(|()| value.ok_or(MemoryError::Ended)));
        }
    }

    fn keep(&self) -> Option<Keep> {
        self.keep.clone()
    }
}

/// An answer on its way; [`wait`](Self::wait) blocks, awaiting it does not.
pub(crate) struct Pending<T>(oneshot::Receiver<Result<T, MemoryError>>);

impl<T> Pending<T> {
    pub(crate) fn refused(error: MemoryError) -> Self {
        let (reply, pending) = oneshot::channel();
        let _ = reply.send(Err(error));
        Self(pending)
    }

    pub(crate) fn of(pending: oneshot::Receiver<Result<T, MemoryError>>) -> Self {
        Self(pending)
    }

    pub(crate) async fn done(self) -> Result<T, MemoryError> {
        self.0.await.unwrap_or(Err(MemoryError::Ended))
    }

    /// For threads of the memory's own. Polls with a waker that unparks this thread.
    pub(crate) fn wait(self) -> Result<T, MemoryError> {
        crate::lane::block_on(self.done())
    }
}

/// Shared with the readers: what is not on the disk yet.
pub(crate) type Unsaved = Arc<Mutex<VecDeque<Keep>>>;

pub(crate) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Task>>>>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
    unsaved: Unsaved,
}

impl Writer {
    pub(crate) fn start(store: Arc<Store>, riders: Arc<Riders>, observer: Observer) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE);
        let unsaved = Unsaved::default();
        let work = Work {
            store,
            riders,
            observer,
            unsaved: unsaved.clone(),
        };
        let thread = std::thread::Builder::new()
            .name("memory-writer".to_owned())
            .spawn(move || work.run(&jobs))?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            unsaved,
        })
    }

    pub(crate) fn unsaved(&self) -> MutexGuard<'_, VecDeque<Keep>> {
        lock(&self.unsaved)
    }

    /// In one durable transaction, with others. `work` may run again where it shared one with something that failed.
    pub(crate) fn submit<T: Send + 'static>(
        &self,
        work: impl FnMut(&WriteTransaction, &mut Changes) -> Result<T, Refusal> + Send + 'static,
    ) -> Pending<T> {
        self.enqueue(None, work)
    }

    /// Messages and facts that are worth keeping in memory while the disk fails.
    pub(crate) fn keep(&self, keep: Keep) -> Pending<Vec<FactRecord>> {
        let work = keep.clone();
        self.enqueue(Some(keep), move |transaction, changes| work.write(transaction, changes))
    }

    fn enqueue<T: Send + 'static>(
        &self,
        keep: Option<Keep>,
        work: impl FnMut(&WriteTransaction, &mut Changes) -> Result<T, Refusal> + Send + 'static,
    ) -> Pending<T> {
        let (reply, pending) = oneshot::channel();
        let task = Typed {
            work,
            value: None,
            reply: Some(reply),
            keep,
        };
        let queue = lock(&self.queue);
        let Some(queue) = queue.as_ref() else {
            return Pending::refused(MemoryError::Ended);
        };
        match queue.try_send(Box::new(task)) {
            Ok(()) => Pending(pending),
            Err(TrySendError::Full(_)) => Pending::refused(MemoryError::Busy),
            Err(TrySendError::Disconnected(_)) => Pending::refused(MemoryError::Ended),
        }
    }

    /// Writes what waits and ends. Blocking.
    pub(crate) fn end(&self) {
        lock(&self.queue).take();
        if let Some(thread) = lock(&self.thread).take() {
            // A panic of the thread has been answered already: its jobs got `Ended`.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.end();
    }
}

impl Keep {
    fn write(&self, transaction: &WriteTransaction, changes: &mut Changes) -> Result<Vec<FactRecord>, Refusal> {
        for message in &self.messages {
            let id = records::put(transaction, message)?;
            changes.added.push(items::of_message(id, message));
        }
        if self.asked_to_remember {
            facts::adopt(transaction, &self.said)?;
        }
        facts::keep(transaction, &self.facts, &self.said, changes)
    }
}

struct Work {
    store: Arc<Store>,
    riders: Arc<Riders>,
    observer: Observer,
    unsaved: Unsaved,
}

impl Work {
    fn run(self, jobs: &Receiver<Box<dyn Task>>) {
        loop {
            match jobs.recv_timeout(RETRY_EVERY) {
                Ok(first) => {
                    let mut group = vec![first];
                    group.extend(jobs.try_iter().take(GROUP - 1));
                    self.write(group);
                }
                Err(RecvTimeoutError::Timeout) => self.save_unsaved(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.save_unsaved();
    }

    fn write(&self, mut group: Vec<Box<dyn Task>>) {
        self.save_unsaved();
        match self.commit(&mut group) {
            Ok(()) => group.iter_mut().for_each(|task| task.finish(Ok(()))),
            Err(_) if group.len() > 1 => {
                // One of them is to blame: each alone, so that it takes nobody with it.
                for task in group {
                    self.write_alone(task);
                }
            }
            Err(error) => group.into_iter().for_each(|task| self.failed(task, error.clone())),
        }
    }

    fn write_alone(&self, task: Box<dyn Task>) {
        let mut alone = [task];
        match self.commit(&mut alone) {
            Ok(()) => alone.iter_mut().for_each(|task| task.finish(Ok(()))),
            Err(error) => alone.into_iter().for_each(|task| self.failed(task, error.clone())),
        }
    }

    fn failed(&self, mut task: Box<dyn Task>, error: MemoryError) {
        if error.is_of_the_disk()
            && let Some(keep) = task.keep()
        {
            let mut unsaved = lock(&self.unsaved);
            if unsaved.len() >= MAX_UNSAVED {
                unsaved.pop_front();
                tracing::error!("the disk does not work for long: the oldest of what is not saved is dropped");
            }
            unsaved.push_back(keep);
        }
        task.finish(Err(error));
    }

    fn commit(&self, group: &mut [Box<dyn Task>]) -> Result<(), MemoryError> {
        let mut changes = Changes::default();
        let riders = self.riders.take();
        let written = self.store.write(|transaction| {
            group
                .iter_mut()
                .try_for_each(|task| task.apply(transaction, &mut changes))?;
            if changes.erased {
                transaction.open_table(META)?.insert(DUE, 1)?;
            }
            riders.write(transaction, &changes)
        });
        if let Err(error) = written {
            self.riders.give_back(riders);
            return Err(error);
        }
        if !changes.is_empty() {
            (self.observer)(changes);
        }
        Ok(())
    }

    /// Tries to write what waits for the disk, oldest first, in one commit.
    fn save_unsaved(&self) {
        // Held until they are written: what is forgotten meanwhile must not be saved after all.
        let mut waiting = lock(&self.unsaved);
        if waiting.is_empty() {
            return;
        }
        let mut changes = Changes::default();
        let written = self.store.write(|transaction| {
            // Read anew: when they were said, the file may not have been there to tell which rooms are silent.
            let silent = settings::silent_rooms(transaction)?;
            let allowed = |keep: &&Keep| keep.said.room.as_ref().is_none_or(|room| !silent.contains(room));
            waiting
                .iter()
                .filter(allowed)
                .try_for_each(|keep| keep.write(transaction, &mut changes).map(drop))
        });
        match written {
            Ok(()) => {
                tracing::info!(count = waiting.len(), "the disk works again: what waited is saved");
                waiting.clear();
                (self.observer)(changes);
            }
            Err(error) => tracing::warn!(%error, waiting = waiting.len(), "not saved yet"),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
