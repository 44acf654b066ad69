//! A wish inside of talk: "my hands are full, could you put the fan on". What it is a wish for is told by its meaning, what
//! is to be done by the words of it that are a sentence by themselves; only where both say the same it is done without
//! asking a model, which might fill in something else.

use super::{
    calls::{any_words, asks_back, calls_of, has_any, is_of_a_thing, is_speech},
    declined::is_declined,
    wished::Wished,
};
use crate::{
    answers::{self, Answer},
    clauses::{Clauses, asking, clauses, wanting},
    dialog::{RosieDialog, context},
    routing::{is_told, tells_of_somebody, wants_kept},
    wishes,
};
use rosie_core::{
    Intent, KnownNames, Language, Slot, ToolSpec,
    dialog::{EntityState, Question},
};
use rosie_intents::{Effort, MatchContext, Matcher, Understood, does, is_taken_back, takes_back};
use std::{collections::BTreeMap, ops::Range, sync::Arc};

/// Words after which nobody looks for a sentence any more.
const MOST_WORDS: usize = 60;
/// Runs of words that are tried: each takes about as long as matching a sentence.
const MOST_TRIES: usize = 160;
/// Readings of all of them together.
pub(super) const MOST_EFFORT: u32 = 600;
/// What is worked out without anybody's help.
const SUMS: [&str; 2] = ["RosieArithmetic", "RosieConvert"];
/// What is told is kept.
pub(crate) const REMEMBER: &str = "RosieRemember";
/// It is asked back what it needs.
const ASKS_BACK: &str = "RosieSetAlarm";
/// Something is put on a list, whatever it is called.
const LISTED: [&str; 3] = ["HassShoppingListAddItem", "HassListAddItem", "RosieListAdd"];
/// They tell what is so now.
const NOW: [&str; 2] = ["HassGetCurrentTime", "HassGetCurrentDate"];
/// Words in which a thing or a time is named.
const LONGEST_RUN: usize = 8;
/// Slots that say when, or how much.
pub(super) const NUMBERS: [&str; 5] = ["hour", "hours", "minutes", "seconds", "temperature"];
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
        let matcher = self.languages.of(&question.language)?;
        let clauses = clauses(text, &question.language);
        let commands = |said: &str| matcher.begins_a_command(said);
        if is_declined(&clauses.parts(text), &clauses.cues, commands) {
            return Some((matcher.clone(), matcher.never_mind()));
        }
        // Sums are no wish, and need none; what is to be kept says so.
        let told = text.contains(|c: char| c.is_ascii_digit()) || wants_kept(text, &question.language);
        if !wished.is_wish() && !told {
            return None;
        }
        if is_taken_back(text) {
            return Some((matcher.clone(), matcher.never_mind()));
        }
        let names = self.hub.names();
        let _effort = Effort::of(MOST_EFFORT);
        let search = self.search((text, clauses), question, (matcher, &names), (wished, tools));
        let (all, rest) = search.all();
        let sentences = Some(all).filter(|all| !all.is_empty() && wished.all_done_by(all));
        // "It takes twelve minutes. Set a timer": that says how long.
        let plain = match &sentences {
            Some(all) if !all.iter().all(asks_back) => None,
            _ => search.in_plain_words(wished.plainly()),
        };
        // "Water the ferns down with the chores": a sentence for it takes in more than the item.
        let plain = plain.or_else(|| search.on_a_list().filter(|_| sentences.is_none()));
        let rest = rest.filter(|_| plain.is_none());
        let intents = plain.or(sentences).or_else(|| {
            let one = alone(wished, text, &question.language)?;
            (one.name != ASKS_BACK || !matcher.begins_a_command(text)).then(|| vec![one])
        })?;
        // "Add eggs to the list, hmm no, we've got some": what was said first is not meant.
        let taken_back = || takes_back(text) && search.clauses.from == 0;
        if intents.iter().any(does) && (matcher.only_asks(text) || matcher.goes_too_far(text, &intents) || taken_back())
        {
            return None;
        }
        let all = Understood { intents, rest };
        Some((matcher.clone(), all.without_reasons(text).without_repeats()))
    }

    pub(super) fn search<'a>(
        &self,
        (text, clauses): (&'a str, Clauses),
        question: &'a Question,
        (matcher, names): (&'a Arc<Matcher>, &'a KnownNames),
        (wished, tools): (&'a Wished, &'a [ToolSpec]),
    ) -> Search<'a> {
        Search {
            matcher,
            names,
            things: self.hub.entities(),
            language: &question.language,
            context: context(names, question.room.as_str()),
            text,
            clauses,
            wished,
            tools,
        }
    }
}

