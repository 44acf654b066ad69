//! What the owner may do with what Rosie remembers: each route of `/api/v1/memory` by what it does.

mod conversations;
mod documents;
mod owner;
mod query;
mod records;
mod transfer;

use super::{ApiError, respond::Answer};
use crate::server::Shared;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::{
    ErrorCode, Failure,
    memory::{Collection, MemoryAdmin, MemoryRecord},
};
use std::sync::Arc;

/// What a route of the memory does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemoryAction {
    Query,
    List(Kind),
    Get(Kind),
    Edit(Kind),
    Delete(Kind),
    DeleteMany,
    AddFact,
    FactHistory,
    AddDocument,
    ReplaceDocument,
    Chunks,
    Conversations,
    Clear,
    Settings,
    SetSettings,
    Stats,
    Export,
    Import,
}

/// What has routes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Message,
    Fact,
    Document,
}

impl Kind {
    fn collection(self) -> Collection {
        match self {
            Kind::Message => Collection::Messages,
            Kind::Fact => Collection::Facts,
            Kind::Document => Collection::Documents,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Message => "message",
            Kind::Fact => "fact",
            Kind::Document => "document",
        }
    }

    fn of(record: &MemoryRecord) -> Option<Kind> {
        match record {
            MemoryRecord::Message(_) => Some(Kind::Message),
            MemoryRecord::Fact(_) => Some(Kind::Fact),
            MemoryRecord::Document(_) => Some(Kind::Document),
            MemoryRecord::Chunk(_) => None,
        }
    }
}

type Memory = Arc<dyn MemoryAdmin>;

pub(crate) async fn run(
    shared: &Arc<Shared>,
    action: MemoryAction,
    id: &str,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let memory = shared.appliance.memory().ok_or_else(|| {
        ApiError::memory_unavailable("nothing is remembered at the moment: /health/memory says why and what to do")
    })?;
    match action {
        MemoryAction::Query => query::search(shared, &memory, request).await,
        MemoryAction::List(kind) => query::list(&memory, kind, &request).await,
        MemoryAction::Conversations => conversations::list(&memory, &request).await,
        MemoryAction::Get(kind) => records::get(&memory, kind, id).await,
        MemoryAction::Edit(kind) => records::edit(shared, &memory, kind, id, request).await,
        MemoryAction::Delete(kind) => records::delete(&memory, kind, id).await,
        MemoryAction::DeleteMany => records::delete_many(shared, &memory, request).await,
        MemoryAction::AddFact => records::add_fact(shared, &memory, request).await,
        MemoryAction::FactHistory => records::history(&memory, id).await,
        MemoryAction::AddDocument => documents::add(shared, &memory, None, request).await,
        MemoryAction::ReplaceDocument => {
            records::existing(&memory, Kind::Document, id).await?;
            documents::add(shared, &memory, Some(id), request).await
        }
        MemoryAction::Chunks => documents::chunks(&memory, id).await,
        MemoryAction::Clear => owner::clear(shared, &memory, request).await,
        MemoryAction::Settings => owner::settings(&memory),
        MemoryAction::SetSettings => owner::set_settings(shared, &memory, request).await,
        MemoryAction::Stats => owner::stats(&memory),
        MemoryAction::Export => transfer::export(shared, memory, request.method()).await,
        MemoryAction::Import => transfer::import(shared, memory, request).await,
    }
}

/// What the memory did not do, as the API tells it. What it calls a bad request names what is wrong; `hint` what to do.
fn refused(failure: Failure, hint: &str) -> ApiError {
    match failure.code {
        ErrorCode::MemoryUnavailable => ApiError::memory_unavailable(failure.detail),
        _ => ApiError::from_failure(failure, hint),
    }
}

/// A value that cannot be meant.
fn unusable(message: impl Into<String>, hint: &str) -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::BadRequest.as_str(),
        message,
        hint,
    )
}

/// Tags are words, not texts.
fn check_tags(tags: &[String]) -> Result<(), ApiError> {
    let good = |tag: &String| !tag.trim().is_empty() && tag.chars().count() <= MAX_TAG_CHARS;
    if tags.len() > MAX_TAGS || !tags.iter().all(good) {
        return Err(unusable(
            format!("there may be {MAX_TAGS} tags of 1 to {MAX_TAG_CHARS} characters"),
            "leave out empty tags and shorten long ones",
        ));
    }
    Ok(())
}

const MAX_TAGS: usize = 32;
const MAX_TAG_CHARS: usize = 64;
