//! An integration under supervision: a thread of its own, a bounded queue, a deadline, a catch, a circuit breaker.

use super::{Board, Ground, Integration, Posted, Sentences, breaker::Breaker};
use crate::{
    HubError, Skill,
    skill::{Outlook, Within},
};
use futures_util::FutureExt;
use rosie_core::{
    BoxFuture, CallContext, EndpointId, Failure, KnownNames, RoomId, ToolCall, ToolOutcome, ToolSpec,
    dialog::EntityState,
    engine::{EngineHealth, EngineInfo},
};
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Semaphore, mpsc, oneshot, watch},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How much an integration is given.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest that one call may take.
    pub deadline: Duration,
    /// Calls that may wait.
    pub queue: usize,
    /// Calls carried out at once.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(8),
            queue: 32,
            at_once: 8,
        }
    }
}

/// Pauses before an integration that ended or panicked is started anew.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(20),
    Duration::from_secs(60),
];
/// For [`Integration::shutdown`].
const LAST_WORDS: Duration = Duration::from_secs(2);

struct Job {
    call: ToolCall,
    context: CallContext,
    answer: oneshot::Sender<ToolOutcome>,
}

/// The handle of a supervised integration; a skill like any other to the hub.
pub struct Supervised {
    name: String,
    calls: &'static [&'static str],
    shared: &'static [&'static str],
    prefix: Option<String>,
    tools: Vec<ToolSpec>,
    sentences: Vec<Sentences>,
    /// The call that takes whole sentences.
    whole: Option<&'static str>,
    limits: Limits,
    queue: mpsc::Sender<Job>,
    posted: watch::Receiver<Posted>,
    breaker: Mutex<Breaker>,
    refused: AtomicU64,
    restarts: Arc<AtomicU64>,
    ending: CancellationToken,
    ended: CancellationToken,
}

