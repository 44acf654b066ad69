//! "What did you hear?" and "why did you do that?": the last turn of each endpoint, what was understood in it, who answered
//! and why, and what was done. In memory, for as long as a conversation is remembered.

use crate::{
    dialog::{REMEMBERED_ENDPOINTS, RosieDialog},
    routing::{Ground, explained},
};
use rosie_core::{
    EndpointId, ErrorCode, Failure, Intent, ToolResult, TurnId,
    audit::Deed,
    dialog::{DialogEvent, DialogSink, Fault, Question, Reply, Tier},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// What was said longer ago is nobody's business any more.
const EXPIRY: Duration = Duration::from_secs(600);
/// Things that are named of those that were changed.
const NAMED: usize = 5;

/// "What did you hear?"
const HEARD: &str = "RosieWhatHeard";
/// "Why did you do that?"
const WHY: &str = "RosieWhy";
/// "Why did you use the cloud?"
const WHY_MODEL: &str = "RosieWhyThisModel";

/// Whether an intent asks about the turn before it.
pub(crate) fn is_account(intent: &str) -> bool {
    [HEARD, WHY, WHY_MODEL].contains(&intent)
}

/// How an answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Sentence,
    Model,
    Home,
    Yes,
    No,
}

impl How {
    fn as_str(self) -> &'static str {
        match self {
            How::Sentence => "sentence",
            How::Model => "model",
            How::Home => "home",
            How::Yes => "yes",
            How::No => "no",
        }
    }
}

/// One turn.
struct Account {
    at: Instant,
    turn_id: TurnId,
    heard: String,
    how: How,
    seen: Seen,
    failed: Option<ErrorCode>,
}

/// What the events of a turn told.
#[derive(Default, Clone)]
pub(crate) struct Seen {
    intents: Vec<String>,
    /// The model that was asked last.
    asked: Option<Tier>,
    /// Models that gave no whole answer.
    faults: Vec<Ground>,
    /// A call did not work.
    failed: bool,
}

#[derive(Default)]
pub(crate) struct Accounts(Mutex<HashMap<EndpointId, Account>>);

impl Accounts {
    fn lock(&self) -> MutexGuard<'_, HashMap<EndpointId, Account>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, account| account.at.elapsed() < EXPIRY);
        all
    }

    /// Nothing of it is told any more.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// A turn is over. One that only asked about the one before leaves that in its place.
    pub(crate) fn keep(&self, question: &Question, how: How, seen: &Arc<Mutex<Seen>>, result: &Result<Reply, Failure>) {
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if seen.intents.iter().any(|intent| is_account(intent)) {
            return;
        }
        let account = Account {
            at: Instant::now(),
            turn_id: question.turn_id,
            heard: question.text.trim().trim_end_matches(['.', '!']).to_owned(),
            // A sum that was none, and a sentence inside of talk.
            how: match how {
                _ if seen.asked.is_some() => How::Model,
                How::Model if !seen.intents.is_empty() => How::Sentence,
                how => how,
            },
            seen,
            failed: result.as_ref().err().map(|failure| failure.code),
        };
        self.lock().insert(question.endpoint.clone(), account);
    }
}

/// The same sink, and what passes through it.
pub(crate) fn watched(mut sink: DialogSink) -> (DialogSink, Arc<Mutex<Seen>>) {
    let seen = Arc::<Mutex<Seen>>::default();
    let note = seen.clone();
    let watched = Box::new(move |event: DialogEvent| {
        {
            let mut seen = note.lock().unwrap_or_else(PoisonError::into_inner);
            match &event {
                DialogEvent::IntentMatched(Intent { name, .. }) => seen.intents.push(name.clone()),
                DialogEvent::TierChosen { tier, .. } => seen.asked = Some(*tier),
                DialogEvent::TierFailed { tier, fault, detail } => {
                    seen.faults.push(Ground::Failed(*tier, *fault, detail.clone()));
                }
                DialogEvent::ToolFinished { ok: false, .. } => seen.failed = true,
                _ => {}
            }
        }
        sink(event);
    });
    (watched, seen)
}

impl RosieDialog {
    /// Models were asked and nobody gave a whole answer: that is what "which model was that?" means then.
    pub(crate) fn note_unanswered(&self, question: &Question, seen: &Arc<Mutex<Seen>>, failure: &Failure) {
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(tier) = seen.asked else { return };
        let mut faults = seen.faults;
        // It did not fail as a server does: it said nothing, called tools wrongly, or took too long for all of it.
        if !faults
            .iter()
            .any(|fault| matches!(fault, Ground::Failed(failed, ..) if *failed == tier))
        {
            let fault = match failure.code {
                ErrorCode::LlmTimeout => Fault::Slow,
                _ => Fault::Trouble,
            };
            faults.push(Ground::Failed(tier, fault, failure.detail.clone()));
        }
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        if routes.len() >= REMEMBERED_ENDPOINTS {
            routes.clear();
        }
        routes.insert(question.endpoint.clone(), (tier, faults));
    }

