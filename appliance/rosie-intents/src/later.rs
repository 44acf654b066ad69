//! Commands at a later time: "turn off the lamp in ten minutes", "um sieben das Licht ein".
//!
//! The words that say when are cut out of the sentence, wherever they stand; what is left must be a command for the home
//! that is understood by itself, all of it. A time that may be something else ("by twenty", "at nineteen degrees") is none.

use crate::context::MatchContext;
use crate::loose::Word;
use crate::matcher::Matcher;
use crate::understand::{Said, is_for_the_home};
use crate::understood::Understood;
use rosie_core::{Intent, KnownNames, Slot, SlotValue};
use serde_json::{Value, json};

/// Its slots say when, `command` in words what, and `calls` is the same as it is carried out: a list of calls in JSON.
pub const LATER: &str = "RosieLater";
/// What the sentences of a time are called in the data; no intent of its own.
pub(crate) const MOMENT: &str = "RosieMoment";
/// More words name no time.
const LONGEST: usize = 9;
/// By how much something is changed: "20 brighter" is no time.
const STEPS: [&str; 3] = ["RosieLightStep", "RosieClimateStep", "HassSetVolumeRelative"];

/// A time and where it stands: the first of its words, and the one after its last.
pub(crate) struct Moment {
    intent: Intent,
    pub from: usize,
    pub to: usize,
}

/// In which house, room and talk it is said.
pub(crate) struct Around<'a> {
    pub names: &'a KnownNames,
    pub context: &'a MatchContext,
    pub before: &'a [Intent],
}

impl Moment {
    /// How long, and not when.
    pub(crate) fn lasts(&self) -> bool {
        self.intent.slots.contains_key("lasting")
    }

    /// What is undone when it is over.
    pub(crate) fn ended(&self, rest: &str, intents: &[Intent]) -> Intent {
        let mut moment = self.intent.clone();
        moment.slots.remove("lasting");
        Intent {
            response: "ended".to_owned(),
            ..planned(moment, rest, intents)
        }
    }

    /// What is done then. None where it may be no time: "20 brighter", "the thermostat at twenty".
    pub(crate) fn planned(&self, rest: &str, intents: &[Intent]) -> Option<Intent> {
        let bare = self.to - self.from <= 2 && self.intent.slots.keys().all(|key| key == "hour");
        let stepped = |intent: &Intent| STEPS.contains(&intent.name.as_str());
        let warms = |intent: &Intent| {
            let of = |key: &str| intent.text(key).unwrap_or_default();
            intent.name.contains("Climate") || of("name").starts_with("climate.") || of("domain") == "climate"
        };
        // "The heating at seven" is when; "at twenty" is how warm, where people say hours otherwise.
        let degrees = self.intent.number("hour").is_some_and(|hour| hour > 12.0)
            && matches!(self.intent.language.primary(), "en" | "fr");
        let measured = intents
            .iter()
            .any(|intent| stepped(intent) || (degrees && warms(intent)));
        (!(bare && measured)).then(|| planned(self.intent.clone(), rest, intents))
    }
}

/// What is said from a word on, without the time.
pub(crate) fn without(said: &Said<'_>, moment: &Moment, from: usize) -> Option<String> {
    let begin = said.words.get(from)?.from;
    let first = said.words.get(moment.from)?.from;
    let last = said.words.get(moment.to - 1)?.to;
    let begin = if from == 0 { 0 } else { begin };
    Some(tidy(&format!(
        "{} {}",
        said.text.get(begin..first)?,
        said.text.get(last..)?
    )))
}

impl Matcher {
    /// None where no time is said, or where the rest is no command for the home.
    pub(crate) fn later(
        &self,
        said: &Said<'_>,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        let moment = self.moment(said)?;
        // "We're going out in a minute so lock up": the time is that of what is told.
        let after = said.words.get(..said.words.len().min(moment.to + 1))?;
        let told = |lexicon: &crate::loose::Lexicon| lexicon.opens_a_clause(after) && lexicon.concludes(after);
        // "The bus is in two minutes, lock the back door."
        let ends = said.words.get(moment.to);
        let of_something = |lexicon: &crate::loose::Lexicon| {
            let before = said.words[..moment.from].last();
            before.is_some_and(|word| lexicon.is_rest(word))
                && ends.is_some_and(|end| end.is_mark() || lexicon.joins(end))
        };
        if self
            .lexicon
            .as_ref()
            .is_some_and(|lexicon| told(lexicon) || of_something(lexicon))
        {
            return None;
        }
        let known = context.with_known_names();
        let around = Around {
            names,
            context: &known,
            before,
        };
        if moment.lasts() {
            let intents = self.for_a_while(said, &moment, &around)?;
            return Some(Understood { intents, rest: None });
        }
        if let Some(intents) = self.now_and_later(said, &moment, &around) {
            return Some(Understood { intents, rest: None });
        }
        let rest = without(said, &moment, 0)?;
        let inner = self.commands(&rest, &around)?;
        if self.is_of_a_reason(said, &moment, &around) {
            return Some(Understood {
                intents: inner,
                rest: None,
            });
        }
        let intents = vec![moment.planned(&rest, &inner)?];
        Some(Understood { intents, rest: None })
    }

