//! From the binary messages of an endpoint to samples.

use opus::{Channels, Decoder};
use rosie_core::{AudioFrame, SampleRate};
use rosie_proto::{AudioFormat, Codec, MessageError, Refusal, decode_audio};

/// The longest Opus packet (RFC 6716, section 3).
const LONGEST_PACKET_MS: u64 = 120;

/// Decodes what a microphone sends, in the format its `hello` named.
pub(crate) struct Input {
    rate: SampleRate,
    channels: u16,
    decoder: Option<Decoder>,
}

impl Input {
    pub fn new(format: AudioFormat) -> Self {
        let channels = if format.channels == 2 {
            Channels::Stereo
        } else {
            Channels::Mono
        };
        let decoder = match format.codec {
            Codec::PcmS16le => None,
            Codec::Opus => Decoder::new(format.rate, channels)
                .map_err(|error| tracing::error!(%error, rate = format.rate, "no Opus decoder"))
                .ok(),
        };
        Self {
            rate: SampleRate(format.rate),
            channels: format.channels,
            decoder,
        }
    }

    /// The audio of one binary message.
    pub fn decode(&mut self, message: &[u8]) -> Result<AudioFrame, MessageError> {
        let bad = |detail: String| MessageError::new(Refusal::BadAudio, detail);
        let (_, payload) = decode_audio(message).map_err(|error| bad(error.to_string()))?;
        if payload.is_empty() {
            return Err(bad("there is no audio behind the header".to_owned()));
        }
        let samples = match &mut self.decoder {
            None => pcm(payload, self.channels).map_err(bad)?,
            Some(decoder) => {
                let mut samples = vec![0; self.rate.samples(LONGEST_PACKET_MS) * usize::from(self.channels)];
                let heard = decoder.decode(payload, &mut samples, false);
                let heard = heard.map_err(|error| bad(format!("not an Opus packet: {}", error.description())))?;
                samples.truncate(heard * usize::from(self.channels));
                samples
            }
        };
        Ok(AudioFrame {
            samples,
            rate: self.rate,
            channels: self.channels,
        })
    }
}

fn pcm(payload: &[u8], channels: u16) -> Result<Vec<i16>, String> {
    let whole = 2 * usize::from(channels);
    if !payload.len().is_multiple_of(whole) {
        return Err(format!(
            "{} bytes are not whole samples of {whole} bytes",
            payload.len()
        ));
    }
    Ok(payload
        .as_chunks::<2>()
        .0
        .iter()
        .map(|bytes| i16::from_le_bytes(*bytes))
        .collect())
}
