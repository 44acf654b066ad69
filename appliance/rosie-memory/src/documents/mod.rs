//! Files as pieces of text: Markdown, plain text, HTML and PDF, read under bounds and cut into chunks.
//!
//! A file is untrusted. Its size, the text it yields, its pages and what its streams unpack to are bounded; the daemon
//! has it read by a process of its own, which is ended at a deadline; a panic is an answer.

mod chunk;
mod html;
mod markdown;
mod pdf;
mod process;

pub use chunk::{Piece, cut};
pub use process::{Reader, answer};

use crate::MemoryError;
use rosie_core::memory::MAX_DOCUMENT_BYTES;
use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

/// Text of one document, in bytes; more is refused, not cut: half a manual answers wrongly.
pub const MAX_TEXT: usize = 16 << 20;
/// How long reading may take.
pub const DEADLINE: Duration = Duration::from_secs(60);
/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    Markdown,
    Html,
    Pdf,
}

impl Format {
    /// By its media type, else by its name, else by what is in it.
    pub fn of(name: &str, media_type: Option<&str>, bytes: &[u8]) -> Result<Self, MemoryError> {
        let plain = media_type.map(|t| t.split(';').next().unwrap_or(t).trim().to_ascii_lowercase());
        let by_type = plain.as_deref().and_then(|media_type| match media_type {
            "application/pdf" => Some(Self::Pdf),
            "text/html" | "application/xhtml+xml" => Some(Self::Html),
            "text/markdown" | "text/x-markdown" => Some(Self::Markdown),
            _ => None,
        });
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let by_name = ending.as_deref().and_then(|ending| match ending {
            "pdf" => Some(Self::Pdf),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "txt" | "text" => Some(Self::Text),
            _ => None,
        });
        if bytes.starts_with(b"%PDF-") {
            return Ok(Self::Pdf);
        }
        let format = by_type.or(by_name);
        if format != Some(Self::Pdf) && is_binary(bytes) {
            return Err(unreadable(
                "it is no text; only PDF, Markdown, HTML and plain text can be read",
            ));
        }
        match format {
            Some(Self::Pdf) => Err(unreadable("it is no PDF, though its name or type says so")),
            Some(format) => Ok(format),
            None if plain.as_deref() == Some("text/plain") || std::str::from_utf8(bytes).is_ok() => Ok(Self::Text),
            None => Err(unreadable("only PDF, Markdown, HTML and plain text can be read")),
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Pdf => "application/pdf",
        }
    }
}

/// No text has a zero in it, but for UTF-16.
fn is_binary(bytes: &[u8]) -> bool {
    utf_16(bytes).is_none() && bytes.contains(&0)
}

/// How the two bytes of a character follow each other, where the text begins with the mark that tells.
fn utf_16(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    match bytes {
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        _ => None,
    }
}

/// The characters of a text file; what is none is put in as the sign for that.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let Some(unit) = utf_16(bytes) else {
        return String::from_utf8_lossy(bytes);
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let characters = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    characters.collect::<String>().into()
}

/// A heading or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// 1 to 6 for headings.
    pub level: Option<u8>,
    pub text: String,
}

pub(crate) fn unreadable(reason: impl Into<String>) -> MemoryError {
    MemoryError::Document(reason.into())
}

/// Reads and cuts a file, on a thread whose stack a deep file does not fill. Blocking; a hostile PDF may take very long
/// or gigabytes: whoever cannot afford that reads by [`Reader`].
pub fn read(bytes: &[u8], format: Format) -> Result<Vec<Piece>, MemoryError> {
    let work = || {
        let done = catch_unwind(AssertUnwindSafe(|| read_here(bytes, format).map(|blocks| cut(&blocks))));
        done.unwrap_or_else(|_| Err(unreadable("it is damaged or uses what Rosie cannot read")))
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("memory-document".to_owned())
            .stack_size(8 << 20);
        let reading = thread.spawn_scoped(scope, work);
        let reading = reading.map_err(|e| unreadable(format!("no thread to read it on: {e}")))?;
        reading.join().unwrap_or_else(|_| Err(unreadable("its reader ended")))
    })
}

/// The blocks of a file, on this thread.
pub fn read_here(bytes: &[u8], format: Format) -> Result<Vec<Block>, MemoryError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(MemoryError::TooLong {
            what: "document",
            length: bytes.len(),
            limit: MAX_DOCUMENT_BYTES,
        });
    }
    let blocks = match format {
        Format::Pdf => pdf::blocks(bytes)?,
        Format::Text => paragraphs(&decoded(bytes)),
        Format::Markdown => markdown::blocks(&decoded(bytes)),
        Format::Html => html::blocks(&decoded(bytes))?,
    };
    let length = blocks.iter().map(|block| block.text.len()).sum();
    if length > MAX_TEXT {
        return Err(MemoryError::TooLong {
            what: "text of the document",
            length,
            limit: MAX_TEXT,
        });
    }
    if length == 0 {
        return Err(unreadable("there is no text in it (a scan must be recognised first)"));
    }
    Ok(blocks)
}

/// Paragraphs of plain text: empty lines are between them.
fn paragraphs(text: &str) -> Vec<Block> {
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let mut blocks = Vec::new();
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).chain(std::iter::once("")) {
        if line.is_empty() {
            push(&mut blocks, None, &lines.join(" "));
            lines.clear();
        } else {
            lines.push(line);
        }
    }
    blocks
}

/// Adds a block of these words, unless there are none. Control characters are no text.
fn push(blocks: &mut Vec<Block>, level: Option<u8>, text: &str) {
    let text = text.replace(|c: char| c.is_control(), " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !text.is_empty() {
        blocks.push(Block { level, text });
    }
}

/// For the fuzz targets in `fuzz/`.
#[cfg(fuzzing)]
pub mod fuzzing {
    use super::*;

    /// Reads and cuts; what comes of it can be kept and found.
    pub fn read_and_cut(bytes: &[u8], format: Format) {
        let Ok(blocks) = read_here(bytes, format) else { return };
        for piece in cut(&blocks) {
            assert!(!piece.text.trim().is_empty());
            assert!(!piece.text.chars().any(char::is_control));
        }
    }
}