    /// "Desk lamp on, I've got a call in two minutes": the time is that of what is told behind, and the command is for now.
    fn is_of_a_reason(&self, said: &Said<'_>, moment: &Moment, around: &Around<'_>) -> bool {
        let commands = |text: &str| {
            let part = said.part(text, &self.language);
            let understood = self.understood_as_said(&part, around.names, around.context, around.before);
            understood.is_some_and(|all| !all.intents.is_empty() && all.intents.iter().all(is_for_the_home))
        };
        let around_it = |from: usize| without(said, moment, from).is_some_and(|text| commands(&text));
        let first = |to: usize| {
            let last = said.words.get(to - 1).map_or(0, |word| word.to);
            said.text.get(..last).is_some_and(commands)
        };
        !(0..moment.from).any(around_it) && (2..moment.from).any(first)
    }

    /// All of what the words ask of the home; none where they ask for anything else.
    pub(crate) fn commands(&self, text: &str, around: &Around<'_>) -> Option<Vec<Intent>> {
        let understood = self.understand(text, around.names, around.context, around.before)?;
        let sure = !understood.intents.is_empty() && understood.intents.iter().all(is_for_the_home);
        (understood.rest.is_none() && sure).then_some(understood.intents)
    }

    /// The first time that is said, as many words of it as there are.
    pub(crate) fn moment(&self, said: &Said<'_>) -> Option<Moment> {
        let (moments, lexicon) = (self.moments.as_ref()?, self.lexicon.as_ref()?);
        let nothing = KnownNames::new();
        let words = &said.words;
        let read = |from: usize, to: usize| {
            let text = said.text.get(words[from].from..words[to - 1].to)?;
            let is_counted = words
                .get(to..)
                .is_some_and(|next| lexicon.counts(next) || lexicon.is_lock(next));
            let intent = moments.match_text(text, &nothing, &MatchContext::default())?;
            (!is_counted).then_some(Moment { intent, from, to })
        };
        let counted = |from: usize| self.loose(said).is_some_and(|loose| loose.counts(&words[from..=from]));
        (0..words.len())
            .filter(|from| lexicon.moments.contains(&words[*from].plain) || counted(*from))
            .find_map(|from| {
                let most = words.len().min(from + LONGEST);
                let ends = (from + 2..=most).rev();
                ends.filter(|to| !words[to - 1].is_mark()).find_map(|to| read(from, to))
            })
    }
}

fn planned(moment: Intent, rest: &str, intents: &[Intent]) -> Intent {
    let text = |value: String| Slot {
        spoken: value.clone(),
        value: SlotValue::Text(value),
        unresolved: false,
    };
    let calls: Vec<Value> = intents
        .iter()
        .map(|intent| json!({ "name": intent.name, "arguments": intent.arguments() }))
        .collect();
    let mut slots = moment.slots;
    slots.insert("command".to_owned(), text(rest.to_owned()));
    slots.insert("calls".to_owned(), text(Value::from(calls).to_string()));
    Intent {
        name: LATER.to_owned(),
        slots,
        response: "default".to_owned(),
        ..moment
    }
}

/// Without what stood around the words that were cut out.
fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != ",").collect();
    words
        .join(" ")
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':'))
        .to_owned()
}

impl crate::loose::Lexicon {
    /// "A las dos | puertas".
    fn is_lock(&self, next: &[Word]) -> bool {
        let kind = next.first().and_then(|word| self.kind_words.get(&word.plain));
        kind.is_some_and(|kind| self.kinds[*kind].domain == "lock")
    }

    /// "Percent", "degrees": what comes before is counted, and no time.
    pub(crate) fn counts(&self, next: &[Word]) -> bool {
        self.at(next).next().is_some_and(|phrase| phrase.is_unit())
    }
}
