//! What is not meant, said first: "not the heater, the fan, turn that one on", "la cafetera no, el enchufe", "instead of the heater put
//! the fan on"; and a clause that only asks to wait: "attends, deux secondes, mets la télé en pause".
//!
//! What is cut out names things of the house and nothing else, so that nothing that is wanted goes with it. Where the rest is no
//! command, nothing is done: what was cut out never is.

use crate::context::MatchContext;
use crate::later::Around;
use crate::let_be::lets_be_first;
use crate::loose::{Loose, Word};
use crate::matcher::Matcher;
use crate::text::plain_words;
use crate::understood::{Understood, acts};
use rosie_core::{Intent, KnownNames};

/// What a language says around a thing that is not meant.
struct Not {
    language: &'static str,
    /// Before it, and before it with something behind it.
    before: &'static [&'static str],
    around: &'static [[&'static str; 2]],
    /// After it.
    after: &'static [&'static str],
    /// Before that which is meant.
    but: &'static [&'static str],
    /// Something is to be done in the place of another thing.
    instead: &'static [&'static str],
    /// A sentence that begins so, or has this in its first clause, denies a deed.
    denies: &'static [&'static str],
}

const NOT: [Not; 4] = [
    Not {
        language: "en",
        before: &["not", "no not", "oh not", "wait not"],
        around: &[["it is not", "i want"], ["it's not", "i want"], ["i don't mean", ""]],
        after: &[],
        but: &["it's", "it is", "i mean", "but", "rather", "just"],
        instead: &["instead of", "rather than", "in place of"],
        denies: &["don't", "dont", "do not"],
    },
    Not {
        language: "de",
        before: &["nicht", "nein nicht", "nee nicht", "halt nicht"],
        around: &[["ich meine nicht", ""], ["es ist nicht", "die ich will"]],
        after: &["nicht"],
        but: &["sondern", "ich meine", "lieber"],
        instead: &["statt", "anstatt", "anstelle von", "anstelle", "an stelle von"],
        denies: &["nicht"],
    },
    Not {
        language: "es",
        before: &["no", "no no", "espera no"],
        around: &[["no es", "lo que quiero"], ["no me refiero a", ""]],
        after: &["no"],
        but: &["sino", "es", "digo", "mejor"],
        instead: &["en vez de", "en vez del", "en lugar de", "en lugar del"],
        denies: &["no"],
    },
    Not {
        language: "fr",
        before: &["pas", "non pas", "attends pas"],
        around: &[
            ["c'est pas", "que je veux"],
            ["ce n'est pas", "que je veux"],
            ["c'est pas", ""],
            ["ce n'est pas", ""],
        ],
        after: &["non"],
        but: &["c'est", "mais", "plutôt"],
        instead: &[
            "au lieu de",
            "au lieu du",
            "au lieu des",
            "à la place de",
            "à la place du",
            "plutôt que",
        ],
        denies: &["ne", "n"],
    },
];

/// Clauses that ask to wait, and are no time at which something is to be done.
const WAITS: &[&str] = &[
    "two seconds",
    "two secs",
    "two ticks",
    "two minutes",
    "one second",
    "one sec",
    "just a second",
    "zwei sekunden",
    "eine sekunde",
    "zwei minuten",
    "dos segundos",
    "un segundo",
    "dos minutos",
    "un segundito",
    "deux secondes",
    "une seconde",
    "deux minutes",
    "une petite seconde",
];
/// Words of what is not meant.
const LONGEST: usize = 9;

impl Matcher {
    pub(crate) fn wanted(
        &self,
        text: &str,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        if let Some(rest) = self.without_what_is_not_meant(text, names, context) {
            return self.wanted(&rest, names, context, before);
        }
        if let Some(wanted) = self.wanted_instead(text, names, context) {
            return Some(wanted);
        }
        let all = self.wanted_as_said(text, names, context, before)?;
        let denied = all.intents.iter().any(acts) && self.denies_first(text, names, context);
        (!denied).then_some(all)
    }

