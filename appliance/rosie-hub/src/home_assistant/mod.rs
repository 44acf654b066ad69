//! Home Assistant over its WebSocket API: the home as its registries and live states tell it, and calls of its services.
//!
//! Nothing is asked for twice: registries are fetched when they change, states are subscribed to. What is not exposed to
//! Assist is not known here. A call is planned on the home as last heard ([`plan`]) and then carried out; one whose
//! answer was lost is not repeated.

pub(crate) mod alike;
mod answer;
mod calls;
mod config;
mod converse;
mod danger;
mod execute;
mod follow;
mod forecast;
pub(crate) mod hands;
mod house;
pub(crate) mod ledger;
mod limit;
mod link;
mod names;
mod plan;
mod probe;
mod registry;
mod spoken;
mod states;
mod target;
mod tools;
mod which;

pub use calls::instead;
pub use config::{HomeAssistantConfig, Token};
pub use house::{Area, Entity, Floor, House, Registry, Scale, State};
pub(crate) use ledger::Ledger;
pub use link::LinkError;
pub use plan::{Plan, ServiceCall, plan};

use crate::{
    Clock, HubError,
    integration::{Board, Ground, Integration, Sentences, View},
    skill::{Outlook, Within},
    weather,
    web::trusting,
};
use converse::CONVERSE;
use link::Link;
use rosie_core::{
    BoxFuture, CallContext, EndpointId, ErrorCode, Failure, KnownNames, RoomId, ToolCall, ToolOutcome, ToolSpec,
    audit::AuditLog, dialog::EntityState, engine::EngineHealth,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};
pub(crate) use tools::all as tools;
use which::ANSWER;
pub(crate) use which::Which;

/// What a home carries out, however it is connected: its calls, and the answer to "which one?".
pub(crate) static CALLS: LazyLock<Vec<&'static str>> = LazyLock::new(|| [calls::CALLS, &[ANSWER]].concat());
/// What this integration takes besides: whole sentences.
static TAKEN: LazyLock<Vec<&'static str>> = LazyLock::new(|| [CALLS.as_slice(), &[CONVERSE, weather::CALL]].concat());

/// Calls that are carried out without a home, too, where the home has nothing for them.
pub(crate) static SHARED: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| [calls::LISTS, &[weather::CALL, weather::HOME_CALL]].concat());

/// Whether a call is one of a home's, whatever home there is.
pub(crate) fn is_home_call(name: &str) -> bool {
    calls::CALLS.contains(&name)
}

/// The integration.
pub struct HomeAssistant {
    shared: Mutex<Option<Arc<Shared>>>,
    config: HomeAssistantConfig,
    http: reqwest::Client,
    which: Arc<Which>,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
}

impl HomeAssistant {
    /// What it does in the home goes into `audit`.
    pub fn new(config: HomeAssistantConfig, clock: Arc<dyn Clock>, audit: Arc<dyn AuditLog>) -> Result<Self, HubError> {
        // Chosen once a process; a second choice is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder();
        let builder = match config.ca_file.as_str() {
            "" => builder,
            ca_file => builder.tls_backend_preconfigured(trusting(ca_file)?),
        };
        let http = builder
            .http1_only()
            .connect_timeout(std::time::Duration::from_secs(5))
            .no_proxy()
            .build()
            .map_err(|error| HubError::NoHttp(error.to_string()))?;
        Ok(Self {
            shared: Mutex::default(),
            config,
            http,
            ledger: Ledger::new(audit, clock.clone()),
            clock: clock.clone(),
            which: Arc::new(Which::new(clock)),
        })
    }

    fn shared(&self) -> Option<Arc<Shared>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn carry_out(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        let shared = self.shared().ok_or_else(not_yet)?;
        let (link, house) = shared.now()?;
        if call.name == CONVERSE {
            self.ledger.handed_over(&call, &context);
            return converse::converse(&link, &call, &context).await;
        }
        if call.name == weather::CALL {
            return forecast::weather(&link, &house, &call, &shared.moment()?).await;
        }
        hands::carry_out((&self.which, &self.ledger), (&link, &house), call, context).await
    }
}

/// Takes a member out of what should be an object; nothing where it is not there.
pub(crate) fn take(value: &mut Value, key: &str) -> Value {
    value.get_mut(key).map(Value::take).unwrap_or_default()
}

fn not_yet() -> Failure {
    Failure::new(ErrorCode::HomeUnavailable, "Home Assistant is not connected yet")
}

/// What people say about a home, beside the language data.
pub(crate) fn sentences() -> Vec<Sentences> {
    let mut all = crate::integration::sentences!("home");
    all.extend(crate::integration::sentences!("panels"));
    all
}

impl Integration for HomeAssistant {
    fn name(&self) -> &'static str {
        "home_assistant"
    }

    fn calls(&self) -> &'static [&'static str] {
        &TAKEN
    }

    fn shares(&self) -> &'static [&'static str] {
        &SHARED
    }

    fn tools(&self) -> Vec<ToolSpec> {
        tools()
    }

    fn intents(&self) -> Vec<Sentences> {
        sentences()
    }

    fn takes_sentences(&self) -> Option<&'static str> {
        self.config.conversation.then_some(CONVERSE)
    }

    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            let shared = Arc::new(Shared {
                config: self.config.clone(),
                http: self.http.clone(),
                clock: self.clock.clone(),
                board: ground.board.clone(),
                which: self.which.clone(),
                state: Mutex::default(),
            });
            *self.shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(shared.clone());
            ground.until_its_end(follow::keep_connected(&shared)).await;
            Ok(())
        })
    }

    fn probe(&self) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async move { Ok(probe::tried(&self.http, &self.config).await?) })
    }

    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(self.carry_out(call, context))
    }
}

