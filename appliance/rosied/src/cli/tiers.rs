//! Language models from the command line: whether each tier would answer, and having Ollama fetch the model of one.

use super::{CliError, CliResult, Common, check::Finding};
use crate::{config::Config, engines::Folders, thinking};
use anyhow::Context;
use rosie_core::CancelFlag;
use rosie_dialog::llm::{self, LlmConfig, LlmError, LocalModel, ProviderKind, PullProgress, RemoteModel};
use rosie_models::{Progress, TaskId, Terminal};
use std::{process::ExitCode, time::Duration};

/// The longest that looking at one tier takes.
const PROBE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PullTier {
    Local,
    Network,
}

/// Each tier that is configured: where it is and whether it would answer. A cloud that is not allowed is not asked.
pub fn findings(common: &Common, config: &Config) -> Vec<Finding> {
    let llm = match tiers(common, config) {
        Ok(llm) => llm,
        Err(error) => return vec![finding("language models".to_owned(), Err(format!("{error:#}")))],
    };
    let mut found = Vec::new();
    let mut remote = Vec::new();
    match llm.local {
        Some(LocalModel::Managed(server)) => {
            let here = server.program().map(|_| server.model.display().to_string());
            found.push(finding("language model, local".to_owned(), here));
        }
        Some(LocalModel::Address(model)) => remote.push(("local", model)),
        None => {}
    }
    remote.extend(llm.network.map(|model| ("network", model)));
    match llm.cloud {
        Some(model) if llm.cloud_allowed => remote.push(("cloud", model)),
        Some(_) => found.push(finding(
            "language model, cloud".to_owned(),
            Ok("not asked: privacy.cloud_allowed is false".to_owned()),
        )),
        None => {}
    }
    found.extend(remote.into_iter().map(|(tier, model)| probed(tier, model)));
    found
}

/// `rosied models pull`: has the Ollama of a tier fetch that tier's model.
pub fn pull(common: &Common, config: &Config, tier: Option<PullTier>) -> CliResult {
    let model = ollama(tiers(common, config)?, tier)?;
    let (name, address) = (model.model.clone(), model.address.to_string());
    let terminal = Terminal::new();
    let mut shown = Shown::new(&terminal, &name);
    let cancel = CancelFlag::new();
    runtime()?
        .block_on(async {
            let stop = cancel.clone();
            tokio::spawn(async move {
                if tokio::signal::ctrl_c().await.is_ok() {
                    stop.cancel();
                }
            });
            llm::pull(model, &cancel, &mut |progress| shown.tell(&progress)).await
        })
        .map_err(|error| match cancel.is_cancelled() {
            true => CliError::Other(anyhow::anyhow!(
                "stopped; what {address} has of {name} is kept, and the next pull goes on from there"
            )),
            false => CliError::Other(error.into()),
        })?;
    drop(shown);
    match common.json {
        true => println!("{}", serde_json::json!({ "model": name, "address": address })),
        false => println!("{name} is at {address}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn tiers(common: &Common, config: &Config) -> anyhow::Result<LlmConfig> {
    let folders = Folders {
        data: common.data.clone(),
        models: common.models_dir(config),
    };
    thinking::llm(config, &folders)
}

/// The tier that was named, or the only one that is an Ollama's.
fn ollama(llm: LlmConfig, tier: Option<PullTier>) -> anyhow::Result<RemoteModel> {
    let local = llm.local.and_then(|local| match local {
        LocalModel::Address(model) => Some(model),
        LocalModel::Managed(_) => None,
    });
    let mut all: Vec<RemoteModel> = [(PullTier::Local, local), (PullTier::Network, llm.network)]
        .into_iter()
        .filter(|(which, _)| tier.is_none_or(|tier| tier == *which))
        .filter_map(|(_, model)| model.filter(|model| model.provider == ProviderKind::Ollama))
        .collect();
    anyhow::ensure!(
        all.len() < 2,
        "the local and the network tier are both an Ollama's: say which, `rosied models pull local` or `network`"
    );
    all.pop().context(
        "no such tier is an Ollama's: set llm.network (or llm.local) to {provider: ollama, host: …, model: …}; \
         models of this machine come with `rosied models fetch`",
    )
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

fn probed(tier: &str, model: RemoteModel) -> Finding {
    let what = format!("language model, {tier}: {}", model.model);
    let (at, pulls) = (model.address.to_string(), model.provider == ProviderKind::Ollama);
    let probe = || -> anyhow::Result<Result<(), LlmError>> {
        let provider = llm::provider(model)?;
        Ok(runtime()?.block_on(provider.probe(PROBE)))
    };
    let found = match probe() {
        Ok(Ok(())) => Ok(at),
        Ok(Err(LlmError::NoModel { .. })) if pulls => Err(format!(
            "the Ollama at {at} does not have it: `rosied models pull {tier}` fetches it there"
        )),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(format!("{error:#}")),
    };
    finding(what, found)
}

fn finding(what: String, found: Result<String, String>) -> Finding {
    let ok = found.is_ok();
    let (Ok(detail) | Err(detail)) = found;
    Finding { what, ok, detail }
}

/// A pull as bars on the terminal, one after the other: Ollama fetches a model in layers.
struct Shown<'a> {
    terminal: &'a Terminal,
    model: &'a str,
    status: String,
    running: Option<TaskId>,
    next: u64,
}

impl<'a> Shown<'a> {
    fn new(terminal: &'a Terminal, model: &'a str) -> Self {
        Self {
            terminal,
            model,
            status: String::new(),
            running: None,
            next: 0,
        }
    }

    fn tell(&mut self, progress: &PullProgress) {
        let total = progress.bytes.map(|(_, total)| total);
        if progress.status != self.status {
            self.end();
            let label = format!("{}: {}", self.model, progress.status);
            let task = TaskId(self.next);
            self.terminal.begin(task, &label, total);
            (self.status, self.running, self.next) = (progress.status.clone(), Some(task), self.next + 1);
        }
        if let (Some(task), Some((done, total))) = (self.running, progress.bytes) {
            self.terminal.advance(task, done, Some(total));
        }
    }

    fn end(&mut self) {
        if let Some(task) = self.running.take() {
            self.terminal.end(task);
        }
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.end();
    }
}
