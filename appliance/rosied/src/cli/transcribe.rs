//! `rosied transcribe`: recordings to text.

use super::{CliError, CliResult, Common, offline, wav};
use crate::pipeline;
use rosie_core::{
    CancelFlag, Failure, SessionId,
    engine::{SttJob, SttPriority, Transcript},
};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

#[derive(clap::Args)]
pub struct Args {
    /// WAV files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Language spoken ("de"), several to choose from ("en,de"), or "auto"; without it the house's.
    #[arg(long)]
    language: Option<String>,
}

pub fn main(common: &Common, args: &Args) -> CliResult {
    let json = common.json;
    offline::with_rosie(
        common,
        |_| {},
        async |rosie| {
            let house = &rosie.sessions.house;
            let languages = offline::languages(args.language.as_deref(), &house.config().languages);
            let mut all_ok = true;
            for file in &args.files {
                let audio = hearing(file)?;
                let job = SttJob {
                    stream: SessionId::from("transcribe"),
                    priority: SttPriority::Final,
                    audio: audio.into(),
                    languages: languages.clone(),
                    bias: Arc::new([]),
                    cancel: CancelFlag::new(),
                };
                let result = pipeline::transcribe(&*house.engines().stt, job).await;
                all_ok &= result.is_ok();
                show(file, &result, json)?;
            }
            Ok(if all_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        },
    )
}

/// A recording at the rate that recognisers hear.
pub fn hearing(file: &Path) -> anyhow::Result<Vec<f32>> {
    Ok(pipeline::hearing(&wav::read(file)?)?)
}

fn show(file: &Path, result: &Result<Transcript, Failure>, as_json: bool) -> Result<(), CliError> {
    let name = file.display();
    match result {
        Ok(t) if as_json => println!("{}", json!({ "file": name.to_string(), "transcript": t })),
        Ok(t) => println!("{name}: {}", t.text),
        Err(f) if as_json => println!("{}", json!({ "file": name.to_string(), "error": f })),
        Err(f) => eprintln!("rosied: {}: {name}: {}", f.code, f.detail),
    }
    Ok(())
}
