//! Keeps what is not for the ear out of an answer's text: thoughts between tags, and tool calls that small models write
//! as text instead of making them. Text that begins like one is held back until it is clear what it is.

use super::{
    ChatEvent,
    dialect::fresh_id,
    written_calls::{Verdict, classify, last_word},
};
use std::collections::BTreeSet;

const THINK: &str = "<think>";
const THOUGHT: &str = "</think>";

pub(super) struct Gate {
    /// What may be called. `None`: JSON is not looked at, for it was asked for.
    tools: Option<BTreeSet<String>>,
    held: String,
    thinking: bool,
    called: bool,
}

impl Gate {
    pub(super) fn new(tools: Option<BTreeSet<String>>) -> Self {
        Self {
            tools,
            held: String::new(),
            thinking: false,
            called: false,
        }
    }

    /// A call was found in the text.
    pub(super) fn has_called(&self) -> bool {
        self.called
    }

    pub(super) fn push(&mut self, text: &str, out: &mut dyn FnMut(ChatEvent)) {
        self.held.push_str(text);
        while self.step(out) {}
    }

    /// The answer is over: what is still held is a call that lacks its end, or text after all; half a call is neither.
    pub(super) fn end(&mut self, out: &mut dyn FnMut(ChatEvent)) {
        let held = std::mem::take(&mut self.held);
        match (&self.tools, self.thinking) {
            (_, true) => out(ChatEvent::Reasoning(held)),
            (None, _) => self.say(&held, out),
            (Some(tools), _) => {
                let verdict = last_word(&held, tools);
                self.act(&held, verdict, out);
            }
        }
    }

    /// True when there may be more to do.
    fn step(&mut self, out: &mut dyn FnMut(ChatEvent)) -> bool {
        if self.thinking {
            return self.think(out);
        }
        let at = self
            .held
            .find(|c| c == '<' || (self.tools.is_some() && "{[`".contains(c)));
        let before = at.unwrap_or(self.held.len());
        if before > 0 {
            let text: String = self.held.drain(..before).collect();
            self.say(&text, out);
        }
        if self.held.is_empty() {
            return false;
        }
        if let Some(rest) = self.held.strip_prefix(THINK) {
            self.held = rest.to_owned();
            self.thinking = true;
            return true;
        }
        if THINK.starts_with(self.held.as_str()) {
            return false;
        }
        let verdict = match &self.tools {
            Some(tools) => classify(&self.held, tools),
            None => Verdict::Text(1),
        };
        if matches!(verdict, Verdict::More) {
            return false;
        }
        let held = std::mem::take(&mut self.held);
        let used = self.act(&held, verdict, out);
        self.held = held[used..].to_owned();
        !self.held.is_empty()
    }

    /// Passes thoughts on as they come, but not half of the tag that ends them.
    fn think(&mut self, out: &mut dyn FnMut(ChatEvent)) -> bool {
        let end = self.held.find(THOUGHT);
        let keep = (1..THOUGHT.len()).rev().find(|&n| self.held.ends_with(&THOUGHT[..n]));
        let upto = end.unwrap_or(self.held.len() - keep.unwrap_or(0));
        let thought: String = self.held.drain(..upto).collect();
        if !thought.is_empty() {
            out(ChatEvent::Reasoning(thought));
        }
        if end.is_none() {
            return false;
        }
        self.held.drain(..THOUGHT.len());
        self.thinking = false;
        true
    }

    /// How many bytes of `held` are done with.
    fn act(&mut self, held: &str, verdict: Verdict, out: &mut dyn FnMut(ChatEvent)) -> usize {
        match verdict {
            Verdict::More => 0,
            Verdict::Text(length) => {
                self.say(&held[..length], out);
                length
            }
            Verdict::Drop(length) => length,
            Verdict::Calls(length, calls) => {
                self.called = true;
                for (name, arguments) in calls {
                    out(ChatEvent::ToolCall {
                        id: fresh_id(),
                        name,
                        arguments,
                    });
                }
                length
            }
        }
    }

