//! A new configuration: validated, built beside the old one, kept, put in force; or nothing changes.

use crate::{
    config::{Change, Config, Document, Layers, PAGE_FILE, written_out},
    daemon::Rosie,
    engines::Engines,
    integrations::{Around, Integrations},
    secrets::Secrets,
    telemetry,
    thinking::{Hands, Mind},
};
use rosie_core::{
    ErrorCode, Failure,
    appliance::{ConfigApplied, ConfigMistake},
    integrations::Entered,
};
use std::{
    path::Path,
    sync::{Arc, PoisonError},
};

fn mistake(message: impl Into<String>) -> Vec<ConfigMistake> {
    vec![ConfigMistake {
        key: String::new(),
        message: message.into(),
    }]
}

impl Rosie {
    fn secrets(&self) -> Secrets {
        Secrets::of(&self.folders.data)
    }

    /// As it is kept.
    pub fn layers(&self) -> Layers {
        self.layers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn around(&self) -> Around<'_> {
        Around {
            data: &self.folders.data,
            audit: &self.audit,
            doorway: self.doorway.as_ref(),
        }
    }

    /// A whole document takes the place of the owner's file and of all that was set on pages.
    pub async fn apply(&self, text: &str) -> Result<ConfigApplied, Vec<ConfigMistake>> {
        // One change at a time: the mind's lock is held over all of it.
        let mut mind = self.mind.lock().await;
        let mut file = Document::parse(text)?;
        // Keys go to the others, and not into a file that is shown and copied.
        let mut keys = file.take_keys();
        file.unmask(&self.layers().merged());
        let page = Document::parse("")?;
        let secrets = self.secrets();
        let layers = Layers { file, page };
        let written = written_out(&layers.file, &secrets.of_places());
        keys.extend(written.into_iter().map(|name| (name, None)));
        let config = layers.resolve_with(&secrets, &keys)?;
        let kept = self.exchange(&keys)?;
        let data = &self.folders.data;
        let keep = |layers: &Layers| {
            persist(&data.join("config.yaml"), &layers.file.to_yaml()?)?;
            remove(&data.join(PAGE_FILE))
        };
        let applied = self.put_in_force(&mut mind, layers, config, keep).await;
        self.or_back(applied, &kept)
    }

    /// What it would be with something entered on a page; nothing is kept.
    pub fn planned(&self, section: &str, entered: &Entered) -> Result<Change, Vec<ConfigMistake>> {
        let now = self.sessions.house.config();
        self.layers().with(section, entered, (&now, &self.secrets()))
    }

    /// Something was entered on a page for one section. Gives what it is from now on.
    pub async fn change(&self, section: &str, entered: &Entered) -> Result<ConfigApplied, Vec<ConfigMistake>> {
        let mut mind = self.mind.lock().await;
        let Change { layers, keys, config } = self.planned(section, entered)?;
        let kept = self.exchange(&keys)?;
        let file = self.folders.data.join(PAGE_FILE);
        let keep = |layers: &Layers| persist(&file, &layers.page.to_yaml()?);
        let applied = self.put_in_force(&mut mind, layers, config, keep).await;
        self.or_back(applied, &kept)
    }

    fn exchange(&self, keys: &[(String, Option<String>)]) -> Result<Vec<(String, Option<String>)>, Vec<ConfigMistake>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let unwritable = |error| mistake(format!("the keys could not be kept, and nothing was changed: {error}"));
        self.secrets().exchange(keys).map_err(unwritable)
    }

    /// Where nothing was changed the keys are those of before.
    fn or_back<T>(
        &self,
        done: Result<T, Vec<ConfigMistake>>,
        kept: &[(String, Option<String>)],
    ) -> Result<T, Vec<ConfigMistake>> {
        if done.is_err() && !kept.is_empty() && self.secrets().exchange(kept).is_err() {
            tracing::error!("keys that were entered could not be taken back");
        }
        done
    }

    async fn put_in_force(
        &self,
        mind: &mut Mind,
        layers: Layers,
        config: Config,
        keep: impl FnOnce(&Layers) -> Result<(), Vec<ConfigMistake>>,
    ) -> Result<ConfigApplied, Vec<ConfigMistake>> {
        let house = &self.sessions.house;
        let (before, engines) = (house.config(), house.engines());
        let config = Arc::new(config);
        let rebuilt_engines = Engines::start(config.clone(), self.folders.clone(), Some((before.clone(), engines)))
            .await
            .map_err(|failure| mistake(failure.detail))?;
        let applied = changes(&before, &config);
        let running = house.integrations();
        let integrations = match Integrations::differ(&before, &config) {
            true => {
                let old = Some((&*before, &*running));
                let new = Integrations::start(&config, self.around(), self.plugins.clone(), old, &self.stopping);
                Arc::new(new.map_err(|e| mistake(e.to_string()))?)
            }
            false => running.clone(),
        };
        let written = async {
            let new_mind = match applied.rebuilt.iter().any(|part| part == "dialog") {
                true => Some(
                    self.new_mind(&config, &integrations)
                        .await
                        .map_err(|e| mistake(e.to_string()))?,
                ),
                false => None,
            };
            keep(&layers)?;
            Ok(new_mind)
        };
        let written: Result<_, Vec<ConfigMistake>> = written.await;
        // Of the two sets the one that is not in force ends, but for what is in both.
        let (unused, used) = match &written {
            Ok(_) => {
                *house.integrations.write().unwrap_or_else(PoisonError::into_inner) = integrations.clone();
                (running, integrations)
            }
            Err(_) => (integrations, running),
        };
        self.tracker.spawn(async move { unused.stop_but(&used).await });
        let new_mind = written?;
        if let Some(new_mind) = new_mind {
            *house.dialog.write().unwrap_or_else(PoisonError::into_inner) = new_mind.dialog();
            std::mem::replace(mind, new_mind).stop();
        }
        let replaced = std::mem::replace(
            &mut *house.engines.write().unwrap_or_else(PoisonError::into_inner),
            Arc::new(rebuilt_engines),
        );
        let (remembering, old, new) = (self.remembering.clone(), before.clone(), config.clone());
        if tokio::task::spawn_blocking(move || remembering.apply(&old, &new))
            .await
            .is_err()
        {
            tracing::error!("the memory broke down while its configuration was changed");
        }
        house.voices.switch(config.speakers.enabled);
        let device = applied.rebuilt.iter().any(|part| part == "device");
        if before.logging != config.logging {
            let _ = telemetry::set_filter(&config.logging.filter);
        }
        *house.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        *self.layers.write().unwrap_or_else(PoisonError::into_inner) = layers;
        self.sessions.engines_replaced();
        replaced.retire();
        if device {
            self.restart_local().await;
        }
        tracing::info!(rebuilt = applied.rebuilt.join(","), "a new configuration is in force");
        Ok(applied)
    }
}