impl Supervised {
    /// Starts the integration on its thread. It ends with `stopping`, or with [`Self::stop`].
    pub fn start(
        integration: Arc<dyn Integration>,
        limits: Limits,
        stopping: &CancellationToken,
    ) -> std::io::Result<Arc<Self>> {
        let (queue, jobs) = mpsc::channel(limits.queue);
        let (board, posted) = Board::new();
        let ending = stopping.child_token();
        let ended = CancellationToken::new();
        let restarts = Arc::<AtomicU64>::default();
        let this = Arc::new(Self {
            name: integration.name().to_owned(),
            calls: integration.calls(),
            shared: integration.shares(),
            prefix: integration.prefix().map(str::to_owned),
            tools: integration.tools(),
            sentences: integration.intents(),
            whole: integration.takes_sentences(),
            limits,
            queue,
            posted,
            breaker: Mutex::default(),
            refused: AtomicU64::new(0),
            restarts: restarts.clone(),
            ending: ending.clone(),
            ended: ended.clone(),
        });
        let worker = Worker {
            integration,
            limits,
            ground: Ground { board, ending },
            restarts,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new()
            .name(
                format!("rosie-{}", this.name.replace('_', "-"))
                    .chars()
                    .take(15)
                    .collect(),
            )
            .spawn(move || {
                let _last = ended.drop_guard();
                runtime.block_on(worker.run(jobs));
            })?;
        Ok(this)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn sentences(&self) -> &[Sentences] {
        &self.sentences
    }

    /// For health, status and the page.
    pub fn info(&self) -> EngineInfo {
        let posted = self.posted.borrow().clone();
        let rests = self.breaker().rests(Instant::now());
        let health = match rests {
            true => EngineHealth::Unavailable {
                reason: format!(
                    "{} broke down several times in a row and is left alone for a while",
                    self.name
                ),
            },
            false => posted.health,
        };
        EngineInfo {
            engine: self.name.clone(),
            model: posted.what,
            health,
            queue_depth: self.limits.queue.saturating_sub(self.queue.capacity()),
            dropped: self.refused.load(Ordering::Relaxed),
            restarts: self.restarts.load(Ordering::Relaxed),
        }
    }

    /// Waits until it is ready, or serves somehow, at most `limit`; true when it does.
    pub async fn ready(&self, limit: Duration) -> bool {
        let mut posted = self.posted.clone();
        let serves = async { posted.wait_for(|posted| posted.health.serves()).await.is_ok() };
        tokio::time::timeout(limit, serves).await.unwrap_or(false)
    }

    /// Ends it; waits for its last words, at most `limit`.
    pub async fn stop(&self, limit: Duration) {
        self.ending.cancel();
        if tokio::time::timeout(limit, self.ended.cancelled()).await.is_err() {
            tracing::warn!(integration = %self.name, "did not end in time and is cut");
        }
    }

    async fn ask(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        if !self.breaker().lets_through(Instant::now()) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(HubError::Resting {
                name: self.name.clone(),
            }
            .into());
        }
        let (answer, answered) = oneshot::channel();
        let name = call.name.clone();
        let job = Job { call, context, answer };
        if self.queue.try_send(job).is_err() {
            self.refused.fetch_add(1, Ordering::Relaxed);
            self.breaker().broke_down(Instant::now());
            return Err(HubError::Overrun {
                name: self.name.clone(),
            }
            .into());
        }
        match tokio::time::timeout(self.limits.deadline, answered).await {
            Ok(Ok(outcome)) => {
                self.breaker().worked();
                outcome
            }
            Ok(Err(_panicked)) => {
                self.breaker().broke_down(Instant::now());
                let skill = self.name.clone();
                Err(HubError::Panicked { skill, call: name }.into())
            }
            Err(_elapsed) => {
                self.breaker().broke_down(Instant::now());
                let seconds = self.limits.deadline.as_secs();
                let skill = self.name.clone();
                Err(HubError::TooSlow { skill, seconds }.into())
            }
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the last view; one that panics has nothing to say.
    fn seen<T>(&self, read: impl FnOnce(&dyn super::View) -> T) -> Option<T> {
        let view = self.posted.borrow().view.clone()?;
        catch_unwind(AssertUnwindSafe(|| read(&*view)))
            .inspect_err(|_| tracing::error!(integration = %self.name, "what it knows cannot be read"))
            .ok()
    }
}

impl Skill for Supervised {
    fn name(&self) -> &str {
        &self.name
    }

    fn calls(&self) -> &[&str] {
        self.calls
    }

    fn shares(&self, call: &str) -> bool {
        self.shared.contains(&call)
    }

    /// Until it knows what there is, everything: what it would do must not be done elsewhere.
    fn takes(&self, call: &ToolCall, _context: &CallContext) -> bool {
        !self.shares(&call.name) || self.seen(|view| view.takes(call)).unwrap_or(true)
    }

    fn instead(&self, call: &ToolCall, context: &CallContext) -> Option<ToolCall> {
        self.seen(|view| view.instead(call, context)).flatten()
    }

    fn owns(&self, call: &str) -> bool {
        self.prefix.as_deref().is_some_and(|prefix| call.starts_with(prefix))
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(self.ask(call.clone(), context.clone()))
    }

    fn tools(&self) -> Vec<ToolSpec> {
        let posted = self.posted.borrow();
        match posted.health.serves() {
            true => self.tools.iter().chain(&posted.tools).cloned().collect(),
            false => Vec::new(),
        }
    }

    fn names(&self) -> KnownNames {
        self.seen(|view| view.names()).unwrap_or_default()
    }

    fn entities(&self) -> Vec<EntityState> {
        match self.posted.borrow().health.serves() {
            true => self.seen(|view| view.entities()).unwrap_or_default(),
            false => Vec::new(),
        }
    }

    fn confirmation(&self, call: &ToolCall, context: &CallContext) -> Option<BTreeMap<String, String>> {
        self.seen(|view| view.confirmation(call, context)).flatten()
    }

    fn outlook(&self, call: &ToolCall, context: &CallContext) -> Outlook {
        self.seen(|view| view.outlook(call, context)).unwrap_or(Outlook::Away)
    }

    /// Who knows no home yet can do nothing in it; a view that breaks down lets nothing through.
    fn within(&self, call: &ToolCall, context: &CallContext, rooms: &[RoomId]) -> Within {
        if self.posted.borrow().view.is_none() {
            return Within::AsIs;
        }
        let broken = || Within::Refused {
            action: call.name.clone(),
            things: Vec::new(),
        };
        self.seen(|view| view.within(call, context, rooms))
            .unwrap_or_else(broken)
    }

    fn asked(&self, endpoint: &EndpointId) -> Option<&'static str> {
        self.seen(|view| view.asked(endpoint)).flatten()
    }

    fn forget(&self, endpoint: &EndpointId) {
        self.seen(|view| view.forget(endpoint));
    }

    fn takes_sentences(&self) -> Option<&'static str> {
        self.whole.filter(|_| self.posted.borrow().health.serves())
    }
}

/// What runs on the integration's thread.
struct Worker {
    integration: Arc<dyn Integration>,
    limits: Limits,
    ground: Ground,
    restarts: Arc<AtomicU64>,
}

impl Worker {
    async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let tasks = TaskTracker::new();
        let ending = self.ground.ending.clone();
        let places = Arc::new(Semaphore::new(self.limits.at_once));
        tasks.spawn(keep_running(self.integration.clone(), self.ground, self.restarts));
        loop {
            let job = tokio::select! {
                () = ending.cancelled() => break,
                job = jobs.recv() => match job { Some(job) => job, None => break },
            };
            let Ok(place) = places.clone().acquire_owned().await else {
                break;
            };
            let (integration, deadline) = (self.integration.clone(), self.limits.deadline);
            tasks.spawn(async move {
                let _place = place;
                carry_out(&*integration, job, deadline).await;
            });
        }
        ending.cancel();
        let _ = tokio::time::timeout(LAST_WORDS, self.integration.shutdown()).await;
        tasks.close();
        let _ = tokio::time::timeout(LAST_WORDS, tasks.wait()).await;
    }
}

