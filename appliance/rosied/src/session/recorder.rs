//! Writes down one turn: its events, its stages' milliseconds, how it ended.

use rosie_core::{
    EndpointId, ErrorCode, Language, Millis, RoomId, SessionId, TurnId,
    dialog::Tier,
    record::{Outcome, Stage, StageTiming, Trigger, TurnEvent, TurnFact, TurnRecord},
    session::EndReason,
    speakers::Speaker,
};
use std::time::{SystemTime, UNIX_EPOCH};

/// The record of the turn in progress. Times are the session's clock.
pub struct Recorder {
    record: TurnRecord,
    keep_text: bool,
    began: Millis,
    /// When what the person waits for began: the last spoken sample, or the typed text.
    waiting_since: Millis,
    speech_ended: Option<Millis>,
    transcript_at: Option<Millis>,
    sentence_at: Option<Millis>,
    first_audio_at: Option<Millis>,
    reply_began: bool,
}

/// Who is talking, where.
#[derive(Clone)]
pub struct Place {
    pub session: SessionId,
    pub endpoint: EndpointId,
    pub room: RoomId,
}

pub fn unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_millis() as u64)
}

impl Recorder {
    pub fn new(
        place: &Place,
        turn_id: TurnId,
        trigger: Trigger,
        language: Language,
        keep_text: bool,
        now: Millis,
    ) -> Self {
        let Place {
            session,
            endpoint,
            room,
        } = place.clone();
        let record = TurnRecord {
            turn_id,
            session,
            endpoint,
            room,
            language,
            started_unix_ms: unix_ms(),
            trigger,
            outcome: Outcome::Failed,
            tier: None,
            intent: None,
            person: None,
            stages: Vec::new(),
            events: Vec::new(),
        };
        let mut this = Self {
            record,
            keep_text,
            began: now,
            waiting_since: now,
            speech_ended: None,
            transcript_at: None,
            sentence_at: None,
            first_audio_at: None,
            reply_began: false,
        };
        this.fact(TurnFact::Started { trigger }, now);
        this
    }

    pub fn trigger(&self) -> Trigger {
        self.record.trigger
    }

    pub fn language(&self) -> &Language {
        &self.record.language
    }

    pub fn fact(&mut self, what: TurnFact, now: Millis) {
        self.record.events.push(TurnEvent {
            at_ms: now.since(self.began),
            what,
        });
    }

    /// One event a stage, with its milliseconds.
    fn stage(&mut self, stage: Stage, duration_ms: u64) {
        let TurnRecord { turn_id, room, .. } = &self.record;
        tracing::info!(
            target: "rosied::turn", turn_id = turn_id.0, room_id = %room, stage = stage.as_str(), duration_ms, "stage"
        );
        self.record.stages.push(StageTiming { stage, duration_ms });
    }

    fn text(&self, text: &str) -> Option<String> {
        self.keep_text.then(|| text.to_owned())
    }

    pub fn partial(&mut self, text: &str, now: Millis) {
        let text = self.text(text);
        self.fact(TurnFact::Partial { text }, now);
    }

    /// `speech_ms` of speech ended `silence_ms` before `now`.
    pub fn end_of_speech(&mut self, reason: EndReason, speech_ms: u64, silence_ms: u64, now: Millis) {
        self.fact(TurnFact::EndOfSpeech { reason }, now);
        self.speech_ended = Some(now);
        self.waiting_since = now - silence_ms;
        if reason != EndReason::NoSpeech {
            self.stage(Stage::Speech, speech_ms);
            self.stage(Stage::Endpointing, silence_ms);
        }
    }

    pub fn transcript(&mut self, text: &str, language: &Language, compute_ms: u64, now: Millis) {
        self.record.language = language.clone();
        let fact = TurnFact::Transcript {
            text: self.text(text),
            language: self.record.language.clone(),
        };
        self.fact(fact, now);
        if let Some(ended) = self.speech_ended {
            self.stage(Stage::SttWait, now.since(ended));
            self.stage(Stage::SttCompute, compute_ms);
        }
        self.transcript_at = Some(now);
    }

    pub fn intent(&mut self, name: &str, now: Millis) {
        self.record.intent = Some(name.to_owned());
        self.record.tier = Some(Tier::Local);
        self.fact(TurnFact::IntentMatched { name: name.to_owned() }, now);
    }

    pub fn tier(&mut self, tier: Tier, model: String, reason: String, now: Millis) {
        self.record.tier = Some(tier);
        self.fact(TurnFact::TierChosen { tier, model, reason }, now);
    }

    pub fn reply_grew(&mut self, now: Millis) {
        if !std::mem::replace(&mut self.reply_began, true) {
            self.fact(TurnFact::ReplyStarted, now);
            let since = self.transcript_at.unwrap_or(self.began);
            self.stage(Stage::FirstText, now.since(since));
        }
    }

    pub fn reply_done(&mut self, text: &str, now: Millis) {
        let text = self.text(text);
        self.fact(TurnFact::ReplyFinished { text }, now);
        let since = self.transcript_at.unwrap_or(self.began);
        self.stage(Stage::Reply, now.since(since));
    }

    pub fn speaker(&mut self, speaker: &Speaker, waited_ms: u64, now: Millis) {
        self.record.person = speaker.person().cloned();
        self.fact(super::speaker::fact(speaker, waited_ms), now);
    }

    pub fn sentence_handed_over(&mut self, now: Millis) {
        self.sentence_at.get_or_insert(now);
    }

    pub fn audio_sent(&mut self, now: Millis) {
        if self.first_audio_at.is_some() {
            return;
        }
        self.first_audio_at = Some(now);
        self.fact(TurnFact::PlaybackStarted, now);
        if let Some(handed_over) = self.sentence_at {
            self.stage(Stage::FirstAudio, now.since(handed_over));
        }
        self.stage(Stage::VoiceToVoice, now.since(self.waiting_since));
    }

    pub fn failed(&mut self, code: ErrorCode, detail: String, now: Millis) {
        tracing::warn!(
            target: "rosied::turn", turn_id = self.record.turn_id.0, room_id = %self.record.room, code = code.as_str(),
            detail, "turn failed"
        );
        self.fact(TurnFact::Failed { code, detail }, now);
    }

    pub fn finish(mut self, outcome: Outcome, now: Millis) -> TurnRecord {
        if let Some(began) = self.first_audio_at {
            self.stage(Stage::Playback, now.since(began));
            self.fact(TurnFact::PlaybackFinished, now);
        }
        match outcome {
            Outcome::BargedIn => self.fact(TurnFact::BargeIn, now),
            Outcome::Cancelled => self.fact(TurnFact::Cancelled, now),
            _ => {}
        }
        self.record.outcome = outcome;
        let TurnRecord { turn_id, room, .. } = &self.record;
        let duration_ms = now.since(self.began);
        tracing::info!(
            target: "rosied::turn", turn_id = turn_id.0, room_id = %room, outcome = outcome.as_str(),
            intent = self.record.intent.as_deref().unwrap_or(""), duration_ms, "turn finished"
        );
        self.record
    }
}
