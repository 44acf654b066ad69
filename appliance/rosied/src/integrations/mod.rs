//! What reaches beyond this machine, as the configuration names it: made, supervised, and replaced with it.

mod kinds;
mod settings;

pub use kinds::{Around, KINDS};
pub use settings::Settings;

use crate::{config::Config, plugins::Plugins};
use rosie_core::{CallContext, Failure, Language, RoomId, ToolCall, TurnId, dialog::EntityState, engine::EngineInfo};
use rosie_hub::{
    Absent, HubError, Skill, SkillHub, absent,
    integration::{Limits, Supervised},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Names that the recogniser is told, at most; it reads only the first.
const BIAS: usize = 40;
/// For the last words of one that ends.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Those of one configuration. None where none is named: then no thread and no connection is there, but what people would
/// ask of it is understood.
#[derive(Default, Clone)]
pub struct Integrations(Vec<Arc<Supervised>>, Option<Arc<Plugins>>, Arc<[Arc<Absent>]>);

impl Integrations {
    /// Starts them; they connect in the background. Those of `before` that serve the new configuration, too, run on.
    pub fn start(
        config: &Config,
        around: Around<'_>,
        plugins: Option<Arc<Plugins>>,
        before: Option<(&Config, &Self)>,
        stopping: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        for kind in KINDS.iter().filter(|kind| (kind.is_on)(config)) {
            let same = before.filter(|(before, _)| (kind.is_on)(before) && (kind.same)(before, config));
            let running = same.and_then(|(_, running)| running.0.iter().find(|one| one.name() == kind.name));
            if let Some(running) = running {
                all.push(running.clone());
            } else if let Some(integration) = (kind.make)(config, around)? {
                all.push(Supervised::start(integration, Limits::default(), stopping)?);
            }
        }
        let present: Vec<&str> = all.iter().map(|one| one.name()).collect();
        let absent = absent(&present).into_iter().map(Arc::new).collect();
        Ok(Self(all, plugins, absent))
    }

    /// Whether a new configuration needs new ones.
    pub fn differ(before: &Config, now: &Config) -> bool {
        KINDS
            .iter()
            .any(|kind| match ((kind.is_on)(before), (kind.is_on)(now)) {
                (true, true) => !(kind.same)(before, now),
                (was, is) => was != is,
            })
    }

    /// Makes them skills of the hub.
    pub fn join(&self, hub: &mut SkillHub) -> Result<(), HubError> {
        self.all().into_iter().try_for_each(|one| hub.add(one))?;
        self.2.iter().try_for_each(|one| hub.add(one.clone()))
    }

    /// Their sentence templates: language, name for errors, YAML.
    pub fn sentences(&self) -> Vec<(rosie_core::Language, String, String)> {
        let all = self.0.iter().flat_map(|one| one.sentences().to_vec());
        let absent = self.2.iter().flat_map(|one| one.sentences());
        let own = all.chain(absent).map(|s| {
            (
                rosie_core::Language::new(s.language),
                s.file.to_owned(),
                s.yaml.to_owned(),
            )
        });
        own.chain(self.1.iter().flat_map(|plugins| plugins.sentences()))
            .collect()
    }

    /// For health: `integrations/home_assistant`.
    pub fn infos(&self) -> impl Iterator<Item = (String, EngineInfo)> + '_ {
        self.all()
            .into_iter()
            .map(|one| (format!("integrations/{}", one.name()), one.info()))
    }

    /// How one is; `None` where it does not run.
    pub fn info(&self, name: &str) -> Option<EngineInfo> {
        self.0.iter().find(|one| one.name() == name).map(|one| one.info())
    }

    /// What is done with the account of an integration; `None` where there is no such one, or it has none.
    pub async fn account(&self, name: &str, action: &str, arguments: Value) -> Option<Result<Value, Failure>> {
        let one = self.0.iter().find(|one| one.name() == name)?;
        if !Skill::calls(&**one).contains(&action) {
            return None;
        }
        let call = ToolCall {
            name: action.to_owned(),
            arguments,
        };
        let outcome = Skill::handle(&**one, &call, &by_owner()).await;
        Some(outcome.map(|result| result.data))
    }

    /// With the plugins that run.
    fn all(&self) -> Vec<Arc<Supervised>> {
        let plugins = self.1.iter().flat_map(|plugins| plugins.running());
        self.0.iter().cloned().chain(plugins).collect()
    }

    /// What is in the home, as far as it may be known.
    pub fn entities(&self) -> Vec<EntityState> {
        self.0.iter().flat_map(|one| one.entities()).collect()
    }

    /// What is likely to be said in a room besides the rooms' own names: what stands in it, then the rest.
    pub fn bias(&self, room: &RoomId) -> Vec<String> {
        let mut entities = self.entities();
        entities.sort_by_key(|entity| entity.room.as_ref() != Some(room));
        entities
            .into_iter()
            .filter_map(|entity| entity.names.into_iter().next())
            .take(BIAS)
            .collect()
    }

    /// Waits until each serves, at most `limit`; for commands that end at once.
    pub async fn ready(&self, limit: Duration) {
        let all = self.0.iter().map(|one| one.ready(limit));
        futures_util::future::join_all(all).await;
    }

    /// Ends those that are not among `others`.
    pub async fn stop_but(&self, others: &Self) {
        let left = |one: &&Arc<Supervised>| !others.0.iter().any(|other| Arc::ptr_eq(one, other));
        futures_util::future::join_all(self.0.iter().filter(left).map(|one| one.stop(LAST_WORDS))).await;
    }

    /// Ends them.
    pub async fn stop(&self) {
        self.stop_but(&Self::default()).await;
    }
}

/// What the owner does on the page or over the API is done in no room.
fn by_owner() -> CallContext {
    CallContext {
        turn_id: TurnId(0),
        room: "".into(),
        endpoint: "".into(),
        language: Language::default(),
        conversation: "".into(),
        user: None,
    }
}
