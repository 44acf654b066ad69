//! A question without an endpoint: answered in a room's context, its effects carried out in that room, written down as a
//! turn like any other.

use crate::session::{Sessions, unix_ms};
use rosie_core::{
    CancelFlag, ConversationId, Effect, EndpointId, ErrorCode, Failure, Language, RoomId, SessionId, TurnId,
    dialog::{DialogEvent, Question, Reply, Tier},
    record::{Outcome, Stage, StageTiming, Trigger, TurnEvent, TurnFact, TurnRecord},
};
use rosie_hub::household::{Answer, Reach};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

/// As long as a conversation at an endpoint.
const CONVERSATION: Duration = Duration::from_secs(5 * 60);
const LONGEST: Duration = Duration::from_secs(90);

/// A room's conversation.
struct Talk {
    conversation: ConversationId,
    at: Instant,
    last_reply: String,
}

/// Where a question comes from that no endpoint asks: a word of [A-Za-z0-9].
pub type Origin = &'static str;

pub const MQTT: Origin = "mqtt";
/// Another assistant.
pub const MCP: Origin = "mcp";

/// By origin and room: what one asks is no answer to what another was asked.
#[derive(Default)]
pub struct Asking(Mutex<HashMap<(Origin, RoomId), Talk>>);

/// What happens while the answer is made.
#[derive(Default)]
struct Heard {
    intent: Option<String>,
    tier: Option<Tier>,
    effects: Vec<Effect>,
    events: Vec<TurnEvent>,
}

impl Asking {
    fn conversation(&self, origin: Origin, room: &RoomId) -> (ConversationId, String) {
        let mut talks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        talks.retain(|_, talk| talk.at.elapsed() < CONVERSATION);
        let talk = talks.entry((origin, room.clone())).or_insert_with(|| Talk {
            conversation: ConversationId(uuid::Uuid::now_v7().to_string()),
            at: Instant::now(),
            last_reply: String::new(),
        });
        talk.at = Instant::now();
        (talk.conversation.clone(), talk.last_reply.clone())
    }

    fn replied(&self, origin: Origin, room: &RoomId, text: &str) {
        let key = (origin, room.clone());
        if let Some(talk) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&key) {
            talk.last_reply = text.to_owned();
        }
    }

    pub async fn ask(
        &self,
        sessions: &Arc<Sessions>,
        (origin, room): (Origin, RoomId),
        text: String,
        language: Option<Language>,
    ) -> Result<Answer, Failure> {
        let house = &sessions.house;
        let languages = house.languages();
        let language = language.map(|asked| one_of(&languages, &asked)).transpose()?;
        let (conversation, last_reply) = self.conversation(origin, &room);
        let turn_id = TurnId(house.turns.fetch_add(1, Ordering::Relaxed) + 1);
        let dialog = house.dialog();
        // No endpoint is called so: what rings for it rings in its room.
        let endpoint = EndpointId(format!("{origin}/{room}"));
        let language = language.unwrap_or_else(|| dialog.language_of(&text, (&endpoint, &room), &languages));
        let question = Question {
            turn_id,
            text,
            language,
            endpoint,
            room: room.clone(),
            conversation,
            user: None,
            cancel: CancelFlag::new(),
        };
        let (began, started_unix_ms) = (Instant::now(), unix_ms());
        let heard: Arc<Mutex<Heard>> = Arc::default();
        let (hears, cancel) = (heard.clone(), question.cancel.clone());
        let sink = Box::new(move |event| {
            let at_ms = began.elapsed().as_millis() as u64;
            hears.lock().unwrap_or_else(PoisonError::into_inner).take(event, at_ms);
        });
        let asked = question.clone();
        let result = match tokio::time::timeout(LONGEST, dialog.answer(question, sink)).await {
            Ok(result) => result,
            Err(_elapsed) => {
                cancel.cancel();
                let detail = format!("no answer within {} s", LONGEST.as_secs());
                Err(Failure::new(ErrorCode::TurnTimeout, detail))
            }
        };
        let heard = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
        let took = began.elapsed().as_millis() as u64;
        house
            .observer
            .turn_finished(&record(origin, &asked, &heard, &result, started_unix_ms, took));
        let Reply { mut text, intent, .. } = result?;
        let mut follow_up = false;
        for effect in heard.effects {
            let at = Reach::Room(room.clone());
            match effect {
                Effect::FollowUp => follow_up = true,
                // Whoever asks so reads the words.
                Effect::Confirmed => {}
                Effect::Repeat => text.push_str(&last_reply),
                Effect::Silence => {
                    sessions.stop(&at);
                }
                Effect::VolumeTo { percent } => {
                    sessions.set_volume(&at, percent);
                }
                Effect::VolumeBy { percent } => sessions.change_volume(&at, percent),
            }
        }
        self.replied(origin, &room, &text);
        Ok(Answer {
            text,
            intent,
            follow_up,
        })
    }
}

