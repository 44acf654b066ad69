//! The owner's large strokes: deleting much at once, what is kept at all, and how much there is.

use super::{Memory, query, records::Deleted, refused, unusable};
use crate::{
    http::{
        ApiError, body,
        respond::{Answer, json},
    },
    server::Shared,
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::{
    ConversationId, RoomId, UserId,
    memory::{Collection, MemoryFilter, MemoryQuery, MemoryRecord, MemorySettings},
};
use serde::Deserialize;

/// What `confirm` must say.
const CONFIRMATION: &str = "delete";
const MAX_RETENTION_DAYS: u32 = 36_500;
/// Ids deleted in one go where a person's memories are picked out.
const BATCH: usize = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Clear {
    confirm: String,
    everything: bool,
    collections: Vec<Collection>,
    rooms: Vec<RoomId>,
    user: Option<UserId>,
    tags: Vec<String>,
    conversation: Option<ConversationId>,
    since_unix_ms: Option<u64>,
    until_unix_ms: Option<u64>,
}

impl Clear {
    fn filter(self) -> Result<MemoryFilter, ApiError> {
        let everything = self.everything;
        let filter = MemoryFilter {
            collections: self.collections,
            rooms: self.rooms,
            user: self.user,
            tags: self.tags,
            conversation: self.conversation,
            ..query::span(self.since_unix_ms, self.until_unix_ms)?
        };
        let names_nothing = filter == MemoryFilter::default();
        if everything != names_nothing {
            let message = if everything {
                "everything is to be deleted, and then again only a part"
            } else {
                "nothing says what is to be deleted"
            };
            return Err(unusable(
                message,
                "name rooms, a user, a conversation, tags, collections or a span of time, or send everything: true",
            ));
        }
        Ok(filter)
    }
}

pub(super) async fn clear(shared: &Shared, memory: &Memory, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let hint = "send what to delete and the confirmation: {\"rooms\": [\"office\"], \"confirm\": \"delete\"}";
    let asked: Clear = body::json(request.into_body(), &shared.config, hint).await?;
    if asked.confirm != CONFIRMATION {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-confirmed",
            "deleting many memories wants to be confirmed; nothing was deleted",
            "send \"confirm\": \"delete\" with it",
        ));
    }
    let mut filter = asked.filter()?;
    let deleted = match filter.user.take() {
        Some(user) => clear_of(memory, filter, &user).await,
        None => {
            filter.all_users = true;
            memory.clear(filter).await
        }
    };
    let deleted = deleted.map_err(|failure| refused(failure, hint))?;
    tracing::info!(deleted, "memories were deleted by the owner");
    json(StatusCode::OK, &Deleted { deleted })
}

/// Deletes what is one person's own. The filter's `user` means what they may see, which is the house's too.
async fn clear_of(memory: &Memory, filter: MemoryFilter, user: &UserId) -> Result<usize, rosie_core::Failure> {
    let mut query = MemoryQuery {
        filter: MemoryFilter {
            user: Some(user.clone()),
            ..filter
        },
        limit: BATCH,
        ..MemoryQuery::default()
    };
    let mut ids = Vec::new();
    loop {
        let page = memory.query(query.clone()).await?;
        let full = page.len() == BATCH;
        query.before = page.last().map(|item| query::id_of(&item.record).to_owned());
        let own = page.iter().filter(|item| owner(&item.record) == Some(user));
        ids.extend(own.map(|item| query::id_of(&item.record).to_owned()));
        if !full {
            break;
        }
    }
    let mut deleted = 0;
    for batch in ids.chunks(BATCH) {
        deleted += memory.delete(batch.to_vec()).await?;
    }
    Ok(deleted)
}

fn owner(record: &MemoryRecord) -> Option<&UserId> {
    match record {
        MemoryRecord::Message(message) => message.user.as_ref(),
        MemoryRecord::Fact(fact) => fact.visible_to.as_ref(),
        MemoryRecord::Document(document) => document.visible_to.as_ref(),
        MemoryRecord::Chunk(_) => None,
    }
}

pub(super) fn settings(memory: &Memory) -> Result<Answer, ApiError> {
    let settings = memory
        .settings()
        .map_err(|failure| refused(failure, "send the request again"))?;
    json(StatusCode::OK, &settings)
}

pub(super) async fn set_settings(
    shared: &Shared,
    memory: &Memory,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let hint = "send {\"retention_days\": 90, \"do_not_store_rooms\": [\"bedroom\"]}; null keeps messages for ever";
    let wanted: MemorySettings = body::json(request.into_body(), &shared.config, hint).await?;
    if wanted
        .retention_days
        .is_some_and(|days| !(1..=MAX_RETENTION_DAYS).contains(&days))
    {
        return Err(unusable(
            format!("retention_days must be 1 to {MAX_RETENTION_DAYS}"),
            "send null to keep messages for ever",
        ));
    }
    let again = |failure| refused(failure, "send the request again");
    check_rooms(shared, &wanted.do_not_store_rooms, &memory.settings().map_err(again)?)?;
    memory.set_settings(wanted.clone()).await.map_err(again)?;
    json(StatusCode::OK, &wanted)
}

/// A room that is misspelt would go on being remembered. One that was set before may have left the configuration since.
fn check_rooms(shared: &Shared, wanted: &[RoomId], before: &MemorySettings) -> Result<(), ApiError> {
    let rooms = shared.appliance.status().rooms;
    let known = |id: &RoomId| rooms.iter().any(|room| room.id == id.0) || before.do_not_store_rooms.contains(id);
    match wanted.iter().find(|id| !known(id)) {
        None => Ok(()),
        Some(unknown) => {
            let ids: Vec<&str> = rooms.iter().map(|room| room.id.as_str()).collect();
            let message = format!("there is no room `{}`", query::short(&unknown.0));
            Err(unusable(message, &format!("the rooms are {}", ids.join(", "))))
        }
    }
}

pub(super) fn stats(memory: &Memory) -> Result<Answer, ApiError> {
    let stats = memory
        .stats()
        .map_err(|failure| refused(failure, "send the request again"))?;
    json(StatusCode::OK, &stats)
}
