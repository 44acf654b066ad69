//! A system with an update in every state at once.

use rosie_core::{
    ErrorCode, Failure,
    update::{
        OtherSlot, UpdateAdmin, UpdateMode, UpdateOffer, UpdateOutcome, UpdateProgress, UpdateResult, UpdateState,
        UpdateStep,
    },
};

pub struct FakeUpdates;

fn busy() -> Failure {
    Failure::new(ErrorCode::Busy, "an update is being installed already")
}

impl UpdateAdmin for FakeUpdates {
    fn state(&self) -> UpdateState {
        UpdateState {
            managed: true,
            version: "1.0.0".into(),
            board: "raspberrypi5".into(),
            slot: "A".into(),
            other: Some(OtherSlot {
                slot: "B".into(),
                version: Some("1.1.0".into()),
                waits: false,
                taken_back: true,
            }),
            mode: UpdateMode::Notify,
            channel: "https://updates.example.org/rosie".into(),
            available: Some(UpdateOffer {
                version: "1.2.0".into(),
                bytes: 7,
                notes: "better ears".into(),
            }),
            running: Some(UpdateProgress {
                step: UpdateStep::Fetching,
                percent: Some(50),
                version: "1.2.0".into(),
            }),
            looked_unix_ms: Some(7),
            problem: None,
            last: Some(UpdateResult {
                outcome: UpdateOutcome::Returned,
                version: "1.1.0".into(),
                before: "1.0.0".into(),
                reason: "stt does not work".into(),
            }),
        }
    }

    /// Looked for once already.
    fn look(&self) -> Result<(), Failure> {
        static LOOKED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        match LOOKED.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Ok(()),
            1 => Err(busy()),
            _ => Err(Failure::new(ErrorCode::BadRequest, "no channel of updates is set")),
        }
    }

    fn install(&self, version: &str) -> Result<(), Failure> {
        match version {
            "1.2.0" => Ok(()),
            "busy" => Err(busy()),
            _ => Err(Failure::new(ErrorCode::BadRequest, "the channel has 1.2.0")),
        }
    }

    fn set(&self, _: UpdateMode, channel: &str) -> Result<(), Failure> {
        match channel {
            "busy" => Err(busy()),
            channel if channel.starts_with("https://") => Ok(()),
            _ => Err(Failure::new(ErrorCode::BadRequest, "a channel begins with https://")),
        }
    }
}
