//! How likely a sentence is a command that is to be carried out now, and not talk that only sounds like one: a trained
//! classifier (`data/directed.head`, made by models/directed, which tells what it hears).
//!
//! One line of JSON, then for each language one signed byte a bucket: the weights of hashed runs of words and letters.

use rosie_core::Language;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const BYTES: &[u8] = include_bytes!("../data/directed.head");
/// What a run of letters weighs beside a run of words.
const LETTERS_WEIGH: f32 = 0.3;
const WORDS_IN_A_RUN: usize = 3;
const LETTERS_IN_A_RUN: std::ops::RangeInclusive<usize> = 2..=4;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    /// SHA-256 of the sentences.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test holds it against the sentences"))]
    made_from: String,
    buckets: usize,
    languages: Vec<String>,
    scales: Vec<f32>,
    biases: Vec<f32>,
    /// A sentence and its chance, for each language.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test holds them against what is computed"))]
    probes: Vec<(String, f32)>,
}

#[derive(Debug)]
struct Head {
    described: Described,
    weights: &'static [u8],
}

fn head() -> Option<&'static Head> {
    static HEAD: OnceLock<Option<Head>> = OnceLock::new();
    HEAD.get_or_init(|| Head::parse(BYTES)).as_ref()
}

/// From 0, talk, to 1, a command; `None` in a language that it was not trained for.
pub fn chance_of_a_command(text: &str, language: &Language) -> Option<f32> {
    head()?.chance(text, language.primary())
}

impl Head {
    /// None where the sizes do not fit together.
    fn parse(bytes: &'static [u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let described: Described = serde_json::from_slice(bytes.get(..end)?).ok()?;
        let weights = bytes.get(end + 1..)?;
        let count = described.languages.len();
        let fits = [described.scales.len(), described.biases.len()] == [count; 2];
        (fits && weights.len() == count * described.buckets && !weights.is_empty())
            .then_some(Self { described, weights })
    }

    fn chance(&self, text: &str, language: &str) -> Option<f32> {
        let described = &self.described;
        let at = described.languages.iter().position(|one| one == language)?;
        let (scale, bias) = (*described.scales.get(at)?, *described.biases.get(at)?);
        let weights = self.weights.get(at * described.buckets..(at + 1) * described.buckets)?;
        let of = |feature: &String| {
            let byte = weights.get(bucket(feature, described.buckets));
            byte.map_or(0.0, |byte| f32::from(byte.cast_signed()))
        };
        let sum: f32 = features(text)
            .iter()
            .map(|(feature, weight)| of(feature) * weight)
            .sum();
        Some(1.0 / (1.0 + (-(sum * scale + bias)).exp()))
    }
}

/// Lower case; digits are alike; marks inside are commas, those at the end nothing.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    let marks = ['.', ',', ';', ':', '!', '?', '¿', '¡', '…', '"', '(', ')'];
    let parted: String = text
        .chars()
        .flat_map(|c| {
            if marks.contains(&c) {
                vec![' ', ',', ' ']
            } else {
                vec![c]
            }
        })
        .collect();
    let mut said: Vec<String> = Vec::new();
    for word in parted.split_whitespace() {
        if word == "," && said.last().is_none_or(|last| last == ",") {
            continue;
        }
        let counts = word.chars().any(|c| c.is_ascii_digit());
        said.push(if counts { "#".to_owned() } else { word.to_owned() });
    }
    while said.last().is_some_and(|last| last == ",") {
        said.pop();
    }
    said
}

/// Each once, and what it weighs.
fn features(text: &str) -> BTreeMap<String, f32> {
    let said = words(text);
    let mut found = BTreeMap::new();
    let runs: Vec<&str> = std::iter::once("^")
        .chain(said.iter().map(String::as_str))
        .chain(["$"])
        .collect();
    for run in (1..=WORDS_IN_A_RUN).flat_map(|length| runs.windows(length)) {
        found.insert(format!("w{}", run.join(" ")), 1.0);
    }
    for word in &said {
        let letters: Vec<char> = format!(" {word} ").chars().collect();
        for run in LETTERS_IN_A_RUN.flat_map(|length| letters.windows(length).collect::<Vec<_>>()) {
            found.insert(
                run.iter().fold("c".to_owned(), |all, c| all + &c.to_string()),
                LETTERS_WEIGH,
            );
        }
    }
    found
}

/// FNV-1a, 32 bits.
fn bucket(feature: &str, buckets: usize) -> usize {
    let hash = feature.bytes().fold(0x811C_9DC5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    usize::try_from(hash).unwrap_or_default() % buckets.max(1)
}

#[cfg(test)]
#[path = "directed_tests.rs"]
mod tests;