    /// What is left where something that is not meant, or a wait, was said first.
    fn without_what_is_not_meant(&self, text: &str, names: &KnownNames, context: &MatchContext) -> Option<String> {
        let not = NOT.iter().find(|not| not.language == self.language.primary())?;
        let prepared = self.prepared(names);
        let said = self.said(text, &prepared, context);
        let loose = self.loose(&said)?;
        waited(text)
            .or_else(|| self.not_named(text, &said.words, &loose, not))
            .or_else(|| self.instead_of(text, &said.words, &loose, not))
            .or_else(|| self.instead_of_it(text, &said.words, &loose, not))
    }

    /// "Not the heater, | the fan on."
    fn not_named(&self, text: &str, words: &[Word], loose: &Loose<'_>, not: &Not) -> Option<String> {
        let end = words.iter().position(Word::is_mark).filter(|end| *end <= LONGEST)?;
        let clause = words.get(..end)?;
        let cut = |before: &str, after: &str| {
            let (before, after) = (self.plain(before), self.plain(after));
            let to = clause.len().checked_sub(after.len())?;
            let thing = clause.get(before.len()..to)?;
            let fits = starts(clause, &before) && starts(&clause[to..], &after);
            (fits && loose.names_something(thing)).then_some(())
        };
        let mut all = (not.before.iter().map(|before| [*before, ""]))
            .chain(not.after.iter().map(|after| ["", *after]))
            .chain(not.around.iter().copied());
        all.find_map(|[before, after]| cut(before, after))?;
        let rest = &words[(end..words.len()).find(|at| !words[*at].is_mark())?..];
        let but = not
            .but
            .iter()
            .map(|but| self.plain(but))
            .filter(|but| starts(rest, but));
        let rest = &rest[but.map(|but| but.len()).max().unwrap_or(0)..];
        (rest.len() >= 2)
            .then(|| text.get(rest[0].from..).map(str::to_owned))
            .flatten()
    }

    /// "Instead of the heater | put the fan on", "statt dem Strahler lieber die Lampe an". The place that was told stays.
    fn instead_of(&self, text: &str, words: &[Word], loose: &Loose<'_>, not: &Not) -> Option<String> {
        let lexicon = self.lexicon.as_ref()?;
        let from = not.instead.iter().map(|instead| self.plain(instead));
        let from = from
            .filter(|instead| starts(words, instead))
            .map(|instead| instead.len())
            .max()?;
        let begins = |at: &usize| {
            let rest = &words[*at..];
            let rather = matches!(
                rest[0].plain.as_str(),
                "lieber" | "bitte" | "please" | "doch" | "nur" | "just"
            );
            words[at - 1].is_mark() || rather || lexicon.begins_with_a_verb(rest)
        };
        let most = words.len().min(from + LONGEST + 1);
        let at = (from + 1..most).find(|at| begins(at) && loose.names_something(bare(&words[from..*at])))?;
        let (told, wanted) = (&words[from..at], &words[at..]);
        let wanted_text = text.get(wanted.first()?.from..)?;
        let placed = (0..wanted.len()).any(|at| loose.place_at(&wanted[at..]).is_some());
        let place = (0..told.len())
            .find_map(|at| loose.place_at(&told[at..]))
            .filter(|_| !placed);
        let place: Vec<&str> = place.into_iter().flatten().map(|word| word.plain.as_str()).collect();
        Some(format!("{} {wanted_text}", place.join(" ")).trim_start().to_owned())
    }

    /// "The table lamp on | instead of the ceiling light", "mach | statt der Deckenlampe | die Tischlampe an".
    fn instead_of_it(&self, text: &str, words: &[Word], loose: &Loose<'_>, not: &Not) -> Option<String> {
        let lexicon = self.lexicon.as_ref()?;
        let instead: Vec<Vec<String>> = not.instead.iter().map(|instead| self.plain(instead)).collect();
        let here = |at: usize| {
            instead
                .iter()
                .filter(|phrase| starts(&words[at..], phrase))
                .map(Vec::len)
                .max()
        };
        let (from, thing) = (1..words.len()).find_map(|at| Some((at, at + here(at)?)))?;
        if !lexicon.begins_a_command(words) {
            return None;
        }
        let ends = |at: &usize| {
            words
                .get(*at)
                .is_none_or(|next| next.is_mark() || lexicon.articles.contains(&next.plain))
                && loose.names_something(&words[thing..*at])
        };
        let to = (thing + 1..=words.len().min(thing + LONGEST)).find(ends)?;
        let (first, last) = (text.get(..words[from].from)?, text.get(words[to - 1].to..)?);
        Some(
            format!("{} {}", first.trim_end_matches([' ', ',']), last.trim_start())
                .trim()
                .to_owned(),
        )
    }

