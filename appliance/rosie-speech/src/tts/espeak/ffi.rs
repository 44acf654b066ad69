//! The functions of libespeak-ng, found in the shared library at run time. The only unsafe code of text to speech.
//!
//! The library is GPL-3 and stays a separate file that is opened with `dlopen`: the daemon starts, and says what is
//! missing, without it. Its state is global to the process, so every call needs `&mut Functions`, of which
//! [`super::Espeak`] hands out one at a time. Names and numbers are those of espeak-ng's `speak_lib.h` (API 12).

#![allow(unsafe_code)]

use libloading::Library;
use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_short, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// `AUDIO_OUTPUT_SYNCHRONOUS`: audio goes to the callback, and `espeak_Synth` returns when all of it was made.
const OUTPUT_SYNCHRONOUS: c_int = 2;
/// Without it a missing data folder ends the process.
const INITIALIZE_DONT_EXIT: c_int = 0x8000;
const CHARS_UTF8: c_int = 1;
const PHONEMES_IPA: c_int = 2;
const POS_CHARACTER: c_int = 1;
const OK: c_int = 0;

const PARAMETER_RATE: c_int = 1;
const PARAMETER_VOLUME: c_int = 2;

type SynthCallback = unsafe extern "C" fn(*mut c_short, c_int, *mut Event) -> c_int;

/// `espeak_EVENT`. Only `kind` (0 ends the list) and `user_data` are read.
#[repr(C)]
struct Event {
    kind: c_int,
    unique_identifier: c_uint,
    text_position: c_int,
    length: c_int,
    audio_position: c_int,
    sample: c_int,
    user_data: *mut c_void,
    id: [u8; 8],
}

type Initialize = unsafe extern "C" fn(c_int, c_int, *const c_char, c_int) -> c_int;
type SetVoiceByName = unsafe extern "C" fn(*const c_char) -> c_int;
type TextToPhonemes = unsafe extern "C" fn(*mut *const c_void, c_int, c_int) -> *const c_char;
type SetSynthCallback = unsafe extern "C" fn(SynthCallback);
type SetParameter = unsafe extern "C" fn(c_int, c_int, c_int) -> c_int;
type Synth =
    unsafe extern "C" fn(*const c_void, usize, c_uint, c_int, c_uint, c_uint, *mut c_uint, *mut c_void) -> c_int;

/// The opened and initialised library.
pub(super) struct Functions {
    set_voice: SetVoiceByName,
    text_to_phonemes: TextToPhonemes,
    set_parameter: SetParameter,
    synth: Synth,
    /// Samples a second of what `synth` makes.
    pub sample_rate: u32,
    /// Keeps the function pointers valid; dropped last.
    _library: Library,
}

/// Receives samples; `false` stops the synthesis.
type Receive<'a> = dyn FnMut(&[i16]) -> bool + 'a;

impl Functions {
    /// Opens `library` (a file name for the system's search, or a path) and initialises it with the data folder
    /// `data`, or the library's own when `None`.
    pub fn open(library: &OsStr, data: Option<&Path>, buffer_ms: u32) -> Result<Self, String> {
        // SAFETY: libespeak-ng's constructors only set up its own globals; the name is the owner's choice.
        let opened = unsafe { Library::new(library) }.map_err(|e| e.to_string())?;
        macro_rules! function {
            ($name:literal as $kind:ty) => {{
                // SAFETY: the type is the one that speak_lib.h declares for this name.
                let symbol = unsafe { opened.get::<$kind>($name) };
                *symbol.map_err(|e| e.to_string())?
            }};
        }
        let initialize = function!(b"espeak_Initialize\0" as Initialize);
        let set_callback = function!(b"espeak_SetSynthCallback\0" as SetSynthCallback);
        let set_voice = function!(b"espeak_SetVoiceByName\0" as SetVoiceByName);
        let text_to_phonemes = function!(b"espeak_TextToPhonemes\0" as TextToPhonemes);
        let set_parameter = function!(b"espeak_SetParameter\0" as SetParameter);
        let synth = function!(b"espeak_Synth\0" as Synth);
        let data = match data {
            Some(path) => Some(
                CString::new(path.as_os_str().as_encoded_bytes())
                    .map_err(|_| "the data path contains a zero byte".to_owned())?,
            ),
            None => None,
        };
        let path = data.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: `path` is null or a string that outlives the call; the library copies it.
        let rate = unsafe { initialize(OUTPUT_SYNCHRONOUS, buffer_ms as c_int, path, INITIALIZE_DONT_EXIT) };
        if rate <= 0 {
            return Err("it does not find its data folder (espeak-ng-data)".to_owned());
        }
        // SAFETY: `on_audio` has the declared signature and lives as long as the program.
        unsafe { set_callback(on_audio) };
        Ok(Self {
            set_voice,
            text_to_phonemes,
            set_parameter,
            synth,
            sample_rate: rate as u32,
            _library: opened,
        })
    }

