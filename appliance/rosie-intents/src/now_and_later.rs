//! Several commands and one time: "turn on the fan and turn it off in ten minutes" does the first at once.
//!
//! A time belongs to all commands of a sentence ("close the blind and turn off the lamp at ten"), unless the sentence tells
//! that it does not: the time stands at the head of a part, the part before says "now", both do something to the same things
//! (nobody switches a lamp on and off at the same moment), or each part has a time of its own.

use crate::later::{Around, LATER, Moment, without};

use crate::matcher::Matcher;
use crate::understand::{Said, is_for_the_home};
use rosie_core::Intent;

/// The slots by which it is seen that two commands are about the same things.
const TARGET: [&str; 4] = ["name", "area", "floor", "except"];

impl Matcher {
    /// None where the time is that of all that is said.
    pub(crate) fn now_and_later(&self, said: &Said<'_>, moment: &Moment, around: &Around<'_>) -> Option<Vec<Intent>> {
        let lexicon = self.lexicon.as_ref()?;
        let joints = lexicon.joints(&said.words);
        let after = joints.iter().filter(|(end, _)| *end >= moment.to);
        if let Some(both) = after
            .into_iter()
            .find_map(|joint| self.each_its_time(said, *joint, around))
        {
            return Some(both);
        }
        let (end, next) = *joints
            .iter()
            .rev()
            .find(|(end, next)| *end > 0 && *next <= moment.from)?;
        let first = said.text.get(..said.words[end].from)?;
        let now = self.commands(first, around)?;
        let then = Around {
            before: &now,
            ..*around
        };
        // "… and in ten minutes the lamp": with its "and" it goes on from the first.
        let (rest, later) = [next, end].into_iter().find_map(|from| {
            let rest = without(said, moment, from)?;
            let later = self.commands(&rest, &then)?;
            Some((rest, later))
        })?;
        let says_now = said.words[..end].iter().any(|word| lexicon.now.contains(&word.plain));
        let apart = next == moment.from || says_now || about_the_same(&now, &later);
        let planned = moment.planned(&rest, &later).filter(|_| apart)?;
        Some(now.into_iter().chain([planned]).collect())
    }

    /// "Turn on the lamp at seven and turn it off at ten."
    fn each_its_time(&self, said: &Said<'_>, (end, next): (usize, usize), around: &Around<'_>) -> Option<Vec<Intent>> {
        let second = said.text.get(said.words.get(next)?.from..)?;
        let own = said.part(second, &self.language);
        self.moment(&own)?;
        let first = said.text.get(..said.words[end].from)?;
        let mut all = self.planned_or_done(first, around)?;
        let mut before: Vec<Intent> = Vec::new();
        for intent in &all {
            match intent.text("command").filter(|_| intent.name == LATER) {
                Some(command) => before.extend(self.commands(&command, around)?),
                None => before.push(intent.clone()),
            }
        }
        let then = Around {
            before: &before,
            ..*around
        };
        all.extend(self.planned_or_done(second, &then)?);
        Some(all)
    }

    fn planned_or_done(&self, text: &str, around: &Around<'_>) -> Option<Vec<Intent>> {
        let understood = self.understand(text, around.names, around.context, around.before)?;
        let sure = |intent: &Intent| intent.name == LATER || is_for_the_home(intent);
        (understood.rest.is_none() && understood.intents.iter().all(sure)).then_some(understood.intents)
    }
}

fn about_the_same(now: &[Intent], later: &[Intent]) -> bool {
    let same = |a: &Intent, b: &Intent| {
        let of = |intent: &Intent| TARGET.map(|key| intent.text(key));
        let kinds = (a.text("domain"), b.text("domain"));
        let kind = !matches!(kinds, (Some(a), Some(b)) if a != b);
        of(a) == of(b) && of(a).iter().any(Option::is_some) && kind
    };
    later.iter().all(|b| now.iter().any(|a| same(a, b)))
}