    /// The answer to a question about the turn before.
    pub(crate) fn account(&self, intent: &str, question: &Question) -> ToolResult {
        let ails = |tier: Tier| {
            let model = self.llm.tiers().iter().find(|model| model.tier() == tier)?;
            model.health().fault
        };
        let explanation = || {
            let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
            let last = routes.get(&question.endpoint);
            explained(
                last.map(|(tier, grounds)| (*tier, grounds.as_slice())),
                &ails,
                &question.language,
            )
        };
        let all = self.accounts.lock();
        let (response, data) = match (intent, all.get(&question.endpoint)) {
            (WHY_MODEL, _) => ("default", json!({ "explanation": explanation() })),
            (_, None) => ("nothing", json!({})),
            (HEARD, Some(account)) => ("default", json!({ "heard": account.heard })),
            (_, Some(account)) => {
                let failure = account.failed.map(|code| code.spoken(&question.language));
                // Who failed before anybody was asked had no reason to ask somebody.
                let explained = account.seen.asked.is_some() || account.failed.is_none();
                let data = json!({
                    "heard": account.heard,
                    "kind": account.how.as_str(),
                    "family": account.seen.intents.first().map(|intent| family(intent)),
                    "explanation": (account.how == How::Model && explained).then(explanation),
                    "deeds": self.told(&self.deeds.of_turn(&question.endpoint, account.turn_id)),
                    "failure": failure,
                    "failed": account.seen.failed,
                });
                ("default", data)
            }
        };
        ToolResult {
            response: response.to_owned(),
            data,
            effects: Vec::new(),
        }
    }

    /// Deeds as templates see them: the verb of the service, and what it was done to by its names.
    fn told(&self, deeds: &[Deed]) -> Vec<Value> {
        let entities = self.hub.entities();
        let name = |id: &String| {
            let known = entities.iter().find(|entity| entity.id == *id);
            known.and_then(|entity| entity.names.first()).unwrap_or(id).clone()
        };
        let one = |deed: &Deed| {
            let (kind, verb) = deed.action.split_once('.').unwrap_or(("", deed.action.as_str()));
            let (verb, names) = match kind {
                // What a plugin does with what is its own affair: it has a name.
                "plugin" => (kind, vec![verb.to_owned()]),
                _ => (verb, deed.targets.iter().take(NAMED).map(name).collect()),
            };
            json!({ "verb": verb, "names": names, "failed": deed.failed.is_some() })
        };
        deeds.iter().map(one).collect()
    }
}

/// What kind of sentence an intent is.
fn family(intent: &str) -> &'static str {
    const FAMILIES: [(&str, &str); 30] = [
        ("Timer", "timer"),
        ("Duration", "timer"),
        ("AlarmPanel", "home"),
        ("Alarm", "alarm"),
        ("Snooze", "alarm"),
        ("RosieContact", "contact"),
        ("RosieAdd", "contact"),
        ("LastContact", "contact"),
        ("Birthday", "contact"),
        ("WhoIs", "contact"),
        ("LogCall", "contact"),
        ("Event", "calendar"),
        ("RosieFree", "calendar"),
        ("Calendar", "calendar"),
        ("Message", "message"),
        ("Remind", "reminder"),
        ("List", "list"),
        ("Weather", "weather"),
        ("Current", "time"),
        ("WorldTime", "time"),
        ("RosieDa", "time"),
        ("Arithmetic", "sum"),
        ("Convert", "sum"),
        ("Remember", "memory"),
        ("Forget", "memory"),
        ("Known", "memory"),
        ("RosieCorrect", "memory"),
        ("Broadcast", "announce"),
        ("RosieVolume", "volume"),
        ("Hass", "home"),
    ];
    const HOME: [&str; 4] = ["RosieLight", "RosieClimate", "RosieSelect", "RosieNumber"];
    // Intents of a plugin are called by its name.
    if !intent.starts_with("Rosie") && !intent.starts_with("Hass") {
        return "plugin";
    }
    let known = FAMILIES.iter().find(|(part, _)| intent.contains(part));
    match known {
        Some((_, family)) => family,
        None if HOME.iter().any(|begin| intent.starts_with(begin)) => "home",
        None => "talk",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_intent_is_of_a_kind() {
        for (intent, expected) in [
            ("HassStartTimer", "timer"),
            ("RosieSetAlarm", "alarm"),
            ("RosieCancelReminder", "reminder"),
            ("HassShoppingListAddItem", "list"),
            ("HassGetWeather", "weather"),
            ("HassGetCurrentTime", "time"),
            ("RosieDayOfWeek", "time"),
            ("RosieWorldTime", "time"),
            ("RosieMoveAlarm", "alarm"),
            ("RosieAlarmPanel", "home"),
            ("RosieSelect", "home"),
            ("RosieNumber", "home"),
            ("HassTurnOn", "home"),
            ("RosieLightStep", "home"),
            ("RosieForgetSpan", "memory"),
            ("RosieGreeting", "talk"),
            ("RosieContactReminders", "contact"),
            ("RosieAddReminder", "contact"),
            ("RosieNextEvent", "calendar"),
            ("RosieSendMessage", "message"),
            ("bins__ListBins", "plugin"),
        ] {
            assert_eq!(family(intent), expected, "{intent}");
        }
    }
}
