//! From a frame to intents with the things that are meant.

use super::{
    calls::{self, Call, EVERYTHING},
    frame::{Frame, Noun, Value},
    resolve::{Meant, Resolver},
    tag::Act,
    things::Thing,
};
use rosie_core::{Intent, Slot, SlotValue};
use std::collections::BTreeMap;

/// How warm rooms are made, in °C and in °F.
const WARMTHS: [std::ops::RangeInclusive<f64>; 2] = [5.0..=30.0, 60.0..=86.0];
/// What a mode is called in the languages of the data.
const MODES: [&str; 3] = ["mode", "modus", "modo"];

pub type Slots = BTreeMap<String, Slot>;

pub fn slot(value: SlotValue) -> Slot {
    Slot {
        spoken: value.to_string(),
        value,
        unresolved: false,
    }
}

pub(super) fn text(value: &str) -> Slot {
    slot(SlotValue::Text(value.to_owned()))
}

impl Resolver<'_> {
    /// "Lower the big lamp by 20 percent": a step from how it is. None for what knows no such steps.
    fn by(&self, frame: &Frame) -> Option<Intent> {
        let [Value::Percent(by) | Value::Number(by)] = frame.values[..] else {
            return None;
        };
        let target = self.target(frame, &["light", "media_player"], Some("light"), true)?;
        let (name, mut slots) = calls::of_act(calls::one(&frame.acts)?, &target.domain)?;
        match name {
            "RosieLightStep" => slots.push(("step", SlotValue::Number(by))),
            "HassSetVolumeRelative" => {
                let down = slots.iter().any(|(_, value)| value.to_string() == "down");
                slots = vec![("volume_step", SlotValue::Number(if down { -by } else { by }))];
            }
            _ => return None,
        }
        self.intent((name, slots), target)
    }

    /// None where it is not clear what is done, or to what.
    pub fn intents(&self, frame: &Frame) -> Option<Vec<Intent>> {
        if frame.wished && !(frame.wish || frame.modal || frame.polite) {
            return None;
        }
        // Which two lamps, must have been said.
        let named = || {
            self.resolve(&frame.nouns, &[])
                .is_some_and(|meant| !meant.things.is_empty())
        };
        if frame.counted && !named() {
            return None;
        }
        if let Some(of_kind) = self.all_of_a_kind(frame) {
            return self.intents(&of_kind);
        }
        if frame.everything {
            return self.everything(frame).map(|intent| vec![intent]);
        }
        if frame.values.is_empty() {
            return self.act(frame).map(|intent| vec![intent]);
        }
        if let [Value::Degrees(by)] = frame.values[..]
            && let Some(up) = calls::step(&frame.acts, by)
        {
            let target = self.target(frame, &["climate"], Some("climate"), true)?;
            return self
                .intent(calls::climate_step(up, by), target)
                .map(|intent| vec![intent]);
        }
        if frame.by {
            return self.by(frame).map(|intent| vec![intent]);
        }
        // A value says what is done; "turn on", "raise" and the like may stand beside it. "Warm the room up to twenty-two."
        let warm = |value: &Value| matches!(value, Value::Degrees(_) | Value::Number(_));
        let warms = frame.values.iter().all(warm);
        let beside = |act: &Act| match act {
            Act::Warmer | Act::Colder => warms,
            Act::On | Act::Raise | Act::Lower | Act::Darker | Act::Brighter | Act::Start => true,
            _ => false,
        };
        // "Open the blind halfway", "die Jalousie halb zu".
        let partly = matches!(frame.values[..], [Value::Percent(_)])
            && !frame.acts.is_empty()
            && frame.acts.iter().all(|act| matches!(act, Act::Open | Act::Close));
        if partly {
            let target = self.target(frame, &["cover", "valve"], None, false)?;
            let domain = target.domain.clone();
            let value = frame.closing().unwrap_or_else(|| frame.values[0].clone());
            return self
                .intent(calls::of_value(&value, &domain)?, target)
                .map(|intent| vec![intent]);
        }
        if let Some(open) = frame.closing()
            && let Some(target) = self.target(frame, &["cover"], None, false)
        {
            return self
                .intent(calls::of_value(&open, "cover")?, target)
                .map(|intent| vec![intent]);
        }
        if !frame.acts.iter().all(beside) {
            return None;
        }
        frame.values.iter().map(|value| self.value(frame, value)).collect()
    }

    fn act(&self, frame: &Frame) -> Option<Intent> {
        let act = match frame.acts.is_empty() {
            // "I'd like some light in the cellar."
            true if frame.wish || frame.polite || frame.put || self.is_scene(frame) => Act::On,
            true if self.makes_light(frame) => Act::On,
            _ => calls::one(&frame.acts)?,
        };
        let named_on = self.is_mere_light(frame) || self.is_scene(frame) || self.is_put(frame);
        if frame.acts.is_empty() && !named_on {
            return None;
        }
        // "The garage door open" tells how it is.
        let statement = act == Act::Open && self.lexicon.language.primary() == "en" && frame.verb_last;
        if statement && !(frame.wish || frame.make || frame.modal || frame.polite) {
            return None;
        }
        let domains = calls::kinds(act);
        let target = self.target(frame, &domains, calls::kind_in_places(act), lone(act));
        let mut target = target.or_else(|| self.its_door(frame, act))?;
        let domain = target.domain.clone();
        if act == Act::Warmth {
            // How warm a room is, a sensor knows where there is no thermostat.
            target.slots.remove("domain");
        }
        self.intent(calls::of_act(act, &domain)?, target)
    }

    /// "Shut the garage": its door, where it has one.
    fn its_door(&self, frame: &Frame, act: Act) -> Option<Target> {
        let meant = self.resolve(&frame.nouns, &[])?;
        let commanded = frame.verb && !(frame.wish || frame.modal || frame.verb_last || frame.all);
        let mere_place = commanded && meant.things.is_empty() && meant.kind.is_none() && frame.except.is_empty();
        let area = meant
            .area
            .filter(|_| mere_place && matches!(act, Act::Open | Act::Close))?;
        let is_door = |thing: &&Thing| thing.place == area && thing.domain == "cover" && thing.class == "garage";
        let mut doors = self.things.things.iter().filter(is_door);
        let door = doors.next().filter(|_| doors.next().is_none())?;
        let meant = Meant {
            things: vec![door],
            ..Meant::default()
        };
        self.of(&meant, &["cover"], None, false)
    }

    fn is_mere_light(&self, frame: &Frame) -> bool {
        let mass = |noun: &Noun| noun.iter().any(|word| self.lexicon.mass.contains(word));
        if !frame.nouns.iter().any(mass) {
            return false;
        }
        let meant = self.resolve(&frame.nouns, &["light"]);
        meant.is_some_and(|meant| meant.things.is_empty() && meant.kind.is_some_and(|kind| kind.only.is_none()))
    }

    /// "Mach mal Licht"; but "schalt das Licht" was cut off.
    fn makes_light(&self, frame: &Frame) -> bool {
        frame.makes && self.is_mere_light(frame)
    }

    /// "Pon el ventilador", "mets la lampe".
    fn is_put(&self, frame: &Frame) -> bool {
        let switched = ["light", "fan", "switch", "humidifier", "media_player"];
        let meant = || self.resolve(&frame.nouns, &switched);
        frame.put
            && frame.except.is_empty()
            && meant().is_some_and(|meant| !meant.things.is_empty() || meant.kind.is_some())
    }

    /// "Set movie night", "ambiance détente au salon": a scene or a routine by its name.
    fn is_scene(&self, frame: &Frame) -> bool {
        let is_kind = |word: &String| {
            let kind = self.lexicon.kind_words.get(word).map(|at| &self.lexicon.kinds[*at]);
            kind.is_some_and(|kind| matches!(kind.domain.as_str(), "scene" | "script"))
        };
        // "Night mode in here, please": a mode is named only by who wants it.
        // "Mode" alone is none.
        let is_mode = |word: &String| MODES.iter().any(|mode| word.ends_with(mode) && word != mode);
        let of_mode = |word: &String| MODES.contains(&word.as_str()) && frame.nouns.len() > 1;
        let asked =
            frame.polite || frame.here || frame.nouns.iter().flatten().any(|word| is_mode(word) || of_mode(word));
        let called = frame.make || asked || frame.nouns.iter().flatten().any(is_kind);
        let domains: &[&str] = match asked {
            true => &["scene", "script", "input_boolean"],
            false => &["scene", "script"],
        };
        let things = || self.resolve(&frame.nouns, domains).map(|meant| meant.things.len());
        called && frame.except.is_empty() && things() == Some(1)
    }

    fn value(&self, frame: &Frame, value: &Value) -> Option<Intent> {
        // "Set the bedroom to 19": a number without a unit, for a room, is how warm it is to be where that can be set. Otherwise it
        // says nothing of what it is, though a player is called so.
        let room = || {
            self.place_first(&frame.nouns)
                .filter(|meant| meant.kind.is_none())?
                .area
        };
        let mut value = value;
        let degrees;
        if let Value::Number(number) = value
            && let Some(room) = room()
        {
            let commanded = frame.verb || frame.make || frame.wish;
            let warms = |thing: &Thing| thing.domain == "climate" && thing.place == room;
            let as_warm = WARMTHS.iter().any(|warmth| warmth.contains(number));
            if !(commanded && as_warm && self.things.things.iter().any(warms)) {
                return None;
            }
            degrees = Value::Degrees(*number);
            value = &degrees;
        }
        let domains = calls::kinds_of_value(value);
        let lone = matches!(value, Value::Degrees(_)) && (frame.verb || frame.wish || frame.modal);
        let target = self.target(frame, &domains, calls::kind_in_places_of_value(value), lone)?;
        let domain = target.domain.clone();
        self.intent(calls::of_value(value, &domain)?, target)
    }

    /// "Alles Licht weg": what there is of a kind in this room, or in the house where nobody knows the room. Only German says
    /// it so; elsewhere such a word is misheard ("everything off limits").
    fn all_of_a_kind(&self, frame: &Frame) -> Option<Frame> {
        let said = frame.everything && self.lexicon.language.primary() == "de";
        let meant = self.resolve(&frame.nouns, &[]).filter(|_| said)?;
        let placed = meant.area.is_some() || meant.floor.is_some();
        (meant.things.is_empty() && meant.kind.is_some()).then(|| Frame {
            everything: false,
            here: frame.here || (!placed && self.own.is_some()),
            all: true,
            ..frame.clone()
        })
    }

    /// All of a place or of the house. Never a lock, a door, the heating.
    fn everything(&self, frame: &Frame) -> Option<Intent> {
        // "Make everything dark": the lights.
        let (domain, said, response) = match calls::one(&frame.acts)? {
            Act::Off => (EVERYTHING, "everything", "everything"),
            Act::Dark => ("light", "all", "lights_area"),
            _ => return None,
        };
        if !frame.values.is_empty() {
            return None;
        }
        let mut slots = Slots::from([("domain".to_owned(), text(domain)), (said.to_owned(), text("all"))]);
        if !frame.nouns.is_empty() {
            let meant = self.resolve(&frame.nouns, &[])?;
            if !meant.things.is_empty() || meant.kind.is_some() {
                return None;
            }
            place(&mut slots, &meant);
        } else if frame.here {
            slots.insert("area".to_owned(), text(self.own?));
        }
        self.left_out(frame, &mut slots)?;
        Some(self.bare("HassTurnOff", slots, response))
    }

    fn bare(&self, name: &str, slots: Slots, response: &str) -> Intent {
        Intent {
            name: name.to_owned(),
            slots,
            language: self.lexicon.language.clone(),
            response: response.to_owned(),
            literal_chars: 0,
        }
    }

    pub fn intent(&self, (name, does): Call, target: Target) -> Option<Intent> {
        let mut slots = target.slots;
        slots.extend(does.into_iter().map(|(key, value)| (key.to_owned(), slot(value))));
        // All there are, of a room or of the house.
        let by_kind = !slots.contains_key("name");
        let response = match (name, target.domain.as_str()) {
            ("HassTurnOn" | "HassTurnOff", "light") if by_kind => "lights_area",
            ("HassTurnOn" | "HassTurnOff", "fan") if by_kind => "fans_area",
            _ => "default",
        };
        Some(self.bare(name, slots, response))
    }

    /// `usual`: the kind that a mere place means. `lone`: nothing need be named.
    pub fn target(&self, frame: &Frame, domains: &[&str], usual: Option<&str>, lone: bool) -> Option<Target> {
        let mut target = if frame.nouns.is_empty() {
            // "Make it warmer": the room.
            let allowed = (lone || frame.here && !frame.it) && !frame.all;
            let domain = usual.filter(|_| allowed)?;
            let slots = Slots::from([
                ("area".to_owned(), text(self.own?)),
                ("domain".to_owned(), text(domain)),
            ]);
            Target {
                domain: domain.to_owned(),
                slots,
            }
        } else {
            let all = frame.all && !frame.here;
            let meant = self.resolved(&frame.nouns, domains, all).or_else(|| {
                let things = if frame.all {
                    self.every(&frame.nouns, domains)
                } else {
                    Vec::new()
                };
                (!things.is_empty()).then(|| Meant {
                    things,
                    ..Meant::default()
                })
            });
            self.of(&meant?, domains, usual, frame.all)?
        };
        // "All the lights off in here": not those of the house.
        if frame.here
            && !["name", "area", "floor"]
                .iter()
                .any(|key| target.slots.contains_key(*key))
        {
            target.slots.insert("area".to_owned(), text(self.own?));
        }
        self.left_out(frame, &mut target.slots)?;
        Some(target)
    }

    pub fn of(&self, meant: &Meant<'_>, domains: &[&str], usual: Option<&str>, all: bool) -> Option<Target> {
        let mut slots = Slots::new();
        if !meant.things.is_empty() {
            let domain = domains
                .iter()
                .find(|domain| meant.things.iter().any(|thing| thing.domain == **domain))?;
            let things: Vec<&&Thing> = meant.things.iter().filter(|thing| thing.domain == *domain).collect();
            let ids: Vec<&str> = things.iter().map(|thing| thing.id.as_str()).collect();
            let mut name = text(&ids.join(","));
            name.spoken = things[0].names.first().map(|name| name.join(" ")).unwrap_or_default();
            slots.insert("name".to_owned(), name);
            if all {
                slots.insert("all".to_owned(), text("all"));
            }
            return Some(Target {
                domain: (*domain).to_owned(),
                slots,
            });
        }
        let domain = match meant.kind {
            Some(kind) => kind.domain.as_str(),
            None => usual?,
        };
        place(&mut slots, meant);
        let anywhere = all || matches!(domain, "vacuum" | "lawn_mower");
        if meant.area.is_none() && meant.floor.is_none() && !anywhere {
            slots.insert("area".to_owned(), text(self.own?));
        }
        slots.insert("domain".to_owned(), text(domain));
        if let Some(class) = meant.kind.and_then(|kind| kind.device_class.as_deref()) {
            slots.insert("device_class".to_owned(), text(class));
        }
        Some(Target {
            domain: domain.to_owned(),
            slots,
        })
    }
}

/// What a call is made to: its slots, and the kind of thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub domain: String,
    pub slots: Slots,
}

fn place(slots: &mut Slots, meant: &Meant<'_>) {
    if let Some(area) = meant.area {
        slots.insert("area".to_owned(), text(area));
    }
    if let Some(floor) = meant.floor {
        slots.insert("floor".to_owned(), text(floor));
    }
}

/// What can be wanted without naming anything: of the room one is in.
fn lone(act: Act) -> bool {
    let of_room = matches!(act, Act::Brighter | Act::Darker | Act::Warmer | Act::Colder | Act::Dark);
    of_room || matches!(act, Act::Next | Act::Previous | Act::Pause)
}
