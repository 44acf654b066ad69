//! Whoever answers, put together: sentences of the house's languages, the hub's skills, the language model.

use crate::{
    audit::AuditFile,
    config::{Config, LlmProvider, LlmTier, ModelPreference, threads},
    engines::{Folders, model_or_expected},
    household::Doorway,
    integrations::Integrations,
    permissions::Allowed,
    remembering::Remembering,
    speakers::Voices,
};
use rosie_core::{RoomId, UserId, dialog::Dialog};
use rosie_dialog::{
    Budgets, DialogConfig, LanguageSources, Languages, RosieDialog, Routing,
    llm::{Limits, LlmConfig, LlmEngine, LocalModel, RemoteModel, Secret, ServerConfig},
    routing::Preference,
};
use rosie_hub::{
    BroadcastSkill, HubConfig, ListSkill, MemorySkill, Room, Rooms, SkillHub, SpeakerSkill, SystemClock, Timers,
    weather::NoWeather,
};
use rosie_models::ModelKind;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The dialog in force, and what stops its language model.
pub struct Mind {
    dialog: Arc<RosieDialog>,
    model: CancellationToken,
}

/// Those who carry out what the dialog wants.
pub struct Hands<'h> {
    pub timers: &'h Timers,
    pub remembering: Arc<Remembering>,
    pub integrations: &'h Integrations,
    pub doorway: Option<&'h Arc<Doorway>>,
    pub audit: Arc<AuditFile>,
    pub allowed: Arc<Allowed>,
    pub voices: Arc<Voices>,
}

impl Mind {
    /// Compiles the sentences (some tens of milliseconds a language) and starts probing the models.
    pub async fn build(
        config: &Config,
        folders: &Folders,
        hands: Hands<'_>,
        (tracker, stopping): (&TaskTracker, &CancellationToken),
    ) -> anyhow::Result<Self> {
        let Hands {
            timers,
            remembering,
            integrations,
            doorway,
            audit,
            allowed,
            voices,
        } = hands;
        let sources = LanguageSources {
            languages: crate::config::languages(config),
            data: Some(
                folders
                    .models
                    .join("home-assistant-intents")
                    .join(ModelKind::Intents.main_file()),
            ),
            more: integrations.sentences(),
            own: Some(own_sentences(config, folders)),
        };
        let (languages, problems) = tokio::task::spawn_blocking(move || Languages::load(&sources)).await?;
        for problem in problems {
            tracing::warn!(%problem, "some sentences cannot be used");
        }
        let hub = HubConfig {
            rooms: rooms(config),
            time_zone: config.zone().map(str::to_owned),
        };
        let zone = hub.time_zone.clone();
        let mut hub = SkillHub::new(hub, timers.clone(), Arc::new(SystemClock))?;
        hub.limit(allowed, audit.clone());
        hub.add(Arc::new(MemorySkill::new(
            remembering.clone(),
            Arc::new(SystemClock),
            zone.as_deref(),
        )?))?;
        hub.add(Arc::new(SpeakerSkill::new(voices, Arc::new(SystemClock))))?;
        // A command that ends at once has nobody to tell.
        if let Some(doorway) = doorway {
            hub.add(Arc::new(BroadcastSkill::new(
                doorway.clone(),
                rooms(config),
                Arc::new(SystemClock),
                audit.clone(),
            )))?;
        }
        integrations.join(&mut hub)?;
        // What nobody else has: lists of Rosie's own, and a word about the weather.
        let settings = remembering.opened.settings.clone();
        hub.add(Arc::new(ListSkill::new(settings, Arc::new(SystemClock), audit.clone())))?;
        hub.add(Arc::new(NoWeather))?;
        let model = stopping.child_token();
        let llm = Arc::new(LlmEngine::start(llm(config, folders)?, tracker, &model)?);
        let dialog = RosieDialog::new(Arc::new(hub), languages, llm, dialog(config))
            .with_memory(remembering.clone(), tracker.clone())
            .with_deeds(audit);
        let dialog = Arc::new(dialog);
        let (warmed, ending) = (dialog.clone(), model.clone());
        tracker.spawn(async move { warmed.keep_warm(ending).await });
        if config.memory.read_for_facts {
            let quiet = Duration::from_secs(u64::from(config.memory.read_after_s));
            let (reads, ending) = (dialog.clone(), model.clone());
            tracker.spawn(async move { reads.keep_reading(remembering, quiet, ending).await });
        }
        Ok(Self { dialog, model })
    }