/// The house's language that is meant; not what was sent, whatever it was, for errors are told to everybody.
fn one_of(languages: &[Language], asked: &Language) -> Result<Language, Failure> {
    let exact = languages.iter().find(|known| *known == asked);
    let alike = |known: &&Language| known.primary().eq_ignore_ascii_case(asked.primary());
    let found = exact.or_else(|| languages.iter().find(alike)).cloned();
    found.ok_or_else(|| {
        let tags: Vec<&str> = languages.iter().map(Language::tag).collect();
        let detail = format!("that is none of the house's languages: {}", tags.join(", "));
        Failure::new(ErrorCode::BadRequest, detail)
    })
}

impl Heard {
    fn take(&mut self, event: DialogEvent, at_ms: u64) {
        let fact = match event {
            DialogEvent::IntentMatched(intent) => {
                self.intent = Some(intent.name.clone());
                self.tier = Some(Tier::Local);
                TurnFact::IntentMatched { name: intent.name }
            }
            DialogEvent::TierChosen { tier, model, reason } => {
                self.tier = Some(tier);
                TurnFact::TierChosen { tier, model, reason }
            }
            DialogEvent::ToolCalled(call) => TurnFact::ToolCalled { name: call.name },
            DialogEvent::ToolFinished { name, ok, duration_ms } => TurnFact::ToolFinished { name, ok, duration_ms },
            DialogEvent::Effect(effect) => return self.effects.push(effect),
            // The next tier's reason tells of it, or the failure of the whole.
            DialogEvent::TierFailed { .. } | DialogEvent::Filler(_) | DialogEvent::Delta(_) => return,
        };
        self.events.push(TurnEvent { at_ms, what: fact });
    }
}

/// Without a word of what was said.
fn record(
    origin: Origin,
    asked: &Question,
    heard: &Heard,
    result: &Result<Reply, Failure>,
    started_unix_ms: u64,
    took: u64,
) -> TurnRecord {
    let started = TurnFact::Started { trigger: Trigger::Text };
    let mut events = vec![TurnEvent {
        at_ms: 0,
        what: started,
    }];
    events.extend(heard.events.iter().cloned());
    events.push(TurnEvent {
        at_ms: took,
        what: match result {
            Ok(_) => TurnFact::ReplyFinished { text: None },
            Err(failure) => TurnFact::Failed {
                code: failure.code,
                detail: failure.detail.clone(),
            },
        },
    });
    TurnRecord {
        turn_id: asked.turn_id,
        session: SessionId(origin.into()),
        endpoint: asked.endpoint.clone(),
        room: asked.room.clone(),
        language: asked.language.clone(),
        started_unix_ms,
        trigger: Trigger::Text,
        outcome: if result.is_ok() {
            Outcome::Answered
        } else {
            Outcome::Failed
        },
        tier: heard.tier,
        intent: heard.intent.clone(),
        person: None,
        stages: vec![StageTiming {
            stage: Stage::Reply,
            duration_ms: took,
        }],
        events,
    }
}
