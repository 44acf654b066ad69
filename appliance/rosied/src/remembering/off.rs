//! The memory of a house that wants none: keeps nothing, finds nothing, and says so when asked.

use rosie_core::{
    BoxFuture, ConversationId, ErrorCode, Failure, UserId,
    engine::{EngineHealth, EngineInfo},
    memory::{Exchange, Forget, Memory, Recall, Recollection, Remember, Speaker},
};

pub struct Off;

impl Memory for Off {
    fn record(&self, _: Exchange) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async { Ok(()) })
    }

    fn recall(&self, _: Recall) -> BoxFuture<'_, Result<Vec<Recollection>, Failure>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn remember(&self, _: Remember) -> BoxFuture<'_, Result<String, Failure>> {
        let off = Failure::new(ErrorCode::NotRemembered, "memory.enabled is false");
        Box::pin(async { Err(off) })
    }

    fn known_about(&self, _: Option<UserId>, _: usize) -> BoxFuture<'_, Result<Vec<String>, Failure>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn forget(&self, _: Forget) -> BoxFuture<'_, Result<usize, Failure>> {
        Box::pin(async { Ok(0) })
    }

    fn history(&self, _: &ConversationId, _: usize) -> Result<Vec<(Speaker, String)>, Failure> {
        Ok(Vec::new())
    }

    fn info(&self) -> EngineInfo {
        EngineInfo {
            engine: "none".to_owned(),
            model: String::new(),
            health: EngineHealth::Ready,
            queue_depth: 0,
            dropped: 0,
            restarts: 0,
        }
    }
}
