//! The life of the connection: come up, take the whole home in, follow what changes, and begin anew when it breaks.

use super::{
    Shared,
    config::HomeAssistantConfig,
    house::{House, Scale},
    link::{self, Event, Link, LinkError},
    registry::{self, Fetched},
    states::{self, States},
};
use crate::integration;
use rosie_core::engine::EngineHealth;
use serde_json::{Value, json};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::{sync::mpsc, time::Instant};

/// A refused token is tried again seldom: Home Assistant shuts out who fails too often.
const REFUSED: Duration = Duration::from_secs(600);
/// After a change of the registries more follow: they are fetched when it is quiet for so long.
const SETTLE: Duration = Duration::from_millis(300);
/// The events after which the registries are fetched anew.
const CHANGES: [&str; 7] = [
    "area_registry_updated",
    "floor_registry_updated",
    "device_registry_updated",
    "entity_registry_updated",
    "core_config_updated",
    "homeassistant_started",
    "component_loaded",
];

/// Connects, and again, until cancelled from outside.
pub(super) async fn keep_connected(shared: &Shared) {
    let mut failed = 0;
    let mut told = String::new();
    loop {
        let began = Instant::now();
        let error = match connected(shared).await {
            Ok(never) => match never {},
            Err(error) => error,
        };
        shared.disconnected(&error);
        // It held for a while: this is a new trouble.
        if began.elapsed() > Duration::from_secs(60) {
            failed = 0;
        }
        let reason = error.to_string();
        if reason != told {
            tracing::warn!(reason, "Home Assistant is not connected; trying again until it is");
            told = reason;
        }
        let wait = match error {
            LinkError::TokenRefused { .. } | LinkError::NoAdministrator { .. } => REFUSED,
            _ => integration::pause(failed),
        };
        failed += 1;
        tokio::time::sleep(wait).await;
    }
}

enum Never {}

/// What was fetched; the first time also what was subscribed to.
struct Got {
    fetched: Fetched,
    begun: Option<Begun>,
}

struct Begun {
    /// The subscription that brings states.
    states_of: u64,
    what: String,
    scale: Scale,
}

type Fetching = Pin<Box<dyn Future<Output = Result<Got, LinkError>> + Send>>;

/// One connection, from its opening to its end.
async fn connected(shared: &Shared) -> Result<Never, LinkError> {
    let (link, pump, events) = link::open(&shared.http, &shared.config).await?;
    let mut follower = Follower {
        shared,
        fetching: Some(Box::pin(begin(link.clone()))),
        link,
        fetched: Fetched::default(),
        states: States::new(),
        begun: None,
        stale: None,
    };
    let ended = tokio::select! {
        why = pump.run() => Err(why),
        ended = follower.follow(events) => ended,
    };
    ended.map_err(|error| named(error, &shared.config))
}

/// What a refusal means where all that is asked is an administrator's to ask.
pub(super) fn named(error: LinkError, config: &HomeAssistantConfig) -> LinkError {
    match error {
        LinkError::Refused { code, .. } if code == "unauthorized" => LinkError::NoAdministrator {
            address: config.address().to_owned(),
        },
        error => error,
    }
}

/// Changes are subscribed to before anything is fetched, so that none falls between; states come last, for they need to
/// know what is exposed.
async fn begin(link: Link) -> Result<Got, LinkError> {
    let config = link.ask(json!({ "type": "get_config" })).await?;
    for event in CHANGES {
        link.subscribe(json!({ "type": "subscribe_events", "event_type": event }))
            .await?;
    }
    let fetched = registry::fetch(&link).await?;
    let states_of = link.subscribe(json!({ "type": "subscribe_entities" })).await?;
    let what = format!("Home Assistant {}", config["version"].as_str().unwrap_or("?"));
    let scale = Scale::of_unit(config["unit_system"]["temperature"].as_str().unwrap_or_default());
    let begun = Some(Begun { states_of, what, scale });
    Ok(Got { fetched, begun })
}

async fn fetch(link: Link) -> Result<Got, LinkError> {
    let fetched = registry::fetch(&link).await?;
    Ok(Got { fetched, begun: None })
}

struct Follower<'s> {
    shared: &'s Shared,
    link: Link,
    fetched: Fetched,
    states: States,
    begun: Option<Begun>,
    fetching: Option<Fetching>,
    /// Since when the registries may have changed.
    stale: Option<Instant>,
}

impl Follower<'_> {
    async fn follow(&mut self, mut events: mpsc::Receiver<Event>) -> Result<Never, LinkError> {
        loop {
            let settled = self
                .stale
                .filter(|_| self.fetching.is_none())
                .map(|since| since + SETTLE);
            tokio::select! {
                // The id of a subscription is known before its first event is looked at.
                biased;
                got = async { match &mut self.fetching { Some(work) => work.await, None => std::future::pending().await } } => {
                    self.fetching = None;
                    let got = got?;
                    self.fetched = got.fetched;
                    match got.begun {
                        Some(begun) => self.begun = Some(begun),
                        None => self.settle(),
                    }
                }
                event = events.recv() => {
                    let Some(event) = event else { return Err(LinkError::Lost("it is closed".into())) };
                    self.take(event);
                }
                () = async { tokio::time::sleep_until(settled.unwrap_or_else(Instant::now)).await }, if settled.is_some() => {
                    self.stale = None;
                    self.fetching = Some(Box::pin(fetch(self.link.clone())));
                }
            }
        }
    }

    fn take(&mut self, (id, mut event): (u64, Value)) {
        if self.begun.as_ref().is_none_or(|begun| begun.states_of != id) {
            // One of the registries changed.
            self.stale = Some(Instant::now());
            return;
        }
        let first = self.states.is_empty();
        let changed = states::apply(&mut self.states, &mut event);
        if first {
            return self.settle();
        }
        if changed.known {
            // Something new: whether it is exposed is not said with it.
            self.stale = Some(Instant::now());
        }
        if changed.ids.iter().any(|id| self.fetched.exposes(id)) {
            self.shared
                .moved(&self.exposed_states(), changed.known.then(|| self.registry()));
        }
    }

    fn registry(&self) -> super::house::Registry {
        self.fetched.registry(&self.states, &self.shared.config.rooms)
    }

    fn exposed_states(&self) -> States {
        let exposed = self.states.iter().filter(|(id, _)| self.fetched.exposes(id));
        exposed.map(|(id, state)| (id.clone(), state.clone())).collect()
    }

    /// The home is known: shows it.
    fn settle(&mut self) {
        let house = House {
            registry: Arc::new(self.registry()),
            states: self.exposed_states(),
            scale: self.begun.as_ref().map_or_else(Scale::default, |begun| begun.scale),
        };
        let health = match house.registry.entities.is_empty() {
            false => EngineHealth::Ready,
            true => EngineHealth::Degraded {
                reason: format!(
                    "connected, but none of its {} entities is exposed to Assist: choose some under Settings, Voice \
                     assistants, Expose",
                    self.states.len().max(self.fetched.exposed())
                ),
            },
        };
        let what = self.begun.as_ref().map_or("Home Assistant", |begun| &begun.what);
        self.shared.connected(self.link.clone(), house, health, what);
    }
}
