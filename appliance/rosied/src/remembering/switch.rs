//! The memory that turns hold: whatever remembers at the moment, or nothing.

use super::{Remembering, off::Off};
use rosie_core::{
    BoxFuture, ConversationId, Failure, Language, RoomId, UserId,
    engine::EngineInfo,
    memory::{Exchange, FactReading, FactTask, Forget, Memory, Recall, Recollection, Remember, Speaker, TextMeaning},
};
use std::sync::Arc;

impl Remembering {
    fn of_turns(&self) -> Arc<dyn Memory> {
        match self.memory() {
            Some(memory) => memory,
            None => Arc::new(Off),
        }
    }
}

impl Memory for Remembering {
    fn record(&self, exchange: Exchange) -> BoxFuture<'_, Result<(), Failure>> {
        let memory = self.of_turns();
        Box::pin(async move { memory.record(exchange).await })
    }

    fn recall(&self, recall: Recall) -> BoxFuture<'_, Result<Vec<Recollection>, Failure>> {
        let memory = self.of_turns();
        Box::pin(async move { memory.recall(recall).await })
    }

    fn remember(&self, remember: Remember) -> BoxFuture<'_, Result<String, Failure>> {
        let memory = self.of_turns();
        Box::pin(async move { memory.remember(remember).await })
    }

    fn would_note(&self, text: &str, room: &RoomId, language: &Language) -> bool {
        self.of_turns().would_note(text, room, language)
    }

    fn known_about(&self, user: Option<UserId>, limit: usize) -> BoxFuture<'_, Result<Vec<String>, Failure>> {
        let memory = self.of_turns();
        Box::pin(async move { memory.known_about(user, limit).await })
    }

    fn has_lost(&self) -> bool {
        self.of_turns().has_lost()
    }

    fn forget(&self, forget: Forget) -> BoxFuture<'_, Result<usize, Failure>> {
        let memory = self.of_turns();
        Box::pin(async move { memory.forget(forget).await })
    }

    fn history(&self, conversation: &ConversationId, limit: usize) -> Result<Vec<(Speaker, String)>, Failure> {
        self.of_turns().history(conversation, limit)
    }

    fn prepare(&self) {
        self.of_turns().prepare();
    }

    fn likeness<'a>(&'a self, question: &'a str, texts: &'a [String]) -> BoxFuture<'a, Option<Vec<f32>>> {
        let memory = self.of_turns();
        Box::pin(async move { memory.likeness(question, texts).await })
    }

    fn meaning<'a>(&'a self, text: &'a str) -> BoxFuture<'a, Option<TextMeaning>> {
        let memory = self.of_turns();
        Box::pin(async move { memory.meaning(text).await })
    }

    fn info(&self) -> EngineInfo {
        self.of_turns().info()
    }
}

impl FactReading for Remembering {
    fn unread(&self) -> BoxFuture<'_, Result<Option<FactTask>, Failure>> {
        let memory = self.memory();
        Box::pin(async move {
            match memory {
                Some(memory) => memory.unread().await,
                None => Ok(None),
            }
        })
    }

    fn read<'a>(&'a self, task: FactTask, answer: &'a str) -> BoxFuture<'a, Result<usize, Failure>> {
        let memory = self.memory();
        Box::pin(async move {
            match memory {
                Some(memory) => memory.read(task, answer).await,
                None => Ok(0),
            }
        })
    }
}
