//! "Set the guest room to nineteen degrees, my sister's coming tonight": an order, and after it what somebody or something else
//! does or is. That nobody is spoken of by a word that is known does not matter there.

use crate::asides::{SURE, leaves_out, lets_in, tells, without_the_time};
use crate::context::MatchContext;
use crate::directed::chance_of_a_command;
use crate::kernel::plays;
use crate::loose::{Lexicon, Loose, Word};
use crate::matcher::Matcher;
use crate::understand::{Said, is_for_the_home};
use crate::understood::Understood;
use rosie_core::{Intent, KnownNames};

/// Words of what is told: somebody, and what they do.
const TOLD: std::ops::RangeInclusive<usize> = 3..=9;
/// Goes on with a reason, in Spanish.
const WHY: &str = "que";

impl Matcher {
    /// The command that something is told around, in whatever way.
    pub(crate) fn told_around(
        &self,
        said: &Said<'_>,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        self.aside(said, names, context, before)
            .or_else(|| self.told_after(said, names, context, before))
    }

    /// None where it is no whole order for the home by itself, or where more may be meant by what follows.
    fn told_after(
        &self,
        said: &Said<'_>,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        let lexicon = self.lexicon.as_ref()?;
        let loose = self.loose(said)?;
        let words = &said.words;
        let (end, from) = parted(words, lexicon)?;
        let (order, told) = (&words[..end], without_the_time(&words[from..]));
        let plain = TOLD.contains(&told.len()) && !told.iter().any(Word::is_mark);
        let ordered = lexicon.begins_with_a_verb(order) && !lexicon.hangs_on_something(order);
        if !plain || !ordered || !only_told(told, lexicon, &loose) {
            return None;
        }
        if chance_of_a_command(said.text, &self.language).is_some_and(|chance| chance < SURE) {
            return None;
        }
        let text = said.text.get(order.first()?.from..order.last()?.to)?;
        let own = said.part(text, &self.language);
        let understood = self.understood_as_said(&own, names, &context.with_known_names(), before)?;
        let sure = |intent: &Intent| is_for_the_home(intent) && !lets_in(intent, &loose, true) && !plays(intent);
        let all = understood.rest.is_none() && !understood.intents.is_empty();
        (all && understood.intents.iter().all(sure)).then(|| self.one_by_one(understood, said.text))
    }
}

/// Where the order ends, and where what is told begins: after the last mark, or a reason.
fn parted(words: &[Word], lexicon: &Lexicon) -> Option<(usize, usize)> {
    let end = words.iter().rposition(|word| !word.is_mark())? + 1;
    let mark = words[..end].iter().rposition(Word::is_mark);
    let why = || {
        let begins = |at: usize| words[at].plain == WHY && lexicon.articles.contains(&words[at + 1].plain);
        (lexicon.language.primary() == "es").then(|| (2..end - 1).find(|at| begins(*at)))?
    };
    let at = mark.or_else(why).filter(|at| *at >= 2)?;
    Some((at, at + 1))
}

/// "My sister is coming": nothing of the house, no number, no condition, nobody's words, and nothing that is to be done.
fn only_told(told: &[Word], lexicon: &Lexicon, loose: &Loose<'_>) -> bool {
    lexicon.articles.contains(&told[0].plain)
        && loose.house_words(told).is_empty()
        && !loose.counts(told)
        && !leaves_out(told, lexicon)
        && tells(&told[2..], lexicon, 0)
}
