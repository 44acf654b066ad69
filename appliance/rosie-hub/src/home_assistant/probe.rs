//! Trying the address and the token once: signed in, and read as far as a connection reads at its beginning.

use super::{HomeAssistantConfig, LinkError, follow, link, registry};
use serde_json::json;

/// What answered.
pub(super) async fn tried(http: &reqwest::Client, config: &HomeAssistantConfig) -> Result<String, LinkError> {
    let (link, pump, _events) = link::open(http, config).await?;
    let asked = async {
        let told = link.ask(json!({ "type": "get_config" })).await?;
        // Only an administrator's token may ask what is exposed to Assist.
        registry::fetch(&link).await?;
        Ok(told)
    };
    let told = tokio::select! {
        why = pump.run() => Err(why),
        told = asked => told,
    };
    let told = told.map_err(|error| follow::named(error, config))?;
    let version = told["version"].as_str().unwrap_or("of an unknown version");
    let place = told["location_name"].as_str().unwrap_or_default();
    Ok(match place {
        "" => format!("Home Assistant {version} answers and takes the token."),
        place => format!("Home Assistant {version} (\"{place}\") answers and takes the token."),
    })
}
