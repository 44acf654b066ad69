//! Sentences to intents, without doing anything: `recognize`, answered by `intent` (several commands in one sentence between
//! `intents-start` and `intents-stop`) or `not-recognized`.

use super::Shared;
use rosie_core::{Intent, Language, SlotValue};
use rosie_proto::wyoming::Event;
use serde_json::{Value, json};

/// The events that answer.
pub(super) fn recognized(shared: &Shared, event: &Event) -> Vec<Event> {
    let text = event.text("text").unwrap_or_default();
    let fits = !text.trim().is_empty() && text.chars().count() <= rosie_proto::MAX_TEXT_CHARS;
    let pipeline = shared.appliance.pipeline().filter(|_| fits && shared.config.answers);
    let language = event.text("language").map(Language::new);
    let room = shared.config.room.as_ref();
    let intents = pipeline.map(|pipeline| pipeline.recognize(text, room, language));
    let intents: Vec<Event> = intents.unwrap_or_default().iter().map(told).collect();
    let mut events = match intents.len() {
        0 => vec![Event::new("not-recognized", json!({ "text": "" }))],
        1 => intents,
        _ => {
            let around = |kind| Event::new(kind, json!({}));
            let all = [around("intents-start")].into_iter().chain(intents);
            all.chain([around("intents-stop")]).collect()
        }
    };
    if let Some(context) = event.data.get("context") {
        for event in &mut events {
            event.data.insert("context".to_owned(), context.clone());
        }
    }
    events
}

fn told(intent: &Intent) -> Event {
    let value = |value: &SlotValue| match value {
        // Whole ones as such: Python tells them apart.
        SlotValue::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => json!(*number as i64),
        SlotValue::Number(number) => json!(number),
        SlotValue::Text(text) => json!(text),
    };
    let slots = intent.slots.iter();
    let entities: Vec<Value> = slots
        .map(|(name, slot)| json!({ "name": name, "value": value(&slot.value) }))
        .collect();
    Event::new("intent", json!({ "name": intent.name, "entities": entities }))
}
