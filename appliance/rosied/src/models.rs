//! What the owner may do about models (core's `ModelAdmin`): what is here, and bringing more while Rosie runs. Engines look for what is
//! missing by themselves.

use crate::{
    config::{Config, SttEngineKind, TtsEngineKind},
    daemon::Rosie,
};
use rosie_core::{
    ErrorCode, Failure,
    models::{ModelAdmin, ModelEntry, ModelFetch, ModelPresence},
};
use rosie_models::{FetchOptions, Manifest, ModelKind, ModelReport, ModelState, Progress, TaskId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// How it went with a model that was asked for.
enum Told {
    Under(ModelFetch, CancellationToken),
    Failed(String),
}

/// What is brought here now, and what came to nothing, by the model's id.
#[derive(Default)]
pub struct Fetching(Mutex<BTreeMap<String, Told>>);

impl Fetching {
    fn now(&self) -> MutexGuard<'_, BTreeMap<String, Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was not under way. `end`: cancelled when it is not wanted any more.
    fn begin(&self, id: &str, end: CancellationToken) -> bool {
        let waiting = ModelFetch {
            doing: String::new(),
            done: 0,
            total: None,
        };
        let mut now = self.now();
        let new = !matches!(now.get(id), Some(Told::Under(..)));
        if new {
            now.insert(id.to_owned(), Told::Under(waiting, end));
        }
        new
    }

    /// Whether it was under way.
    fn cancel(&self, id: &str) -> bool {
        match self.now().get(id) {
            Some(Told::Under(_, end)) => {
                end.cancel();
                true
            }
            _ => false,
        }
    }

    fn end(&self, id: &str, problem: Option<String>) {
        let mut now = self.now();
        now.remove(id);
        if let Some(problem) = problem {
            now.insert(id.to_owned(), Told::Failed(problem));
        }
    }
}

/// Watches the fetch of one model: what it is at is the task that began last.
struct Watch {
    id: String,
    fetching: Arc<Fetching>,
    at: Mutex<Option<TaskId>>,
}

impl Watch {
    fn tell(&self, change: impl FnOnce(&mut ModelFetch)) {
        if let Some(Told::Under(fetch, _)) = self.fetching.now().get_mut(&self.id) {
            change(fetch);
        }
    }
}

impl Progress for Watch {
    fn begin(&self, task: TaskId, label: &str, total: Option<u64>) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        self.tell(|fetch| {
            *fetch = ModelFetch {
                doing: label.to_owned(),
                done: 0,
                total,
            }
        });
    }

    fn advance(&self, task: TaskId, done: u64, total: Option<u64>) {
        let current = *self.at.lock().unwrap_or_else(PoisonError::into_inner) == Some(task);
        if current {
            self.tell(|fetch| (fetch.done, fetch.total) = (done, total));
        }
    }

    fn end(&self, _: TaskId) {}

    fn note(&self, text: &str) {
        tracing::info!(model = self.id, "{text}");
    }
}

pub struct Admin(pub Arc<Rosie>);

fn manifest() -> Result<Manifest, Failure> {
    Manifest::embedded().map_err(|error| Failure::new(ErrorCode::Internal, error.to_string()))
}

impl ModelAdmin for Admin {
    fn models(&self) -> Result<Vec<ModelEntry>, Failure> {
        let reports = rosie_models::list(&manifest()?, &self.0.folders.models);
        let config = self.0.sessions.house.config();
        let now = self.0.fetching.now();
        let shown = |report: ModelReport| {
            let (fetch, problem) = match now.get(&report.id) {
                Some(Told::Under(fetch, _)) => (Some(fetch.clone()), None),
                Some(Told::Failed(problem)) => (None, Some(problem.clone())),
                None => (None, None),
            };
            entry(report, &config, fetch, problem)
        };
        Ok(reports.into_iter().map(shown).collect())
    }

