//! What stands around a wish and makes another of it: a condition, a time, an exception; a sign or a comparison before a number.

use super::clause::Search;

/// What leaves something out.
const EXCEPT: &str = "except excluding besides unless außer ausser ausgenommen excepto salvo sauf excepté";
/// What puts off, or makes depend.
const WHEN: &str = "after before until till once when whenever while nach bevor vor bis sobald wenn falls während después antes hasta \
                    cuando mientras après avant jusqu'à jusqu quand dès pendant";
/// Words before a number that make another of it.
const MEASURED: &str =
    "minus below under above over between by least most unter über zwischen um menos bajo sobre entre moins sous";
impl Search<'_> {
    /// What follows the words before `end` bounds them: a condition or a time right after them, an exception after a comma too.
    pub(super) fn is_bounded(&self, end: usize) -> bool {
        let words = &self.clauses.words;
        let (Some(last), Some(next)) = (words.get(end.wrapping_sub(1)), words.get(end)) else {
            return false;
        };
        let parted = self
            .text
            .get(last.end..next.start)
            .is_some_and(|gap| gap.contains([',', ';', '.']));
        let follows = |list: &str| {
            let bare = self.slice(end, end + 1).unwrap_or_default().to_lowercase();
            list.split_whitespace().any(|word| word == bare)
        };
        follows(EXCEPT) || (!parted && follows(WHEN))
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
