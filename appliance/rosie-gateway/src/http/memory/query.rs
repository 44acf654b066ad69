//! Looking for memories: by meaning with a text, else newest first, page by page.

use super::{Kind, Memory, refused, unusable};
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
    RoomId, UserId,
    memory::{Collection, MemoryFilter, MemoryItem, MemoryQuery, MemoryRecord, Speaker},
};
use serde::{Deserialize, Serialize};

/// Items of a page where nothing else is asked for, and at most.
pub(super) const PAGE: usize = 50;
pub(super) const MAX_PAGE: usize = 500;
const MAX_TEXT_CHARS: usize = 2000;

/// What is looked for, as a body and, all but the text, behind the `?` of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    text: Option<String>,
    pub k: Option<usize>,
    pub collections: Vec<Collection>,
    rooms: Vec<RoomId>,
    user: Option<UserId>,
    speaker: Option<Speaker>,
    tags: Vec<String>,
    conversation: Option<String>,
    since_unix_ms: Option<u64>,
    until_unix_ms: Option<u64>,
    pub cursor: Option<String>,
}

#[derive(Serialize)]
struct Page {
    items: Vec<MemoryItem>,
    /// The cursor of the next page, where there is one.
    next: Option<String>,
}

const SHAPE: &str = "send a JSON object such as {\"text\": \"the dentist\", \"k\": 10}; /docs lists its fields";

pub(super) async fn search(shared: &Shared, memory: &Memory, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let asked: Asked = body::json(request.into_body(), &shared.config, SHAPE).await?;
    page(memory, asked).await
}

pub(super) async fn list(memory: &Memory, kind: Kind, request: &Request<Incoming>) -> Result<Answer, ApiError> {
    let asked = Asked {
        collections: vec![kind.collection()],
        ..Asked::from_address(request.uri().query())?
    };
    page(memory, asked).await
}

async fn page(memory: &Memory, asked: Asked) -> Result<Answer, ApiError> {
    let searching = asked.text.is_some();
    let k = asked.page_size()?;
    let mut query = asked.into_query()?;
    // One more than asked for tells whether there is a next page.
    query.limit = if searching { k } else { k + 1 };
    let mut items = memory.query(query).await.map_err(|failure| {
        refused(
            failure,
            "correct the query; a cursor is the `next` of the page before, as it was given",
        )
    })?;
    let next = if searching || items.len() <= k {
        None
    } else {
        items.truncate(k);
        items.last().map(|item| id_of(&item.record).to_owned())
    };
    json(StatusCode::OK, &Page { items, next })
}

pub(super) fn id_of(record: &MemoryRecord) -> &str {
    match record {
        MemoryRecord::Message(message) => &message.id,
        MemoryRecord::Fact(fact) => &fact.id,
        MemoryRecord::Document(document) => &document.id,
        MemoryRecord::Chunk(chunk) => &chunk.id,
    }
}

impl Asked {
    /// From `room=kitchen&limit=20`.
    pub fn from_address(query: Option<&str>) -> Result<Self, ApiError> {
        let mut asked = Asked::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "limit" => asked.k = Some(number(&name, &value)? as usize),
                "cursor" => asked.cursor = Some(value),
                "room" => asked.rooms.push(RoomId(value)),
                "user" => asked.user = Some(UserId(value)),
                "tag" => asked.tags.push(value),
                "conversation" => asked.conversation = Some(value),
                "since_unix_ms" => asked.since_unix_ms = Some(number(&name, &value)?),
                "until_unix_ms" => asked.until_unix_ms = Some(number(&name, &value)?),
                "speaker" => asked.speaker = Some(speaker(&value)?),
                _ => return Err(bad_query(format!("`{}` is not asked for here", short(&name)))),
            }
        }
        Ok(asked)
    }

    pub fn page_size(&self) -> Result<usize, ApiError> {
        let k = self.k.unwrap_or(PAGE);
        if !(1..=MAX_PAGE).contains(&k) {
            let message = format!("{k} items cannot be asked for at once");
            return Err(unusable(
                message,
                "ask for 1 to 500, and for more with `next` as the cursor",
            ));
        }
        Ok(k)
    }

    /// As the memory is asked, without the limit. Where no person is named, the owner sees everybody's.
    pub fn into_query(self) -> Result<MemoryQuery, ApiError> {
        if self.text.is_some() && self.cursor.is_some() {
            return Err(unusable(
                "a search by text has no pages",
                "leave out the cursor and ask for a larger k",
            ));
        }
        let long = |text: &String| text.trim().is_empty() || text.chars().count() > MAX_TEXT_CHARS;
        if self.text.as_ref().is_some_and(long) {
            return Err(unusable(
                format!("the text must have 1 to {MAX_TEXT_CHARS} characters"),
                "say what to look for in a sentence, or leave `text` out for a list",
            ));
        }
        Ok(MemoryQuery {
            filter: MemoryFilter {
                collections: self.collections,
                rooms: self.rooms,
                all_users: self.user.is_none(),
                user: self.user,
                speaker: self.speaker,
                tags: self.tags,
                conversation: self.conversation.map(rosie_core::ConversationId),
                ..span(self.since_unix_ms, self.until_unix_ms)?
            },
            text: self.text,
            limit: 0,
            before: self.cursor,
        })
    }
}

/// A filter of nothing but a span of time.
pub(super) fn span(since: Option<u64>, until: Option<u64>) -> Result<MemoryFilter, ApiError> {
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        return Err(unusable(
            "the span of time ends before it begins",
            "since_unix_ms must be less than until_unix_ms; both are milliseconds since 1970",
        ));
    }
    Ok(MemoryFilter {
        since_unix_ms: since,
        until_unix_ms: until,
        ..MemoryFilter::default()
    })
}

fn number(name: &str, value: &str) -> Result<u64, ApiError> {
    value
        .parse()
        .map_err(|_| bad_query(format!("`{name}` must be a whole number, not `{}`", short(value))))
}

fn speaker(value: &str) -> Result<Speaker, ApiError> {
    match value {
        "user" => Ok(Speaker::User),
        "rosie" => Ok(Speaker::Rosie),
        _ => Err(bad_query(format!(
            "`speaker` is `user` or `rosie`, not `{}`",
            short(value)
        ))),
    }
}

pub(super) fn bad_query(message: String) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "bad-query",
        message,
        "correct what stands behind the `?`; /docs lists what may stand there",
    )
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
