//! A memory in main memory: what the seam promises, without a disk, without vectors, and failing where a test says so.

#![allow(clippy::unwrap_used)]

mod kept;

pub use kept::{Kept, id};

use kept::{bad, when};
use rosie_core::{
    BoxFuture, ErrorCode, Failure,
    memory::{
        ChunkRecord, ChunkSink, ChunkSource, DocumentRecord, FactRecord, Imported, MemoryAdmin, MemoryEdit,
        MemoryFilter, MemoryItem, MemoryProgress, MemoryQuery, MemoryRecord, MemorySettings, MemoryStats, NewFact,
        Upload,
    },
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
pub struct FakeMemory(Arc<Mutex<Kept>>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exported {
    rosie_memory: u32,
    settings: MemorySettings,
    records: Vec<MemoryRecord>,
}

fn ready<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, T> {
    Box::pin(std::future::ready(value))
}

impl FakeMemory {
    pub fn with<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.0.lock().unwrap())
    }

    fn call<T>(&self, work: impl FnOnce(&mut Kept) -> Result<T, Failure>) -> Result<T, Failure> {
        self.with(|kept| match kept.fails.clone() {
            Some(failure) => Err(failure),
            None => work(kept),
        })
    }

    /// Runs on a thread of its own, as the seam promises, and tells when it is done.
    fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(FakeMemory) -> Result<T, Failure> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, Failure>> {
        let (done, told) = tokio::sync::oneshot::channel();
        let memory = self.clone();
        std::thread::spawn(move || done.send(work(memory)));
        Box::pin(async move { told.await.unwrap() })
    }
}

