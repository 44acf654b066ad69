//! The encoder in ONNX Runtime, under whisper.cpp.
//!
//! whisper.cpp can leave its encoder to Core ML. Built with `WHISPER_USE_COREML` on any system, it calls three C
//! functions; here they run an ONNX export of the same encoder, which takes about half the time of ggml's. A null
//! from `whisper_coreml_init` makes whisper.cpp use its own encoder.
//!
//! Which encoder belongs to which state is handed over on the stack of one thread: [`offer`] puts it where
//! `whisper_coreml_init`, called inside `whisper_init_state`, picks it up.
#![allow(unsafe_code)]

use crate::runtime::resting_run;
use ort::session::{RunOptions, Session};
use ort::value::TensorRef;
use std::cell::RefCell;
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Silence in whisper's normalised log-mel beside speech of usual loudness.
const SILENCE: f32 = -0.7;

thread_local! {
    static OFFERED: RefCell<Option<Arc<EncoderLink>>> = const { RefCell::new(None) };
}

/// Runs `make_state` with `link` on offer; also tells whether it was taken.
pub fn offer<T>(link: Option<Arc<EncoderLink>>, make_state: impl FnOnce() -> T) -> (T, bool) {
    let wanted = link.is_some();
    OFFERED.set(link);
    let made = make_state();
    let left = OFFERED.take().is_some();
    (made, wanted && !left)
}

/// An encoder between its owner and whisper.cpp.
pub struct EncoderLink {
    inner: Mutex<Inner>,
    /// Ends a run from another thread.
    options: Arc<RunOptions>,
    /// Values a position has in whisper.cpp's own buffer.
    width: usize,
}

struct Inner {
    session: Session,
    error: Option<String>,
    /// The encoder's answer to silence, position by position.
    silence: Vec<f32>,
    /// Positions to encode; the ones after them are known to be silence. 0: all.
    heard: usize,
}

impl EncoderLink {
    /// `session`: `mel` [1, mels, 2T] f32 → `h` [1, T, width] f32.
    ///
    /// # Errors
    /// What ONNX Runtime says.
    pub fn new(session: Session, width: usize) -> ort::Result<Arc<Self>> {
        let options = Arc::new(RunOptions::new()?);
        Ok(Arc::new(Self {
            inner: Mutex::new(Inner {
                session,
                error: None,
                silence: Vec::new(),
                heard: 0,
            }),
            options,
            width,
        }))
    }

    /// Ends the running and every later run, until [`EncoderLink::resume`].
    pub fn interrupt(&self) {
        let _ = self.options.terminate();
    }

    pub fn resume(&self) {
        let _ = self.options.unterminate();
    }

    /// Why the last run failed, once.
    pub fn take_error(&self) -> Option<String> {
        self.lock().error.take()
    }

    /// Learns what silence is encoded as, so that [`EncoderLink::listen_to`] can spare it.
    ///
    /// # Errors
    /// What ONNX Runtime says.
    pub fn learn_silence(&self, mels: usize, positions: usize) -> Result<(), String> {
        let mut inner = self.lock();
        let mut silence = vec![0.0; positions * self.width];
        inner.run(
            &self.options,
            mels,
            positions * 2,
            &vec![SILENCE; mels * positions * 2],
            &mut silence,
        )?;
        inner.silence = silence;
        Ok(())
    }

    /// Gives back the memory of past runs, by a run on next to nothing that tells ONNX Runtime to.
    ///
    /// # Errors
    /// What ONNX Runtime says.
    pub fn rest(&self, mels: usize) -> Result<(), String> {
        /// 160 ms of silence.
        const POSITIONS: usize = 8;
        let options = resting_run().map_err(|e| e.to_string())?;
        let mut nothing = vec![0.0; POSITIONS * self.width];
        let silence = vec![SILENCE; mels * POSITIONS * 2];
        self.lock().run(&options, mels, POSITIONS * 2, &silence, &mut nothing)
    }

