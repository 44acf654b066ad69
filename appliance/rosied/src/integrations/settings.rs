//! The pages of settings: what there is to set, changing it, and trying it before it is kept.

use super::{KINDS, kinds::Kind};
use crate::{
    config::{Config, form},
    daemon::Rosie,
    secrets::Secrets,
};
use rosie_core::{
    BoxFuture,
    integrations::{
        Entered, IntegrationAdmin, IntegrationChanged, IntegrationRefused, IntegrationStatus, IntegrationTested,
    },
};
use rosie_hub::integration::probe;
use std::{sync::Arc, time::Duration};

/// For a try, with everything that it asks.
const TRYING: Duration = Duration::from_secs(15);

type IsOn = fn(&Config) -> bool;

/// Sections that are set like an integration, and are parts of the daemon: name, title, whether one is on.
const PARTS: [(&str, &str, IsOn); 3] = [
    ("backup", "Backups", |config| !config.backup.passphrase.is_empty()),
    ("wyoming", "Wyoming", |config| {
        !config.wyoming.listen.is_empty() || !config.wyoming.satellites.is_empty() || config.wyoming.discover
    }),
    ("mcp", "Other assistants (MCP)", |config| !config.mcp.token.is_empty()),
];

pub struct Settings(pub Arc<Rosie>);

impl Settings {
    fn status(&self, name: &str) -> Option<IntegrationStatus> {
        let kind = KINDS.iter().find(|kind| kind.name == name);
        let part = PARTS.iter().find(|(part, ..)| *part == name);
        let (title, is_on) = kind
            .map(|kind| (kind.title, kind.is_on))
            .or(part.map(|(_, title, is_on)| (*title, *is_on)))?;
        let house = &self.0.sessions.house;
        let config = house.config();
        let schema = form::section(name);
        let mut values = serde_json::to_value(&*config).unwrap_or_default()[name].take();
        let mut kept = Vec::new();
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            if property["writeOnly"] == true
                && let Some(secret) = values.as_object_mut().and_then(|values| values.remove(key))
                && secret.as_str().is_some_and(|secret| !secret.is_empty())
            {
                kept.push(key.clone());
            }
        }
        Some(IntegrationStatus {
            name: name.to_owned(),
            title: title.to_owned(),
            schema,
            values,
            kept,
            set_here: self.0.layers().set_here(name, &Secrets::of(&self.0.folders.data)),
            configured: is_on(&config),
            testable: kind.is_some(),
            health: house.integrations().info(name),
        })
    }

    async fn try_out(&self, kind: &Kind, entered: &Entered) -> Result<IntegrationTested, IntegrationRefused> {
        let said = |works, message: String| Ok(IntegrationTested { works, message });
        let planned = self
            .0
            .planned(kind.name, entered)
            .map_err(IntegrationRefused::Mistakes)?;
        if !(kind.is_on)(&planned.config) {
            return said(false, "there is nothing to try yet: fill in the form first".to_owned());
        }
        match (kind.make)(&planned.config, self.0.around()) {
            Ok(Some(integration)) => match probe(integration, TRYING).await {
                Ok(found) => said(true, found),
                Err(failure) => said(false, failure.detail),
            },
            Ok(None) => said(false, "this cannot be tried here".to_owned()),
            Err(error) => said(false, error.to_string()),
        }
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    let parts = PARTS.iter().map(|(name, ..)| *name);
    KINDS.iter().map(|kind| kind.name).chain(parts)
}

fn unknown() -> IntegrationRefused {
    IntegrationRefused::Unknown(names().map(str::to_owned).collect())
}

fn cannot_be_tried(name: &str) -> IntegrationRefused {
    match PARTS.iter().any(|(part, ..)| *part == name) {
        true => IntegrationRefused::NothingToTry(KINDS.iter().map(|kind| kind.name.to_owned()).collect()),
        false => unknown(),
    }
}

impl IntegrationAdmin for Settings {
    fn list(&self) -> Vec<IntegrationStatus> {
        names().filter_map(|name| self.status(name)).collect()
    }

    fn change(&self, name: String, entered: Entered) -> BoxFuture<'_, Result<IntegrationChanged, IntegrationRefused>> {
        Box::pin(async move {
            let name = names().find(|known| *known == name).ok_or_else(unknown)?;
            let applied = self
                .0
                .change(name, &entered)
                .await
                .map_err(IntegrationRefused::Mistakes)?;
            let integration = self.status(name).ok_or_else(unknown)?;
            Ok(IntegrationChanged {
                integration,
                needs_restart: applied.needs_restart.iter().any(|part| part == name),
            })
        })
    }

    fn test(&self, name: String, entered: Entered) -> BoxFuture<'_, Result<IntegrationTested, IntegrationRefused>> {
        Box::pin(async move {
            let kind = KINDS
                .iter()
                .find(|kind| kind.name == name)
                .ok_or_else(|| cannot_be_tried(&name))?;
            self.try_out(kind, &entered).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn every_name_is_a_section_and_off_by_default() {
        let config = Config::default();
        for name in names() {
            let schema = form::section(name);
            assert!(
                schema["properties"].as_object().is_some_and(|all| !all.is_empty()),
                "{name}"
            );
            assert_ne!(schema["description"], Value::Null, "{name}");
        }
        assert!(KINDS.iter().all(|kind| !(kind.is_on)(&config)));
        assert!(PARTS.iter().all(|(_, _, is_on)| !is_on(&config)));
        assert_eq!(form::section("mcp")["properties"]["token"]["writeOnly"], json!(true));
    }
}
