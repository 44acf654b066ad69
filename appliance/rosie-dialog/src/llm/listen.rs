//! The answer as it streams in, with an end to every wait.

use super::{
    ChatRequest, ChatSink, LlmError,
    dialect::Problem,
    ear::{Ear, LONGEST_ANSWER, Nothing},
    frames::{Frames, Framing},
    refusal::root_cause,
    remote::{Deadlines, Remote, Turned, bounded_body},
};
use reqwest::{Response, header::CONTENT_TYPE};
use tokio::time::{Instant, timeout_at};

impl Remote {
    pub(super) async fn listen(
        &self,
        mut response: Response,
        request: &ChatRequest,
        deadlines: Deadlines,
        sink: &mut ChatSink<'_>,
    ) -> Result<(), Turned> {
        let mut ear = Ear::new(self.dialect.reader(), request, self.dialect.calls_as_text(), sink);
        if is_plain_json(&response) && self.dialect.framing() == Framing::Events {
            let whole = timeout_at(
                deadlines.first.min(deadlines.end),
                bounded_body(response, 2 * LONGEST_ANSWER),
            )
            .await;
            let body = whole.map_err(|_| self.slow("begin its answer", deadlines.limits.first_token))?;
            ear.take(&body)
                .map_err(|problem| self.problem(problem, false, request))?;
            return self.end(ear);
        }
        let mut frames = Frames::new(self.dialect.framing());
        loop {
            let chunk = match self.next(&mut response, ear.began, deadlines).await {
                Ok(chunk) => chunk,
                // It said all and forgot to hang up.
                Err(_) if ear.is_finished() => break,
                Err(error) => return Err(error.into()),
            };
            let mut problem = None;
            let take = |frame: &[u8]| {
                if problem.is_none() && !ear.is_done() {
                    problem = ear.take(frame).err();
                }
            };
            let pushed = match &chunk {
                Some(bytes) => frames.push(bytes, take),
                None => {
                    frames.finish(take);
                    Ok(())
                }
            };
            if let Some(problem) = problem {
                return Err(self.problem(problem, ear.began, request));
            }
            pushed.map_err(|_| self.bad("a line without an end"))?;
            if ear.is_done() || (chunk.is_none() && ear.is_finished()) {
                break;
            }
            if chunk.is_none() {
                return Err(self.broken("the stream ended early").into());
            }
        }
        self.end(ear)
    }

    async fn next(
        &self,
        response: &mut Response,
        began: bool,
        deadlines: Deadlines,
    ) -> Result<Option<bytes::Bytes>, LlmError> {
        let Deadlines { first, end, limits } = deadlines;
        let (until, what, limit) = if began {
            (Instant::now() + limits.idle, "go on with its answer", limits.idle)
        } else {
            (first, "begin its answer", limits.first_token)
        };
        match timeout_at(until.min(end), response.chunk()).await {
            Err(_) if Instant::now() >= end => Err(self.slow("finish its answer", limits.overall)),
            Err(_) => Err(self.slow(what, limit)),
            Ok(Err(error)) => Err(self.broken(&root_cause(&error))),
            Ok(Ok(chunk)) => Ok(chunk),
        }
    }

    fn end(&self, ear: Ear<'_, '_>) -> Result<(), Turned> {
        ear.end().map_err(|nothing| match nothing {
            Nothing::Empty => self.bad("an empty answer").into(),
            Nothing::CutOff => self
                .bad("it was cut off before its first word: raise max_tokens")
                .into(),
            Nothing::Declined => LlmError::Declined {
                address: self.address.to_string(),
            }
            .into(),
        })
    }

    fn problem(&self, problem: Problem, began: bool, request: &ChatRequest) -> Turned {
        match problem {
            Problem::NotJson => self.bad("an event that is not JSON").into(),
            Problem::Reported {
                said,
                status: Some(status @ 400..),
                after,
            } if !began => {
                self.rest(after);
                self.refused(status, &said, after, &request.private())
            }
            Problem::Reported { said, .. } => self.broken(&self.scrub(&said, &request.private())).into(),
        }
    }
}

fn is_plain_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}
