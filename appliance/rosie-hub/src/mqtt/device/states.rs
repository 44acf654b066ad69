//! The states behind the entities, as notes.

use super::super::{topics::Topics, wire::Note};
use crate::household::{Seat, Vitals, Wake};
use rosie_core::{
    EndpointId,
    record::{Outcome, TurnFact, TurnRecord},
    session::TurnState,
    store::{TimerRecord, TimerState},
    update::{UpdateState, UpdateStep},
};
use serde_json::{Value, json};

pub fn state_name(state: TurnState) -> &'static str {
    match state {
        TurnState::Idle => "idle",
        TurnState::Listening => "listening",
        TurnState::Thinking => "thinking",
        TurnState::Speaking => "speaking",
        TurnState::FollowUp => "follow_up",
    }
}

fn on_off(on: bool) -> &'static str {
    if on { "ON" } else { "OFF" }
}

/// `seat`: `None` where the endpoint is away. `names`: whether timers' names may be shown, which somebody said.
pub fn of_endpoint(
    topics: &Topics,
    endpoint: &EndpointId,
    seat: Option<&Seat>,
    remembers: Option<bool>,
    timers: &[TimerRecord],
    names: bool,
) -> Vec<Note> {
    let note = |what: &str, payload: &str| Note::state(topics.endpoint(endpoint, what), payload);
    let mut notes = vec![note("status", if seat.is_some() { "online" } else { "offline" })];
    if let Some(seat) = seat {
        notes.extend([
            note("state", state_name(seat.state)),
            note("volume", &seat.volume_percent.to_string()),
            note("muted", on_off(seat.muted)),
            note("do_not_disturb", on_off(seat.do_not_disturb)),
        ]);
        notes.extend(
            seat.brightness_percent
                .map(|percent| note("brightness", &percent.to_string())),
        );
        if let Wake::Here {
            words,
            sensitivity_percent,
        } = seat.wake
        {
            notes.extend([
                note("wake_word", words.phrase()),
                note("wake_word_sensitivity", &sensitivity_percent.to_string()),
            ]);
        }
    }
    notes.push(note("remembers", on_off(remembers == Some(true))));
    let own = timers.iter().filter(|timer| timer.endpoint == *endpoint);
    notes.push(note("timers", &timers_json(own, names).to_string()));
    notes
}

pub fn of_appliance(topics: &Topics, vitals: &Vitals, started: &str, timers: &[TimerRecord], names: bool) -> Vec<Note> {
    let rounded = |value: f64, places: i32| {
        let by = 10f64.powi(places);
        (value * by).round() / by
    };
    let measured = json!({
        "cpu": rounded(vitals.cpu_percent, 1),
        "memory": vitals.memory_bytes / 1_000_000,
        "disk_free": vitals.disk_free_bytes.map(|bytes| rounded(bytes as f64 / 1e9, 2)),
        "temperature": vitals.temperature_celsius.map(|degrees| rounded(degrees, 1)),
        "latency_p50": vitals.voice_to_voice_ms.map(|ms| ms.p50),
        "latency_p95": vitals.voice_to_voice_ms.map(|ms| ms.p95),
        "turns": vitals.turns_total,
        "started": started,
        "version": vitals.version,
    });
    vec![
        Note::state(topics.appliance("vitals"), measured.to_string()),
        all_timers(topics, timers, names),
    ]
}

/// As Home Assistant's update entity reads it.
pub fn of_update(topics: &Topics, update: &UpdateState) -> Note {
    // Looking is no installing; what waits may be either.
    let busy = |step| {
        matches!(
            step,
            UpdateStep::Fetching | UpdateStep::Installing | UpdateStep::Restarting
        )
    };
    let running = update.running.as_ref().filter(|running| busy(running.step));
    let installing = running.filter(|running| running.step == UpdateStep::Installing);
    let latest = running.map_or(update.latest(), |running| &running.version);
    let told = json!({
        "installed_version": update.version,
        "latest_version": latest,
        "title": "Rosie",
        "release_summary": update.available.as_ref().map(|offer| offer.notes.chars().take(255).collect::<String>()),
        "in_progress": running.is_some(),
        "update_percentage": installing.and_then(|running| running.percent),
    });
    Note::state(topics.appliance("update"), told.to_string())
}

