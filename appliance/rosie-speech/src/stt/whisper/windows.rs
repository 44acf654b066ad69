//! Audio longer than Whisper's 30 s, cut into pieces at its quietest moments; and how much context a piece needs.

/// Samples a second.
const RATE: usize = 16_000;
/// Longest piece: 28 s, leaving a margin in the 30 s context.
const LONGEST: usize = 28 * RATE;
/// A piece is cut within this last part of its 28 s.
const SEARCH: usize = 10 * RATE;
/// Loudness is compared over 100 ms.
const QUIET: usize = RATE / 10;

/// The pieces of `audio`, in order and without gaps, each at most 28 s.
pub fn windows(audio: &[f32]) -> Vec<&[f32]> {
    let mut rest = audio;
    let mut pieces = Vec::new();
    while rest.len() > LONGEST {
        let (piece, after) = rest.split_at(quietest(rest));
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

/// The middle of the quietest 100 ms near the end of the first 28 s.
fn quietest(audio: &[f32]) -> usize {
    let starts = (LONGEST - SEARCH..=LONGEST - QUIET).step_by(QUIET / 4);
    let energy = |start: usize| audio[start..start + QUIET].iter().map(|s| s * s).sum::<f32>();
    let start = starts
        .min_by(|&a, &b| energy(a).total_cmp(&energy(b)))
        .unwrap_or(LONGEST - QUIET);
    start + QUIET / 2
}

/// Encoder positions (20 ms each) for `samples` of audio: its length and a margin, never fewer than 640, in steps of 64.
/// With fewer, the decoder falls into repeat loops.
pub fn audio_ctx(samples: usize, most: usize) -> usize {
    let needed = samples.div_ceil(RATE / 50) + 64;
    needed.div_ceil(64).saturating_mul(64).max(640).min(most)
}

/// Encoder positions that hold `samples` of audio and some of the silence after it: what a draft computes.
pub fn heard_positions(samples: usize) -> usize {
    (samples.div_ceil(RATE / 50) + 80).div_ceil(16) * 16
}

/// The longest text, in tokens, that can have been said in `samples` of audio.
pub fn token_limit(samples: usize) -> usize {
    // Half of the 448 positions of the decoder are the prompt's.
    (8 * samples / RATE + 8).min(220)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn context_follows_the_length() {
        assert_eq!(audio_ctx(3 * RATE, 1500), 640);
        assert_eq!(audio_ctx(11 * RATE, 1500), 640);
        assert_eq!(audio_ctx(12 * RATE, 1500), 704);
        assert_eq!(audio_ctx(28 * RATE, 1500), 1472);
        assert_eq!(audio_ctx(30 * RATE, 1500), 1500);
    }

    #[test]
    fn cuts_in_the_pause() {
        let mut audio = vec![0.3f32; 40 * RATE];
        audio[22 * RATE..22 * RATE + RATE / 2].fill(0.0);
        let pieces = windows(&audio);
        assert_eq!(pieces.len(), 2);
        assert!(
            (22 * RATE..22 * RATE + RATE / 2).contains(&pieces[0].len()),
            "{}",
            pieces[0].len()
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost(len in 0usize..100 * RATE, at in 0usize..100 * RATE) {
            let mut audio = vec![0.1f32; len];
            if let Some(sample) = audio.get_mut(at) {
                *sample = f32::NAN;
            }
            let pieces = windows(&audio);
            prop_assert_eq!(pieces.iter().map(|p| p.len()).sum::<usize>(), len);
            prop_assert!(pieces.iter().all(|p| p.len() <= LONGEST));
        }
    }
}
