//! Two plugins that do nothing, and an assistant that repeats what it was asked.

use rosie_core::{
    BoxFuture, ErrorCode, Failure, Language, RoomId,
    dialog::EntityState,
    engine::{EngineHealth, EngineInfo},
    memory::MemoryItem,
    plugins::{Assistant, PluginAdmin, PluginSource, PluginStatus, TimerTold},
};
use std::collections::BTreeMap;

pub const TOKEN: &str = "a-token-of-the-owner-0123456789";

pub struct FakePlugins;

fn plugin(name: &str, enabled: bool) -> PluginStatus {
    PluginStatus {
        name: name.into(),
        version: "1".into(),
        description: "Says things.".into(),
        runs: "python3 x.py".into(),
        built_in: false,
        enabled,
        network: false,
        rooms: enabled.then(|| vec!["kitchen".into()]),
        dangerous: vec!["crash".into()],
        sentences: BTreeMap::from([("en".into(), vec!["say things".into()])]),
        tools: vec!["say".into()],
        health: enabled.then(|| EngineInfo {
            engine: "plugin_x".into(),
            model: String::new(),
            health: EngineHealth::Ready,
            queue_depth: 0,
            dropped: 0,
            restarts: 0,
        }),
        problem: (!enabled).then(|| "it is broken".into()),
        last_words: String::new(),
    }
}

fn unless_bad<T>(name: &str, value: T) -> Result<T, Failure> {
    match name {
        "none" => Err(Failure::new(ErrorCode::BadRequest, "there is no plugin \"none\"")),
        _ => Ok(value),
    }
}

impl PluginAdmin for FakePlugins {
    fn list(&self) -> BoxFuture<'_, Result<Vec<PluginStatus>, Failure>> {
        Box::pin(async { Ok(vec![plugin("bins", true), plugin("weather", false)]) })
    }

    fn install(&self, source: PluginSource, update: Option<String>) -> BoxFuture<'_, Result<PluginStatus, Failure>> {
        Box::pin(async move {
            let name = match &source {
                PluginSource::Archive(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                PluginSource::Folder(folder) => folder.clone(),
            };
            unless_bad(update.as_deref().unwrap_or(&name), plugin("bins", false))
        })
    }

    fn set_enabled(&self, name: String, enabled: bool) -> BoxFuture<'_, Result<PluginStatus, Failure>> {
        Box::pin(async move { unless_bad(&name, plugin(&name, enabled)) })
    }

    fn remove(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move { unless_bad(&name, ()) })
    }
}

pub struct FakeAssistant;

impl Assistant for FakeAssistant {
    fn admits(&self, token: &str) -> bool {
        token == TOKEN
    }

    fn rooms(&self) -> Vec<RoomId> {
        vec!["kitchen".into()]
    }

    fn ask(
        &self,
        room: Option<RoomId>,
        text: String,
        language: Option<Language>,
    ) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async move { Ok(format!("{text} {room:?} {}", language.unwrap_or_default())) })
    }

    fn say(&self, room: Option<RoomId>, _: &str, urgent: bool) -> usize {
        usize::from(room.is_some() || urgent)
    }

    fn timers(&self) -> Vec<TimerTold> {
        vec![TimerTold {
            name: None,
            room: "kitchen".into(),
            rings_unix_ms: Some(7),
        }]
    }

    fn search_memory(&self, _: String, _: usize) -> BoxFuture<'_, Result<Vec<MemoryItem>, Failure>> {
        Box::pin(async { Err(Failure::new(ErrorCode::MemoryUnavailable, "nothing is remembered")) })
    }

    fn home(&self) -> Vec<EntityState> {
        Vec::new()
    }
}
