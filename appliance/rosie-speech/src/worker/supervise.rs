//! The life of one engine thread: load, serve, and begin again after a panic.

use super::{Engine, Job, Next, REST_AFTER, Source, Status, WorkerSpec};
use crate::SpeechError;
use rosie_core::Failure;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// A wait that only bounds how long a thread sleeps between looks at its source.
const POLL: Duration = Duration::from_secs(60);
/// How soon a job that nobody can do is refused.
const REFUSE_EVERY: Duration = Duration::from_millis(20);
/// After a panic the engine is loaded again after this long, doubled with each panic in a row.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Serving this long without a panic forgets the earlier ones.
const FORGIVEN_AFTER: Duration = Duration::from_secs(60);

pub(super) fn supervise<S, E>(
    spec: &WorkerSpec,
    index: usize,
    source: &S,
    load: &(impl Fn(usize) -> Result<E, SpeechError> + ?Sized),
    status: &Status,
) where
    S: Source,
    E: Engine<Job = S::Job>,
{
    let mut pause = FIRST_PAUSE;
    loop {
        let Some(engine) = load_until_it_works(spec, index, source, load, status) else {
            return;
        };
        let since = Instant::now();
        match serve(spec, source, engine, status) {
            Ended::Closed => return,
            Ended::Lost(reason) => {
                tracing::warn!(engine = spec.name, reason, "engine lost");
                status.set_unavailable(index, reason);
                continue;
            }
            Ended::Panicked => {}
        }
        status.count_restart();
        status.set_loading(index);
        if since.elapsed() > FORGIVEN_AFTER {
            pause = FIRST_PAUSE;
        }
        // Jobs go on waiting in the source; another thread may take them.
        sleep_unless_closing(pause, status);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

enum Ended {
    Closed,
    Panicked,
    Lost(String),
}

/// Loads, answering waiting jobs with the reason while nobody can serve them; `None` when the source was closed.
fn load_until_it_works<S, E>(
    spec: &WorkerSpec,
    index: usize,
    source: &S,
    load: &(impl Fn(usize) -> Result<E, SpeechError> + ?Sized),
    status: &Status,
) -> Option<E>
where
    S: Source,
    E: Engine<Job = S::Job>,
{
    let mut told = String::new();
    loop {
        if status.closing() {
            drain_closed(spec, source);
            return None;
        }
        let started = Instant::now();
        let reason = match catch_unwind(AssertUnwindSafe(|| load(index))) {
            Ok(Ok(engine)) => {
                let degraded = engine.degraded();
                let load_ms = started.elapsed().as_millis() as u64;
                match &degraded {
                    Some(reason) => tracing::warn!(engine = spec.name, load_ms, reason, "engine ready, degraded"),
                    None => tracing::info!(engine = spec.name, load_ms, "engine ready"),
                }
                status.set_serving(index, degraded);
                return Some(engine);
            }
            Ok(Err(error)) => error.to_string(),
            Err(panic) => format!("loading panicked: {}", panic_text(&*panic)),
        };
        if reason != told {
            tracing::error!(engine = spec.name, reason, "engine unavailable, will try again");
            told.clone_from(&reason);
        }
        status.set_unavailable(index, reason.clone());
        let until = Instant::now() + spec.retry;
        while Instant::now() < until {
            if !status.nobody_serves() {
                // Another thread of this engine serves: its jobs are not ours to refuse.
                sleep_unless_closing(until.saturating_duration_since(Instant::now()), status);
                break;
            }
            // Taken without waiting: a thread that sleeps here would refuse a job that another one, ready by then, can do.
            match source.next(Duration::ZERO) {
                Next::Job(job) => answer(job, Failure::new(spec.code, reason.clone())),
                Next::Idle => sleep_unless_closing(REFUSE_EVERY, status),
                Next::Closed => return None,
            }
        }
    }
}

fn serve<S, E>(spec: &WorkerSpec, source: &S, mut engine: E, status: &Status) -> Ended
where
    S: Source,
    E: Engine<Job = S::Job>,
{
    let mut resting = false;
    loop {
        let mut job = match source.next(if resting { POLL } else { REST_AFTER }) {
            Next::Job(job) => job,
            Next::Idle if resting => continue,
            Next::Idle => {
                resting = true;
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| engine.rest())) {
                    tracing::error!(
                        engine = spec.name,
                        panic = panic_text(&*panic),
                        "engine panicked at rest"
                    );
                    let _ = catch_unwind(AssertUnwindSafe(|| drop(engine)));
                    return Ended::Panicked;
                }
                crate::release_unused_memory();
                continue;
            }
            Next::Closed => return Ended::Closed,
        };
        resting = false;
        if status.closing() {
            answer(job, Failure::new(spec.code, "shutting down"));
            continue;
        }
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| engine.run(&mut job))) {
            tracing::error!(
                engine = spec.name,
                panic = panic_text(&*panic),
                "engine panicked, loading it again"
            );
            answer(
                job,
                Failure::new(
                    spec.code,
                    "the engine stopped in the middle of the work and was started again",
                ),
            );
            // The engine's own state is suspect: even its drop may panic.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(engine)));
            return Ended::Panicked;
        }
        if let Some(reason) = engine.lost() {
            return Ended::Lost(reason);
        }
    }
}

fn drain_closed<S: Source>(spec: &WorkerSpec, source: &S) {
    while let Next::Job(job) = source.next(Duration::ZERO) {
        answer(job, Failure::new(spec.code, "shutting down"));
    }
}

/// A callback that panics must not take the supervisor with it.
fn answer(job: impl Job, failure: Failure) {
    if catch_unwind(AssertUnwindSafe(|| job.fail(failure))).is_err() {
        tracing::error!("the callback of a job panicked");
    }
}

fn sleep_unless_closing(time: Duration, status: &Status) {
    let until = Instant::now() + time;
    while !status.closing() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20).min(until.saturating_duration_since(Instant::now())));
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
