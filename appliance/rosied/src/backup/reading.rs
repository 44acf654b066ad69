//! What is read is counted on its way: for the manifest, and for whoever watches.

use super::Tell;
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// So many bytes between two tellings.
const TOLD_EVERY: u64 = 1 << 20;

/// Counts and hashes what is read through it.
pub struct Hashing<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R> Hashing<R> {
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    pub fn end(self) -> (u64, String) {
        let digits = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        (self.bytes, digits)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.hash.update(&out[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// Tells how far a reading is, and breaks off where nobody wants it any more.
pub struct Told<'a, R> {
    pub inner: R,
    pub tell: Tell<'a>,
    pub step: &'static str,
    pub done: u64,
    pub all: u64,
}

impl<R: Read> Read for Told<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        let before = self.done / TOLD_EVERY;
        self.done += count as u64;
        if self.done / TOLD_EVERY != before {
            (self.tell)(self.step, self.done, self.all)?;
        }
        Ok(count)
    }
}
