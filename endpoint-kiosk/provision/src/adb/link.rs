//! One connection to the adb server: requests with a length in front, OKAY or FAIL, and a moment by which all must be over.

use super::AdbError;
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

pub struct Link {
    stream: TcpStream,
    until: Instant,
    within: Duration,
    /// For messages: what is being waited for. Never a secret.
    what: String,
}

impl Link {
    pub fn new(stream: TcpStream, within: Duration, what: &str) -> Self {
        Self {
            stream,
            until: Instant::now() + within,
            within,
            what: what.to_owned(),
        }
    }

    /// Sends a request of the server's; an error is its FAIL.
    pub fn ask(&mut self, service: &str) -> Result<(), AdbError> {
        let request = format!("{:04x}{service}", service.len());
        self.write(request.as_bytes())?;
        let mut status = [0; 4];
        self.read(&mut status)?;
        match &status {
            b"OKAY" => Ok(()),
            b"FAIL" => Err(AdbError::Refused {
                what: self.what.clone(),
                said: self.block()?,
            }),
            other => Err(self.strange(&String::from_utf8_lossy(other))),
        }
    }

    /// Text with its length in four hexadecimal digits in front.
    pub fn block(&mut self) -> Result<String, AdbError> {
        let mut length = [0; 4];
        self.read(&mut length)?;
        let digits = String::from_utf8_lossy(&length).into_owned();
        let length = usize::from_str_radix(&digits, 16).map_err(|_| self.strange(&digits))?;
        let mut text = vec![0; length];
        self.read(&mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), AdbError> {
        while !bytes.is_empty() {
            self.stream
                .set_write_timeout(Some(self.left()?))
                .map_err(|_| self.cut())?;
            match self.stream.write(bytes) {
                Ok(0) => return Err(self.cut()),
                Ok(count) => bytes = &bytes[count..],
                Err(error) => self.carry_on(&error)?,
            }
        }
        Ok(())
    }

    pub fn read(&mut self, whole: &mut [u8]) -> Result<(), AdbError> {
        let mut have = 0;
        while have < whole.len() {
            match self.read_some(&mut whole[have..])? {
                0 => return Err(self.cut()),
                count => have += count,
            }
        }
        Ok(())
    }

    /// Zero at the end of the stream.
    pub fn read_some(&mut self, into: &mut [u8]) -> Result<usize, AdbError> {
        loop {
            self.stream
                .set_read_timeout(Some(self.left()?))
                .map_err(|_| self.cut())?;
            match self.stream.read(into) {
                Ok(count) => return Ok(count),
                Err(error) => self.carry_on(&error)?,
            }
        }
    }

    pub fn strange(&self, said: &str) -> AdbError {
        AdbError::Strange {
            what: self.what.clone(),
            said: said.chars().take(200).collect(),
        }
    }

    pub fn cut(&self) -> AdbError {
        AdbError::Cut(self.what.clone())
    }

    fn left(&self) -> Result<Duration, AdbError> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(AdbError::Hung {
                what: self.what.clone(),
                within: self.within,
            });
        }
        Ok(left)
    }

    /// A timeout is found by `left`, the next time around.
    fn carry_on(&self, error: &std::io::Error) -> Result<(), AdbError> {
        match error.kind() {
            ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(()),
            _ => Err(self.cut()),
        }
    }
}
