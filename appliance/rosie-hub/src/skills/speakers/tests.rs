//! Learning, knowing and forgetting a voice, with voices that the test makes up.
#![allow(clippy::unwrap_used)]

use super::*;
use rosie_core::{
    Failure, Language, TurnId,
    speakers::{KnownVoice, Strictness, VoiceHeard, VoicePrint, recognise},
};
use std::sync::Mutex;

#[derive(Default)]
struct Book {
    off: bool,
    known: Mutex<Vec<(UserId, VoicePrint)>>,
    now: Mutex<Option<VoiceHeard>>,
}

impl Book {
    fn says(&self, voice: [f32; 3], speech_ms: u64) {
        let print = VoicePrint::new(voice.to_vec()).unwrap();
        *self.now.lock().unwrap() = Some(VoiceHeard { print, speech_ms });
    }

    fn who(&self, heard: &VoiceHeard) -> Speaker {
        let known = self.known.lock().unwrap();
        recognise(
            heard,
            known.iter().map(|(who, print)| (who, print)),
            &Strictness::default(),
        )
    }
}

impl Speakers for Book {
    fn is_on(&self) -> bool {
        !self.off
    }

    fn heard(&self, _: &EndpointId, _: TurnId) -> Option<(VoiceHeard, Speaker)> {
        let heard = self.now.lock().unwrap().clone()?;
        let speaker = self.who(&heard);
        Some((heard, speaker))
    }

    fn like(&self, print: &VoicePrint) -> Option<UserId> {
        let heard = VoiceHeard {
            print: print.clone(),
            speech_ms: 9_000,
        };
        self.who(&heard).person().cloned()
    }

    fn people(&self) -> Vec<KnownVoice> {
        let known = self.known.lock().unwrap();
        known
            .iter()
            .map(|(person, _)| KnownVoice {
                person: person.clone(),
                learnt_unix_ms: 1,
            })
            .collect()
    }

    fn learn(&self, person: UserId, print: VoicePrint) -> BoxFuture<'_, Result<(), Failure>> {
        let mut known = self.known.lock().unwrap();
        known.retain(|(other, _)| *other != person);
        known.push((person, print));
        Box::pin(async { Ok(()) })
    }

    fn forget(&self, person: UserId) -> BoxFuture<'_, Result<bool, Failure>> {
        let mut known = self.known.lock().unwrap();
        let before = known.len();
        known.retain(|(other, _)| *other != person);
        let gone = known.len() < before;
        Box::pin(async move { Ok(gone) })
    }
}

const ANNA: [f32; 3] = [1.0, 0.05, 0.0];
const BEN: [f32; 3] = [0.0, 0.1, 1.0];

struct Talk {
    book: Arc<Book>,
    skill: SpeakerSkill,
}

impl Talk {
    fn new(book: Book) -> Self {
        let book = Arc::new(book);
        Self {
            skill: SpeakerSkill::new(book.clone(), Arc::new(crate::SystemClock)),
            book,
        }
    }

    /// Which response, without the intent's name; whether Rosie listens on.
    async fn ask(&self, name: &str, arguments: Value) -> (String, bool) {
        let call = ToolCall {
            name: name.to_owned(),
            arguments,
        };
        let context = CallContext {
            turn_id: TurnId(1),
            room: "kitchen".into(),
            endpoint: "k1".into(),
            language: Language::default(),
            conversation: "c".into(),
            user: None,
        };
        let result = self.skill.handle(&call, &context).await.unwrap();
        let key = result.response.rsplit('/').next().unwrap().to_owned();
        (key, result.effects == [Effect::FollowUp])
    }

    async fn says(&self, voice: [f32; 3], words: &str) -> String {
        self.book.says(voice, 3_000);
        assert_eq!(self.skill.dictation(&"k1".into()), Some(ANSWER), "{words}");
        self.ask(ANSWER, json!({ "message": words })).await.0
    }

    async fn learn(&self, name: &str, voice: [f32; 3]) -> String {
        self.book.says(voice, 3_000);
        assert_eq!(self.ask(LEARN, json!({ "name": name })).await, ("begin".into(), true));
        assert_eq!(self.says(voice, "one").await, "next");
        assert_eq!(self.says(voice, "two").await, "next");
        self.says(voice, "three").await
    }
}

