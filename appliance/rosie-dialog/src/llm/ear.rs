//! Listens to one answer: frames in, events out, with what every provider has in common.

use super::{
    ChatEvent, ChatRequest, ChatSink, FinishReason, ProviderKind,
    dialect::{Problem, Reader},
    gate::Gate,
    looping::Looping,
};
use std::collections::BTreeSet;

/// Longest answer that is taken, in bytes of text.
pub(super) const LONGEST_ANSWER: usize = 64 << 10;

pub(super) struct Ear<'a, 's> {
    reader: Box<dyn Reader>,
    gate: Gate,
    said: Said<'a, 's>,
    /// Something of the answer came, even if it is not passed on yet.
    pub began: bool,
}

struct Said<'a, 's> {
    sink: &'a mut ChatSink<'s>,
    length: usize,
    calls: usize,
    /// Space at the end of what was said, which belongs to what comes next, if anything does.
    space: String,
    /// `None` for a form, in which things repeat.
    looping: Option<Looping>,
    /// It goes in a circle: no more of it is passed on.
    loops: bool,
}

/// Why nothing came of an answer that ended well.
#[derive(Debug, PartialEq)]
pub(super) enum Nothing {
    Empty,
    /// All tokens went into what is not said.
    CutOff,
    Declined,
}

impl<'a, 's> Ear<'a, 's> {
    pub(super) fn new(
        reader: Box<dyn Reader>,
        request: &ChatRequest,
        calls_as_text: bool,
        sink: &'a mut ChatSink<'s>,
    ) -> Self {
        // Those that were called before count too: a model that had them a moment ago may go on.
        let before = request
            .messages
            .iter()
            .flat_map(|message| &message.tool_calls)
            .map(|call| &call.name);
        let tools: BTreeSet<_> = request
            .tools
            .iter()
            .map(|tool| &tool.name)
            .chain(before)
            .cloned()
            .collect();
        let looks = calls_as_text && !tools.is_empty() && request.format.is_none();
        let tools = looks.then_some(tools);
        Self {
            reader,
            gate: Gate::new(tools),
            said: Said {
                sink,
                length: 0,
                calls: 0,
                space: String::new(),
                looping: request.format.is_none().then(Looping::default),
                loops: false,
            },
            began: false,
        }
    }

    pub(super) fn take(&mut self, frame: &[u8]) -> Result<(), Problem> {
        let (gate, said) = (&mut self.gate, &mut self.said);
        self.began |= self.reader.take(frame, &mut |event| match event {
            ChatEvent::Text(text) => gate.push(&text, &mut |event| said.pass(event)),
            event => said.pass(event),
        })?;
        Ok(())
    }

    /// It said why it ended.
    pub(super) fn is_finished(&self) -> bool {
        self.reader.state().reason.is_some()
    }

    /// Nothing more is worth waiting for. Enough is enough: what was said stays.
    pub(super) fn is_done(&self) -> bool {
        self.reader.state().done || self.said.length > LONGEST_ANSWER || self.said.loops
    }

    pub(super) fn end(mut self) -> Result<(), Nothing> {
        let said = &mut self.said;
        self.gate.end(&mut |event| said.pass(event));
        self.reader.end(&mut |event| said.pass(event));
        let read = self.reader.state();
        let mut reason = read.reason.unwrap_or(FinishReason::Other);
        if said.length == 0 && said.calls == 0 {
            return Err(match reason {
                FinishReason::Filtered => Nothing::Declined,
                FinishReason::Length => Nothing::CutOff,
                _ => Nothing::Empty,
            });
        }
        if self.gate.has_called() {
            reason = FinishReason::ToolCalls;
        }
        (said.sink)(ChatEvent::Finished {
            reason,
            usage: read.usage,
        });
        Ok(())
    }
}

impl Said<'_, '_> {
    fn pass(&mut self, event: ChatEvent) {
        let event = match event {
            ChatEvent::Text(text) => ChatEvent::Text(self.without_end(&text)),
            event => event,
        };
        match &event {
            ChatEvent::Text(text) | ChatEvent::Reasoning(text) if text.is_empty() => return,
            ChatEvent::Text(_) if self.loops => return,
            ChatEvent::Text(text) => {
                self.length += text.len();
                self.loops = self.looping.as_mut().is_some_and(|looping| looping.hears(text));
            }
            ChatEvent::ToolCall { .. } => self.calls += 1,
            _ => {}
        }
        (self.sink)(event);
    }

    /// Models like to begin and to end with a space or a line's end.
    fn without_end(&mut self, text: &str) -> String {
        let mut text = std::mem::take(&mut self.space) + text;
        let end = text.trim_end().len();
        self.space = text.split_off(end);
        if self.length == 0 {
            text.trim_start().to_owned()
        } else {
            text
        }
    }
}

/// Whether what this kind of server says to a request without a key, or with a wrong one, may hide behind HTTP 400.
pub(super) fn is_about_the_key(kind: ProviderKind, status: u16, said: &str) -> bool {
    let said = said.to_lowercase();
    let key = said.contains("api key") || said.contains("api_key");
    matches!(status, 401 | 403) || (status == 400 && key && matches!(kind, ProviderKind::Gemini | ProviderKind::Xai))
}
