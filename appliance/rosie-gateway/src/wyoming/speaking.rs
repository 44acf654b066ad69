//! Texts to audio events, sentence by sentence and in order.

use super::{audio, link::LinkError, link::Writer};
use rosie_core::{
    CancelFlag, Failure, Language,
    engine::TtsEvent,
    pipeline::{Pipeline, Sentences},
};
use rosie_proto::wyoming::Event;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::mpsc;

/// The voice that `synthesize` asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    voice: Option<String>,
    language: Option<Language>,
}

impl Asked {
    /// A voice that is not there is left out: its language is spoken in its own voice, as a sentence not spoken is worse.
    pub fn of(event: &Event, pipeline: &dyn Pipeline) -> Asked {
        let asked = event.data.get("voice");
        let text = |key: &str| asked.and_then(|voice| voice.get(key)).and_then(Value::as_str);
        let known = text("name").and_then(|name| pipeline.voices().into_iter().find(|voice| voice.name == name));
        let language = text("language").map(Language::new);
        Asked {
            language: language.or_else(|| known.as_ref().map(|voice| voice.language.clone())),
            voice: known.map(|voice| voice.name),
        }
    }
}

/// A text that arrives in pieces.
pub(super) struct Speech {
    pipeline: Arc<dyn Pipeline>,
    asked: Asked,
    sentences: Box<dyn Sentences>,
    started: bool,
}

/// Ends what is being said when nobody reads it any more.
struct EndsWith(CancelFlag);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Speech {
    pub fn new(pipeline: Arc<dyn Pipeline>, asked: Asked) -> Speech {
        let sentences = pipeline.sentences(asked.language.clone());
        Speech {
            pipeline,
            asked,
            sentences,
            started: false,
        }
    }

    /// Says the sentences that this completes.
    pub async fn push(&mut self, text: &str, writer: &mut Writer) -> Result<Result<(), Failure>, LinkError> {
        for sentence in self.sentences.push(text) {
            if let Err(failure) = self.say(sentence, writer).await? {
                return Ok(Err(failure));
            }
        }
        Ok(Ok(()))
    }

    /// Says what is left, and that it was all.
    pub async fn finish(&mut self, writer: &mut Writer) -> Result<Result<(), Failure>, LinkError> {
        if let Some(rest) = self.sentences.finish()
            && let Err(failure) = self.say(rest, writer).await?
        {
            return Ok(Err(failure));
        }
        if !self.started {
            // Nothing to say in it: an empty sound is an answer, silence is none.
            let format = json!({ "rate": 22_050, "width": 2, "channels": 1 });
            writer.send(&Event::new("audio-start", format)).await?;
        }
        writer.send(&audio::stop()).await?;
        Ok(Ok(()))
    }

    async fn say(&mut self, sentence: String, writer: &mut Writer) -> Result<Result<(), Failure>, LinkError> {
        let cancel = EndsWith(CancelFlag::new());
        let (heard, mut events) = mpsc::unbounded_channel();
        let sink = Box::new(move |event| drop(heard.send(event)));
        let Asked { voice, language } = self.asked.clone();
        self.pipeline.speak(sentence, language, voice, cancel.0.clone(), sink);
        while let Some(event) = events.recv().await {
            match event {
                TtsEvent::Audio(frame) => {
                    if !std::mem::replace(&mut self.started, true) {
                        writer.send(&audio::start(&frame)).await?;
                    }
                    for chunk in audio::chunks(&frame) {
                        writer.send(&chunk).await?;
                    }
                }
                TtsEvent::Done { .. } => return Ok(Ok(())),
                TtsEvent::Failed(failure) => return Ok(Err(failure)),
            }
        }
        Ok(Ok(()))
    }
}
