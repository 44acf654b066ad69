//! Markdown (CommonMark with tables) as blocks.

use super::{Block, push};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut words = String::new();
    let mut level = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level: at, .. }) => {
                push(&mut blocks, None, &std::mem::take(&mut words));
                level = Some(number(at));
            }
            Event::End(TagEnd::Heading(_)) => push(&mut blocks, level.take(), &std::mem::take(&mut words)),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::TableRow | TagEnd::TableHead) => {
                push(&mut blocks, None, &std::mem::take(&mut words));
            }
            Event::End(TagEnd::TableCell) => words.push_str(" | "),
            Event::Text(part) | Event::Code(part) | Event::InlineMath(part) | Event::DisplayMath(part) => {
                words.push_str(&part);
            }
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    push(&mut blocks, None, &words);
    blocks
}

fn number(level: HeadingLevel) -> u8 {
    level as u8
}
