//! The task that runs the timers: everything that happens to them passes through it, one after the other, and is in
//! the store before anyone is told.

use super::{
    Now, TimerEvent, TimerSink, TimerView,
    book::{Book, Change},
};
use crate::{Clock, HubError};
use jiff::tz::TimeZone;
use rosie_core::{
    EndpointId, ErrorCode, Failure, RoomId, ToolOutcome, ToolResult,
    store::{TimerRecord, TimerState, TimerStore},
};
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How timers ring, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerSettings {
    /// From one ring to the next.
    pub ring_every: Duration,
    /// After this a timer that nobody stops gives up.
    pub ring_for: Duration,
    pub limit: usize,
}

impl Default for TimerSettings {
    fn default() -> Self {
        Self {
            ring_every: Duration::from_secs(10),
            ring_for: Duration::from_secs(300),
            limit: 50,
        }
    }
}

/// The wall clock is looked at this often, to notice that it was set; and what could not be stored or loaded is tried again.
const CLOCK_CHECK: Duration = Duration::from_secs(10);
/// The wall clock was set when it left the monotonic one by more than this.
const JUMP_MS: i64 = 1500;
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(&mut Book, Now) -> Answer + Send>;
/// Tells the caller; run after the store was written.
type Answer = Box<dyn FnOnce() + Send>;

/// A handle to the timers. Cheap to clone.
#[derive(Clone)]
pub struct Timers {
    jobs: mpsc::Sender<Job>,
    seen: watch::Receiver<Vec<TimerRecord>>,
    loaded: Arc<AtomicBool>,
}

impl Timers {
    /// Loads what is stored, rings at once what ended while the daemon was down, and runs until `cancel` (or until every handle is
    /// gone).
    ///
    /// `sink` hears each ring and each stop. Timers that cannot be loaded (logged) leave Rosie with none, not dead, and are
    /// taken over when they can.
    pub fn start(
        store: Arc<dyn TimerStore>,
        clock: Arc<dyn Clock>,
        settings: TimerSettings,
        sink: TimerSink,
        tracker: &TaskTracker,
        cancel: CancellationToken,
    ) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let (show, seen) = watch::channel(Vec::new());
        let book = Book::new(
            settings.limit,
            settings.ring_every.as_millis() as u64,
            settings.ring_for.as_millis() as u64,
        );
        let loaded = Arc::new(AtomicBool::new(false));
        let task = Task {
            store,
            clock,
            sink,
            book,
            show,
            offset_ms: 0,
            loaded: loaded.clone(),
        };
        tracker.spawn(task.run(queue, cancel));
        Self { jobs, seen, loaded }
    }

    /// An answer that there is none is believed only when what is stored could be read.
    pub(crate) fn surely(&self, outcome: ToolOutcome) -> ToolOutcome {
        let none = |result: &ToolResult| {
            let key = result.response.rsplit('/').next().unwrap_or_default();
            matches!(key, "none" | "no_timer" | "no_alarm")
        };
        match outcome {
            Ok(result) if none(&result) && !self.loaded.load(Ordering::Relaxed) => Err(Failure::new(
                ErrorCode::MemoryUnavailable,
                "what timers, alarms and reminders there are cannot be read yet",
            )),
            outcome => outcome,
        }
    }

    /// Stops what rings on `endpoint` or anywhere in `room`. Returns how many rang.
    pub async fn silence(&self, endpoint: &EndpointId, room: Option<&RoomId>) -> Result<usize, Failure> {
        let (endpoint, room) = (endpoint.clone(), room.cloned());
        self.with(move |book, now| book.silence(|record| is_there(record, &endpoint, room.as_ref()), now))
            .await
    }

    /// Somebody spoke in a room, in a turn that began then: what waits there is said. Returns at once.
    pub fn spoken_in(&self, room: &RoomId, turn_began_unix_ms: u64) {
        let waits = |record: &TimerRecord| matches!(record.state, TimerState::Waiting { .. }) && record.room == *room;
        if self.seen.borrow().iter().any(waits) {
            let room = room.clone();
            self.send(move |book, now| book.spoken_in(|record| record.room == room, turn_began_unix_ms, now));
        }
    }

    /// What was to be said once ([`RingingTimer::once`](super::RingingTimer)) was said to somebody. Returns at once.
    pub fn told(&self, id: u64) {
        self.send(move |book, now| book.told(id, now));
    }

    /// What came of a command that was due; `failed`: why it did not work, in words. Returns at once.
    pub(crate) fn done(&self, id: u64, failed: Option<String>) {
        self.send(move |book, now| book.done(id, failed, now));
    }

    /// What comes again comes at its times of day there. Returns at once.
    pub(crate) fn keep_time_of(&self, zone: TimeZone) {
        self.send(move |book, now| book.set_zone(zone, now));
    }

    fn send(&self, work: impl FnOnce(&mut Book, Now) + Send + 'static) {
        let job: Job = Box::new(move |book, now| {
            work(book, now);
            Box::new(|| {})
        });
        if self.jobs.try_send(job).is_err() {
            tracing::warn!("the timers are too busy, or ended: something they should have heard is lost");
        }
    }

    /// The timers as last stored, for status and for names; unsorted, without a wait.
    pub fn records(&self) -> Vec<TimerRecord> {
        self.seen.borrow().clone()
    }

    /// Runs `work` on the task. When this returns, what `work` changed is on the disk (or could not be written, which
    /// is logged and tried again), whether or not the caller still waits.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Book, Now) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |book, now| {
            let value = work(book, now);
            Box::new(move || {
                // The caller may have gone; what was done stays done.
                let _ = answer.send(value);
            })
        });
        self.jobs.send(job).await.map_err(|_| HubError::TimersStopped)?;
        Ok(answered.await.map_err(|_| HubError::TimersStopped)?)
    }

    /// All timers, soonest first.
    pub(crate) async fn views(&self) -> Result<Vec<TimerView>, Failure> {
        self.with(|book, now| book.views(now)).await
    }
}

