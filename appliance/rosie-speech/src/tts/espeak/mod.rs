//! libespeak-ng: phonemes for Piper, and a voice of its own in a hundred languages.
//!
//! The library's state belongs to the whole process, so there is one [`Espeak`] and whoever calls it holds its lock
//! for one clause or one sentence.

mod engine;
mod ffi;
mod voices;

pub use engine::{EspeakEngine, EspeakQueue};
pub use voices::voice_of;

use crate::SpeechError;
use ffi::Functions;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Debian's and Buildroot's name for the library, found through the system's search path.
const LIBRARY: &str = "libespeak-ng.so.1";
/// How much audio each callback carries.
const BUFFER_MS: u32 = 100;

/// Where libespeak-ng is; everything `None` takes the system's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EspeakConfig {
    /// The shared library's path.
    pub library: Option<PathBuf>,
    /// The folder that contains `phontab` (usually called `espeak-ng-data`), or its parent.
    pub data: Option<PathBuf>,
}

/// The process's espeak-ng.
pub struct Espeak {
    inner: Mutex<Inner>,
}

struct Inner {
    functions: Functions,
    /// The voice that is set now.
    voice: String,
}

static ESPEAK: OnceLock<Espeak> = OnceLock::new();
static OPENING: Mutex<()> = Mutex::new(());

impl Espeak {
    /// The library, opened on the first successful call; later calls get the first one whatever they ask for.
    ///
    /// # Errors
    /// `Config`, saying what to install or to set.
    pub fn get(config: &EspeakConfig) -> Result<&'static Espeak, SpeechError> {
        if let Some(espeak) = ESPEAK.get() {
            return Ok(espeak);
        }
        let _one_at_a_time = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(espeak) = ESPEAK.get() {
            return Ok(espeak);
        }
        let library = config
            .library
            .clone()
            .map_or_else(|| OsString::from(LIBRARY), PathBuf::into_os_string);
        let functions = Functions::open(&library, config.data.as_deref(), BUFFER_MS).map_err(|reason| {
            let advice = "install espeak-ng (Debian: apt install libespeak-ng1), or set its library and data paths";
            SpeechError::Config {
                what: "libespeak-ng cannot be used",
                reason: format!("{reason}; {advice}"),
            }
        })?;
        Ok(ESPEAK.get_or_init(|| Espeak {
            inner: Mutex::new(Inner {
                functions,
                voice: String::new(),
            }),
        }))
    }

    /// IPA of one clause, language switches like `(en)` removed.
    ///
    /// # Errors
    /// `Config` when espeak-ng has no such voice.
    pub fn phonemes(&self, voice: &str, clause: &str) -> Result<String, SpeechError> {
        let mut inner = self.lock();
        inner.choose(voice)?;
        Ok(without_switches(&inner.functions.phonemes(clause).join(" ")))
    }

    /// Speaks one sentence. `receive` gets pieces of about 100 ms at [`Espeak::sample_rate`] and stops it by `false`.
    /// `rate` 1 is espeak-ng's own pace; `gain` 1 its own loudness.
    ///
    /// # Errors
    /// `Config` when espeak-ng has no such voice, `Inference` when it refuses the text.
    pub fn speak(
        &self,
        voice: &str,
        text: &str,
        rate: f32,
        gain: f32,
        receive: &mut dyn FnMut(&[i16]) -> bool,
    ) -> Result<(), SpeechError> {
        /// espeak-ng's `espeakRATE_NORMAL`.
        const WORDS_PER_MINUTE: f32 = 165.0;
        let mut inner = self.lock();
        inner.choose(voice)?;
        let pace = (WORDS_PER_MINUTE * rate).clamp(80.0, 450.0) as u32;
        let volume = (100.0 * gain).clamp(0.0, 200.0) as u32;
        if inner.functions.speak(text, pace, volume, receive) {
            Ok(())
        } else {
            Err(SpeechError::Inference {
                what: "espeak-ng",
                reason: "it refused the text".to_owned(),
            })
        }
    }

    /// Does espeak-ng have this voice?
    pub fn has_voice(&self, voice: &str) -> bool {
        self.lock().choose(voice).is_ok()
    }

    /// Samples a second of what [`Espeak::speak`] makes.
    pub fn sample_rate(&self) -> u32 {
        self.lock().functions.sample_rate
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|poisoned| {
            let mut inner = poisoned.into_inner();
            inner.voice.clear();
            inner
        })
    }
}

impl Inner {
    fn choose(&mut self, voice: &str) -> Result<(), SpeechError> {
        if self.voice == voice {
            return Ok(());
        }
        self.voice.clear();
        if !self.functions.set_voice(voice) {
            let reason = format!("there is no voice called `{voice}`");
            return Err(SpeechError::Config {
                what: "espeak-ng",
                reason,
            });
        }
        voice.clone_into(&mut self.voice);
        Ok(())
    }
}

/// Drops `(en)` and the like, which surround words that espeak-ng reads in another language.
fn without_switches(ipa: &str) -> String {
    let mut depth = 0u32;
    ipa.chars()
        .filter(|c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_switches_are_dropped() {
        assert_eq!(without_switches("(en)ˈlaɪt(de) an"), "ˈlaɪt an");
        assert_eq!(without_switches("no switch)"), "no switch");
    }
}
