//! A safe face over the few functions of whisper.cpp that are used here.
//!
//! whisper-rs's own safe layer offers only whole runs or the logits of one-token steps, so this goes to its raw
//! bindings: the greedy search in [`super::greedy`] asks for language, speechlessness and text in one pass over the
//! same encoded audio, and can stop between two tokens.
#![allow(unsafe_code)]

use super::ggml_file::Stored;
use super::hook::{self, EncoderLink};
use super::weights::{EncoderWeights, Hold, Reader};
use crate::SpeechError;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Once};
use whisper_rs::whisper_rs_sys as sys;

pub type Token = sys::whisper_token;

/// Steps of fewer tokens than this, in a decoder no wider than [`NARROW`] (tiny, base), run on one thread: a step is
/// some 150 small operations, after each of which threads wait for each other, and waking up takes longer than the half
/// of the work that the other thread would spare. Measured with base in q8_0: 5.2 ms a token on one thread, 6.1 on two.
const MANY_TOKENS: usize = 8;
const NARROW: usize = 512;

/// The weights and vocabulary, shared by the states that compute with them.
#[derive(Debug)]
pub struct Context {
    ptr: NonNull<sys::whisper_context>,
    encoder: Arc<EncoderWeights>,
}

// SAFETY: a whisper_context without a state of its own is only read after loading; whisper.cpp documents that several
// states may use one context from several threads.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

impl Context {
    /// Loads a ggml file. `stored` is what [`super::ggml_file::check`] found in it: whisper.cpp aborts the process on
    /// some damaged files.
    ///
    /// # Errors
    /// `Damaged` when whisper.cpp refuses it.
    pub fn load(path: &Path, stored: &[Stored]) -> Result<Arc<Self>, SpeechError> {
        silence_logs();
        let damaged = |reason: &str| SpeechError::Damaged {
            what: "the Whisper model",
            path: path.to_path_buf(),
            reason: reason.to_owned(),
        };
        let mut reader = Reader::open(path, stored).map_err(|e| damaged(&e.to_string()))?;
        // SAFETY: the parameters are whisper.cpp's own defaults; the reader outlives the call and is not moved in it.
        let ptr = unsafe {
            let mut params = sys::whisper_context_default_params();
            params.use_gpu = false;
            params.flash_attn = false; // slower on a CPU
            sys::whisper_init_with_params_no_state(&mut reader.callbacks(), params)
        };
        let ptr = NonNull::new(ptr).ok_or_else(|| damaged("whisper.cpp refused it"))?;
        let encoder = reader.encoder();
        Ok(Arc::new(Self { ptr, encoder }))
    }

    fn raw(&self) -> *mut sys::whisper_context {
        self.ptr.as_ptr()
    }

    pub fn is_multilingual(&self) -> bool {
        // SAFETY: the context is alive.
        unsafe { sys::whisper_is_multilingual(self.raw()) != 0 }
    }

    /// Positions of the encoder: 1500 for 30 s.
    pub fn audio_ctx(&self) -> usize {
        // SAFETY: the context is alive.
        unsafe { sys::whisper_model_n_audio_ctx(self.raw()) as usize }
    }

    /// Width of the encoder's output.
    pub fn audio_state(&self) -> usize {
        // SAFETY: the context is alive.
        unsafe { sys::whisper_model_n_audio_state(self.raw()) as usize }
    }

    /// Rows of the spectrogram.
    pub fn n_mels(&self) -> usize {
        // SAFETY: the context is alive.
        unsafe { sys::whisper_model_n_mels(self.raw()) as usize }
    }

    /// Width of the decoder.
    fn text_state(&self) -> usize {
        // SAFETY: the context is alive.
        unsafe { sys::whisper_model_n_text_state(self.raw()) as usize }
    }

    pub fn n_vocab(&self) -> usize {
        // SAFETY: the context is alive.
        unsafe { sys::whisper_n_vocab(self.raw()) as usize }
    }

    pub fn tokens(&self) -> SpecialTokens {
        let ctx = self.raw();
        // SAFETY: the context is alive; these only read ids.
        unsafe {
            SpecialTokens {
                eot: sys::whisper_token_eot(ctx),
                sot: sys::whisper_token_sot(ctx),
                prev: sys::whisper_token_prev(ctx),
                no_speech: sys::whisper_token_nosp(ctx),
                transcribe: sys::whisper_token_transcribe(ctx),
                no_timestamps: sys::whisper_token_not(ctx),
            }
        }
    }

