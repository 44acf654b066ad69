//! Has Ollama fetch a model, and tells how far it is.

use super::{
    LlmError, ProviderKind, RemoteModel,
    frames::{Frames, Framing},
    refusal::{Refusal, root_cause},
    remote::{Remote, http},
};
use rosie_core::CancelFlag;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const CANCEL_POLL: Duration = Duration::from_millis(50);
/// It tells of its progress several times a second; checking a large file is the longest it is silent.
const SILENCE: Duration = Duration::from_secs(300);

/// How far a pull is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullProgress {
    /// As Ollama words it ("pulling manifest", "verifying sha256 digest").
    pub status: String,
    /// Bytes of the file that is being fetched: so far, and in all. `None` while nothing is.
    pub bytes: Option<(u64, u64)>,
}

/// Fetches `model.model` into the Ollama at `model.address`. Ends when it can be asked; what was fetched before an
/// error or a cancel is kept there, and the next pull goes on from it.
pub async fn pull(
    model: RemoteModel,
    cancel: &CancelFlag,
    progress: &mut (dyn FnMut(PullProgress) + Send),
) -> Result<(), LlmError> {
    if model.provider != ProviderKind::Ollama {
        let reason = "only Ollama fetches models by itself".to_owned();
        return Err(LlmError::BadReply {
            address: model.address.to_string(),
            reason,
        });
    }
    let http = http(model.limits.connect)?;
    let remote = Remote::new(model, http)?;
    let cancelled = async {
        while !cancel.is_cancelled() {
            tokio::time::sleep(CANCEL_POLL).await;
        }
    };
    tokio::select! {
        biased;
        () = cancelled => Err(LlmError::Cancelled),
        done = remote.pull(progress) => done,
    }
}

impl Remote {
    async fn pull(&self, progress: &mut (dyn FnMut(PullProgress) + Send)) -> Result<(), LlmError> {
        let mut body = json!({ "model": self.model, "stream": true });
        // Whoever writes so has a registry at home; all others are asked over TLS.
        if self.model.starts_with("http://") {
            body["insecure"] = json!(true);
        }
        let headers = self.dialect.headers(self.key.as_ref()).unwrap_or_default();
        let sent = self
            .http
            .post(self.address.endpoint("api/pull"))
            .headers(headers)
            .json(&body)
            .send();
        let sent = timeout(SILENCE, sent)
            .await
            .map_err(|_| self.slow("begin to fetch", SILENCE))?;
        let mut response = sent.map_err(|e| self.unreachable(e).error)?;
        if !response.status().is_success() {
            return Err(Refusal::read(self, response, "").await.turned.error);
        }
        let mut frames = Frames::new(Framing::Lines);
        let mut ended = None;
        loop {
            let chunk = timeout(SILENCE, response.chunk()).await;
            let chunk = chunk.map_err(|_| self.slow("go on fetching", SILENCE))?;
            let chunk = chunk.map_err(|e| self.broken(&root_cause(&e)))?;
            let mut line = |line: &[u8]| {
                let line = self.line(line, progress);
                ended = ended.take().or(line);
            };
            match &chunk {
                Some(bytes) => frames
                    .push(bytes, &mut line)
                    .map_err(|_| self.bad("a line without an end"))?,
                None => frames.finish(&mut line),
            }
            match (ended.take(), chunk) {
                (Some(ended), _) => return ended,
                (None, Some(_)) => {}
                (None, None) => return Err(self.broken("the stream ended early")),
            }
        }
    }

    /// One line of the progress; `Some` when it is the last.
    fn line(&self, line: &[u8], progress: &mut (dyn FnMut(PullProgress) + Send)) -> Option<Result<(), LlmError>> {
        let Ok(line) = serde_json::from_slice::<Value>(line) else {
            return Some(Err(self.bad("a line that is not JSON")));
        };
        if let Some(error) = line.get("error") {
            let said = error.as_str().unwrap_or("it reports an error");
            let missing = said.contains("file does not exist") || said.contains("not found");
            let address = self.address.to_string();
            let words = self.scrub(said, "");
            return Some(Err(match missing {
                true => LlmError::NoModel {
                    address,
                    model: self.model.clone(),
                    said: format!(": {words}"),
                },
                false => LlmError::Server {
                    address,
                    status: 500,
                    said: format!(": {words}"),
                },
            }));
        }
        let status = line
            .get("status")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let number = |name: &str| line.get(name).and_then(Value::as_u64);
        let bytes = number("total").map(|total| (number("completed").unwrap_or(0), total));
        let done = status == "success";
        progress(PullProgress { status, bytes });
        done.then_some(Ok(()))
    }
}
