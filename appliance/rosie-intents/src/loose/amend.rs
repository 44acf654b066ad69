//! What amends the sentence before it: "make that the attic one", "no, I meant the one in the hall", "and the others off".

use super::{
    Loose, calls,
    intents::{Slots, Target, slot},
    tag::Act,
    words::Word,
};
use crate::corrections;
use rosie_core::{Intent, SlotValue};

impl Loose<'_> {
    /// The same for something else, or something else to the same, where it begins by taking back.
    pub fn amended(&self, said: &[Word], before: &[Intent]) -> Option<Vec<Intent>> {
        let exact: Vec<String> = said.iter().map(|word| word.exact.clone()).collect();
        let from = corrections::begun(&exact, &self.lexicon.language);
        let taken = self.take(said.get(from..).filter(|_| from > 0)?)?;
        let [frame] = &taken.frames[..] else { return None };
        let mut frame = frame.clone();
        frame.joined = true;
        frame.also = frame.does_nothing();
        frame.again |= !frame.does_nothing();
        frame.verb &= !frame.does_nothing();
        self.resolver().follow(&[frame], before)
    }

    /// All of a kind but those that were just spoken of: of their room, or of the house where a whole room was.
    pub fn others(&self, said: &[Word], before: &[Intent]) -> Option<Intent> {
        let (at, length) = (0..said.len()).find_map(|at| {
            let length = self.lexicon.others(&said[at..]);
            (length > 0).then_some((at, length))
        })?;
        let rest = [&said[..at], &said[at + length..]].concat();
        let taken = self.take(&rest)?;
        let [frame] = &taken.frames[..] else { return None };
        let act = calls::one(&frame.acts)?;
        let bare = frame.nouns.is_empty() && frame.values.is_empty() && frame.except.is_empty() && !frame.everything;
        if !bare || act == Act::Unlock {
            return None;
        }
        let resolver = self.resolver();
        let last = before.last()?;
        let area = resolver.place_of(last)?;
        let known = |id: &str| self.things.things.iter().find(|thing| thing.id == id);
        let named: Option<Vec<String>> = before.iter().map(|intent| intent.text("name")).collect();
        let text = |value: &str| slot(SlotValue::Text(value.to_owned()));
        let mut slots = Slots::new();
        let (kind, left_out) = match named {
            Some(ids) => {
                let ids: Vec<String> = ids.iter().flat_map(|ids| ids.split(',').map(str::to_owned)).collect();
                let first = known(ids.first()?)?;
                let here = ids.iter().all(|id| known(id).is_some_and(|thing| thing.place == area));
                slots.insert("area".to_owned(), text(&area));
                ((first.domain.clone(), first.class.clone()), here.then_some(ids)?)
            }
            None => {
                let kind = (last.text("domain")?, last.text("device_class").unwrap_or_default());
                let alike = |thing: &&super::things::Thing| thing.place == area && thing.domain == kind.0;
                let ids = self.things.things.iter().filter(alike).map(|thing| thing.id.clone());
                slots.insert("all".to_owned(), text("all"));
                let ids: Vec<String> = ids.collect();
                (kind, (before.len() == 1).then_some(ids)?)
            }
        };
        let (domain, class) = kind;
        slots.insert("domain".to_owned(), text(&domain));
        slots.insert("except".to_owned(), text(&left_out.join(",")));
        if domain == "cover" && !class.is_empty() {
            slots.insert("device_class".to_owned(), text(&class));
        }
        resolver.intent(calls::of_act(act, &domain)?, Target { domain, slots })
    }
}
