//! The thread that speaks with one Piper voice, a piece of one text at a time.

use super::model::{Model, Utterance};
use super::pace::Pace;
use super::parts::Loader;
use super::voice::{PhonemeType, VoiceDescription};
use crate::SpeechError;
use crate::runtime::Runtime;
use crate::tts::espeak::{Espeak, EspeakConfig};
use crate::tts::phonemes;
use crate::tts::plan::{Sentence, Unit};
use crate::tts::queue::{Due, DueQueue};
use crate::tts::request::Request;
use crate::worker::{Engine, Job, Status, WorkerSpec, Workers};
use rosie_core::engine::EngineHealth;
use rosie_core::{ErrorCode, Failure, SampleRate};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A voice that has been loading for longer does not keep people waiting: espeak-ng speaks meanwhile.
pub const PATIENCE: Duration = Duration::from_millis(1_500);
/// How often it is looked whether it has come.
const LOOK: Duration = Duration::from_millis(50);

/// One Piper voice and how to run it.
#[derive(Debug, Clone)]
pub struct PiperSettings {
    /// `libonnxruntime.so`.
    pub onnxruntime: PathBuf,
    /// The folder with `voice.onnx.json` and `voice.onnx` (or `encoder.onnx` and `decoder.onnx`).
    pub folder: PathBuf,
    /// Speaker by name or number, in voices that have several.
    pub speaker: Option<String>,
    pub espeak: EspeakConfig,
    /// Where optimised model parts are kept.
    pub model_cache: Option<PathBuf>,
    pub threads: usize,
    /// Loudness. Fixed, so that pieces fit together; Piper's voices peak at about 0.6.
    pub gain: f32,
    /// Pause after each sentence but the last.
    pub sentence_pause_ms: u32,
    /// Texts that may wait.
    pub queue_limit: usize,
}

/// A running Piper voice.
pub struct PiperEngine {
    queue: Arc<DueQueue<PiperJob>>,
    workers: Workers,
    started: Instant,
    panic_next: Arc<AtomicBool>,
    resting: Arc<AtomicBool>,
}

impl PiperEngine {
    /// Starts the thread `name`; loading goes on there.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(name: &'static str, settings: PiperSettings) -> Result<Self, SpeechError> {
        let queue = Arc::new(DueQueue::new(settings.queue_limit));
        let panic_next = Arc::new(AtomicBool::new(false));
        let resting = Arc::new(AtomicBool::new(false));
        let (for_thread, panics, rests) = (queue.clone(), panic_next.clone(), resting.clone());
        let spec = WorkerSpec::new(name, ErrorCode::TtsUnavailable);
        let workers = Workers::start(spec, queue.clone(), move |_| {
            Speaker::load(&settings, for_thread.clone(), panics.clone(), rests.clone())
        })?;
        hand_on(queue.clone(), workers.status().clone())?;
        Ok(Self {
            queue,
            workers,
            started: Instant::now(),
            panic_next,
            resting,
        })
    }

    pub fn health(&self) -> EngineHealth {
        self.workers.health()
    }

    /// Since when it has been trying to be ready.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    pub fn restarts(&self) -> u64 {
        self.workers.restarts()
    }

    pub fn depth(&self) -> usize {
        self.queue.depth()
    }

    pub fn refused(&self) -> u64 {
        self.queue.refused()
    }

    /// Queues a text; a full queue fails it at once.
    pub fn submit(&self, request: Request) {
        let job = PiperJob {
            request: Some(request),
            open: None,
        };
        if let Err(job) = self.queue.push(job) {
            job.fail(Failure::new(ErrorCode::Busy, "too many texts wait to be spoken"));
        }
    }

    /// A text will come soon: what was given back at rest is taken again now, unless there is better work to do.
    pub fn wake(&self) {
        if self.resting.load(Ordering::Acquire) {
            let nothing = PiperJob {
                request: None,
                open: None,
            };
            // A full queue keeps it awake.
            let _ = self.queue.push(nothing);
        }
    }

    /// Makes the thread panic at its next piece, for tests of what happens then.
    #[doc(hidden)]
    pub fn panic_at_next_piece(&self) {
        self.panic_next.store(true, Ordering::Release);
    }
}

