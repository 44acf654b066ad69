//! HTML as blocks: what a reader sees, without scripts, styles and navigation.

use super::{Block, push, unreadable};
use crate::MemoryError;
use ego_tree::iter::Edge;
use html5ever::{
    driver::{ParseOpts, parse_document},
    tendril::{StrTendril, TendrilSink},
};
use scraper::{Html, HtmlTreeSink, Node, node::Element};

/// Elements inside each other. The parser goes through all that are open for each new one.
const DEEPEST: usize = 2_000;
/// Bytes that are parsed before the depth is looked at again.
const AT_ONCE: usize = 16 << 10;

/// What holds no text to remember.
const SILENT: &[&str] = &[
    "script", "style", "noscript", "template", "nav", "head", "svg", "iframe", "button", "form",
];
/// What begins and ends a paragraph.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "address",
    "hr",
    "body",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
];

/// Walks the tree without recursion.
pub(super) fn blocks(text: &str) -> Result<Vec<Block>, MemoryError> {
    let page = parsed(text)?;
    let mut blocks = Vec::new();
    let mut words = String::new();
    let mut silent = 0usize;
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) if SILENT.contains(&element.name()) => silent += 1,
                Node::Element(element) if is_block(element) => {
                    push(&mut blocks, None, &std::mem::take(&mut words));
                }
                Node::Element(element) if matches!(element.name(), "td" | "th") => words.push_str(" | "),
                Node::Text(text) if silent == 0 => words.push_str(text),
                _ => {}
            },
            Edge::Close(node) => match node.value() {
                Node::Element(element) if SILENT.contains(&element.name()) => silent = silent.saturating_sub(1),
                Node::Element(element) if is_block(element) => {
                    push(&mut blocks, heading(element), &std::mem::take(&mut words));
                }
                _ => {}
            },
        }
    }
    push(&mut blocks, None, &words);
    Ok(blocks)
}

fn parsed(text: &str) -> Result<Html, MemoryError> {
    let mut parser = parse_document(HtmlTreeSink::new(Html::new_document()), ParseOpts::default());
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(AT_ONCE));
        parser.process(StrTendril::from(piece));
        rest = after;
        if is_too_deep(&parser.tokenizer.sink.sink.0.borrow()) {
            return Err(unreadable(format!(
                "its elements are nested more than {DEEPEST} deep: save it as plain text or as PDF"
            )));
        }
    }
    Ok(parser.finish())
}

/// By the element that came last: those that are open are around it.
fn is_too_deep(page: &Html) -> bool {
    let mut last = Some(page.tree.root());
    for _ in 0..=DEEPEST {
        last = last.and_then(|node| node.last_child());
    }
    last.is_some()
}

fn is_block(element: &Element) -> bool {
    BLOCKS.contains(&element.name())
}

fn heading(element: &Element) -> Option<u8> {
    match element.name().as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}
