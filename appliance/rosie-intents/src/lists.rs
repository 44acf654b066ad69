//! What is put on a list, in no order that a template has ("yoghurt has to go on the shopping list"), and several things at
//! once ("milk and eggs").
//!
//! Beside the list's name and the item only words of putting may be said. "Mac and cheese" stays one thing: such pairs are in
//! `data/loose`.

use crate::loose::{Loose, Word};
use crate::matcher::Matcher;
use crate::understand::Said;
use crate::understood::Understood;
use rosie_core::{Intent, Slot, SlotValue};

/// Words of one thing.
const LONGEST: usize = 4;
const LONGEST_TASK: usize = 6;
/// Things in one breath.
const MOST: usize = 8;
pub(crate) const ADDS: [&str; 3] = ["HassListAddItem", "HassShoppingListAddItem", "RosieListAdd"];

fn slot(value: &str) -> Slot {
    Slot {
        spoken: value.to_owned(),
        value: SlotValue::Text(value.to_owned()),
        unresolved: false,
    }
}

impl Matcher {
    /// None where no list of the house is named, or where something else is said.
    pub(crate) fn listed(&self, said: &Said<'_>) -> Option<Intent> {
        let lexicon = self.lexicon.as_ref()?;
        let loose = self.loose(said)?;
        let words = &said.words;
        if said.text.trim_end().ends_with('?')
            || (lexicon.questions(words) && !lexicon.begins_by_putting(words))
            || lexicon.takes_off(words)
        {
            return None;
        }
        let (list, from, to) = loose.list_in(words)?;
        let put = lexicon.puts_on(&words[..from]) || lexicon.puts_on(&words[to..]);
        // "Tomates y albahaca a la lista", "liste de courses : moutarde": a list that is led to, or named first.
        let bare = || {
            let rest = [&words[..from], &words[to..]].concat();
            let led = words[from..to].iter().any(|word| lexicon.leads_onto(word));
            (led || from == 0) && !lexicon.has_verb(&rest) && !loose.refuses(&rest)
        };
        if !put && !bare() {
            return None;
        }
        let before = lexicon.item(&words[..from]);
        let after = lexicon.item(&words[to..]);
        let item = match (before.is_empty(), after.is_empty()) {
            (false, true) => before,
            (true, false) => after,
            _ => return None,
        };
        let text = said.text.get(item.first()?.from..item.last()?.to)?;
        let bought = |one: &&str| one.split_whitespace().count() <= LONGEST && self.is_thing(one);
        // Things to do are done: "add fix the bike".
        let done = |one: &&str| one.split_whitespace().count() <= LONGEST_TASK && !self.is_never(one);
        let is_item = |one: &&str| match lexicon.shops(&self.list_names(&loose, &list)) {
            true => bought(one),
            false => done(one),
        };
        let intent = Intent {
            name: "HassListAddItem".to_owned(),
            slots: [("item".to_owned(), slot(text)), ("name".to_owned(), slot(&list))].into(),
            language: self.language.clone(),
            response: "default".to_owned(),
            literal_chars: 0,
        };
        parted(text, lexicon.ands()).iter().all(is_item).then_some(intent)
    }

    fn list_names(&self, loose: &Loose<'_>, id: &str) -> String {
        let list = loose.things.things.iter().find(|thing| thing.id == id);
        let words = list.into_iter().flat_map(|list| list.names.iter().flatten());
        words.cloned().collect::<Vec<_>>().join(" ")
    }

    /// Each thing that is put on a shopping list as an intent of its own.
    pub(crate) fn one_by_one(&self, understood: Understood, text: &str) -> Understood {
        let Some(lexicon) = &self.lexicon else {
            return understood;
        };
        let split = |intent: Intent| -> Vec<Intent> {
            let list = intent
                .slots
                .get("name")
                .map(|slot| format!("{} {}", slot.spoken, slot.value).to_lowercase());
            let shops = intent.name == "HassShoppingListAddItem"
                || intent.text("list").is_some_and(|list| list == "shopping")
                || list.is_some_and(|list| lexicon.shops(&list));
            let Some(item) = intent.text("item").filter(|_| ADDS.contains(&intent.name.as_str())) else {
                return vec![intent];
            };
            let item = as_written(&item, text);
            // "Fix the bike and the fence" is one thing to do; what has commas is several.
            if !shops && !item.contains(',') {
                return vec![intent];
            }
            let said = parted(&item, lexicon.ands());
            let parts = put_right(&said);
            let all: Vec<String> = parts
                .iter()
                .map(|one| lexicon.bare_item(one))
                .filter(|one| !one.is_empty())
                .collect();
            // "Milk, no, oat milk": one thing after all.
            if let [one] = all.as_slice()
                && parts.len() < said.len()
            {
                let mut intent = intent;
                intent.slots.insert("item".to_owned(), slot(one));
                return vec![intent];
            }
            let things = all
                .iter()
                .all(|one| one.split_whitespace().count() <= LONGEST && self.is_thing(one));
            if !(2..=MOST).contains(&all.len()) || !things || lexicon.is_pair(&all) {
                return vec![intent];
            }
            let each = |item: &String| {
                let mut one = intent.clone();
                one.slots.insert("item".to_owned(), slot(item));
                one
            };
            all.iter().map(each).collect()
        };
        Understood {
            intents: understood.intents.into_iter().flat_map(split).collect(),
            ..understood
        }
    }