/// Hands on what was given to a voice while it loaded, once that takes too long: on a busy machine the first sentence after a
/// start waited for seconds. From then on nobody gives it anything before it is there.
fn hand_on(queue: Arc<DueQueue<PiperJob>>, status: Arc<Status>) -> Result<(), SpeechError> {
    // What was given at the last moment has come by then.
    let until = Instant::now() + PATIENCE + LOOK;
    let loading = move || status.health() == EngineHealth::Loading;
    let wait = move || {
        while Instant::now() < until {
            if queue.is_closed() || !loading() {
                return;
            }
            std::thread::sleep(LOOK);
        }
        if !loading() {
            return;
        }
        for job in queue.take_due() {
            job.fail(Failure::new(ErrorCode::TtsUnavailable, "the voice is still loading"));
        }
    };
    std::thread::Builder::new()
        .name("tts-patience".to_owned())
        .spawn(wait)
        .map(drop)
        .map_err(|error| SpeechError::Config {
            what: "starting a thread",
            reason: error.to_string(),
        })
}

pub(super) struct PiperJob {
    /// `None` once it was answered or put back, and where there is nothing to say but to get ready.
    request: Option<Request>,
    open: Option<Open>,
}

/// The sentence that is sounding.
struct Open {
    sentence: Sentence,
    utterance: Utterance,
}

impl Job for PiperJob {
    fn fail(self, failure: Failure) {
        if let Some(mut request) = self.request {
            // Whoever takes over says the interrupted sentence again from its beginning.
            if let Some(open) = self.open {
                request.units.push_front(Unit::Speech(open.sentence));
            }
            request.fail(failure);
        }
    }
}

impl Due for PiperJob {
    fn due(&self) -> Option<Instant> {
        self.request.as_ref().and_then(Due::due)
    }
}

struct Speaker {
    model: Model,
    voice: VoiceDescription,
    espeak: Option<&'static Espeak>,
    queue: Arc<DueQueue<PiperJob>>,
    pace: Pace,
    gain: f32,
    sentence_pause_ms: u32,
    panic_next: Arc<AtomicBool>,
    resting: Arc<AtomicBool>,
}

impl Speaker {
    fn load(
        settings: &PiperSettings,
        queue: Arc<DueQueue<PiperJob>>,
        panic_next: Arc<AtomicBool>,
        resting: Arc<AtomicBool>,
    ) -> Result<Self, SpeechError> {
        let voice = VoiceDescription::read(&settings.folder.join("voice.onnx.json"))?;
        let speaker = voice.speaker(settings.speaker.as_deref())?;
        let espeak = match voice.phoneme_type {
            PhonemeType::Espeak => Some(Espeak::get(&settings.espeak)?),
            _ => None,
        };
        let runtime = Runtime::get(&settings.onnxruntime)?;
        let loader = Loader {
            runtime,
            threads: settings.threads.max(1),
            cache: settings.model_cache.as_deref(),
        };
        let model = Model::new(loader.load(&settings.folder)?, speaker);
        let (gain, sentence_pause_ms) = (settings.gain, settings.sentence_pause_ms);
        let mut speaker = Self {
            model,
            voice,
            espeak,
            queue,
            pace: Pace::default(),
            gain,
            sentence_pause_ms,
            panic_next,
            resting,
        };
        speaker.warm()?;
        Ok(speaker)
    }

    /// The first run of a session allocates what later ones reuse; nobody should wait for that.
    fn warm(&mut self) -> Result<(), SpeechError> {
        if let Some((frames, time)) = self.hello()? {
            self.pace.learn(frames, time);
        }
        Ok(())
    }

    /// Says something short to nobody; how many frames it made in what time.
    fn hello(&mut self) -> Result<Option<(usize, Duration)>, SpeechError> {
        let sentence = Sentence {
            spans: vec![super::super::plan::Span::Words("Hello.".into())],
            rate: 1.0,
            gain: 1.0,
        };
        let Some(mut open) = self.open(sentence)? else {
            return Ok(None);
        };
        let started = Instant::now();
        let frames = self.model.next(&mut open.utterance, 16)?.len() / 256;
        Ok(Some((frames, started.elapsed())))
    }

    fn give_memory_back(&mut self) -> Result<(), SpeechError> {
        self.model.set_resting(true)?;
        let said = self.hello();
        self.model.set_resting(false)?;
        said.map(drop)
    }

