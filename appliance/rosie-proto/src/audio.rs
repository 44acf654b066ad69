//! Framing of binary messages: one kind byte, three zero bytes, the turn as little-endian u32, then the payload.
//!
//! From the endpoint the turn is 0 (the appliance knows it); to the endpoint it says which reply the audio belongs to,
//! so that what arrives after `stop_playback` can be thrown away.

/// Bytes before the payload.
pub const HEADER_BYTES: usize = 8;
/// Kind byte: the payload is audio in the format agreed in `hello`/`welcome` (PCM: whole samples; Opus: one packet).
pub const KIND_AUDIO: u8 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AudioHeaderError {
    #[error("an audio message needs at least {HEADER_BYTES} bytes of header, got {0}")]
    Short(usize),
    #[error("unknown kind {0} in byte 0; audio is kind {KIND_AUDIO}")]
    Kind(u8),
    #[error("bytes 1 to 3 are reserved and must be zero")]
    Reserved,
}

/// Splits a binary message into its turn and its payload.
pub fn decode_audio(message: &[u8]) -> Result<(u32, &[u8]), AudioHeaderError> {
    let Some((header, payload)) = message.split_first_chunk::<HEADER_BYTES>() else {
        return Err(AudioHeaderError::Short(message.len()));
    };
    let [kind, a, b, c, t0, t1, t2, t3] = *header;
    if kind != KIND_AUDIO {
        return Err(AudioHeaderError::Kind(kind));
    }
    if (a, b, c) != (0, 0, 0) {
        return Err(AudioHeaderError::Reserved);
    }
    Ok((u32::from_le_bytes([t0, t1, t2, t3]), payload))
}

/// Puts the header before `payload`.
pub fn encode_audio(turn: u32, payload: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(HEADER_BYTES + payload.len());
    message.extend_from_slice(&[KIND_AUDIO, 0, 0, 0]);
    message.extend_from_slice(&turn.to_le_bytes());
    message.extend_from_slice(payload);
    message
}
