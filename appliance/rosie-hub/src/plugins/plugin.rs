//! One plugin as an integration of the hub.

use super::{
    Launch, Manifest,
    link::{self, LastWords, Link},
    manifest::Place,
    words::{self, READ, SPOKEN},
};
use crate::{
    Clock,
    integration::{Ground, Integration, View},
};
use futures_util::FutureExt;
use rmcp::{
    RoleClient,
    model::CallToolRequestParams,
    service::{Peer, ServiceError},
};
use rosie_core::{
    BoxFuture, CallContext, ErrorCode, Failure, KnownNames, ToolCall, ToolOutcome, ToolResult,
    audit::{AuditLog, Deed},
    dialog::EntityState,
    engine::EngineHealth,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;

/// Calls in a row without an answer after which it is started anew.
const HUNG: usize = 3;
/// For saying goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

pub struct Plugin {
    name: String,
    prefix: String,
    manifest: Arc<Manifest>,
    folder: PathBuf,
    launch: Arc<dyn Launch>,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn AuditLog>,
    peer: Mutex<Option<Peer<RoleClient>>>,
    hung: AtomicUsize,
    again: Notify,
    last_words: LastWords,
}

impl Plugin {
    pub fn new(
        manifest: Arc<Manifest>,
        folder: PathBuf,
        launch: Arc<dyn Launch>,
        (clock, audit): (Arc<dyn Clock>, Arc<dyn AuditLog>),
    ) -> Self {
        Self {
            name: format!("plugin_{}", manifest.name),
            prefix: manifest.prefix(),
            manifest,
            folder,
            launch,
            clock,
            audit,
            peer: Mutex::default(),
            hung: AtomicUsize::new(0),
            again: Notify::new(),
            last_words: LastWords::default(),
        }
    }

    /// The end of what it wrote on its standard error. For the owner's page: it may hold what people said.
    pub fn last_words(&self) -> String {
        self.last_words.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn set_peer(&self, peer: Option<Peer<RoleClient>>) {
        *self.peer.lock().unwrap_or_else(PoisonError::into_inner) = peer;
    }

    async fn run(&self, ground: Ground) -> Result<(), Failure> {
        let failure = |detail: String| Failure::new(ErrorCode::ToolFailed, format!("{}: {detail}", self.name));
        ground.board.view(Some(Arc::new(Asks(self.manifest.clone()))));
        let connecting = link::connect(&self.manifest, &self.folder, &*self.launch, &self.last_words);
        let link = tokio::select! {
            () = ground.ending.cancelled() => return Ok(()),
            link = connecting => link.map_err(failure)?,
        };
        let Link {
            service,
            tools,
            mut child,
        } = link;
        let mut doubts: Vec<String> = self.launch.doubt(&self.manifest).into_iter().collect();
        let mut specs = Vec::new();
        for tool in &tools {
            match link::spec(&self.manifest, tool) {
                Ok(spec) => specs.push(spec),
                Err(doubt) => doubts.push(doubt),
            }
        }
        let named = self
            .manifest
            .intents
            .iter()
            .map(|intent| &intent.tool)
            .chain(&self.manifest.dangerous);
        for tool in named.filter(|name| !tools.iter().any(|tool| tool.name == ***name)) {
            doubts.push(format!("plugin.yaml names the tool {tool}, which it does not have"));
        }
        doubts.dedup();
        ground
            .board
            .what(format!("{} {}", self.manifest.name, self.manifest.version));
        ground.board.tools(specs);
        // Calls that the one before left without an answer count no more.
        self.hung.store(0, Ordering::Relaxed);
        let _ = self.again.notified().now_or_never();
        self.set_peer(Some(service.peer().clone()));
        ground.board.health(match doubts.is_empty() {
            true => EngineHealth::Ready,
            false => EngineHealth::Degraded {
                reason: doubts.join("; "),
            },
        });
        let goodbye = service.cancellation_token();
        let ended = tokio::select! {
            () = ground.ending.cancelled() => None,
            () = self.again.notified() => Some(match self.hung.load(Ordering::Relaxed) >= HUNG {
                true => format!("it left {HUNG} calls without an answer and is started anew"),
                false => "it does not answer at its address any more".to_owned(),
            }),
            _ = service.waiting() => Some(match &mut child {
                Some(child) => link::ended(child).await,
                None => "the connection to its address ended".to_owned(),
            }),
        };
        self.set_peer(None);
        goodbye.cancel();
        if let Some(mut child) = child {
            // Its standard input is closed now, and that ends a plugin that is well; dropping it kills any other.
            let _ = tokio::time::timeout(GOODBYE, child.wait()).await;
            let _ = child.kill().await;
        }
        ended.map_or(Ok(()), |reason| Err(failure(reason)))
    }

    async fn call(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        let failure = |detail: &str| Failure::new(ErrorCode::ToolFailed, format!("{}: {detail}", self.name));
        if self
            .manifest
            .rooms
            .as_ref()
            .is_some_and(|rooms| !rooms.contains(&context.room.0))
        {
            return Err(Failure::new(
                ErrorCode::NotSupported,
                format!(
                    "{} may not be used in this room: see rooms in its plugin.yaml",
                    self.name
                ),
            ));
        }
        let tool = call
            .name
            .strip_prefix(&self.prefix)
            .ok_or_else(|| failure("no call of this plugin"))?;
        let peer = self.peer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let peer = peer.ok_or_else(|| failure("it does not run at the moment"))?;
        let acts = !self.manifest.reads.iter().any(|one| one == tool);
        let deed = acts.then(|| {
            Deed::new(
                self.clock.unix_ms(),
                &call.name,
                &context,
                format!("plugin.{}", self.name),
            )
        });
        let mut request = CallToolRequestParams::new(tool.to_owned());
        request.arguments = match call.arguments {
            Value::Object(arguments) => Some(arguments),
            _ => None,
        };
        let waiting = Waiting(self, true);
        let answer = peer.call_tool(request).await;
        waiting.over();
        let outcome = match answer {
            Ok(result) => Ok(told(&result)),
            Err(ServiceError::McpError(error)) => Err(failure(&format!(
                "its tool {tool} refused the call (code {})",
                error.code.0
            ))),
            Err(_) => {
                // No process ends where it runs elsewhere: a call is how it is noticed that it went away.
                if matches!(self.manifest.place, Place::Url(_)) {
                    self.again.notify_one();
                }
                Err(failure(&format!(
                    "it ended, or did not answer {tool} as the protocol wants"
                )))
            }
        };
        if let Some(deed) = deed {
            self.audit.add(vec![match &outcome {
                Ok(result) if result.response != FAILED => deed,
                _ => deed.failed(ErrorCode::ToolFailed),
            }]);
        }
        outcome
    }
}

/// Response of a call that the plugin says did not work.
const FAILED: &str = "failed";

/// What it answered: to say, and for a model to read.
fn told(result: &rmcp::model::CallToolResult) -> ToolResult {
    let failed = result.is_error == Some(true);
    let texts = words::texts(result);
    let mut data = json!({ "speech": words::line(&texts, SPOKEN), "text": words::line(&texts, READ) });
    if let Some(structured) = &result.structured_content
        && structured.to_string().len() <= READ
    {
        data["structured"] = structured.clone();
    }
    ToolResult {
        response: if failed { FAILED } else { "default" }.to_owned(),
        data,
        effects: Vec::new(),
    }
}

/// Counts a call that was given up on.
struct Waiting<'p>(&'p Plugin, bool);

impl Waiting<'_> {
    fn over(mut self) {
        self.1 = false;
        self.0.hung.store(0, Ordering::Relaxed);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.1 && self.0.hung.fetch_add(1, Ordering::Relaxed) + 1 >= HUNG {
            self.0.again.notify_one();
        }
    }
}

/// What is asked before a dangerous tool is called, whether the plugin runs or not.
struct Asks(Arc<Manifest>);

impl View for Asks {
    fn names(&self) -> KnownNames {
        KnownNames::new()
    }

    fn entities(&self) -> Vec<EntityState> {
        Vec::new()
    }

    fn confirmation(&self, call: &ToolCall, _: &CallContext) -> Option<BTreeMap<String, String>> {
        let tool = call.name.strip_prefix(&self.0.prefix())?;
        let dangerous = self.0.dangerous.iter().any(|one| one == tool);
        dangerous.then(|| self.0.question(tool))
    }
}

impl Integration for Plugin {
    fn name(&self) -> &str {
        &self.name
    }

    fn calls(&self) -> &'static [&'static str] {
        &[]
    }

    fn prefix(&self) -> Option<&str> {
        Some(&self.prefix)
    }

    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move { self.run(ground).await })
    }

    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(self.call(call, context))
    }
}
