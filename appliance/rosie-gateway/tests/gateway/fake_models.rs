//! Models in every state at once, and a voice that hums.

use rosie_core::{
    AudioFrame, BoxFuture, CancelFlag, ErrorCode, Failure, Intent, Language, RoomId, SampleRate,
    engine::{Transcript, TtsEvent, TtsSink, WakeSink, WakeStream, WakeWord},
    models::{ModelAdmin, ModelEntry, ModelFetch, ModelPresence},
    pipeline::{Pipeline, Sentences, Voice},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Those that were asked for since the start, and what became of each. `whisper-base` is on its way already and stands still.
#[derive(Clone, Default)]
pub struct FakeModels(Arc<Mutex<BTreeMap<String, Came>>>);

#[derive(Clone, Copy, PartialEq)]
enum Came {
    /// Cancelled.
    No,
    /// So many pieces of three; each look brings another one.
    Pieces(u64),
}

const PIECE: u64 = 20 << 20;
const PIECES: u64 = 3;

fn entry(id: &str, kind: &str, presence: ModelPresence, in_use: bool) -> ModelEntry {
    let bytes = PIECES * PIECE;
    ModelEntry {
        id: id.into(),
        kind: kind.into(),
        purpose: "What it is for".into(),
        licence: "MIT".into(),
        bytes,
        bytes_here: if presence == ModelPresence::Ready { bytes } else { 0 },
        presence,
        in_use,
        fetch: None,
        problem: None,
    }
}

fn coming(pieces: u64) -> Option<ModelFetch> {
    Some(ModelFetch {
        doing: "ggml.bin".into(),
        done: pieces * PIECE,
        total: Some(PIECES * PIECE),
    })
}

impl FakeModels {
    fn now(&self) -> MutexGuard<'_, BTreeMap<String, Came>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As it is after what was asked for.
    fn come(&self, entry: ModelEntry) -> ModelEntry {
        let mut now = self.now();
        let (presence, fetch) = match now.get_mut(&entry.id) {
            None => return entry,
            Some(Came::No) => (ModelPresence::Incomplete, None),
            Some(Came::Pieces(PIECES)) => (ModelPresence::Ready, None),
            Some(Came::Pieces(pieces)) => {
                *pieces += 1;
                (ModelPresence::Incomplete, coming(*pieces - 1))
            }
        };
        ModelEntry {
            presence,
            fetch,
            problem: None,
            ..entry
        }
    }
}

impl ModelAdmin for FakeModels {
    fn models(&self) -> Result<Vec<ModelEntry>, Failure> {
        use ModelPresence::{Absent, Incomplete, Ready};
        let all = vec![
            entry("silero-vad", "silero", Ready, true),
            ModelEntry {
                fetch: coming(1),
                ..entry("whisper-base", "whisper", Incomplete, true)
            },
            ModelEntry {
                problem: Some("the disk is full: 12 MB are free, 60 MB are needed".into()),
                ..entry("whisper-small", "whisper", Absent, false)
            },
            entry("piper-en_US-joe-medium", "piper", Ready, true),
            entry("piper-en_US-lessac-medium", "piper", Ready, false),
            entry("piper-de_DE-thorsten-medium", "piper", Absent, false),
        ];
        Ok(all.into_iter().map(|entry| self.come(entry)).collect())
    }

    fn fetch(&self, id: &str) -> Result<(), Failure> {
        if !["whisper-base", "whisper-small", "piper-de_DE-thorsten-medium"].contains(&id) {
            return Err(Failure::new(ErrorCode::BadRequest, "there is no such model"));
        }
        let mut now = self.now();
        let under = match now.get(id) {
            Some(came) => *came != Came::No,
            None => id == "whisper-base",
        };
        if under {
            return Err(Failure::new(ErrorCode::Busy, "it is brought here already"));
        }
        now.insert(id.to_owned(), Came::Pieces(0));
        Ok(())
    }

    fn cancel(&self, id: &str) -> Result<(), Failure> {
        let mut now = self.now();
        let under = match now.get(id) {
            Some(came) => matches!(came, Came::Pieces(..PIECES)),
            None => id == "whisper-base",
        };
        if !under {
            return Err(Failure::new(ErrorCode::BadRequest, "it is not brought here now"));
        }
        now.insert(id.to_owned(), Came::No);
        Ok(())
    }
}

/// Speaks English and German; nothing else of a pipeline is there.
pub struct FakePipeline;

struct Whole;

impl Sentences for Whole {
    fn push(&mut self, text: &str) -> Vec<String> {
        vec![text.to_owned()]
    }

    fn finish(&mut self) -> Option<String> {
        None
    }
}

impl Pipeline for FakePipeline {
    fn languages(&self) -> Vec<Language> {
        vec![Language::new("en"), Language::new("de")]
    }

    fn recogniser(&self) -> String {
        "whisper-base".into()
    }

    fn voices(&self) -> Vec<Voice> {
        let voice = |name: &str, language: &str| Voice {
            name: name.into(),
            language: Language::new(language),
        };
        vec![voice("en_US-joe-medium", "en"), voice("espeak-ng-de", "de")]
    }

    fn transcribe(&self, _: AudioFrame, _: Option<Language>) -> BoxFuture<'_, Result<Transcript, Failure>> {
        Box::pin(async { Err(Failure::new(ErrorCode::SttUnavailable, "it is deaf")) })
    }

    fn wake_words(&self) -> Vec<WakeWord> {
        Vec::new()
    }

    fn listen(&self, _: Vec<String>, _: WakeSink) -> Result<Box<dyn WakeStream>, Failure> {
        Err(Failure::new(ErrorCode::WakeUnavailable, "it is deaf"))
    }

    fn recognize(&self, _: &str, _: Option<&RoomId>, _: Option<Language>) -> Vec<Intent> {
        Vec::new()
    }

    /// As long as the text; what is to be kept quiet fails.
    fn speak(&self, text: String, _: Option<Language>, _: Option<String>, _: CancelFlag, mut sink: TtsSink) {
        if text == "hush" {
            return sink(TtsEvent::Failed(Failure::new(ErrorCode::TtsUnavailable, "it is mute")));
        }
        for _ in text.chars() {
            let wave = |n: u16| if (n / 40).is_multiple_of(2) { 4000 } else { -4000 };
            sink(TtsEvent::Audio(AudioFrame::mono(
                (0..800).map(wave).collect(),
                SampleRate(16_000),
            )));
        }
        sink(TtsEvent::Done {
            audio_ms: 50 * text.chars().count() as u64,
            first_audio_ms: 1,
            compute_ms: 1,
            cached: false,
        });
    }

    fn sentences(&self, _: Option<Language>) -> Box<dyn Sentences> {
        Box::new(Whole)
    }
}