    /// "Don't turn off the TV, just mute it": what is denied is not done, and what follows is said of the same thing.
    fn wanted_instead(&self, text: &str, names: &KnownNames, context: &MatchContext) -> Option<Understood> {
        let not = NOT.iter().find(|not| not.language == self.language.primary())?;
        let prepared = self.prepared(names);
        let said = self.said(text, &prepared, context);
        let first = said.words.iter().take_while(|word| !word.is_mark());
        let first: Vec<Word> = first.take(LONGEST).cloned().collect();
        let german = self.language.primary() == "de";
        let denied = not
            .denies
            .iter()
            .map(|denies| self.plain(denies))
            .any(|denies| match german {
                true => first.iter().any(|word| denies.contains(&word.plain)),
                false => starts(&first, &denies),
            });
        if !denied {
            return None;
        }
        let (lexicon, loose) = (self.lexicon.as_ref()?, self.loose(&said)?);
        let known = context.with_known_names();
        let around = Around {
            names,
            context: &known,
            before: &[] as &[Intent],
        };
        let intents = self.wanted_after(&said, lexicon, &loose, &around, true)?;
        Some(Understood { intents, rest: None })
    }

    /// "No apagues la tele, solo …": whatever that is, no deed at home is guessed from a sentence that denies one first.
    fn denies_first(&self, text: &str, names: &KnownNames, context: &MatchContext) -> bool {
        let prepared = self.prepared(names);
        let said = self.said(text, &prepared, context);
        let denies = |lexicon| {
            self.loose(&said)
                .is_some_and(|loose| lets_be_first(&said.words, lexicon, &loose))
        };
        matches!(self.language.primary(), "es" | "en")
            && said
                .words
                .first()
                .is_some_and(|word| matches!(word.plain.as_str(), "no" | "don't" | "dont"))
            && self.lexicon.as_ref().is_some_and(denies)
    }

    fn plain(&self, phrase: &str) -> Vec<String> {
        let words = Loose::words(phrase, &self.language).into_iter();
        words.map(|word| word.plain).collect()
    }
}

fn starts(said: &[Word], phrase: &[String]) -> bool {
    phrase.len() <= said.len() && phrase.iter().zip(said).all(|(word, said)| *word == said.plain)
}

fn bare(words: &[Word]) -> &[Word] {
    match words.split_last() {
        Some((last, rest)) if last.is_mark() => rest,
        _ => words,
    }
}

/// Without a clause that only asks to wait, where a command may follow it.
fn waited(text: &str) -> Option<String> {
    let clauses: Vec<&str> = text.split_inclusive([',', '…', '!', '.', ';']).collect();
    let waits = |clause: &&str| WAITS.contains(&plain_words(clause).as_str());
    let at = clauses.iter().position(waits)?;
    // "The fan on, two minutes": the last one is no wait.
    (at + 1 < clauses.len() && clauses.len() > 1)
        .then(|| [&clauses[..at], &clauses[at + 1..]].concat().concat().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::waited;

    #[test]
    fn a_wait_is_no_time() {
        assert_eq!(
            waited("attends papa, deux secondes, mets la télé en pause").as_deref(),
            Some("attends papa, mets la télé en pause")
        );
        assert_eq!(waited("Zwei Sekunden! Licht aus.").as_deref(), Some("Licht aus."));
        for text in ["the fan on, two minutes", "the fan on for two minutes", "two seconds"] {
            assert_eq!(waited(text), None, "{text}");
        }
    }
}