/// What the connection tells and calls need.
struct Shared {
    config: HomeAssistantConfig,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    board: Board,
    which: Arc<Which>,
    state: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    link: Option<Link>,
    house: House,
    /// Why there is no link.
    trouble: Option<LinkError>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Now> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection and the home of this moment, or why there is none.
    fn now(&self) -> Result<(Link, House), Failure> {
        let now = self.lock();
        match (&now.link, &now.trouble) {
            (Some(link), _) if link.is_open() => Ok((link.clone(), now.house.clone())),
            (_, Some(trouble)) => Err(trouble.clone().into()),
            _ => Err(not_yet()),
        }
    }

    fn connected(&self, link: Link, house: House, health: EngineHealth, what: &str) {
        let count = house.registry.entities.len();
        let known = {
            let mut now = self.lock();
            let known = now.link.is_some();
            *now = Now {
                link: Some(link),
                house: house.clone(),
                trouble: None,
            };
            known
        };
        self.post(house, true);
        self.board.what(what.to_owned());
        if !known {
            tracing::info!(what, entities = count, "the home is known");
        }
        self.board.health(health);
    }

    /// States changed; with `registry`, names too.
    fn moved(&self, states: &states::States, registry: Option<Registry>) {
        let house = {
            let mut now = self.lock();
            now.house.states = states.clone();
            if let Some(registry) = registry {
                now.house.registry = Arc::new(registry);
            }
            now.house.clone()
        };
        self.post(house, true);
    }

    fn disconnected(&self, error: &LinkError) {
        let house = {
            let mut now = self.lock();
            now.link = None;
            now.trouble = Some(error.clone());
            now.house.clone()
        };
        // Names stay, so that a command is still understood and refused for the right reason.
        self.post(house, false);
        self.board.health(EngineHealth::Unavailable {
            reason: error.to_string(),
        });
    }

    fn post(&self, house: House, live: bool) {
        let which = self.which.clone();
        self.board.view(Some(Arc::new(Seen { house, live, which })));
    }
}

/// The home as turns see it.
pub(crate) struct Seen {
    pub house: House,
    /// Whether the states are those of now.
    pub live: bool,
    pub which: Arc<Which>,
}

impl View for Seen {
    fn names(&self) -> KnownNames {
        self.house.registry.names().clone()
    }

    fn entities(&self) -> Vec<EntityState> {
        if !self.live {
            return Vec::new();
        }
        let registry = &self.house.registry;
        let mut rooms: HashMap<&str, RoomId> = HashMap::new();
        for area in &registry.areas {
            rooms.insert(&area.id, RoomId(registry.area_value(area)));
        }
        let one = |entity: &Entity| EntityState {
            id: entity.id.clone(),
            names: entity.names.clone(),
            room: entity.area.as_deref().and_then(|area| rooms.get(area).cloned()),
            state: self.house.state(entity).map(|state| answer::told(entity, state)),
        };
        registry.entities.values().map(one).collect()
    }

    /// Lists are the home's where it has any, whether it can be reached now or not; the weather where it can tell it now.
    fn takes(&self, call: &ToolCall) -> bool {
        let has = |domain: &str| {
            self.house
                .registry
                .entities
                .values()
                .any(|entity| entity.domain() == domain)
        };
        match call.name.as_str() {
            weather::CALL => self.live && forecast::entity(&self.house).is_some(),
            weather::HOME_CALL => call.arguments.get("name").is_some() || has("weather"),
            name if calls::LISTS.contains(&name) => has("todo"),
            _ => true,
        }
    }

    fn instead(&self, call: &ToolCall, context: &CallContext) -> Option<ToolCall> {
        self.live.then(|| instead(&self.house, call, context)).flatten()
    }

    fn confirmation(&self, call: &ToolCall, context: &CallContext) -> Option<BTreeMap<String, String>> {
        // The answer to "which one?" does what was asked about: that needs its yes, too.
        let meant = match call.name.as_str() {
            ANSWER => Some(self.which.meant(&self.house, call, context)?),
            _ => None,
        };
        danger::confirmation(&self.house, meant.as_ref().unwrap_or(call), context)
    }

    /// A thing that does not answer now may do so later; one that is not known, or one of several, is none.
    fn outlook(&self, call: &ToolCall, context: &CallContext) -> Outlook {
        match plan(&self.house, call, context) {
            _ if !self.live => Outlook::Away,
            Ok(Plan::Which { .. } | Plan::Answer(_) | Plan::Read { .. }) => Outlook::Unclear,
            _ => Outlook::Clear,
        }
    }

    fn within(&self, call: &ToolCall, context: &CallContext, rooms: &[RoomId]) -> Within {
        match call.name.as_str() {
            // What the home's own agent would do of a sentence is not known before.
            CONVERSE => Within::NotUnderstood,
            // What was asked about was within the rooms already; what the answer leads to is looked at all the same.
            ANSWER => match self.which.meant(&self.house, call, context) {
                Some(meant) => match limit::within(&self.house, &meant, context, rooms) {
                    Within::Narrowed(_) | Within::AsIs => Within::AsIs,
                    refused => refused,
                },
                None => Within::AsIs,
            },
            _ => limit::within(&self.house, call, context, rooms),
        }
    }

    fn asked(&self, endpoint: &EndpointId) -> Option<&'static str> {
        self.which.is_asked(endpoint).then_some(Which::ASKED)
    }

    fn forget(&self, endpoint: &EndpointId) {
        self.which.forget(endpoint);
    }
}
