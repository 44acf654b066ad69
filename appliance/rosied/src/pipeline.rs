//! The engines one by one, for those who bring a pipeline of their own (core's `Pipeline`).

use crate::session::House;
use rosie_core::{
    AudioFrame, BoxFuture, CancelFlag, EndpointId, ErrorCode, Failure, Intent, Language, RoomId, SampleRate, SessionId,
    audio::to_f32,
    engine::{
        SpeechText, SpeechToText, SttJob, SttPriority, Transcript, TtsJob, TtsSink, WakeSink, WakeStream, WakeWord,
    },
    pipeline::{Pipeline, Sentences, Voice},
};
use rosie_speech::{resample::Resampler, tts::SentenceSplitter};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::oneshot;

/// Each recording is a stream of its own: jobs of one stream replace each other.
static RECORDINGS: AtomicU64 = AtomicU64::new(1);

/// The house's engines as they are at each call.
pub struct Parts(pub Arc<House>);

/// Tells the recogniser when nobody waits any more.
struct EndsWith(CancelFlag);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Parts {
    fn first_room(&self) -> RoomId {
        let config = self.0.config();
        RoomId(config.rooms.first().map(|room| room.id.clone()).unwrap_or_default())
    }
}

impl Pipeline for Parts {
    fn languages(&self) -> Vec<Language> {
        self.0.languages()
    }

    fn recogniser(&self) -> String {
        self.0.engines().stt.info().model
    }

    fn voices(&self) -> Vec<Voice> {
        let config = self.0.config();
        let voice = |(i, language): (usize, Language)| Voice {
            name: match (i, config.tts.voices.get(language.primary())) {
                (0, _) => config.tts.voice.clone(),
                (_, Some(voice)) => voice.clone(),
                (_, None) => format!("espeak-ng-{}", language.primary()),
            },
            language,
        };
        self.languages().into_iter().enumerate().map(voice).collect()
    }

    fn transcribe(&self, audio: AudioFrame, language: Option<Language>) -> BoxFuture<'_, Result<Transcript, Failure>> {
        Box::pin(async move {
            let audio = tokio::task::spawn_blocking(move || hearing(&audio)).await;
            let lost = || Failure::new(ErrorCode::Internal, "a recording could not be made ready");
            let audio = audio.map_err(|_| lost())??;
            let cancel = EndsWith(CancelFlag::new());
            let number = RECORDINGS.fetch_add(1, Ordering::Relaxed);
            let job = SttJob {
                stream: SessionId(format!("recording-{number}")),
                priority: SttPriority::Final,
                audio: audio.into(),
                languages: language.map_or_else(|| self.languages(), |language| vec![language]),
                bias: self.0.bias(&self.first_room()),
                cancel: cancel.0.clone(),
            };
            transcribe(&*self.0.engines().stt, job).await
        })
    }

    fn wake_words(&self) -> Vec<WakeWord> {
        self.0.engines().wake.words()
    }

    fn listen(&self, words: Vec<String>, sink: WakeSink) -> Result<Box<dyn WakeStream>, Failure> {
        let mut settings = self.0.config().wake_word.settings(&EndpointId::from("wyoming"));
        if !words.is_empty() {
            settings.words = words;
        }
        let stream = self.0.engines().wake.open(settings, sink)?;
        Ok(Box::new(AnyRate {
            stream,
            resampler: None,
        }))
    }

    fn recognize(&self, text: &str, room: Option<&RoomId>, language: Option<Language>) -> Vec<Intent> {
        let languages = language.map_or_else(|| self.languages(), |language| vec![language]);
        let (dialog, first) = (self.0.dialog(), self.first_room());
        let room = room.unwrap_or(&first);
        let mut understood = languages.iter().map(|language| dialog.recognize(text, room, language));
        understood.find(|intents| !intents.is_empty()).unwrap_or_default()
    }

    fn speak(
        &self,
        text: String,
        language: Option<Language>,
        voice: Option<String>,
        cancel: CancelFlag,
        sink: TtsSink,
    ) {
        let engines = self.0.engines();
        let language = language.unwrap_or_else(|| self.languages().swap_remove(0));
        let job = TtsJob {
            text: SpeechText::Plain(text),
            language,
            // Names that only stand for a language are not those of a voice's file.
            voice: voice.filter(|voice| !voice.starts_with("espeak-ng-")),
            rate: engines.rate,
            cacheable: false,
            cancel,
        };
        engines.tts.submit(job, sink);
    }

    fn sentences(&self, language: Option<Language>) -> Box<dyn Sentences> {
        let language = language.unwrap_or_else(|| self.languages().swap_remove(0));
        Box::new(Splitter(SentenceSplitter::new(&language)))
    }
}

/// One job, until its answer is there.
pub async fn transcribe(stt: &dyn SpeechToText, job: SttJob) -> Result<Transcript, Failure> {
    let (done, answer) = oneshot::channel();
    stt.submit(job, Box::new(move |result| drop(done.send(result))));
    let gone = || Failure::new(ErrorCode::SttUnavailable, "the recogniser went away");
    answer.await.unwrap_or_else(|_| Err(gone()))
}

/// Sound at the rate that recognisers hear.
pub fn hearing(audio: &AudioFrame) -> Result<Vec<f32>, Failure> {
    let mut resampler = Resampler::new(audio.rate, audio.channels, SampleRate::HEARING)
        .map_err(|error| Failure::new(ErrorCode::BadRequest, error.to_string()))?;
    let mut samples = resampler.push(&audio.samples);
    samples.extend(resampler.flush());
    Ok(to_f32(&samples))
}

/// A wake word stream that takes audio as it comes.
struct AnyRate {
    stream: Box<dyn WakeStream>,
    resampler: Option<((SampleRate, u16), Resampler)>,
}

impl WakeStream for AnyRate {
    fn push(&mut self, frame: &AudioFrame) {
        let shape = (frame.rate, frame.channels);
        if shape == (SampleRate::HEARING, 1) {
            return self.stream.push(frame);
        }
        if self.resampler.as_ref().is_none_or(|(made_for, _)| *made_for != shape) {
            let made = Resampler::new(frame.rate, frame.channels, SampleRate::HEARING);
            self.resampler = made.ok().map(|resampler| (shape, resampler));
        }
        if let Some((_, resampler)) = &mut self.resampler {
            let samples = resampler.push(&frame.samples);
            self.stream.push(&AudioFrame::mono(samples, SampleRate::HEARING));
        }
    }

    fn pushed(&self) -> u64 {
        self.stream.pushed()
    }
}

struct Splitter(SentenceSplitter);

impl Sentences for Splitter {
    fn push(&mut self, text: &str) -> Vec<String> {
        self.0.push(text)
    }

    fn finish(&mut self) -> Option<String> {
        self.0.finish()
    }
}
