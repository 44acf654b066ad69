//! Downloads from publishers: resumed with `Range`, checked, and quick to give up on a host that does not answer.

use super::FetchOptions;
use crate::{
    disk,
    error::ModelError,
    manifest::Expected,
    progress::{Progress, Task},
};
use futures_util::StreamExt;
use reqwest::{Client, Response, StatusCode, Url, header};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    error::Error,
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{fs::File, io::AsyncWriteExt};

/// Attempts at one file while each brings something new.
const ATTEMPTS: u32 = 4;

/// Why a file did not come from here.
#[derive(Debug)]
pub(super) enum Refused {
    /// Another source may do better.
    Source(String),
    /// This machine is in the way.
    Local(ModelError),
}

impl From<ModelError> for Refused {
    fn from(error: ModelError) -> Self {
        if error.is_local() {
            Refused::Local(error)
        } else {
            Refused::Source(error.to_string())
        }
    }
}

/// One attempt's end.
enum Attempt {
    Done,
    /// The connection broke on the way; what came is kept.
    Broken(String),
}

pub(super) struct Http {
    client: Client,
    /// Host → why it could not be reached.
    unreachable: Mutex<HashMap<String, String>>,
    progress: Arc<dyn Progress>,
}

impl Http {
    pub(super) fn new(options: &FetchOptions, progress: Arc<dyn Progress>) -> Result<Http, String> {
        // Another part of the process may have chosen the provider already; then this changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.stall_timeout)
            .user_agent(concat!("rosie/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| root_cause(&e))?;
        Ok(Http {
            client,
            unreachable: Mutex::default(),
            progress,
        })
    }

    /// Downloads `url` to `part`, going on from what is there, until it has the expected hash.
    pub(super) async fn download(
        &self,
        url: &str,
        expected: &Expected,
        part: &Path,
        label: &str,
    ) -> Result<(), Refused> {
        let url = Url::parse(url).map_err(|e| Refused::Source(format!("not a URL: {e}")))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if let Some(why) = self
            .unreachable
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&host)
        {
            return Err(Refused::Source(format!("{host} could not be reached: {why}")));
        }
        let task = Task::begin(&self.progress, label, expected.size);
        let mut last = String::new();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(300 << attempt)).await;
            }
            let before = length(part);
            match self.attempt(&url, &host, expected, part, &task).await? {
                Attempt::Done => return check(part, expected),
                Attempt::Broken(why) if length(part) > before => last = why,
                Attempt::Broken(why) => return Err(Refused::Source(why)),
            }
        }
        Err(Refused::Source(format!(
            "{last} ({ATTEMPTS} attempts; fetch again to go on from there)"
        )))
    }

    async fn attempt(
        &self,
        url: &Url,
        host: &str,
        expected: &Expected,
        part: &Path,
        task: &Task,
    ) -> Result<Attempt, Refused> {
        let mut have = length(part);
        if expected.size.is_some_and(|size| have > size) {
            remove(part);
            have = 0;
        }
        if have > 0 && expected.size == Some(have) {
            return Ok(Attempt::Done);
        }
        let mut request = self.client.get(url.clone());
        if have > 0 {
            request = request.header(header::RANGE, format!("bytes={have}-"));
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(Refused::Source(self.unanswered(host, &error))),
        };
        let from = match response.status() {
            StatusCode::PARTIAL_CONTENT if starts_at(&response) == Some(have) => have,
            StatusCode::OK => 0,
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
                remove(part);
                return Err(Refused::Source(
                    "the server does not offer the rest of a partial download".into(),
                ));
            }
            status => return Err(Refused::Source(format!("HTTP {status}"))),
        };
        if let (Some(size), Some(length)) = (expected.size, response.content_length())
            && from + length != size
        {
            return Err(Refused::Source(format!(
                "has {} bytes, {size} were expected",
                from + length
            )));
        }
        self.receive(response, from, expected, part, task).await
    }

    async fn receive(
        &self,
        response: Response,
        from: u64,
        expected: &Expected,
        part: &Path,
        task: &Task,
    ) -> Result<Attempt, Refused> {
        let local = |e| Refused::Local(ModelError::io("writing", part, e));
        let mut file = File::options()
            .create(true)
            .append(from > 0)
            .write(true)
            .truncate(from == 0)
            .open(part)
            .await;
        let file = file.as_mut().map_err(|e| local(std::io::Error::from(e.kind())))?;
        let mut done = from;
        let mut body = response.bytes_stream();
        let end = loop {
            let chunk = match body.next().await {
                None => break Attempt::Done,
                Some(Err(error)) => {
                    break Attempt::Broken(format!("broke off at {done} bytes: {}", root_cause(&error)));
                }
                Some(Ok(chunk)) => chunk,
            };
            done += chunk.len() as u64;
            if expected.size.is_some_and(|size| done > size) {
                remove(part);
                return Err(Refused::Source("sends more bytes than expected".into()));
            }
            if let Err(error) = file.write_all(&chunk).await {
                remove(part);
                return Err(local(error));
            }
            task.advance(done);
        };
        if let Err(error) = file.flush().await {
            remove(part);
            return Err(local(error));
        }
        match (end, expected.size) {
            (Attempt::Done, Some(size)) if done < size => {
                Ok(Attempt::Broken(format!("broke off at {done} of {size} bytes")))
            }
            (end, _) => Ok(end),
        }
    }

    /// Remembers a host that did not answer at all, so that the next file does not wait for it again.
    fn unanswered(&self, host: &str, error: &reqwest::Error) -> String {
        let why = root_cause(error);
        if error.is_connect() || error.is_timeout() {
            self.unreachable
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(host.to_owned(), why.clone());
        }
        format!("{host} could not be reached: {why}")
    }
}

/// Compares the finished part with what was expected; a wrong one is removed.
fn check(part: &Path, expected: &Expected) -> Result<(), Refused> {
    let mut hasher = Sha256::new();
    disk::hash_into(part, &mut hasher).map_err(|e| Refused::Local(ModelError::io("reading", part, e)))?;
    let found = disk::hex(&hasher.finalize());
    if found == expected.sha256 {
        return Ok(());
    }
    remove(part);
    Err(Refused::Source(format!(
        "its sha256 is {found}, expected was {}",
        expected.sha256
    )))
}

/// First byte of a partial answer, from `Content-Range: bytes 5-9/10`.
fn starts_at(response: &Response) -> Option<u64> {
    let range = response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}

fn remove(path: &Path) {
    drop(disk::Scratch::new(path.to_owned()));
}

/// The innermost cause of an error: the part that says something (`connection refused`).
fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut inner = error;
    while let Some(next) = inner.source() {
        inner = next;
    }
    inner.to_string()
}
