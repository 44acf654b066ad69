//! From the readings of all sentences to intents, best first.

use crate::context::{ContextValue, MatchContext, is_excluded, meets, slot_of};
use crate::grammar::{Block, List, Sentence};
use crate::guard::{is_plausible, oddity};
use crate::matcher::Matcher;
use crate::matching::{HitValue, Known, Matching, Reading, SlotHit, Wild};
use crate::names::PreparedNames;
use crate::skip::Forms;
use crate::text::{MAX_CHARS, Text};
use rosie_core::{Intent, Slot, SlotValue};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A reading that holds, and its rank.
struct Found {
    intent: Intent,
    /// Letters of a known name; a longer one wins over all else.
    name_letters: usize,
    rank: (u32, i64, Reverse<u32>, u32, u8),
}

impl Matcher {
    pub(crate) fn match_all_prepared(&self, text: &str, names: &PreparedNames, context: &MatchContext) -> Vec<Intent> {
        let mut passes = vec![Wild::Lists];
        if context.unresolved_names {
            passes.push(Wild::ListsAndNames);
        }
        for wild in passes {
            let mut variant = text.to_owned();
            loop {
                let found = self.search(&variant, names, context, wild);
                if !found.is_empty() {
                    return sorted(found);
                }
                match crate::variants::plainer(&variant, &self.language) {
                    Some(plainer) => variant = plainer,
                    None => break,
                }
            }
        }
        vec![]
    }

    fn search(&self, text: &str, names: &PreparedNames, context: &MatchContext, wild: Wild) -> Vec<Found> {
        let forms = self.skip.forms(text, self.folding);
        if forms.full.is_blank() || forms.full.chars.len() > MAX_CHARS {
            return vec![];
        }
        let Forms {
            full,
            bare,
            trimmed_start,
            trimmed_end,
        } = &forms;
        let inner = |s: &Sentence| !s.wild_start && !s.wild_end;
        let mut found = self.search_form(full, names, context, wild, |s| {
            inner(s)
                || s.wild_start && s.wild_end
                || s.wild_start && trimmed_end.is_none()
                || s.wild_end && trimmed_start.is_none()
        });
        let mut more = |form: &Option<Text>, wanted: &dyn Fn(&Sentence) -> bool| {
            if let Some(form) = form {
                found.extend(self.search_form(form, names, context, wild, wanted));
            }
        };
        more(bare, &inner);
        more(trimmed_start, &|s| s.wild_end && !s.wild_start);
        more(trimmed_end, &|s| s.wild_start && !s.wild_end);
        found
    }

    fn search_form(
        &self,
        text: &Text,
        names: &PreparedNames,
        context: &MatchContext,
        wild: Wild,
        wanted: impl Fn(&Sentence) -> bool,
    ) -> Vec<Found> {
        let mut matching = Matching::new(&self.grammar, names, &self.tools, text, wild);
        let usable: Vec<bool> = self
            .grammar
            .blocks
            .iter()
            .map(|b| self.may_hold(b, text, context))
            .collect();
        let mut known = Known::default();
        let mut found = vec![];
        let start = matching.start();
        for sentence in &self.grammar.sentences {
            if !usable[sentence.block as usize] || !wanted(sentence) {
                continue;
            }
            for end in matching.whole(sentence.expr) {
                for reading in matching.readings(sentence.expr, start, end, &mut known) {
                    found.extend(self.hold(sentence, &reading, text, names, context, wild));
                }
            }
        }
        found
    }

    /// Whether a block's demands can be met at all.
    pub(crate) fn may_hold(&self, block: &Block, text: &Text, context: &MatchContext) -> bool {
        if !block.required_keywords.is_empty() {
            let said: String = text.chars.iter().collect();
            if !said
                .split_whitespace()
                .any(|w| block.required_keywords.iter().any(|k| k == w))
            {
                return false;
            }
        }
        let filter = &self.grammar.filters[block.filter as usize];
        let actual = |key: &String| context.values.get(key).map(|v| v.value.as_str());
        filter
            .requires
            .iter()
            .all(|(key, demand)| actual(key).is_none_or(|a| meets(demand, a)))
            && filter
                .excludes
                .iter()
                .all(|(key, demand)| actual(key).is_none_or(|a| !is_excluded(demand, a)))
    }

