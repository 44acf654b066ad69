//! Vectors beside their texts, so that the index can be made again without the model.
//!
//! One vector: model number (u16, little endian), then one signed byte a dimension, the largest component being 127.
//! The length is known to be 1 and is not stored. 386 bytes for 384 dimensions, a quarter of f32; the cosine of a
//! vector with its stored self is above 0.9999 (tested).

use super::{Refusal, ids::Id};
use crate::schema::{MODELS, VECTORS};
use redb::{ReadTransaction, ReadableTable, WriteTransaction};

const HEADER: usize = 2;

/// The number under which a model is known in the file; a new one where it is new.
pub(crate) fn model_number(transaction: &WriteTransaction, model: &str) -> Result<u16, Refusal> {
    let mut table = transaction.open_table(MODELS)?;
    let mut next = 0;
    for entry in table.iter()? {
        let (number, name) = entry?;
        if name.value() == model {
            return Ok(number.value());
        }
        next = number.value().saturating_add(1);
    }
    table.insert(next, model)?;
    Ok(next)
}

pub(crate) fn known_model(transaction: &ReadTransaction, model: &str) -> Result<Option<u16>, Refusal> {
    for entry in transaction.open_table(MODELS)?.iter()? {
        let (number, name) = entry?;
        if name.value() == model {
            return Ok(Some(number.value()));
        }
    }
    Ok(None)
}

pub(crate) fn pack(model: u16, vector: &[f32]) -> Vec<u8> {
    let scale = vector.iter().fold(0f32, |most, x| most.max(x.abs()));
    let mut bytes = Vec::with_capacity(HEADER + vector.len());
    bytes.extend(model.to_le_bytes());
    let quantise = |x: &f32| {
        if scale > 0.0 {
            (x / scale * 127.0).round() as i8
        } else {
            0
        }
    };
    bytes.extend(vector.iter().map(|x| quantise(x).to_le_bytes()[0]));
    bytes
}

/// The model's number and the vector, made of length 1 again. `None` for what is no vector.
pub(crate) fn unpack(bytes: &[u8]) -> Option<(u16, Vec<f32>)> {
    let (model, rest) = bytes.split_first_chunk::<2>()?;
    let mut vector: Vec<f32> = rest.iter().map(|b| f32::from(i8::from_le_bytes([*b]))).collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length == 0.0 {
        return None;
    }
    vector.iter_mut().for_each(|x| *x /= length);
    Some((u16::from_le_bytes(*model), vector))
}

pub(crate) fn put(transaction: &WriteTransaction, id: Id, packed: &[u8]) -> Result<(), Refusal> {
    transaction.open_table(VECTORS)?.insert(id, packed)?;
    Ok(())
}

pub(crate) fn remove(transaction: &WriteTransaction, id: Id) -> Result<(), Refusal> {
    transaction.open_table(VECTORS)?.remove(id)?;
    Ok(())
}

/// Each stored vector of this model.
pub(crate) fn scan(
    transaction: &ReadTransaction,
    model: u16,
    mut each: impl FnMut(Id, Vec<f32>),
) -> Result<(), Refusal> {
    for entry in transaction.open_table(VECTORS)?.iter()? {
        let (id, bytes) = entry?;
        if let Some((found, vector)) = unpack(bytes.value())
            && found == model
        {
            each(id.value(), vector);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_packed_vector_points_the_same_way(raw in proptest::collection::vec(-1f32..1.0, 384)) {
            let length = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
            prop_assume!(length > 0.1);
            let vector: Vec<f32> = raw.iter().map(|x| x / length).collect();
            let (model, back) = unpack(&pack(7, &vector)).unwrap_or_default();
            prop_assert_eq!(model, 7);
            let cosine: f32 = vector.iter().zip(&back).map(|(a, b)| a * b).sum();
            prop_assert!(cosine > 0.9999, "{}", cosine);
        }

        #[test]
        fn bytes_of_any_kind_are_a_vector_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            if let Some((_, vector)) = unpack(&bytes) {
                let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
                prop_assert!((length - 1.0).abs() < 1e-3);
            }
        }
    }
}
