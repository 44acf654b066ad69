//! The background thread: builds the graph anew when too many entries stand outside it, and writes the rows anew when
//! too many were removed. Searches and additions go on meanwhile: under the lock only lists of shared pieces and what
//! rows are about are copied, and what is thrown away is dropped outside it.

use super::{
    Contents, IndexSettings, Shared, calibrate,
    graph::Graph,
    graph_file::{self, Known},
    rows::Compacted,
};
use std::{
    fs, io,
    path::Path,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

/// Niceness of the thread: whoever talks to Rosie goes first.
const NICENESS: i32 = 10;

#[derive(Debug)]
pub(super) struct Builder {
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    job: Mutex<Job>,
    changed: Condvar,
    stop: AtomicBool,
}

#[derive(Debug, Default)]
struct Job {
    /// Something changed since the thread looked.
    look: bool,
    busy: bool,
}

impl State {
    fn job(&self) -> MutexGuard<'_, Job> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Builder {
    pub fn start(shared: Arc<Shared>) -> Builder {
        let state = Arc::new(State::default());
        let own = state.clone();
        let thread = std::thread::Builder::new()
            .name("memory-index".to_owned())
            .spawn(move || work(&shared, &own));
        if let Err(error) = &thread {
            tracing::warn!(%error, "no thread for the index: it goes on without a graph");
        }
        Builder {
            state,
            thread: thread.ok(),
        }
    }

    /// Lets the thread see whether there is something to do.
    pub fn look(&self) {
        self.state.job().look = true;
        self.state.changed.notify_all();
    }

    pub fn is_busy(&self) -> bool {
        self.state.job().busy
    }

    pub fn wait_idle(&self) {
        let mut job = self.state.job();
        while (job.look || job.busy) && self.thread.as_ref().is_some_and(|t| !t.is_finished()) {
            job = self.state.changed.wait(job).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Builder {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::Relaxed);
        // Under the lock, so that the thread cannot miss it between looking and falling asleep.
        drop(self.state.job());
        self.state.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(shared: &Shared, state: &State) {
    // Lower priority is a kindness, not a need.
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
    // instant-distance builds on rayon; this pool is this thread.
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build();
    let pool = match pool {
        Ok(pool) => pool,
        Err(error) => {
            tracing::warn!(%error, "the index goes on without a graph");
            return;
        }
    };
    loop {
        let mut job = state.job();
        while !job.look && !state.stop.load(Ordering::Relaxed) {
            job.busy = false;
            state.changed.notify_all();
            job = state.changed.wait(job).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stop.load(Ordering::Relaxed) {
            job.busy = false;
            state.changed.notify_all();
            return;
        }
        (job.look, job.busy) = (false, true);
        drop(job);
        if shared.take_up.swap(false, Ordering::SeqCst) {
            take_up(shared);
        }
        while rebuild(shared, &pool, &state.stop) {}
        if shared.erased.swap(false, Ordering::SeqCst) {
            save(shared);
        }
    }
}

/// What has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Plan {
    compact: bool,
    graph: bool,
}

fn plan(contents: &Contents, settings: &IndexSettings) -> Plan {
    let rows = &contents.rows;
    let covered = contents.graph.as_ref().map_or(0, |graph| graph.covered());
    let compact = rows.dead() > settings.tombstones.max(rows.len() / 8);
    // One that did not pay is tried again at twice the size.
    let since = if covered == 0 { contents.tried } else { covered / 4 };
    let late = rows.len() - covered.max(contents.tried).min(rows.len());
    Plan {
        compact,
        graph: rows.alive() >= settings.graph_from && (late > settings.tail.max(since) || compact),
    }
}

/// One round; true where there may be more to do.
fn rebuild(shared: &Shared, pool: &rayon::ThreadPool, stop: &AtomicBool) -> bool {
    if shared.waits.load(Ordering::SeqCst) || stop.load(Ordering::Relaxed) {
        return false;
    }
    let contents = shared.read();
    let plan = plan(&contents, &shared.settings);
    if !plan.compact && !plan.graph {
        return false;
    }
    let life = contents.life;
    let (vectors, mut living) = (contents.rows.vectors.clone(), contents.rows.living());
    let keys = if plan.compact {
        contents.rows.keys.clone()
    } else {
        Vec::new()
    };
    drop(contents);
    let started = std::time::Instant::now();
    let compacted = plan.compact.then(|| Compacted::of(&vectors, &keys, &living));
    let basis = compacted.as_ref().map_or(&vectors, Compacted::vectors);
    if compacted.is_some() {
        living = vec![true; basis.len()];
    }
    let graph = match plan.graph {
        true => Graph::build(basis, pool, stop),
        false => None,
    };
    if stop.load(Ordering::Relaxed) {
        return false;
    }
    let must_pay = shared.settings.graph_must_pay;
    let graph =
        graph.and_then(|mut graph| calibrate::calibrate(&mut graph, basis, &living, must_pay).then(|| Arc::new(graph)));
    let entries = basis.len();
    tracing::debug!(
        entries,
        breadth = graph.as_ref().map(|g| g.breadth),
        duration_ms = started.elapsed().as_millis() as u64,
        "index rebuilt"
    );
    let mut contents = shared.write();
    if contents.life != life {
        return true;
    }
    contents.tried = entries;
    let old_graph = std::mem::replace(&mut contents.graph, graph);
    let old_rows = compacted.map(|compacted| compacted.replace(&mut contents.rows));
    drop(contents);
    drop((old_graph, old_rows, vectors));
    save(shared);
    true
}

/// Everything stored was added: the graph of an earlier life fits it, but for what changed since.
fn take_up(shared: &Shared) {
    let Some(path) = shared.file() else { return };
    let started = std::time::Instant::now();
    let (saved, was) = match graph_file::load(&path) {
        Ok(loaded) => loaded,
        Err(graph_file::GraphFileError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "the graph is not used, it is built anew");
            return;
        }
    };
    let contents = shared.read();
    let life = contents.life;
    let (vectors, keys, living) = Known::of_rows(&contents.rows, usize::MAX);
    drop(contents);
    let now = Known::of(&vectors, &keys, &living);
    let Some(graph) = graph_file::fitted(saved, &was, &now) else {
        tracing::info!("the graph is of other vectors, it is built anew");
        return;
    };
    let mut contents = shared.write();
    if contents.life == life {
        contents.tried = graph.covered();
        tracing::debug!(
            covers = graph.covered(),
            outside = graph.outside.len(),
            duration_ms = started.elapsed().as_millis() as u64,
            "the graph was taken up"
        );
        contents.graph = Some(Arc::new(graph));
    }
}

/// Brings the file to what the graph is now.
fn save(shared: &Shared) {
    let Some(path) = shared.file() else { return };
    let contents = shared.read();
    let graph = contents.graph.clone();
    let (vectors, keys, living) = Known::of_rows(&contents.rows, graph.as_ref().map_or(0, |graph| graph.rows()));
    drop(contents);
    let saved = match graph {
        Some(graph) => graph_file::save(&path, &graph, &Known::of(&vectors, &keys, &living)),
        None => removed(&path),
    };
    if let Err(error) = saved {
        tracing::warn!(path = %path.display(), %error, "the graph is not saved: the next start builds it anew");
    }
}

fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