    /// Checks a reading against its block's demands and makes the intent.
    fn hold(
        &self,
        sentence: &Sentence,
        reading: &Reading,
        text: &Text,
        names: &PreparedNames,
        context: &MatchContext,
        wild: Wild,
    ) -> Option<Found> {
        let block = &self.grammar.blocks[sentence.block as usize];
        let unknown = reading.slots.iter().any(|s| s.hit.value == HitValue::UnknownName);
        if wild == Wild::ListsAndNames && !(unknown && is_plausible(&self.grammar, block, reading, text, &self.home)) {
            return None;
        }
        // "How many people live in France" asks for persons in a zone, and zones are any words.
        let open_question =
            block.intent == "HassGetState" && reading.slots.iter().any(|s| s.hit.value == HitValue::Words);
        if open_question && (names.is_empty() || !self.are_zones(reading, text, names)) {
            return None;
        }
        // "Close the front door", which is a lock: what has that name is known, and is nothing that this closes.
        let is_called = |slot: &SlotHit| {
            let said = || text.said(slot.from as usize, slot.hit.last as usize);
            let is_name = self.grammar.slots[slot.slot as usize] == "name" && slot.hit.value == HitValue::UnknownName;
            is_name
                && self
                    .lexicon
                    .as_ref()
                    .is_some_and(|lexicon| names.things.has(&said(), lexicon))
        };
        if unknown && reading.slots.iter().any(is_called) {
            return None;
        }
        let around = self.around(reading, names, context);
        let filter = &self.grammar.filters[block.filter as usize];
        if filter
            .excludes
            .iter()
            .any(|(k, d)| around.get(k.as_str()).is_some_and(|a| is_excluded(d, &a.value)))
        {
            return None;
        }
        let known = |value: &SlotValue, spoken: &str| Slot {
            value: value.clone(),
            spoken: spoken.to_owned(),
            unresolved: false,
        };
        let mut slots: BTreeMap<String, Slot> = block.slots.iter().map(|(k, v)| (k.clone(), known(v, ""))).collect();
        for (key, demand) in &filter.requires {
            match (around.get(key.as_str()), slot_of(key, demand)) {
                (Some(actual), slot) if meets(demand, &actual.value) => {
                    let value = SlotValue::Text(actual.value.clone());
                    slots.extend(slot.map(|s| (s.to_owned(), known(&value, &actual.spoken))));
                }
                // Of an unknown name, nothing is known that could be demanded.
                (None, None) if unknown => {}
                _ => return None,
            }
        }
        for hit in &reading.slots {
            slots.insert(
                self.grammar.slots[hit.slot as usize].clone(),
                self.slot(hit, text, names),
            );
        }
        Some(self.found(block, reading, slots, unknown))
    }

    /// Whether words for a place are one of the house's `zone`s; where it tells none, any may be.
    fn are_zones(&self, reading: &Reading, text: &Text, names: &PreparedNames) -> bool {
        let Some(zones) = names.list("zone") else { return true };
        let words = reading.slots.iter().filter(|slot| slot.hit.value == HitValue::Words);
        words.into_iter().all(|slot| {
            let said = text
                .chars
                .get(slot.from as usize..slot.hit.last as usize)
                .unwrap_or_default();
            zones.has(said)
        })
    }

