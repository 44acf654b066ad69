//! Fetches models without the daemon: `cargo run --release -p rosie-models --example fetch -- [PROFILE | MODEL …]`.
//! With `--list` or `--verify` it only looks. The folder is `ROSIE_MODELS`, or `rosie/models` in the cache folder.

use rosie_models::{FetchOptions, Manifest, Terminal, default_models_dir, fetch, fetch_profile, list, render, verify};
use std::{process::ExitCode, sync::Arc};

#[tokio::main]
async fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    match run(&names).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(names: &[String]) -> rosie_models::Result<bool> {
    let manifest = Manifest::embedded()?;
    let dir = default_models_dir();
    match names.first().map(String::as_str) {
        Some("--list") => {
            print!("{}", render::list(&list(&manifest, &dir)));
            return Ok(true);
        }
        Some("--verify") => {
            print!("{}", render::verify(&verify(&manifest, &dir, &names[1..])?));
            return Ok(true);
        }
        _ => {}
    }
    let progress = Arc::new(Terminal::new());
    let options = FetchOptions::default();
    let report = match names {
        [] => fetch_profile(&manifest, "small", &dir, &options, progress).await?,
        [profile] if manifest.profiles.contains_key(profile) => {
            fetch_profile(&manifest, profile, &dir, &options, progress).await?
        }
        ids => fetch(&manifest, ids, &dir, &options, progress).await?,
    };
    for file in &report.files {
        println!("{}/{}: {:?}", file.model, file.file, file.how);
    }
    for failed in &report.failed {
        eprintln!("{}", failed.error);
    }
    Ok(report.failed.is_empty())
}
