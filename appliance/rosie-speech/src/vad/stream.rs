//! One endpoint's audio on its way to the VAD thread: a bounded ring that drops the oldest samples.

use super::silero::FRAME;
use crate::worker::{Job, Next, Source};
use rosie_core::Failure;
use rosie_core::engine::{VadEvent, VadSink};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// All streams of an engine. The thread takes one frame at a time, from the stream that was served longest ago.
pub struct Streams {
    inner: Mutex<Inner>,
    ready: Condvar,
    /// Samples a stream may have waiting.
    limit: usize,
}

#[derive(Default)]
struct Inner {
    streams: BTreeMap<u64, Ring>,
    /// Streams with a whole frame waiting, in the order of service.
    turn: VecDeque<u64>,
    next_id: u64,
    dropped_frames: u64,
    closed: bool,
}

struct Ring {
    samples: VecDeque<f32>,
    /// Position of `samples[0]`, in samples pushed since the stream was opened.
    start: u64,
    /// Counts resets, so that the thread forgets its state of this stream.
    epoch: u64,
    dropped_frames: u64,
    sink: Sink,
    queued: bool,
}

/// Where a stream's events go; empty once the stream has failed.
type Sink = Arc<Mutex<Option<VadSink>>>;

/// One frame of one stream.
pub struct FrameJob {
    pub stream: u64,
    pub epoch: u64,
    pub samples: Vec<f32>,
    pub end_sample: u64,
    sink: Sink,
    answered: bool,
}

impl FrameJob {
    pub fn answer(&mut self, event: VadEvent) {
        self.answered = true;
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let dead = matches!(event, VadEvent::Failed(_));
        if let Some(tell) = sink.as_mut() {
            tell(event);
        }
        if dead {
            *sink = None;
        }
    }
}

impl Job for FrameJob {
    fn fail(mut self, failure: Failure) {
        if !self.answered {
            self.answer(VadEvent::Failed(failure));
        }
    }
}

impl Streams {
    pub fn new(limit: usize) -> Self {
        Self {
            inner: Mutex::default(),
            ready: Condvar::new(),
            limit: limit.max(FRAME),
        }
    }

    /// A new stream's id; `None` once closed.
    pub fn open(&self, sink: VadSink) -> Option<u64> {
        let mut inner = self.lock();
        if inner.closed {
            return None;
        }
        inner.next_id += 1;
        let id = inner.next_id;
        let sink = Arc::new(Mutex::new(Some(sink)));
        inner.streams.insert(
            id,
            Ring {
                samples: VecDeque::new(),
                start: 0,
                epoch: 0,
                dropped_frames: 0,
                sink,
                queued: false,
            },
        );
        Some(id)
    }

    pub fn remove(&self, id: u64) {
        self.lock().streams.remove(&id);
    }

    pub fn push(&self, id: u64, samples: impl ExactSizeIterator<Item = f32>) {
        let mut guard = self.lock();
        let inner = &mut *guard;
        let Some(ring) = inner.streams.get_mut(&id) else { return };
        ring.samples.extend(samples);
        if ring.samples.len() > self.limit {
            // Whole frames, so that what remains stays aligned with what was heard.
            let excess = (ring.samples.len() - self.limit).div_ceil(FRAME) * FRAME;
            ring.samples.drain(..excess.min(ring.samples.len()));
            ring.start += excess as u64;
            ring.dropped_frames += (excess / FRAME) as u64;
            inner.dropped_frames += (excess / FRAME) as u64;
        }
        if ring.samples.len() >= FRAME && !ring.queued {
            ring.queued = true;
            inner.turn.push_back(id);
            self.ready.notify_one();
        }
    }

    pub fn reset(&self, id: u64) {
        if let Some(ring) = self.lock().streams.get_mut(&id) {
            ring.start += ring.samples.len() as u64;
            ring.samples.clear();
            ring.epoch += 1;
        }
    }

    /// Whether a stream is still open: its model state can go when it is not.
    pub fn is_open(&self, id: u64) -> bool {
        self.lock().streams.contains_key(&id)
    }

    /// Frames of this stream dropped since it was opened.
    pub fn dropped(&self, id: u64) -> u64 {
        self.lock().streams.get(&id).map_or(0, |ring| ring.dropped_frames)
    }

    /// Frames waiting over all streams, and frames dropped since the start.
    pub fn load(&self) -> (usize, u64) {
        let inner = self.lock();
        (
            inner.streams.values().map(|ring| ring.samples.len() / FRAME).sum(),
            inner.dropped_frames,
        )
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn take(&mut self) -> Option<FrameJob> {
        while let Some(id) = self.turn.pop_front() {
            let Some(ring) = self.streams.get_mut(&id) else {
                continue;
            };
            ring.queued = false;
            if ring.samples.len() < FRAME {
                continue;
            }
            let samples: Vec<f32> = ring.samples.drain(..FRAME).collect();
            ring.start += FRAME as u64;
            let job = FrameJob {
                stream: id,
                epoch: ring.epoch,
                samples,
                end_sample: ring.start,
                sink: ring.sink.clone(),
                answered: false,
            };
            if ring.samples.len() >= FRAME {
                ring.queued = true;
                self.turn.push_back(id);
            }
            return Some(job);
        }
        None
    }
}

impl Source for Streams {
    type Job = FrameJob;

    fn next(&self, wait: Duration) -> Next<FrameJob> {
        let until = Instant::now() + wait;
        let mut inner = self.lock();
        loop {
            if inner.closed {
                return Next::Closed;
            }
            if let Some(job) = inner.take() {
                return Next::Job(job);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Next::Idle;
            }
            inner = self
                .ready
                .wait_timeout(inner, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn close(&self) {
        let streams = {
            let mut inner = self.lock();
            inner.closed = true;
            std::mem::take(&mut inner.streams)
        };
        self.ready.notify_all();
        drop(streams);
    }
}
