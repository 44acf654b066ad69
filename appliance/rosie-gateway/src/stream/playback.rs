//! From samples to the binary messages an endpoint asked for.

use bytes::Bytes;
use opus::{Application, Channels, Encoder};
use rosie_core::SampleRate;
use rosie_proto::{AudioFormat, Codec, encode_audio};

/// Length of an Opus packet.
const PACKET_MS: u64 = 20;
/// The longest packet an encoder may make (RFC 6716, section 3.2.1, one frame).
const PACKET_BYTES: usize = 1275;

pub(crate) enum Playback {
    Pcm,
    Opus(Box<OpusOut>),
}

pub(crate) struct OpusOut {
    rate: SampleRate,
    encoder: Option<Encoder>,
    /// Samples that do not fill a packet yet.
    rest: Vec<i16>,
    complained: bool,
}

impl Playback {
    pub fn new(format: AudioFormat) -> Self {
        match format.codec {
            Codec::PcmS16le => Playback::Pcm,
            Codec::Opus => Playback::Opus(Box::new(OpusOut {
                rate: SampleRate(format.rate),
                encoder: None,
                rest: Vec::new(),
                complained: false,
            })),
        }
    }

    /// A reply begins: nothing of the last one may sound in it.
    pub fn start(&mut self) {
        if let Playback::Opus(opus) = self {
            opus.start();
        }
    }

    /// Messages for `samples` (one channel).
    pub fn encode(&mut self, turn: u64, rate: SampleRate, samples: &[i16]) -> Vec<Bytes> {
        match self {
            Playback::Pcm => {
                let payload: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
                vec![message(turn, &payload)]
            }
            Playback::Opus(opus) => opus.encode(turn, rate, samples),
        }
    }

    /// What is left of the reply.
    pub fn finish(&mut self, turn: u64) -> Vec<Bytes> {
        match self {
            Playback::Pcm => Vec::new(),
            Playback::Opus(opus) => opus.finish(turn),
        }
    }
}

impl OpusOut {
    fn start(&mut self) {
        self.rest.clear();
        self.encoder = Encoder::new(self.rate.0, Channels::Mono, Application::Voip)
            .map_err(|error| tracing::error!(%error, "no Opus encoder"))
            .ok();
    }

    fn encode(&mut self, turn: u64, rate: SampleRate, samples: &[i16]) -> Vec<Bytes> {
        if rate != self.rate {
            if !std::mem::replace(&mut self.complained, true) {
                tracing::error!(
                    got = rate.0,
                    agreed = self.rate.0,
                    "audio of a wrong rate cannot be encoded"
                );
            }
            return Vec::new();
        }
        if self.encoder.is_none() {
            self.start();
        }
        self.rest.extend_from_slice(samples);
        let length = self.rate.samples(PACKET_MS);
        let whole = self.rest.len() - self.rest.len() % length;
        let ready: Vec<i16> = self.rest.drain(..whole).collect();
        ready
            .chunks_exact(length)
            .filter_map(|frame| self.packet(turn, frame))
            .collect()
    }

    fn packet(&mut self, turn: u64, frame: &[i16]) -> Option<Bytes> {
        let encoder = self.encoder.as_mut()?;
        let mut packet = [0_u8; PACKET_BYTES];
        match encoder.encode(frame, &mut packet) {
            Ok(bytes) => Some(message(turn, &packet[..bytes])),
            Err(error) => {
                tracing::error!(%error, "Opus would not encode");
                None
            }
        }
    }

    /// The encoder looks ahead: without some silence behind it the last milliseconds would never come out.
    fn finish(&mut self, turn: u64) -> Vec<Bytes> {
        let ahead = self
            .encoder
            .as_mut()
            .and_then(|encoder| encoder.get_lookahead().ok())
            .unwrap_or(0);
        let length = self.rate.samples(PACKET_MS);
        let padded = (self.rest.len() + ahead.max(0) as usize).next_multiple_of(length);
        let silence = vec![0; padded - self.rest.len()];
        let last = self.encode(turn, self.rate, &silence);
        self.encoder = None;
        last
    }
}

/// Turns are counted in 64 bits, the header has room for the lower 32.
fn message(turn: u64, payload: &[u8]) -> Bytes {
    encode_audio(turn as u32, payload).into()
}
