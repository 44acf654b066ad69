//! Commands at a later time: carried out once, at their time or not at all.
//!
//! That one is begun is on the disk before it is begun. So a machine that dies in between finds it begun, tells that it does
//! not know what became of it, and does not do it a second time.

use super::{
    Timers,
    book::{Book, Change},
    entry::{Now, Phase, telling},
};
use crate::hub::DUE;
use rosie_core::{
    CallContext, ErrorCode, ToolCall,
    dialog::Hub,
    store::{LaterStage, TimerRecord},
};
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

/// From one look for a home that is away to the next.
const AGAIN: Duration = Duration::from_secs(1);
/// Later than this nothing is done any more: that it was not is told.
const GRACE_MS: u64 = 120_000;

impl Book {
    /// It is due: begun, or told where it is too late.
    pub(super) fn begin(&mut self, id: u64, late_ms: u64, now: Now) {
        if late_ms > GRACE_MS {
            return self.tell(id, 1, late_ms, now);
        }
        let due_mono = now.mono_ms.saturating_sub(late_ms);
        if self.stage(id, LaterStage::Begun, Phase::Doing { due_mono }) {
            self.due.push(id);
        }
    }

    /// Those that may be carried out now: that they are begun is stored. What could not be stored in time is not done.
    pub(super) fn take_due(&mut self, now: Now) -> Vec<TimerRecord> {
        let mut ready = Vec::new();
        for id in std::mem::take(&mut self.due) {
            let Some(entry) = self.entries.get(&id) else { continue };
            let Phase::Doing { due_mono } = entry.phase else {
                continue;
            };
            let late_ms = now.mono_ms.saturating_sub(due_mono);
            if !self.changes.contains_key(&id) {
                ready.push(entry.record.clone());
            } else if late_ms > GRACE_MS {
                self.stage(id, LaterStage::Waiting, telling(now));
                self.tell(id, 1, late_ms, now);
            } else {
                self.due.push(id);
            }
        }
        ready
    }

    /// What came of it: `None` where it is done.
    pub(super) fn done(&mut self, id: u64, failed: Option<String>, now: Now) {
        let doing = |entry: &super::entry::Entry| matches!(entry.phase, Phase::Doing { .. });
        if !self.entries.get(&id).is_some_and(doing) {
            return;
        }
        match failed {
            None => self.remove(id, false),
            Some(reason) => {
                self.stage(id, LaterStage::Failed { reason }, telling(now));
            }
        }
    }

    fn stage(&mut self, id: u64, stage: LaterStage, phase: Phase) -> bool {
        let Some(entry) = self.entries.get_mut(&id) else {
            return false;
        };
        let Some(later) = &mut entry.record.ring.later else {
            return false;
        };
        later.stage = stage;
        entry.phase = phase;
        self.changes.insert(id, Change::Put(entry.record.clone()));
        true
    }
}

/// Carries out a command that is due, and writes down what came of it. A home that is away is waited for, not for long.
pub async fn carry_out(hub: &dyn Hub, timers: &Timers, record: &TimerRecord) {
    let Some(later) = &record.ring.later else { return };
    let (room, endpoint) = (record.room.clone(), record.endpoint.clone());
    let context = CallContext::planned(room, endpoint, record.language.clone(), later.user.clone());
    let call = ToolCall {
        name: DUE.to_owned(),
        arguments: json!({ "calls": later.calls }),
    };
    let until = Instant::now() + Duration::from_millis(GRACE_MS);
    let failed = loop {
        match hub.handle(call.clone(), context.clone()).await {
            Ok(result) if result.response != "away" => break None,
            // Nothing was sent: it may be tried again.
            Ok(_) if Instant::now() < until => tokio::time::sleep(AGAIN).await,
            Ok(_) => break Some(ErrorCode::HomeUnavailable),
            Err(failure) => {
                let code = failure.code.as_str();
                tracing::warn!(id = record.id, code, detail = %failure.detail, "a planned command did not work");
                break Some(failure.code);
            }
        }
    };
    timers.done(record.id, failed.map(|code| code.spoken(&record.language).to_owned()));
}
