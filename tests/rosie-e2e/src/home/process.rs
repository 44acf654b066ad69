//! The script that holds a Home Assistant: started, told to freeze and to thaw, ended.

use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// Ends with its Home Assistant, however the test ends.
pub struct Process {
    child: Child,
    /// Closed, it tells Home Assistant to end.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// A Home Assistant in that folder that answers by now, and what the script tells of it.
    pub fn start(folder: &Path, port: u16, mqtt: Option<u16>) -> (Self, Value) {
        let python = python();
        assert!(
            python.exists(),
            "{} is missing: run `make setup-test`",
            python.display()
        );
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../home-assistant/ha.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(folder)
            .args(["--port", &port.to_string()])
            .args(mqtt.map(|port| format!("--mqtt={port}")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut process = Self {
            orders: child.stdin.take(),
            answers: BufReader::new(child.stdout.take().unwrap()),
            child,
        };
        let line = process.answer();
        let told = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("Home Assistant did not start ({error}): {}", log_end(folder)));
        (process, told)
    }

    /// Returns when it is carried out.
    pub fn order(&mut self, what: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{what}").unwrap();
        assert_eq!(self.answer().trim(), what);
    }

    pub fn end(&mut self) {
        self.orders.take();
        self.child.wait().unwrap();
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.orders.take();
        let _ = self.child.wait();
    }
}

fn python() -> PathBuf {
    let cache = || {
        let home = PathBuf::from(std::env::var_os("HOME").unwrap());
        std::env::var_os("XDG_CACHE_HOME")
            .map_or(home.join(".cache"), PathBuf::from)
            .join("rosie")
    };
    std::env::var_os("ROSIE_CACHE")
        .map_or_else(cache, PathBuf::from)
        .join("home-assistant/bin/python")
}

fn log_end(folder: &Path) -> String {
    let log = std::fs::read_to_string(folder.join("hass.log")).unwrap_or_default();
    let begin = log.char_indices().rev().nth(1999).map_or(0, |(at, _)| at);
    log[begin..].to_owned()
}
