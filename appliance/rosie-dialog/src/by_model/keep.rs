//! What is kept of a question and its answer: for the next question, for the same one, and in the memory.

use crate::{
    cache::{Kept, Key},
    dialog::RosieDialog,
    routing::is_question,
};
use rosie_core::{
    ToolCall, ToolResult, ToolSpec,
    dialog::{DialogEvent, DialogSink, Question, Reply, Tier},
    memory::MessageMeta,
};
use std::time::{SystemTime, UNIX_EPOCH};

impl RosieDialog {
    /// The answer to the same question, or to one that means the same.
    pub(super) async fn kept(&self, key: Option<&Key>) -> Option<Kept> {
        let key = key?;
        if let Some(kept) = self.cache.get(key) {
            return Some(kept);
        }
        let near = self.cache.near(key);
        let texts: Vec<String> = near.iter().map(|key| key.text().to_owned()).collect();
        let likeness = self.likeness(key.text(), texts).await?;
        let same = near.iter().zip(likeness).filter(|(near, like)| key.means(near, *like));
        let best = same.max_by(|a, b| a.1.total_cmp(&b.1))?.0;
        self.cache.get(best)
    }

    pub(super) fn say_again(&self, kept: Kept, text: &str, question: &Question, sink: &mut DialogSink) -> Reply {
        let reason = "asked before, a moment ago".to_owned();
        sink(DialogEvent::TierChosen {
            tier: kept.tier,
            model: kept.model,
            reason,
        });
        sink(DialogEvent::Delta(kept.text.clone()));
        let meta = MessageMeta {
            tier: Some(kept.tier),
            ..MessageMeta::default()
        };
        self.keep(question, (text, &kept.text), meta, true);
        Reply {
            text: kept.text,
            tier: kept.tier,
            intent: None,
        }
    }

    /// Says what no model made, and keeps it in the house.
    pub(super) fn say_itself(
        &self,
        said: String,
        meta: MessageMeta,
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Reply {
        sink(DialogEvent::Delta(said.clone()));
        self.keep(question, (text, &said), meta, false);
        Reply {
            text: said,
            tier: Tier::Local,
            intent: None,
        }
    }

    /// What the templates of the question's language say of a call's result.
    pub(crate) fn rendered(&self, call: &ToolCall, result: &ToolResult, question: &Question) -> Option<String> {
        let matcher = self.languages.of(&question.language)?;
        let mut data = result.data.clone();
        if let (Some(data), Some(arguments)) = (data.as_object_mut(), call.arguments.as_object()) {
            for (key, value) in arguments {
                data.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        matcher
            .render_response(&call.name, &result.response, &data)
            .ok()
            .flatten()
    }

    /// Keeps a question and its answer: for the next question, and in the memory. `open`: nothing that belongs to the
    /// house alone is in them.
    pub(crate) fn keep(&self, question: &Question, (text, answer): (&str, &str), meta: MessageMeta, open: bool) {
        self.conversations.add(&question.conversation, text, answer, open);
        let used = |tool: &ToolSpec| meta.intent.as_ref() == Some(&tool.name) || meta.tools.contains(&tool.name);
        if self.hub.tools().iter().any(|tool| tool.foreign && used(tool)) {
            self.conversations.has_foreign(&question.conversation);
        }
        if !answer.trim().is_empty() {
            self.remember(question, (text, answer), meta);
        }
    }

    /// What was told is remembered, though nobody could answer it. A question without an answer tells nothing.
    pub(super) fn keep_unanswered(&self, question: &Question, text: &str) {
        if !is_question(text, &question.language) {
            self.remember(question, (text, ""), MessageMeta::default());
        }
    }

    fn remember(&self, question: &Question, (text, answer): (&str, &str), meta: MessageMeta) {
        let Some((memory, tracker)) = self.memory.clone().zip(self.tracker.clone()) else {
            return;
        };
        let exchange = rosie_core::memory::Exchange {
            conversation: question.conversation.clone(),
            room: question.room.clone(),
            user: question.user.clone(),
            language: question.language.clone(),
            asked_unix_ms: unix_ms(),
            question: text.to_owned(),
            answer: answer.to_owned(),
            meta,
        };
        tracker.spawn(async move {
            if let Err(failure) = memory.record(exchange).await {
                tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "a conversation is not remembered");
            }
        });
    }
}

pub(crate) fn unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}
