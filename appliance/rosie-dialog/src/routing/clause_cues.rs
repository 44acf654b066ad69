//! Words by which clauses are told apart, and what they are about.

use super::cues::{ByLanguage, Words, cues, known, listed};
use rosie_core::Language;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Words between clauses, those that stand for something named before, and politeness at the end.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clauses {
    between: ByLanguage,
    belonging: ByLanguage,
    following: ByLanguage,
    pronouns: ByLanguage,
    subjects: ByLanguage,
    finished: ByLanguage,
    endings: ByLanguage,
    courtesies: ByLanguage,
    telling: ByLanguage,
    there: ByLanguage,
    requests: ByLanguage,
    lists: ByLanguage,
    adds: ByLanguage,
    places_on: ByLanguage,
    within: ByLanguage,
    adding: BTreeMap<String, String>,
    purposes: ByLanguage,
    pointing: ByLanguage,
    taking_back: ByLanguage,
    declining: ByLanguage,
    wanting_none: ByLanguage,
    letting: ByLanguage,
    as_it_is: ByLanguage,
    quoting: ByLanguage,
    oneself: ByLanguage,
    inside: ByLanguage,
    anywhere: ByLanguage,
    in_room: BTreeMap<String, String>,
    unmarked: Unmarked,
}

/// Words by which a clause is found that nothing stands before.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unmarked {
    commands: ByLanguage,
    objects: ByLanguage,
    requests: ByLanguage,
    asking: ByLanguage,
    verbs: ByLanguage,
    subjects: ByLanguage,
    doers: ByLanguage,
    affected: ByLanguage,
    bound: ByLanguage,
    reporting: ByLanguage,
    opening: ByLanguage,
}

/// What tells in one language where a clause begins without a mark; nothing in a language without cues.
#[derive(Clone, Copy)]
pub(crate) struct UnmarkedCues {
    /// Verbs that a command begins with, and what they go on with.
    pub commands: &'static [String],
    pub objects: &'static [String],
    /// The same politely.
    pub requests: &'static [String],
    /// Words that a question begins with; those after its verb.
    pub asking: &'static [String],
    pub subjects: &'static [String],
    /// Verbs by which a clause is seen to have one.
    pub verbs: &'static [String],
    /// Who does something ("I"): the next word is what they do.
    pub doers: &'static [String],
    /// To whom something is done ("me"): the word before is what.
    pub affected: &'static [String],
    /// After one of these nothing begins.
    pub bound: &'static [String],
    /// What somebody else does comes after these.
    pub reporting: &'static [String],
    /// In a clause that begins with one, a plain verb is no command.
    pub opening: &'static [String],
}

impl UnmarkedCues {
    pub(crate) fn of(language: &Language) -> Self {
        let cues = &cues().clauses.unmarked;
        let of = |list: &'static ByLanguage| listed(list, language);
        Self {
            commands: of(&cues.commands),
            objects: of(&cues.objects),
            requests: of(&cues.requests),
            asking: of(&cues.asking),
            subjects: of(&cues.subjects),
            verbs: of(&cues.verbs),
            doers: of(&cues.doers),
            affected: of(&cues.affected),
            bound: of(&cues.bound),
            reporting: of(&cues.reporting),
            opening: of(&cues.opening),
        }
    }
}

