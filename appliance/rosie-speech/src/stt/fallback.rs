//! A second recogniser behind the first: it takes over while the first cannot serve.

use rosie_core::ErrorCode;
use rosie_core::engine::{EngineHealth, EngineInfo, SpeechToText, SttDone, SttJob};
use std::sync::Arc;

/// Asks `primary` while it serves, else `secondary`; a job that `primary` could not do is given to `secondary` too.
pub struct Fallback {
    primary: Arc<dyn SpeechToText>,
    secondary: Arc<dyn SpeechToText>,
}

impl Fallback {
    pub fn new(primary: Arc<dyn SpeechToText>, secondary: Arc<dyn SpeechToText>) -> Self {
        Self { primary, secondary }
    }
}

impl SpeechToText for Fallback {
    fn info(&self) -> EngineInfo {
        let primary = self.primary.info();
        if primary.health.serves() {
            return primary;
        }
        let secondary = self.secondary.info();
        if !secondary.health.serves() {
            return primary;
        }
        let why = match &primary.health {
            EngineHealth::Unavailable { reason } => reason.clone(),
            _ => "still loading".to_owned(),
        };
        let reason = format!("{} serves in place of {}: {why}", secondary.engine, primary.engine);
        EngineInfo {
            health: EngineHealth::Degraded { reason },
            ..secondary
        }
    }

    fn submit(&self, job: SttJob, done: SttDone) {
        let secondary_serves = self.secondary.info().health.serves();
        if !secondary_serves {
            return self.primary.submit(job, done);
        }
        if !self.primary.info().health.serves() {
            return self.secondary.submit(job, done);
        }
        let (again, secondary) = (job.clone(), self.secondary.clone());
        let retry: SttDone = Box::new(move |result| match result {
            Err(failure) if failure.code == ErrorCode::SttUnavailable && !again.cancel.is_cancelled() => {
                tracing::warn!(reason = failure.detail, "the second recogniser takes over a job");
                secondary.submit(again, done);
            }
            result => done(result),
        });
        self.primary.submit(job, retry);
    }
}
