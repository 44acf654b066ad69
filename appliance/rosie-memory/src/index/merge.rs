//! The background thread: builds the graph anew when too many entries stand outside it, and writes the rows anew when
//! too many were removed. Searches and additions go on meanwhile; only the exchange at the end locks them out, for as
//! long as copying what changed takes.

use super::{Contents, IndexSettings, Shared, calibrate, graph::Graph, rows::Rows};
use std::{
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
        while rebuild(shared, &pool, &state.stop) {}
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
    let covered = contents.graph.as_ref().map_or(0, |graph| graph.rows());
    let compact = rows.dead() > settings.tombstones.max(rows.len() / 8);
    // One that did not pay is tried again at twice the size.
    let since = if covered == 0 { contents.tried } else { covered / 4 };
    let late = rows.len() - covered.max(contents.tried.min(rows.len()));
    Plan {
        compact,
        graph: rows.alive() >= settings.graph_from && (late > settings.tail.max(since) || compact),
    }
}

/// One round; true where there may be more to do.
fn rebuild(shared: &Shared, pool: &rayon::ThreadPool, stop: &AtomicBool) -> bool {
    let contents = shared.read();
    let plan = plan(&contents, &shared.settings);
    if plan
        == (Plan {
            compact: false,
            graph: false,
        })
        || stop.load(Ordering::Relaxed)
    {
        return false;
    }
    let (basis, life, from) = match plan.compact {
        true => (contents.rows.compacted(), contents.life, contents.rows.len()),
        false => (contents.rows.clone(), contents.life, contents.rows.len()),
    };
    drop(contents);
    let started = std::time::Instant::now();
    let graph = match plan.graph {
        true => Graph::build(&basis.vectors, pool, stop),
        false => None,
    };
    if stop.load(Ordering::Relaxed) {
        return false;
    }
    let must_pay = shared.settings.graph_must_pay;
    let graph = graph.and_then(|mut graph| calibrate::calibrate(&mut graph, &basis, must_pay).then(|| Arc::new(graph)));
    tracing::debug!(
        entries = basis.len(),
        breadth = graph.as_ref().map(|g| g.breadth),
        duration_ms = started.elapsed().as_millis() as u64,
        "index rebuilt"
    );
    let mut contents = shared.write();
    if contents.life != life {
        return true;
    }
    contents.tried = basis.len();
    contents.graph = graph;
    if plan.compact {
        exchange(&mut contents.rows, basis, from);
    }
    true
}

/// Puts `basis`, made of the first `from` rows, in place of `rows`, with what happened since.
fn exchange(rows: &mut Rows, mut basis: Rows, from: usize) {
    for row in 0..basis.len() {
        match rows.row_of(basis.keys[row]).filter(|&now| now < from) {
            Some(now) => basis.metas[row] = rows.metas[now],
            None => {
                basis.remove(basis.keys[row]);
            }
        }
    }
    basis.tags = std::mem::take(&mut rows.tags);
    for row in (from..rows.len()).filter(|&row| rows.metas[row].alive) {
        basis.push_row(rows.keys[row], rows.vectors.row(row), rows.metas[row]);
    }
    *rows = basis;
}
