//! A look through a whisper.cpp model file before whisper.cpp sees it, which ends the process on some damaged files.
//!
//! Format: whisper.cpp `models/convert-pt-to-ggml.py`: magic, 11 hyper-parameters, mel filters, vocabulary, then
//! tensors (dimensions, name length, type, extents, name, data) to the end of the file; all little-endian i32.

use crate::SpeechError;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

const MAGIC: u32 = 0x6767_6d6c;

/// A tensor's place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Of its data.
    pub offset: u64,
    pub bytes: u64,
    pub is_encoder: bool,
}

/// Walks the file's headers; a few milliseconds. Gives the tensors in the order of the file.
///
/// # Errors
/// `Missing`, or `Damaged` with what does not fit.
pub fn check(path: &Path) -> Result<Vec<Stored>, SpeechError> {
    const WHAT: &str = "the Whisper model";
    SpeechError::require(WHAT, path)?;
    let damaged = |reason: String| SpeechError::Damaged {
        what: WHAT,
        path: path.to_path_buf(),
        reason,
    };
    let file = File::open(path).map_err(|e| damaged(e.to_string()))?;
    let len = file.metadata().map_err(|e| damaged(e.to_string()))?.len();
    walk(&mut BufReader::with_capacity(1 << 16, file), len).map_err(|e| {
        damaged(if e.kind() == io::ErrorKind::UnexpectedEof {
            format!("it ends too early, at {len} bytes")
        } else {
            e.to_string()
        })
    })
}

fn walk(file: &mut (impl Read + Seek), len: u64) -> io::Result<Vec<Stored>> {
    if u32::from_le_bytes(bytes(file)?) != MAGIC {
        return Err(invalid("it is not a whisper.cpp ggml file"));
    }
    let hyper: Vec<i32> = (0..11).map(|_| int(file)).collect::<io::Result<_>>()?;
    let [
        vocab,
        audio_ctx,
        state,
        heads,
        layers,
        text_ctx,
        text_state,
        text_heads,
        text_layers,
        mels,
        _,
    ] = hyper[..]
    else {
        return Err(invalid("its header is too short"));
    };
    let sane = (51_864..=60_000).contains(&vocab)
        && (1..=1500).contains(&audio_ctx)
        && (1..=448).contains(&text_ctx)
        && [state, text_state].iter().all(|n| (64..=4096).contains(n))
        && [heads, text_heads].iter().all(|n| (1..=64).contains(n))
        && [layers, text_layers].iter().all(|n| (1..=64).contains(n))
        && [80, 128].contains(&mels);
    if !sane {
        return Err(invalid("its header has impossible numbers"));
    }
    let (filter_mels, filter_bins) = (int(file)?, int(file)?);
    if filter_mels != mels || filter_bins != 201 {
        return Err(invalid("its mel filters have the wrong size"));
    }
    skip(file, i64::from(filter_mels) * i64::from(filter_bins) * 4)?;
    let words = int(file)?;
    if !(0..=vocab).contains(&words) {
        return Err(invalid("its vocabulary has an impossible size"));
    }
    for _ in 0..words {
        let length = int(file)?;
        if !(0..=1024).contains(&length) {
            return Err(invalid("its vocabulary is damaged"));
        }
        skip(file, i64::from(length))?;
    }
    let tensors = tensors(file, len)?;
    // Encoder: 7 + 15 a layer; decoder: 4 + 24 a layer (whisper_model_load creates the same).
    let expected = (11 + 15 * layers + 24 * text_layers) as usize;
    if tensors.len() != expected {
        let reason = format!("it holds {} tensors instead of {expected}", tensors.len());
        return Err(invalid(&reason));
    }
    Ok(tensors)
}

fn tensors(file: &mut (impl Read + Seek), len: u64) -> io::Result<Vec<Stored>> {
    let mut found: Vec<Stored> = Vec::new();
    while file.stream_position()? < len {
        let count = found.len();
        let (dims, name, kind) = (int(file)?, int(file)?, int(file)?);
        if !(1..=4).contains(&dims) || !(1..=256).contains(&name) {
            return Err(invalid(&format!("tensor {count} has a damaged header")));
        }
        let mut values: i64 = 1;
        for _ in 0..dims {
            let extent = i64::from(int(file)?);
            if !(1..=1 << 20).contains(&extent) {
                return Err(invalid(&format!("tensor {count} has an impossible size")));
            }
            values = values.saturating_mul(extent);
        }
        let mut text = vec![0; name as usize];
        file.read_exact(&mut text)?;
        let (block, bytes) = block_size(kind)
            .ok_or_else(|| invalid(&format!("tensor {count} is of a kind ({kind}) that is not known")))?;
        if values % block != 0 {
            return Err(invalid(&format!("tensor {count} does not fill its blocks")));
        }
        let (offset, size) = (file.stream_position()?, values / block * bytes);
        skip(file, size)?;
        if file.stream_position()? > len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        found.push(Stored {
            offset,
            bytes: size as u64,
            is_encoder: text.starts_with(b"encoder."),
        });
    }
    Ok(found)
}

/// Values and bytes of one block of a ggml type.
fn block_size(kind: i32) -> Option<(i64, i64)> {
    Some(match kind {
        0 => (1, 4),
        1 => (1, 2),
        2 => (32, 18),    // q4_0
        3 => (32, 20),    // q4_1
        6 => (32, 22),    // q5_0
        7 => (32, 24),    // q5_1
        8 => (32, 34),    // q8_0
        10 => (256, 84),  // q2_k
        11 => (256, 110), // q3_k
        12 => (256, 144), // q4_k
        13 => (256, 176), // q5_k
        14 => (256, 210), // q6_k
        _ => return None,
    })
}

fn int(file: &mut impl Read) -> io::Result<i32> {
    Ok(i32::from_le_bytes(bytes(file)?))
}

fn bytes(file: &mut impl Read) -> io::Result<[u8; 4]> {
    let mut buffer = [0; 4];
    file.read_exact(&mut buffer)?;
    Ok(buffer)
}

fn skip(file: &mut impl Seek, bytes: i64) -> io::Result<()> {
    file.seek_relative(bytes)
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}
