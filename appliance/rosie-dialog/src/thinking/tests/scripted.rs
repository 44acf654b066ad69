//! A model that follows a script.

use super::*;
use crate::llm::{ChatEvent, ChatSink, FinishReason, ModelInfo, ProviderInfo, Usage};
use rosie_core::BoxFuture;
use std::collections::VecDeque;

/// One answer of a scripted model, piece by piece.
#[derive(Clone)]
pub(super) enum Piece {
    Say(&'static str),
    Call(&'static str, &'static str),
    Wait(u64),
    Break,
}
use Piece::{Break, Call, Say, Wait};

#[derive(Default)]
pub(super) struct Scripted {
    answers: Mutex<VecDeque<Vec<Piece>>>,
    requests: Mutex<Vec<ChatRequest>>,
}

impl Scripted {
    pub(super) fn new(answers: &[&[Piece]]) -> Arc<Self> {
        let answers = answers.iter().map(|pieces| pieces.to_vec()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers),
            requests: Mutex::default(),
        })
    }

    pub(super) fn asked(&self) -> Vec<ChatRequest> {
        self.requests.lock().unwrap().clone()
    }
}

impl Provider for Scripted {
    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
        cancel: &'a CancelFlag,
        sink: &'a mut ChatSink<'_>,
    ) -> BoxFuture<'a, Result<(), LlmError>> {
        self.requests.lock().unwrap().push(request.clone());
        let pieces = self
            .answers
            .lock()
            .unwrap()
            .pop_front()
            .expect("another answer in the script");
        let address = "scripted".to_owned();
        Box::pin(async move {
            let first = request.limits.first_token.unwrap_or(Duration::from_secs(20));
            let mut began = false;
            for piece in pieces {
                if cancel.is_cancelled() {
                    return Err(LlmError::Cancelled);
                }
                match piece {
                    Say(text) => sink(ChatEvent::Text(text.to_owned())),
                    Call(name, arguments) => sink(ChatEvent::ToolCall {
                        id: "1".into(),
                        name: name.into(),
                        arguments: arguments.into(),
                    }),
                    Wait(ms) if !began && Duration::from_millis(ms) > first => {
                        tokio::time::sleep(first).await;
                        return Err(LlmError::Slow {
                            address,
                            what: "begin its answer",
                            seconds: 1,
                        });
                    }
                    Wait(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
                    Break => {
                        return Err(LlmError::Broken {
                            address,
                            reason: "killed".into(),
                        });
                    }
                }
                began |= !matches!(piece, Wait(_));
            }
            sink(ChatEvent::Finished {
                reason: FinishReason::Stop,
                usage: Usage::default(),
            });
            Ok(())
        })
    }

    fn probe(&self, _: Duration) -> BoxFuture<'_, Result<(), LlmError>> {
        Box::pin(async { Ok(()) })
    }

    fn models(&self, _: Duration) -> BoxFuture<'_, Result<Vec<ModelInfo>, LlmError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn describe(&self) -> ProviderInfo {
        ProviderInfo {
            provider: "scripted".into(),
            model: "m".into(),
            address: String::new(),
        }
    }
}
