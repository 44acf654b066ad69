//! whisper.cpp's model file: read, checked, written.
//!
//! Source of the format: whisper.cpp `whisper_model_load` and `models/convert-pt-to-ggml.py`. Little-endian i32s: magic
//! `ggml`; eleven hyperparameters; mel bands, frequencies and filters (f32); count of tokens, each length and bytes;
//! then tensors to the end of the file: rank, length of the name, type, dimensions (fastest first), name, data.

use crate::{
    convert::{
        mel,
        quant::{NumberType, Quant},
        tensor::Tensor,
    },
    error::{ModelError, Result},
};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

const MAGIC: i32 = 0x6767_6d6c;

/// The hyperparameters, in file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub n_vocab: i32,
    pub n_audio_ctx: i32,
    pub n_audio_state: i32,
    pub n_audio_head: i32,
    pub n_audio_layer: i32,
    pub n_text_ctx: i32,
    pub n_text_state: i32,
    pub n_text_head: i32,
    pub n_text_layer: i32,
    pub n_mels: i32,
    pub ftype: i32,
}

impl Header {
    fn from_numbers(n: [i32; 11]) -> Header {
        Header {
            n_vocab: n[0],
            n_audio_ctx: n[1],
            n_audio_state: n[2],
            n_audio_head: n[3],
            n_audio_layer: n[4],
            n_text_ctx: n[5],
            n_text_state: n[6],
            n_text_head: n[7],
            n_text_layer: n[8],
            n_mels: n[9],
            ftype: n[10],
        }
    }

    fn numbers(self) -> [i32; 11] {
        [
            self.n_vocab,
            self.n_audio_ctx,
            self.n_audio_state,
            self.n_audio_head,
            self.n_audio_layer,
            self.n_text_ctx,
            self.n_text_state,
            self.n_text_head,
            self.n_text_layer,
            self.n_mels,
            self.ftype,
        ]
    }

    /// Sizes that some Whisper could have; anything else is another format or damage.
    fn is_plausible(self) -> bool {
        let n = self.numbers();
        n[..10].iter().all(|&x| x > 0)
            && self.n_vocab < 1 << 20
            && self.n_audio_ctx <= 1 << 16
            && self.n_audio_state <= 1 << 14
            && self.n_audio_layer <= 256
            && self.n_text_layer <= 256
            && self.n_mels <= 1024
            && self.n_audio_state % self.n_audio_head == 0
    }
}

/// An opened file whose tensors are read when asked for.
#[derive(Debug)]
pub struct GgmlFile {
    pub header: Header,
    /// `n_mels` × frequencies.
    pub mel_filters: Vec<f32>,
    pub tokens: Vec<Vec<u8>>,
    path: PathBuf,
    file: BufReader<File>,
    tensors: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    shape: Vec<usize>,
    number: i32,
    at: u64,
    bytes: usize,
}

/// Checks that the file is a Whisper model in ggml format, whole to the last byte; the weights are not read.
pub fn check(path: &Path) -> Result<()> {
    GgmlFile::open(path).map(drop)
}