impl MemoryAdmin for FakeMemory {
    fn query(&self, query: MemoryQuery) -> BoxFuture<'_, Result<Vec<MemoryItem>, Failure>> {
        assert!(query.limit <= 1000, "the seam allows 1,000 items");
        ready(self.call(|kept| kept.query(&query)))
    }

    fn get(&self, id: &str) -> BoxFuture<'_, Result<Option<MemoryRecord>, Failure>> {
        ready(self.call(|kept| Ok(kept.records.get(id).map(|record| kept.now(record)))))
    }

    fn edit(&self, id: &str, edit: MemoryEdit) -> BoxFuture<'_, Result<MemoryRecord, Failure>> {
        ready(self.call(|kept| kept.edit(id, edit)))
    }

    fn delete(&self, ids: Vec<String>) -> BoxFuture<'_, Result<usize, Failure>> {
        ready(self.call(|kept| Ok(ids.iter().filter(|id| kept.remove(id)).count())))
    }

    fn clear(&self, filter: MemoryFilter) -> BoxFuture<'_, Result<usize, Failure>> {
        ready(self.call(|kept| {
            let all = kept.records.values();
            let of_own = all.filter(|record| !matches!(record, MemoryRecord::Chunk(_)));
            let gone = of_own
                .filter(|record| kept.within(record, &filter))
                .map(|record| id(record).to_owned());
            let gone: Vec<String> = gone.collect();
            Ok(gone.iter().filter(|id| kept.remove(id)).count())
        }))
    }

    fn add_fact(&self, fact: NewFact) -> BoxFuture<'_, Result<FactRecord, Failure>> {
        ready(self.call(|kept| {
            if fact.predicate.contains(' ') {
                return Err(bad("the predicate must be one word, such as `name`"));
            }
            let now = 1_763_800_000_000 + kept.last;
            Ok(kept.add_fact(fact, now))
        }))
    }

    fn fact_history(&self, id: &str) -> BoxFuture<'_, Result<Vec<FactRecord>, Failure>> {
        ready(self.call(|kept| {
            let mut all = Vec::new();
            let mut next = Some(id.to_owned());
            while let Some(id) = next {
                if let Some(MemoryRecord::Fact(fact)) = kept.records.get(&id) {
                    all.push(fact.clone());
                }
                next = kept.records.iter().find_map(|(older, record)| {
                    let replaced = matches!(record, MemoryRecord::Fact(f) if f.superseded_by.as_ref() == Some(&id));
                    replaced.then(|| older.clone())
                });
            }
            Ok(all)
        }))
    }

    fn upload(&self, upload: Upload) -> BoxFuture<'_, Result<DocumentRecord, Failure>> {
        ready(self.call(|kept| {
            if upload.media_type.as_deref() == Some("image/png") {
                return Err(bad("pictures are not read"));
            }
            Ok(kept.upload(upload))
        }))
    }

    fn chunks(&self, document: &str) -> BoxFuture<'_, Result<Vec<ChunkRecord>, Failure>> {
        ready(self.call(|kept| {
            let mut all: Vec<ChunkRecord> = kept
                .records
                .values()
                .filter_map(|record| match record {
                    MemoryRecord::Chunk(chunk) if chunk.document == document => Some(chunk.clone()),
                    _ => None,
                })
                .collect();
            all.sort_by_key(|chunk| chunk.position);
            Ok(all)
        }))
    }

    fn settings(&self) -> Result<MemorySettings, Failure> {
        self.call(|kept| Ok(kept.settings.clone()))
    }

    fn set_settings(&self, settings: MemorySettings) -> BoxFuture<'_, Result<(), Failure>> {
        ready(self.call(|kept| {
            kept.settings = settings;
            Ok(())
        }))
    }

    fn stats(&self) -> Result<MemoryStats, Failure> {
        self.call(|kept| {
            let count = |test: fn(&MemoryRecord) -> bool| kept.records.values().filter(|r| test(r)).count() as u64;
            Ok(MemoryStats {
                messages: count(|r| matches!(r, MemoryRecord::Message(_))),
                facts: count(|r| matches!(r, MemoryRecord::Fact(f) if f.superseded_by.is_none())),
                facts_superseded: count(|r| matches!(r, MemoryRecord::Fact(f) if f.superseded_by.is_some())),
                documents: count(|r| matches!(r, MemoryRecord::Document(_))),
                chunks: count(|r| matches!(r, MemoryRecord::Chunk(_))),
                oldest_unix_ms: kept.records.values().map(when).filter(|ms| *ms > 0).min(),
                ..MemoryStats::default()
            })
        })
    }

    fn export(&self, mut sink: ChunkSink, _: MemoryProgress) -> BoxFuture<'_, Result<(), Failure>> {
        self.apart(move |memory| {
            let (settings, records, repeat, breaks) = memory.call(|kept| {
                let records: Vec<MemoryRecord> = kept.records.values().map(|record| kept.now(record)).collect();
                Ok((kept.settings.clone(), records, kept.repeat.max(1), kept.breaks))
            })?;
            let mut give = |text: String| {
                let listening = sink(text.into_bytes());
                memory.with(|kept| kept.exported += 1);
                listening
            };
            let settings = serde_json::to_string(&settings).unwrap();
            let mut comma = format!("{{\"rosie_memory\":1,\"settings\":{settings},\"records\":[\n");
            for record in records.iter().flat_map(|record| std::iter::repeat_n(record, repeat)) {
                let text = comma + &serde_json::to_string(record).unwrap();
                if !give(text) {
                    return Err(Failure::new(ErrorCode::MemoryUnavailable, "nobody listens any more"));
                }
                comma = ",\n".into();
            }
            if breaks {
                return Err(Failure::new(ErrorCode::MemoryUnavailable, "the disk does not answer"));
            }
            let head = if records.is_empty() { comma } else { String::new() };
            give(head + "\n]}\n");
            Ok(())
        })
    }

    fn import(&self, mut source: ChunkSource, _: MemoryProgress) -> BoxFuture<'_, Result<Imported, Failure>> {
        self.apart(move |memory| {
            let taken = (|| {
                let mut bytes = Vec::new();
                while let Some(piece) = source() {
                    bytes.extend(piece?);
                }
                let came: Exported = serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
                memory.call(|kept| {
                    let mut imported = Imported::default();
                    kept.settings = came.settings;
                    for record in came.records {
                        match record {
                            MemoryRecord::Message(_) => imported.messages += 1,
                            MemoryRecord::Fact(_) => imported.facts += 1,
                            MemoryRecord::Document(_) => imported.documents += 1,
                            MemoryRecord::Chunk(_) => imported.chunks += 1,
                        }
                        kept.skip(id(&record));
                        kept.records.insert(id(&record).to_owned(), record);
                    }
                    Ok(imported)
                })
            })();
            memory.with(|kept| kept.imports_ended += 1);
            taken
        })
    }
}
