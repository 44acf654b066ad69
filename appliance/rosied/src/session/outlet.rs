//! The way out of a session: the endpoint's sink, which may be away for a while, and the guard that keeps audio of a
//! turn that was stopped from reaching it.

use rosie_core::{
    AudioFrame, TurnId,
    session::{SessionEvent, SessionSink},
};
use std::sync::{Mutex, PoisonError};

#[derive(Default)]
pub struct Outlet {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    sink: Option<SessionSink>,
    /// The turn whose audio may sound, and whether it has begun to.
    sounding: Option<(TurnId, bool)>,
}

impl Outlet {
    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn attach(&self, sink: SessionSink) {
        self.inner().sink = Some(sink);
    }

    pub fn detach(&self) {
        self.inner().sink = None;
    }

    pub fn attached(&self) -> bool {
        self.inner().sink.is_some()
    }

    pub fn send(&self, event: SessionEvent) {
        if let Some(sink) = &self.inner().sink {
            sink(event);
        }
    }

    /// Audio of `turn_id` may sound from now on, and that of no other turn.
    pub fn allow(&self, turn_id: TurnId) {
        self.inner().sounding = Some((turn_id, false));
    }

    /// No audio may sound; the endpoint throws away what has not sounded yet.
    pub fn stop(&self, turn_id: TurnId) {
        let mut inner = self.inner();
        if let Some((stopped, begun)) = inner.sounding.take_if(|(id, _)| *id == turn_id)
            && begun
            && let Some(sink) = &inner.sink
        {
            sink(SessionEvent::StopPlayback { turn_id: stopped });
        }
    }

    /// Sends audio, unless its turn was stopped. True when it was sent (or would have been, had somebody listened).
    pub fn audio(&self, turn_id: TurnId, frame: AudioFrame) -> bool {
        let mut inner = self.inner();
        let Some((_, begun)) = inner.sounding.as_mut().filter(|(id, _)| *id == turn_id) else {
            return false;
        };
        let first = !std::mem::replace(begun, true);
        if let Some(sink) = &inner.sink {
            if first {
                sink(SessionEvent::PlaybackStarted {
                    turn_id,
                    rate: frame.rate.0,
                    channels: frame.channels,
                });
            }
            sink(SessionEvent::Audio { turn_id, frame });
        }
        true
    }
}
