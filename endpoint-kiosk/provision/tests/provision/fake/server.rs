//! Debian's adb as a server of this test's own, and rosie-kiosk as a person runs it.

use super::Device;
use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

const WITHIN: Duration = Duration::from_secs(30);

pub struct Adb {
    pub port: u16,
    process: Child,
    home: tempfile::TempDir,
}

impl Adb {
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        // Another may take a port that was free a moment ago: then there is a next one.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut process = Self::command(port, home.path())
                .args(["server", "nodaemon"])
                .stderr(Stdio::null())
                .spawn()
                .expect("adb is needed: apt install adb, or ci/setup.sh test");
            let until = Instant::now() + WITHIN;
            while process.try_wait().unwrap().is_none() && Instant::now() < until {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Self { port, process, home };
                }
                thread::sleep(Duration::from_millis(20));
            }
            process.kill().unwrap();
            process.wait().unwrap();
        }
        panic!("adb does not start as a server");
    }

    fn command(port: u16, home: &Path) -> Command {
        let mut command = Command::new("adb");
        command
            .env("HOME", home)
            .env("ANDROID_ADB_SERVER_PORT", port.to_string())
            // It looks for emulators on this machine otherwise.
            .env("ADB_LOCAL_TRANSPORT_MAX_PORT", "5554")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    pub fn adb(&self, arguments: &[&str]) -> String {
        let output = Self::command(self.port, self.home.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Joins a device, anew where its cable was pulled, and waits until the server says this of it.
    pub fn join(&self, device: &Device, state: &str) {
        let serial = device.serial();
        let until = Instant::now() + WITHIN;
        loop {
            let list = self.adb(&["devices"]);
            if list
                .lines()
                .any(|line| line.split_whitespace().eq([serial.as_str(), state]))
            {
                return;
            }
            assert!(Instant::now() < until, "{serial} does not become {state}:\n{list}");
            // One whose connection went is listed as offline for a while.
            if !list.contains("unauthorized") {
                self.adb(&["disconnect", &serial]);
                self.adb(&["connect", &serial]);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn kiosk(&self, state: &Path, arguments: &[&str]) -> Output {
        self.kiosk_with(state, arguments, &[])
    }

    pub fn kiosk_with(&self, state: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_rosie-kiosk"))
            .args(arguments)
            .env("HOME", self.home.path())
            .env("ANDROID_ADB_SERVER_PORT", self.port.to_string())
            .env("ROSIE_KIOSK_STATE", state)
            .env_remove("ROSIE_CACHE")
            .env_remove("XDG_CACHE_HOME")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

impl Drop for Adb {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
