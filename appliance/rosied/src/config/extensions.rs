//! What Rosie is extended with, and who may ask her from outside.

use super::Config;
use super::validate::Findings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

section! {
    /// Plugins: docs/plugins.md says how to write one. The owner's are in the folder `plugins` of the data.
    Plugins {
        /// Folder of those that come with the image; it is only read.
        image_folder: String = "/usr/share/rosie/plugins".into(),
    }
}

section! {
    /// Rosie as a server of the Model Context Protocol at `/mcp`, for other assistants. Without a token it is off.
    Mcp {
        /// What a client has to show, at least 24 characters; `${ROSIE_MCP_TOKEN}` takes it from the environment. Whoever has
        /// it may ask Rosie anything that a person in the room may.
        token: String = String::new(),
    }
}

const SHORTEST_TOKEN: usize = 24;

pub(super) fn check(config: &Config, found: &mut Findings) {
    let token = config.mcp.token.trim();
    if !token.is_empty() && (token.len() < SHORTEST_TOKEN || !token.chars().all(|c| c.is_ascii_graphic())) {
        found.add(
            "mcp.token",
            "a token has at least 24 letters, digits and signs, and no space: `openssl rand -hex 24` makes one",
        );
    }
}
