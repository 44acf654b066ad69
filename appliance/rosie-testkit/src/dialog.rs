//! Answers by script.

use rosie_core::{
    BoxFuture, Completeness, Effect, Failure, Language, ToolResult,
    dialog::{Dialog, DialogEvent, DialogSink, Question, Reply, Tier},
    engine::EngineInfo,
};
use std::time::Duration;

/// One step of an answer.
pub enum Script {
    Say(&'static str),
    Wait(Duration),
    Effect(Effect),
    Fail(Failure),
    /// Never ends, until the question is cancelled.
    Hang,
}

type Answers = Box<dyn Fn(&Question) -> Vec<Script> + Send + Sync>;

pub struct FakeDialog(Answers);

impl FakeDialog {
    pub fn new(answers: impl Fn(&Question) -> Vec<Script> + Send + Sync + 'static) -> Self {
        Self(Box::new(answers))
    }
}

impl Dialog for FakeDialog {
    fn answer(&self, question: Question, mut sink: DialogSink) -> BoxFuture<'_, Result<Reply, Failure>> {
        let script = (self.0)(&question);
        Box::pin(async move {
            let mut text = String::new();
            for step in script {
                match step {
                    Script::Say(words) => {
                        text.push_str(words);
                        sink(DialogEvent::Delta(words.to_owned()));
                    }
                    Script::Wait(time) => tokio::time::sleep(time).await,
                    Script::Effect(effect) => sink(DialogEvent::Effect(effect)),
                    Script::Fail(failure) => return Err(failure),
                    Script::Hang => {
                        while !question.cancel.is_cancelled() {
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                    }
                }
            }
            Ok(Reply {
                text,
                tier: Tier::Local,
                intent: None,
            })
        })
    }

    fn completeness(&self, text: &str, _: &Language) -> Completeness {
        if text.ends_with(" for") {
            Completeness::Dangling
        } else {
            Completeness::Complete
        }
    }

    fn announcement(&self, intent: &str, _: &ToolResult, _: &Language) -> String {
        format!("{intent}.")
    }

    fn llm(&self) -> EngineInfo {
        crate::info("script")
    }
}
