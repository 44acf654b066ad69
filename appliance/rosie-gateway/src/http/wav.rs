//! Sound as a file that browsers play.

use rosie_core::AudioFrame;

const HEADER: u32 = 36;

/// Frames of one rate and as many channels, one after the other.
pub(super) fn of(frames: &[AudioFrame]) -> Vec<u8> {
    let (rate, channels) = frames
        .first()
        .map_or((16_000, 1), |frame| (frame.rate.0, frame.channels.max(1)));
    let samples: usize = frames.iter().map(|frame| frame.samples.len()).sum();
    let bytes = (samples * 2) as u32;
    let block = channels * 2;
    let mut out = Vec::with_capacity(samples * 2 + 44);
    out.extend(b"RIFF");
    out.extend((bytes + HEADER).to_le_bytes());
    out.extend(b"WAVEfmt ");
    // The length of this part, and that the samples are whole numbers.
    out.extend(16_u32.to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    out.extend(channels.to_le_bytes());
    out.extend(rate.to_le_bytes());
    out.extend((rate * u32::from(block)).to_le_bytes());
    out.extend(block.to_le_bytes());
    out.extend(16_u16.to_le_bytes());
    out.extend(b"data");
    out.extend(bytes.to_le_bytes());
    let samples = frames.iter().flat_map(|frame| &frame.samples);
    out.extend(samples.flat_map(|sample| sample.to_le_bytes()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rosie_core::SampleRate;

    #[test]
    fn what_stands_in_the_head_is_what_follows() {
        let frame = |samples: &[i16]| AudioFrame::mono(samples.to_vec(), SampleRate(22_050));
        let wav = of(&[frame(&[1, -1]), frame(&[256])]);
        let number = |at: usize| u32::from_le_bytes([wav[at], wav[at + 1], wav[at + 2], wav[at + 3]]);
        assert_eq!(
            (&wav[..4], &wav[8..12], &wav[36..40]),
            (&b"RIFF"[..], &b"WAVE"[..], &b"data"[..])
        );
        assert_eq!(
            (number(4) as usize, number(24), number(28)),
            (wav.len() - 8, 22_050, 44_100)
        );
        assert_eq!((number(40), &wav[44..]), (6, &[1, 0, 255, 255, 0, 1][..]));
        assert_eq!(of(&[]).len(), 44);
    }
}
