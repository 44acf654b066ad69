//! HTML as blocks: what a reader sees, without scripts, styles and navigation.

use super::{Block, push};
use ego_tree::iter::Edge;
use scraper::{Html, Node, node::Element};

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

/// Walks the tree without recursion: depth is the file's choice.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let page = Html::parse_document(text);
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
    blocks
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
