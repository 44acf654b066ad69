//! Recursive-descent parser of templates.

use super::{ListReference, MAX_DEPTH, MAX_LENGTH, MAX_PERMUTATION, Template};

/// Parses one sentence; errors say what is wrong at which character (counted from 1).
pub fn parse(text: &str) -> Result<Template, String> {
    let chars: Vec<char> = text.trim().chars().collect();
    if chars.is_empty() {
        return Err("is empty".into());
    }
    if chars.len() > MAX_LENGTH {
        return Err(format!("is longer than {MAX_LENGTH} characters"));
    }
    let mut parser = Parser { chars, at: 0 };
    let template = parser.group(None, 0)?;
    if template == Template::Sequence(vec![]) {
        return Err("matches only the empty sentence".into());
    }
    Ok(template)
}

struct Parser {
    chars: Vec<char>,
    at: usize,
}

impl Parser {
    /// Items up to `close` (consumed), split at `|` or `;`.
    fn group(&mut self, close: Option<char>, depth: usize) -> Result<Template, String> {
        if depth > MAX_DEPTH {
            return Err(format!("is nested deeper than {MAX_DEPTH}"));
        }
        let opened_at = self.at;
        let mut parts: Vec<Vec<Template>> = vec![vec![]];
        let mut separator = None;
        loop {
            let Some(&c) = self.chars.get(self.at) else {
                match close {
                    Some(close) => {
                        return Err(format!("the group opened at character {opened_at} lacks its `{close}`"));
                    }
                    None => break,
                }
            };
            match c {
                c if Some(c) == close => {
                    self.at += 1;
                    break;
                }
                '|' | ';' => {
                    if separator.is_some_and(|s| s != c) {
                        return Err(format!("mixes `|` and `;` in one group at character {}", self.at + 1));
                    }
                    separator = Some(c);
                    parts.push(vec![]);
                    self.at += 1;
                }
                ')' | ']' | '}' | '>' => return Err(format!("unexpected `{c}` at character {}", self.at + 1)),
                _ => {
                    let item = self.item(c, depth)?;
                    if let Some(last) = parts.last_mut() {
                        last.push(item);
                    }
                }
            }
        }
        finish_group(parts, separator)
    }

    fn item(&mut self, c: char, depth: usize) -> Result<Template, String> {
        match c {
            '(' => {
                self.at += 1;
                self.group(Some(')'), depth + 1)
            }
            '[' => {
                self.at += 1;
                let inner = self.group(Some(']'), depth + 1)?;
                Ok(match inner {
                    Template::Any(mut items) => {
                        items.push(Template::Sequence(vec![]));
                        Template::Any(items)
                    }
                    other => Template::Any(vec![other, Template::Sequence(vec![])]),
                })
            }
            '{' => {
                let name = self.name('}')?;
                let before_space = self.chars.get(self.at).is_some_and(|c| c.is_whitespace());
                list_reference(&name, before_space)
            }
            '<' => Ok(Template::Rule(self.name('>')?)),
            _ => Ok(Template::Text(self.literal())),
        }
    }

    /// The text between the delimiters of a list or a rule.
    fn name(&mut self, close: char) -> Result<String, String> {
        let opened_at = self.at;
        self.at += 1;
        let mut name = String::new();
        while let Some(&c) = self.chars.get(self.at) {
            self.at += 1;
            match c {
                c if c == close => {
                    let name = name.trim().to_owned();
                    return if name.is_empty() {
                        Err("has an empty name in braces".into())
                    } else {
                        Ok(name)
                    };
                }
                '{' | '<' | '(' | '[' => break,
                '\\' => continue,
                _ => name.push(c),
            }
        }
        Err(format!(
            "the name opened at character {} lacks its `{close}`",
            opened_at + 1
        ))
    }

    fn literal(&mut self) -> String {
        let mut text = String::new();
        while let Some(&c) = self.chars.get(self.at) {
            match c {
                '\\' => {
                    self.at += 1;
                    text.extend(self.chars.get(self.at));
                }
                '(' | '[' | '{' | '<' | ')' | ']' | '}' | '>' | '|' | ';' => break,
                _ => text.push(c),
            }
            self.at += 1;
        }
        self.at = self.at.min(self.chars.len());
        text
    }
}

fn finish_group(parts: Vec<Vec<Template>>, separator: Option<char>) -> Result<Template, String> {
    let count = parts.len();
    let mut items = parts.into_iter().map(sequence);
    Ok(match separator {
        None => items.next().unwrap_or(Template::Sequence(vec![])),
        Some('|') => Template::Any(items.collect()),
        Some(_) if count > MAX_PERMUTATION => {
            return Err(format!("a group of more than {MAX_PERMUTATION} parts in any order"));
        }
        Some(_) => {
            let spaced = |item| Template::Sequence(vec![Template::Text(" ".into()), item, Template::Text(" ".into())]);
            Template::Permutation(items.map(spaced).collect())
        }
    })
}

fn sequence(mut items: Vec<Template>) -> Template {
    match items.len() {
        1 => items.remove(0),
        _ => Template::Sequence(items),
    }
}

fn list_reference(name: &str, before_space: bool) -> Result<Template, String> {
    let (list, slot) = match name.split_once(':') {
        Some((list, slot)) => (list, slot),
        None => (name.strip_prefix('@').unwrap_or(name), name),
    };
    let capture = slot.starts_with('@');
    let slot = slot.strip_prefix('@').unwrap_or(slot);
    if list.is_empty() || slot.is_empty() {
        return Err(format!("`{{{name}}}` lacks the name of its list or slot"));
    }
    Ok(Template::List(ListReference {
        list: list.into(),
        slot: slot.into(),
        capture,
        before_space,
    }))
}
