//! What reaches beyond this machine: one trait for every integration, and what it shows of itself.
//!
//! Each runs on a thread of its own behind a bounded queue ([`Supervised`]). Nobody calls into it from a turn: what a turn
//! needs at once (names, states, health) the integration posts on its [`Board`], and the last posting is read there. So
//! one that hangs, panics or loops costs its own calls and nothing else.

mod breaker;
mod probe;
mod supervise;
mod tool;

pub use probe::probe;
pub use supervise::{Limits, Supervised};
pub(crate) use tool::{Tool, sentences, text_argument};

use crate::skill::{Outlook, Within};
use rosie_core::{
    BoxFuture, CallContext, EndpointId, ErrorCode, Failure, KnownNames, RoomId, ToolCall, ToolOutcome, ToolSpec,
    dialog::EntityState, engine::EngineHealth,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Calls by which the owner joins an account to an integration that has one, and leaves it; never an intent's or a model's.
/// Their result's data is how it stands then: `state` (`not_connected`, `waiting`, `connected`), `problem`, and while it waits
/// `road`, `url`, `code` and `expires_in_s`.
pub const SEE: &str = "account.see";
/// `road`: `device` or `browser`.
pub const BEGIN: &str = "account.begin";
/// `answer`: what the browser brought.
pub const FINISH: &str = "account.finish";
pub const END: &str = "account.end";

/// Something outside that carries calls out. Made from its validated configuration; begins with
/// [`Integration::initialize`]. The first six are constants and are asked once.
pub trait Integration: Send + Sync + 'static {
    /// `home_assistant`: in `/health/integrations/{name}`, in logs and in errors.
    fn name(&self) -> &str;

    /// Names of the calls it takes.
    fn calls(&self) -> &'static [&'static str];

    /// Those of them that others may take, where this one's [`View::takes`] says no.
    fn shares(&self) -> &'static [&'static str] {
        &[]
    }

    /// What all of its other calls begin with, where it learns only later which they are ([`Board::tools`]).
    fn prefix(&self) -> Option<&str> {
        None
    }

    /// Those of them that a model may make.
    fn tools(&self) -> Vec<ToolSpec> {
        Vec::new()
    }

    /// Sentence templates that come with it, for the fast path.
    fn intents(&self) -> Vec<Sentences> {
        Vec::new()
    }

    /// Its call that takes a whole sentence which no template took, where the owner wants that.
    fn takes_sentences(&self) -> Option<&'static str> {
        None
    }

    /// Runs until [`Ground::ending`]: connects, follows, posts. Whoever returns earlier, or panics, is started anew
    /// after a pause.
    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>>;

    /// Carries out one of [`Integration::calls`]. Cut off at the deadline; a panic is caught.
    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome>;

    /// Tries its configuration once, on its own: no [`Integration::initialize`] came before. A sentence with what answered, or
    /// with what is wrong and what would be right. Changes nothing anywhere.
    fn probe(&self) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async { Err(Failure::new(ErrorCode::NotSupported, "it cannot be tried")) })
    }

    /// The last thing that is asked of it.
    fn shutdown(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Sentence templates of one language, in the form of `home-assistant-intents`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentences {
    pub language: &'static str,
    /// Names them in errors.
    pub file: &'static str,
    pub yaml: &'static str,
}

/// Waits between two attempts to connect; the last one is repeated.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// How long to wait before the next attempt after so many that failed.
pub(crate) fn pause(failed: usize) -> Duration {
    PAUSES[failed.min(PAUSES.len() - 1)]
}

/// Where an integration stands.
#[derive(Clone)]
pub struct Ground {
    pub board: Board,
    /// Cancelled when it has to end.
    pub ending: CancellationToken,
}

impl Ground {
    /// Does `work` until it is done, or until it has to end.
    pub(crate) async fn until_its_end(&self, work: impl Future<Output = ()>) {
        tokio::select! {
            () = self.ending.cancelled() => {}
            () = work => {}
        }
    }
}

/// Where an integration tells how it is.
#[derive(Clone)]
pub struct Board(watch::Sender<Posted>);

impl Board {
    /// A board, and where it is read.
    pub fn new() -> (Self, watch::Receiver<Posted>) {
        let (sender, receiver) = watch::channel(Posted::default());
        (Self(sender), receiver)
    }

    pub fn health(&self, health: EngineHealth) {
        self.0.send_modify(|posted| posted.health = health);
    }

    /// What it is connected to ("Home Assistant 2025.4.4").
    pub fn what(&self, what: String) {
        self.0.send_modify(|posted| posted.what = what);
    }

    /// Tools that it learnt of by itself, besides [`Integration::tools`].
    pub fn tools(&self, tools: Vec<ToolSpec>) {
        self.0.send_modify(|posted| posted.tools = tools);
    }

    pub fn view(&self, view: Option<Arc<dyn View>>) {
        self.0.send_modify(|posted| posted.view = view);
    }
}

/// The last that an integration told of itself.
#[derive(Clone)]
pub struct Posted {
    pub health: EngineHealth,
    pub what: String,
    pub tools: Vec<ToolSpec>,
    /// `None` until it knows the home.
    pub view: Option<Arc<dyn View>>,
}

impl Default for Posted {
    fn default() -> Self {
        Self {
            health: EngineHealth::Loading,
            what: String::new(),
            tools: Vec::new(),
            view: None,
        }
    }
}

/// The home as an integration knew it at one moment: unchangeable, read without a wait.
pub trait View: Send + Sync {
    /// Names that people may say.
    fn names(&self) -> KnownNames;

    /// What a model may be told of; empty where the states are not those of now.
    fn entities(&self) -> Vec<EntityState>;

    /// Whether a call needs a yes: the question by language.
    fn confirmation(&self, call: &ToolCall, context: &CallContext) -> Option<BTreeMap<String, String>>;

    /// Whether it takes a call that it shares.
    fn takes(&self, _call: &ToolCall) -> bool {
        true
    }

    /// What a call of another skill means in this home, as it is now.
    fn instead(&self, _call: &ToolCall, _context: &CallContext) -> Option<ToolCall> {
        None
    }

    /// Whether it can be made at once, with nobody there to be asked.
    fn outlook(&self, _call: &ToolCall, _context: &CallContext) -> Outlook {
        Outlook::Clear
    }

    /// What becomes of a call from an endpoint that may control only these rooms.
    fn within(&self, _call: &ToolCall, _context: &CallContext, _rooms: &[RoomId]) -> Within {
        Within::AsIs
    }

    /// What was asked at an endpoint and waits to be heard there.
    fn asked(&self, _endpoint: &EndpointId) -> Option<&'static str> {
        None
    }

    /// Something else is spoken of at an endpoint.
    fn forget(&self, _endpoint: &EndpointId) {}
}