/// What tells clauses apart in one language; nothing in a language without cues.
#[derive(Clone, Copy)]
pub(crate) struct ClauseCues {
    pub between: &'static [String],
    /// A word of `between` after another with which it is none.
    pub belonging: &'static [String],
    /// Those of `between` after which something else comes, however short.
    pub following: &'static [String],
    pub pronouns: &'static [String],
    /// One of these after one of `finished` begins a clause without a mark.
    pub subjects: &'static [String],
    pub finished: &'static [String],
    pub endings: &'static [String],
    /// Those that belong to no text.
    pub courtesies: &'static [String],
    pub there: &'static [String],
    pub requests: &'static [String],
    /// What lists are called, the one for shopping first; words for putting something on one; those before one.
    pub lists: &'static [String],
    pub adds: &'static [String],
    pub places_on: &'static [String],
    /// Of those the ones that may be inside of what is put there.
    pub within: &'static [String],
    /// A sentence for it, of `{item}` and `{list}`.
    pub adding: &'static str,
    /// "For the baby": who it is for, or why, goes on after a whole sentence.
    pub purposes: &'static [String],
    pub pointing: &'static [String],
    pub taking_back: &'static [String],
    /// A command after one of these is not to be carried out; nothing of what follows is wanted.
    pub declining: &'static [String],
    pub wanting_none: &'static [String],
    /// Something is to stay as it is: how that begins, and how it ends.
    pub letting: &'static [String],
    pub as_it_is: &'static [String],
    /// `{}` is the room's name.
    pub in_room: &'static str,
}

impl ClauseCues {
    pub(crate) fn of(language: &Language) -> Self {
        let clauses = &cues().clauses;
        let of = |list: &'static ByLanguage| listed(list, language);
        Self {
            between: of(&clauses.between),
            belonging: of(&clauses.belonging),
            following: of(&clauses.following),
            pronouns: of(&clauses.pronouns),
            subjects: of(&clauses.subjects),
            finished: of(&clauses.finished),
            endings: of(&clauses.endings),
            courtesies: of(&clauses.courtesies),
            there: of(&clauses.there),
            requests: of(&clauses.requests),
            declining: of(&clauses.declining),
            wanting_none: of(&clauses.wanting_none),
            letting: of(&clauses.letting),
            as_it_is: of(&clauses.as_it_is),
            lists: of(&clauses.lists),
            adds: of(&clauses.adds),
            places_on: of(&clauses.places_on),
            within: of(&clauses.within),
            adding: clauses
                .adding
                .get(language.primary())
                .map(String::as_str)
                .unwrap_or_default(),
            purposes: of(&clauses.purposes),
            pointing: of(&clauses.pointing),
            taking_back: of(&clauses.taking_back),
            in_room: clauses.in_room.get(language.primary()).map_or("{}", String::as_str),
        }
    }
}

/// Whether a clause tells something, rather than wants something.
pub(crate) fn is_told(clause: &str, language: &Language) -> bool {
    let words = Words::of(clause);
    // "Could we have the lamp on" wants something.
    let asked_for = words.begin_with_one_of(&cues().clauses.requests, language);
    !asked_for && words.begin_with_one_of(&cues().clauses.telling, language)
}

/// Whether somebody else's words are told.
pub(crate) fn is_quoted(text: &str, language: &Language) -> bool {
    let words = Words::of(text);
    let quoting = known(&cues().clauses.quoting, language).into_iter().flatten();
    // "The light on, I said!"
    let own = |cue: &String| {
        known(&cues().clauses.oneself, language)
            .is_some_and(|own| own.iter().any(|own| words.contain(&format!("{own} {cue}"))))
    };
    quoting.into_iter().any(|cue| words.contain(cue) && !own(cue))
}

/// Whether `text` says that something is in a place that nothing of `names` is called after.
pub(crate) fn is_elsewhere(text: &str, language: &Language, names: &[String]) -> bool {
    let words: Vec<String> = Words::of(text).iter().map(str::to_owned).collect();
    let clauses = &cues().clauses;
    let anywhere = |word: &String| known(&clauses.anywhere, language).is_some_and(|all| all.contains(word));
    let places = known(&clauses.inside, language)
        .into_iter()
        .flatten()
        .filter_map(|inside| {
            let inside: Vec<&str> = inside.split(' ').collect();
            let at = words
                .windows(inside.len())
                .position(|said| said.iter().eq(inside.iter()))?;
            words.get(at + inside.len())
        });
    let is_known = |word: &&String| anywhere(word) || names.iter().any(|name| Words::of(name).contain(word));
    places.filter(|word| !is_known(word)).count() > 0
}
