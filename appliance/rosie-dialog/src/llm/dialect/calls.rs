//! Tool calls that come in pieces, put together; and the names by which an answer finds its call.

use super::ChatEvent;
use std::sync::atomic::{AtomicU64, Ordering};

/// An id for a call whose provider gave none; no two of one process are alike.
pub(in crate::llm) fn fresh_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("call_{}", LAST.fetch_add(1, Ordering::Relaxed) + 1)
}

/// An id as providers take it that did not give it (a conversation may go on at another one): 40 of `a-zA-Z0-9_-`.
pub(super) fn plain_id(id: &str) -> String {
    let own = id.split('~').next().unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    own.chars().take(40).map(plain).collect()
}

#[derive(Debug, Default)]
struct Part {
    index: u64,
    id: String,
    name: String,
    arguments: String,
}

/// Calls in the making, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Calls {
    parts: Vec<Part>,
    given: usize,
}

/// Longest arguments of one call, in bytes.
const LONGEST: usize = 64 << 10;

impl Calls {
    /// More of the call with this index; a new one where there is none, or where another id shows that it is not the
    /// same.
    pub(super) fn add(&mut self, index: u64, id: Option<&str>, name: Option<&str>, arguments: Option<&str>) {
        let id = id.unwrap_or_default();
        let known = self.parts.iter().rposition(|part| part.index == index);
        let known = known.filter(|&at| id.is_empty() || self.parts[at].id.is_empty() || self.parts[at].id == id);
        let at = known.unwrap_or_else(|| {
            self.parts.push(Part {
                index,
                ..Part::default()
            });
            self.parts.len() - 1
        });
        let part = &mut self.parts[at];
        if part.id.is_empty() {
            id.clone_into(&mut part.id);
        }
        if part.name.is_empty() {
            part.name.push_str(name.unwrap_or_default());
        }
        if part.arguments.len() < LONGEST {
            part.arguments.push_str(arguments.unwrap_or_default());
        }
    }

    /// How many came so far; an index for providers that count nothing.
    pub(super) fn len(&self) -> usize {
        self.parts.len() + self.given
    }

    /// Passes on all that came.
    pub(super) fn give(&mut self, out: &mut dyn FnMut(ChatEvent)) {
        for part in std::mem::take(&mut self.parts) {
            self.given += 1;
            if part.name.is_empty() {
                continue;
            }
            let id = if part.id.is_empty() { fresh_id() } else { part.id };
            let arguments = if part.arguments.trim().is_empty() {
                "{}".to_owned()
            } else {
                part.arguments
            };
            out(ChatEvent::ToolCall {
                id,
                name: part.name,
                arguments,
            });
        }
    }
}