/// A panic drops the sender, and so tells the caller.
async fn carry_out(integration: &dyn Integration, job: Job, deadline: Duration) {
    let name = job.call.name.clone();
    let work = AssertUnwindSafe(async { integration.handle(job.call, job.context).await }).catch_unwind();
    match tokio::time::timeout(deadline, work).await {
        Ok(Ok(outcome)) => {
            let _ = job.answer.send(outcome);
        }
        Ok(Err(_panic)) => tracing::error!(integration = integration.name(), call = name, "an integration panicked"),
        // The caller has given up at the same moment.
        Err(_elapsed) => {}
    }
}

async fn keep_running(integration: Arc<dyn Integration>, ground: Ground, restarts: Arc<AtomicU64>) {
    let name = integration.name();
    let mut failed = 0;
    loop {
        let began = Instant::now();
        let running = AssertUnwindSafe(integration.clone().initialize(ground.clone())).catch_unwind();
        let reason = match running.await {
            _ if ground.ending.is_cancelled() => return,
            Ok(Ok(())) => "it ended by itself".to_owned(),
            Ok(Err(Failure { detail, .. })) => detail,
            Err(_panic) => "it broke down; the log has more".to_owned(),
        };
        restarts.fetch_add(1, Ordering::Relaxed);
        tracing::error!(integration = name, reason, "an integration ended and is started anew");
        ground.board.health(EngineHealth::Unavailable { reason });
        // What ran well for long begins with the short pauses again.
        failed = if began.elapsed() >= PAUSES[PAUSES.len() - 1] {
            0
        } else {
            failed
        };
        let pause = PAUSES[failed.min(PAUSES.len() - 1)];
        failed += 1;
        tokio::select! {
            () = ground.ending.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
