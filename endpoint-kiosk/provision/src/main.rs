//! `rosie-kiosk`: see `rosie-kiosk --help` and docs/kiosk.md.

use std::process::ExitCode;

fn main() -> ExitCode {
    rosie_kiosk::cli::main()
}
