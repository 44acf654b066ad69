//! The adb server of this computer: found at its port, or started.

use super::{AdbError, link::Link};
use std::{
    net::{Ipv4Addr, TcpStream},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const PORT: u16 = 5037;
const STARTS_WITHIN: Duration = Duration::from_secs(20);
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// A device as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    pub serial: String,
    /// `device` is one that can be used.
    pub state: String,
    pub model: String,
}

#[derive(Debug, Clone)]
pub struct Server {
    port: u16,
    patience: Duration,
}

impl Server {
    /// At ANDROID_ADB_SERVER_PORT, as adb itself has it. The error is about that variable.
    pub fn find(patience: Duration) -> Result<Self, String> {
        match std::env::var("ANDROID_ADB_SERVER_PORT") {
            Err(_) => Ok(Self { port: PORT, patience }),
            Ok(text) => match text.parse() {
                Ok(port) if port > 0 => Ok(Self { port, patience }),
                _ => Err(format!(
                    "ANDROID_ADB_SERVER_PORT is \"{text}\", which is no port (1 to 65535)"
                )),
            },
        }
    }

    /// How long a device may take to answer a command.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    pub fn start(&self) -> Result<(), AdbError> {
        if self.connect(ANSWERS_WITHIN, "host:version").is_ok() {
            return Ok(());
        }
        let failed = |why: &str| AdbError::NoServer {
            port: self.port,
            why: why.to_owned(),
        };
        let mut adb = Command::new("adb")
            .args(["-P", &self.port.to_string(), "start-server"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| failed("there is no program adb; on Debian: apt install adb"))?;
        let until = Instant::now() + STARTS_WITHIN;
        loop {
            match adb.try_wait() {
                Ok(Some(_)) => break,
                Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(50)),
                _ => {
                    // It may have ended by now, and then there is nothing to end.
                    let _ = adb.kill();
                    return Err(failed("`adb start-server` does not end"));
                }
            }
        }
        self.connect(ANSWERS_WITHIN, "host:version")
            .map(drop)
            .map_err(|_| failed("try `adb start-server` and read what it says"))
    }

    pub fn devices(&self) -> Result<Vec<Listed>, AdbError> {
        let mut link = self.connect(ANSWERS_WITHIN, "host:devices-l")?;
        link.ask("host:devices-l")?;
        Ok(link.block()?.lines().filter_map(listed).collect())
    }

    pub(super) fn connect(&self, within: Duration, what: &str) -> Result<Link, AdbError> {
        let address = (Ipv4Addr::LOCALHOST, self.port).into();
        let stream = TcpStream::connect_timeout(&address, within).map_err(|error| AdbError::NoServer {
            port: self.port,
            why: error.to_string(),
        })?;
        // Without this a small request waits for the answer to the one before.
        let _ = stream.set_nodelay(true);
        Ok(Link::new(stream, within, what))
    }
}

/// `serial state product:a model:b …`; the state "no permissions" goes on with an explanation.
fn listed(line: &str) -> Option<Listed> {
    let (serial, rest) = line.trim_end().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let state = if rest.starts_with("no permissions") {
        "no permissions"
    } else {
        rest.split_whitespace().next()?
    };
    let model = rest.split_whitespace().find_map(|word| word.strip_prefix("model:"));
    Some(Listed {
        serial: serial.to_owned(),
        state: state.to_owned(),
        model: model.unwrap_or_default().replace('_', " "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_every_state() {
        let lines = "G0W1 device usb:1-1 product:lineage_checkers model:Echo_Show_5 device:checkers transport_id:1\n\
                     192.168.1.9:5555 unauthorized transport_id:2\n\
                     ABC no permissions (missing udev rules?); see [http://…] usb:1-2\n\
                     DEF offline";
        let read: Vec<(String, String, String)> = lines
            .lines()
            .filter_map(listed)
            .map(|l| (l.serial, l.state, l.model))
            .collect();
        let expected = [
            ("G0W1", "device", "Echo Show 5"),
            ("192.168.1.9:5555", "unauthorized", ""),
            ("ABC", "no permissions", ""),
            ("DEF", "offline", ""),
        ];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(read, expected);
    }
}