    /// From now on only the first `positions` (20 ms each) are encoded, and the rest taken from what was learnt of
    /// silence; 0 encodes everything.
    ///
    /// The decoder loops without a long stretch of silence after the words, but that silence need not be computed each
    /// time. It saves more than half of the encoder's work on a short utterance, and costs about one word in sixty
    /// (13 instead of 9 errors in 291 words of real speech), however much true silence is left in between: for drafts.
    pub fn listen_to(&self, positions: usize) {
        self.lock().heard = positions;
    }

    /// Encodes `mel` ([mels, frames], row by row) into `out`.
    ///
    /// # Errors
    /// What ONNX Runtime says, or that the shape is not the expected one.
    pub fn encode(&self, mels: usize, frames: usize, mel: &[f32], out: &mut [f32]) -> Result<(), String> {
        let mut inner = self.lock();
        let heard = inner.heard;
        if heard == 0 || heard * 2 >= frames || inner.silence.len() < out.len() {
            return inner.run(&self.options, mels, frames, mel, out);
        }
        let short: Vec<f32> = mel
            .chunks_exact(frames)
            .flat_map(|row| &row[..heard * 2])
            .copied()
            .collect();
        let (words, rest) = out.split_at_mut(heard * self.width);
        rest.copy_from_slice(&inner.silence[heard * self.width..heard * self.width + rest.len()]);
        inner.run(&self.options, mels, heard * 2, &short, words)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn run(
        &mut self,
        options: &RunOptions,
        mels: usize,
        frames: usize,
        mel: &[f32],
        out: &mut [f32],
    ) -> Result<(), String> {
        let mut run = || -> ort::Result<()> {
            let input = TensorRef::from_array_view(([1usize, mels, frames], mel))?;
            let outputs = self
                .session
                .run_with_options(ort::inputs! { "mel" => input }, options)?;
            let (_, encoded) = outputs["h"].try_extract_tensor::<f32>()?;
            if encoded.len() != out.len() {
                return Err(ort::Error::new(format!(
                    "{} values instead of {}",
                    encoded.len(),
                    out.len()
                )));
            }
            out.copy_from_slice(encoded);
            Ok(())
        };
        run().map_err(|e| e.to_string())
    }
}

/// Called by whisper.cpp while it creates a state; the path it derives from the model's is not used.
#[unsafe(no_mangle)]
extern "C" fn whisper_coreml_init(_path: *const c_char) -> *mut c_void {
    match OFFERED.take() {
        Some(link) => Arc::into_raw(link).cast_mut().cast(),
        None => std::ptr::null_mut(),
    }
}

/// Called by whisper.cpp while it frees a state that has an encoder.
///
/// # Safety
/// `link` comes from [`whisper_coreml_init`] and is not used again.
#[unsafe(no_mangle)]
unsafe extern "C" fn whisper_coreml_free(link: *mut c_void) {
    if !link.is_null() {
        // SAFETY: made by Arc::into_raw above.
        drop(unsafe { Arc::from_raw(link.cast::<EncoderLink>()) });
    }
}

/// Called by whisper.cpp to encode: `mel` is [mels, frames] row by row, `out` has frames/2 rows of the model's width.
///
/// # Safety
/// `link` comes from [`whisper_coreml_init`]; the buffers are whisper.cpp's own tensors.
#[unsafe(no_mangle)]
unsafe extern "C" fn whisper_coreml_encode(link: *const c_void, frames: i64, mels: i64, mel: *mut f32, out: *mut f32) {
    // SAFETY: whisper.cpp passes back what whisper_coreml_init returned, while the state is alive.
    let link = unsafe { &*link.cast::<EncoderLink>() };
    let (frames, mels) = (frames as usize, mels as usize);
    // SAFETY: the tensors have these sizes (whisper_build_graph_conv).
    let (mel, out) = unsafe {
        (
            std::slice::from_raw_parts(mel, frames * mels),
            std::slice::from_raw_parts_mut(out, frames / 2 * link.width),
        )
    };
    let done = catch_unwind(AssertUnwindSafe(|| link.encode(mels, frames, mel, out)));
    let error = match done {
        Ok(Ok(())) => return,
        Ok(Err(reason)) => reason,
        Err(_) => "the encoder panicked".to_owned(),
    };
    out.fill(0.0);
    link.lock().error = Some(error);
}