    /// No verb of a command, and no word that nobody buys.
    fn is_thing(&self, item: &str) -> bool {
        let lexicon = self.lexicon.as_ref();
        let words = Loose::words(item, &self.language);
        let orders = lexicon.is_some_and(|lexicon| lexicon.begins_with_a_verb(&words));
        !words.is_empty() && !orders && !self.is_never(item)
    }

    fn is_never(&self, item: &str) -> bool {
        let never = |word: &Word| self.home.never.contains(&word.plain);
        Loose::words(item, &self.language).iter().any(never)
    }
}

/// Without what was taken back: "milk, no, oat milk", "milk, no oat milk", "milk, sorry, butter".
fn put_right<'t>(parts: &[&'t str]) -> Vec<&'t str> {
    const BACK: [&str; 14] = [
        "no",
        "nein",
        "nee",
        "non",
        "sorry",
        "wait",
        "actually",
        "i mean",
        "ich meine",
        "quatsch",
        "perdón",
        "digo",
        "pardon",
        "je veux dire",
    ];
    let mut all: Vec<&str> = Vec::new();
    let mut back = false;
    for &part in parts {
        let lower = part.to_lowercase();
        let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
        if !all.is_empty() && BACK.contains(&bare) {
            back = true;
            continue;
        }
        let begun = BACK
            .iter()
            .find(|word| lower.starts_with(&format!("{word} ")))
            .filter(|_| !all.is_empty());
        if back || begun.is_some() {
            all.pop();
        }
        back = false;
        all.push(begun.and_then(|word| part.get(word.len()..)).unwrap_or(part).trim());
    }
    all
}

/// An item as it stands in the text, with its commas: templates know none.
fn as_written(item: &str, text: &str) -> String {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let wanted: Vec<String> = item.split_whitespace().map(bare).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut spans = words.windows(wanted.len().max(1));
    let found = spans.find(|span| span.iter().zip(&wanted).all(|(word, wanted)| bare(word) == *wanted));
    match found {
        Some(span) => span.join(" ").trim_end_matches([',', '.', '!', '?']).to_owned(),
        None => item.to_owned(),
    }
}

/// At commas and at "and".
fn parted<'t>(text: &'t str, ands: &[String]) -> Vec<&'t str> {
    let mut all = Vec::new();
    for piece in text.split(',') {
        let mut from = 0;
        let mut at = 0;
        for word in piece.split_inclusive(' ') {
            if ands.iter().any(|and| and == &word.trim().to_lowercase()) {
                all.push(piece[from..at].trim());
                from = at + word.len();
            }
            at += word.len();
        }
        all.push(piece[from..].trim());
    }
    all.retain(|one| !one.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_is_not_put_on() {
        assert_eq!(put_right(&["milk", "no", "oat milk"]), ["oat milk"]);
        assert_eq!(put_right(&["eggs", "milk", "no oat milk"]), ["eggs", "oat milk"]);
        assert_eq!(put_right(&["no name cola", "milk"]), ["no name cola", "milk"]);
    }

    #[test]
    fn an_item_gets_its_commas_back() {
        let text = "Put milk, eggs and two loaves of bread on the list.";
        let item = as_written("milk eggs and two loaves of bread", text);
        assert_eq!(item, "milk, eggs and two loaves of bread");
        assert_eq!(as_written("tea", text), "tea", "what is not there stays as it is");
    }

    #[test]
    fn things_are_parted_at_commas_and_at_and() {
        let ands = ["and".to_owned()];
        assert_eq!(parted("milk, eggs and bread", &ands), ["milk", "eggs", "bread"]);
        assert_eq!(parted("sandwiches", &ands), ["sandwiches"]);
        assert_eq!(parted("milk, and eggs", &ands), ["milk", "eggs"]);
    }
}
