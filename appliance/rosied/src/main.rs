//! `rosied`: the daemon and the command line.

mod appliance;
mod applying;
mod audit;
mod backup;
mod bell;
mod card;
mod cli;
mod config;
mod daemon;
mod engines;
mod history;
mod household;
mod integrations;
mod local;
mod models;
mod network;
mod permissions;
mod pipeline;
mod plugin_run;
mod plugins;
mod read_document;
mod remembering;
mod satellite;
mod secrets;
mod session;
mod speakers;
mod supervisor;
mod telemetry;
mod thinking;
mod updates;

use std::process::ExitCode;

fn main() -> ExitCode {
    // Processes of the daemon's own, which become something else before anything else.
    let first = std::env::args_os().nth(1).unwrap_or_default();
    if first == plugin_run::COMMAND {
        return plugin_run::main();
    }
    if first == read_document::COMMAND {
        return read_document::main();
    }
    // Before any thread: what native libraries read from the environment must be there when they start.
    if let Err(reason) = rosie_speech::prepare_process() {
        eprintln!("rosied: recognition will be slower than it could be: {reason}");
    }
    cli::main()
}
