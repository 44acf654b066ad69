//! A memory to test with: an embedder that counts words, an index that looks at everything.

use rosie_core::{
    ConversationId, Failure, Language, RoomId, UserId,
    memory::{
        Collection, Exchange, FactRecord, Memory, MemoryAdmin, MemoryFilter, MemoryQuery, MemoryRecord, MessageMeta,
        Recall, Recollection, Remember,
    },
};
use rosie_memory::{
    MemoryError, MemoryParts, RosieMemory, Store,
    seam::{Attributes, Embedder, EmbedderSource, Hit, IndexEntry, IndexFilter, IndexState, VectorIndex},
};
use std::{
    collections::BTreeMap,
    future::Future,
    path::Path,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::Thread,
    time::{Duration, Instant},
};

/// Wednesday, 18 November 2026, 14:00 UTC.
pub const NOW: u64 = 1_795_010_400_000;
pub const DAY: u64 = 86_400_000;

/// Words hashed into dimensions: texts with the same words are near. Counts what it was asked.
pub struct WordsEmbedder {
    pub id: &'static str,
    pub embedded: AtomicU64,
    /// Takes ten milliseconds a text, as a real one may.
    pub slow: AtomicBool,
}

impl WordsEmbedder {
    pub fn new(id: &'static str) -> Arc<Self> {
        Arc::new(Self {
            id,
            embedded: AtomicU64::new(0),
            slow: AtomicBool::new(false),
        })
    }
}

impl Embedder for WordsEmbedder {
    fn id(&self) -> &str {
        self.id
    }

    fn dimension(&self) -> usize {
        64
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, MemoryError> {
        self.embedded.fetch_add(texts.len() as u64, Ordering::SeqCst);
        if self.slow.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(10) * texts.len() as u32);
        }
        let vector = |text: &&str| {
            let mut vector = vec![0.01; 64];
            for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3) {
                let hash = word
                    .to_lowercase()
                    .bytes()
                    .fold(7usize, |h, b| h.wrapping_mul(31) + usize::from(b));
                vector[hash % 64] += 1.0;
            }
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            vector.iter().map(|x| x / length).collect()
        };
        Ok(texts.iter().map(vector).collect())
    }
}

/// A model that may come later, and rests soon.
#[derive(Default)]
pub struct Fetched {
    pub model: Mutex<Option<Arc<WordsEmbedder>>>,
    pub loads: AtomicU64,
    pub rests: AtomicU64,
}

impl EmbedderSource for Fetched {
    fn load(&self) -> Result<Arc<dyn Embedder>, MemoryError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        let missing = || MemoryError::Meaning("the model is not installed".to_owned());
        let model = self.model.lock().unwrap().clone().ok_or_else(missing)?;
        Ok(model)
    }

    fn rest_after(&self) -> Duration {
        Duration::from_millis(150)
    }

    fn released(&self) {
        self.rests.fetch_add(1, Ordering::SeqCst);
    }
}

/// Looks at everything.
#[derive(Default)]
pub struct PlainIndex(Mutex<BTreeMap<u64, (Vec<f32>, Attributes)>>);

impl VectorIndex for PlainIndex {
    fn add(&self, entries: Vec<IndexEntry>) -> Result<(), MemoryError> {
        let mut all = self.0.lock().unwrap();
        all.extend(
            entries
                .into_iter()
                .map(|entry| (entry.key, (entry.vector, entry.attributes))),
        );
        Ok(())
    }

    fn set_attributes(&self, key: u64, attributes: Attributes) -> bool {
        self.0
            .lock()
            .unwrap()
            .get_mut(&key)
            .map(|entry| entry.1 = attributes)
            .is_some()
    }

    fn remove(&self, keys: &[u64]) -> usize {
        let mut all = self.0.lock().unwrap();
        keys.iter().filter(|key| all.remove(key).is_some()).count()
    }

    fn search(&self, vector: &[f32], filter: &IndexFilter, k: usize) -> Vec<Hit> {
        let all = self.0.lock().unwrap();
        let allowed = all.iter().filter(|(_, (_, attributes))| filter.allows(attributes));
        let mut hits: Vec<Hit> = allowed
            .map(|(key, (own, _))| Hit {
                key: *key,
                similarity: own.iter().zip(vector).map(|(a, b)| a * b).sum(),
            })
            .collect();
        hits.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        hits.truncate(k);
        hits
    }

    fn clear(&self) {
        self.0.lock().unwrap().clear();
    }

    fn state(&self) -> IndexState {
        IndexState {
            entries: self.0.lock().unwrap().len(),
            ..IndexState::default()
        }
    }
}

/// Waits for what happens on other threads, at most as long as the memory takes to look for a model again.
pub fn until(what: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !what() {
        assert!(Instant::now() < limit, "it does not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn parts(store: Store, embedder: Option<Arc<WordsEmbedder>>) -> MemoryParts {
    MemoryParts {
        store: Arc::new(store),
        index: Arc::new(PlainIndex::default()),
        embedder: embedder.map(|embedder| Arc::new(embedder) as Arc<dyn EmbedderSource>),
        time_zone: jiff::tz::TimeZone::UTC,
        reader: None,
    }
}

/// A memory in a folder, loaded.
pub fn memory(folder: &Path) -> RosieMemory {
    let store = Store::open(folder).unwrap();
    let memory = RosieMemory::start(parts(store, Some(WordsEmbedder::new("words-1")))).unwrap();
    memory.settle();
    memory
}

pub fn exchange(question: &str, answer: &str, at: u64) -> Exchange {
    Exchange {
        conversation: ConversationId::from("c-1"),
        room: RoomId::from("kitchen"),
        user: None,
        language: Language::default(),
        asked_unix_ms: at,
        question: question.to_owned(),
        answer: answer.to_owned(),
        meta: MessageMeta::default(),
    }
}

pub fn by(exchange: Exchange, user: &str, room: &str, conversation: &str) -> Exchange {
    Exchange {
        user: (!user.is_empty()).then(|| UserId::from(user)),
        room: room.into(),
        conversation: conversation.into(),
        ..exchange
    }
}

pub fn asked(question: &str, user: &str) -> Recall {
    Recall {
        question: question.to_owned(),
        room: "kitchen".into(),
        user: (!user.is_empty()).then(|| UserId::from(user)),
        conversation: "now".into(),
        now_unix_ms: NOW,
        k: 5,
        faint: false,
    }
}

pub fn recall(memory: &RosieMemory, question: &str, user: &str) -> Vec<Recollection> {
    wait(memory.recall(asked(question, user))).unwrap()
}

pub fn texts(found: &[Recollection]) -> Vec<&str> {
    found.iter().map(|found| found.text.as_str()).collect()
}

/// All facts, those that became history, too.
pub fn facts_of(memory: &RosieMemory) -> Vec<FactRecord> {
    let query = MemoryQuery {
        filter: MemoryFilter {
            collections: vec![Collection::Facts],
            all_users: true,
            ..MemoryFilter::default()
        },
        ..MemoryQuery::default()
    };
    let found = wait(memory.query(query)).unwrap();
    let fact = |record| match record {
        MemoryRecord::Fact(fact) => Some(fact),
        _ => None,
    };
    found.into_iter().filter_map(|item| fact(item.record)).collect()
}

pub fn remember(memory: &RosieMemory, text: &str, user: &str) -> Result<String, Failure> {
    wait(memory.remember(Remember {
        text: text.to_owned(),
        room: "kitchen".into(),
        user: (!user.is_empty()).then(|| UserId::from(user)),
        language: Language::default(),
        now_unix_ms: NOW,
    }))
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

pub fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
