//! Whose voices are known, and whose voice it is that speaks just now: core's `Speakers`. What is known is in one file of the data
//! folder, which is in no backup and in no report; what is heard is gone with the turn.

mod book;

use book::Book;
use rosie_core::{
    BoxFuture, EndpointId, ErrorCode, Failure, TurnId, UserId,
    speakers::{KnownVoice, Speaker, Speakers, Strictness, VoiceHeard, VoicePrint, recognise},
};
use std::{
    collections::HashMap,
    io,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

pub struct Voices {
    book: Arc<Book>,
    on: AtomicBool,
    heard: Mutex<HashMap<EndpointId, (TurnId, VoiceHeard, Speaker)>>,
}

impl Voices {
    /// Those of a data folder. A file that cannot be read is left as it is, and nobody is known.
    pub fn of(data: &Path, on: bool) -> Self {
        Self {
            book: Arc::new(Book::open(data)),
            on: AtomicBool::new(on),
            heard: Mutex::default(),
        }
    }

    pub fn switch(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
    }

    /// Whose voice this is; it is kept until the turn ends.
    pub fn hear(&self, (endpoint, turn_id): (&EndpointId, TurnId), heard: VoiceHeard) -> Speaker {
        let speaker = self.recognise(&heard);
        let mut all = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(endpoint.clone(), (turn_id, heard, speaker.clone()));
        speaker
    }

    /// The turn at this endpoint is over.
    pub fn let_go(&self, endpoint: &EndpointId) {
        let mut all = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(endpoint);
    }

    fn recognise(&self, heard: &VoiceHeard) -> Speaker {
        let known = self.book.now();
        let known = known.iter().map(|known| (&known.person, &known.print));
        recognise(heard, known, &Strictness::default())
    }
}

impl Speakers for Voices {
    fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    fn heard(&self, endpoint: &EndpointId, turn_id: TurnId) -> Option<(VoiceHeard, Speaker)> {
        let all = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, heard, speaker) = all.get(endpoint)?;
        (*of == turn_id).then(|| (heard.clone(), speaker.clone()))
    }

    fn like(&self, print: &VoicePrint) -> Option<UserId> {
        let known = self.book.now();
        let alike = |other: &VoicePrint| print.likeness(other) >= Strictness::default().likeness;
        known
            .iter()
            .find(|known| alike(&known.print))
            .map(|known| known.person.clone())
    }

    fn people(&self) -> Vec<KnownVoice> {
        let known = self.book.now();
        let told = |known: &book::Known| KnownVoice {
            person: known.person.clone(),
            learnt_unix_ms: known.learnt_unix_ms,
        };
        known.iter().map(told).collect()
    }

    fn learn(&self, person: UserId, print: VoicePrint) -> BoxFuture<'_, Result<(), Failure>> {
        let known = book::Known {
            person,
            learnt_unix_ms: crate::session::unix_ms(),
            print,
        };
        Box::pin(self.change(move |book| book.put(known)))
    }

    fn forget(&self, person: UserId) -> BoxFuture<'_, Result<bool, Failure>> {
        Box::pin(self.change(move |book| book.remove(&person)))
    }
}

impl Voices {
    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Book) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let book = self.book.clone();
        let done = tokio::task::spawn_blocking(move || change(&book)).await;
        let done = done.map_err(io::Error::other).and_then(|done| done);
        done.map_err(|error| {
            Failure::new(
                ErrorCode::Internal,
                format!("the file of known voices (speakers/voices.json) cannot be changed: {error}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn heard(vector: [f32; 2]) -> VoiceHeard {
        VoiceHeard {
            print: VoicePrint::new(vector.to_vec()).unwrap(),
            speech_ms: 2_000,
        }
    }

    #[tokio::test]
    async fn a_voice_is_known_after_a_restart_until_it_is_forgotten_and_only_in_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        let voices = Voices::of(folder.path(), true);
        let here = EndpointId::from("kitchen");
        assert_eq!(
            voices.hear((&here, TurnId(1)), heard([1.0, 0.0])),
            Speaker::Unknown { likeness: 0.0 }
        );
        voices.learn("Ada".into(), heard([1.0, 0.0]).print).await.unwrap();
        let voices = Voices::of(folder.path(), true);
        assert_eq!(voices.people()[0].person.as_str(), "Ada");
        let speaker = voices.hear((&here, TurnId(2)), heard([1.0, 0.1]));
        assert_eq!(speaker.person().unwrap().as_str(), "Ada");
        assert!(voices.heard(&here, TurnId(2)).is_some() && voices.heard(&here, TurnId(1)).is_none());
        voices.let_go(&here);
        assert!(voices.heard(&here, TurnId(2)).is_none());
        assert_eq!(voices.like(&heard([1.0, 0.05]).print).unwrap().as_str(), "Ada");
        assert!(voices.forget("Ada".into()).await.unwrap());
        assert!(!voices.forget("Ada".into()).await.unwrap());
        assert!(Voices::of(folder.path(), true).people().is_empty());
    }
}
