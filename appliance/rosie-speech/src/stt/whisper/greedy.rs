//! Greedy search over the decoder's logits, and the repeat loops it can fall into.

use super::ffi::{SpecialTokens, State, Token};
use crate::SpeechError;

/// One pass of the decoder over an encoded utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    pub tokens: Vec<Token>,
    /// Sum of the log probabilities of the tokens, the closing one included.
    pub logprob: f32,
    /// It began to repeat itself, or did not come to an end; the tokens are cut before the repetition.
    pub looped: bool,
    /// Tokens that were fed before the text.
    pub prompt_len: usize,
}

impl Decoded {
    /// Mean log probability, over the tokens and the end.
    pub fn avg_logprob(&self) -> f32 {
        self.logprob / (self.tokens.len() + 1) as f32
    }
}

/// What surrounds a search.
pub struct Search<'a> {
    pub special: SpecialTokens,
    /// The token of a lone space: never the first, like the end of text.
    pub space: Token,
    pub threads: usize,
    /// Longest text in tokens.
    pub limit: usize,
    /// `None`: always the likeliest word.
    pub dice: Option<Dice>,
    pub stop: &'a dyn Fn() -> bool,
}

/// Chance in the choice of words, the same for the same seed.
#[derive(Debug, Clone, Copy)]
pub struct Dice {
    /// Near 0 the likeliest word; 1 as the model says.
    pub temperature: f32,
    pub seed: u32,
}

impl Dice {
    /// In [0, 1).
    fn throw(&mut self) -> f32 {
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.seed >> 8) as f32 / 16_777_216.0
    }

    /// An entry that is not banned by its probability at this temperature, and its log probability at 1.
    fn draw(&mut self, logits: &[f32], banned: [usize; 2]) -> (Token, f32) {
        let (temperature, at) = (self.temperature, self.throw());
        let (likeliest, logprob) = best(logits, banned);
        let max = logits.get(likeliest as usize).copied().unwrap_or(0.0);
        let weight = |(i, &value): (usize, &f32)| {
            if banned.contains(&i) {
                0.0
            } else {
                exp(((value - max) / temperature).min(0.0))
            }
        };
        let mut left = at * logits.iter().enumerate().map(weight).sum::<f32>();
        let chosen = logits.iter().enumerate().position(|entry| {
            left -= weight(entry);
            left < 0.0
        });
        let chosen = chosen.unwrap_or(likeliest as usize);
        (chosen as Token, logprob + logits[chosen] - max)
    }
}

/// Why a search gave nothing.
pub enum Interrupted {
    Stopped,
    Failed(SpeechError),
}

impl From<SpeechError> for Interrupted {
    fn from(error: SpeechError) -> Self {
        Interrupted::Failed(error)
    }
}

/// Decodes with `prompt` (which ends in the tokens that ask for text) until the end of text; the first `n_past`
/// tokens of the prompt have been fed already.
pub fn greedy(state: &mut State, prompt: &[Token], n_past: usize, search: &Search<'_>) -> Result<Decoded, Interrupted> {
    let eot = search.special.eot;
    let mut decoded = Decoded {
        tokens: Vec::new(),
        logprob: 0.0,
        looped: false,
        prompt_len: prompt.len(),
    };
    let (mut fed, mut dice) = (n_past, search.dice);
    let mut next: Vec<Token> = prompt[n_past..].to_vec();
    loop {
        if (search.stop)() {
            return Err(Interrupted::Stopped);
        }
        let logits = state.decode(&next, fed, search.threads)?;
        fed += next.len();
        // Every id above the end of text is a special token: language, task, timestamps.
        let text = &logits[..=eot as usize];
        let first = decoded.tokens.is_empty();
        let banned = if first {
            [eot as usize, search.space as usize]
        } else {
            [usize::MAX; 2]
        };
        let (token, logprob) = match &mut dice {
            None => best(text, banned),
            Some(dice) => dice.draw(text, banned),
        };
        decoded.logprob += logprob;
        if token == eot {
            return Ok(decoded);
        }
        decoded.tokens.push(token);
        if let Some(keep) = repeats(&decoded.tokens) {
            decoded.tokens.truncate(keep);
            decoded.looped = true;
            return Ok(decoded);
        }
        if decoded.tokens.len() >= search.limit {
            decoded.looped = true;
            return Ok(decoded);
        }
        next.clear();
        next.push(token);
    }
}

