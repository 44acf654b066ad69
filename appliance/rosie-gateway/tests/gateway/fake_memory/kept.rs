//! What the fake memory keeps, and how it is looked through and changed.

use rosie_core::{
    ErrorCode, Failure, Language, RoomId, UserId,
    memory::{
        ChunkRecord, Collection, DocumentRecord, DocumentState, FactRecord, MemoryEdit, MemoryFilter, MemoryItem,
        MemoryQuery, MemoryRecord, MemorySettings, MessageRecord, NewFact, Speaker, Upload,
    },
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// How long a document is parsed, and then embedded.
const STEP: Duration = Duration::from_millis(400);

#[derive(Default)]
pub struct Kept {
    pub records: BTreeMap<String, MemoryRecord>,
    pub settings: MemorySettings,
    /// Every call fails with it.
    pub fails: Option<Failure>,
    /// Export: each record is repeated so often.
    pub repeat: usize,
    /// Export: the failure after the records.
    pub breaks: bool,
    /// Pieces that export gave away so far.
    pub exported: usize,
    /// Imports that ended, well or not.
    pub imports_ended: usize,
    came: BTreeMap<String, Instant>,
    pub last: u64,
}

pub fn bad(detail: impl Into<String>) -> Failure {
    Failure::new(ErrorCode::BadRequest, detail)
}

impl Kept {
    pub fn id(&mut self) -> String {
        self.last += 1;
        format!("019aa6bf-0000-7000-8000-{:012x}", self.last)
    }

    /// Ids that came from elsewhere are not given again.
    pub fn skip(&mut self, id: &str) {
        let number = id
            .rsplit('-')
            .next()
            .and_then(|tail| u64::from_str_radix(tail, 16).ok());
        self.last = self.last.max(number.unwrap_or(0));
    }

    /// The record as it is now: a document gets on with time.
    pub fn now(&self, record: &MemoryRecord) -> MemoryRecord {
        let MemoryRecord::Document(document) = record else {
            return record.clone();
        };
        let age = self.came.get(&document.id).map_or(STEP * 9, Instant::elapsed);
        let state = match document.state {
            DocumentState::Parsing if age > STEP * 2 => DocumentState::Ready,
            DocumentState::Parsing if age > STEP => DocumentState::Embedding {
                embedded: document.chunks / 2,
            },
            ref state => state.clone(),
        };
        MemoryRecord::Document(DocumentRecord {
            state,
            ..document.clone()
        })
    }

    pub fn add_message(
        &mut self,
        conversation: &str,
        room: &str,
        user: Option<&str>,
        unix_ms: u64,
        text: &str,
    ) -> String {
        let id = self.id();
        let speaker = if text.starts_with("Rosie: ") {
            Speaker::Rosie
        } else {
            Speaker::User
        };
        let message = MessageRecord {
            id: id.clone(),
            conversation: conversation.into(),
            room: room.into(),
            user: user.map(UserId::from),
            unix_ms,
            speaker,
            language: Language::new("en"),
            text: text.trim_start_matches("Rosie: ").to_owned(),
            meta: Default::default(),
            tags: Vec::new(),
            edited_unix_ms: None,
        };
        self.records.insert(id.clone(), MemoryRecord::Message(message));
        id
    }

    pub fn add_fact(&mut self, fact: NewFact, unix_ms: u64) -> FactRecord {
        let id = self.id();
        let sentence = if fact.sentence.is_empty() {
            format!("{} {} {}.", fact.subject, fact.predicate, fact.object)
        } else {
            fact.sentence
        };
        let fact = FactRecord {
            id: id.clone(),
            subject: fact.subject,
            predicate: fact.predicate,
            object: fact.object,
            sentence,
            language: Language::new("en"),
            confidence: 1.0,
            visible_to: fact.visible_to,
            room: None,
            source_message: None,
            unix_ms,
            superseded_by: None,
            tags: fact.tags,
        };
        for record in self.records.values_mut() {
            if let MemoryRecord::Fact(old) = record
                && (&old.subject, &old.predicate) == (&fact.subject, &fact.predicate)
                && old.superseded_by.is_none()
            {
                old.superseded_by = Some(id.clone());
            }
        }
        self.records.insert(id, MemoryRecord::Fact(fact.clone()));
        fact
    }

    pub fn within(&self, record: &MemoryRecord, filter: &MemoryFilter) -> bool {
        let (collection, room, owner, speaker, tags, conversation) = match record {
            MemoryRecord::Message(m) => (
                Collection::Messages,
                Some(&m.room),
                m.user.as_ref(),
                Some(m.speaker),
                &m.tags,
                Some(&m.conversation),
            ),
            MemoryRecord::Fact(f) => (
                Collection::Facts,
                f.room.as_ref(),
                f.visible_to.as_ref(),
                None,
                &f.tags,
                None,
            ),
            MemoryRecord::Document(d) => (Collection::Documents, None, d.visible_to.as_ref(), None, &d.tags, None),
            MemoryRecord::Chunk(chunk) => {
                return self
                    .records
                    .get(&chunk.document)
                    .is_some_and(|of| self.within(of, filter));
            }
        };
        let named = |rooms: &[RoomId]| rooms.is_empty() || room.is_some_and(|room| rooms.contains(room));
        (filter.collections.is_empty() || filter.collections.contains(&collection))
            && named(&filter.rooms)
            && (filter.all_users || owner.is_none() || owner == filter.user.as_ref())
            && (filter.speaker.is_none() || filter.speaker == speaker)
            && filter.tags.iter().all(|tag| tags.contains(tag))
            && (filter.conversation.is_none() || filter.conversation.as_ref() == conversation)
            && filter.since_unix_ms.is_none_or(|since| when(record) >= since)
            && filter.until_unix_ms.is_none_or(|until| when(record) < until)
    }

    pub fn query(&self, query: &MemoryQuery) -> Result<Vec<MemoryItem>, Failure> {
        let holds =
            |record: &&MemoryRecord| !matches!(record, MemoryRecord::Fact(fact) if fact.superseded_by.is_some());
        let mut found: Vec<MemoryItem> = self
            .records
            .values()
            .filter(holds)
            .filter(|record| self.within(record, &query.filter))
            .filter_map(|record| {
                let score = match &query.text {
                    Some(text) => Some(score(record, text).filter(|score| *score > 0.0)?),
                    None if matches!(record, MemoryRecord::Chunk(_)) => return None,
                    None => None,
                };
                let record = self.now(record);
                Some(MemoryItem { score, record })
            })
            .collect();
        found.sort_by(|a, b| {
            let newer = (when(&b.record), id(&b.record)).cmp(&(when(&a.record), id(&a.record)));
            b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)).then(newer)
        });
        if let Some(before) = &query.before {
            let known = self
                .records
                .get(before)
                .ok_or_else(|| bad("there is no item with this cursor"))?;
            found.retain(|item| (when(&item.record), id(&item.record)) < (when(known), id(known)));
        }
        found.truncate(if query.limit == 0 { 50 } else { query.limit });
        Ok(found)
    }

    pub fn remove(&mut self, gone: &str) -> bool {
        let was = self.records.remove(gone);
        let mut older = Vec::new();
        for (id, record) in &self.records {
            match record {
                MemoryRecord::Chunk(chunk) if chunk.document == gone => older.push(id.clone()),
                MemoryRecord::Fact(fact) if fact.superseded_by.as_deref() == Some(gone) => older.push(id.clone()),
                _ => {}
            }
        }
        for id in older {
            self.remove(&id);
        }
        was.is_some()
    }

    pub fn upload(&mut self, upload: Upload) -> DocumentRecord {
        let id = upload.replaces.unwrap_or_else(|| self.id());
        self.remove(&id);
        let text = String::from_utf8(upload.bytes.clone());
        let chunks: Vec<String> = text
            .as_deref()
            .unwrap_or_default()
            .split("\n\n")
            .map(str::to_owned)
            .collect();
        let document = DocumentRecord {
            id: id.clone(),
            title: upload.name,
            media_type: upload.media_type.unwrap_or_else(|| "text/plain".into()),
            bytes: upload.bytes.len() as u64,
            chunks: chunks.len(),
            state: match text {
                Ok(_) => DocumentState::Parsing,
                Err(_) => DocumentState::Failed {
                    reason: "this is no text: save it as UTF-8".into(),
                },
            },
            visible_to: upload.visible_to,
            unix_ms: 1_763_800_000_000 + self.last,
            tags: upload.tags,
        };
        self.came.insert(id.clone(), Instant::now());
        self.records
            .insert(id.clone(), MemoryRecord::Document(document.clone()));
        for (position, text) in chunks.into_iter().enumerate() {
            let chunk = ChunkRecord {
                id: self.id(),
                document: id.clone(),
                position,
                headings: vec!["Part".into()],
                text,
            };
            self.records.insert(chunk.id.clone(), MemoryRecord::Chunk(chunk));
        }
        document
    }

    pub fn edit(&mut self, id: &str, edit: MemoryEdit) -> Result<MemoryRecord, Failure> {
        let record = self
            .records
            .get_mut(id)
            .ok_or_else(|| bad("there is nothing with this id"))?;
        match record {
            MemoryRecord::Message(message) => {
                message.text = edit.text.unwrap_or(message.text.clone());
                message.tags = edit.tags.unwrap_or(message.tags.clone());
                message.edited_unix_ms = Some(1_763_800_000_001);
            }
            MemoryRecord::Fact(fact) => {
                fact.sentence = edit.text.unwrap_or(fact.sentence.clone());
                fact.object = edit.object.unwrap_or(fact.object.clone());
                fact.tags = edit.tags.unwrap_or(fact.tags.clone());
                fact.visible_to = edit.visible_to.unwrap_or(fact.visible_to.clone());
            }
            MemoryRecord::Document(document) => {
                document.title = edit.text.unwrap_or(document.title.clone());
                document.tags = edit.tags.unwrap_or(document.tags.clone());
                document.visible_to = edit.visible_to.unwrap_or(document.visible_to.clone());
            }
            MemoryRecord::Chunk(_) => return Err(bad("a chunk cannot be changed: change its document")),
        }
        let record = record.clone();
        Ok(self.now(&record))
    }
}

pub fn id(record: &MemoryRecord) -> &str {
    match record {
        MemoryRecord::Message(m) => &m.id,
        MemoryRecord::Fact(f) => &f.id,
        MemoryRecord::Document(d) => &d.id,
        MemoryRecord::Chunk(c) => &c.id,
    }
}

pub fn when(record: &MemoryRecord) -> u64 {
    match record {
        MemoryRecord::Message(m) => m.unix_ms,
        MemoryRecord::Fact(f) => f.unix_ms,
        MemoryRecord::Document(d) => d.unix_ms,
        MemoryRecord::Chunk(_) => 0,
    }
}

/// Share of the words looked for that the record has; documents are found by their chunks.
fn score(record: &MemoryRecord, wanted: &str) -> Option<f32> {
    let text = match record {
        MemoryRecord::Message(m) => &m.text,
        MemoryRecord::Fact(f) => &f.sentence,
        MemoryRecord::Chunk(c) => &c.text,
        MemoryRecord::Document(_) => return None,
    };
    let text = text.to_lowercase();
    let words: Vec<String> = wanted.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let there = words.iter().filter(|word| text.contains(word.as_str())).count();
    Some(there as f32 / words.len().max(1) as f32)
}
