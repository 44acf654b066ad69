//! Secrets that are given out once and kept only as what they hash to: sessions, tokens, keys of endpoints.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The system gives no random numbers.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the system gives no random numbers")]
pub(crate) struct NoRandom;

/// 256 bits that nobody guesses, as 43 letters of an address.
pub(crate) fn new() -> Result<String, NoRandom> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A name for a thing that is no secret: 12 hexadecimal digits.
pub(crate) fn id() -> Result<String, NoRandom> {
    let mut bytes = [0_u8; 6];
    getrandom::fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(hex(&bytes))
}

/// Six digits that nobody guesses in a few tries.
pub(crate) fn digits() -> Result<String, NoRandom> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000))
}

/// What is kept of a secret. It has 256 bits of its own, so that no salt and no slow hash is needed.
pub(crate) fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// What a page sends with its changes to show that it is Rosie's own: it follows from the session, and does not lead back to it.
pub(crate) fn csrf(session: &str) -> String {
    hash(&format!("csrf {session}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn secrets_are_long_and_their_hashes_are_those_of_sha256() {
        let (one, other) = (new().unwrap(), new().unwrap());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
        assert_eq!(
            hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_ne!(csrf("abc"), hash("abc"));
        assert!((0..50).all(|_| digits().unwrap().len() == 6));
        assert_eq!(id().unwrap().len(), 12);
    }
}
