//! Whisper's plain tokens as bytes. (whisper.cpp makes up the special ones itself.)
//!
//! Tokens are written in GPT-2's alphabet, which maps every byte to a printable character: `encoder.py`
//! (`bytes_to_unicode`) of openai/gpt-2.

use crate::error::{ModelError, Result};
use serde_json::Value;
use std::{collections::HashMap, fs, path::Path};

/// The first special token.
const END_OF_TEXT: &str = "<|endoftext|>";
/// Vocabulary size of the English-only models, whose list ends with `<|endoftext|>`.
const ENGLISH_VOCABULARY: usize = 51_864;

/// The bytes of each token, by id, from `tokenizer.json` and `vocabulary.txt` (or `.json`) of a CTranslate2 folder.
pub(super) fn read(folder: &Path, n_vocab: usize) -> Result<Vec<Vec<u8>>> {
    let listed = read_list(folder)?;
    let path = folder.join("tokenizer.json");
    let json: Value = read_json(&path)?;
    let by_piece = json
        .pointer("/model/vocab")
        .and_then(Value::as_object)
        .ok_or_else(|| ModelError::damaged(&path, "has no model.vocab"))?;
    let by_id: HashMap<u64, &str> = by_piece
        .iter()
        .filter_map(|(piece, id)| Some((id.as_u64()?, piece.as_str())))
        .collect();
    let plain = listed
        .iter()
        .position(|t| t == END_OF_TEXT)
        .ok_or_else(|| ModelError::damaged(folder, format!("its vocabulary has no {END_OF_TEXT}")))?;
    let alphabet = alphabet();
    let mut tokens = Vec::with_capacity(plain + 1);
    for (id, listed) in listed.iter().enumerate().take(plain) {
        let piece = by_id.get(&(id as u64)).copied().unwrap_or(listed);
        let bytes: Option<Vec<u8>> = piece.chars().map(|c| alphabet.get(&c).copied()).collect();
        tokens
            .push(bytes.ok_or_else(|| ModelError::damaged(&path, format!("token {id} is not in the byte alphabet")))?);
    }
    if n_vocab == ENGLISH_VOCABULARY {
        tokens.push(END_OF_TEXT.into());
    }
    Ok(tokens)
}

fn read_list(folder: &Path) -> Result<Vec<String>> {
    let path = folder.join("vocabulary.txt");
    if path.exists() {
        let text = fs::read_to_string(&path).map_err(|e| ModelError::io("reading", &path, e))?;
        return Ok(text.split('\n').map(str::to_owned).collect());
    }
    let path = folder.join("vocabulary.json");
    let json = read_json(&path)?;
    let list = json
        .as_array()
        .ok_or_else(|| ModelError::damaged(&path, "not a list of tokens"))?;
    Ok(list.iter().map(|t| t.as_str().unwrap_or_default().to_owned()).collect())
}

fn read_json(path: &Path) -> Result<Value> {
    let bytes = fs::read(path).map_err(|e| ModelError::io("reading", path, e))?;
    serde_json::from_slice(&bytes).map_err(|e| ModelError::damaged(path, format!("not JSON: {e}")))
}

/// Character → byte. Printable Latin-1 stands for itself; the others follow from U+0100 on.
fn alphabet() -> HashMap<char, u8> {
    let is_printable = |b: u8| matches!(b, 33..=126 | 161..=172 | 174..=255);
    let others = (0..=255u8).filter(|&b| !is_printable(b));
    let printable = (0..=255u8).filter(|&b| is_printable(b)).map(|b| (char::from(b), b));
    let moved = others
        .zip(256u32..)
        .filter_map(|(b, code)| Some((char::from_u32(code)?, b)));
    printable.chain(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_covers_every_byte_once() {
        let alphabet = alphabet();
        assert_eq!(alphabet.len(), 256);
        let mut bytes: Vec<u8> = alphabet.values().copied().collect();
        bytes.sort_unstable();
        assert_eq!(bytes, (0..=255).collect::<Vec<u8>>());
        // GPT-2's space and newline.
        assert_eq!((alphabet[&'Ġ'], alphabet[&'Ċ'], alphabet[&'a']), (b' ', b'\n', b'a'));
    }
}