#[tokio::test]
async fn three_sentences_and_she_knows_who_it_is_until_she_is_to_forget() {
    let talk = Talk::new(Book::default());
    talk.book.says(ANNA, 3_000);
    assert_eq!(talk.ask("RosieWhoAmI", json!({})).await.0, "nobody");
    // Without a name it is asked for.
    assert_eq!(talk.ask(LEARN, json!({})).await, ("name".into(), true));
    assert_eq!(talk.says(ANNA, "I'm Anna.").await, "begin");
    assert_eq!(talk.says(ANNA, "one").await, "next");
    assert_eq!(talk.says(ANNA, "two").await, "next");
    assert_eq!(talk.says(ANNA, "three").await, "learnt");
    assert_eq!(talk.skill.dictation(&"k1".into()), None);
    assert_eq!(talk.book.people()[0].person.as_str(), "Anna");
    assert_eq!(talk.ask("RosieWhoAmI", json!({})).await.0, "you_are");
    talk.book.says(BEN, 3_000);
    assert_eq!(talk.ask("RosieWhoAmI", json!({})).await.0, "unknown");
    assert_eq!(talk.ask(UNLEARN, json!({})).await.0, "not_recognised");
    assert_eq!(talk.ask(UNLEARN, json!({ "name": "Anna" })).await.0, "not_recognised");
    talk.book.says(ANNA, 300);
    assert_eq!(talk.ask("RosieWhoAmI", json!({})).await.0, "too_little");
    talk.book.says(ANNA, 3_000);
    assert_eq!(talk.ask(UNLEARN, json!({})).await.0, "forgotten");
    assert!(talk.book.people().is_empty());
    assert_eq!(talk.ask("RosieKnownVoices", json!({})).await.0, "nobody");
}

#[tokio::test]
async fn nobody_becomes_somebody_else() {
    let talk = Talk::new(Book::default());
    assert_eq!(talk.learn("Anna", ANNA).await, "learnt");
    talk.book.says(BEN, 3_000);
    assert_eq!(
        talk.ask(LEARN, json!({ "name": "anna" })).await,
        ("known_already".into(), false)
    );
    assert_eq!(talk.skill.dictation(&"k1".into()), None);
    // A second name for one voice would make both of them nobody.
    assert_eq!(talk.learn("Eve", ANNA).await, "like_another");
    assert_eq!(talk.learn("Ben", BEN).await, "learnt");
    talk.book.says(BEN, 3_000);
    assert_eq!(talk.ask(UNLEARN, json!({ "name": "Anna" })).await.0, "not_yours");
    // Anna herself may, and without saying her name again.
    talk.book.says(ANNA, 3_000);
    assert_eq!(talk.ask(LEARN, json!({})).await, ("begin".into(), true));
}

#[tokio::test]
async fn what_is_too_short_or_another_voice_is_asked_for_again_and_then_given_up() {
    let talk = Talk::new(Book::default());
    talk.book.says(ANNA, 3_000);
    talk.ask(LEARN, json!({ "name": "Anna" })).await;
    talk.book.says(ANNA, 800);
    assert_eq!(
        talk.ask(ANSWER, json!({ "message": "one" })).await,
        ("too_short".into(), true)
    );
    assert_eq!(talk.says(ANNA, "one").await, "next");
    assert_eq!(talk.says(BEN, "two").await, "somebody_else");
    assert_eq!(talk.says(BEN, "two").await, "given_up");
    assert_eq!(talk.skill.dictation(&"k1".into()), None);
    assert!(talk.book.people().is_empty());
}

#[tokio::test]
async fn switched_off_or_typed_nothing_is_learnt() {
    let talk = Talk::new(Book {
        off: true,
        ..Book::default()
    });
    for call in CALLS {
        assert_eq!(talk.ask(call, json!({})).await, ("off".into(), false), "{call}");
    }
    let talk = Talk::new(Book::default());
    for call in [LEARN, "RosieWhoAmI"] {
        assert_eq!(talk.ask(call, json!({})).await, ("typed".into(), false), "{call}");
    }
    assert_eq!(talk.ask(ANSWER, json!({ "message": "x" })).await.0, "nothing_asked");
}