impl Rosie {
    async fn restart_local(&self) {
        let (local, sessions) = (self.local.clone(), self.sessions.clone());
        let reactor = tokio::runtime::Handle::current();
        let anew = move || local.apply(&sessions.house.config(), &sessions, reactor);
        if tokio::task::spawn_blocking(anew).await.is_err() {
            tracing::error!("the local endpoint broke down while its configuration was changed");
        }
    }

    /// A plugin came, went, or was switched: its sentences and tools are those of the house from now on.
    pub async fn plugins_changed(&self) -> Result<(), Failure> {
        let mut mind = self.mind.lock().await;
        let house = &self.sessions.house;
        let new_mind = self.new_mind(&house.config(), &house.integrations()).await;
        let new_mind = new_mind.map_err(|error| Failure::new(ErrorCode::Internal, error.to_string()))?;
        *house.dialog.write().unwrap_or_else(PoisonError::into_inner) = new_mind.dialog();
        std::mem::replace(&mut *mind, new_mind).stop();
        Ok(())
    }

    async fn new_mind(&self, config: &Config, integrations: &Integrations) -> anyhow::Result<Mind> {
        let hands = Hands {
            timers: &self.timers,
            remembering: self.remembering.clone(),
            integrations,
            doorway: self.doorway.as_ref(),
            audit: self.audit.clone(),
            allowed: self.allowed.clone(),
            voices: self.sessions.house.voices.clone(),
        };
        Mind::build(config, &self.folders, hands, (&self.tracker, &self.stopping)).await
    }
}

fn changes(before: &Config, now: &Config) -> ConfigApplied {
    let mut applied = ConfigApplied {
        rebuilt: Vec::new(),
        needs_restart: Vec::new(),
    };
    let mut rebuilt = |part: &str, changed: bool| {
        if changed {
            applied.rebuilt.push(part.to_owned());
        }
    };
    let house = before.rooms != now.rooms || before.languages != now.languages || before.time_zone != now.time_zone;
    rebuilt("device", before.device != now.device);
    rebuilt("vad", before.vad != now.vad);
    rebuilt("wake", before.wake_word != now.wake_word);
    rebuilt("turn_end", before.turn_end != now.turn_end);
    rebuilt("speakers", before.speakers != now.speakers);
    rebuilt("stt", before.stt != now.stt || before.vad != now.vad);
    rebuilt(
        "tts",
        before.tts != now.tts || before.languages.first() != now.languages.first(),
    );
    let thinking = before.intents != now.intents || before.llm != now.llm || before.privacy != now.privacy;
    let integrations = Integrations::differ(before, now);
    rebuilt("integrations", integrations);
    rebuilt("dialog", house || thinking || integrations);
    rebuilt("memory", before.memory != now.memory);
    rebuilt(
        "sessions",
        before.audio != now.audio || before.turn_end.enabled != now.turn_end.enabled,
    );
    if before.access != now.access {
        applied.needs_restart.push("access".into());
    }
    if before.server != now.server {
        applied.needs_restart.push("server".into());
    }
    if before.wyoming != now.wyoming {
        applied.needs_restart.push("wyoming".into());
    }
    if before.plugins != now.plugins {
        applied.needs_restart.push("plugins".into());
    }
    if before.models != now.models {
        applied.needs_restart.push("models".into());
    }
    if before.logging.format != now.logging.format {
        applied.needs_restart.push("logging.format".into());
    }
    applied
}

/// Replaces a file so that a power cut leaves the old or the new one, never half of either.
fn persist(path: &Path, text: &str) -> Result<(), Vec<ConfigMistake>> {
    let write = || {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // Somebody may have typed a key into the page.
        crate::card::replace(path, text.as_bytes())?;
        std::fs::File::open(folder)?.sync_all()
    };
    write().map_err(unwritten)
}

fn remove(path: &Path) -> Result<(), Vec<ConfigMistake>> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritten(error)),
        _ => Ok(()),
    }
}

fn unwritten(error: std::io::Error) -> Vec<ConfigMistake> {
    mistake(format!(
        "the configuration could not be written and was not applied: {error}"
    ))
}
