//! One device: commands in its shell with their exit status, files pushed and pulled.

use super::{AdbError, link::Link, server::Server, sync};
use std::time::Duration;

/// A file of a few hundred kilobytes over a poor network, in times of a command.
const FILE: u32 = 6;
/// Answers longer than this are not what was asked for.
const LONGEST: usize = 4 << 20;
/// Where a device has no exit statuses (Android 6), the shell is asked to print one.
const STATUS: &str = "rosie-status=";

/// A command line and how it may be shown: the same, but where it holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub line: String,
    pub shown: String,
    /// How many times longer than others it may take.
    times: u32,
}

impl Command {
    pub fn secret(line: String, shown: String) -> Self {
        Self { line, shown, times: 1 }
    }

    pub fn slow(mut self, times: u32) -> Self {
        self.times = times;
        self
    }
}

impl<T: Into<String>> From<T> for Command {
    fn from(line: T) -> Self {
        let line = line.into();
        Self::secret(line.clone(), line)
    }
}

/// What a command printed, both streams, and how it ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    pub text: String,
    pub status: u8,
}

impl Output {
    pub fn succeeded(&self) -> bool {
        self.status == 0
    }
}

pub struct Device {
    server: Server,
    serial: String,
    shell_v2: bool,
}

impl Device {
    pub fn open(server: &Server, serial: &str) -> Result<Self, AdbError> {
        let listed = server.devices()?.into_iter().find(|listed| listed.serial == serial);
        let state = listed.map(|listed| listed.state);
        match state.as_deref() {
            None => return Err(AdbError::NotThere(serial.to_owned())),
            Some("device") => {}
            Some("unauthorized" | "authorizing") => return Err(AdbError::Unauthorized(serial.to_owned())),
            Some("no permissions") => return Err(AdbError::NoPermission(serial.to_owned())),
            Some(other) => {
                return Err(AdbError::State {
                    serial: serial.to_owned(),
                    state: other.to_owned(),
                });
            }
        }
        let mut link = server.connect(server.patience(), "host:features")?;
        link.ask(&format!("host-serial:{serial}:features"))?;
        let features = link.block()?;
        Ok(Self {
            server: server.clone(),
            serial: serial.to_owned(),
            shell_v2: features.split(',').any(|feature| feature.trim() == "shell_v2"),
        })
    }

    pub fn serial(&self) -> &str {
        &self.serial
    }

    pub fn shell(&self, command: impl Into<Command>) -> Result<Output, AdbError> {
        let command = command.into();
        let within = self.server.patience() * command.times;
        if self.shell_v2 {
            let link = self.service(&format!("shell,v2,raw:{}", command.line), &command.shown, within)?;
            return packets(link);
        }
        let line = format!("shell:{}; echo {STATUS}$?", command.line);
        let mut link = self.service(&line, &command.shown, within)?;
        let mut text = Vec::new();
        let mut piece = [0; 8192];
        while text.len() < LONGEST {
            match link.read_some(&mut piece)? {
                0 => break,
                count => text.extend_from_slice(&piece[..count]),
            }
        }
        // A terminal stands between: lines end in two characters.
        let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
        let (text, status) = text.rsplit_once(STATUS).ok_or_else(|| link.cut())?;
        Ok(Output {
            text: text.to_owned(),
            status: status.trim().parse().map_err(|_| link.cut())?,
        })
    }

    pub fn push(&self, bytes: &[u8], path: &str) -> Result<(), AdbError> {
        sync::push(
            self.service("sync:", &format!("push {path}"), self.server.patience() * FILE)?,
            bytes,
            path,
        )
    }

    pub fn pull(&self, path: &str) -> Result<Vec<u8>, AdbError> {
        sync::pull(
            self.service("sync:", &format!("pull {path}"), self.server.patience() * FILE)?,
            path,
        )
    }

    fn service(&self, service: &str, what: &str, within: Duration) -> Result<Link, AdbError> {
        let mut link = self.server.connect(within, what)?;
        link.ask(&format!("host:transport:{}", self.serial))
            .map_err(|error| match error {
                AdbError::Refused { said, .. } if said.contains("unauthorized") => {
                    AdbError::Unauthorized(self.serial.clone())
                }
                AdbError::Refused { said, .. } if said.contains("not found") => AdbError::NotThere(self.serial.clone()),
                AdbError::Refused { said, .. } => AdbError::State {
                    serial: self.serial.clone(),
                    state: said,
                },
                other => other,
            })?;
        // A device that goes in this moment is refused by the server with "closed".
        link.ask(service).map_err(|error| match error {
            AdbError::Refused { said, .. } if said == "closed" || said.contains("offline") => link.cut(),
            other => other,
        })?;
        Ok(link)
    }
}

/// Packets of the shell protocol: a kind, a length, bytes. The last is the exit status; without it the answer is not whole.
fn packets(mut link: Link) -> Result<Output, AdbError> {
    let mut text = Vec::new();
    loop {
        let mut head = [0; 5];
        link.read(&mut head)?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if length > LONGEST || text.len() > LONGEST {
            return Err(link.strange("an answer without an end"));
        }
        let mut bytes = vec![0; length];
        link.read(&mut bytes)?;
        match (head[0], bytes.first()) {
            (1 | 2, _) => text.extend(bytes),
            (3, Some(status)) => {
                return Ok(Output {
                    text: String::from_utf8_lossy(&text).replace("\r\n", "\n"),
                    status: *status,
                });
            }
            (kind, _) => return Err(link.strange(&format!("a packet of the kind {kind}"))),
        }
    }
}
