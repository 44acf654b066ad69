//! PDF as blocks: the text of its pages.
//!
//! A few kilobytes of PDF can unpack to gigabytes. Before anything else sees the file, every Flate stream is unpacked
//! here and thrown away, and a file with too much in it is refused; so is one that packs a stream twice.

use super::{Block, MAX_TEXT, paragraphs, push, unreadable};
use crate::MemoryError;
use std::io::Read;

/// What all streams of a file may unpack to.
const MAX_UNPACKED: u64 = 256 << 20;
const MAX_PAGES: usize = 3000;

pub(super) fn blocks(bytes: &[u8]) -> Result<Vec<Block>, MemoryError> {
    check_streams(bytes)?;
    let pages = pdf_extract::extract_text_from_mem_by_pages(bytes)
        .map_err(|_| unreadable("the PDF is damaged, encrypted, or of a kind that Rosie cannot read"))?;
    if pages.len() > MAX_PAGES {
        return Err(unreadable(format!(
            "it has {} pages, at most {MAX_PAGES} are read",
            pages.len()
        )));
    }
    let mut blocks = Vec::new();
    let mut length = 0;
    for page in pages {
        length += page.len();
        if length > MAX_TEXT {
            return Err(unreadable("there is too much text in it"));
        }
        blocks.extend(paragraphs(&page));
    }
    Ok(joined(blocks))
}

/// Words cut at the end of a line are made whole.
fn joined(blocks: Vec<Block>) -> Vec<Block> {
    let mut whole = Vec::with_capacity(blocks.len());
    for block in blocks {
        push(
            &mut whole,
            None,
            &block.text.replace("\u{ad} ", "").replace('\u{ad}', ""),
        );
    }
    whole
}

fn check_streams(bytes: &[u8]) -> Result<(), MemoryError> {
    let mut left = MAX_UNPACKED;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        let start = at + found + b"stream".len();
        at = start;
        if bytes[..start].ends_with(b"endstream") {
            continue;
        }
        let dictionary = &bytes[start.saturating_sub(600)..start];
        let dictionary = &dictionary[rfind(dictionary, b"obj").unwrap_or(0)..];
        if count(dictionary, b"FlateDecode") > 1 || count(dictionary, b"/Fl ") > 1 {
            return Err(unreadable("the PDF packs a stream twice"));
        }
        let packed = bytes[start..].trim_ascii_start();
        // Zlib with a 32 KiB window, what PDF writers make; what does not unpack yields nothing and is no danger.
        if packed.first() == Some(&0x78) || contains(dictionary, b"Flate") {
            let mut unpacked = flate2::read::ZlibDecoder::new(packed).take(left + 1);
            left = left.saturating_sub(drain(&mut unpacked));
            if left == 0 {
                return Err(unreadable("the PDF unpacks to more than 256 MiB"));
            }
        }
    }
    Ok(())
}

/// Bytes until the end or the first error.
fn drain(reader: &mut impl Read) -> u64 {
    let mut buffer = [0; 16 << 10];
    let mut all = 0;
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        all += count as u64;
    }
    all
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    find(bytes, what).is_some()
}

fn count(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).filter(|window| *window == what).count()
}
