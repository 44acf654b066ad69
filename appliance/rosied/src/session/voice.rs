//! Speaking one reply: sentences in, audio out, in order, never far ahead of what sounds.

use super::{Message, outlet::Outlet};
use rosie_core::{
    AudioFrame, CancelFlag, Language, Millis, SampleRate, TurnId,
    engine::{SpeechText, TextToSpeech, TtsEvent, TtsJob},
};
use rosie_speech::resample::Resampler;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::mpsc;

/// Sentences are synthesised only so far ahead of what sounds; a long answer that is barged into costs little.
const AHEAD_MS: u64 = 15_000;

/// One reply's voice.
pub struct Voice {
    turn_id: TurnId,
    language: Language,
    rate: f32,
    tts: Arc<dyn TextToSpeech>,
    cancel: CancelFlag,
    waiting: VecDeque<(String, bool)>,
    /// Sound that is there already, to be sent before what waits to be synthesised.
    recorded: VecDeque<AudioFrame>,
    synthesising: bool,
    text_done: bool,
    told: bool,
    out: Arc<VoiceOut>,
    first_audio_at: Option<Millis>,
}

/// What the engine's thread works on.
struct VoiceOut {
    turn_id: TurnId,
    outlet: Arc<Outlet>,
    to_session: mpsc::Sender<Message>,
    rate: SampleRate,
    resampler: Mutex<Option<(u32, Resampler)>>,
    /// At the playback rate.
    sent_samples: AtomicU64,
}

impl Voice {
    pub fn new(
        turn_id: TurnId,
        language: Language,
        speaking: (Arc<dyn TextToSpeech>, f32),
        playback_rate: SampleRate,
        outlet: Arc<Outlet>,
        to_session: mpsc::Sender<Message>,
    ) -> Self {
        outlet.allow(turn_id);
        let out = VoiceOut {
            turn_id,
            outlet,
            to_session,
            rate: playback_rate,
            resampler: Mutex::default(),
            sent_samples: AtomicU64::new(0),
        };
        Self {
            turn_id,
            language,
            rate: speaking.1,
            tts: speaking.0,
            cancel: CancelFlag::new(),
            waiting: VecDeque::new(),
            recorded: VecDeque::new(),
            synthesising: false,
            text_done: false,
            told: false,
            out: Arc::new(out),
            first_audio_at: None,
        }
    }

    pub fn turn_id(&self) -> TurnId {
        self.turn_id
    }

    /// Queues a sentence. `stock`: a phrase without anything private in it, which may be kept on disk.
    pub fn say(&mut self, sentence: String, stock: bool, now: Millis) {
        if !sentence.trim().is_empty() {
            self.waiting.push_back((sentence, stock));
        }
        self.pump(now);
    }

    /// Queues sound that somebody else made.
    pub fn play(&mut self, frames: impl IntoIterator<Item = AudioFrame>, now: Millis) {
        self.recorded.extend(frames);
        self.pump(now);
    }

    /// No more sentences come.
    pub fn text_done(&mut self) {
        self.text_done = true;
    }

    /// The engine is done with a sentence.
    pub fn sentence_done(&mut self, now: Millis) {
        self.synthesising = false;
        self.pump(now);
    }

    pub fn audio_began(&mut self, now: Millis) {
        self.first_audio_at.get_or_insert(now);
    }

    pub fn sent_ms(&self) -> u64 {
        self.out.sent_ms()
    }

    /// Everything was said and sent; true once.
    pub fn finishes(&mut self) -> bool {
        let finished = self.text_done && !self.synthesising && self.waiting.is_empty() && self.recorded.is_empty();
        finished && !std::mem::replace(&mut self.told, true)
    }

    pub fn cancel(&mut self) {
        self.cancel.cancel();
        self.waiting.clear();
        self.recorded.clear();
    }

    /// When to call `pump` again because what was sent is too far ahead of what sounds.
    pub fn resume_at(&self) -> Option<Millis> {
        let has_more = !self.waiting.is_empty() || !self.recorded.is_empty();
        let held = !self.synthesising && has_more;
        held.then(|| self.first_audio_at.unwrap_or_default() + self.sent_ms().saturating_sub(AHEAD_MS))
    }