/// Whether a timer rings at an endpoint, or elsewhere in its room.
pub(crate) fn is_there(record: &TimerRecord, endpoint: &EndpointId, room: Option<&RoomId>) -> bool {
    record.endpoint == *endpoint || room == Some(&record.room)
}

struct Task {
    store: Arc<dyn TimerStore>,
    clock: Arc<dyn Clock>,
    sink: TimerSink,
    book: Book,
    show: watch::Sender<Vec<TimerRecord>>,
    /// Wall clock minus monotonic clock.
    offset_ms: i64,
    /// What is in the store is in the book.
    loaded: Arc<AtomicBool>,
}

impl Task {
    async fn run(mut self, mut queue: mpsc::Receiver<Job>, cancel: CancellationToken) {
        self.offset_ms = self.offset();
        self.load().await;
        loop {
            self.work(Book::advance);
            self.save().await;
            for record in self.work(Book::take_due).unwrap_or_default() {
                self.tell(TimerEvent::Due(record));
            }
            let mut answer = None;
            tokio::select! {
                biased;
                () = cancel.cancelled() => break,
                job = queue.recv() => {
                    let Some(job) = job else { break };
                    self.notice_jump();
                    answer = self.work(job);
                }
                () = self.sleep() => {
                    self.notice_jump();
                    if !self.loaded.load(Ordering::Relaxed) {
                        self.load().await;
                    }
                }
            }
            if let Some(answer) = answer {
                self.save().await;
                answer();
            }
        }
        self.save().await;
    }

    fn now(&self) -> Now {
        Now {
            mono_ms: self.clock.monotonic_ms(),
            unix_ms: self.clock.unix_ms(),
        }
    }

    fn offset(&self) -> i64 {
        let now = self.now();
        now.unix_ms as i64 - now.mono_ms as i64
    }

