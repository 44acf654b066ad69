//! Commands for a while: "turn on the fan for ten minutes" turns it on now, and off when the time is over.
//!
//! Only what can be undone by its contrary, and does no harm when nobody is there: no lock, no door.

use crate::later::{Around, Moment, without};
use crate::loose::Loose;
use crate::matcher::Matcher;
use crate::understand::Said;
use rosie_core::Intent;

/// What is switched, and switched back.
const SWITCHED: [&str; 7] = [
    "light",
    "fan",
    "switch",
    "humidifier",
    "media_player",
    "input_boolean",
    "valve",
];
const CONTRARIES: [[&str; 2]; 3] = [
    ["HassTurnOn", "HassTurnOff"],
    ["HassMediaPause", "HassMediaUnpause"],
    ["HassMediaPlayerMute", "HassMediaPlayerUnmute"],
];

impl Matcher {
    /// None where the rest is no command, or one that cannot be undone.
    pub(crate) fn for_a_while(&self, said: &Said<'_>, moment: &Moment, around: &Around<'_>) -> Option<Vec<Intent>> {
        let lexicon = self.lexicon.as_ref()?;
        let rest = without(said, moment, 0)?;
        let now = self
            .commands(&rest, around)
            .or_else(|| self.named_on(said, &rest, around))?;
        let undone: Option<Vec<Intent>> = now.iter().map(contrary).collect();
        let ended = moment.ended(&format!("{}{rest}", lexicon.undone), &undone?);
        Some(now.into_iter().chain([ended]).collect())
    }

    /// "Fan, five minutes, please": who names a thing and how long wants it on so long.
    fn named_on(&self, said: &Said<'_>, rest: &str, around: &Around<'_>) -> Option<Vec<Intent>> {
        let on = match self.language.primary() {
            "en" => "on",
            "de" => "an",
            "es" => "encendido",
            "fr" => "allumé",
            _ => return None,
        };
        let words = Loose::words(rest, &self.language);
        let loose = self.loose(said)?;
        let polite = |at: &usize| loose.lexicon.begs(&words[*at..]);
        let named = &words[..(0..words.len()).find(polite).unwrap_or(words.len())];
        let text = rest.get(..named.last()?.to)?;
        let things = loose
            .names_something(named)
            .then(|| self.commands(&format!("{text} {on}"), around))?;
        things.filter(|all| all.iter().all(|intent| intent.slots.contains_key("name")) || all_of_kind(all))
    }
}

/// A fan of the room, and no room as a whole.
fn all_of_kind(all: &[Intent]) -> bool {
    matches!(all, [one] if one.text("domain").is_some_and(|domain| domain == "fan"))
}

fn contrary(intent: &Intent) -> Option<Intent> {
    let [a, b] = CONTRARIES
        .into_iter()
        .find(|pair| pair.contains(&intent.name.as_str()))?;
    let name = if intent.name == a { b } else { a };
    let of = |key: &str| intent.text(key).unwrap_or_default();
    let (ids, domains) = (of("name"), of("domain"));
    let domains = match ids.is_empty() {
        true => domains.split(',').collect::<Vec<_>>(),
        false => ids.split(',').filter_map(|id| Some(id.split_once('.')?.0)).collect(),
    };
    let switched = !domains.is_empty() && domains.iter().all(|domain| SWITCHED.contains(domain));
    let of_media = intent.name.starts_with("HassMedia");
    (switched || (of_media && domains.is_empty())).then(|| Intent {
        name: name.to_owned(),
        ..intent.clone()
    })
}
