//! Plugins in the daemon: which there are and which run, what the owner does with them, and what other assistants may ask.

mod admin;
mod assistant;
mod launch;
mod neighbours;

pub use admin::Admin;
pub use assistant::Outside;
pub use neighbours::may_be_a_plugin;

use crate::audit::AuditFile;
use launch::Bounded;
use rosie_core::{ErrorCode, Failure, KnownNames, Language, plugins::PluginStatus};
use rosie_hub::{
    Skill, SystemClock,
    integration::{Limits, Supervised},
    plugins::{Found, Launch, Manifest, Place, Plugin, Store, StoreError},
};
use rosie_intents::{MatchContext, Matcher};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// For the last words of one that ends.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// What else of Rosie's no plugin may see, besides her data.
const SETTINGS: &str = "/etc/rosie";

/// All plugins; those that are enabled run.
pub struct Plugins {
    store: Store,
    launch: Arc<Bounded>,
    audit: Arc<AuditFile>,
    stopping: CancellationToken,
    running: Mutex<BTreeMap<String, Running>>,
}

#[derive(Clone)]
struct Running {
    plugin: Arc<Plugin>,
    supervised: Arc<Supervised>,
}

impl Plugins {
    /// Starts those that are enabled. `data`: Rosie's folder, `image`: where those of the image are.
    pub fn start(data: &Path, image: &str, audit: Arc<AuditFile>, stopping: &CancellationToken) -> Arc<Self> {
        let data = std::path::absolute(data).unwrap_or_else(|_| data.to_path_buf());
        let this = Self {
            store: Store::open(data.join("plugins"), PathBuf::from(image), Box::new(check_sentences)),
            launch: Arc::new(Bounded::new(vec![data, PathBuf::from(SETTINGS)])),
            audit,
            stopping: stopping.clone(),
            running: Mutex::default(),
        };
        for found in this.store.list().iter().filter(|found| found.enabled) {
            match this.begin(found) {
                Ok(()) => tracing::info!(plugin = found.name, "a plugin is started"),
                Err(failure) => tracing::warn!(plugin = found.name, reason = failure.detail, "a plugin cannot be used"),
            }
        }
        Arc::new(this)
    }

    /// Whether one runs here that could reach Rosie's own ports.
    pub fn could_call(&self) -> bool {
        let reaches = |running: &Running| {
            let manifest = running.plugin.manifest();
            manifest.network && matches!(manifest.place, Place::Command(_))
        };
        self.all().values().any(reaches)
    }

    fn begin(&self, found: &Found) -> Result<(), Failure> {
        let manifest = found
            .manifest
            .clone()
            .map_err(|problem| Failure::new(ErrorCode::BadRequest, problem))?;
        let launch: Arc<dyn Launch> = self.launch.clone();
        let hands = (Arc::new(SystemClock) as _, self.audit.clone() as _);
        let plugin = Arc::new(Plugin::new(Arc::new(manifest), found.folder.clone(), launch, hands));
        let supervised = Supervised::start(plugin.clone(), Limits::default(), &self.stopping)
            .map_err(|error| Failure::new(ErrorCode::Internal, format!("no thread can be started: {error}")))?;
        self.all().insert(found.name.clone(), Running { plugin, supervised });
        Ok(())
    }

