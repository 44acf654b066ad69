//! Days from now, as the machine's clock has them, in UTC.

use std::process::Command;

fn date(days: u32, format: &str) -> String {
    let output = Command::new("date")
        .args(["-u", "-d", &format!("+{days} days"), format])
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// `2026-01-05`
pub fn day(days: u32) -> String {
    date(days, "+%F")
}

/// `monday`
pub fn weekday(days: u32) -> String {
    date(days, "+%A").to_lowercase()
}