    pub fn dialog(&self) -> Arc<dyn Dialog> {
        self.dialog.clone()
    }

    /// Ends the model's server, if Rosie runs one.
    pub fn stop(&self) {
        self.model.cancel();
    }
}

fn dialog(config: &Config) -> DialogConfig {
    let routing = &config.llm.routing;
    let wish = |wish: ModelPreference| match wish {
        ModelPreference::Balanced => None,
        ModelPreference::AlwaysLocal => Some(Preference::AlwaysLocal),
        ModelPreference::PreferNetwork => Some(Preference::PreferNetwork),
        ModelPreference::CloudAllowed => Some(Preference::CloudAllowed),
    };
    let room = |(id, preference): (&String, &ModelPreference)| Some((RoomId(id.clone()), wish(*preference)?));
    let person = |(id, preference): (&String, &ModelPreference)| Some((UserId(id.clone()), wish(*preference)?));
    DialogConfig {
        routing: Routing {
            cloud_enabled: config.privacy.cloud_allowed,
            private_to_cloud: routing.private_to_cloud,
            preference: wish(routing.preference),
            rooms: routing.rooms.iter().filter_map(room).collect(),
            people: routing.people.iter().filter_map(person).collect(),
            budgets: Budgets {
                local: Duration::from_millis(routing.local_budget_ms),
                network: Duration::from_millis(routing.network_budget_ms),
                cloud: Duration::from_millis(routing.cloud_budget_ms),
            },
        },
        prompt_tokens: routing.prompt_tokens as usize,
        guided_local: routing.local_is_small,
        patience: Duration::from_millis(routing.patience_ms),
        ..DialogConfig::default()
    }
}

/// Sentences that the owner wrote.
fn own_sentences(config: &Config, folders: &Folders) -> PathBuf {
    match config.intents.folder.as_str() {
        "" => folders.data.join("intents"),
        folder => PathBuf::from(folder),
    }
}

pub(crate) fn rooms(config: &Config) -> Rooms {
    let room = |room: &crate::config::Room| Room {
        id: rosie_core::RoomId(room.id.clone()),
        name: room.name.clone(),
        aliases: Vec::new(),
    };
    Rooms::new(config.rooms.iter().map(room).collect())
}

/// The models that the configuration names.
pub fn llm(config: &Config, folders: &Folders) -> anyhow::Result<LlmConfig> {
    let tiers = &config.llm;
    let mut llm = LlmConfig {
        cloud_allowed: config.privacy.cloud_allowed,
        ..LlmConfig::default()
    };
    llm.local = match (&tiers.local, tiers.local.provider, tiers.local.host.is_empty()) {
        (tier, _, _) if tier.model.is_empty() => None,
        (tier, LlmProvider::LlamaCpp, true) => Some(LocalModel::Managed(server(tier, folders))),
        (tier, _, _) => Some(LocalModel::Address(remote(tier)?)),
    };
    llm.network = present(&tiers.network).map(remote).transpose()?;
    llm.cloud = present(&tiers.cloud).map(remote).transpose()?;
    Ok(llm)
}

fn present(tier: &LlmTier) -> Option<&LlmTier> {
    (!tier.model.is_empty()).then_some(tier)
}

fn limits(tier: &LlmTier) -> Limits {
    Limits {
        first_token: Duration::from_millis(tier.first_token_ms),
        overall: Duration::from_millis(tier.answer_ms),
        max_tokens: tier.max_tokens,
        ..Limits::default()
    }
}

fn server(tier: &LlmTier, folders: &Folders) -> ServerConfig {
    ServerConfig {
        binary: PathBuf::from(&tier.binary),
        threads: Some(threads(tier.threads)),
        context: tier.context_tokens,
        limits: limits(tier),
        ..ServerConfig::new(model_or_expected(folders, ModelKind::Gguf, &tier.model))
    }
}

fn remote(tier: &LlmTier) -> anyhow::Result<RemoteModel> {
    let provider = tier.provider.kind();
    let address = match (tier.host.as_str(), provider.default_address()) {
        ("", Some(own)) => own,
        (host, _) => host,
    };
    Ok(RemoteModel {
        provider,
        address: provider.address(address)?,
        model: tier.model.clone(),
        api_key: Some(tier.api_key.as_str())
            .filter(|key| !key.is_empty())
            .map(Secret::new),
        context: tier.context_tokens,
        limits: limits(tier),
    })
}
