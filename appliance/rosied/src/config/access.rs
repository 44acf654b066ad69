//! The section of who may come in.

use rosie_gateway::AccessConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Folder of the data folder for people, tokens and the keys of endpoints.
pub const ACCESS_FOLDER: &str = "access";

section! {
    /// Who may come in once an owner was made (the page /signin); before that everybody in the network may. People, tokens and paired
    /// endpoints are looked after on the page /people.
    Access {
        /// Everybody in the network may talk with Rosie, also endpoints that are not paired and people who are not signed in. What
        /// she does for them she does for everybody: only for a house whose network is its own.
        open_house: bool = AccessConfig::default().open_house,
        /// /metrics is for everybody in the network; else it asks for somebody who may read, or a token with the scope `read`.
        open_metrics: bool = AccessConfig::default().open_metrics,
    }
}

impl Access {
    /// As the gateway wants it. `data`: the data folder.
    pub fn settings(&self, data: &Path) -> AccessConfig {
        AccessConfig {
            folder: Some(data.join(ACCESS_FOLDER)),
            open_house: self.open_house,
            open_metrics: self.open_metrics,
        }
    }
}
