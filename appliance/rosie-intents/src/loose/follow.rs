//! What goes on from the sentence before: the same to something else ("and the hall too"), something else to the same
//! ("turn it off again"). Nothing here means anything when nothing came before.

use super::{
    calls,
    frame::{Frame, Value},
    intents::{Slots, Target},
    resolve::{Meant, Resolver},
    tag::Act,
    things::Thing,
};
use rosie_core::Intent;

/// The slots that say what something is done to.
const TARGET: [&str; 7] = ["name", "area", "floor", "domain", "device_class", "all", "except"];

impl Resolver<'_> {
    pub fn follow(&self, frames: &[Frame], before: &[Intent]) -> Option<Vec<Intent>> {
        let [frame] = frames else { return None };
        let last = before.last()?;
        if frame.everything || !frame.except.is_empty() || frame.wished && !(frame.modal || frame.wish) {
            return None;
        }
        if frame.nouns.is_empty() && !frame.here && !frame.does_nothing() {
            return self.same_things(frame, before);
        }
        if frame.does_nothing() && !frame.verb && !frame.nouns.is_empty() && (frame.joined || frame.also) {
            return self.other_things(frame, last).map(|intent| vec![intent]);
        }
        None
    }

    /// Where the things of an intent are.
    pub fn place_of(&self, intent: &Intent) -> Option<String> {
        self.area_of(&self.target_of(intent)?)
    }

    /// Something else is done to the same things.
    fn same_things(&self, frame: &Frame, before: &[Intent]) -> Option<Vec<Intent>> {
        let steps = |act: &Act| act.is_of_state() || matches!(act, Act::Raise | Act::Lower);
        let refers = frame.it || frame.again || frame.also;
        let by_degrees = matches!(frame.values[..], [Value::Degrees(by)] if calls::step(&frame.acts, by).is_some());
        let by_itself = frame.acts.iter().all(steps) && (frame.values.is_empty() || by_degrees);
        // "And now to ten percent", "only forty percent"; a mere number may be anything.
        let counted = !matches!(frame.values[..], [] | [Value::Number(_)]);
        let goes_on = frame.acts.is_empty() && (counted || frame.joined && !frame.values.is_empty());
        if !refers && !by_itself && !goes_on {
            return None;
        }
        let mut all = Vec::new();
        for intent in before {
            let target = self.target_of(intent)?;
            if frame.values.is_empty() {
                let call = calls::of_act(calls::one(&frame.acts)?, &target.domain)?;
                // Everything was switched off, and it is too dark now: the light here is meant.
                if intent.name == "HassTurnOff" && call.0 == "RosieLightStep" && !target.slots.contains_key("name") {
                    return None;
                }
                all.push(self.intent(call, target)?);
                continue;
            }
            if let [Value::Degrees(by)] = frame.values[..]
                && let Some(up) = calls::step(&frame.acts, by)
                && target.domain == "climate"
            {
                all.push(self.intent(calls::climate_step(up, by), target)?);
                continue;
            }
            for value in &frame.values {
                let call = calls::of_value(value, &target.domain)?;
                all.push(self.intent(call, target.clone())?);
            }
        }
        (!all.is_empty()).then_some(all)
    }

    /// The same is done to other things.
    fn other_things(&self, frame: &Frame, last: &Intent) -> Option<Intent> {
        let target = self.target_of(last)?;
        let domain = target.domain.as_str();
        let kinds: Vec<&str> = match last.name.as_str() {
            "HassTurnOn" if domain != "cover" && domain != "lock" => calls::kinds(Act::On),
            "HassTurnOff" if domain != "cover" && domain != "lock" => calls::kinds(Act::Off),
            _ => vec![domain],
        };
        // Of the same kind first: a player may be called "Kitchen", too.
        let same_kind = self.resolve(&frame.nouns, &[domain]);
        let mut meant = same_kind.or_else(|| self.resolve(&frame.nouns, &kinds))?;
        // "And the curtain as well": of the same room.
        if meant.area.is_none()
            && meant.floor.is_none()
            && let Some(area) = self.area_of(&target)
        {
            let mut there = frame.nouns.clone();
            there.extend(self.things.words_of_area(&area).map(|word| vec![word.clone()]));
            if let Some(here) = self.resolve(&there, &kinds) {
                meant = here;
            }
        }
        let mut new = match self.counterpart(&target, &meant) {
            Some(slots) => Target {
                domain: target.domain.clone(),
                slots,
            },
            None => self.of(&meant, &kinds, Some(domain), frame.all)?,
        };
        if let Some(class) = target
            .slots
            .get("device_class")
            .filter(|_| meant.kind.is_none() && meant.things.is_empty())
        {
            new.slots.insert("device_class".to_owned(), class.clone());
        }
        // Who asks how it is in the kitchen asks no thermostat by its name.
        if !target.slots.contains_key("domain")
            && !new.slots.contains_key("name")
            && last.name.starts_with("HassClimate")
        {
            new.slots.remove("domain");
        }
        let mut slots = last.slots.clone();
        slots.retain(|key, _| !TARGET.contains(&key.as_str()));
        slots.extend(new.slots);
        Some(Intent { slots, ..last.clone() })
    }

    fn area_of(&self, target: &Target) -> Option<String> {
        if let Some(area) = target.slots.get("area") {
            return Some(area.value.to_string());
        }
        let ids = target.slots.get("name")?.value.to_string();
        let known = self
            .things
            .things
            .iter()
            .find(|thing| ids.split(',').any(|id| id == thing.id))?;
        Some(known.place.clone()).filter(|place| !place.is_empty())
    }

    /// "And in the hall?" after the kitchen's floor lamp: the hall's floor lamp.
    fn counterpart(&self, before: &Target, meant: &Meant<'_>) -> Option<Slots> {
        let area = meant.area.filter(|_| meant.kind.is_none() && meant.things.is_empty())?;
        let ids = before.slots.get("name")?.value.to_string();
        let known = self
            .things
            .things
            .iter()
            .find(|thing| ids.split(',').any(|id| id == thing.id))?;
        let bare = |thing: &Thing| -> Vec<String> {
            let of_area: Vec<&String> = self.things.words_of_area(&thing.place).collect();
            let words = thing.names.first().into_iter().flatten();
            words.filter(|word| !of_area.contains(word)).cloned().collect()
        };
        let wanted = bare(known);
        let found = self.things.things.iter().find(|thing| {
            thing.place == area && thing.domain == known.domain && thing.class == known.class && bare(thing) == wanted
        })?;
        let meant = Meant {
            things: vec![found],
            ..Meant::default()
        };
        Some(self.of(&meant, &[found.domain.as_str()], None, false)?.slots)
    }

    /// None where the intent was about nothing of the home.
    fn target_of(&self, intent: &Intent) -> Option<Target> {
        let slots: Slots = intent
            .slots
            .iter()
            .filter(|(key, _)| TARGET.contains(&key.as_str()))
            .map(|(key, slot)| (key.clone(), slot.clone()))
            .collect();
        let text = |key: &str| slots.get(key).map(|slot| slot.value.to_string());
        let by_name = text("name").and_then(|ids| {
            let first = ids.split(',').next().unwrap_or_default().to_owned();
            self.things
                .things
                .iter()
                .find(|thing| thing.id == first)
                .map(|thing| thing.domain.clone())
        });
        let by_intent = match intent.name.as_str() {
            "RosieLightStep" | "HassLightSet" => Some("light"),
            name if name.contains("Climate") => Some("climate"),
            name if name.starts_with("HassMedia") || name.starts_with("HassSetVolume") => Some("media_player"),
            name if name.starts_with("HassVacuum") => Some("vacuum"),
            name if name.starts_with("HassLawnMower") => Some("lawn_mower"),
            "HassFanSetSpeed" => Some("fan"),
            _ => None,
        };
        if text("name").is_some() && by_name.is_none() {
            return None;
        }
        let domain = by_name
            .or_else(|| text("domain").filter(|domain| !domain.contains(',')))
            .or(by_intent.map(str::to_owned))?;
        Some(Target { domain, slots })
    }
}
