//! How many tokens a text takes, about. No tokenizer: models differ, and a budget needs no more than a safe guess.

/// Characters of a token in alphabetic scripts. English has 4 to 4.5, German and French about 3.5 with today's
/// vocabularies; the smallest is the safe one.
const CHARS: usize = 3;

/// An upper guess: letters of alphabets by threes, everything else (Chinese, emoji, digits) one by one.
pub(crate) fn tokens(text: &str) -> usize {
    let (mut letters, mut others) = (0_usize, 0);
    for c in text.chars() {
        match c {
            ' ' => {}
            c if c.is_alphabetic() && (c as u32) < 0x0590 => letters += 1,
            _ => others += 1,
        }
    }
    letters.div_ceil(CHARS) + others
}

/// The beginning of `text` that fits into `budget` tokens, cut at a word.
pub(crate) fn cut(text: &str, budget: usize) -> &str {
    if tokens(text) <= budget {
        return text;
    }
    let mut end = 0;
    for (at, word) in text.split_word_bound() {
        if tokens(&text[..at + word]) > budget {
            break;
        }
        end = at + word;
    }
    text[..end].trim_end()
}

trait Bounds {
    /// Start and length of each word with the space after it.
    fn split_word_bound(&self) -> impl Iterator<Item = (usize, usize)>;
}

impl Bounds for str {
    fn split_word_bound(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut at = 0;
        self.split_inclusive(char::is_whitespace).map(move |word| {
            let start = at;
            at += word.len();
            (start, word.len())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_on_the_safe_side() {
        // Counts of the Qwen2.5 tokenizer.
        for (text, real) in [
            ("What is the capital of Peru?", 7),
            ("Donaudampfschifffahrtsgesellschaft", 11),
            ("你好，今天天气怎么样？", 7),
            ("{\"name\": \"HassTurnOn\"}", 8),
        ] {
            assert!((real..real * 3).contains(&tokens(text)), "{text}: {}", tokens(text));
        }
        assert_eq!(tokens(""), 0);
    }

    #[test]
    fn cut_at_a_word() {
        assert_eq!(cut("one two three", 100), "one two three");
        assert_eq!(cut("one two three", 2), "one two");
        assert_eq!(cut("incomprehensibilities", 2), "");
    }
}
