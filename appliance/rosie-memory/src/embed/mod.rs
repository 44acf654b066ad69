//! Vectors of texts, made in this process by a sentence-transformer in ONNX. docs/decisions/0015-embeddings.md has why and
//! the figures.
//!
//! A model is a folder with `model.onnx` (`input_ids`, `attention_mask` and, where it has it, `token_type_ids`, i64
//! [1, n]; first output of three dimensions, f32 [1, n, d]) and its own `tokenizer.json`. The vector is the mean of the
//! tokens' outputs, brought to length 1: what all-MiniLM and its relatives were trained for.

mod runtime;
mod source;

pub use ort::environment::Environment;
pub use runtime::environment;
pub use source::OnnxSource;

use crate::{MemoryError, seam::Embedder};
use ort::{
    session::{NoSelectedOutputs, RunOptions, Session, builder::GraphOptimizationLevel},
    value::{TensorRef, ValueType},
};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use tokenizers::{Tokenizer, TruncationDirection, TruncationParams, TruncationStrategy};

/// Tokens read of a text, with the two that mark its ends; what the model was trained with.
pub const MAX_TOKENS: usize = 256;
/// Bytes of a text that are looked at, so that a huge one is not cut into tokens only to be thrown away: no word of
/// such a tokenizer is longer than 100 characters.
const MAX_BYTES: usize = 4 * 100 * MAX_TOKENS;

/// A sentence-transformer. One text at a time, on the caller's thread.
pub struct OnnxEmbedder {
    id: String,
    dimension: usize,
    tokenizer: Tokenizer,
    session: Mutex<Session>,
    /// Of the output that is used.
    output: String,
    has_types: bool,
    options: RunOptions<NoSelectedOutputs>,
}

impl OnnxEmbedder {
    /// Loads the model in `folder`; takes a quarter of a second. `environment` is the process's one: that of speech
    /// recognition where there is one, or [`environment`].
    ///
    /// # Errors
    /// `Meaning`, naming the file, when one is missing, damaged, or no model of this kind.
    pub fn open(environment: &Environment, folder: &Path) -> Result<OnnxEmbedder, MemoryError> {
        let [_, vocabulary] = files(folder);
        std::fs::metadata(&vocabulary).map_err(|e| wrong(&vocabulary, e))?;
        Self::open_as(fingerprint(folder)?, environment, folder)
    }

    fn open_as(id: String, environment: &Environment, folder: &Path) -> Result<OnnxEmbedder, MemoryError> {
        let [model, vocabulary] = files(folder);
        let tokenizer = read_tokenizer(&vocabulary)?;
        let session = load(environment, &model).map_err(|e| wrong(&model, e))?;
        let widths = session.outputs().iter().filter_map(|output| match output.dtype() {
            ValueType::Tensor { shape, .. } if shape.len() == 3 => Some((output.name().to_owned(), shape[2])),
            _ => None,
        });
        let (output, width) = widths
            .into_iter()
            .next()
            .ok_or_else(|| wrong(&model, "it has no output for every token"))?;
        let has = |name: &str| session.inputs().iter().any(|input| input.name() == name);
        if !has("input_ids") || !has("attention_mask") {
            return Err(wrong(&model, "it does not read tokens"));
        }
        let has_types = has("token_type_ids");
        let mut embedder = OnnxEmbedder {
            id,
            dimension: usize::try_from(width).unwrap_or(0),
            tokenizer,
            session: Mutex::new(session),
            output,
            has_types,
            options: run_options().map_err(|e| wrong(&model, e))?,
        };
        // Whether it works is found here rather than at the first question; and how wide it is, where it does not say.
        let tried = embedder.vector("ready").map_err(|e| wrong(&model, e))?;
        if embedder.dimension == 0 {
            embedder.dimension = tried.len();
        }
        if tried.len() != embedder.dimension || tried.is_empty() {
            return Err(wrong(&model, "it does not give as many numbers as it says"));
        }
        Ok(embedder)
    }

    /// Tokens that are read of a text, with the two that mark its ends.
    pub fn tokens(&self, text: &str) -> usize {
        self.tokenizer.encode_fast(head(text), true).map_or(0, |e| e.len())
    }