    /// `None` when there is nothing in it that this voice can pronounce.
    fn open(&mut self, sentence: Sentence) -> Result<Option<Open>, SpeechError> {
        let Some(ids) = phonemes::ids_of(&sentence.spans, &self.voice, self.espeak)? else {
            return Ok(None);
        };
        let mut inference = self.voice.inference;
        inference.length_scale /= sentence.rate;
        let utterance = self.model.begin(&ids, inference)?;
        Ok(Some(Open { sentence, utterance }))
    }

    /// Takes the next unit up; `false` when there is none.
    fn advance(&mut self, request: &mut Request, open: &mut Option<Open>) -> Result<bool, SpeechError> {
        let rate = SampleRate(self.voice.audio.sample_rate);
        match request.units.pop_front() {
            None => return Ok(false),
            Some(Unit::Pause { ms }) => request.silence(ms, rate),
            Some(Unit::Speech(sentence)) => {
                let again = sentence.clone();
                match self.open(sentence) {
                    Ok(opened) => *open = opened,
                    Err(error) => {
                        request.units.push_front(Unit::Speech(again));
                        return Err(error);
                    }
                }
            }
        }
        Ok(true)
    }

    /// One piece of the open sentence.
    fn piece(&mut self, request: &mut Request, open: &mut Open) -> Result<(), SpeechError> {
        let started = Instant::now();
        let ahead = Some(request.ahead()).filter(|a| !a.is_zero());
        let frames = self.pace.next(open.utterance.left(), ahead, self.queue.depth() > 0);
        let samples = self.model.next(&mut open.utterance, frames)?;
        self.pace.learn(frames, started.elapsed());
        let gain = self.gain * open.sentence.gain;
        let rate = SampleRate(self.voice.audio.sample_rate);
        request.audio(samples.iter().map(|s| to_i16(s * gain)).collect(), rate);
        if open.utterance.left() == 0 && matches!(request.units.front(), Some(Unit::Speech(_))) {
            request.silence(self.sentence_pause_ms, rate);
        }
        Ok(())
    }

    /// One step of a request; `true` when all of it is said.
    fn step(&mut self, request: &mut Request, open: &mut Option<Open>) -> Result<bool, SpeechError> {
        if open.is_none() && !self.advance(request, open)? {
            return Ok(true);
        }
        if self.panic_next.swap(false, Ordering::AcqRel) {
            panic!("asked for by a test");
        }
        if let Some(sounding) = open.as_mut() {
            self.piece(request, sounding)?;
            if sounding.utterance.left() == 0 {
                *open = None;
            }
        }
        Ok(open.is_none() && request.units.is_empty())
    }
}

impl Engine for Speaker {
    type Job = PiperJob;

    fn run(&mut self, job: &mut PiperJob) {
        let rested = self.resting.swap(false, Ordering::AcqRel);
        let Some(request) = job.request.as_mut() else {
            if rested && let Err(error) = self.hello() {
                tracing::debug!(%error, "the voice does not get ready ahead");
            }
            return;
        };
        if request.cancelled() {
            return job.request.take().map_or((), Request::abandon);
        }
        let started = Instant::now();
        let outcome = self.step(request, &mut job.open);
        request.count_compute(started.elapsed());
        let job = PiperJob {
            request: job.request.take(),
            open: job.open.take(),
        };
        match outcome {
            Ok(true) => job.request.map_or((), |r| r.finish(false)),
            Ok(false) => self.queue.put_back(job),
            Err(error) => job.fail(error.failure(ErrorCode::TtsUnavailable)),
        }
    }

    fn rest(&mut self) {
        if let Err(error) = self.give_memory_back() {
            tracing::debug!(%error, "the voice keeps its memory");
        }
        self.resting.store(true, Ordering::Release);
    }

    fn degraded(&self) -> Option<String> {
        (self.model.parts() == 1).then(|| "this voice's model cannot be cut, so its first audio comes late".to_owned())
    }
}

/// 16 bits, with a soft knee above 0.8 instead of a hard edge at 1.
fn to_i16(sample: f32) -> i16 {
    const KNEE: f32 = 0.8;
    let size = sample.abs();
    let bent = if size > KNEE {
        KNEE + (1.0 - KNEE) * ((size - KNEE) / (1.0 - KNEE)).tanh()
    } else {
        size
    };
    (bent.copysign(sample) * 32767.0) as i16
}
