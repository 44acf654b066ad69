//! Plugins: servers of the Model Context Protocol that strangers wrote. Each is an integration like any other; what is
//! special is that nothing of it is trusted: its manifest, its messages and its texts are bounded and are data.
//!
//! A plugin is told nothing but the arguments of the calls that are made to it.

mod archive;
mod link;
mod manifest;
mod metered;
mod plugin;
mod sentences;
mod store;
mod words;

pub use manifest::{BadManifest, Manifest, Place, PluginIntent};
pub use plugin::Plugin;
pub use store::{CheckSentences, Found, Store, StoreError};

use std::{path::Path, process::Command};

/// How a plugin's process is started, and kept within bounds.
pub trait Launch: Send + Sync {
    /// The command to start; `folder` is the plugin's own.
    fn command(&self, manifest: &Manifest, command: &[String], folder: &Path) -> Command;

    /// What this machine cannot hold it to; `None` where all bounds hold.
    fn doubt(&self, manifest: &Manifest) -> Option<String>;
}