    /// Hands the next sentence to the engine when it is time.
    pub fn pump(&mut self, now: Millis) {
        let sounded = self.first_audio_at.map_or(0, |at| now.since(at));
        while !self.synthesising && !self.cancel.is_cancelled() && self.sent_ms() <= sounded + AHEAD_MS {
            let Some(frame) = self.recorded.pop_front() else { break };
            self.out.send(&frame, false);
        }
        let flush = self.text_done && self.recorded.is_empty() && self.waiting.is_empty();
        if flush && !self.synthesising && !self.cancel.is_cancelled() {
            self.out.send(&AudioFrame::mono(Vec::new(), self.out.rate), true);
        }
        if !self.recorded.is_empty()
            || self.synthesising
            || self.cancel.is_cancelled()
            || self.sent_ms() > sounded + AHEAD_MS
        {
            return;
        }
        let Some((sentence, cacheable)) = self.waiting.pop_front() else {
            return;
        };
        self.synthesising = true;
        let job = TtsJob {
            text: SpeechText::Plain(sentence),
            language: self.language.clone(),
            voice: None,
            rate: self.rate,
            cacheable,
            cancel: self.cancel.clone(),
        };
        let (out, cancel) = (self.out.clone(), self.cancel.clone());
        self.tts.submit(job, Box::new(move |event| out.take(event, &cancel)));
    }
}

impl VoiceOut {
    /// Runs on the engine's thread.
    fn take(&self, event: TtsEvent, cancel: &CancelFlag) {
        match event {
            TtsEvent::Audio(frame) if !cancel.is_cancelled() => self.send(&frame, false),
            TtsEvent::Audio(_) => {}
            TtsEvent::Done { .. } => {
                if !cancel.is_cancelled() {
                    self.send(&AudioFrame::mono(Vec::new(), self.rate), true);
                }
                self.tell(Message::SentenceDone {
                    turn_id: self.turn_id,
                    failure: None,
                });
            }
            TtsEvent::Failed(failure) => {
                self.tell(Message::SentenceDone {
                    turn_id: self.turn_id,
                    failure: Some(failure),
                });
            }
        }
    }

    fn send(&self, frame: &AudioFrame, flush: bool) {
        let samples = match self.at_playback_rate(frame, flush) {
            Ok(samples) => samples,
            Err(e) => return tracing::warn!(error = %e, "reply audio could not be resampled and is lost"),
        };
        if samples.is_empty() {
            return;
        }
        let count = samples.len() as u64;
        if self.outlet.audio(self.turn_id, AudioFrame::mono(samples, self.rate)) {
            self.sent_samples.fetch_add(count, Ordering::AcqRel);
            // Not worth waiting for: the next one says the same, and the session itself must never wait for its own queue.
            let _ = self.to_session.try_send(Message::AudioSent {
                turn_id: self.turn_id,
                total_ms: self.sent_ms(),
            });
        }
    }

    fn sent_ms(&self) -> u64 {
        self.rate.millis(self.sent_samples.load(Ordering::Acquire) as usize)
    }

    fn at_playback_rate(&self, frame: &AudioFrame, flush: bool) -> Result<Vec<i16>, rosie_speech::SpeechError> {
        let mut slot = self.resampler.lock().unwrap_or_else(PoisonError::into_inner);
        if flush {
            return Ok(slot
                .take()
                .map_or_else(Vec::new, |(_, mut resampler)| resampler.flush()));
        }
        if frame.rate == self.rate && frame.channels == 1 {
            return Ok(frame.samples.clone());
        }
        if slot.as_ref().is_none_or(|(rate, _)| *rate != frame.rate.0) {
            *slot = Some((frame.rate.0, Resampler::new(frame.rate, frame.channels, self.rate)?));
        }
        match slot.as_mut() {
            Some((_, resampler)) => Ok(resampler.push(&frame.samples)),
            None => Ok(Vec::new()),
        }
    }

    /// Called on the engine's thread alone.
    fn tell(&self, message: Message) {
        if let Err(mpsc::error::TrySendError::Full(message)) = self.to_session.try_send(message) {
            let _ = self.to_session.blocking_send(message);
        }
    }
}
