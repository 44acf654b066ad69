//! A Piper voice's own configuration (`voice.onnx.json`), read as Piper writes it.

use crate::SpeechError;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The parts of `voice.onnx.json` that matter for speaking. Unknown fields are Piper's business.
#[derive(Debug, Clone, Deserialize)]
pub struct VoiceDescription {
    pub audio: Audio,
    #[serde(default)]
    pub espeak: EspeakVoice,
    #[serde(default)]
    pub inference: Inference,
    #[serde(default)]
    pub phoneme_type: PhonemeType,
    /// Phonemes to replace before they are looked up.
    #[serde(default)]
    pub phoneme_map: HashMap<String, Vec<String>>,
    /// Phoneme → ids of the model's alphabet.
    pub phoneme_id_map: HashMap<String, Vec<i64>>,
    #[serde(default = "one")]
    pub num_speakers: i64,
    #[serde(default)]
    pub speaker_id_map: BTreeMap<String, i64>,
    #[serde(default)]
    pub language: VoiceLanguage,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Audio {
    /// Samples a second.
    pub sample_rate: u32,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct EspeakVoice {
    #[serde(default)]
    pub voice: String,
}

/// How lively the voice is: spread of sound, pace, spread of pace.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(default)]
pub struct Inference {
    pub noise_scale: f32,
    pub length_scale: f32,
    pub noise_w: f32,
}

impl Default for Inference {
    /// Piper's own defaults.
    fn default() -> Self {
        Self {
            noise_scale: 0.667,
            length_scale: 1.0,
            noise_w: 0.8,
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct VoiceLanguage {
    /// `en_US`; empty in old files.
    #[serde(default)]
    pub code: String,
}

/// How a voice's phonemes are made from text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PhonemeType {
    #[default]
    Espeak,
    /// The letters themselves.
    Text,
    /// Made by a program that Rosie does not have (`pinyin` …).
    Other(String),
}

impl<'de> Deserialize<'de> for PhonemeType {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        Ok(match name.as_str() {
            "espeak" | "" => PhonemeType::Espeak,
            "text" => PhonemeType::Text,
            _ => PhonemeType::Other(name),
        })
    }
}

fn one() -> i64 {
    1
}

impl VoiceDescription {
    /// Reads `voice.onnx.json`.
    ///
    /// # Errors
    /// `Missing`, or `Damaged` when it is not JSON, lacks the alphabet, or needs a phoneme program that is not here.
    pub fn read(path: &Path) -> Result<Self, SpeechError> {
        const WHAT: &str = "the voice's description";
        SpeechError::require(WHAT, path)?;
        let damaged = |reason: String| SpeechError::Damaged {
            what: WHAT,
            path: path.to_path_buf(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|e| damaged(e.to_string()))?;
        let voice: Self = serde_json::from_str(&text).map_err(|e| damaged(e.to_string()))?;
        if let PhonemeType::Other(name) = &voice.phoneme_type {
            return Err(damaged(format!(
                "its phonemes are of the type `{name}`; `espeak` and `text` are understood"
            )));
        }
        for symbol in ["^", "_", "$"] {
            if voice.phoneme_id_map.get(symbol).is_none_or(Vec::is_empty) {
                return Err(damaged(format!("its phoneme_id_map has no `{symbol}`")));
            }
        }
        if !(4_000..=192_000).contains(&voice.audio.sample_rate) {
            return Err(damaged(format!(
                "a sample rate of {} is impossible",
                voice.audio.sample_rate
            )));
        }
        Ok(voice)
    }

    /// The id of a speaker given by name or number; `None` asks for the first.
    ///
    /// # Errors
    /// `Config`, naming some that exist.
    pub fn speaker(&self, wanted: Option<&str>) -> Result<Option<i64>, SpeechError> {
        if self.num_speakers <= 1 {
            return Ok(None);
        }
        let Some(wanted) = wanted else { return Ok(Some(0)) };
        let by_number = wanted.parse().ok().filter(|id| (0..self.num_speakers).contains(id));
        self.speaker_id_map
            .get(wanted)
            .copied()
            .or(by_number)
            .map(Some)
            .ok_or_else(|| {
                let some: Vec<&str> = self.speaker_id_map.keys().take(8).map(String::as_str).collect();
                let reason = format!(
                    "this voice has no speaker `{wanted}`; it has {} of them: {} …",
                    self.num_speakers,
                    some.join(", ")
                );
                SpeechError::Config {
                    what: "the voice's speaker",
                    reason,
                }
            })
    }
}
