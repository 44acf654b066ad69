//! Whisper's weights on their way from the file into memory, and the encoder's share of them: given back to the system
//! while nobody encodes with ggml, and read again when somebody does.
//!
//! whisper.cpp reads a model through three callbacks, and so tells where in memory each tensor lies.
#![allow(unsafe_code)]

use super::ggml_file::Stored;
use crate::SpeechError;
use std::collections::HashMap;
use std::ffi::c_void;
use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use whisper_rs::whisper_rs_sys as sys;

/// A tensor in memory.
#[derive(Debug, Clone, Copy)]
struct Placed {
    address: usize,
    offset: u64,
    bytes: usize,
    is_encoder: bool,
}

/// whisper.cpp's way into the file.
pub struct Reader<'a> {
    file: BufReader<File>,
    at: u64,
    ended: bool,
    stored: HashMap<u64, &'a Stored>,
    placed: Vec<Placed>,
}

impl<'a> Reader<'a> {
    /// `stored`: what [`super::ggml_file::check`] found in the file.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path, stored: &'a [Stored]) -> std::io::Result<Self> {
        Ok(Self {
            file: BufReader::with_capacity(1 << 16, File::open(path)?),
            at: 0,
            ended: false,
            stored: stored.iter().map(|s| (s.offset, s)).collect(),
            placed: Vec::with_capacity(stored.len()),
        })
    }

    /// The callbacks; to be used while this reader stays where it is.
    pub fn callbacks(&mut self) -> sys::whisper_model_loader {
        sys::whisper_model_loader {
            context: std::ptr::from_mut(self).cast(),
            read: Some(read),
            eof: Some(eof),
            close: Some(close),
        }
    }

    fn read(&mut self, out: &mut [u8]) -> usize {
        if let Some(stored) = self.stored.get(&self.at).filter(|s| s.bytes as usize == out.len()) {
            self.placed.push(Placed {
                address: out.as_ptr() as usize,
                offset: self.at,
                bytes: out.len(),
                is_encoder: stored.is_encoder,
            });
        }
        let mut done = 0;
        while done < out.len() {
            match self.file.read(&mut out[done..]) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        self.ended |= done < out.len();
        self.at += done as u64;
        done
    }

    /// The encoder's weights, once whisper.cpp has read everything.
    pub fn encoder(mut self) -> Arc<EncoderWeights> {
        let tensors = if lie_in_one_block(&mut self.placed, self.stored.len()) {
            self.placed.retain(|p| p.is_encoder);
            self.placed
        } else {
            // Read through a buffer into some other form: nothing is known of where it is.
            Vec::new()
        };
        Arc::new(EncoderWeights {
            file: self.file.into_inner(),
            tensors,
            use_: Mutex::new(Use {
                users: 0,
                is_here: true,
            }),
        })
    }
}

/// Whether all of a file's tensors were read straight to their places: into one block without overlaps. A buffer on
/// the way would be used again and again.
fn lie_in_one_block(placed: &mut [Placed], tensors: usize) -> bool {
    /// Between two tensors, for alignment.
    const GAP: usize = 4096;
    placed.sort_by_key(|p| p.address);
    placed.len() == tensors
        && placed.windows(2).all(|pair| {
            let end = pair[0].address + pair[0].bytes;
            (end..end + GAP).contains(&pair[1].address)
        })
}

/// # Safety
/// `reader` is the reader of [`Reader::callbacks`], `out` has room for `size` bytes.
unsafe extern "C" fn read(reader: *mut c_void, out: *mut c_void, size: usize) -> usize {
    // SAFETY: as promised by whisper.cpp, which calls from the thread that holds the reader.
    let (reader, out) = unsafe {
        out.cast::<u8>().write_bytes(0, size);
        (
            &mut *reader.cast::<Reader<'_>>(),
            std::slice::from_raw_parts_mut(out.cast(), size),
        )
    };
    reader.read(out)
}

/// # Safety
/// As for [`read`].
unsafe extern "C" fn eof(reader: *mut c_void) -> bool {
    // SAFETY: as above.
    unsafe { (*reader.cast::<Reader<'_>>()).ended }
}

unsafe extern "C" fn close(_: *mut c_void) {}

/// The encoder's tensors in memory. They are there while somebody holds them.
#[derive(Debug)]
pub struct EncoderWeights {
    file: File,
    tensors: Vec<Placed>,
    use_: Mutex<Use>,
}

#[derive(Debug)]
struct Use {
    users: usize,
    is_here: bool,
}

/// Keeps the encoder's weights in memory.
#[derive(Debug)]
pub struct Hold(Arc<EncoderWeights>);

impl EncoderWeights {
    /// Reads them again if they were given back.
    ///
    /// # Errors
    /// `Inference` when the file cannot be read any more.
    pub fn hold(self: &Arc<Self>) -> Result<Hold, SpeechError> {
        let mut now = self.use_.lock().unwrap_or_else(PoisonError::into_inner);
        if !now.is_here {
            self.read_again().map_err(|e| SpeechError::Inference {
                what: "the Whisper model's encoder",
                reason: format!("it cannot be read again: {e}"),
            })?;
            now.is_here = true;
        }
        now.users += 1;
        Ok(Hold(self.clone()))
    }

    fn read_again(&self) -> std::io::Result<()> {
        for tensor in &self.tensors {
            // SAFETY: whisper.cpp had this tensor read to this place; its context is alive (whoever holds weights holds
            // the context), and nobody computes with the encoder's tensors before this returns.
            let place = unsafe { std::slice::from_raw_parts_mut(tensor.address as *mut u8, tensor.bytes) };
            self.file.read_exact_at(place, tensor.offset)?;
        }
        Ok(())
    }

    fn give_back(&self) {
        // SAFETY: no preconditions.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
        for tensor in &self.tensors {
            let start = tensor.address.next_multiple_of(page);
            let end = (tensor.address + tensor.bytes) / page * page;
            if start < end {
                // SAFETY: whole pages inside one tensor of anonymous memory; they read as zeros from now on, and are
                // read again from the file before anybody computes with them.
                unsafe { libc::madvise(start as *mut c_void, end - start, libc::MADV_DONTNEED) };
            }
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut now = self.0.use_.lock().unwrap_or_else(PoisonError::into_inner);
        now.users -= 1;
        if now.users == 0 && !self.0.tensors.is_empty() {
            self.0.give_back();
            now.is_here = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(at: &[(usize, usize)]) -> Vec<Placed> {
        at.iter()
            .map(|&(address, bytes)| Placed {
                address,
                offset: 0,
                bytes,
                is_encoder: true,
            })
            .collect()
    }

    #[test]
    fn only_tensors_side_by_side_are_known_to_be_in_place() {
        assert!(lie_in_one_block(&mut placed(&[(9000, 100), (8000, 990)]), 2));
        assert!(
            !lie_in_one_block(&mut placed(&[(8000, 100), (8000, 90)]), 2),
            "a buffer used twice"
        );
        assert!(
            !lie_in_one_block(&mut placed(&[(8000, 100), (900_000, 90)]), 2),
            "elsewhere"
        );
        assert!(!lie_in_one_block(&mut placed(&[(8000, 100)]), 2), "one was not seen");
    }
}
