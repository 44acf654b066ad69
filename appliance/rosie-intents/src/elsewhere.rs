//! Which things of a kind are meant where no name was matched: what there is only once in the house is meant wherever one is
//! ("close the gate", said in the living room), and "the socket" is what is called so, not all that is switched.

use crate::context::MatchContext;
use crate::loose::{Loose, Thing, Word};
use crate::matcher::Matcher;
use rosie_core::{Intent, KnownNames, Slot, SlotValue};

/// Words for whatever is switched.
const ANY: [&str; 7] = [
    "switch",
    "switches",
    "schalter",
    "interruptor",
    "interruptores",
    "interrupteur",
    "interrupteurs",
];

impl Matcher {
    /// Where the room was not said: puts the only thing of its kind in the place of a room that has none, and what is called so in
    /// the place of all that is switched there.
    pub(crate) fn where_it_is(
        &self,
        mut intents: Vec<Intent>,
        text: &str,
        names: &KnownNames,
        context: &MatchContext,
    ) -> Vec<Intent> {
        // Most sentences name what they mean, or do nothing in a room.
        let of_a_room = |intent: &Intent| intent.slots.contains_key("area") && !intent.slots.contains_key("name");
        if !intents.iter().any(of_a_room) {
            return intents;
        }
        let prepared = self.prepared(names);
        let said = self.said(text, &prepared, context);
        let Some(loose) = self.loose(&said) else { return intents };
        let Some(own) = loose.own.filter(|_| !loose.names_a_place(&said.words)) else {
            return intents;
        };
        for intent in &mut intents {
            let of_own = of_a_room(intent) && intent.text("area").as_deref() == Some(own);
            if !of_own {
                continue;
            }
            let only = only_elsewhere(&loose, intent, own).map(|only| vec![only]);
            if let Some(meant) = only.or_else(|| called_so(&loose, intent, own, &said.words)) {
                let ids: Vec<&str> = meant.iter().map(|thing| thing.id.as_str()).collect();
                let name = Slot {
                    value: SlotValue::Text(ids.join(",")),
                    spoken: meant[0].names.first().map(|name| name.join(" ")).unwrap_or_default(),
                    unresolved: false,
                };
                intent.slots.remove("area");
                intent.slots.insert("name".to_owned(), name);
            }
        }
        intents
    }
}

/// None where the room has such a thing, or the house several.
fn only_elsewhere<'a>(loose: &Loose<'a>, intent: &Intent, own: &str) -> Option<&'a Thing> {
    let domain = intent.text("domain")?;
    let class = intent.text("device_class");
    let fits = |thing: &&Thing| {
        let of_class = |class: &String| class.split(',').any(|one| one == thing.class);
        thing.domain == domain && class.as_ref().is_none_or(of_class)
    };
    let mut such = loose.things.things.iter().filter(fits);
    let only = such.next()?;
    (such.next().is_none() && only.place != own && !only.place.is_empty()).then_some(only)
}

/// Of what is switched in the room, what is called by the word that was said for its kind. None where that is all or nothing.
fn called_so<'a>(loose: &Loose<'a>, intent: &Intent, own: &str, said: &[Word]) -> Option<Vec<&'a Thing>> {
    let domain = intent.text("domain").filter(|domain| domain == "switch")?;
    let kind = |word: &str| {
        let kind = loose.lexicon.kind_words.get(word);
        kind.is_some_and(|at| loose.lexicon.kinds[*at].domain == domain) && !ANY.contains(&word)
    };
    if !said.iter().any(|word| kind(&word.plain)) {
        return None;
    }
    let called = |thing: &&&Thing| thing.names.iter().flatten().any(|word| kind(word));
    let all: Vec<&Thing> = loose
        .things
        .things
        .iter()
        .filter(|thing| thing.domain == domain && thing.place == own)
        .collect();
    let meant: Vec<&Thing> = all.iter().filter(called).copied().collect();
    (!meant.is_empty() && meant.len() < all.len()).then_some(meant)
}
