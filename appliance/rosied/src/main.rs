//! `rosied`: the daemon and the command line.

mod appliance;
mod audit;
mod bell;
mod cli;
mod config;
mod daemon;
mod engines;
mod history;
mod household;
mod integrations;
mod pipeline;
mod remembering;
mod secrets;
mod session;
mod telemetry;
mod thinking;

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before any thread: what native libraries read from the environment must be there when they start.
    if let Err(reason) = rosie_speech::prepare_process() {
        eprintln!("rosied: recognition will be slower than it could be: {reason}");
    }
    cli::main()
}
