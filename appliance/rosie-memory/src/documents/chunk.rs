//! Cuts a document into pieces of about two hundred words, along its headings, paragraphs and sentences; neighbours
//! in one section overlap, so that a sentence is found with what stood before it.

use super::Block;
use serde::{Deserialize, Serialize};

/// Words of a piece, about.
const WORDS: usize = 200;
/// Words of the piece before that are said again, at most.
const OVERLAP: usize = 30;
/// Longest heading and longest word, in characters; what is longer is cut.
const MAX_HEADING: usize = 120;
const MAX_WORD: usize = 200;

/// A part of a document that is found as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The headings above it, outermost first.
    pub headings: Vec<String>,
    pub text: String,
}

pub fn cut(blocks: &[Block]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut headings: Vec<(u8, String)> = Vec::new();
    let mut section: Vec<&str> = Vec::new();
    for block in blocks {
        match block.level {
            Some(level) => {
                close(&mut pieces, &headings, &mut section);
                headings.retain(|(above, _)| *above < level);
                headings.push((level, block.text.chars().take(MAX_HEADING).collect()));
            }
            None => section.push(&block.text),
        }
    }
    close(&mut pieces, &headings, &mut section);
    // A document of headings alone is still worth finding.
    if pieces.is_empty() && !headings.is_empty() {
        let text = blocks
            .iter()
            .map(|block| block.text.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        pieces.extend(packed(&[&text]).into_iter().map(|text| Piece {
            headings: Vec::new(),
            text,
        }));
    }
    pieces
}

fn close(pieces: &mut Vec<Piece>, headings: &[(u8, String)], section: &mut Vec<&str>) {
    let headings: Vec<String> = headings.iter().map(|(_, text)| text.clone()).collect();
    pieces.extend(packed(section).into_iter().map(|text| Piece {
        headings: headings.clone(),
        text,
    }));
    section.clear();
}

/// Paragraphs packed to pieces.
fn packed(paragraphs: &[&str]) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut words: Vec<String> = Vec::new();
    // Words at the start of `words` that the piece before had too.
    let mut repeated = 0;
    for sentence in paragraphs.iter().flat_map(|paragraph| sentences(paragraph)) {
        if words.len() > repeated && words.len() + sentence.len() > WORDS {
            pieces.push(words.join(" "));
            words = overlap(words);
            repeated = words.len();
        }
        words.extend(sentence);
    }
    if words.len() > repeated {
        pieces.push(words.join(" "));
    }
    pieces
}

/// The last whole sentences of a piece, if they are short enough.
fn overlap(words: Vec<String>) -> Vec<String> {
    let from = words.len().saturating_sub(OVERLAP);
    let start = (from.max(1)..words.len()).find(|at| ends_sentence(&words[at - 1]));
    start.map_or_else(Vec::new, |start| words[start..].to_vec())
}

fn ends_sentence(word: &str) -> bool {
    word.ends_with(['.', '!', '?', ':', ';', '…', '。'])
}

/// Sentences as words; an endless one is cut at the size of a piece.
fn sentences(paragraph: &str) -> Vec<Vec<String>> {
    let mut sentences = vec![Vec::new()];
    for word in paragraph.split_whitespace() {
        let word: String = word.chars().take(MAX_WORD).collect();
        let full = sentences.last().is_some_and(|sentence: &Vec<String>| {
            sentence.len() >= WORDS || sentence.last().is_some_and(|last| ends_sentence(last))
        });
        if full {
            sentences.push(Vec::new());
        }
        if let Some(last) = sentences.last_mut() {
            last.push(word);
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}
