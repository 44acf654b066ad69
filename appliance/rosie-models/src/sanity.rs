//! Is this file what it claims to be, and all of it? Headers and lengths only: cheap enough for every start.

use crate::{
    convert::ggml,
    error::{ModelError, Result},
    manifest::ModelKind,
};
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

/// Checks the main file (or folder) of a model of this kind.
pub(crate) fn check(kind: ModelKind, path: &Path) -> Result<()> {
    match kind {
        ModelKind::OnnxRuntime => shared_library(path),
        ModelKind::Silero
        | ModelKind::Piper
        | ModelKind::Embedding
        | ModelKind::SpeechEmbedding
        | ModelKind::TurnEnd
        | ModelKind::Speaker => onnx(path),
        ModelKind::Whisper => ggml::check(path),
        ModelKind::Intents => intents(path),
        ModelKind::Gguf => gguf(path),
    }
}

fn open(path: &Path) -> Result<(BufReader<File>, u64)> {
    let fail = |e| ModelError::io("reading", path, e);
    let file = File::open(path).map_err(fail)?;
    let length = file.metadata().map_err(fail)?.len();
    Ok((BufReader::new(file), length))
}

/// ONNX is a protobuf message: its top-level fields must follow each other to the very end, and one is the graph.
pub(crate) fn onnx(path: &Path) -> Result<()> {
    const GRAPH: u64 = 7;
    let (mut file, length) = open(path)?;
    let wrong = |why: &str| ModelError::damaged(path, format!("not an ONNX model, or damaged: {why}"));
    let mut has_graph = false;
    let mut at = 0;
    while at < length {
        let key = varint(&mut file).map_err(|_| wrong("cut short"))?;
        let skip = match key & 7 {
            0 => varint(&mut file).map(|_| 0),
            1 => Ok(8),
            2 => varint(&mut file),
            5 => Ok(4),
            _ => return Err(wrong("not a protobuf message")),
        };
        let skip = skip.map_err(|_| wrong("cut short"))?;
        has_graph |= key >> 3 == GRAPH && key & 7 == 2;
        let skip = i64::try_from(skip).map_err(|_| wrong("a field of impossible length"))?;
        file.seek_relative(skip)
            .map_err(|_| wrong("a field of impossible length"))?;
        at = file.stream_position().map_err(|e| ModelError::io("reading", path, e))?;
    }
    if at > length {
        return Err(wrong(&format!("it ends at {length} bytes, in the middle of something")));
    }
    if has_graph {
        Ok(())
    } else {
        Err(wrong("it holds no graph"))
    }
}

fn varint(file: &mut impl Read) -> io::Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let mut byte = [0];
        file.read_exact(&mut byte)?;
        value |= u64::from(byte[0] & 0x7f) << shift;
        if byte[0] & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}

/// GGUF (llama.cpp's `gguf.md`): magic, version, counts of tensors and metadata.
fn gguf(path: &Path) -> Result<()> {
    let (mut file, length) = open(path)?;
    let mut head = [0; 24];
    file.read_exact(&mut head)
        .map_err(|_| ModelError::damaged(path, "too short for a GGUF model"))?;
    let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| head[at + i]));
    let version = u32::from_le_bytes(std::array::from_fn(|i| head[4 + i]));
    if &head[..4] != b"GGUF" {
        return Err(ModelError::damaged(
            path,
            "not a GGUF model (it does not begin with GGUF)",
        ));
    }
    if !(2..=3).contains(&version) {
        return Err(ModelError::damaged(
            path,
            format!("GGUF version {version}; 2 and 3 are known"),
        ));
    }
    let (tensors, metadata) = (number(8), number(16));
    // Each tensor's description takes at least 24 bytes, each entry of metadata 13.
    if tensors == 0 || tensors.saturating_mul(24).saturating_add(metadata.saturating_mul(13)) > length {
        return Err(ModelError::damaged(
            path,
            format!("claims {tensors} tensors in {length} bytes"),
        ));
    }
    Ok(())
}

/// ELF for this machine, with its section table (which stands at the end) still inside the file.
fn shared_library(path: &Path) -> Result<()> {
    let (mut file, length) = open(path)?;
    let mut head = [0; 64];
    file.read_exact(&mut head)
        .map_err(|_| ModelError::damaged(path, "too short for a library"))?;
    let machine = u16::from_le_bytes([head[18], head[19]]);
    let ours = match std::env::consts::ARCH {
        "x86_64" => 62,
        "aarch64" => 183,
        _ => machine,
    };
    if &head[..4] != b"\x7fELF" {
        return Err(ModelError::damaged(
            path,
            "not a shared library for Linux (no ELF header)",
        ));
    }
    if machine != ours {
        return Err(ModelError::damaged(
            path,
            format!("built for another processor (ELF machine {machine})"),
        ));
    }
    let sections = u64::from_le_bytes(std::array::from_fn(|i| head[40 + i]));
    let size =
        u64::from(u16::from_le_bytes([head[58], head[59]])) * u64::from(u16::from_le_bytes([head[60], head[61]]));
    if sections.saturating_add(size) > length {
        return Err(ModelError::damaged(path, format!("cut short at {length} bytes")));
    }
    file.seek(SeekFrom::Start(0))
        .map_err(|e| ModelError::io("reading", path, e))?;
    Ok(())
}

fn intents(path: &Path) -> Result<()> {
    let entries = fs::read_dir(path).map_err(|e| ModelError::io("reading", path, e))?;
    let any = entries
        .filter_map(std::result::Result::ok)
        .any(|e| e.path().extension().is_some_and(|x| x == "json"));
    if any {
        Ok(())
    } else {
        Err(ModelError::damaged(path, "holds no <language>.json"))
    }
}

/// The JSON beside a Piper voice: what a synthesiser cannot do without.
pub(crate) fn piper_config(path: &Path) -> Result<()> {
    let text = fs::read(path).map_err(|e| ModelError::io("reading", path, e))?;
    let json: Value = serde_json::from_slice(&text).map_err(|e| ModelError::damaged(path, format!("not JSON: {e}")))?;
    let has = |pointer: &str, good: fn(&Value) -> bool| json.pointer(pointer).is_some_and(good);
    let missing: Vec<_> = [
        (
            "audio.sample_rate",
            has("/audio/sample_rate", |v| {
                v.as_u64().is_some_and(|r| (8_000..=48_000).contains(&r))
            }),
        ),
        ("espeak.voice", has("/espeak/voice", Value::is_string)),
        (
            "phoneme_id_map",
            has("/phoneme_id_map", |v| v.as_object().is_some_and(|m| !m.is_empty())),
        ),
    ]
    .into_iter()
    .filter_map(|(name, there)| (!there).then_some(name))
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ModelError::damaged(
        path,
        format!("not the description of a Piper voice: no valid {}", missing.join(", ")),
    ))
}