pub fn all_timers(topics: &Topics, timers: &[TimerRecord], names: bool) -> Note {
    Note::state(
        topics.appliance("timers"),
        timers_json(timers.iter(), names).to_string(),
    )
}

fn timers_json<'a>(timers: impl Iterator<Item = &'a TimerRecord>, names: bool) -> Value {
    // What people want to be reminded of is nobody's business outside.
    let mut timers: Vec<&TimerRecord> = timers.filter(|timer| timer.ring.reminder.is_none()).collect();
    let due = |timer: &TimerRecord| match timer.state {
        TimerState::Running { rings_at_unix_ms } | TimerState::Alarm { rings_at_unix_ms } => rings_at_unix_ms,
        TimerState::Paused { .. } | TimerState::Waiting { .. } => u64::MAX,
    };
    timers.sort_by_key(|timer| (due(timer), timer.id));
    let one = |timer: &&TimerRecord| {
        let mut told = json!({
            "id": timer.id,
            "room": timer.room,
            "endpoint": timer.endpoint,
            "seconds": timer.duration_ms / 1000,
        });
        match timer.state {
            TimerState::Running { rings_at_unix_ms } => {
                told["kind"] = json!("timer");
                told["rings_at"] = json!(iso(rings_at_unix_ms));
            }
            TimerState::Paused { left_ms } => {
                told["kind"] = json!("paused");
                told["seconds_left"] = json!(left_ms / 1000);
            }
            TimerState::Alarm { rings_at_unix_ms } => {
                told["kind"] = json!("alarm");
                told["rings_at"] = json!(iso(rings_at_unix_ms));
            }
            TimerState::Waiting { .. } => {}
        }
        if names {
            told["name"] = json!(timer.name);
        }
        told
    };
    json!({ "count": timers.len(), "timers": timers.iter().map(one).collect::<Vec<_>>() })
}

