//! The memory under measurement: filled, asked, ended and started again.

use rosie_core::{
    BoxFuture,
    engine::EngineHealth,
    memory::{Exchange, Forget, Memory, MemoryAdmin, MemoryFilter, MessageMeta, Recall},
};
use rosie_memory::{
    MemoryError, MemoryParts, RosieMemory, Store,
    index::{IndexSettings, LiveIndex},
    seam::{Embedder, Hit},
};
use std::{
    fs,
    future::Future,
    os::unix::fs::MetadataExt,
    path::Path,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

pub type Failure = Box<dyn std::error::Error>;

const BASE: u64 = 1_700_000_000_000;
/// Between two exchanges; their two messages are a millisecond apart.
const STEP: u64 = 2000;
/// Exchanges that wait at once: a hundred messages, as many as ChromaDB gets.
const BATCH: usize = 50;
/// Exchanges recorded one by one afterwards.
const SINGLE: usize = 50;

/// Looks vectors up: "Message number 17: …" has the eighteenth.
struct Given(Vec<Vec<f32>>);

impl Embedder for Given {
    fn id(&self) -> &str {
        "given"
    }
    fn dimension(&self) -> usize {
        self.0[0].len()
    }
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, MemoryError> {
        let digits = |text: &&str| {
            text.chars()
                .skip_while(|c| !c.is_ascii_digit())
                .take_while(char::is_ascii_digit)
                .collect::<String>()
        };
        let vector = |text: &&str| digits(text).parse::<usize>().ok().and_then(|n| self.0.get(n)).cloned();
        let found: Option<Vec<_>> = texts.iter().map(vector).collect();
        found.ok_or_else(|| MemoryError::Meaning("a text without a number".to_owned()))
    }
}

pub struct Side {
    memory: RosieMemory,
    pub index: Arc<LiveIndex>,
    embedder: Arc<Given>,
    settings: IndexSettings,
    count: usize,
}

pub struct Single {
    pub times_ms: Vec<f64>,
    pub bytes_a_turn: u64,
}

pub struct Ended {
    pub disk_mb: f64,
    pub start_ms: f64,
    /// Processor time of the start.
    pub start_cpu_ms: f64,
    pub in_graph: usize,
}

pub struct Deleted {
    pub count: usize,
    pub ms: f64,
    pub rewrite_s: f64,
    pub written: u64,
    pub longest_ms: f64,
    pub disk_mb: f64,
}

/// The number of the message in place of its key, which is the upper half of its id.
pub fn numbered(hit: Hit) -> Hit {
    let since = (hit.key >> 16).saturating_sub(BASE);
    Hit {
        key: since / STEP * 2 + since % STEP,
        ..hit
    }
}

fn exchange(pair: usize, conversation: &str) -> Exchange {
    let text =
        |i: usize| format!("Message number {i}: the quick brown fox said something that is worth keeping for later.");
    Exchange {
        conversation: conversation.into(),
        room: format!("room {}", pair % 10).as_str().into(),
        user: None,
        language: Default::default(),
        asked_unix_ms: BASE + STEP * pair as u64,
        question: text(2 * pair),
        answer: text(2 * pair + 1),
        meta: MessageMeta::default(),
    }
}

fn started(
    place: &Path,
    embedder: Arc<Given>,
    settings: IndexSettings,
) -> Result<(RosieMemory, Arc<LiveIndex>), Failure> {
    let index = Arc::new(LiveIndex::new(settings));
    let memory = RosieMemory::start(MemoryParts {
        store: Arc::new(Store::open(place)?),
        index: index.clone(),
        embedder: Some(Arc::new(embedder)),
        time_zone: jiff::tz::TimeZone::UTC,
        reader: None,
    })?;
    Ok((memory, index))
}

impl Side {
    pub fn start(place: &Path, vectors: Vec<Vec<f32>>, settings: IndexSettings) -> Result<Side, Failure> {
        let embedder = Arc::new(Given(vectors));
        let (memory, index) = started(place, embedder.clone(), settings)?;
        Ok(Side {
            memory,
            index,
            embedder,
            settings,
            count: 0,
        })
    }

    /// Seconds until all is on the disk and can be found by meaning.
    pub fn insert(&mut self, count: usize) -> Result<f64, Failure> {
        let begun = Instant::now();
        self.count = count;
        for first in (0..count / 2).step_by(BATCH) {
            let waiting: Vec<BoxFuture<'_, _>> = (first..(first + BATCH).min(count / 2))
                .map(|pair| {
                    self.memory
                        .record(exchange(pair, &format!("conversation {}", pair / 8)))
                })
                .collect();
            for one in waiting {
                wait(one)?;
            }
        }
        self.memory.settle();
        Ok(begun.elapsed().as_secs_f64())
    }

    /// One exchange at a time, deleted again afterwards.
    pub fn add_single(&self) -> Result<Single, Failure> {
        let mut times_ms = Vec::new();
        let before = written();
        for i in 0..SINGLE {
            let begun = Instant::now();
            wait(self.memory.record(Exchange {
                asked_unix_ms: BASE + STEP * (self.count + i) as u64,
                ..exchange(i, "single")
            }))?;
            times_ms.push(begun.elapsed().as_secs_f64() * 1e3);
            // As in a house: the next one comes when the vectors of the last are made.
            self.memory.settle();
        }
        let bytes_a_turn = (written() - before) / SINGLE as u64;
        wait(self.memory.clear(MemoryFilter {
            conversation: Some("single".into()),
            all_users: true,
            ..MemoryFilter::default()
        }))?;
        Ok(Single { times_ms, bytes_a_turn })
    }

    /// Milliseconds of all that a turn does to remember: both indexes, the records, the weighing.
    pub fn recall_each(&self, questions: usize) -> Result<Vec<f64>, Failure> {
        let ask = |i: usize| {
            let begun = Instant::now();
            wait(self.memory.recall(Recall {
                question: format!("What was it about {}, the quick fox?", self.count + i),
                room: "room 3".into(),
                user: None,
                conversation: "now".into(),
                now_unix_ms: BASE + STEP * self.count as u64,
                k: 5,
                faint: false,
            }))?;
            Ok(begun.elapsed().as_secs_f64() * 1e3)
        };
        (0..questions).map(ask).collect()
    }

    pub fn end_and_start_again(&mut self, place: &Path) -> Result<Ended, Failure> {
        self.memory.end();
        let disk_mb = on_disk(place);
        // Everything of the first life has to let go of the file first.
        let nothing = tempfile::tempdir()?;
        (self.memory, self.index) = started(nothing.path(), self.embedder.clone(), self.settings)?;
        let (begun, cpu) = (Instant::now(), processor_ms());
        let (memory, index) = started(place, self.embedder.clone(), self.settings)?;
        while memory.info().health == EngineHealth::Loading {
            std::thread::sleep(Duration::from_millis(1));
        }
        let start_ms = begun.elapsed().as_secs_f64() * 1e3;
        let start_cpu_ms = processor_ms() - cpu;
        memory.settle();
        index.settle();
        let in_graph = index.in_graph();
        (self.memory, self.index) = (memory, index);
        Ok(Ended {
            disk_mb,
            start_ms,
            start_cpu_ms,
            in_graph,
        })
    }

    /// Deletes a tenth, and makes the file anew while somebody goes on talking.
    pub fn delete_a_room(&self) -> Result<Deleted, Failure> {
        let begun = Instant::now();
        let filter = MemoryFilter {
            rooms: vec!["room 7".into()],
            all_users: true,
            ..MemoryFilter::default()
        };
        let count = wait(self.memory.forget(Forget::Matching(filter)))?;
        let ms = begun.elapsed().as_secs_f64() * 1e3;
        let (done, written, longest) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
        let begun = Instant::now();
        let rewrite_s = std::thread::scope(|scope| {
            scope.spawn(|| {
                for i in 0.. {
                    if done.load(Ordering::SeqCst) {
                        return;
                    }
                    let begun = Instant::now();
                    if wait(self.memory.record(exchange(i % 100, "meanwhile"))).is_ok() {
                        written.fetch_add(1, Ordering::SeqCst);
                        longest.fetch_max(begun.elapsed().as_micros() as u64, Ordering::SeqCst);
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
            let tidied = self.memory.tidy();
            done.store(true, Ordering::SeqCst);
            tidied.map(|_| begun.elapsed().as_secs_f64())
        })?;
        let bytes = self.memory.stats()?.bytes_on_disk;
        Ok(Deleted {
            count,
            ms,
            rewrite_s,
            written: written.into_inner(),
            longest_ms: longest.into_inner() as f64 / 1e3,
            disk_mb: bytes as f64 / 1e6,
        })
    }
}

/// What the folder takes of the disk, in megabytes.
fn on_disk(place: &Path) -> f64 {
    let files = fs::read_dir(place).into_iter().flatten().flatten();
    let blocks: u64 = files.filter_map(|file| file.metadata().ok()).map(|m| m.blocks()).sum();
    blocks as f64 * 512.0 / 1e6
}

/// Bytes this process had written to the storage layer.
fn written() -> u64 {
    let io = fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Of the whole process, in steps of ten.
pub fn processor_ms() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    10.0 * ticks
        .skip(11)
        .take(2)
        .filter_map(|n| n.parse::<f64>().ok())
        .sum::<f64>()
}

/// Megabytes.
pub fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|n| n.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e3
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