    /// Chooses a voice by its name or language (`en-us`, `de`); `false` when there is none.
    pub fn set_voice(&mut self, name: &str) -> bool {
        let Ok(name) = CString::new(name) else { return false };
        // SAFETY: a zero-terminated string that outlives the call.
        unsafe { (self.set_voice)(name.as_ptr()) == OK }
    }

    /// IPA of `text` in the chosen voice, one string for each clause that espeak-ng finds.
    pub fn phonemes(&mut self, text: &str) -> Vec<String> {
        let Ok(text) = CString::new(text) else {
            return Vec::new();
        };
        let mut rest = text.as_ptr().cast::<c_void>();
        let mut clauses = Vec::new();
        while !rest.is_null() {
            // SAFETY: `rest` points into `text`, which is alive; the library moves it on and makes it null at the end.
            let ipa = unsafe { (self.text_to_phonemes)(&raw mut rest, CHARS_UTF8, PHONEMES_IPA) };
            if ipa.is_null() {
                break;
            }
            // SAFETY: the library returns a zero-terminated string in its own buffer, valid until the next call.
            clauses.push(unsafe { CStr::from_ptr(ipa) }.to_string_lossy().into_owned());
        }
        clauses
    }

    /// Speaks `text` in the chosen voice: `words_per_minute` (80 to 450), `volume` in percent (0 to 200). `receive`
    /// gets the audio piece by piece. `false` when the library refuses the text.
    pub fn speak(&mut self, text: &str, words_per_minute: u32, volume: u32, receive: &mut Receive<'_>) -> bool {
        let Ok(text) = CString::new(text) else { return false };
        let mut receive: &mut Receive<'_> = receive;
        let user_data = (&raw mut receive).cast::<c_void>();
        // SAFETY: plain numbers; then a zero-terminated text of the given size and a pointer to `receive`, all of
        // which outlive the call, which is synchronous: the callback is not called after it returns.
        unsafe {
            (self.set_parameter)(PARAMETER_RATE, words_per_minute as c_int, 0);
            (self.set_parameter)(PARAMETER_VOLUME, volume as c_int, 0);
            let size = text.as_bytes_with_nul().len();
            let flags = CHARS_UTF8 as c_uint;
            let nobody = std::ptr::null_mut();
            (self.synth)(
                text.as_ptr().cast(),
                size,
                0,
                POS_CHARACTER,
                0,
                flags,
                nobody,
                user_data,
            ) == OK
        }
    }
}

/// Hands a piece of audio to the closure that `speak` passed as user data. Returns 1 to stop.
unsafe extern "C" fn on_audio(samples: *mut c_short, count: c_int, events: *mut Event) -> c_int {
    if samples.is_null() || count <= 0 || events.is_null() {
        return 0;
    }
    // SAFETY: the library passes a list of at least one event, each with the user data of the `espeak_Synth` that is
    // running (`speak`), which is a live `&mut Receive` that nobody else uses meanwhile; and `count` samples.
    let (receive, samples) = unsafe {
        let user_data = (*events).user_data.cast::<&mut Receive<'_>>();
        if user_data.is_null() {
            return 0;
        }
        (&mut *user_data, std::slice::from_raw_parts(samples, count as usize))
    };
    // A panic must not cross the library's frames.
    match catch_unwind(AssertUnwindSafe(|| receive(samples))) {
        Ok(true) => 0,
        Ok(false) | Err(_) => 1,
    }
}
