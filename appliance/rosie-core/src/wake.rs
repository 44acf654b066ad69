//! The wake word in what the recogniser wrote: it is no part of what was asked.

/// So many words of somebody's talk before the wake word may have got into the recording, its own first ones with them.
const BEFORE: usize = 6;

/// `text` after the wake word that began it, however the recogniser wrote it ("Hey, Rosy."); all of `text` where it is not there.
pub fn after_wake_word<'a>(text: &'a str, phrase: &str) -> &'a str {
    let phrase: Vec<String> = phrase.split_whitespace().map(plain).collect();
    let Some((name, greeting)) = phrase.split_last() else {
        return text;
    };
    let mut rest = text;
    let mut before = "";
    for _ in 0..=BEFORE {
        let start = rest.trim_start();
        let end = start.find(char::is_whitespace).unwrap_or(start.len());
        let (word, after) = start.split_at(end);
        if sounds_like(&plain(word), name) && begins_here(before, greeting) {
            return after.trim_start_matches(|c: char| !c.is_alphanumeric());
        }
        (before, rest) = (word, after);
    }
    text
}

/// Whether a name after the word `before` is called, and not spoken of: "Hey Rosie", and not "the rosy lamp".
fn begins_here(before: &str, greeting: &[String]) -> bool {
    let (last, word) = (before.chars().last(), plain(before));
    let greets = greeting
        .iter()
        .any(|one| word.len() <= 4 && word.chars().next() == one.chars().next());
    last.is_none_or(|c| !c.is_alphanumeric()) || greets
}

fn plain(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The same first letter, and two letters of five that differ: "Rosy", "Rossi", "Rosé".
fn sounds_like(word: &str, name: &str) -> bool {
    let same_start = word.chars().next().is_some() && word.chars().next() == name.chars().next();
    same_start && distance(word, name) * 5 <= name.chars().count() * 2
}

/// Letters to change, leave out or put in.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, one) in a.chars().enumerate() {
        let mut before = i;
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let change = before + usize::from(one != *other);
            before = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(before + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wake_word_is_no_part_of_what_was_asked() {
        for (text, asked) in [
            ("Hey Rosie, what time is it?", "what time is it?"),
            ("Hey, Rosy. What time is it?", "What time is it?"),
            ("hey rossi turn on the lamp", "turn on the lamp"),
            ("Rosie.", ""),
            ("Hey Rosé!", ""),
            ("and so it went on. Hey Rosie, stop.", "stop."),
            // The recogniser heard none.
            ("What time is it?", "What time is it?"),
            (
                "Turn on the rosy lamp in the living room",
                "Turn on the rosy lamp in the living room",
            ),
            (
                "one two three four five six Rosie stop",
                "one two three four five six Rosie stop",
            ),
            ("", ""),
        ] {
            assert_eq!(after_wake_word(text, "Hey Rosie"), asked, "{text}");
        }
        assert_eq!(after_wake_word("Hey Rosie, stop", ""), "Hey Rosie, stop");
    }
}