    /// The token of a language (`en`, `de`); `None` when the model does not know it.
    pub fn language_token(&self, code: &str) -> Option<Token> {
        let code = CString::new(code).ok()?;
        // SAFETY: the string is NUL-terminated; an unknown language gives -1.
        let id = unsafe { sys::whisper_lang_id(code.as_ptr()) };
        // Only as many languages as fit between <|startoftranscript|> and <|translate|> are in this vocabulary.
        // SAFETY: the context is alive.
        let token = (id >= 0).then(|| unsafe { sys::whisper_token_lang(self.raw(), id) })?;
        // SAFETY: the context is alive.
        (token < unsafe { sys::whisper_token_translate(self.raw()) }).then_some(token)
    }

    /// Every language of the model: code and token.
    pub fn languages(&self) -> Vec<(String, Token)> {
        // SAFETY: the ids run from 0 to the maximum, each with a static name.
        let codes = (0..=unsafe { sys::whisper_lang_max_id() }).filter_map(|id| unsafe {
            let name = sys::whisper_lang_str(id);
            (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned())
        });
        codes
            .filter_map(|code| self.language_token(&code).map(|token| (code, token)))
            .collect()
    }

    pub fn tokenize(&self, text: &str) -> Vec<Token> {
        let Ok(c_text) = CString::new(text) else {
            return Vec::new();
        };
        // A token is at least one byte, so this is always enough.
        let mut tokens = vec![0; text.len() + 8];
        // SAFETY: the buffer holds as many tokens as is said.
        let n =
            unsafe { sys::whisper_tokenize(self.raw(), c_text.as_ptr(), tokens.as_mut_ptr(), tokens.len() as c_int) };
        tokens.truncate(usize::try_from(n).unwrap_or(0));
        tokens
    }

    /// The bytes of a text token; a character may be spread over several tokens.
    pub fn token_bytes(&self, token: Token) -> &[u8] {
        if token < 0 || token as usize >= self.n_vocab() {
            return &[];
        }
        // SAFETY: the id is in the vocabulary; the string lives as long as the context.
        unsafe {
            let text = sys::whisper_token_to_str(self.raw(), token);
            if text.is_null() {
                &[]
            } else {
                CStr::from_ptr(text).to_bytes()
            }
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: created by whisper_init, freed once; states hold an Arc and are gone.
        unsafe { sys::whisper_free(self.raw()) }
    }
}

/// Ids of the tokens that are not text.
#[derive(Debug, Clone, Copy)]
pub struct SpecialTokens {
    /// End of text; every id below it is text.
    pub eot: Token,
    pub sot: Token,
    pub prev: Token,
    pub no_speech: Token,
    pub transcribe: Token,
    pub no_timestamps: Token,
}

/// Buffers for one utterance at a time: mel, encoded audio, attention caches.
pub struct State {
    ptr: NonNull<sys::whisper_state>,
    /// Of a state that encodes with ggml. Stands before the context, so that it is dropped before.
    _encoder: Option<Hold>,
    context: Arc<Context>,
    link: Option<Arc<EncoderLink>>,
}

// SAFETY: a state is used by one thread at a time (&mut self), and nothing in it is bound to the thread it was made on.
unsafe impl Send for State {}

impl State {
    /// `encoder`, when given, computes in place of whisper.cpp's own.
    ///
    /// # Errors
    /// `Inference` when memory runs out, or when whisper.cpp was built without the hook that calls the encoder.
    pub fn new(context: &Arc<Context>, encoder: Option<Arc<EncoderLink>>) -> Result<Self, SpeechError> {
        let failed = |reason: &str| SpeechError::Inference {
            what: "a Whisper state",
            reason: reason.to_owned(),
        };
        let wanted = encoder.is_some();
        let hold = (!wanted).then(|| context.encoder.hold()).transpose()?;
        let (ptr, taken) = hook::offer(encoder.clone(), || {
            // SAFETY: the context is alive.
            unsafe { sys::whisper_init_state(context.raw()) }
        });
        let ptr = NonNull::new(ptr).ok_or_else(|| failed("whisper.cpp could not create it"))?;
        let state = Self {
            ptr,
            _encoder: hold,
            context: context.clone(),
            link: encoder,
        };
        if wanted && !taken {
            return Err(failed(
                "this build of whisper.cpp lacks the encoder hook (CXXFLAGS in .cargo/config.toml)",
            ));
        }
        Ok(state)
    }