    /// The call's context with that of the matched values laid over it.
    fn around<'a>(
        &'a self,
        reading: &Reading,
        names: &'a PreparedNames,
        context: &'a MatchContext,
    ) -> BTreeMap<&'a str, ContextValue> {
        let mut around: BTreeMap<&str, ContextValue> =
            context.values.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
        for hit in reading.slots.iter().chain(&reading.captured) {
            let of_value = self.context_of(hit, names);
            around.extend(of_value.map(|(k, v)| {
                (
                    k,
                    ContextValue {
                        value: v.clone(),
                        spoken: String::new(),
                    },
                )
            }));
        }
        around
    }

    fn found(&self, block: &Block, reading: &Reading, slots: BTreeMap<String, Slot>, unknown: bool) -> Found {
        let known_name = slots
            .get("name")
            .filter(|s| !s.unresolved && matches!(s.value, SlotValue::Text(_)));
        let name_letters = if unknown {
            0
        } else {
            known_name.map_or(0, |s| s.spoken.chars().count())
        };
        let taste = match (unknown, slots.contains_key("area"), slots.contains_key("name")) {
            (false, ..) | (true, true, false) => 0,
            (true, _, true) => 1,
            (true, false, false) => 2,
        } + if unknown { 3 * oddity(&self.grammar, block) } else { 0 };
        let rank = (
            reading.wildcards,
            -block.priority,
            Reverse(reading.literal),
            reading.wild,
            taste,
        );
        let intent = Intent {
            name: block.intent.clone(),
            slots,
            language: self.language.clone(),
            response: block.response.clone(),
            literal_chars: reading.literal as usize,
        };
        Found {
            intent,
            name_letters,
            rank,
        }
    }

    fn context_of<'a>(
        &'a self,
        hit: &SlotHit,
        names: &'a PreparedNames,
    ) -> impl Iterator<Item = (&'a str, &'a String)> {
        let context = match hit.hit.value {
            HitValue::Value(list, index) => match &self.grammar.lists[list as usize] {
                List::Values(values) => values.get(index as usize).map(|v| &v.context),
                _ => None,
            },
            HitValue::Name(list, index) => match &self.grammar.lists[list as usize] {
                List::Dynamic(name) => names.list(name).map(|tree| &tree.name(index).context),
                _ => None,
            },
            HitValue::Number(..) | HitValue::Sum | HitValue::Words | HitValue::UnknownName => None,
        };
        context.into_iter().flatten().map(|(k, v)| (k.as_str(), v))
    }

    fn slot(&self, hit: &SlotHit, text: &Text, names: &PreparedNames) -> Slot {
        let spoken = text.said(hit.from as usize, hit.hit.last as usize);
        let value = match hit.hit.value {
            HitValue::Number(n, _) => SlotValue::Number(n),
            HitValue::Words | HitValue::UnknownName => {
                return Slot {
                    value: SlotValue::Text(spoken.clone()),
                    spoken,
                    unresolved: true,
                };
            }
            HitValue::Sum => SlotValue::Text(spoken.clone()),
            HitValue::Value(list, index) => match &self.grammar.lists[list as usize] {
                List::Values(values) => values.get(index as usize).and_then(|v| v.out.clone()),
                _ => None,
            }
            .unwrap_or_else(|| SlotValue::Text(spoken.clone())),
            HitValue::Name(list, index) => match &self.grammar.lists[list as usize] {
                List::Dynamic(name) => names
                    .list(name)
                    .map(|tree| SlotValue::Text(tree.name(index).value.clone())),
                _ => None,
            }
            .unwrap_or_else(|| SlotValue::Text(spoken.clone())),
        };
        Slot {
            value,
            spoken,
            unresolved: false,
        }
    }
}

/// Best first, each intent with the same slots once. A sentence with a known name beats those without (the longest
/// name first); then fewer wildcards, more literal text, less text in wildcards, the intent's name, as in hassil.
fn sorted(mut found: Vec<Found>) -> Vec<Intent> {
    // A priority below nought is for what nothing else takes.
    let last = |found: &Found| found.rank.1 > 0;
    found.sort_by(|a, b| {
        let of = |found: &Found| (last(found), Reverse(found.name_letters));
        (of(a), &a.rank, &a.intent.name).cmp(&(of(b), &b.rank, &b.intent.name))
    });
    let mut intents: Vec<Intent> = vec![];
    for f in found {
        if !intents
            .iter()
            .any(|i| i.name == f.intent.name && i.slots == f.intent.slots)
        {
            intents.push(f.intent);
        }
    }
    intents
}
