//! Weights as PyTorch wrote them before it took to zip files: five pickles, one after the other (magic, version, sizes, the tree
//! of names, the storages' keys), then each storage's length and floats. Only what such a tree of tensors is made of is read:
//! pickles can ask for any code to be run, and nothing is run here.
//!
//! Opcodes: CPython's `pickletools`. Order of the parts: `torch.serialization._legacy_save`.

use super::tensor::Tensor;
use std::collections::HashMap;

type Result<T> = std::result::Result<T, String>;

/// What a pickle may hold here.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Mark,
    None,
    Int(i64),
    Text(String),
    Tuple(Vec<Value>),
    /// Pairs in their order.
    Dict(Vec<(Value, Value)>),
    List(Vec<Value>),
    /// Name of something of Python's.
    Global(String),
    /// Key of a storage.
    Storage(String),
    Tensor {
        storage: String,
        offset: usize,
        shape: Vec<usize>,
        strides: Vec<usize>,
    },
    /// Anything that no tensor is made of.
    Other,
}

/// The tensors of a file by the names in its tree, without the names of the trees above.
pub fn read(bytes: &[u8]) -> Result<HashMap<String, Tensor>> {
    let mut at = 0;
    for part in ["magic number", "version", "sizes"] {
        Pickle::read(bytes, &mut at).map_err(|why| format!("its {part}: {why}"))?;
    }
    let tree = Pickle::read(bytes, &mut at)?;
    let Value::List(keys) = Pickle::read(bytes, &mut at)? else {
        return Err("it does not say which storages follow".to_owned());
    };
    let mut storages = HashMap::new();
    for key in keys {
        let Value::Text(key) = key else {
            return Err("a storage has no name".to_owned());
        };
        let count = u64::from_le_bytes(array(take(bytes, &mut at, 8)?)) as usize;
        let floats = take(bytes, &mut at, count.checked_mul(4).ok_or("a storage is too long")?)?;
        let floats: Vec<f32> = floats
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes(array(four)))
            .collect();
        storages.insert(key, floats);
    }
    let mut tensors = HashMap::new();
    gather(&tree, &storages, &mut tensors)?;
    Ok(tensors)
}

fn gather(tree: &Value, storages: &HashMap<String, Vec<f32>>, into: &mut HashMap<String, Tensor>) -> Result<()> {
    let Value::Dict(pairs) = tree else { return Ok(()) };
    for (name, value) in pairs {
        match (name, value) {
            (
                Value::Text(name),
                Value::Tensor {
                    storage,
                    offset,
                    shape,
                    strides,
                },
            ) => {
                let data = storages.get(storage).ok_or("a storage is missing")?;
                into.insert(name.clone(), dense(data, *offset, shape, strides)?);
            }
            (_, below) => gather(below, storages, into)?,
        }
    }
    Ok(())
}

/// Only what lies row by row is read.
fn dense(data: &[f32], offset: usize, shape: &[usize], strides: &[usize]) -> Result<Tensor> {
    let mut count = 1usize;
    for (size, stride) in shape.iter().zip(strides).rev() {
        if *size > 1 && *stride != count {
            return Err("a tensor does not lie row by row".to_owned());
        }
        count = count.checked_mul(*size).ok_or("a tensor is too large")?;
    }
    let end = offset.checked_add(count).ok_or("a tensor is too large")?;
    let data = data.get(offset..end).ok_or("a tensor is longer than its storage")?;
    Ok(Tensor::new(shape.to_vec(), data.to_vec()))
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default())
}

fn take<'a>(bytes: &'a [u8], at: &mut usize, count: usize) -> Result<&'a [u8]> {
    let end = at.checked_add(count).filter(|end| *end <= bytes.len());
    let end = end.ok_or("it ends in the middle of something")?;
    let taken = &bytes[*at..end];
    *at = end;
    Ok(taken)
}

/// One pickle being read.
#[derive(Default)]
struct Pickle {
    stack: Vec<Value>,
    memo: HashMap<u32, Value>,
}

impl Pickle {
    fn read(bytes: &[u8], at: &mut usize) -> Result<Value> {
        let mut pickle = Self::default();
        loop {
            let op = take(bytes, at, 1)?[0];
            if op == b'.' {
                return pickle.pop();
            }
            pickle.step(op, bytes, at)?;
        }
    }

