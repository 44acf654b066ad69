//! Rosie without the network, for the commands that need her for one answer.

use super::{CliError, Common};
use crate::{
    config::{Config, LogFormat, Logging},
    daemon::Rosie,
    engines::Folders,
    telemetry,
};
use rosie_core::Language;
use std::{future::Future, sync::Arc, time::Duration};

/// Engines and models load within this, or say why they cannot.
pub const LOAD_LIMIT: Duration = Duration::from_secs(60);

/// The home is known within this, or does not answer.
const HOME_LIMIT: Duration = Duration::from_secs(5);

/// Runs `work` with a started Rosie; warnings alone are logged, to stderr.
pub fn with_rosie<T, F, W>(common: &Common, adjust: impl FnOnce(&mut Config), work: W) -> Result<T, CliError>
where
    F: Future<Output = Result<T, CliError>>,
    W: FnOnce(Arc<Rosie>) -> F,
{
    let (layers, mut config) = common.load()?;
    adjust(&mut config);
    telemetry::install(&Logging {
        filter: "warn".into(),
        format: LogFormat::Human,
    });
    let folders = Folders {
        data: common.data.clone(),
        models: common.models_dir(&config),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)?;
    runtime.block_on(async {
        let rosie = Rosie::start((layers, config), folders, Vec::new(), None).await?;
        rosie.settled(LOAD_LIMIT).await;
        rosie.sessions.house.integrations().ready(HOME_LIMIT).await;
        let result = work(rosie.clone()).await;
        rosie.stop().await;
        result
    })
}

/// A language that was asked for is one of the house's for this command, so that its sentences are known.
pub fn speak(config: &mut Config, language: Option<&str>) {
    if let Some(tag) = language
        && !config.languages.iter().any(|known| known == tag)
    {
        config.languages.push(tag.to_owned());
    }
}

/// Languages from the command line: `auto` is any, otherwise tags separated by commas; none: the house's.
pub fn languages(given: Option<&str>, house: &[String]) -> Vec<Language> {
    match given {
        Some("auto") => Vec::new(),
        Some(tags) => tags.split(',').map(Language::new).collect(),
        None => house.iter().map(|tag| Language::new(tag)).collect(),
    }
}