/// What needs to be told nothing: "I have lost my watch, can you tell me how late it is".
fn alone(wished: &Wished, text: &str, language: &Language) -> Option<Intent> {
    let name = wished.alone()?;
    // "What time did I get home?" is not how late it is.
    let asked = asking(text, language).unwrap_or(text);
    if NOW.contains(&name) && tells_of_somebody(asked, language) {
        return None;
    }
    // "It's noon and we still sit in the dark" asks nothing.
    if name != ASKS_BACK && !wished.is_beyond_doubt() && asking(text, language).is_none() {
        return None;
    }
    Some(Intent {
        name: name.to_owned(),
        slots: BTreeMap::new(),
        language: language.clone(),
        response: "default".to_owned(),
        literal_chars: 0,
    })
}

pub(super) struct Search<'a> {
    pub(super) matcher: &'a Arc<Matcher>,
    pub(super) names: &'a KnownNames,
    pub(super) things: Vec<EntityState>,
    pub(super) context: MatchContext,
    pub(super) language: &'a Language,
    pub(super) text: &'a str,
    pub(super) clauses: Clauses,
    pub(super) wished: &'a Wished,
    tools: &'a [ToolSpec],
}

impl Search<'_> {
    /// From left to right, each as long as it can be; what only tells something is none beside what wants something. And what
    /// of a further command was not understood.
    fn all(&self) -> (Vec<Intent>, Option<String>) {
        let words = &self.clauses.words;
        let (mut found, mut from, mut tries) = (Vec::new(), self.clauses.from, 0);
        let mut rest = None;
        'next: while from < words.len().min(MOST_WORDS) && tries < MOST_TRIES {
            for end in self.clauses.ends_after(from, MOST_JOINTS) {
                tries += 1;
                if let Some(intents) = self.sentence(from, end) {
                    let said = self.slice(self.clauses.begin_of(from), end).unwrap_or_default();
                    let told = wanting(said, self.language) == 0;
                    found.push((told, self.more_literal(intents, from + 1, end)));
                    rest = self.further(end);
                    from = end;
                    continue 'next;
                }
            }
            from += 1;
        }
        let wants = found.iter().any(|(told, _)| !told);
        let meant = found.into_iter().filter(|(told, _)| !(wants && *told));
        (meant.flat_map(|(_, intents)| intents).collect(), rest)
    }

    /// "… and remove the bread": the words after an "and" that are a command, too, or name something of the home.
    fn further(&self, end: usize) -> Option<String> {
        let joins = |at: usize| {
            let word = self.slice(at, at + 1).map(str::to_lowercase);
            word.is_some_and(|word| self.clauses.cues.between.contains(&word))
        };
        // The "and" may have been taken along.
        let from = if joins(end.wrapping_sub(1)) { end } else { end + 1 };
        let said = self.slice(from, self.clauses.end_of(from))?;
        let joined = joins(from - 1);
        let counts = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) || self.matcher.is_number(word);
        let wants = self.matcher.begins_a_command(said) || self.names_any(said) || said.split(' ').any(counts);
        (joined && wants && !is_told(said, self.language)).then(|| said.to_owned())
    }

    /// Of a sentence that any words stood in for something the one inside of it that says more itself: in "the pasta is
    /// in, set a timer for ten minutes" nothing is called "pasta is in set a".
    fn more_literal(&self, intents: Vec<Intent>, from: usize, end: usize) -> Vec<Intent> {
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
        let said = self.slice(from, end)?;
        let placed = self.in_its_place(said, from);
        let in_place = placed != said;
        let named = self.with_its_name(&placed, from);
        let nameless = named.is_none() && self.clauses.pronoun_in(&placed).is_some();
        let text = named.unwrap_or(placed);
        let understood = self.matcher.understand(&text, self.names, &self.context, &[])?;
        let understood = self.in_the_room(&text, (from, end), &understood).unwrap_or(understood);
        // "Are the lights off": of what is asked nothing is done.
        let first = self.slice(begin, self.clauses.end_of(from)).unwrap_or_default();
        let does = understood.intents.iter().any(does);
        if does && (self.matcher.only_asks(first) || self.is_told_of(from)) {
            return None;
        }
        // "Turn off the lamp after the news", "… the lights, except, um, the lamp": not this, or not now.
        if does && self.is_bounded(from..end) {
            return None;
        }
        // "It is too hot here, open the blind": the first is no second wish; and several are said in several clauses.
        let several = understood.intents.len() > 1;
        if several && (is_told(first, self.language) || !self.clauses.spans(from..end)) {
            return None;
        }
        // "I wrote flour | on the shopping list twice": what goes on with what is told is no sentence of its own.
        let goes_on = from > begin && is_told(first, self.language) && !self.matcher.begins_a_command(said);
        if goes_on
            && understood
                .intents
                .iter()
                .any(|intent| LISTED.contains(&intent.name.as_str()))
        {
            return None;
        }
        // What stands by itself between commas is meant, where nothing speaks against it.
        let plain = from == begin && self.wished.may_be();
        let politely = self.clauses.is_polite(self.text, begin..from);
        // What was passed over must be no command, nor say what it is about: "carry on playing on the television".
        let passed = self.slice(begin, from).unwrap_or_default();
        let names_it = !in_place && self.names_any(passed);
        if !politely && (self.matcher.has_command(passed) || names_it) {
            return None;
        }
        let is_it = |intent: &Intent| {
            if SUMS.contains(&intent.name.as_str()) {
                return matches!(
                    answers::answer(intent, self.matcher.language()),
                    Some(Answer::Result(_))
                );
            }
            // "Put them on the list"; "… shopping list, would you".
            let pronoun = |slot: &Slot| slot.unresolved && self.clauses.is_pronoun(&slot.spoken);
            // "So um dishwasher tablets on the list".
            let addressed = |slot: &Slot| slot.unresolved && self.clauses.is_filler(&slot.spoken);
            // "Celery and beans, they've all got to go on the list".
            let pointing = |slot: &Slot| slot.unresolved && self.clauses.only_puts(&slot.spoken);
            let unlike = |slot: &Slot| addressed(slot) || pronoun(slot) || pointing(slot);
            if intent.slots.values().any(unlike) || (any_words(intent) && !politely && !is_speech(intent)) {
                return false;
            }
            // "The plumber has been. Please remember that …" is nobody else's wish, and changes nothing.
            if intent.name == REMEMBER && politely {
                return true;
            }
            let calls = calls_of(intent);
            let wished = calls
                .iter()
                .all(|(name, kind)| self.wished.is_for(name, kind.as_deref()));
            let acts = calls.iter().any(|(name, _)| self.acts(name));
            // "Make it stop", whatever that is.
            if acts && nameless && !is_of_a_thing(intent) {
                return false;
            }
            // "I never turn on the fan".
            match (calls.is_empty(), wished) {
                (true, _) => false,
                // "Stop turning off the lamp": the first word of it may be what refuses.
                (_, true) => !(acts && self.refused(begin, (from + 1).min(end))),
                _ => {
                    plain
                        && calls.iter().all(|(name, _)| wishes::is_known(name))
                        && !self.refused(0, self.clauses.words.len())
                }
            }
        };
        let whole = understood.rest.is_none() && understood.intents.iter().all(is_it);
        whole.then_some(understood.intents)
    }

    /// What is surely wished for, said in the plainest words: of "the desk lamp in here should come on" that is "turn on the
    /// desk lamp in here". The longest run of words that such a sentence can go on with.
    pub(super) fn in_plain_words(&self, plainly: Option<(&str, &str)>) -> Option<Vec<Intent>> {
        let (class, begin) = plainly?;
        // "Is it above twenty degrees in the bedroom?"
        if asking(self.text, self.language).is_some() && self.class_acts(class) {
            return None;
        }
        let words = self.clauses.words.len().min(MOST_WORDS);
        let mut tries = 0;
        for length in (1..=LONGEST_RUN.min(words)).rev() {
            let runs = (self.clauses.from..=words - length).rev();
            for from in runs.take_while(|from| from + length <= words) {
                tries += 1;
                if tries > MOST_TRIES {
                    return None;
                }
                if let Some(intents) = self.plainly(class, begin, from..from + length) {
                    return Some(intents);
                }
            }
        }
        None
    }

    fn plainly(&self, class: &str, begin: &str, run: Range<usize>) -> Option<Vec<Intent>> {
        if self.is_measured(run.start) || self.is_bounded(run.clone()) {
            return None;
        }
        // "Turn off the lamp when I'm gone": the words may be any of it.
        if wishes::is_of_things(class) && (self.depends_after(run.start) || self.is_told_of(run.start)) {
            return None;
        }
        // "The lights on at seven and off at nine" wakes nobody.
        let reminds = || {
            has_any(
                self.text,
                &["remind", "erinner", "recuérda", "recordar", "rappelle", "rappeler"],
            )
        };
        if class == ASKS_BACK && (self.matcher.begins_a_command(self.text) || reminds()) {
            return None;
        }
        let text = format!("{begin} {}", self.slice(run.start, run.end)?);
        let understood = self.matcher.understand(&text, self.names, &self.context, &[])?;
        let says_it = |intent: &Intent| {
            let calls = calls_of(intent);
            let is_for = !calls.is_empty()
                && calls
                    .iter()
                    .all(|(name, kind)| wishes::says(class, name, kind.as_deref()));
            let told = is_of_a_thing(intent) || NUMBERS.iter().any(|slot| intent.slots.contains_key(*slot));
            is_for && told && !any_words(intent) && !self.is_called_as_a_room(intent)
        };
        let several = understood.intents.len() > 1 && !self.clauses.spans(run.clone());
        if several || self.clauses.ends_within(&run) {
            return None;
        }
        let clause = self.clauses.begin_of(run.start);
        // "It says ten minutes on the packet": how long it takes is no deed.
        let whole_clause = |intent: &Intent| is_of_a_thing(intent) || intent.name == ASKS_BACK;
        let refused = match understood.intents.iter().any(whole_clause) {
            true => self.refused(clause, run.start + 1),
            // "Not one minute more".
            false => self.refused(run.start.saturating_sub(1), run.start),
        };
        let fits = understood.rest.is_none() && understood.intents.iter().all(says_it) && !refused;
        (fits && !self.names_more(&run)).then_some(understood.intents)
    }

    /// "In there" is no speaker that is called as the room.
    fn is_called_as_a_room(&self, intent: &Intent) -> bool {
        let name = intent.slots.get("name").map(|slot| slot.spoken.to_lowercase());
        let rooms = self.names.get("area").into_iter().flatten();
        name.is_some_and(|name| rooms.into_iter().any(|room| room.spoken.to_lowercase() == name))
    }

    fn acts(&self, name: &str) -> bool {
        self.tools.iter().any(|tool| tool.name == name && tool.acts)
    }

    fn class_acts(&self, class: &str) -> bool {
        let by_it = |tool: &&ToolSpec| wishes::is_done_by(class, &tool.name);
        self.tools.iter().filter(by_it).any(|tool| tool.acts)
    }

    fn refused(&self, from: usize, end: usize) -> bool {
        // "Can he have the light on?" is no story of him.
        let from = from + self.clauses.request_at(self.text, from);
        self.matcher
            .refuses(self.slice(from, end).unwrap_or_default(), self.names)
    }

    pub(super) fn slice(&self, from: usize, end: usize) -> Option<&str> {
        let words = self.clauses.words.get(from..end)?;
        self.text.get(words.first()?.start..words.last()?.end)
    }
}

#[cfg(test)]
#[path = "clause_tests.rs"]
mod tests;
