//! Vectors beside their texts, so that the index can be made again without the model.
//!
//! One vector: model number (u16, little endian) with its highest bit set, then two signed bytes a dimension in two planes
//! ([`crate::index::Quantised`]), all coarse ones before all fine ones. The length is known to be 1 and is not stored. 770
//! bytes for 384 dimensions, half of f32; a component is off by less than 0.00002 of the largest. Files of version 3 have
//! the coarse plane alone, without the bit: of use until they are made anew.

use super::{Refusal, WriteTransaction, ids::Id};
use crate::{
    index::Quantised,
    schema::{MODELS, VECTORS},
};
use redb::{ReadTransaction, ReadableTable};

/// In a model's number: both planes follow.
const FINE: u16 = 1 << 15;

/// The number under which a model is known in the file; a new one where it is new.
pub(crate) fn model_number(transaction: &WriteTransaction, model: &str) -> Result<u16, Refusal> {
    let mut table = transaction.open_table(MODELS)?;
    let mut next = 0;
    for entry in table.iter()? {
        let (number, name) = entry?;
        if name.value() == model {
            return Ok(number.value());
        }
        next = (number.value() + 1).min(FINE - 1);
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
    let planes = Quantised::of(vector);
    let header = (model | FINE).to_le_bytes();
    let levels = planes.coarse.iter().chain(&planes.fine).map(|&level| level as u8);
    header.into_iter().chain(levels).collect()
}

/// A stored vector.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Unpacked {
    /// The model's number.
    pub model: u16,
    /// Made of length 1 again.
    pub vector: Vec<f32>,
    /// With both planes. One without is to be made anew.
    pub is_fine: bool,
}

/// `None` for what is no vector.
pub(crate) fn unpack(bytes: &[u8]) -> Option<Unpacked> {
    let (header, levels) = bytes.split_first_chunk::<2>()?;
    let header = u16::from_le_bytes(*header);
    let is_fine = header & FINE != 0;
    let mut vector: Vec<f32> = match is_fine {
        true => {
            let (coarse, fine) = levels.split_at_checked(levels.len() / 2)?;
            let planes = coarse.iter().zip(fine.get(..coarse.len())?);
            let level = |(&coarse, &fine): (&u8, &u8)| i32::from(coarse as i8) * 256 + i32::from(fine as i8);
            planes.map(|both| level(both) as f32).collect()
        }
        false => levels.iter().map(|&level| f32::from(level as i8)).collect(),
    };
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length == 0.0 {
        return None;
    }
    vector.iter_mut().for_each(|x| *x /= length);
    Some(Unpacked {
        model: header & !FINE,
        vector,
        is_fine,
    })
}

pub(crate) fn put(transaction: &WriteTransaction, id: Id, packed: &[u8]) -> Result<(), Refusal> {
    transaction.open_table(VECTORS)?.insert(id, packed)?;
    Ok(())
}

pub(crate) fn remove(transaction: &WriteTransaction, id: Id) -> Result<(), Refusal> {
    transaction.open_table(VECTORS)?.remove(id)?;
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
            let back = unpack(&pack(7, &vector)).unwrap_or_default();
            prop_assert_eq!((back.model, back.is_fine), (7, true));
            let largest = vector.iter().fold(0f32, |most, x| most.max(x.abs()));
            for (x, y) in vector.iter().zip(&back.vector) {
                prop_assert!((x - y).abs() < largest * 2e-5, "{} {}", x, y);
            }
            let again = unpack(&pack(7, &back.vector)).unwrap_or_default();
            prop_assert_eq!(&again.vector, &back.vector);
        }

        #[test]
        fn bytes_of_any_kind_are_a_vector_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            if let Some(found) = unpack(&bytes) {
                let length = found.vector.iter().map(|x| x * x).sum::<f32>().sqrt();
                prop_assert!((length - 1.0).abs() < 1e-3);
            }
        }
    }
}
