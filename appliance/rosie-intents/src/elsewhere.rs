//! What there is only once in the house is meant wherever one is: "close the gate", said in the living room.

use crate::context::MatchContext;
use crate::loose::{Loose, Thing};
use crate::matcher::Matcher;
use rosie_core::{Intent, KnownNames, Slot, SlotValue};

impl Matcher {
    /// Puts the only thing of its kind in the place of a room that has none, where the room was not said.
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
            if let Some(only) = of_own.then(|| only_elsewhere(&loose, intent, own)).flatten() {
                let name = Slot {
                    value: SlotValue::Text(only.id.clone()),
                    spoken: only.names.first().map(|name| name.join(" ")).unwrap_or_default(),
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
