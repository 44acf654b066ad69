//! Where a clause begins that no mark and no "and" stands before: "I can hardly read this turn on the lamp". People type so,
//! and a recogniser writes so what is said in one breath.

use crate::routing::UnmarkedCues;

/// Words that a clause has at least before another can begin without a mark.
const SHORTEST: usize = 3;
/// So near before it a word that tells of somebody else's doing makes a command none ("I saw the neighbours turn on …").
const NEAR: usize = 5;
/// After so many words at the most a question has its verb ("what time is it").
const QUESTION: usize = 3;

/// Whether a clause begins at `words[at]`, where the one before it began at `words[from]`. All lower case.
pub(super) fn begins(words: &[String], from: usize, at: usize, cues: &UnmarkedCues) -> bool {
    let (before, ahead) = (&words[from..at], &words[at..]);
    let polite = is_request(ahead, cues);
    before.len() >= SHORTEST
        && (polite || is_command(ahead, cues) || is_question(ahead, cues))
        && before.last().is_some_and(|last| !is_bound(last, cues))
        && !before[before.len().saturating_sub(NEAR)..]
            .iter()
            .any(|word| cues.reporting.contains(word))
        // "Does the cat open the door".
        && !cues.opening.contains(&before[0])
        && (polite || is_finite(before, cues))
}

/// A verb, and something that it is done to.
fn is_command(ahead: &[String], cues: &UnmarkedCues) -> bool {
    match ahead {
        [verb, next, ..] => {
            cues.commands.contains(verb)
                && (cues.objects.contains(next) || next.starts_with(|c: char| c.is_ascii_digit()))
        }
        _ => false,
    }
}

fn is_request(ahead: &[String], cues: &UnmarkedCues) -> bool {
    let says = |request: &String| {
        let words = request.split(' ');
        let count = words.clone().count();
        words.eq(ahead.iter().take(count).map(String::as_str))
    };
    cues.requests.iter().any(says)
}

/// In the order of a question, not of what is told: "what time is it", not "what time it is".
fn is_question(ahead: &[String], cues: &UnmarkedCues) -> bool {
    let asks = ahead.first().is_some_and(|word| cues.asking.contains(word));
    let verb = |pair: &[String]| cues.verbs.contains(&pair[0]) && cues.subjects.contains(&pair[1]);
    asks && ahead[1..].windows(2).take(QUESTION).any(verb)
}

/// Something has to come after it, or it says that what comes is not commanded.
fn is_bound(last: &str, cues: &UnmarkedCues) -> bool {
    last.ends_with("ly") || is_contracted(last) || cues.bound.iter().any(|word| word == last)
}

/// It has its verb already.
fn is_finite(before: &[String], cues: &UnmarkedCues) -> bool {
    let with_verb = |word: &String| cues.verbs.contains(word) || is_contracted(word) || is_past(word);
    // What comes after who does it is what they do.
    let does = |word: &String| cues.doers.contains(word);
    let done_to = |pair: &[String]| is_third_person(&pair[0]) && cues.affected.contains(&pair[1]);
    before.iter().any(with_verb) || before[..before.len() - 1].iter().any(does) || before.windows(2).any(done_to)
}

fn is_third_person(word: &str) -> bool {
    word.len() > 3 && word.ends_with('s') && !word.ends_with("ss")
}

fn is_past(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed")
}

fn is_contracted(word: &str) -> bool {
    ["'m", "'re", "'ve", "'ll", "'d", "'s", "n't"]
        .iter()
        .any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use crate::clauses::clauses;
    use rosie_core::Language;

    fn parts(text: &str) -> Vec<&str> {
        clauses(text, &Language::new("en")).parts(text)
    }

    #[test]
    fn a_command_begins_after_a_clause_that_has_its_verb() {
        let told = "the air is thick enough to slice over this fondue";
        assert_eq!(parts(&format!("{told} start the fan")), [told, "start the fan"]);
        let told = "I can hardly read this recipe";
        assert_eq!(parts(&format!("{told} turn on the lamp")), [told, "turn on the lamp"]);
        let told = "the glare drives me round the bend";
        assert_eq!(
            parts(&format!("{told} switch off the lamp")),
            [told, "switch off the lamp"]
        );
        let told = "they promised to be home by eleven those two";
        assert_eq!(
            parts(&format!("{told} what time is it now")),
            [told, "what time is it now"]
        );
    }

    #[test]
    fn a_request_begins_wherever_it_stands() {
        let told = "the orchid needs the morning sun";
        let asked = "could you raise the blind";
        assert_eq!(parts(&format!("{told} {asked}")), [told, asked]);
        let told = "we heard that the party starts in a minute";
        assert_eq!(
            parts(&format!("{told} would you dim the lights")),
            [told, "would you dim the lights"]
        );
        assert_eq!(parts("how on earth could you sleep"), ["how on earth could you sleep"]);
        let told = "that's the tent dried at last";
        let kept = "remember it's in the cellar";
        assert_eq!(parts(&format!("{told} {kept}")), [told, kept]);
        let kept = "remember that the password is rhubarb";
        assert_eq!(
            parts(&format!("I won't ring him every time {kept}")),
            ["I won't ring him every time", kept]
        );
        assert_eq!(
            parts("I can never remember that the gate sticks"),
            ["I can never remember that the gate sticks"]
        );
        let told = "I've shut myself out again";
        let asked = "where did we hide the other key";
        assert_eq!(parts(&format!("{told} {asked}")), [told, asked]);
    }

    #[test]
    fn what_others_do_is_no_command() {
        for told in [
            "i never turn on the fan",
            "my neighbours turn on the radio every night",
            "i hate it when the neighbours turn on the radio",
            "i saw my brother open the garage door",
            "we usually turn off the lights at ten",
            "does the cat open the door by itself",
            "he wants me to turn on the lamp",
            "in the film somebody yells turn off the lights",
            "i left the window open in the kitchen",
            "she can hardly turn on the lamp",
            "i do not know what time it is",
            "i wonder what time is it over there",
            "let the children turn on the lamp",
            "people who can not sleep turn on the radio",
        ] {
            assert_eq!(parts(told), [told]);
        }
    }
}
