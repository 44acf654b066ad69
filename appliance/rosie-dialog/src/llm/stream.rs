//! The answer of a chat server, word by word as it streams in, with an end to every wait.

use super::{
    ChatClient, LlmError,
    client::{Request, error_text},
    sse::SseReader,
};
use reqwest::Response;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

/// Longest answer that is taken, in bytes of text.
pub(super) const LONGEST_ANSWER: usize = 64 << 10;

#[derive(Debug, Default)]
struct Answer {
    /// Bytes passed on.
    length: usize,
    /// A finish reason came.
    finished: bool,
    /// `[DONE]` came, or more than enough.
    done: bool,
}

impl ChatClient {
    pub(super) async fn read_events(
        &self,
        mut response: Response,
        request: &Request<'_>,
        (first, end): (Instant, Instant),
        word: &mut (impl FnMut(&str) + Send),
    ) -> Result<(), LlmError> {
        let mut reader = SseReader::default();
        let mut answer = Answer::default();
        loop {
            let (until, slow) = if answer.length == 0 {
                (first, self.slow("begin its answer", request.first_token))
            } else {
                (
                    Instant::now() + request.limits.idle,
                    self.slow("go on with its answer", request.limits.idle),
                )
            };
            let chunk = match timeout_at(until.min(end), response.chunk()).await {
                Err(_) if Instant::now() >= end => return Err(self.slow("finish its answer", request.limits.overall)),
                Err(_) => return Err(slow),
                Ok(Err(error)) => return Err(self.broken(&error.without_url().to_string())),
                Ok(Ok(chunk)) => chunk,
            };
            let mut taken = Ok(());
            let mut take = |event: &[u8]| {
                if taken.is_ok() && !answer.done {
                    taken = self.take(event, request, &mut answer, word);
                }
            };
            match &chunk {
                Some(bytes) => {
                    let pushed = reader.push(bytes, &mut take);
                    taken?;
                    pushed.map_err(|_| self.bad("a line without an end"))?;
                }
                None => {
                    reader.finish(&mut take);
                    taken?;
                }
            }
            if answer.done || (chunk.is_none() && answer.finished) {
                return if answer.length == 0 {
                    Err(self.bad("an empty answer"))
                } else {
                    Ok(())
                };
            }
            if chunk.is_none() {
                return Err(self.broken("the stream ended early"));
            }
        }
    }

    /// One event of the stream.
    fn take(
        &self,
        event: &[u8],
        request: &Request<'_>,
        answer: &mut Answer,
        word: &mut (impl FnMut(&str) + Send),
    ) -> Result<(), LlmError> {
        if event == b"[DONE]" {
            answer.done = true;
            return Ok(());
        }
        let event: Value = serde_json::from_slice(event).map_err(|_| self.bad("an event that is not JSON"))?;
        if let Some(error) = event.get("error").filter(|e| !e.is_null()) {
            return Err(
                self.broken(&self.scrub(error_text(error).unwrap_or("it reports an error"), request.question()))
            );
        }
        let Some(choice) = event.pointer("/choices/0") else {
            return Ok(());
        };
        if let Some(text) = choice.pointer("/delta/content").and_then(Value::as_str) {
            // Models like to begin with a space or a line's end.
            let text = if answer.length == 0 { text.trim_start() } else { text };
            if !text.is_empty() {
                answer.length += text.len();
                word(text);
            }
        }
        answer.finished |= choice.get("finish_reason").is_some_and(|r| !r.is_null());
        // Enough is enough: what was said stays, the rest is not waited for.
        answer.done |= answer.length > LONGEST_ANSWER;
        Ok(())
    }

    /// A server that does not stream.
    pub(super) fn whole_answer(&self, body: &[u8], word: &mut (impl FnMut(&str) + Send)) -> Result<(), LlmError> {
        let reply: Value = serde_json::from_slice(body).map_err(|_| self.bad("a body that is not JSON"))?;
        let text = reply
            .pointer("/choices/0/message/content")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim();
        if text.is_empty() {
            return Err(self.bad("an empty answer"));
        }
        word(text);
        Ok(())
    }
}
