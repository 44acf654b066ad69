//! A wish inside of talk: "my hands are full, could you put the fan on". What it is a wish for is told by its meaning, what
//! is to be done by the words of it that are a sentence by themselves; only where both say the same it is done without
//! asking a model, which might fill in something else.

use super::wished::Wished;
use crate::{
    answers::{self, Answer},
    clauses::{Clauses, clauses},
    dialog::{RosieDialog, context},
};
use rosie_core::{Intent, KnownName, KnownNames, Language, SlotValue, ToolSpec, dialog::Question};
use rosie_intents::{LATER, MatchContext, Matcher, Understood};
use std::{collections::BTreeMap, sync::Arc};

/// Words after which nobody looks for a sentence any more.
const MOST_WORDS: usize = 60;
/// Runs of words that are tried: each takes about as long as matching a sentence.
const MOST_TRIES: usize = 160;
/// What is worked out without anybody's help.
const SUMS: [&str; 2] = ["RosieArithmetic", "RosieConvert"];
/// Further commas and "and"s that a sentence may go on over.
const MOST_JOINTS: usize = 3;

impl RosieDialog {
    /// All that is wished for in `text`, as sentences say it; `None` where a model has to be asked.
    pub(super) fn in_clauses(
        &self,
        text: &str,
        question: &Question,
        (wished, tools): (&Wished, &[ToolSpec]),
    ) -> Option<(Arc<Matcher>, Understood)> {
        // Sums are no wish, and need none.
        if !wished.is_wish() && !text.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let matcher = self.languages.of(&question.language)?;
        let names = self.hub.names();
        let search = Search {
            matcher,
            names: &names,
            context: context(&names, question.room.as_str()),
            text,
            clauses: clauses(text, &question.language),
            wished,
            tools,
        };
        let intents = search.all();
        let done = !intents.is_empty() && wished.all_done_by(&intents);
        let intents = if done {
            intents
        } else {
            vec![alone(wished, &question.language)?]
        };
        Some((matcher.clone(), Understood { intents, rest: None }))
    }
}

/// What needs to be told nothing: "I have lost my watch, can you tell me how late it is".
fn alone(wished: &Wished, language: &Language) -> Option<Intent> {
    Some(Intent {
        name: wished.alone()?.to_owned(),
        slots: BTreeMap::new(),
        language: language.clone(),
        response: "default".to_owned(),
        literal_chars: 0,
    })
}

struct Search<'a> {
    matcher: &'a Arc<Matcher>,
    names: &'a KnownNames,
    context: MatchContext,
    text: &'a str,
    clauses: Clauses,
    wished: &'a Wished,
    tools: &'a [ToolSpec],
}

