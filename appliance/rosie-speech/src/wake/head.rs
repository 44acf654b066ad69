//! A trained head (`data/wake/<word>.head`, made by models/wakeword): how surely the last 16 rows end with its word.
//!
//! One line of JSON, then the weights of three layers as signed bytes, row by row: each row of features through the same units,
//! all of theirs through a second layer, that through one number.

use super::front::{Row, WIDTH};
use rosie_core::engine::WakeWord;
use serde::Deserialize;
use std::collections::VecDeque;

/// Rows that a head looks at.
pub const ROWS: usize = 16;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    word: String,
    phrase: String,
    /// SHA-256 of the phrases.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test holds it against the phrases"))]
    made_from: String,
    /// The row of silence, by which the front end is known again.
    quiet: Vec<f32>,
    scales: [Vec<f32>; 3],
    biases: [Vec<f32>; 3],
}

#[derive(Debug)]
pub struct Head {
    described: Described,
    layers: [Vec<i8>; 3],
}

/// Those that the program carries.
pub fn built_in() -> Vec<Head> {
    let bytes: [&[u8]; 2] = [
        include_bytes!("../../data/wake/hey_rosie.head"),
        include_bytes!("../../data/wake/rosie.head"),
    ];
    // A test reads them.
    bytes.iter().filter_map(|bytes| Head::parse(bytes).ok()).collect()
}

impl Head {
    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or("no first line")?;
        let described: Described = serde_json::from_slice(&bytes[..end]).map_err(|e| e.to_string())?;
        let [units, hidden, one] = [0, 1, 2].map(|layer| described.scales[layer].len());
        let sizes = [WIDTH * units, ROWS * units * hidden, hidden * one];
        let weights: Vec<i8> = bytes[end + 1..].iter().map(|byte| byte.cast_signed()).collect();
        let fits = [0, 1, 2]
            .iter()
            .all(|&l| described.scales[l].len() == described.biases[l].len());
        if !fits || one != 1 || weights.len() != sizes.iter().sum::<usize>() || described.quiet.len() != WIDTH {
            return Err("the sizes do not fit together".to_owned());
        }
        let (first, rest) = weights.split_at(sizes[0]);
        let (second, third) = rest.split_at(sizes[1]);
        let layers = [first.to_vec(), second.to_vec(), third.to_vec()];
        Ok(Self { described, layers })
    }

    pub fn word(&self) -> WakeWord {
        WakeWord {
            name: self.described.word.clone(),
            phrase: self.described.phrase.clone(),
        }
    }

    /// Whether it was trained on what this front end gives for silence.
    pub fn fits(&self, quiet: &Row) -> bool {
        let near = |(a, b): (&f32, &f32)| (a - b).abs() < 0.5;
        self.described.quiet.iter().zip(quiet).all(near)
    }

    /// 0 to 1.
    pub fn score(&self, rows: &VecDeque<Row>) -> f32 {
        let units: Vec<f32> = rows
            .iter()
            .flat_map(|row| self.layer(0, row))
            .map(|x| x.max(0.0))
            .collect();
        let hidden: Vec<f32> = self.layer(1, &units).into_iter().map(|x| x.max(0.0)).collect();
        let sum = self.layer(2, &hidden).first().copied().unwrap_or_default();
        1.0 / (1.0 + (-sum).exp())
    }

    fn layer(&self, layer: usize, input: &[f32]) -> Vec<f32> {
        let (scales, biases) = (&self.described.scales[layer], &self.described.biases[layer]);
        let mut sums = vec![0.0; scales.len()];
        for (value, weights) in input.iter().zip(self.layers[layer].chunks_exact(scales.len())) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += value * f32::from(*weight);
            }
        }
        let scaled = sums.into_iter().zip(scales).zip(biases);
        scaled.map(|((sum, scale), bias)| sum * scale + bias).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn they_were_made_from_the_phrases_as_they_are() {
        let heads = built_in();
        let names: Vec<_> = heads.iter().map(|head| head.word().name).collect();
        assert_eq!(names, ["hey_rosie", "rosie"]);
        let phrases = include_bytes!("../../../../models/wakeword/phrases.yaml");
        let hash: String = Sha256::digest(phrases)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        for head in heads {
            assert_eq!(head.described.made_from, hash, "run `make wakeword`");
        }
    }

    #[test]
    fn a_damaged_head_is_none() {
        let bytes = include_bytes!("../../data/wake/rosie.head");
        for cut in [0, 10, bytes.len() - 1] {
            assert!(Head::parse(&bytes[..cut]).is_err(), "{cut}");
        }
    }
}