    async fn end(&self, name: &str) {
        let running = self.all().remove(name);
        if let Some(running) = running {
            running.supervised.stop(LAST_WORDS).await;
        }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that run, as skills of the hub.
    pub fn running(&self) -> Vec<Arc<Supervised>> {
        self.all().values().map(|running| running.supervised.clone()).collect()
    }

    /// Sentences of those that run: language, name for errors, YAML.
    pub fn sentences(&self) -> Vec<(Language, String, String)> {
        let of = |running: &Running| {
            let manifest = running.plugin.manifest();
            let file = format!("plugin {}", manifest.name);
            let all = manifest.sentences().into_iter();
            all.map(|(language, yaml)| (Language::new(&language), file.clone(), yaml))
                .collect::<Vec<_>>()
        };
        self.all().values().flat_map(of).collect()
    }

    pub async fn stop(&self) {
        futures_util::future::join_all(self.running().iter().map(|one| one.stop(LAST_WORDS))).await;
    }

    fn status(&self, found: &Found) -> PluginStatus {
        let running = self.all().get(&found.name).cloned();
        let manifest = found.manifest.as_ref().ok();
        let prefix = manifest.map(Manifest::prefix).unwrap_or_default();
        let tools = running
            .as_ref()
            .map(|running| running.supervised.tools())
            .unwrap_or_default();
        let mut sentences: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (language, templates) in manifest
            .iter()
            .flat_map(|m| &m.intents)
            .flat_map(|intent| &intent.sentences)
        {
            sentences
                .entry(language.clone())
                .or_default()
                .extend(templates.iter().cloned());
        }
        PluginStatus {
            name: found.name.clone(),
            version: manifest.map(|m| m.version.clone()).unwrap_or_default(),
            description: manifest.map(|m| m.description.clone()).unwrap_or_default(),
            runs: match manifest.map(|m| &m.place) {
                Some(Place::Command(words)) => words.join(" "),
                Some(Place::Url(url)) => url.clone(),
                None => String::new(),
            },
            built_in: found.built_in,
            enabled: found.enabled,
            network: manifest.is_some_and(|m| m.network),
            rooms: manifest.and_then(|m| m.rooms.clone()),
            dangerous: manifest.map(|m| m.dangerous.clone()).unwrap_or_default(),
            sentences,
            tools: tools
                .into_iter()
                .map(|tool| tool.name.strip_prefix(&prefix).unwrap_or(&tool.name).to_owned())
                .collect(),
            health: running.as_ref().map(|running| running.supervised.info()),
            problem: found.manifest.as_ref().err().cloned(),
            last_words: running.map(|running| running.plugin.last_words()).unwrap_or_default(),
        }
    }
}

fn refused(error: StoreError) -> Failure {
    let code = match error {
        StoreError::Disk(..) => ErrorCode::Internal,
        _ => ErrorCode::BadRequest,
    };
    Failure::new(code, error.to_string())
}

/// Sentences that nobody means: what takes them takes whatever is said.
const NONSENSE: [&str; 4] = [
    "qwx",
    "zzyx qwobble",
    "blorp fnord qwx vrrm zzyx",
    "a qwx b zzyx c blorp d fnord e vrrm f quux",
];

/// Compiles them by themselves, and refuses those that take everything.
fn check_sentences(manifest: &Manifest) -> Result<(), String> {
    for (language, yaml) in manifest.sentences() {
        let matcher = Matcher::builder(&Language::new(&language))
            .add_templates_yaml("plugin.yaml", &yaml)
            .and_then(|builder| builder.build())
            .map_err(|error| format!("the sentences for \"{language}\" cannot be used: {error}"))?;
        let takes = |text: &&&str| {
            matcher
                .match_text(text, &KnownNames::new(), &MatchContext::default())
                .is_some()
        };
        if NONSENSE.iter().find(takes).is_some() {
            return Err(format!(
                "a sentence for \"{language}\" would take whatever is said: give it words of its own, not only a list of any"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn checked(sentence: &str) -> Result<(), String> {
        let text = format!(
            "name: bins\nversion: \"1\"\ncommand: [x]\nlists: {{ what: any, bin: [paper, glass] }}\n\
             intents: [{{ tool: t, sentences: {{ en: [\"{sentence}\"] }} }}]"
        );
        check_sentences(&Manifest::parse(&text).map_err(|error| error.to_string())?)
    }

    #[test]
    fn sentences_are_compiled_and_may_not_take_everything() {
        assert_eq!(checked("when is the {bin} [bin] emptied"), Ok(()));
        assert_eq!(checked("write down {what} on the board"), Ok(()));
        for greedy in ["{what}", "[please] {what}", "(a|{what})"] {
            assert!(checked(greedy).unwrap_err().contains("words of its own"), "{greedy}");
        }
        for broken in ["when (is", "the <nobody_knows> bin", ""] {
            assert!(checked(broken).is_err(), "{broken}");
        }
    }
}
