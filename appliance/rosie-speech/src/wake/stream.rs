//! What is remembered of one endpoint's sound, and when that is a wake word.

use super::front::{CONTEXT, FRAMES, Features, Frame, PIECE, Row, STEP};
use super::head::{Head, ROWS};
use super::level::Level;
use crate::SpeechError;
use rosie_core::SampleRate;
use rosie_core::engine::{Detection, WakeSettings};
use std::collections::VecDeque;

/// Before a stream began there was silence: its frame and its row.
#[derive(Debug, Clone, Copy)]
pub struct Silence {
    pub frame: Frame,
    pub row: Row,
}

impl Silence {
    /// # Errors
    /// `Inference`.
    pub fn of(features: &mut dyn Features) -> Result<Self, SpeechError> {
        let frames = features.frames(&[0.0; CONTEXT + PIECE])?;
        let frame = frames[0];
        let row = features.row(&[frame; FRAMES])?;
        Ok(Self { frame, row })
    }
}

/// One endpoint's.
pub struct Heard {
    settings: WakeSettings,
    level: Level,
    /// The end of the piece before, of 16-bit size.
    context: Vec<f32>,
    frames: VecDeque<Frame>,
    rows: VecDeque<Row>,
    /// Pieces whose rows have not been made, because it was quiet.
    behind: usize,
    /// For each word: pieces in a row that heard it.
    runs: Vec<u32>,
    /// No word before this sample.
    quiet_until: u64,
}

impl Heard {
    pub fn new(settings: WakeSettings, silence: &Silence, words: usize) -> Self {
        Self {
            settings,
            level: Level::default(),
            context: vec![0.0; CONTEXT],
            frames: std::iter::repeat_n(silence.frame, FRAMES + STEP * (ROWS - 1)).collect(),
            rows: std::iter::repeat_n(silence.row, ROWS).collect(),
            behind: 0,
            runs: vec![0; words],
            quiet_until: 0,
        }
    }

    /// Takes the [`PIECE`] that ends at `end_sample`, in `[-1, 1)`; the word that it completes.
    ///
    /// # Errors
    /// `Inference`.
    pub fn take(
        &mut self,
        piece: &[f32],
        end_sample: u64,
        features: &mut dyn Features,
        heads: &[Head],
    ) -> Result<Option<Detection>, SpeechError> {
        let mut samples = std::mem::take(&mut self.context);
        samples.extend(piece.iter().map(|x| x * 32768.0));
        let sounds = self.level.sounds(&samples[CONTEXT..]);
        self.frames.extend(features.frames(&samples)?);
        self.frames.drain(..STEP);
        self.context = samples.split_off(samples.len() - CONTEXT);
        self.behind = (self.behind + 1).min(ROWS);
        if !sounds {
            self.runs.fill(0);
            return Ok(None);
        }
        let frames = self.frames.make_contiguous();
        for back in (0..std::mem::take(&mut self.behind)).rev() {
            let end = frames.len() - STEP * back;
            self.rows.push_back(features.row(&frames[end - FRAMES..end])?);
            self.rows.pop_front();
        }
        Ok(self.word(heads, end_sample))
    }

    fn word(&mut self, heads: &[Head], end_sample: u64) -> Option<Detection> {
        let threshold = 1.0 - self.settings.sensitivity;
        let mut found: Option<Detection> = None;
        for (head, run) in heads.iter().zip(&mut self.runs) {
            let word = head.word();
            if !self.settings.words.is_empty() && !self.settings.words.contains(&word.name) {
                continue;
            }
            let score = head.score(&self.rows);
            *run = if score >= threshold { *run + 1 } else { 0 };
            let best = found.as_ref().is_none_or(|found| found.score < score);
            if *run >= self.settings.patience && end_sample >= self.quiet_until && best {
                found = Some(Detection {
                    word,
                    score,
                    end_sample,
                });
            }
        }
        if found.is_some() {
            self.runs.fill(0);
            self.quiet_until = end_sample + SampleRate::HEARING.samples(self.settings.cool_down_ms) as u64;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::wake::front::{BANDS, WIDTH};
    use crate::wake::head::built_in;

    /// A frame says when it was, a row which frames it was made of; both are counted.
    #[derive(Default)]
    struct Counted {
        frames: usize,
        rows: Vec<f32>,
    }

    impl Features for Counted {
        fn frames(&mut self, samples: &[f32]) -> Result<Vec<Frame>, SpeechError> {
            assert_eq!(samples.len(), CONTEXT + PIECE);
            self.frames += 1;
            let from = (self.frames - 1) * STEP;
            Ok((from..from + STEP).map(|at| [at as f32; BANDS]).collect())
        }

        fn row(&mut self, frames: &[Frame]) -> Result<Row, SpeechError> {
            assert_eq!(frames.len(), FRAMES);
            self.rows.push(frames[FRAMES - 1][0]);
            Ok([0.0; WIDTH])
        }
    }

    fn heard() -> Heard {
        let silence = Silence {
            frame: [-1.0; BANDS],
            row: [0.0; WIDTH],
        };
        Heard::new(WakeSettings::default(), &silence, built_in().len())
    }

    #[test]
    fn a_quiet_room_makes_no_rows_and_a_sound_makes_up_for_them() {
        let (mut heard, mut features, heads) = (heard(), Counted::default(), built_in());
        for _ in 0..40 {
            heard.take(&[0.0; PIECE], 0, &mut features, &heads).unwrap();
        }
        assert!(features.rows.is_empty());
        heard.take(&[0.1; PIECE], 0, &mut features, &heads).unwrap();
        // The head looks at the last 16: those that end with the last frame of each of the last 16 pieces.
        let ends: Vec<f32> = (26..=41).map(|piece| (piece * STEP - 1) as f32).collect();
        assert_eq!(features.rows, ends);
        heard.take(&[0.0; PIECE], 0, &mut features, &heads).unwrap();
        assert_eq!(features.rows.len(), ROWS + 1);
    }
}