/// The likeliest entry that is not banned, and its log probability among all that are not.
fn best(logits: &[f32], banned: [usize; 2]) -> (Token, f32) {
    // Two plain loops become vector code; one that also looks at `banned` and keeps the index does not.
    let mut max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut at = logits.iter().position(|&value| value == max).unwrap_or(0);
    if banned.contains(&at) {
        max = f32::NEG_INFINITY;
        for (i, &value) in logits.iter().enumerate() {
            if value > max && !banned.contains(&i) {
                (at, max) = (i, value);
            }
        }
    }
    let mut sum: f32 = logits.iter().map(|&value| exp(value - max)).sum();
    for i in banned.into_iter().filter(|&i| i < logits.len()) {
        sum -= exp(logits[i] - max);
    }
    (at as Token, -sum.max(1.0).ln())
}

/// The probability of entry `of` under a softmax over all of `logits`.
pub fn probability(logits: &[f32], of: Token) -> f32 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|&value| exp(value - max)).sum();
    logits.get(of as usize).map_or(0.0, |&value| exp(value - max) / sum)
}

/// e^x for x ≤ 0 to about 1e-4 relative, in a form the compiler turns into vector code. Entries more than 20 below
/// the best are nothing.
fn exp(x: f32) -> f32 {
    let y = x.max(-80.0) * std::f32::consts::LOG2_E;
    let whole = y.floor();
    let part = y - whole;
    // Minimax of 2^part on [0, 1).
    let mantissa = 1.0 + part * (0.695_556_8 + part * (0.226_173_02 + part * 0.078_024_52));
    f32::from_bits(((whole as i32 + 127) << 23) as u32) * mantissa
}

/// Whether the text ends in a repeat loop, and how many tokens to keep: up to and with the first round of it.
///
/// A person does say a thing twice or three times; a loop goes on. The shorter the unit, the more rounds are let pass.
pub fn repeats(tokens: &[Token]) -> Option<usize> {
    for unit in 1..=(tokens.len() / 3).min(24) {
        let rounds = match unit {
            1 => 10,
            2 => 6,
            3..=5 => 4,
            _ => 3,
        };
        if tokens.len() < unit * rounds {
            continue;
        }
        let tail = &tokens[tokens.len() - unit * rounds..];
        if tail.iter().zip(&tail[unit..]).all(|(a, b)| a == b) {
            let mut start = tokens.len() - unit * rounds;
            while start > 0 && tokens[start - 1] == tokens[start - 1 + unit] {
                start -= 1;
            }
            return Some(start + unit);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_loop_is_cut_to_its_first_round() {
        let mut tokens = vec![5, 6, 7];
        for _ in 0..4 {
            tokens.extend([1, 2, 3, 4]);
        }
        assert_eq!(repeats(&tokens), Some(7));
        assert_eq!(repeats(&[9; 10]), Some(1));
    }

    #[test]
    fn what_people_repeat_is_no_loop() {
        assert_eq!(repeats(&[1, 2, 3, 4, 1, 2, 3, 4]), None);
        assert_eq!(repeats(&[8, 8, 8, 8, 8]), None);
        assert_eq!(repeats(&[1, 2, 1, 2, 1, 2]), None);
    }

    #[test]
    fn banned_entries_are_neither_chosen_nor_counted() {
        let (token, logprob) = best(&[1.0, 9.0, 2.0], [1, usize::MAX]);
        assert_eq!(token, 2);
        let expected = (1f32 / (1.0 + (-1f32).exp())).ln();
        assert!((logprob - expected).abs() < 1e-3, "{logprob} {expected}");
    }

    #[test]
    fn dice_fall_by_the_weights_and_never_on_what_is_banned() {
        let logits = [0.0, 9.0, 1.0, f32::NEG_INFINITY];
        let (mut dice, mut counts) = (
            Dice {
                temperature: 0.5,
                seed: 1,
            },
            [0u32; 4],
        );
        for _ in 0..4_000 {
            let (token, logprob) = dice.draw(&logits, [1, usize::MAX]);
            counts[token as usize] += 1;
            let expected = logits[token as usize] - (1.0 + 1f32.exp()).ln();
            assert!((logprob - expected).abs() < 1e-3, "{logprob} {expected}");
        }
        // e^2 to 1 at half the temperature.
        let share = f64::from(counts[2]) / 4_000.0;
        assert!(
            (counts[1], counts[3]) == (0, 0) && (share - 0.881).abs() < 0.02,
            "{counts:?}"
        );
    }

    proptest! {
        #[test]
        fn exp_is_close(x in -30f32..=0.0) {
            prop_assert!((exp(x) - x.exp()).abs() <= 3e-4 * x.exp());
        }

        #[test]
        fn never_panics_and_keeps_a_prefix(tokens in prop::collection::vec(0i32..3, 0..80)) {
            if let Some(keep) = repeats(&tokens) {
                prop_assert!(keep > 0 && keep < tokens.len());
            }
        }
    }
}
