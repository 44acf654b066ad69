//! Rosie's parts one by one, for whoever brings a pipeline of their own (Home Assistant's, over Wyoming).

use crate::{
    AudioFrame, BoxFuture, CancelFlag, Failure, Intent, Language, RoomId,
    engine::{Transcript, TtsSink, WakeSink, WakeStream, WakeWord},
};

/// A voice that speaks a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// `en_US-lessac-medium`
    pub name: String,
    pub language: Language,
}

/// Cuts a growing text into sentences.
pub trait Sentences: Send {
    /// Takes more text; gives the sentences that it completes.
    fn push(&mut self, text: &str) -> Vec<String>;
    /// The text has ended: gives what is left.
    fn finish(&mut self) -> Option<String>;
}

/// Hearing and speaking without a session.
pub trait Pipeline: Send + Sync {
    /// The house's languages, the first one first.
    fn languages(&self) -> Vec<Language>;

    /// Name of the recogniser's model.
    fn recogniser(&self) -> String;

    /// The voices of the house's languages.
    fn voices(&self) -> Vec<Voice>;

    /// The words of a recording, of any rate and channels. `None`: one of the house's languages.
    ///
    /// # Errors
    /// `stt-no-text-recognized` where nobody spoke words; why it could not be heard otherwise.
    fn transcribe(&self, audio: AudioFrame, language: Option<Language>) -> BoxFuture<'_, Result<Transcript, Failure>>;

    /// The wake words that can be heard.
    fn wake_words(&self) -> Vec<WakeWord>;

    /// Listens for wake words, by name (none: those that the owner chose), in audio of any rate and channels.
    ///
    /// # Errors
    /// None of them is known, or nothing can listen.
    fn listen(&self, words: Vec<String>, sink: WakeSink) -> Result<Box<dyn WakeStream>, Failure>;

    /// What a sentence asks for, said in that room (`None`: the first); nothing is done. `None` for the language: the first of
    /// the house's in which it is understood. Empty: no command takes all of it.
    fn recognize(&self, text: &str, room: Option<&RoomId>, language: Option<Language>) -> Vec<Intent>;

    /// Says a text; returns at once. `None`: the language's own voice, the house's first language.
    fn speak(&self, text: String, language: Option<Language>, voice: Option<String>, cancel: CancelFlag, sink: TtsSink);

    /// For a text in this language that arrives in pieces.
    fn sentences(&self, language: Option<Language>) -> Box<dyn Sentences>;
}
