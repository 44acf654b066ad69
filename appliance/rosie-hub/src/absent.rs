//! Services that nobody has set up: their sentences are understood all the same, and answered with where to connect one. A
//! language model would only guess.

use crate::{
    Skill, calendar, chat, contacts,
    integration::{Sentences, sentences},
};
use rosie_core::{BoxFuture, CallContext, ErrorCode, Failure, ToolCall, ToolOutcome};

/// One of them; it takes the calls that the service would take.
pub struct Absent {
    name: &'static str,
    calls: &'static [&'static str],
    code: ErrorCode,
    sentences: fn() -> Vec<Sentences>,
}

/// Those whose integrations are not among `present`, by their names.
pub fn absent(present: &[&str]) -> Vec<Absent> {
    let all = [
        Absent {
            name: calendar::NAME,
            calls: calendar::ASKED,
            code: ErrorCode::CalendarNotSetUp,
            sentences: || sentences!("calendar"),
        },
        Absent {
            name: chat::NAME,
            calls: chat::ASKED,
            code: ErrorCode::ChatNotSetUp,
            sentences: || sentences!("chat"),
        },
        Absent {
            name: contacts::NAME,
            calls: contacts::ASKED,
            code: ErrorCode::ContactsNotSetUp,
            sentences: || sentences!("contacts"),
        },
    ];
    all.into_iter().filter(|one| !present.contains(&one.name)).collect()
}

impl Absent {
    pub fn sentences(&self) -> Vec<Sentences> {
        (self.sentences)()
    }
}

impl Skill for Absent {
    fn name(&self) -> &str {
        self.name
    }

    fn calls(&self) -> &[&str] {
        self.calls
    }

    fn handle<'a>(&'a self, _: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        let detail = format!("{} is not set up: connect it on the page /integrations", self.name);
        Box::pin(async move { Err(Failure::new(self.code, detail)) })
    }
}
