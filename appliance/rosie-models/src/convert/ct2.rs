//! Reads CTranslate2's `model.bin`, format version 6.
//!
//! Source of the format: `ctranslate2/specs/model_spec.py` (`_serialize`). Little-endian: u32 version; string name of
//! the specification; u32 its revision; u32 count of variables; for each: string name, u8 rank, u32 dimensions, u8 type,
//! u32 bytes, data; then u32 count of aliases, each two strings. A string is a u16 length with its final NUL.

use crate::{
    convert::tensor::Tensor,
    error::{ModelError, Result},
};
use half::{bf16, f16};
use std::{
    collections::HashMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

/// A model in memory; tensors are turned into floats when asked for.
pub struct Ct2Model {
    pub specification: String,
    path: PathBuf,
    bytes: Vec<u8>,
    variables: HashMap<String, Variable>,
}

#[derive(Clone)]
struct Variable {
    shape: Vec<usize>,
    number: Number,
    data: Range<usize>,
}

#[derive(Clone, Copy)]
enum Number {
    F32,
    I8,
    I16,
    I32,
    F16,
    Bf16,
}

impl Number {
    fn from_code(code: u8) -> Option<Number> {
        Some(match code {
            0 => Number::F32,
            1 => Number::I8,
            2 => Number::I16,
            3 => Number::I32,
            4 => Number::F16,
            5 => Number::Bf16,
            _ => return None,
        })
    }

    fn size(self) -> usize {
        match self {
            Number::I8 => 1,
            Number::I16 | Number::F16 | Number::Bf16 => 2,
            Number::F32 | Number::I32 => 4,
        }
    }

    fn decode(self, b: &[u8]) -> f32 {
        match self {
            Number::F32 => f32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            Number::I8 => f32::from(b[0] as i8),
            Number::I16 => f32::from(i16::from_le_bytes([b[0], b[1]])),
            Number::I32 => i32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32,
            Number::F16 => f16::from_le_bytes([b[0], b[1]]).to_f32(),
            Number::Bf16 => bf16::from_le_bytes([b[0], b[1]]).to_f32(),
        }
    }
}

/// Takes from the front of the bytes; `None` at their end.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(n)?)?;
        self.at += n;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|b| u16::from_le_bytes([b[0], b[1]]))
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn string(&mut self) -> Option<String> {
        let length = usize::from(self.u16()?);
        let bytes = self.take(length)?;
        let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        String::from_utf8(text.to_vec()).ok()
    }
}

impl Ct2Model {
    pub fn open(path: &Path) -> Result<Ct2Model> {
        let bytes = fs::read(path).map_err(|e| ModelError::io("reading", path, e))?;
        Ct2Model::parse(path, bytes)
    }

    /// `path` is for messages.
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Ct2Model> {
        let mut cursor = Cursor { bytes: &bytes, at: 0 };
        let version = cursor.u32().unwrap_or(0);
        if version != 6 {
            let reason = format!("not a CTranslate2 model of format 6 (it says {version})");
            return Err(ModelError::damaged(path, reason));
        }
        let cut = || ModelError::damaged(path, "a CTranslate2 model that is cut short or damaged");
        let (specification, variables) = parse_body(&mut cursor).ok_or_else(cut)?;
        if cursor.at != bytes.len() {
            return Err(ModelError::damaged(path, "a CTranslate2 model with bytes left over"));
        }
        Ok(Ct2Model {
            specification,
            path: path.to_owned(),
            bytes,
            variables,
        })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// A variable as floats; int8 weights are multiplied out by the scales of their rows (`<name>_scale`).
    pub fn tensor(&self, name: &str) -> Result<Tensor> {
        let variable = self
            .variables
            .get(name)
            .ok_or_else(|| ModelError::damaged(&self.path, format!("has no variable {name}")))?;
        let bytes = &self.bytes[variable.data.clone()];
        let mut data: Vec<f32> = bytes
            .chunks_exact(variable.number.size())
            .map(|b| variable.number.decode(b))
            .collect();
        if let (Number::I8, Some(_)) = (variable.number, self.variables.get(&format!("{name}_scale"))) {
            let scales = self.tensor(&format!("{name}_scale"))?.data;
            let row = data.len() / scales.len().max(1);
            for (row, scale) in data.chunks_exact_mut(row.max(1)).zip(&scales) {
                row.iter_mut().for_each(|x| *x /= scale);
            }
        }
        Ok(Tensor::new(variable.shape.clone(), data))
    }

    /// A variable that is one number, if it is there.
    pub fn scalar(&self, name: &str) -> Option<f32> {
        self.tensor(name).ok()?.data.first().copied()
    }
}

fn parse_body(cursor: &mut Cursor<'_>) -> Option<(String, HashMap<String, Variable>)> {
    let specification = cursor.string()?;
    let _revision = cursor.u32()?;
    let mut variables = HashMap::new();
    for _ in 0..cursor.u32()? {
        let name = cursor.string()?;
        let rank = cursor.u8()?;
        let shape = (0..rank)
            .map(|_| cursor.u32().map(|d| d as usize))
            .collect::<Option<Vec<_>>>()?;
        let number = Number::from_code(cursor.u8()?)?;
        let length = cursor.u32()? as usize;
        let count = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d))?;
        if count.checked_mul(number.size()) != Some(length) {
            return None;
        }
        let start = cursor.at;
        cursor.take(length)?;
        variables.insert(
            name,
            Variable {
                shape,
                number,
                data: start..start + length,
            },
        );
    }
    for _ in 0..cursor.u32()? {
        let (alias, of) = (cursor.string()?, cursor.string()?);
        let variable = variables.get(&of)?.clone();
        variables.insert(alias, variable);
    }
    Some((specification, variables))
}