    /// Computes the mel spectrogram of 16 kHz mono audio (at least 201 samples) and sets how many encoder positions
    /// (20 ms each) [`State::encode`] and [`State::decode`] work with.
    ///
    /// # Errors
    /// `Inference`.
    pub fn set_audio(&mut self, audio: &[f32], audio_ctx: usize, threads: usize) -> Result<(), SpeechError> {
        unsafe extern "C" fn stop_before_encoder(
            _: *mut sys::whisper_context,
            _: *mut sys::whisper_state,
            _: *mut c_void,
        ) -> bool {
            false
        }
        // Only whisper_full sets the context length; it is stopped before it encodes anything.
        // SAFETY: defaults from whisper.cpp itself, pointers that outlive the call, a static language code.
        let code = unsafe {
            let mut p = sys::whisper_full_default_params(sys::whisper_sampling_strategy_WHISPER_SAMPLING_GREEDY);
            p.n_threads = threads as c_int;
            p.audio_ctx = audio_ctx as c_int;
            p.no_context = true;
            p.print_progress = false;
            p.language = c"en".as_ptr();
            p.greedy.best_of = 1;
            p.encoder_begin_callback = Some(stop_before_encoder);
            sys::whisper_full_with_state(
                self.context.raw(),
                self.ptr.as_ptr(),
                p,
                audio.as_ptr(),
                audio.len() as c_int,
            )
        };
        Self::check("the spectrogram", code)
    }

    /// Encodes the audio that was set.
    ///
    /// # Errors
    /// `Inference`; also when the encoder was interrupted.
    pub fn encode(&mut self, threads: usize) -> Result<(), SpeechError> {
        // SAFETY: context and state are alive, and the state is ours alone.
        let code =
            unsafe { sys::whisper_encode_with_state(self.context.raw(), self.ptr.as_ptr(), 0, threads as c_int) };
        Self::check("the Whisper encoder", code)?;
        match self.link.as_ref().and_then(|link| link.take_error()) {
            Some(reason) => Err(SpeechError::Inference {
                what: "the Whisper encoder",
                reason,
            }),
            None => Ok(()),
        }
    }

    /// Feeds `tokens` after the first `n_past` ones and returns the logits that follow the last, one a vocabulary
    /// entry.
    ///
    /// # Errors
    /// `Inference`.
    pub fn decode(&mut self, tokens: &[Token], n_past: usize, threads: usize) -> Result<&[f32], SpeechError> {
        let threads = if tokens.len() < MANY_TOKENS && self.context.text_state() <= NARROW {
            1
        } else {
            threads
        };
        // SAFETY: context and state are alive, and the state is ours alone.
        let code = unsafe {
            sys::whisper_decode_with_state(
                self.context.raw(),
                self.ptr.as_ptr(),
                tokens.as_ptr(),
                tokens.len() as c_int,
                n_past as c_int,
                threads as c_int,
            )
        };
        Self::check("the Whisper decoder", code)?;
        let vocab = self.context.n_vocab();
        // SAFETY: whisper.cpp keeps one row of logits a token of the batch, and computes the last one.
        unsafe {
            let logits = sys::whisper_get_logits_from_state(self.ptr.as_ptr());
            Ok(std::slice::from_raw_parts(
                logits.add((tokens.len() - 1) * vocab),
                vocab,
            ))
        }
    }

    fn check(what: &'static str, code: c_int) -> Result<(), SpeechError> {
        if code == 0 {
            Ok(())
        } else {
            Err(SpeechError::Inference {
                what,
                reason: format!("whisper.cpp says {code}"),
            })
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: created by whisper_init_state, freed once.
        unsafe { sys::whisper_free_state(self.ptr.as_ptr()) }
    }
}

/// whisper.cpp and ggml print to stderr by default; what matters comes back as errors.
fn silence_logs() {
    static ONCE: Once = Once::new();
    unsafe extern "C" fn forward(level: sys::ggml_log_level, text: *const c_char, _: *mut c_void) {
        if level == sys::ggml_log_level_GGML_LOG_LEVEL_ERROR && !text.is_null() {
            // SAFETY: whisper.cpp passes a NUL-terminated string.
            let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
            tracing::debug!(engine = "whisper.cpp", "{}", text.trim_end());
        }
    }
    ONCE.call_once(|| {
        // SAFETY: the callback is a plain function that lives for ever.
        unsafe {
            sys::whisper_log_set(Some(forward), std::ptr::null_mut());
            sys::ggml_log_set(Some(forward), std::ptr::null_mut());
        }
    });
}