    /// What a model writes after a call, before it has the answer, it made up.
    fn say(&self, text: &str, out: &mut dyn FnMut(ChatEvent)) {
        if !text.is_empty() && !self.called {
            out(ChatEvent::Text(text.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is said, thought and called, however the text was cut.
    fn read(text: &str, size: usize, tools: Option<&[&str]>) -> (String, String, Vec<(String, String)>) {
        let mut gate = Gate::new(tools.map(|tools| tools.iter().map(|&tool| tool.to_owned()).collect()));
        let (mut said, mut thought, mut called) = (String::new(), String::new(), Vec::new());
        let mut out = |event| match event {
            ChatEvent::Text(text) => said.push_str(&text),
            ChatEvent::Reasoning(text) => thought.push_str(&text),
            ChatEvent::ToolCall { name, arguments, .. } => called.push((name, arguments)),
            ChatEvent::Finished { .. } => {}
        };
        let chars: Vec<char> = text.chars().collect();
        for chunk in chars.chunks(size) {
            gate.push(&chunk.iter().collect::<String>(), &mut out);
        }
        gate.end(&mut out);
        (said, thought, called)
    }

    const TOOLS: Option<&[&str]> = Some(&["light", "weather"]);

    #[test]
    fn calls_in_every_coat() {
        let light = ("light".to_owned(), r#"{"on":true}"#.to_owned());
        let one = vec![light.clone()];
        for (text, said, calls) in [
            (r#"{"name": "light", "arguments": {"on": true}}"#, "", &one),
            (
                "```json\n{\"name\": \"light\", \"arguments\": {\"on\": true}}\n```",
                "",
                &one,
            ),
            (
                "```\n{\"name\": \"light\", \"parameters\": {\"on\": true}}```\n",
                "",
                &one,
            ),
            (
                "<tool_call>\n{\"name\": \"light\", \"arguments\": {\"on\": true}}\n</tool_call>",
                "",
                &one,
            ),
            (
                "<tool_call>{\"name\": \"light\", \"arguments\": {\"on\": true}}",
                "",
                &one,
            ),
            (
                "```json\n{\"name\": \"light\", \"arguments\": {\"on\": true}}",
                "",
                &one,
            ),
            (
                r#"Gladly. {"function": "light", "args": {"on": true}}"#,
                "Gladly. ",
                &one,
            ),
            (
                r#"{"type":"function","function":{"name":"light","arguments":"{\"on\":true}"}}"#,
                "",
                &one,
            ),
            (r#"{"tool_calls":[{"name":"light","arguments":{"on":true}}]}"#, "", &one),
            (
                r#"<|python_tag|>{"name": "light", "parameters": {"on": true}}"#,
                "",
                &one,
            ),
            (r#"<function=light>{"on": true}</function>"#, "", &one),
            (
                r#"[TOOL_CALLS] [{"name": "light", "arguments": {"on": true}}]"#,
                " ",
                &one,
            ),
            (
                "<think>{\"name\": 1}</think>{\"name\":\"light\",\"arguments\":{\"on\":true}}",
                "",
                &one,
            ),
            // What follows a call is made up.
            (
                "{\"name\": \"light\", \"arguments\": {\"on\": true}}\nThe light is on now.",
                "",
                &one,
            ),
            (
                r#"[{"name":"light","arguments":{"on":true}},{"name":"light","arguments":{"on":true}}]"#,
                "",
                &vec![light.clone(), light.clone()],
            ),
            (
                "<tool_call>{\"name\":\"light\",\"arguments\":{\"on\":true}}</tool_call>\n<tool_call>\n{\"name\":\"light\",\"arguments\":{\"on\":true}}\n</tool_call>",
                "",
                &vec![light.clone(), light.clone()],
            ),
        ] {
            for size in [1, 2, 3, 7, 1000] {
                let (heard, _, called) = read(text, size, TOOLS);
                assert_eq!((heard.as_str(), &called), (said, calls), "{text} by {size}");
            }
        }
        let unknown = read(r#"{"name": "open_door", "arguments": {}}"#, 3, TOOLS);
        assert_eq!(unknown.2, [("open_door".to_owned(), "{}".to_owned())]);
        let bare = read(r#"{"name": "weather"}"#, 3, TOOLS);
        assert_eq!(bare.2, [("weather".to_owned(), "{}".to_owned())]);
    }

    #[test]
    fn half_a_call_is_not_spoken() {
        for text in [
            r#"{"name": "light", "argum"#,
            "```json\n{\"name\": \"lig",
            "<tool_call>\n{\"name\": \"light\"",
            "<tool_call>no call at all</tool_call>",
            // The tool's own description, said back.
            r#"{"name": "light", "description": "d", "parameters": {"type": "object", "properties": {}}}"#,
        ] {
            for size in [1, 5, 1000] {
                let (said, _, called) = read(text, size, TOOLS);
                assert_eq!((said.as_str(), called.len()), ("", 0), "{text} by {size}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_one_is_said() {
        for text in [
            "Three < four, and [1] is a note.",
            "The set {a, b} is small.",
            "Use `ls` or ``x``.",
            "```python\nprint(1)\n```",
            r#"A person: {"name": "Ann", "age": 3}."#,
            r#"Half a brace { and "more""#,
            "[[1, 2], [3]]",
            "a <b>word</b>",
            "ends with <",
            "``",
        ] {
            for size in [1, 2, 5, 1000] {
                assert_eq!(read(text, size, TOOLS).0, text, "by {size}");
            }
        }
        let json = r#"{"name": "light", "arguments": {"on": true}}"#;
        assert_eq!(read(json, 4, None).0, json);
    }

    #[test]
    fn thoughts_are_not_said() {
        for size in [1, 4, 1000] {
            for tools in [TOOLS, None] {
                let (said, thought, _) = read("<think>\nhm < {\n</think>\nYes <th", size, tools);
                assert_eq!((said.as_str(), thought.as_str()), ("\nYes <th", "\nhm < {\n"));
            }
        }
    }

    proptest! {
        #[test]
        fn how_it_is_cut_does_not_matter(text in "[a{}\\[\\]\"<>/`:, \\n]{0,40}|<tool_call>.{0,20}|\\{\"name\": \"light\".{0,20}", size in 1usize..9) {
            let (whole, cut) = (read(&text, 10_000, TOOLS), read(&text, size, TOOLS));
            prop_assert_eq!(whole, cut);
        }
    }
}