    fn vector(&self, text: &str) -> Result<Vec<f32>, String> {
        let encoding = self
            .tokenizer
            .encode_fast(head(text), true)
            .map_err(|e| format!("tokens: {e}"))?;
        let ids: Vec<i64> = encoding.get_ids().iter().map(|&id| id.into()).collect();
        if ids.is_empty() {
            return Err("a text without tokens".to_owned());
        }
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        self.run(&mut session, &ids).map_err(|e| e.to_string())
    }

    /// No padding, so every token counts: the mask is all ones, and the mean is over all of them.
    fn run(&self, session: &mut Session, ids: &[i64]) -> ort::Result<Vec<f32>> {
        let (shape, ones, zeros) = ([1, ids.len()], vec![1i64; ids.len()], vec![0i64; ids.len()]);
        let mut inputs = ort::inputs! {
            "input_ids" => TensorRef::from_array_view((shape, ids))?,
            "attention_mask" => TensorRef::from_array_view((shape, &ones[..]))?,
        };
        if self.has_types {
            inputs.push((
                "token_type_ids".into(),
                TensorRef::from_array_view((shape, &zeros[..]))?.into(),
            ));
        }
        let outputs = session.run_with_options(inputs, &self.options)?;
        let (shape, hidden) = outputs[self.output.as_str()].try_extract_tensor::<f32>()?;
        let width = shape.last().map_or(0, |&w| w as usize).max(1);
        let mut mean = vec![0.0; width];
        for token in hidden.chunks_exact(width) {
            mean.iter_mut().zip(token).for_each(|(sum, x)| *sum += x);
        }
        let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 && length.is_finite() {
            mean.iter_mut().for_each(|x| *x /= length);
        }
        Ok(mean)
    }
}

impl Embedder for OnnxEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    /// One by one: on one thread a batch saves nothing, padding costs, and an int8 model quantises a batch by its largest
    /// number, so that a text's vector would depend on its neighbours.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, MemoryError> {
        let embed = |text: &&str| self.vector(text).map_err(MemoryError::Meaning);
        texts.iter().map(embed).collect()
    }
}

impl fmt::Debug for OnnxEmbedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnnxEmbedder")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

fn load(environment: &Environment, model: &Path) -> Result<Session, String> {
    let build = || -> ort::Result<Session> {
        Session::builder(environment)?
            .with_intra_threads(1)?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_inter_op_spinning(false)?
            .with_log_level(ort::logging::LogLevel::Error)?
            // Every text has another length: a memory plan for one is of no use to the next.
            .with_memory_pattern(false)?
            .with_optimization_level(GraphOptimizationLevel::All)?
            .commit_from_file(model)
    };
    build().map_err(|e| e.to_string().lines().next().unwrap_or_default().to_owned())
}

/// What a long text needed goes back when it is done.
fn run_options() -> Result<RunOptions<NoSelectedOutputs>, String> {
    let mut options = RunOptions::new().map_err(|e| e.to_string())?;
    options
        .set("memory.enable_memory_arena_shrinkage", "cpu:0")
        .map_err(|e| e.to_string())?;
    Ok(options)
}

fn read_tokenizer(path: &Path) -> Result<Tokenizer, MemoryError> {
    let mut tokenizer = Tokenizer::from_file(path).map_err(|e| wrong(path, e))?;
    let cut = TruncationParams {
        max_length: MAX_TOKENS,
        strategy: TruncationStrategy::LongestFirst,
        stride: 0,
        direction: TruncationDirection::Right,
    };
    tokenizer.with_truncation(Some(cut)).map_err(|e| wrong(path, e))?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

fn files(folder: &Path) -> [PathBuf; 2] {
    ["model.onnx", "tokenizer.json"].map(|name| folder.join(name))
}

/// The beginning of a text, whole characters.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_BYTES)]
}

/// The folder's name and the beginning of its files' hash: the same model from another source has other numbers, and
/// then stored vectors do not compare.
fn fingerprint(folder: &Path) -> Result<String, MemoryError> {
    let mut hash = Sha256::new();
    for file in files(folder) {
        let mut reader = std::fs::File::open(&file).map_err(|e| wrong(&file, e))?;
        std::io::copy(&mut reader, &mut Writer(&mut hash)).map_err(|e| wrong(&file, e))?;
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let mark: String = hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect();
    Ok(format!("{name}-{mark}"))
}

/// A hash that is written into.
struct Writer<'a>(&'a mut Sha256);

impl std::io::Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn wrong(path: &Path, why: impl fmt::Display) -> MemoryError {
    MemoryError::Meaning(format!("{}: {why}", path.display()))
}
