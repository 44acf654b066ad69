//! "All the lights but the hall lamp": the things that a command leaves out.

use super::{
    frame::{Frame, Noun},
    intents::{Slots, text},
    resolve::{Meant, Resolver},
    things::Thing,
};

impl Resolver<'_> {
    /// The things that are left out. None where one of them is not known: better nothing than too much.
    pub(super) fn left_out(&self, frame: &Frame, slots: &mut Slots) -> Option<()> {
        let mut out: Vec<&str> = Vec::new();
        // "All lights in the cellar but the spotlight": the one there, not the one here.
        let area = slots.get("area").map(|area| area.value.to_string()).unwrap_or_default();
        for nouns in &frame.except {
            // "Everywhere apart from here".
            if let Some(own) = self.own.filter(|_| nouns.is_empty() && frame.except_here) {
                let here = self.things.things.iter().filter(|thing| thing.place == own);
                out.extend(here.map(|thing| thing.id.as_str()));
                continue;
            }
            // "All the lights but two": which two?
            if nouns.is_empty() {
                return None;
            }
            let before = out.len();
            let mut there = nouns.clone();
            there.extend(self.things.words_of_area(&area).map(|word| vec![word.clone()]));
            // "Everything in the office except the lights": all of them, though one is called "office lights".
            let domain = slots.get("domain").map(|domain| domain.value.to_string());
            let kind = self.kind_first(&there).or_else(|| self.kind_first(nouns));
            let other_kind = |meant: &Meant<'_>| meant.kind.is_some_and(|kind| Some(&kind.domain) != domain.as_ref());
            // "Except in the kitchen", where something else is called "kitchen".
            let place = || self.mere_place(nouns);
            let named_there = || self.resolve(&there, &[]).filter(|meant| !meant.things.is_empty());
            match kind.filter(other_kind).or_else(place) {
                Some(all) => out.extend(self.things_as(&all)),
                None => match named_there() {
                    Some(meant) => out.extend(meant.things.iter().map(|thing| thing.id.as_str())),
                    None => out.extend(self.things_of(nouns)?),
                },
            }
            if out.len() == before {
                return None;
            }
        }
        if !out.is_empty() {
            self.stays_here(frame, &out, slots);
            slots.insert("except".to_owned(), text(&out.join(",")));
        }
        Some(())
    }

    /// "All the lights but the floor lamp", of which there is one here: the lights here are meant. Too little is said again, too
    /// much has been done.
    fn stays_here(&self, frame: &Frame, out: &[&str], slots: &mut Slots) {
        let placed = ["area", "floor", "name"].iter().any(|slot| slots.contains_key(*slot));
        let names_a_place = |nouns: &Vec<Noun>| self.mere_place(nouns).is_some();
        let Some(own) = self.own.filter(|_| !(placed || frame.whole_house)) else {
            return;
        };
        let is_here = |id: &&str| {
            self.things
                .things
                .iter()
                .any(|thing| thing.id == **id && thing.place == own)
        };
        if out.iter().all(is_here) && !frame.except.iter().any(names_a_place) {
            slots.insert("area".to_owned(), text(own));
        }
    }

    /// A room or a floor, and nothing in it.
    fn mere_place(&self, nouns: &[Noun]) -> Option<Meant<'_>> {
        let meant = self.place_first(nouns);
        meant.filter(|meant| meant.things.is_empty() && meant.kind.is_none())
    }

    fn things_of(&self, nouns: &[Noun]) -> Option<Vec<&str>> {
        let meant = self.resolve(nouns, &[])?;
        Some(match meant.things.is_empty() {
            false => meant.things.iter().map(|thing| thing.id.as_str()).collect(),
            true => self.things_as(&meant),
        })
    }

    /// All of a place and a kind.
    fn things_as(&self, meant: &Meant<'_>) -> Vec<&str> {
        let on_floor = |thing: &&Thing| meant.floor.is_none() || thing.floor.as_deref() == meant.floor;
        let fits = |thing: &&Thing| {
            meant.area.is_none_or(|area| thing.place == area)
                && meant.kind.is_none_or(|kind| kind.is(&thing.domain, &thing.class))
        };
        let things = self.things.things.iter().filter(fits).filter(on_floor);
        things.map(|thing| thing.id.as_str()).collect()
    }
}