    fn fetch(&self, id: &str) -> Result<(), Failure> {
        let manifest = manifest()?;
        manifest
            .model(id)
            .map_err(|error| Failure::new(ErrorCode::BadRequest, error.to_string()))?;
        let (fetching, ending) = (self.0.fetching.clone(), self.0.stopping.child_token());
        if !fetching.begin(id, ending.clone()) {
            return Err(Failure::new(ErrorCode::Busy, format!("{id} is brought here already")));
        }
        let (rosie, id) = (self.0.clone(), id.to_owned());
        self.0.tracker.spawn(async move {
            let watch = Arc::new(Watch {
                id: id.clone(),
                fetching: fetching.clone(),
                at: Mutex::default(),
            });
            let (options, ids) = (FetchOptions::default(), [id.clone()]);
            let work = rosie_models::fetch(&manifest, &ids, &rosie.folders.models, &options, watch);
            let outcome = ending.run_until_cancelled(work).await;
            let problem = outcome.and_then(|done| done.and_then(|report| report.into_result()).err());
            if let Some(error) = &problem {
                tracing::warn!(model = id, %error, "a model could not be brought here");
            }
            fetching.end(&id, problem.map(|error| error.to_string()));
        });
        Ok(())
    }

    fn cancel(&self, id: &str) -> Result<(), Failure> {
        match self.0.fetching.cancel(id) {
            true => Ok(()),
            false => Err(Failure::new(
                ErrorCode::BadRequest,
                format!("{id} is not brought here now"),
            )),
        }
    }
}

fn entry(report: ModelReport, config: &Config, fetch: Option<ModelFetch>, problem: Option<String>) -> ModelEntry {
    ModelEntry {
        in_use: is_used(&report, config),
        kind: serde_json::to_value(report.kind)
            .ok()
            .and_then(|kind| kind.as_str().map(str::to_owned))
            .unwrap_or_default(),
        purpose: report.purpose,
        licence: report.licence,
        bytes: report.size_expected.max(report.size_on_disk),
        bytes_here: report.size_on_disk,
        presence: match report.state {
            ModelState::Absent => ModelPresence::Absent,
            ModelState::Incomplete => ModelPresence::Incomplete,
            ModelState::Ready => ModelPresence::Ready,
        },
        fetch,
        problem,
        id: report.id,
    }
}

/// The configuration names it, or it belongs to every Rosie of this profile.
fn is_used(report: &ModelReport, config: &Config) -> bool {
    let named = |name: &String| *name == report.id || format!("{}{name}", report.kind.prefix()) == report.id;
    match report.kind {
        ModelKind::Whisper => config.stt.engine == SttEngineKind::Whisper && named(&config.stt.model),
        ModelKind::Piper => {
            let mut voices = std::iter::once(&config.tts.voice).chain(config.tts.voices.values());
            config.tts.engine == TtsEngineKind::Piper && voices.any(named)
        }
        ModelKind::TurnEnd => config.turn_end.enabled && named(&config.turn_end.model),
        ModelKind::Speaker => config.speakers.enabled && named(&config.speakers.model),
        _ => report.profiles.contains(&config.models.profile),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_is_what_the_configuration_names() {
        let mut config = Config::default();
        let used = |config: &Config| -> Vec<String> {
            let reports = rosie_models::list(&Manifest::embedded().unwrap(), std::path::Path::new("/nowhere"));
            let used = reports.into_iter().filter(|report| is_used(report, config));
            used.map(|report| report.id).collect()
        };
        let first = used(&config);
        for id in ["onnxruntime", "silero-vad", "whisper-base", "piper-en_US-joe-medium"] {
            assert!(first.contains(&id.to_owned()), "{id}: {first:?}");
        }
        assert!(!first.contains(&"whisper-small".to_owned()));
        config.stt.model = "whisper-small".into();
        config.tts.voices.insert("de".into(), "de_DE-thorsten-medium".into());
        let then = used(&config);
        assert!(then.contains(&"whisper-small".to_owned()) && !then.contains(&"whisper-base".to_owned()));
        assert!(then.contains(&"piper-de_DE-thorsten-medium".to_owned()), "{then:?}");
    }

    #[test]
    fn a_model_is_brought_once_at_a_time_and_what_went_wrong_stays() {
        let fetching = Fetching::default();
        let begin = |id: &str| fetching.begin(id, CancellationToken::new());
        assert!(begin("a") && !begin("a") && begin("b"));
        fetching.end("a", Some("the disk is full".into()));
        assert!(matches!(fetching.now().get("a"), Some(Told::Failed(_))));
        assert!(!fetching.cancel("a"), "what failed is not under way");
        let end = CancellationToken::new();
        assert!(fetching.begin("a", end.clone()) && fetching.cancel("a") && end.is_cancelled());
        fetching.end("a", None);
        assert!(fetching.now().get("a").is_none());
    }
}
