//! One message, fact or document: to see, to change, to delete; facts by hand, and their history.

use super::{Kind, Memory, check_tags, query::id_of, refused, unusable};
use crate::{
    http::{
        ApiError, body,
        respond::{Answer, json},
    },
    server::Shared,
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::memory::{MemoryEdit, MemoryRecord, NewFact};
use serde::{Deserialize, Serialize};

/// Of a message, a fact's parts or a title that the owner writes.
const MAX_TEXT_CHARS: usize = 8000;
const MAX_WORD_CHARS: usize = 200;
const MAX_IDS: usize = 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ids {
    ids: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Deleted {
    pub deleted: usize,
}

#[derive(Serialize)]
struct History {
    facts: Vec<MemoryRecord>,
}

/// The record of this id, if it is of this kind.
pub(super) async fn existing(memory: &Memory, kind: Kind, id: &str) -> Result<MemoryRecord, ApiError> {
    let found = memory
        .get(id)
        .await
        .map_err(|failure| refused(failure, "send the request again"))?;
    found.filter(|record| Kind::of(record) == Some(kind)).ok_or_else(|| {
        let word = kind.word();
        ApiError::new(
            StatusCode::NOT_FOUND,
            "unknown-memory",
            format!("there is no {word} with this id; it may have been deleted"),
            format!("GET /api/v1/memory/{word}s lists those there are"),
        )
    })
}

pub(super) async fn get(memory: &Memory, kind: Kind, id: &str) -> Result<Answer, ApiError> {
    json(StatusCode::OK, &existing(memory, kind, id).await?)
}

pub(super) async fn edit(
    shared: &Shared,
    memory: &Memory,
    kind: Kind,
    id: &str,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let hint = "send what changes, such as {\"text\": \"…\"} or {\"tags\": [\"family\"]}";
    let edit: MemoryEdit = body::json(request.into_body(), &shared.config, hint).await?;
    check_edit(kind, &edit)?;
    existing(memory, kind, id).await?;
    let now = memory
        .edit(id, edit)
        .await
        .map_err(|failure| refused(failure, "correct the change and send it again"))?;
    json(StatusCode::OK, &now)
}

fn check_edit(kind: Kind, edit: &MemoryEdit) -> Result<(), ApiError> {
    if *edit == MemoryEdit::default() {
        return Err(unusable(
            "nothing is to be changed",
            "send a text, tags, or what else is to change",
        ));
    }
    if edit.object.is_some() && kind != Kind::Fact {
        return Err(unusable(
            "only a fact has an object",
            "leave `object` out; `text` changes the words",
        ));
    }
    if edit.visible_to.is_some() && kind == Kind::Message {
        return Err(unusable(
            "a message belongs to who said it",
            "leave `visible_to` out; it is for facts and documents",
        ));
    }
    let texts = [("text", &edit.text), ("object", &edit.object)];
    for (name, text) in texts
        .into_iter()
        .filter_map(|(name, text)| text.as_ref().map(|text| (name, text)))
    {
        check_text(name, text, MAX_TEXT_CHARS)?;
    }
    check_tags(edit.tags.as_deref().unwrap_or_default())
}

fn check_text(name: &str, text: &str, limit: usize) -> Result<(), ApiError> {
    if text.trim().is_empty() || text.chars().count() > limit {
        return Err(unusable(
            format!("`{name}` must have 1 to {limit} characters"),
            "shorten it; to take a memory away, delete it",
        ));
    }
    Ok(())
}

pub(super) async fn delete(memory: &Memory, kind: Kind, id: &str) -> Result<Answer, ApiError> {
    let record = existing(memory, kind, id).await?;
    remove(memory, vec![id_of(&record).to_owned()]).await
}

pub(super) async fn delete_many(
    shared: &Shared,
    memory: &Memory,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let hint = "send {\"ids\": [\"…\"]}";
    let Ids { ids } = body::json(request.into_body(), &shared.config, hint).await?;
    if !(1..=MAX_IDS).contains(&ids.len()) {
        return Err(unusable(
            format!("{} ids cannot be deleted at once", ids.len()),
            "send 1 to 1000",
        ));
    }
    remove(memory, ids).await
}

async fn remove(memory: &Memory, ids: Vec<String>) -> Result<Answer, ApiError> {
    let deleted = memory
        .delete(ids)
        .await
        .map_err(|failure| refused(failure, "send the request again"))?;
    json(StatusCode::OK, &Deleted { deleted })
}

pub(super) async fn add_fact(shared: &Shared, memory: &Memory, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let hint = "send {\"subject\": \"daughter\", \"predicate\": \"name\", \"object\": \"Ada\"}";
    let fact: NewFact = body::json(request.into_body(), &shared.config, hint).await?;
    check_text("subject", &fact.subject, MAX_WORD_CHARS)?;
    check_text("predicate", &fact.predicate, MAX_WORD_CHARS)?;
    check_text("object", &fact.object, MAX_TEXT_CHARS)?;
    if !fact.sentence.is_empty() {
        check_text("sentence", &fact.sentence, MAX_TEXT_CHARS)?;
    }
    check_tags(&fact.tags)?;
    let fact = memory.add_fact(fact).await.map_err(|failure| refused(failure, hint))?;
    json(StatusCode::CREATED, &MemoryRecord::Fact(fact))
}

pub(super) async fn history(memory: &Memory, id: &str) -> Result<Answer, ApiError> {
    existing(memory, Kind::Fact, id).await?;
    let facts = memory
        .fact_history(id)
        .await
        .map_err(|failure| refused(failure, "send the request again"))?;
    let facts = facts.into_iter().map(MemoryRecord::Fact).collect();
    json(StatusCode::OK, &History { facts })
}