impl GgmlFile {
    pub fn open(path: &Path) -> Result<GgmlFile> {
        let fail = |e| ModelError::io("reading", path, e);
        let file = File::open(path).map_err(fail)?;
        let length = file.metadata().map_err(fail)?.len();
        let mut file = BufReader::new(file);
        match read_index(&mut file, length) {
            Ok((header, mel_filters, tokens, tensors)) => Ok(GgmlFile {
                header,
                mel_filters,
                tokens,
                path: path.to_owned(),
                file,
                tensors,
            }),
            Err(Wrong::Io(e)) if e.kind() != io::ErrorKind::UnexpectedEof => Err(fail(e)),
            Err(Wrong::Io(_)) => Err(ModelError::damaged(path, format!("cut short at {length} bytes"))),
            Err(Wrong::What(what)) => Err(ModelError::damaged(path, what)),
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// Names in the order of the file, and whether the tensor is stored in full precision (f32).
    pub fn in_order(&self) -> Vec<(String, bool)> {
        let mut entries: Vec<_> = self.tensors.iter().collect();
        entries.sort_by_key(|(_, entry)| entry.at);
        let is_exact = |entry: &Entry| entry.number == NumberType::F32.code();
        entries
            .into_iter()
            .map(|(name, e)| (name.clone(), is_exact(e)))
            .collect()
    }

    pub fn tensor(&mut self, name: &str) -> Result<Tensor> {
        let entry = self.tensors.get(name).cloned();
        let entry = entry.ok_or_else(|| ModelError::damaged(&self.path, format!("has no tensor {name}")))?;
        let number = NumberType::from_code(entry.number).ok_or_else(|| {
            let what = format!(
                "{name} has numbers of ggml type {}; f32, f16, q5_1, q8_0 can be read",
                entry.number
            );
            ModelError::damaged(&self.path, what)
        })?;
        let mut bytes = vec![0; entry.bytes];
        self.file
            .seek(SeekFrom::Start(entry.at))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|e| ModelError::io("reading", &self.path, e))?;
        Ok(Tensor::new(entry.shape, number.decode(&bytes)))
    }
}

enum Wrong {
    Io(io::Error),
    What(String),
}

impl From<io::Error> for Wrong {
    fn from(e: io::Error) -> Self {
        Wrong::Io(e)
    }
}

type Index = (Header, Vec<f32>, Vec<Vec<u8>>, BTreeMap<String, Entry>);

fn read_index(file: &mut BufReader<File>, length: u64) -> Result<Index, Wrong> {
    let what = |text: &str| Wrong::What(text.to_owned());
    if i32(file)? != MAGIC {
        return Err(what("not a Whisper model in ggml format (wrong magic)"));
    }
    let mut numbers = [0; 11];
    for n in &mut numbers {
        *n = i32(file)?;
    }
    let header = Header::from_numbers(numbers);
    if !header.is_plausible() {
        return Err(what("its sizes fit no Whisper model"));
    }
    let (bands, frequencies) = (i32(file)?, i32(file)?);
    if bands != header.n_mels || frequencies != mel::FREQUENCIES as i32 {
        return Err(what("its mel filters do not fit its sizes"));
    }
    let mut filters = vec![0; bands as usize * mel::FREQUENCIES * 4];
    file.read_exact(&mut filters)?;
    let count = i32(file)?;
    if !(0..=header.n_vocab).contains(&count) {
        return Err(what("it has more tokens than its vocabulary"));
    }
    let tokens = (0..count).map(|_| token(file)).collect::<Result<Vec<_>, Wrong>>()?;
    let mut tensors = BTreeMap::new();
    while file.stream_position()? < length {
        let (name, entry) = entry(file, length)?;
        tensors.insert(name, entry);
    }
    if !tensors.contains_key("decoder.token_embedding.weight") {
        return Err(what("cut short: the weights are missing"));
    }
    let layers = header.n_audio_layer as usize * 15 + header.n_text_layer as usize * 24;
    if tensors.len() != layers + 11 {
        return Err(Wrong::What(format!(
            "cut short: it has {} of {} tensors",
            tensors.len(),
            layers + 11
        )));
    }
    Ok((header, NumberType::F32.decode(&filters), tokens, tensors))
}

fn i32(file: &mut impl Read) -> io::Result<i32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(i32::from_le_bytes(bytes))
}

fn bytes_of(file: &mut impl Read, limit: i32) -> Result<Vec<u8>, Wrong> {
    let length = i32(file)?;
    text(file, length, limit)
}

