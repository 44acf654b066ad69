//! Who speaks, found out beside the recogniser: the same slice of what the ears keep goes to the voice encoder, and the answer
//! waits for it, if it has to, only a little.

use super::{Message, actor::Actor};
use crate::speakers::Voices;
use rosie_core::{
    EndpointId, TurnId, UserId,
    dialog::Question,
    record::TurnFact,
    speakers::{Speaker, Speakers, VoiceHeard},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// The encoder is asked when the recogniser is, and is faster; where it is not, whoever speaks is nobody who is known.
const WAIT: Duration = Duration::from_millis(400);

/// What was asked about the utterance that is being transcribed.
pub struct Asked {
    heard: oneshot::Receiver<Option<VoiceHeard>>,
    voices: Arc<Voices>,
}

impl Actor {
    /// Asks whose voice it is, where the owner wants that.
    pub(super) fn ask_who_speaks(&mut self, audio: &Arc<[f32]>) {
        let engines = self.house.engines();
        self.speaker = engines.speakers.as_ref().map(|engine| {
            let (told, heard) = oneshot::channel();
            // Nobody waits any more where another piece was asked about.
            engine.listen(audio.clone(), Box::new(move |heard| drop(told.send(heard))));
            let voices = self.house.voices.clone();
            Asked { heard, voices }
        });
    }

    pub(super) fn on_speaker(&mut self, turn_id: TurnId, speaker: &Speaker, waited_ms: u64) -> bool {
        let now = self.now();
        if let Some(recorder) = self.recorder.as_mut().filter(|_| turn_id == self.turn.turn_id()) {
            recorder.speaker(speaker, waited_ms, now);
        }
        true
    }

    pub(super) fn let_go_of_speaker(&mut self) {
        self.speaker = None;
        self.house.voices.let_go(&self.shared.spec.endpoint);
    }
}

impl Asked {
    /// The question with who asks it, as far as that is known.
    pub async fn name(self, mut question: Question, messages: &mpsc::Sender<Message>) -> Question {
        let began = Instant::now();
        let at = (&question.endpoint, question.turn_id);
        question.user = self.person(at, messages, began).await;
        question
    }

    async fn person(
        self,
        at: (&EndpointId, TurnId),
        messages: &mpsc::Sender<Message>,
        began: Instant,
    ) -> Option<UserId> {
        let heard = tokio::time::timeout(WAIT, self.heard).await;
        // Too late, no engine, or nobody spoke.
        let heard = heard.ok()?.ok()??;
        let speaker = match self.voices.is_on() {
            true => self.voices.hear(at, heard),
            false => return None,
        };
        let person = speaker.person().cloned();
        let waited_ms = began.elapsed().as_millis() as u64;
        let _ = messages.try_send(Message::Speaker(at.1, speaker, waited_ms));
        person
    }
}

/// As it stands in the record of a turn.
pub fn fact(speaker: &Speaker, waited_ms: u64) -> TurnFact {
    let likeness = match speaker {
        Speaker::Known { likeness, .. } | Speaker::Unknown { likeness } => Some(*likeness),
        Speaker::TooShort => None,
    };
    TurnFact::SpeakerHeard {
        person: speaker.person().cloned(),
        likeness_percent: likeness.map(|likeness| (likeness.clamp(0.0, 1.0) * 100.0) as u8),
        waited_ms,
    }
}