/// `2026-11-28T12:00:00Z`; nothing for a time outside of any calendar.
pub fn iso(unix_ms: u64) -> Option<String> {
    let at = i64::try_from(unix_ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A turn that ended, without a word of what was said in it.
pub fn event(topics: &Topics, record: &TurnRecord) -> Note {
    let kind = match (record.outcome, &record.intent) {
        (Outcome::Answered, Some(_)) => "command_done",
        (Outcome::Answered, None) => "answered",
        (Outcome::NoSpeech, _) => "nothing_heard",
        (Outcome::Cancelled, _) => "cancelled",
        (Outcome::BargedIn, _) => "interrupted",
        (Outcome::Failed, _) => "failed",
    };
    let mut errors = record.events.iter().filter_map(|event| match &event.what {
        TurnFact::Failed { code, .. } => Some(code.as_str()),
        _ => None,
    });
    let payload = json!({
        // Understood and not carried out is no command done.
        "event_type": if kind == "command_done" && errors.clone().next().is_some() { "failed" } else { kind },
        "room": record.room,
        "trigger": record.trigger,
        "intent": record.intent,
        "error": errors.next_back(),
        "language": record.language,
    });
    Note::at_most_once(topics.endpoint(&record.endpoint, "event"), payload.to_string())
}

/// A wake word began a turn; `word` is its name.
pub fn wake_event(topics: &Topics, endpoint: &EndpointId, word: &str) -> Note {
    let payload = json!({ "event_type": "wake_word_heard", "word": word });
    Note::at_most_once(topics.endpoint(endpoint, "event"), payload.to_string())
}

pub fn timer_event(topics: &Topics, endpoint: &EndpointId, id: u64, ringing: bool) -> Note {
    let kind = if ringing { "timer_ringing" } else { "timer_stopped" };
    let payload = json!({ "event_type": kind, "timer": id });
    Note::at_most_once(topics.endpoint(endpoint, "event"), payload.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rosie_core::Language;

    #[test]
    fn an_update_is_told_as_home_assistant_reads_it() {
        use rosie_core::update::{UpdateOffer, UpdateProgress};
        let topics = Topics {
            base: "rosie".into(),
            prefix: "homeassistant".into(),
        };
        let mut update = UpdateState {
            managed: true,
            version: "1.0.0".into(),
            ..UpdateState::default()
        };
        let told = |update: &UpdateState| -> Value {
            let note = of_update(&topics, update);
            assert!(note.retain && note.topic == "rosie/appliance/update", "{}", note.topic);
            serde_json::from_slice(&note.payload).unwrap()
        };
        // Without a newer one the newest is the one that runs, or Home Assistant shows the entity as unknown.
        assert_eq!(told(&update)["latest_version"], "1.0.0");
        assert_eq!(told(&update)["in_progress"], false);
        update.available = Some(UpdateOffer {
            version: "1.1.0".into(),
            bytes: 7,
            notes: "ä".repeat(300),
        });
        let summary = told(&update)["release_summary"].clone();
        assert_eq!(
            summary.as_str().unwrap().chars().count(),
            255,
            "Home Assistant refuses a longer one"
        );
        let mut step = |step, percent| {
            update.running = Some(UpdateProgress {
                step,
                percent,
                version: "1.1.0".into(),
            });
            let told = told(&update);
            (told["in_progress"].clone(), told["update_percentage"].clone())
        };
        assert_eq!(step(UpdateStep::Looking, None), (json!(false), Value::Null));
        assert_eq!(step(UpdateStep::Fetching, Some(70)), (json!(true), Value::Null));
        assert_eq!(step(UpdateStep::Installing, Some(40)), (json!(true), json!(40)));
        // What is offered is gone by then.
        update.available = None;
        assert_eq!(told(&update)["latest_version"], "1.1.0");
    }

    #[test]
    fn the_wake_word_is_told_where_rosie_listens_for_it() {
        use crate::household::WakeWords;
        let topics = Topics {
            base: "rosie".into(),
            prefix: "homeassistant".into(),
        };
        let told = |wake| -> Vec<(String, String)> {
            let seat = Seat {
                endpoint: "k".into(),
                room: "kitchen".into(),
                state: TurnState::Idle,
                volume_percent: 50,
                muted: false,
                do_not_disturb: false,
                brightness_percent: None,
                has_leds: false,
                wake,
            };
            let notes = of_endpoint(&topics, &seat.endpoint, Some(&seat), None, &[], false);
            let of_wake = notes.into_iter().filter(|note| note.topic.contains("wake_word"));
            of_wake
                .map(|note| (note.topic, String::from_utf8(note.payload).unwrap()))
                .collect()
        };
        assert!(told(Wake::Unsaid).is_empty() && told(Wake::Elsewhere).is_empty());
        let here = Wake::Here {
            words: WakeWords::of(&["rosie".to_owned(), "hey_rosie".to_owned()]),
            sensitivity_percent: 70,
        };
        let topic = |what: &str| format!("rosie/endpoint/k/{what}");
        let both = (topic("wake_word"), "Hey Rosie or Rosie".to_owned());
        assert_eq!(told(here), [both, (topic("wake_word_sensitivity"), "70".to_owned())]);
        let event = wake_event(&topics, &"k".into(), "hey_rosie");
        assert!(!event.retain && event.topic == topic("event"), "{}", event.topic);
        let event: Value = serde_json::from_slice(&event.payload).unwrap();
        assert_eq!(event, json!({ "event_type": "wake_word_heard", "word": "hey_rosie" }));
    }

    #[test]
    fn timers_are_told_soonest_first_and_without_their_names_unless_allowed() {
        let timer = |id, state| TimerRecord {
            id,
            name: Some("secret".into()),
            endpoint: "k".into(),
            room: "kitchen".into(),
            language: Language::default(),
            duration_ms: 60_000,
            state,
            ring: Default::default(),
        };
        let all = [
            timer(1, TimerState::Paused { left_ms: 5_000 }),
            timer(
                2,
                TimerState::Alarm {
                    rings_at_unix_ms: 2_000,
                },
            ),
            timer(
                3,
                TimerState::Running {
                    rings_at_unix_ms: 1_000,
                },
            ),
        ];
        let told = timers_json(all.iter(), false);
        assert_eq!(told["count"], 3);
        let ids: Vec<u64> = told["timers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t["id"].as_u64().unwrap())
            .collect();
        assert_eq!(ids, [3, 2, 1]);
        assert_eq!(told["timers"][0]["rings_at"], "1970-01-01T00:00:01Z");
        assert!(!told.to_string().contains("secret"));
        assert!(timers_json(all.iter(), true).to_string().contains("secret"));
        assert_eq!(iso(u64::MAX), None);
    }
}