    async fn sleep(&self) {
        let until = self
            .book
            .next_wake()
            .map(|at| Duration::from_millis(at.saturating_sub(self.clock.monotonic_ms())));
        let longest = if self.book.is_idle() && self.loaded.load(Ordering::Relaxed) {
            Duration::from_secs(3600)
        } else {
            CLOCK_CHECK
        };
        tokio::time::sleep(until.unwrap_or(longest).min(longest)).await;
    }

    fn notice_jump(&mut self) {
        let offset = self.offset();
        let by = offset.saturating_sub(self.offset_ms);
        if by.abs() > JUMP_MS {
            tracing::info!(by_ms = by, "the wall clock was set; timers go on");
            self.offset_ms = offset;
            self.work(Book::clock_jumped);
        }
    }

    /// Runs `work` on the book and tells the sink. A panic is caught: the timers that were stored go on.
    fn work<T>(&mut self, work: impl FnOnce(&mut Book, Now) -> T) -> Option<T> {
        let now = self.now();
        let done = catch_unwind(AssertUnwindSafe(|| {
            let value = work(&mut self.book, now);
            for event in self.book.take_events() {
                self.tell(event);
            }
            value
        }));
        done.inspect_err(|_| tracing::error!("a piece of work on the timers panicked"))
            .ok()
    }

    fn tell(&self, event: TimerEvent) {
        match &event {
            // It is tried until somebody is there: once in the log is enough.
            TimerEvent::Ringing(timer) if timer.once && timer.times > 1 => {}
            TimerEvent::Ringing(timer) => {
                tracing::info!(id = timer.id, endpoint = %timer.endpoint, times = timer.times, late_ms = timer.late_ms, "timer rings");
            }
            TimerEvent::Due(record) => tracing::info!(id = record.id, "a planned command is due"),
            TimerEvent::Counts { .. } => {}
            TimerEvent::Stopped { id, gave_up, .. } => tracing::info!(id, gave_up, "timer stopped"),
        }
        (self.sink)(event);
    }

    async fn load(&mut self) {
        let store = self.store.clone();
        let loaded = tokio::task::spawn_blocking(move || store.load_timers()).await;
        let now = self.now();
        match loaded {
            Ok(Ok(records)) => {
                self.book.restore(records, now);
                self.loaded.store(true, Ordering::Relaxed);
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "stored timers cannot be loaded yet");
                // Not to write over those that are there.
                self.book.number_from(now.unix_ms);
            }
            Err(error) => tracing::error!(%error, "loading the timers broke down"),
        }
        self.show();
    }

    /// Writes what changed; keeps what cannot be written for the next time.
    async fn save(&mut self) {
        let changes = self.book.take_changes();
        if changes.is_empty() {
            return;
        }
        let store = self.store.clone();
        let kept = changes.clone();
        let unsaved = match tokio::task::spawn_blocking(move || write(store.as_ref(), changes)).await {
            Ok(unsaved) => unsaved,
            Err(error) => {
                tracing::error!(%error, "storing timers broke down");
                kept
            }
        };
        self.book.give_back(unsaved);
        self.show();
    }

    fn show(&self) {
        let records = self
            .book
            .views(self.now())
            .into_iter()
            .map(|view| view.record)
            .collect();
        self.show.send_replace(records);
    }
}

/// Returns what could not be written.
fn write(store: &dyn TimerStore, changes: BTreeMap<u64, Change>) -> BTreeMap<u64, Change> {
    let mut unsaved = BTreeMap::new();
    for (id, change) in changes {
        let done = match &change {
            Change::Put(record) => store.put_timer(record),
            Change::Delete => store.delete_timer(id),
        };
        if let Err(error) = done {
            tracing::warn!(id, %error, "a timer cannot be stored; it runs, and storing is tried again");
            unsaved.insert(id, change);
        }
    }
    unsaved
}
