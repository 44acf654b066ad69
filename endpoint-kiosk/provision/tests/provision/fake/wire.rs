//! adb's transport protocol, on the device's side: messages of 24 bytes and a payload, and streams that are opened over them.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

pub const CNXN: u32 = u32::from_le_bytes(*b"CNXN");
pub const AUTH: u32 = u32::from_le_bytes(*b"AUTH");
pub const OPEN: u32 = u32::from_le_bytes(*b"OPEN");
pub const OKAY: u32 = u32::from_le_bytes(*b"OKAY");
pub const WRTE: u32 = u32::from_le_bytes(*b"WRTE");
pub const CLSE: u32 = u32::from_le_bytes(*b"CLSE");
pub const VERSION: u32 = 0x0100_0001;
pub const MAX_PAYLOAD: u32 = 256 * 1024;

pub struct Message {
    pub command: u32,
    pub first: u32,
    pub second: u32,
    pub payload: Vec<u8>,
}

/// The writing half, shared by all streams of a connection.
#[derive(Clone)]
pub struct Writer(Arc<Mutex<TcpStream>>);

impl Writer {
    pub fn new(stream: TcpStream) -> Self {
        Self(Arc::new(Mutex::new(stream)))
    }

    /// What cannot be sent is lost: the cable was pulled.
    pub fn send(&self, command: u32, first: u32, second: u32, payload: &[u8]) {
        let sum = payload
            .iter()
            .fold(0_u32, |sum, byte| sum.wrapping_add(u32::from(*byte)));
        let mut bytes = Vec::new();
        for word in [command, first, second, payload.len() as u32, sum, !command] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(payload);
        let _ = self.0.lock().unwrap().write_all(&bytes);
    }

    pub fn pull_the_cable(&self) {
        let _ = self.0.lock().unwrap().shutdown(Shutdown::Both);
    }
}

pub fn read(stream: &mut TcpStream) -> Option<Message> {
    let mut head = [0; 24];
    stream.read_exact(&mut head).ok()?;
    let word = |at: usize| u32::from_le_bytes(head[at * 4..at * 4 + 4].try_into().unwrap());
    assert_eq!(word(5), !word(0), "the magic of a message");
    let mut payload = vec![0; word(3) as usize];
    stream.read_exact(&mut payload).ok()?;
    Some(Message {
        command: word(0),
        first: word(1),
        second: word(2),
        payload,
    })
}

pub enum Event {
    Data(Vec<u8>),
    Ack,
}

/// One service that the server opened.
pub struct Stream {
    pub ours: u32,
    pub theirs: u32,
    pub writer: Writer,
    pub events: Receiver<Event>,
    pub kept: Vec<u8>,
}

/// The other side is gone.
pub struct Gone;

impl Stream {
    pub fn accept(&self) {
        self.writer.send(OKAY, self.ours, self.theirs, &[]);
    }

    pub fn close(&self) {
        self.writer.send(CLSE, self.ours, self.theirs, &[]);
    }

    fn next(&self) -> Result<Event, Gone> {
        match self.events.recv_timeout(Duration::from_secs(30)) {
            Ok(event) => Ok(event),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(Gone),
        }
    }

    /// One piece at a time: the next goes when the one before was acknowledged.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        for piece in bytes.chunks(MAX_PAYLOAD as usize) {
            self.writer.send(WRTE, self.ours, self.theirs, piece);
            loop {
                match self.next()? {
                    Event::Ack => break,
                    Event::Data(data) => self.keep(&data),
                }
            }
        }
        Ok(())
    }

    pub fn read(&mut self, count: usize) -> Result<Vec<u8>, Gone> {
        while self.kept.len() < count {
            if let Event::Data(data) = self.next()? {
                self.keep(&data);
            }
        }
        Ok(self.kept.drain(..count).collect())
    }

    fn keep(&mut self, data: &[u8]) {
        self.kept.extend(data);
        self.accept();
    }
}
