//! Which things of the home a question is about: those that it names, else those that are near to it.

use crate::{
    routing::Words,
    tools::{self, Thing},
};
use rosie_core::{KnownName, RoomId, dialog::EntityState};
use std::collections::{BTreeSet, HashSet};

/// Names in a small model's form.
const FORM_NAMES: usize = 6;

/// The ones that are meant of those that are `closest`, at most `most`: by its name as it stands there, else whatever is close.
pub(super) fn meant(text: &str, closest: Vec<EntityState>, most: usize, rooms: &HashSet<String>) -> Vec<EntityState> {
    let words = Words::of(text);
    // A speaker that is called as its room is not what "in the kitchen" means.
    let as_it_stands = |entity: &EntityState| {
        let mut names = entity.names.iter().map(|name| name.to_lowercase());
        names.any(|name| !rooms.contains(&name) && words.contain(&name))
    };
    let mut found: Vec<EntityState> = closest.into_iter().take(most).collect();
    if found.iter().any(as_it_stands) {
        found.retain(as_it_stands);
    }
    found
}

/// What a form may name, for each tool's kinds of things those that are meant among them; and the rooms that the question
/// names. What is not named itself is in a room that is, or where the person is; else it could be anything.
pub(super) fn things<'k>(
    text: &str,
    closest: &[EntityState],
    (areas, here): (&[KnownName], &RoomId),
    kinds: impl Iterator<Item = &'k BTreeSet<String>>,
) -> (Vec<Thing>, Vec<String>) {
    let names: HashSet<String> = areas.iter().map(|area| area.spoken.to_lowercase()).collect();
    let mut all: Vec<Thing> = Vec::new();
    let mut unnamed: Vec<EntityState> = Vec::new();
    for kinds in kinds {
        let is_one = |entity: &&EntityState| kinds.is_empty() || kinds.contains(tools::kind(entity));
        let of_it: Vec<EntityState> = closest.iter().filter(is_one).cloned().collect();
        let mut of_it = meant(text, of_it, FORM_NAMES, &names);
        let by_words = |entity: &EntityState| tools::is_named(text, entity, &names);
        if of_it.iter().any(by_words) {
            of_it.retain(by_words);
            add(&mut all, text, &of_it);
        } else {
            unnamed.extend(of_it);
        }
    }
    let rooms = rooms_of(text, &all, areas);
    let is_there = |entity: &&EntityState| {
        let room = entity.room.as_ref().map(RoomId::as_str);
        match rooms.is_empty() {
            true => room == Some(here.as_str()),
            false => rooms.iter().any(|area| room == Some(area.value.as_str())),
        }
    };
    let there: Vec<EntityState> = unnamed.iter().filter(is_there).cloned().collect();
    match there.is_empty() && rooms.is_empty() {
        true => add(&mut all, text, &unnamed),
        false => add(&mut all, text, &there),
    }
    let rooms: BTreeSet<&str> = rooms.iter().map(|area| area.spoken.as_str()).collect();
    (all, rooms.into_iter().map(str::to_owned).collect())
}

fn add(all: &mut Vec<Thing>, text: &str, entities: &[EntityState]) {
    for thing in tools::things_of(text, entities) {
        if !all.contains(&thing) {
            all.push(thing);
        }
    }
}

/// The rooms that are named, but not those that are only a part of a thing's name ("office ceiling").
fn rooms_of<'a>(text: &str, named: &[Thing], areas: &'a [KnownName]) -> Vec<&'a KnownName> {
    let mut rest = Words::of(text).iter().collect::<Vec<_>>().join(" ");
    for thing in named {
        rest = rest.replace(&thing.name.to_lowercase(), " ");
    }
    let words = Words::of(&rest);
    areas
        .iter()
        .filter(|area| words.contain(&area.spoken.to_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn entity(id: &str, name: &str, room: &str) -> EntityState {
        EntityState {
            id: id.into(),
            names: vec![name.into()],
            room: Some(room.into()),
            state: None,
        }
    }

    fn found(text: &str, kinds: &[&str]) -> (Vec<String>, Vec<String>) {
        let closest = [
            entity("light.office_ceiling", "Office ceiling", "office"),
            entity("light.bed", "Bed light", "bedroom"),
            entity("cover.hall_window", "Hall window", "hall"),
            entity("light.desk", "Desk lamp", "office"),
        ];
        let area = |spoken: &str, value: &str| KnownName {
            spoken: spoken.into(),
            value: value.into(),
            context: BTreeMap::new(),
        };
        let areas = [
            area("Office", "office"),
            area("Bedroom", "bedroom"),
            area("Hall", "hall"),
        ];
        let kinds: BTreeSet<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let (things, rooms) = things(text, &closest, (&areas, &"office".into()), [&kinds].into_iter());
        (things.into_iter().map(|thing| thing.name).collect(), rooms)
    }

    #[test]
    fn what_is_named_then_what_is_in_the_room() {
        let none: [&str; 0] = [];
        let (things, rooms) = found("make the office ceiling brighter", &["light"]);
        assert_eq!(
            (things, rooms.len()),
            (vec!["Office ceiling".to_owned()], 0),
            "a name, no room"
        );
        let (things, rooms) = found("is the window in the bedroom shut", &["cover"]);
        assert_eq!(
            (things.as_slice(), rooms.as_slice()),
            (&[][..] as &[String], &["Bedroom".to_owned()][..])
        );
        assert_eq!(found("more light in the bedroom", &["light"]).0, ["Bed light"]);
        assert_eq!(
            found("make it brighter", &["light"]).0,
            ["Office ceiling", "Desk lamp"],
            "here"
        );
        assert_eq!(found("pull it down", &["cover"]).0, ["Hall window"], "the only one");
        assert_eq!(found("pull it down", &["vacuum"]).0, none);
    }
}
