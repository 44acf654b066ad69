//! Endpoints' audio on its way to the thread of an engine that listens all the time (voice activity, wake words): bounded
//! rings that drop the oldest samples.

use crate::worker::{Job, Next, Source};
use rosie_core::{AudioFrame, Failure, SampleRate};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What an engine tells of a stream.
pub trait Event: Send + 'static {
    /// The stream is dead.
    fn failed(failure: Failure) -> Self;
    fn is_failure(&self) -> bool;
}

/// All streams of an engine. The thread takes one frame at a time, from the stream that was served longest ago.
pub struct Streams<E> {
    inner: Mutex<Inner<E>>,
    ready: Condvar,
    /// Samples of one frame.
    frame: usize,
    /// Samples a stream may have waiting.
    limit: usize,
}

struct Inner<E> {
    streams: BTreeMap<u64, Ring<E>>,
    /// Streams with a whole frame waiting, in the order of service.
    turn: VecDeque<u64>,
    next_id: u64,
    dropped_frames: u64,
    closed: bool,
}

struct Ring<E> {
    samples: VecDeque<f32>,
    /// Position of `samples[0]`, in samples pushed since the stream was opened.
    start: u64,
    /// Counts resets, so that the thread forgets its state of this stream.
    epoch: u64,
    dropped_frames: u64,
    sink: Sink<E>,
    queued: bool,
}

/// Where a stream's events go; empty once the stream has failed.
type Sink<E> = Arc<Mutex<Option<Box<dyn FnMut(E) + Send>>>>;

/// One frame of one stream.
pub struct FrameJob<E> {
    pub stream: u64,
    pub epoch: u64,
    pub samples: Vec<f32>,
    pub end_sample: u64,
    sink: Sink<E>,
    answered: bool,
}

impl<E: Event> FrameJob<E> {
    pub fn answer(&mut self, event: E) {
        self.answered = true;
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let dead = event.is_failure();
        if let Some(tell) = sink.as_mut() {
            tell(event);
        }
        if dead {
            *sink = None;
        }
    }
}

impl<E: Event> Job for FrameJob<E> {
    fn fail(mut self, failure: Failure) {
        if !self.answered {
            self.answer(E::failed(failure));
        }
    }
}

impl<E: Event> Streams<E> {
    pub fn new(frame: usize, limit: usize) -> Self {
        let inner = Inner {
            streams: BTreeMap::new(),
            turn: VecDeque::new(),
            next_id: 0,
            dropped_frames: 0,
            closed: false,
        };
        Self {
            inner: Mutex::new(inner),
            ready: Condvar::new(),
            frame,
            limit: limit.max(frame),
        }
    }

    /// A new stream's id; `None` once closed.
    pub fn open(&self, sink: Box<dyn FnMut(E) + Send>) -> Option<u64> {
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

    /// Takes 16 kHz audio, as numbers in `[-1, 1)`.
    pub fn push(&self, id: u64, frame: &AudioFrame) {
        if frame.rate != SampleRate::HEARING {
            // A caller's mistake that must not pass as silence.
            tracing::error!(
                rate = frame.rate.0,
                "an engine was given audio that is not 16 kHz; resample it first"
            );
            return;
        }
        let scale = |s: &i16| f32::from(*s) / 32768.0;
        if frame.channels == 1 {
            self.push_samples(id, frame.samples.iter().map(scale));
        } else {
            self.push_samples(id, frame.to_mono().iter().map(scale));
        }
    }

    fn push_samples(&self, id: u64, samples: impl Iterator<Item = f32>) {
        let size = self.frame;
        let mut guard = self.lock();
        let inner = &mut *guard;
        let Some(ring) = inner.streams.get_mut(&id) else { return };
        ring.samples.extend(samples);
        if ring.samples.len() > self.limit {
            // Whole frames, so that what remains stays aligned with what was heard.
            let excess = (ring.samples.len() - self.limit).div_ceil(size) * size;
            ring.samples.drain(..excess.min(ring.samples.len()));
            ring.start += excess as u64;
            ring.dropped_frames += (excess / size) as u64;
            inner.dropped_frames += (excess / size) as u64;
        }
        if ring.samples.len() >= size && !ring.queued {
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
            inner.streams.values().map(|ring| ring.samples.len() / self.frame).sum(),
            inner.dropped_frames,
        )
    }

    fn lock(&self) -> MutexGuard<'_, Inner<E>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E> Inner<E> {
    fn take(&mut self, size: usize) -> Option<FrameJob<E>> {
        while let Some(id) = self.turn.pop_front() {
            let Some(ring) = self.streams.get_mut(&id) else {
                continue;
            };
            ring.queued = false;
            if ring.samples.len() < size {
                continue;
            }
            let samples: Vec<f32> = ring.samples.drain(..size).collect();
            ring.start += size as u64;
            let job = FrameJob {
                stream: id,
                epoch: ring.epoch,
                samples,
                end_sample: ring.start,
                sink: ring.sink.clone(),
                answered: false,
            };
            if ring.samples.len() >= size {
                ring.queued = true;
                self.turn.push_back(id);
            }
            return Some(job);
        }
        None
    }
}

impl<E: Event> Source for Streams<E> {
    type Job = FrameJob<E>;

    fn next(&self, wait: Duration) -> Next<FrameJob<E>> {
        let until = Instant::now() + wait;
        let mut inner = self.lock();
        loop {
            if inner.closed {
                return Next::Closed;
            }
            if let Some(job) = inner.take(self.frame) {
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
