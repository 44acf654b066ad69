//! A document is read by a process of its own: one that hangs, or takes more memory than there is, is ended, and nothing
//! of it stays.

use super::{DEADLINE, Format, MAX_TEXT, Piece, unreadable};
use crate::MemoryError;
use serde::{Deserialize, Serialize};
use std::{
    io::{Read, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{RecvTimeoutError, sync_channel},
    time::Duration,
};

/// Bytes of an answer: text, its headings again with every piece, and what JSON adds.
const MAX_ANSWER: u64 = 4 * MAX_TEXT as u64;

/// How the process answers: one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Answer {
    Pieces(Vec<Piece>),
    /// Why it cannot be read, for the owner.
    Refused(String),
}

/// What the process writes: call it with what [`super::read`] returned.
///
/// # Errors
/// Where nobody reads it.
pub fn answer(read: Result<Vec<Piece>, MemoryError>, to: impl Write) -> std::io::Result<()> {
    let answer = match read {
        Ok(pieces) => Answer::Pieces(pieces),
        Err(MemoryError::Document(reason)) => Answer::Refused(reason),
        Err(error) => Answer::Refused(error.to_string()),
    };
    serde_json::to_writer(to, &answer).map_err(Into::into)
}

/// The program that reads documents: the format's media type is its last argument, the file its input, and its output
/// what [`answer`] writes.
#[derive(Debug, Clone)]
pub struct Reader {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub deadline: Duration,
}

impl Reader {
    pub fn new(program: PathBuf, arguments: Vec<String>) -> Self {
        Self {
            program,
            arguments,
            deadline: DEADLINE,
        }
    }

    /// Blocking, the deadline at most.
    ///
    /// # Errors
    /// `Document`: why it cannot be read.
    pub fn read(&self, bytes: Vec<u8>, format: Format) -> Result<Vec<Piece>, MemoryError> {
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .arg(format.media_type())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = Ended(child.map_err(|e| unreadable(format!("what reads documents cannot be started: {e}")))?);
        let (Some(mut input), Some(output)) = (child.0.stdin.take(), child.0.stdout.take()) else {
            return Err(unreadable("what reads documents cannot be reached"));
        };
        let (reply, answered) = sync_channel(1);
        std::thread::scope(|scope| {
            // Both end with the process, at the latest when it is ended.
            let hears = move || {
                let mut answer = Vec::new();
                let heard = output.take(MAX_ANSWER).read_to_end(&mut answer).map(|_| answer);
                // Nobody waits for it after the deadline.
                let _ = reply.send(heard);
            };
            let threads = std::thread::Builder::new().spawn_scoped(scope, hears).and_then(|_| {
                // A process that refuses before it has read everything closes its end.
                std::thread::Builder::new().spawn_scoped(scope, move || drop(input.write_all(&bytes)))
            });
            let heard = match threads {
                Ok(_) => answered.recv_timeout(self.deadline),
                Err(_) => Err(RecvTimeoutError::Disconnected),
            };
            child.end();
            match heard {
                Ok(Ok(answer)) => understood(&answer),
                Err(RecvTimeoutError::Timeout) => {
                    let limit = self.deadline.as_secs();
                    Err(unreadable(format!("reading it took longer than {limit} s")))
                }
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(unreadable("its reader ended")),
            }
        })
    }
}

fn understood(answer: &[u8]) -> Result<Vec<Piece>, MemoryError> {
    match serde_json::from_slice(answer) {
        Ok(Answer::Pieces(pieces)) => Ok(pieces),
        Ok(Answer::Refused(reason)) => Err(MemoryError::Document(reason)),
        Err(_) => Err(unreadable("it is damaged, or larger inside than what Rosie can read")),
    }
}

/// A process that does not outlive its use.
struct Ended(Child);

impl Ended {
    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.end();
    }
}
