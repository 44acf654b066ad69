//! The trained classifier (`data/wishes.head`, made by models/wishes): two layers over the vector of what was said.
//!
//! One line of JSON, then the weights of both layers as signed bytes, row by row: [width × hidden], [hidden × classes].

use serde::Deserialize;
use std::sync::OnceLock;

const BYTES: &[u8] = include_bytes!("../../data/wishes.head");
/// Vectors of the same model of meanings are at least so like its own: other files of it are rounded otherwise.
const SAME_MODEL: f32 = 0.9;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    /// SHA-256 of the frames.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test holds it against the frames"))]
    made_from: String,
    classes: Vec<String>,
    hidden: usize,
    scales: [Vec<f32>; 2],
    biases: [Vec<f32>; 2],
    probes: Vec<Probe>,
}

/// A sentence and its vector, by which the model of meanings is known again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Probe {
    pub text: String,
    vector: Vec<f32>,
}

#[derive(Debug)]
pub(super) struct Head {
    described: Described,
    first: Vec<i8>,
    second: Vec<i8>,
}

/// The built-in one. A test reads it.
pub(super) fn head() -> Option<&'static Head> {
    static HEAD: OnceLock<Option<Head>> = OnceLock::new();
    HEAD.get_or_init(|| Head::parse(BYTES).ok()).as_ref()
}

impl Head {
    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or("no first line")?;
        let described: Described = serde_json::from_slice(&bytes[..end]).map_err(|e| e.to_string())?;
        let (hidden, classes) = (described.hidden, described.classes.len());
        let width = described.probes.first().map_or(0, |probe| probe.vector.len());
        let widths = [&described.scales, &described.biases].map(|of| [of[0].len(), of[1].len()]);
        let weights: Vec<i8> = bytes[end + 1..].iter().map(|byte| byte.cast_signed()).collect();
        if widths != [[hidden, classes]; 2] || weights.len() != width * hidden + hidden * classes || width == 0 {
            return Err("the sizes do not fit together".to_owned());
        }
        let (first, second) = weights.split_at(width * hidden);
        let (first, second) = (first.to_vec(), second.to_vec());
        Ok(Self {
            described,
            first,
            second,
        })
    }

    pub(super) fn probes(&self) -> &[Probe] {
        &self.described.probes
    }

    /// How likely each class is, together 1; `None` for a vector of another width.
    pub(super) fn chances(&self, vector: &[f32]) -> Option<Vec<(&str, f32)>> {
        let Described {
            classes,
            scales,
            biases,
            ..
        } = &self.described;
        if vector.len() * self.described.hidden != self.first.len() {
            return None;
        }
        let mut hidden = layer(vector, &self.first, &scales[0], &biases[0]);
        hidden.iter_mut().for_each(|x| *x = x.max(0.0));
        let scores = layer(&hidden, &self.second, &scales[1], &biases[1]);
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let powers: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
        let sum: f32 = powers.iter().sum();
        let names = classes.iter().map(String::as_str);
        Some(names.zip(powers.into_iter().map(|power| power / sum)).collect())
    }
}

impl Probe {
    /// Whether `vector`, of the same sentence, was made by the model that the head was trained on.
    pub(super) fn fits(&self, vector: &[f32]) -> bool {
        let product: f32 = self.vector.iter().zip(vector).map(|(a, b)| a * b).sum();
        self.vector.len() == vector.len() && product >= SAME_MODEL
    }
}

fn layer(input: &[f32], weights: &[i8], scales: &[f32], biases: &[f32]) -> Vec<f32> {
    let mut sums = vec![0.0; scales.len()];
    for (value, row) in input.iter().zip(weights.chunks_exact(scales.len())) {
        sums.iter_mut()
            .zip(row)
            .for_each(|(sum, weight)| *sum += value * f32::from(*weight));
    }
    let scaled = sums.into_iter().zip(scales).zip(biases);
    scaled.map(|((sum, scale), bias)| sum * scale + bias).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::wishes::data;
    use sha2::{Digest, Sha256};

    #[test]
    fn it_was_made_from_the_frames_as_they_are() {
        let head = Head::parse(BYTES).unwrap();
        let frames: String = Sha256::digest(data::SOURCE)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            head.described.made_from, frames,
            "the frames were changed: run `make wishes`"
        );
        let classes: Vec<&String> = data::wishes().frames.keys().collect();
        let mut of_head: Vec<&String> = head.described.classes.iter().collect();
        of_head.sort();
        assert_eq!(of_head, classes);
    }

    #[test]
    fn chances_are_of_all_classes_and_the_probes_are_known_again() {
        let head = head().unwrap();
        let [lamp, fox] = head.probes() else {
            panic!("two probes")
        };
        let chances = head.chances(&lamp.vector).unwrap();
        let best = chances.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        assert_eq!(best.0, "HassTurnOn");
        assert!((chances.iter().map(|(_, chance)| chance).sum::<f32>() - 1.0).abs() < 1e-4);
        assert!(lamp.fits(&lamp.vector) && !lamp.fits(&fox.vector) && !lamp.fits(&[1.0]));
        assert!(head.chances(&[0.5; 3]).is_none());
    }

    #[test]
    fn a_damaged_file_is_no_head() {
        for bytes in [&b""[..], b"{}\n", &BYTES[..BYTES.len() - 1], &BYTES[..100]] {
            assert!(Head::parse(bytes).is_err());
        }
    }
}
