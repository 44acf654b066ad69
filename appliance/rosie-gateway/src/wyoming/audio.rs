//! Sound as Wyoming carries it: signed 16-bit little-endian samples, interleaved.

use rosie_core::{AudioFrame, SampleRate};
use rosie_proto::wyoming::Event;
use serde_json::json;

/// Samples of one `audio-chunk`.
const CHUNK: usize = 2048;

/// The format that an event names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub rate: u32,
    pub channels: u16,
}

impl Format {
    /// Of `audio-start` or `audio-chunk`.
    ///
    /// # Errors
    /// What to send instead.
    pub fn of(event: &Event) -> Result<Format, String> {
        let number = |key: &str| event.number(key);
        match (number("rate"), number("width"), number("channels")) {
            (Some(rate @ 4_000..=192_000), Some(2), Some(channels @ 1..=8)) => Ok(Format {
                rate: rate as u32,
                channels: channels as u16,
            }),
            (rate, width, channels) => Err(format!(
                "audio of rate {rate:?}, width {width:?} and {channels:?} channels cannot be used: \
                 send 16-bit samples (width 2) at 4000 to 192000 Hz"
            )),
        }
    }
}

/// Sound that arrives in chunks. Home Assistant cuts where the network did: in the middle of a sample, too.
#[derive(Debug)]
pub(super) struct Sound {
    format: Format,
    /// The first byte of a sample whose second one is on its way.
    half: Option<u8>,
}

impl Sound {
    pub fn new(format: Format) -> Sound {
        Sound { format, half: None }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// The samples that a chunk completes.
    pub fn frame(&mut self, payload: &[u8]) -> AudioFrame {
        let bytes: Vec<u8> = self.half.take().into_iter().chain(payload.iter().copied()).collect();
        let (whole, rest) = bytes.as_chunks();
        self.half = rest.first().copied();
        AudioFrame {
            samples: whole.iter().map(|&two| i16::from_le_bytes(two)).collect(),
            rate: SampleRate(self.format.rate),
            channels: self.format.channels,
        }
    }
}

pub(super) fn start(frame: &AudioFrame) -> Event {
    Event::new(
        "audio-start",
        json!({ "rate": frame.rate.0, "width": 2, "channels": frame.channels }),
    )
}

/// A frame in chunks as short as others send them, so that playing begins early.
pub(super) fn chunks(frame: &AudioFrame) -> impl Iterator<Item = Event> + '_ {
    frame
        .samples
        .chunks(CHUNK * usize::from(frame.channels.max(1)))
        .map(|piece| Event {
            payload: piece.iter().flat_map(|sample| sample.to_le_bytes()).collect(),
            ..Event::new(
                "audio-chunk",
                json!({ "rate": frame.rate.0, "width": 2, "channels": frame.channels }),
            )
        })
}

pub(super) fn stop() -> Event {
    Event::new("audio-stop", json!(null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_survive_being_cut_in_the_middle() {
        let format = Format {
            rate: 16_000,
            channels: 1,
        };
        let samples: Vec<i16> = (0..200).map(|i| i * 317).collect();
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        for cut in [1, 3, 7, 64] {
            let mut sound = Sound::new(format);
            let heard: Vec<i16> = bytes.chunks(cut).flat_map(|piece| sound.frame(piece).samples).collect();
            assert_eq!(heard, samples, "cut every {cut} bytes");
        }
    }
}
