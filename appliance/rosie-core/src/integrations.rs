//! What the owner may set of integrations: the seam between the gateway and the daemon.

use crate::{BoxFuture, appliance::ConfigMistake, engine::EngineInfo};
use serde::Serialize;
use serde_json::{Map, Value};

/// An integration as the owner sees it, whether it is on or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IntegrationStatus {
    /// Of its section in the configuration (`home_assistant`), and in `/health/integrations/{name}`.
    pub name: String,
    pub title: String,
    /// JSON schema of its section. Properties carry `x-order`, their place in a form; those of keys are `writeOnly`.
    pub schema: Value,
    /// What is in force, without the keys.
    pub values: Value,
    /// Keys (tokens, passwords) that there are. They are never shown.
    pub kept: Vec<String>,
    /// What was set here and not in the owner's own file.
    pub set_here: Vec<String>,
    /// It has what it needs to run.
    pub configured: bool,
    /// [`IntegrationAdmin::test`] can try it.
    pub testable: bool,
    /// `None` while it is not configured, and for what has no health of its own.
    pub health: Option<EngineInfo>,
}

/// A change that is in force and kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IntegrationChanged {
    pub integration: IntegrationStatus,
    /// It takes effect only after a restart.
    pub needs_restart: bool,
}

/// What came of trying it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntegrationTested {
    pub works: bool,
    /// One sentence: what answered, or what is wrong.
    pub message: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum IntegrationRefused {
    /// There is none of this name; these there are.
    Unknown(Vec<String>),
    /// It can be set, but there is nothing to try: these there is.
    NothingToTry(Vec<String>),
    /// Nothing was changed, or tried.
    Mistakes(Vec<ConfigMistake>),
}

/// What was entered: what is left out stays as it is, `null` is as in the owner's file or by default.
pub type Entered = Map<String, Value>;

/// What the owner may do with the settings of integrations.
pub trait IntegrationAdmin: Send + Sync {
    fn list(&self) -> Vec<IntegrationStatus>;
    /// Validates, keeps and applies it; or changes nothing.
    fn change(&self, name: String, entered: Entered) -> BoxFuture<'_, Result<IntegrationChanged, IntegrationRefused>>;
    /// Tries it as it would be with what was entered. Nothing is kept.
    fn test(&self, name: String, entered: Entered) -> BoxFuture<'_, Result<IntegrationTested, IntegrationRefused>>;
}
