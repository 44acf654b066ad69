//! The thread between a caller and the engines: takes texts apart, plays kept phrases, hands the rest to a voice.

use super::cache::{PhraseCache, PhraseKey};
use super::espeak::{EspeakEngine, EspeakQueue, voice_of};
use super::plan::{Unit, plan};
use super::request::Request;
use super::voices::Voices;
use crate::SpeechError;
use crate::worker::{Engine, Job, Queue, WorkerSpec, Workers};
use rosie_core::engine::{SpeechText, TtsEvent, TtsJob, TtsSink};
use rosie_core::{ErrorCode, Failure, SampleRate};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Longer texts are not kept: nobody says them twice in the same words.
const KEPT_CHARS: usize = 120;
/// Phrases that may wait to be written.
const KEEPING: usize = 16;

/// What the dispatcher is asked.
pub enum Order {
    /// `sink` is `None` once the job was handed on.
    Speak {
        job: TtsJob,
        sink: Option<TtsSink>,
        submitted: Instant,
    },
    Prewarm(Vec<TtsJob>),
}

impl Job for Order {
    fn fail(self, failure: Failure) {
        if let Order::Speak {
            sink: Some(mut sink), ..
        } = self
        {
            sink(TtsEvent::Failed(failure));
        }
    }
}

/// Where work goes.
pub struct Dispatch {
    // Dropped in this order: what a closing voice leaves unsaid is still answered by espeak-ng's thread.
    pub voices: Voices,
    pub espeak: EspeakEngine,
    pub keeper: Option<Keeper>,
    pub max_chars: usize,
}

pub struct Dispatcher {
    parts: Arc<Dispatch>,
}

impl Dispatcher {
    pub fn new(parts: Arc<Dispatch>) -> Self {
        super::normalize::warm();
        Self { parts }
    }
}

impl Engine for Dispatcher {
    type Job = Order;

    fn run(&mut self, order: &mut Order) {
        match order {
            Order::Speak { job, sink, submitted } => {
                let submitted = *submitted;
                match plan(job, self.parts.max_chars) {
                    Err(failure) => sink.take().map_or((), |mut sink| sink(TtsEvent::Failed(failure))),
                    Ok(units) => {
                        if let Some(sink) = sink.take() {
                            self.parts.speak(job, units, submitted, sink, false);
                        }
                    }
                }
            }
            Order::Prewarm(jobs) => {
                for job in jobs.iter().filter(|_| self.parts.keeper.is_some()) {
                    if let Ok(units) = plan(job, self.parts.max_chars) {
                        self.parts.speak(job, units, Instant::now(), Box::new(|_| ()), true);
                    }
                }
            }
        }
    }
}

impl Dispatch {
    fn speak(&self, job: &TtsJob, units: Vec<Unit>, submitted: Instant, mut sink: TtsSink, idle: bool) {
        let voice = self.voices.pick(job.voice.as_deref(), &job.language);
        let key = self.key(job, &units, voice.map_or(&[], |v| v.mark()));
        // Set when the audio is not what the key promises.
        let spoiled = Arc::new(AtomicBool::new(false));
        if let (Some(keeper), Some(key)) = (&self.keeper, key) {
            if idle && keeper.cache.contains(&key) {
                return;
            }
            if let Some((samples, rate)) = keeper.cache.get(&key) {
                let mut request = Request::new(Vec::new(), job.cancel.clone(), submitted, sink);
                request.audio(samples, rate);
                return request.finish(true);
            }
            sink = keeper.keeping(key, sink, spoiled.clone());
        }
        let mut request = Request::new(units, job.cancel.clone(), submitted, sink);
        request.idle = idle;
        request.fallback_voices = voice_of(&job.language);
        let Some(voice) = voice else {
            return self.espeak.submit(request);
        };
        if idle {
            // Not worth another voice; a voice that is still loading does it when it can.
            return voice.engine().map_or((), |engine| engine.submit(request));
        }
        match voice.ready() {
            Some(engine) => engine.submit(request.with_rescue(rescue(self.espeak.queue(), spoiled))),
            None => {
                spoiled.store(true, Ordering::Release);
                self.espeak.submit(request);
            }
        }
    }

    /// The name under which the job's audio is kept, if it may be.
    fn key(&self, job: &TtsJob, units: &[Unit], mark: &[u8]) -> Option<PhraseKey> {
        let (SpeechText::Plain(text) | SpeechText::Ssml(text)) = &job.text;
        if !job.cacheable || self.keeper.is_none() || units.is_empty() || text.chars().count() > KEPT_CHARS {
            return None;
        }
        // The units are the text after everything was read out in words, with pace, loudness and pauses.
        let said = format!("{units:?}");
        Some(PhraseKey::of(&[mark, job.language.tag().as_bytes(), said.as_bytes()]))
    }
}

/// Lets espeak-ng say what a voice could not.
fn rescue(espeak: Arc<EspeakQueue>, spoiled: Arc<AtomicBool>) -> super::request::Rescue {
    Box::new(move |request, failure| {
        tracing::warn!(code = %failure.code, reason = failure.detail, "espeak-ng takes over from the voice");
        spoiled.store(true, Ordering::Release);
        espeak.submit(request);
    })
}

/// Writes phrases on its own thread, because a memory card may take its time.
pub struct Keeper {
    queue: Arc<Queue<Kept>>,
    cache: Arc<PhraseCache>,
    _workers: Workers,
}

struct Kept {
    key: PhraseKey,
    samples: Vec<i16>,
    rate: SampleRate,
}

impl Job for Kept {
    fn fail(self, _: Failure) {}
}

struct Writer(Arc<PhraseCache>);

impl Engine for Writer {
    type Job = Kept;

    fn run(&mut self, kept: &mut Kept) {
        self.0.put(&kept.key, &kept.samples, kept.rate);
    }
}

impl Keeper {
    pub fn start(cache: PhraseCache) -> Result<Self, SpeechError> {
        let (cache, queue) = (Arc::new(cache), Arc::new(Queue::new(KEEPING)));
        let for_thread = cache.clone();
        let spec = WorkerSpec::new("tts-keep", ErrorCode::Internal);
        let workers = Workers::start(spec, queue.clone(), move |_| Ok(Writer(for_thread.clone())))?;
        Ok(Self {
            queue,
            cache,
            _workers: workers,
        })
    }

    /// A sink that passes everything on, and keeps the audio if all of it came from the voice it should.
    fn keeping(&self, key: PhraseKey, mut sink: TtsSink, spoiled: Arc<AtomicBool>) -> TtsSink {
        let queue = self.queue.clone();
        let mut key = Some(key);
        let mut samples = Vec::new();
        let mut rate = None;
        Box::new(move |event| {
            match &event {
                TtsEvent::Audio(frame) => {
                    samples.extend_from_slice(&frame.samples);
                    if *rate.get_or_insert(frame.rate) != frame.rate {
                        spoiled.store(true, Ordering::Release);
                    }
                }
                TtsEvent::Done { .. } if !spoiled.load(Ordering::Acquire) => {
                    if let (Some(key), Some(rate)) = (key.take(), rate) {
                        // When the disk cannot keep up, the phrase is made again next time.
                        let _ = queue.push(Kept {
                            key,
                            samples: std::mem::take(&mut samples),
                            rate,
                        });
                    }
                }
                TtsEvent::Done { .. } | TtsEvent::Failed(_) => key = None,
            }
            sink(event);
        })
    }
}
