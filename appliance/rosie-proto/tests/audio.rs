//! The framing of audio.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rosie_proto::{AudioHeaderError, audio::HEADER_BYTES, decode_audio, encode_audio};

#[test]
fn the_bytes_as_the_specification_draws_them() {
    assert_eq!(encode_audio(0x0403_0201, &[9, 8]), [1, 0, 0, 0, 1, 2, 3, 4, 9, 8]);
    assert_eq!(decode_audio(&[1, 0, 0, 0, 5, 0, 0, 0]).unwrap(), (5, &[][..]));
}

#[test]
fn wrong_headers() {
    assert_eq!(decode_audio(&[1, 0, 0]), Err(AudioHeaderError::Short(3)));
    assert_eq!(decode_audio(&[2, 0, 0, 0, 0, 0, 0, 0]), Err(AudioHeaderError::Kind(2)));
    assert_eq!(decode_audio(&[1, 0, 1, 0, 0, 0, 0, 0]), Err(AudioHeaderError::Reserved));
}

proptest! {
    #[test]
    fn what_is_framed_is_unframed(turn in any::<u32>(), payload in proptest::collection::vec(any::<u8>(), 0..500)) {
        let message = encode_audio(turn, &payload);
        prop_assert_eq!(decode_audio(&message).unwrap(), (turn, payload.as_slice()));
    }

    #[test]
    fn any_bytes_are_unframed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        match decode_audio(&bytes) {
            Ok((turn, payload)) => prop_assert_eq!(encode_audio(turn, payload), bytes),
            Err(_) => prop_assert!(bytes.len() < HEADER_BYTES || bytes[..4] != [1, 0, 0, 0]),
        }
    }
}