fn text(file: &mut impl Read, length: i32, limit: i32) -> Result<Vec<u8>, Wrong> {
    if !(0..=limit).contains(&length) {
        return Err(Wrong::What(format!("damaged: a name or token of {length} bytes")));
    }
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn token(file: &mut impl Read) -> Result<Vec<u8>, Wrong> {
    bytes_of(file, 1 << 12)
}

fn entry(file: &mut BufReader<File>, length: u64) -> Result<(String, Entry), Wrong> {
    let (rank, name_length, number) = (i32(file)?, i32(file)?, i32(file)?);
    if !(1..=4).contains(&rank) {
        return Err(Wrong::What(format!("damaged: a tensor of {rank} dimensions")));
    }
    let mut shape = Vec::new();
    for _ in 0..rank {
        shape.push(usize::try_from(i32(file)?).unwrap_or(usize::MAX));
    }
    shape.reverse();
    let name = String::from_utf8_lossy(&text(file, name_length, 256)?).into_owned();
    let bytes = stored_bytes(number, &shape);
    let at = file.stream_position()?;
    let end = bytes
        .and_then(|b| at.checked_add(b as u64))
        .filter(|&end| end <= length);
    let (Some(bytes), Some(_)) = (bytes, end) else {
        return Err(Wrong::What(format!("cut short or damaged at {name}")));
    };
    file.seek_relative(bytes as i64)?;
    Ok((
        name,
        Entry {
            shape,
            number,
            at,
            bytes,
        },
    ))
}

/// Also knows the block types that Rosie does not compute with, so that whisper.cpp's other files pass.
fn stored_bytes(number: i32, shape: &[usize]) -> Option<usize> {
    let (&row, rest) = shape.split_last()?;
    let rows = rest.iter().try_fold(1usize, |n, &d| n.checked_mul(d))?;
    if let Some(number) = NumberType::from_code(number) {
        return number.bytes(rows, row);
    }
    // q4_0, q4_1, q5_0: bytes of a block of 32.
    let block = match number {
        2 => 18,
        3 => 20,
        6 => 22,
        _ => return None,
    };
    row.is_multiple_of(32)
        .then_some(row / 32)?
        .checked_mul(block)?
        .checked_mul(rows)
}

/// Writes a file from front to back.
pub struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    quant: Quant,
}

impl Writer {
    /// Starts the file. `header.ftype` is set by `quant`; mel filters are computed.
    pub fn create(path: &Path, header: Header, quant: Quant, tokens: &[Vec<u8>]) -> Result<Writer> {
        let file = File::create(path).map_err(|e| ModelError::io("writing", path, e))?;
        let mut writer = Writer {
            file: BufWriter::new(file),
            path: path.to_owned(),
            quant,
        };
        let header = Header {
            ftype: quant.file_type(),
            ..header
        };
        writer.numbers(&[MAGIC])?;
        writer.numbers(&header.numbers())?;
        writer.numbers(&[header.n_mels, mel::FREQUENCIES as i32])?;
        writer.bytes(&NumberType::F32.encode(&mel::filters(header.n_mels as usize)))?;
        writer.numbers(&[tokens.len() as i32])?;
        for token in tokens {
            writer.numbers(&[token.len() as i32])?;
            writer.bytes(token)?;
        }
        Ok(writer)
    }

    /// Writes a matrix or convolution: matrices in the file's number type, convolutions in f16 (as whisper.cpp's own
    /// `quantize` leaves them).
    pub fn weight(&mut self, name: &str, tensor: &Tensor) -> Result<()> {
        let fits = tensor.shape.len() == 2 && tensor.shape[1].is_multiple_of(32);
        self.put(name, tensor, if fits { self.quant.number() } else { NumberType::F16 })
    }

    /// Writes what whisper.cpp wants in full precision: biases, norms, positions.
    pub fn exact(&mut self, name: &str, tensor: &Tensor) -> Result<()> {
        self.put(name, tensor, NumberType::F32)
    }

    fn put(&mut self, name: &str, tensor: &Tensor, number: NumberType) -> Result<()> {
        self.numbers(&[tensor.shape.len() as i32, name.len() as i32, number.code()])?;
        let dimensions: Vec<i32> = tensor.shape.iter().rev().map(|&d| d as i32).collect();
        self.numbers(&dimensions)?;
        self.bytes(name.as_bytes())?;
        self.bytes(&number.encode(&tensor.data))
    }

    pub fn finish(mut self) -> Result<()> {
        self.file.flush().map_err(|e| ModelError::io("writing", &self.path, e))
    }

    fn numbers(&mut self, numbers: &[i32]) -> Result<()> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.bytes(&bytes)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.file
            .write_all(bytes)
            .map_err(|e| ModelError::io("writing", &self.path, e))
    }
}
