//! What another assistant may ask, with the owner's token.

use crate::daemon::Rosie;
use rosie_core::{
    BoxFuture, ErrorCode, Failure, Language, RoomId,
    dialog::EntityState,
    memory::{MemoryFilter, MemoryItem, MemoryQuery},
    plugins::{Assistant, TimerTold},
    store::{TimerRecord, TimerState},
};
use rosie_hub::household::{Household, Reach};
use std::sync::Arc;

pub struct Outside(pub Arc<Rosie>);

impl Assistant for Outside {
    fn admits(&self, token: &str) -> bool {
        let config = self.0.sessions.house.config();
        let own = config.mcp.token.trim().as_bytes();
        let differing = own.iter().zip(token.as_bytes()).fold(0, |all, (a, b)| all | (a ^ b));
        !own.is_empty() && own.len() == token.len() && differing == 0
    }

    fn rooms(&self) -> Vec<RoomId> {
        let config = self.0.sessions.house.config();
        config.rooms.iter().map(|room| RoomId(room.id.clone())).collect()
    }

    fn ask(
        &self,
        room: Option<RoomId>,
        text: String,
        language: Option<Language>,
    ) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async move {
            let nowhere = || {
                Failure::new(
                    ErrorCode::BadRequest,
                    "the house has no room: write one into the configuration",
                )
            };
            let room = room.or_else(|| self.rooms().into_iter().next()).ok_or_else(nowhere)?;
            let doorway = self.0.doorway.as_ref();
            let doorway = doorway.ok_or_else(|| Failure::new(ErrorCode::Busy, "nobody may reach in"))?;
            Ok(doorway.asked_by_assistant(room, text, language).await?.text)
        })
    }

    fn say(&self, room: Option<RoomId>, text: &str, urgent: bool) -> usize {
        let to = room.map_or(Reach::Everywhere, Reach::Room);
        let said = self.0.doorway.as_ref().map(|doorway| doorway.say(&to, text, urgent));
        said.unwrap_or_default().spoken
    }

    fn timers(&self) -> Vec<TimerTold> {
        let told = |timer: TimerRecord| TimerTold {
            name: timer.name,
            room: timer.room,
            rings_unix_ms: match timer.state {
                TimerState::Running { rings_at_unix_ms } | TimerState::Alarm { rings_at_unix_ms } => {
                    Some(rings_at_unix_ms)
                }
                TimerState::Paused { .. } | TimerState::Waiting { .. } => None,
            },
        };
        self.0.timers.records().into_iter().map(told).collect()
    }

    /// What belongs to the whole house: nobody in particular asks.
    fn search_memory(&self, text: String, limit: usize) -> BoxFuture<'_, Result<Vec<MemoryItem>, Failure>> {
        Box::pin(async move {
            let gone = || {
                Failure::new(
                    ErrorCode::MemoryUnavailable,
                    "nothing is remembered: /health/memory says why",
                )
            };
            let memory = self.0.remembering.of_owner().ok_or_else(gone)?;
            let query = MemoryQuery {
                text: Some(text),
                filter: MemoryFilter::default(),
                limit,
                before: None,
            };
            memory.query(query).await
        })
    }

    fn home(&self) -> Vec<EntityState> {
        self.0.sessions.house.integrations().entities()
    }
}
