//! Conversations, newest first: gathered from the messages, since nothing else is kept of them.
//!
//! A conversation stands where its newest message stands, so that the pages of a list do not repeat it, however
//! conversations of several rooms interleave.

use super::{
    Memory,
    query::{Asked, id_of},
    refused,
};
use crate::http::{
    ApiError,
    respond::{Answer, json},
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::{
    ConversationId, RoomId, UserId,
    memory::{Collection, MemoryFilter, MemoryItem, MemoryQuery, MemoryRecord, MessageRecord, Speaker},
};
use serde::Serialize;
use std::collections::HashSet;

/// Messages looked at for one page: a page may have fewer conversations than asked for, and still a next one.
const LOOK_AT: usize = 2000;
const STRIDE: usize = 200;
/// Messages of one conversation that are counted.
const COUNTED: usize = 1000;
const PAGE: usize = 20;
const MAX_PAGE: usize = 100;

#[derive(Serialize)]
struct Conversation {
    conversation: ConversationId,
    room: RoomId,
    user: Option<UserId>,
    first_unix_ms: u64,
    last_unix_ms: u64,
    /// At least so many; exact below 1,000.
    messages: usize,
    /// What was said first.
    opening: String,
}

#[derive(Serialize)]
struct Page {
    conversations: Vec<Conversation>,
    next: Option<String>,
}

pub(super) async fn list(memory: &Memory, request: &Request<Incoming>) -> Result<Answer, ApiError> {
    let mut asked = Asked::from_address(request.uri().query())?;
    asked.collections = vec![Collection::Messages];
    asked.page_size()?;
    let wanted = asked.k.unwrap_or(PAGE).min(MAX_PAGE);
    let mut query = asked.into_query()?;
    query.limit = STRIDE;
    let mut page = Page {
        conversations: Vec::new(),
        next: None,
    };
    let mut known = HashSet::new();
    let mut seen = 0;
    loop {
        let messages = messages(memory, query.clone()).await?;
        let last_stride = messages.len() < STRIDE;
        for message in messages {
            seen += 1;
            query.before = Some(message.id.clone());
            if known.insert(message.conversation.clone())
                && let Some(found) = conversation(memory, &query.filter, &message).await?
            {
                page.conversations.push(found);
            }
            if page.conversations.len() == wanted {
                page.next = query.before;
                return json(StatusCode::OK, &page);
            }
        }
        if last_stride {
            return json(StatusCode::OK, &page);
        }
        if seen >= LOOK_AT {
            page.next = query.before;
            return json(StatusCode::OK, &page);
        }
    }
}

/// The conversation whose newest message this is; `None` where a newer one was on an earlier page.
async fn conversation(
    memory: &Memory,
    filter: &MemoryFilter,
    newest: &MessageRecord,
) -> Result<Option<Conversation>, ApiError> {
    let query = MemoryQuery {
        filter: MemoryFilter {
            conversation: Some(newest.conversation.clone()),
            ..filter.clone()
        },
        limit: COUNTED,
        ..MemoryQuery::default()
    };
    let all = messages(memory, query).await?;
    let (Some(first), Some(last)) = (all.last(), all.first()) else {
        return Ok(None);
    };
    if last.id != newest.id {
        return Ok(None);
    }
    let opening = all.iter().rev().find(|message| message.speaker == Speaker::User);
    Ok(Some(Conversation {
        conversation: newest.conversation.clone(),
        room: newest.room.clone(),
        user: newest.user.clone(),
        first_unix_ms: first.unix_ms,
        last_unix_ms: last.unix_ms,
        messages: all.len(),
        opening: opening.unwrap_or(first).text.clone(),
    }))
}

async fn messages(memory: &Memory, query: MemoryQuery) -> Result<Vec<MessageRecord>, ApiError> {
    let items = memory
        .query(query)
        .await
        .map_err(|failure| refused(failure, "a cursor is the `next` of the page before, as it was given"))?;
    let message = |item: MemoryItem| match item.record {
        MemoryRecord::Message(message) => Some(message),
        other => {
            tracing::error!(id = id_of(&other), "something else than a message was listed as one");
            None
        }
    };
    Ok(items.into_iter().filter_map(message).collect())
}
