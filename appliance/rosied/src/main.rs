//! `rosied`: the daemon and the command line.

mod appliance;
mod audit;
mod bell;
mod card;
mod cli;
mod config;
mod daemon;
mod engines;
mod history;
mod household;
mod integrations;
mod pipeline;
mod plugin_run;
mod plugins;
mod remembering;
mod secrets;
mod session;
mod supervisor;
mod telemetry;
mod thinking;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == plugin_run::COMMAND)
    {
        return plugin_run::main();
    }
    // Before any thread: what native libraries read from the environment must be there when they start.
    if let Err(reason) = rosie_speech::prepare_process() {
        eprintln!("rosied: recognition will be slower than it could be: {reason}");
    }
    cli::main()
}