impl Search<'_> {
    /// From left to right, each as long as it can be.
    fn all(&self) -> Vec<Intent> {
        let words = &self.clauses.words;
        let (mut found, mut from, mut tries) = (Vec::new(), 0, 0);
        'next: while from < words.len().min(MOST_WORDS) {
            let ahead = self.clauses.ends.partition_point(|end| *end <= from);
            let ends = self.clauses.ends.iter().skip(ahead).take(MOST_JOINTS);
            for end in ends.rev() {
                tries += 1;
                if tries > MOST_TRIES {
                    return found;
                }
                if let Some(intents) = self.sentence(from, *end) {
                    found.extend(self.more_literal(intents, from + 1, *end));
                    from = *end;
                    continue 'next;
                }
            }
            from += 1;
        }
        found
    }

    /// Of a sentence that any words stood in for something the one inside of it that says more itself: in "the pasta is
    /// in, set a timer for ten minutes" nothing is called "pasta is in set a".
    fn more_literal(&self, intents: Vec<Intent>, from: usize, end: usize) -> Vec<Intent> {
        let any_words = |intent: &Intent| intent.slots.values().any(|slot| slot.unresolved);
        if !intents.iter().any(any_words) {
            return intents;
        }
        let literal = |intents: &[Intent]| intents.iter().map(|intent| intent.literal_chars).sum::<usize>();
        let inside = (from..end).filter_map(|from| self.sentence(from, end));
        inside.fold(
            intents,
            |best, other| if literal(&other) > literal(&best) { other } else { best },
        )
    }

    fn sentence(&self, from: usize, end: usize) -> Option<Vec<Intent>> {
        let begin = self.clauses.begin_of(from);
        let text = self.slice(from, end)?;
        let (text, context) = self.in_its_place(text, from);
        let text = self.with_its_name(&text, from).unwrap_or(text);
        let understood = self.matcher.understand(&text, self.names, &context, &[])?;
        let refused = |from: usize, end: usize| {
            let said = self.slice(from, end).unwrap_or_default();
            self.matcher.refuses(said, self.names)
        };
        // What stands by itself between commas is meant, where nothing speaks against it.
        let plain = from == begin && self.wished.may_be();
        let is_it = |intent: &Intent| {
            if SUMS.contains(&intent.name.as_str()) {
                return matches!(
                    answers::answer(intent, self.matcher.language()),
                    Some(Answer::Result(_))
                );
            }
            // "Put them on the list".
            if intent
                .slots
                .values()
                .any(|slot| slot.unresolved && self.clauses.is_pronoun(&slot.spoken))
            {
                return false;
            }
            let calls = calls_of(intent);
            let wished = calls
                .iter()
                .all(|(name, kind)| self.wished.is_for(name, kind.as_deref()));
            let acts = calls
                .iter()
                .any(|(name, _)| self.tools.iter().any(|tool| tool.name == *name && tool.acts));
            // "I never turn on the fan".
            match (calls.is_empty(), wished) {
                (true, _) => false,
                (_, true) => !(acts && refused(begin, from)),
                _ => plain && !refused(0, self.clauses.words.len()),
            }
        };
        let whole = understood.rest.is_none() && understood.intents.iter().all(is_it);
        whole.then_some(understood.intents)
    }

    /// "The air in the living room is stuffy, get the fan there going": without "there", as if it was said in that room.
    fn in_its_place(&self, text: &str, from: usize) -> (String, MatchContext) {
        let named = || {
            let before = self.slice(0, from)?.to_lowercase();
            let all = self.names.get("area").map(Vec::as_slice).unwrap_or_default();
            let mut named = all.iter().filter(|area| holds(&before, &area.spoken.to_lowercase()));
            let area = named.next()?;
            named.all(|other| other.value == area.value).then(|| area.value.clone())
        };
        match self.clauses.there_in(text).zip(named()) {
            Some((there, room)) => {
                let text = format!("{}{}", &text[..there.start], text[there.end..].trim_start());
                (text, context(self.names, &room))
            }
            None => (text.to_owned(), self.context.clone()),
        }
    }

    fn slice(&self, from: usize, end: usize) -> Option<&str> {
        let words = self.clauses.words.get(from..end)?;
        self.text.get(words.first()?.start..words.last()?.end)
    }

    /// "The desk lamp has been on all day, switch it off": with the name of the thing instead of "it", where only one was
    /// named before.
    fn with_its_name(&self, text: &str, from: usize) -> Option<String> {
        let pronoun = self.clauses.pronoun_in(text)?;
        let before = self.slice(0, from)?.to_lowercase();
        let all = self.names.get("name").map(Vec::as_slice).unwrap_or_default();
        let named = all.iter().filter(|name| holds(&before, &name.spoken.to_lowercase()));
        let mut named: Vec<_> = named.collect();
        // The longest: a "kitchen ceiling light" is no "ceiling light".
        named.sort_by_key(|name| std::cmp::Reverse(name.spoken.len()));
        let longest = named.first()?;
        let another = |other: &&&KnownName| {
            other.value != longest.value && !holds(&longest.spoken.to_lowercase(), &other.spoken.to_lowercase())
        };
        if named.iter().any(|other| another(&other)) {
            return None;
        }
        Some(format!(
            "{}{}{}",
            &text[..pronoun.start],
            longest.spoken,
            &text[pronoun.end..]
        ))
    }
}

/// Whether `text` has `words` as whole words.
fn holds(text: &str, words: &str) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(words)
        .any(|(at, _)| ends(text[..at].chars().next_back()) && ends(text[at + words.len()..].chars().next()))
}

/// The calls that an intent stands for, and the kind of thing that each is done to.
pub(super) fn calls_of(intent: &Intent) -> Vec<(String, Option<String>)> {
    let kind = |name: Option<&str>, domain: Option<&str>| {
        let of_name = name.and_then(|id| id.split_once('.')).map(|(kind, _)| kind.to_owned());
        of_name.or_else(|| domain.map(str::to_owned))
    };
    if intent.name != LATER {
        let kind = kind(intent.text("name").as_deref(), intent.text("domain").as_deref());
        return vec![(intent.name.clone(), kind)];
    }
    let Some(SlotValue::Text(calls)) = intent.slot("calls") else {
        return Vec::new();
    };
    let calls: Vec<serde_json::Value> = serde_json::from_str(calls).unwrap_or_default();
    let one = |call: &serde_json::Value| {
        let arguments = &call["arguments"];
        let kind = kind(arguments["name"].as_str(), arguments["domain"].as_str());
        Some((call["name"].as_str()?.to_owned(), kind))
    };
    calls.iter().filter_map(one).collect()
}

#[cfg(test)]
#[path = "clause_tests.rs"]
mod tests;