    fn step(&mut self, op: u8, bytes: &[u8], at: &mut usize) -> Result<()> {
        let mut next = |count| take(bytes, at, count);
        let value = match op {
            0x80 => return next(1).map(drop),
            b'(' => Value::Mark,
            b'N' => Value::None,
            0x88 => Value::Int(1),
            0x89 => Value::Int(0),
            b'K' => Value::Int(next(1)?[0].into()),
            b'M' => Value::Int(u16::from_le_bytes(array(next(2)?)).into()),
            b'J' => Value::Int(i32::from_le_bytes(array(next(4)?)).into()),
            0x8a => {
                let count = next(1)?[0];
                next(count.into())?;
                Value::Other
            }
            b'G' => next(8).map(|_| Value::Other)?,
            b'X' => {
                let length = u32::from_le_bytes(array(next(4)?)) as usize;
                Value::Text(String::from_utf8_lossy(next(length)?).into_owned())
            }
            b'c' => Value::Global(format!("{}.{}", line(bytes, at)?, line(bytes, at)?)),
            b'}' => Value::Dict(Vec::new()),
            b']' => Value::List(Vec::new()),
            b')' => Value::Tuple(Vec::new()),
            b't' => Value::Tuple(self.since_mark()?),
            0x85..=0x87 => {
                let from = self.stack.len().checked_sub(usize::from(op - 0x84)).ok_or(EMPTY)?;
                Value::Tuple(self.stack.split_off(from))
            }
            b'q' | b'r' => {
                let key = if op == b'q' {
                    next(1)?[0].into()
                } else {
                    u32::from_le_bytes(array(next(4)?))
                };
                self.memo.insert(key, self.stack.last().ok_or(EMPTY)?.clone());
                return Ok(());
            }
            b'h' | b'j' => {
                let key = if op == b'h' {
                    next(1)?[0].into()
                } else {
                    u32::from_le_bytes(array(next(4)?))
                };
                self.memo.get(&key).ok_or("it names what it has not told")?.clone()
            }
            b'Q' => storage(&self.pop()?)?,
            b'R' => {
                let arguments = self.pop()?;
                made(&self.pop()?, arguments)?
            }
            b'b' => return self.pop().map(drop),
            b'u' | b'e' | b's' | b'a' => return self.fill(op),
            other => return Err(format!("it has the pickle opcode {other:#x}, which no weights need")),
        };
        self.stack.push(value);
        Ok(())
    }

    /// Items for the dict or list below them.
    fn fill(&mut self, op: u8) -> Result<()> {
        let items = match op {
            b'u' | b'e' => self.since_mark()?,
            b's' => {
                let value = self.pop()?;
                vec![self.pop()?, value]
            }
            _ => vec![self.pop()?],
        };
        match self.stack.last_mut() {
            Some(Value::Dict(pairs)) => {
                let mut items = items.into_iter();
                while let (Some(name), Some(value)) = (items.next(), items.next()) {
                    pairs.push((name, value));
                }
                Ok(())
            }
            Some(Value::List(list)) => {
                list.extend(items);
                Ok(())
            }
            _ => Err("items without a place for them".to_owned()),
        }
    }

    fn pop(&mut self) -> Result<Value> {
        self.stack.pop().ok_or_else(|| EMPTY.to_owned())
    }

    fn since_mark(&mut self) -> Result<Vec<Value>> {
        let mark = self
            .stack
            .iter()
            .rposition(|value| *value == Value::Mark)
            .ok_or(EMPTY)?;
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }
}

const EMPTY: &str = "it takes more than it has told";

fn line(bytes: &[u8], at: &mut usize) -> Result<String> {
    let rest = bytes.get(*at..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or("it ends in a name")?;
    *at += end + 1;
    Ok(String::from_utf8_lossy(&rest[..end]).into_owned())
}

/// `("storage", class, key, device, length, view)`.
fn storage(told: &Value) -> Result<Value> {
    let Value::Tuple(parts) = told else {
        return Err("a storage is not told as one".to_owned());
    };
    match parts.as_slice() {
        [_, Value::Global(class), Value::Text(key), ..] if class == "torch.FloatStorage" => {
            Ok(Value::Storage(key.clone()))
        }
        _ => Ok(Value::Other),
    }
}

/// What is made by one of the three functions that weights are made by; nothing is called.
fn made(function: &Value, arguments: Value) -> Result<Value> {
    let Value::Global(function) = function else {
        return Err("something is called that has no name".to_owned());
    };
    match (function.as_str(), arguments) {
        ("collections.OrderedDict", _) => Ok(Value::Dict(Vec::new())),
        ("torch._utils._rebuild_tensor_v2", Value::Tuple(arguments)) => match arguments.as_slice() {
            [
                Value::Storage(storage),
                Value::Int(offset),
                Value::Tuple(shape),
                Value::Tuple(strides),
                ..,
            ] => Ok(Value::Tensor {
                storage: storage.clone(),
                offset: *offset as usize,
                shape: sizes(shape),
                strides: sizes(strides),
            }),
            _ => Ok(Value::Other),
        },
        _ => Ok(Value::Other),
    }
}

fn sizes(values: &[Value]) -> Vec<usize> {
    let size = |value: &Value| match value {
        Value::Int(size) => usize::try_from(*size).unwrap_or_default(),
        _ => 0,
    };
    values.iter().map(size).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// `{"a": tensor}` of a storage of four floats, the tensor being its last two.
    fn file() -> Vec<u8> {
        let mut bytes = b"\x80\x02\x8a\x01\x07.\x80\x02M\xe9\x03.\x80\x02}.".to_vec();
        bytes.extend(b"\x80\x02}q\x00(X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x00kX\x03\x00\x00\x00cpuK\x04NtQK\x02K\x02K\x01\x86K\x01K\x01\x86\x89}tRu.");
        bytes.extend(b"\x80\x02]X\x01\x00\x00\x00ka.");
        bytes.extend(4u64.to_le_bytes());
        bytes.extend([1.0f32, 2.0, 3.0, 4.0].into_iter().flat_map(f32::to_le_bytes));
        bytes
    }

    #[test]
    fn a_tensor_is_a_part_of_a_storage() {
        let tensors = read(&file()).unwrap();
        assert_eq!(tensors["a"], Tensor::new(vec![2, 1], vec![3.0, 4.0]));
    }

    #[test]
    fn what_is_cut_short_or_calls_something_else_is_refused_or_left_out() {
        let whole = file();
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
        assert!(read(b"\x80\x02cos\nsystem\nX\x01\x00\x00\x00x\x93.").is_err());
    }
}
