//! Several commands in one sentence: parted by "and" or a comma, or by nothing at all, as a recogniser writes them ("mach das
//! Licht an zieh den Vorhang zu", "floor lamp on table lamp off").

use crate::loose::{Lexicon, Loose, Tag, Word};
use crate::matcher::Matcher;
use crate::understand::{MOST, Said, TALK, is_for_the_home};
use crate::understood::{Understood, is_step};
use rosie_core::{Intent, Slot, SlotValue};

/// Places without a word between two commands that are tried.
const MOST_SEAMS: usize = 6;

impl Matcher {
    /// Several commands of different kinds, each of which is understood by itself.
    pub(crate) fn parts(&self, said: &Said<'_>) -> Option<Understood> {
        let lexicon = self.lexicon.as_ref()?;
        self.parted(said, &lexicon.joints(&said.words))
    }

    /// Several commands with nothing between them; all for the home, for talk soon has a verb in it.
    pub(crate) fn seamed(&self, said: &Said<'_>) -> Option<Understood> {
        let lexicon = self.lexicon.as_ref()?;
        let seams = lexicon.seams(&said.words);
        let few = (1..=MOST_SEAMS).contains(&seams.len());
        let joints = lexicon.joints(&said.words).into_iter();
        let all: Vec<(usize, usize)> = joints.chain(seams.into_iter().map(|at| (at, at))).collect();
        let found = few.then(|| self.parted(said, &sorted(all))).flatten();
        // What follows a seam and is no command is no unknown command, but the rest of a story.
        found.filter(|all| all.rest.is_none() && all.intents.iter().all(is_for_the_home))
    }

    fn parted(&self, said: &Said<'_>, joints: &[(usize, usize)]) -> Option<Understood> {
        let lexicon = self.lexicon.as_ref()?;
        let mut all = Understood::default();
        let mut reasons = Vec::new();
        let mut from = 0;
        while from < said.words.len() {
            // The longest part first: what has an "and" in it is whole.
            let ends = joints.iter().filter(|(end, _)| *end > from).copied();
            let ends = std::iter::once((said.words.len(), said.words.len())).chain(ends.rev().take(MOST));
            let whole = from == 0;
            let found = ends
                .into_iter()
                .filter(|(end, _)| !(whole && *end == said.words.len()))
                .find_map(|(end, next)| {
                    let others = || Some(vec![self.loose(said)?.others(&said.words[from..end], &all.intents)?]);
                    let intents = self.one_part(said, from, end).or_else(others)?;
                    Some((intents, next))
                });
            match found {
                Some((intents, next)) => {
                    match lexicon.tells_why(&said.words[from..], &intents) {
                        true => reasons.extend(intents),
                        false => all.intents.extend(intents),
                    }
                    from = next;
                }
                // What begins like a command and is none that is known is told; else it is a story.
                None if all.intents.iter().any(|intent| !TALK.contains(&intent.name.as_str()))
                    && lexicon.begins_a_command(&said.words[from..]) =>
                {
                    let refused = self.loose(said).is_none_or(|loose| loose.refuses(&said.words));
                    all.rest = said
                        .text
                        .get(said.words[from].from..)
                        .map(|rest| rest.trim().to_owned());
                    return (!refused).then_some(all);
                }
                None => return None,
            }
        }
        let several = all.intents.len() + reasons.len() > 1 && all.intents.len() <= MOST;
        // "It is hot already, lower the blind": the first says why, where it says nothing more.
        if all.intents.is_empty() {
            all.intents = reasons;
        }
        (several && !self.loose(said).is_none_or(|loose| loose.refuses(&said.words))).then_some(all)
    }

    fn one_part(&self, said: &Said<'_>, from: usize, end: usize) -> Option<Vec<Intent>> {
        let words = said.words.get(from..end)?;
        let text = said.text.get(words.first()?.from..words.last()?.to)?;
        self.there(said, from, words)
            .or_else(|| self.by_template(text, words, said).map(|intent| vec![intent]))
            .or_else(|| self.taken(self.loose(said)?, words))
    }

    fn taken(&self, loose: Loose<'_>, words: &[Word]) -> Option<Vec<Intent>> {
        loose.intents(&loose.take(words)?, false)
    }

    /// "… and open the curtain there": in the place that was named last.
    fn there(&self, said: &Said<'_>, from: usize, words: &[Word]) -> Option<Vec<Intent>> {
        let loose = self.loose(said)?;
        let (at, length) = (0..words.len()).find_map(|at| {
            let length = loose.lexicon.there(&words[at..]);
            (length > 0).then_some((at, length))
        })?;
        let place = (0..from).rev().find_map(|at| loose.place_at(&said.words[at..from]))?;
        let placed = [&words[..at], place, &words[at + length..]].concat();
        self.taken(loose, &placed)
    }
}

/// "The bedroom and kitchen lights", where a speaker is called Bedroom: what is named like a room, beside a room's things of a
/// kind, is that room's things of the kind.
pub(crate) fn as_rooms(intents: &mut [Intent], loose: &Loose<'_>) {
    for at in 1..intents.len() {
        let (before, after) = intents.split_at_mut(at);
        let (Some(first), Some(next)) = (before.last_mut(), after.first()) else {
            continue;
        };
        let kind = next.slots.get("domain").filter(|_| next.slots.contains_key("area"));
        let room = first.slots.get("name").and_then(|name| loose.room_called(&name.spoken));
        if let (Some(kind), Some(room)) = (kind.filter(|_| first.name == next.name), room) {
            let spoken = first.slots.remove("name").map(|name| name.spoken).unwrap_or_default();
            first.slots.insert("domain".to_owned(), kind.clone());
            first.slots.insert(
                "area".to_owned(),
                Slot {
                    value: SlotValue::Text(room),
                    spoken,
                    unresolved: false,
                },
            );
            first.response.clone_from(&next.response);
        }
    }
}

fn sorted(mut joints: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    joints.sort_unstable();
    joints
}

impl Lexicon {
    /// Where a command may end and the next begin without a word between them: before a verb, and after what ends a command.
    fn seams(&self, said: &[Word]) -> Vec<usize> {
        let parts = |word: &Word| word.is_mark() || self.joins(word);
        (2..said.len().saturating_sub(1))
            .filter(|at| !parts(&said[*at]) && !parts(&said[at - 1]))
            .filter(|at| {
                let ended = self.ends_a_command(&said[at - 1]) && !self.ends_a_command(&said[*at]);
                ended || (self.begins_with_a_verb(&said[*at..]) && self.orders(&said[*at]))
            })
            .collect()
    }

    /// "Pff, it's stuffy in here": how it is, of which a step is made where nothing else is wanted.
    fn tells_why(&self, said: &[Word], intents: &[Intent]) -> bool {
        self.opens_a_clause_soon(said) && !intents.is_empty() && intents.iter().all(is_step)
    }

    /// "On", "apagada", "einschalten".
    fn ends_a_command(&self, word: &Word) -> bool {
        let whole = self.whole_at(std::slice::from_ref(word));
        let infinitive = || whole.is_some_and(|phrase| matches!(phrase.tag, Tag::Act(_))) && !self.orders(word);
        self.particles.contains(&word.plain) || self.is_state(word) || (self.language.primary() == "de" && infinitive())
    }
}
