//! Events over one TCP connection, with limits on time.

use rosie_proto::wyoming::{Decoder, Event, EventError};
use serde_json::json;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};

/// One event that cannot be written for this long ends the connection.
const WRITE_STALL: Duration = Duration::from_secs(10);
/// An event that began must be there within this.
const EVENT_STALL: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Event(#[from] EventError),
    #[error("the other side stopped in the middle")]
    Stalled,
}

/// What the other side says.
pub(super) struct Reader {
    stream: OwnedReadHalf,
    decoder: Decoder,
}

/// What is said to it.
pub(super) struct Writer(OwnedWriteHalf);

pub(super) fn split(stream: TcpStream) -> (Reader, Writer) {
    let _ = stream.set_nodelay(true);
    let (read, write) = stream.into_split();
    let reader = Reader {
        stream: read,
        decoder: Decoder::default(),
    };
    (reader, Writer(write))
}

/// `error`: what was wrong, and its code.
pub(super) fn trouble(text: &str, code: &str) -> Event {
    Event::new("error", json!({ "text": text, "code": code }))
}

impl Reader {
    /// The next event; `None` where the other side has closed. Nothing is lost when it is dropped before it ends.
    pub async fn next(&mut self) -> Result<Option<Event>, LinkError> {
        let mut piece = [0; 16 * 1024];
        loop {
            if let Some(event) = self.decoder.next_event()? {
                return Ok(Some(event));
            }
            let read = self.stream.read(&mut piece);
            let count = match self.decoder.is_within() {
                true => timeout(EVENT_STALL, read).await.map_err(|_| LinkError::Stalled)??,
                false => read.await?,
            };
            if count == 0 {
                return Ok(None);
            }
            self.decoder.push(&piece[..count]);
        }
    }
}

impl Writer {
    pub async fn send(&mut self, event: &Event) -> Result<(), LinkError> {
        match timeout(WRITE_STALL, self.0.write_all(&event.encode())).await {
            Ok(written) => Ok(written?),
            Err(_) => Err(LinkError::Stalled),
        }
    }
}
