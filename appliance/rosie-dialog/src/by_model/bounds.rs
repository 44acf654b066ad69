//! What stands around a wish and makes another of it: a condition, a time, an exception; a sign or a comparison before a number.

use super::clause::Search;
use crate::routing::is_quoted;
use rosie_intents::plain_words;
use std::ops::Range;

/// What leaves something out.
const EXCEPT: &str = "except excluding besides unless außer ausser ausgenommen excepto salvo sauf excepté";
/// What puts off, or makes depend.
const WHEN: &str = "after|before|until|till|once|when|whenever|while|if|should it|in case|as long as|as soon as|the moment|nach|\
                    bevor|vor|bis|sobald|wenn|falls|während|es sei denn|solange|después|antes|hasta|cuando|mientras|siempre que|\
                    en cuanto|en caso|si|après|avant|jusqu'à|jusqu|quand|dès|pendant|s'il|au cas où|à moins";
/// The same that only asks kindly: "if you could", "when you get a moment".
const KINDLY: &str = "if you|if i could|if i may|if we could|if we can|if possible|if it's|when you|once you|while you|wenn du|wenn es|wenn möglich|si puedes|si es|\
                      cuando puedas|si tu|si vous|si possible|quand tu|quand vous|before i forget|while i";
const PARTICLES: [&str; 8] = ["on", "off", "up", "down", "an", "aus", "zu", "auf"];
/// What is left out, or another command.
const BUT: &str = "but aber pero mais";
/// Words before a number that make another of it.
const MEASURED: &str =
    "minus below under above over between by least most unter über zwischen um menos bajo sobre entre moins sous";
impl Search<'_> {
    /// What is said around the words `run` bounds them: a condition or a time without a mark between, an exception after one, too.
    pub(super) fn is_bounded(&self, run: Range<usize>) -> bool {
        let (Some(first), Some(last)) = (self.clauses.words.get(run.start), run.end.checked_sub(1)) else {
            return false;
        };
        let (Some(last), text) = (self.clauses.words.get(last), self.text) else {
            return false;
        };
        let marks = [',', ';', '.', '!', '?', ':'];
        let from = text[..first.start].rfind(marks).map_or(0, |at| at + 1);
        let to = text[last.end..].find(marks).map_or(text.len(), |at| last.end + at);
        // "Turn the lights off when I'm gone": what is left of the command itself may stand between.
        let depends = [&text[from..first.start], &text[last.end..to]].iter().any(|part| {
            let words = plain_words(part);
            let part = PARTICLES
                .iter()
                .find_map(|one| words.strip_prefix(&format!("{one} ")))
                .unwrap_or(&words);
            begins(part, WHEN) && !begins(part, KINDLY)
        });
        // "By seven have all the lights off".
        let before = plain_words(&text[from..first.start]);
        let depends = depends || (begins(&before, "by") && !before.starts_with("by the way"));
        let next = self.slice(run.end, run.end + 1).unwrap_or_default().to_lowercase();
        let follows = |list: &str| list.split_whitespace().any(|word| word == next);
        // "All the lights but two".
        let rest = self.slice(run.end + 1, self.clauses.words.len()).unwrap_or_default();
        depends || follows(EXCEPT) || (follows(BUT) && !self.matcher.has_command(rest))
    }

    /// Whether a condition or an exception follows after the word `from`, before the next mark.
    pub(super) fn depends_after(&self, from: usize) -> bool {
        let start = self.clauses.words.get(from).map_or(0, |word| word.start);
        let rest = self.text.get(start..).unwrap_or_default();
        let said = plain_words(rest.split([',', ';', '.', '!', '?', ':']).next().unwrap_or_default());
        let mut starts = said.match_indices(' ').map(|(at, _)| &said[at + 1..]);
        let excepts = |rest: &str| EXCEPT.split_whitespace().any(|word| begins(rest, word));
        starts.any(|rest| (begins(rest, WHEN) && !begins(rest, KINDLY)) || excepts(rest))
    }

    /// Somebody's words are told before it: "the recipe says turn on the oven and open the window".
    pub(super) fn is_told_of(&self, from: usize) -> bool {
        let start = self.clauses.words.get(from).map_or(0, |word| word.start);
        let before = self.text.get(..start).unwrap_or_default();
        let since = before.rfind([',', '.', ';', '!', '?', ':']).map_or(0, |at| at + 1);
        is_quoted(before.get(since..).unwrap_or_default(), self.language)
    }

    /// A number that is said of another: "minus five", "between 19 and 21".
    pub(super) fn is_measured(&self, from: usize) -> bool {
        let before = self
            .slice(from.wrapping_sub(1), from)
            .unwrap_or_default()
            .to_lowercase();
        MEASURED.split_whitespace().any(|word| word == before)
    }
}

fn begins(text: &str, phrases: &str) -> bool {
    let mut phrases = phrases.split('|').map(str::trim);
    phrases.any(|phrase| {
        text.strip_prefix(phrase)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\'']))
    })
}
