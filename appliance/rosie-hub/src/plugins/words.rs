//! What a plugin's texts are cut to before anybody hears or reads them.

use rmcp::model::{CallToolResult, ContentBlock};

/// Most that is read aloud, in characters.
pub(super) const SPOKEN: usize = 600;
/// Most that a model is given to read.
pub(super) const READ: usize = 4000;

/// One line without control characters, of at most so many characters; a longer one ends with its last whole sentence
/// or word.
pub(super) fn line(text: &str, most: usize) -> String {
    let mut out = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if out.len() > most * 4 {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    let Some((end, _)) = out.char_indices().nth(most) else {
        return out;
    };
    let cut = &out[..end];
    let sentence = cut.rfind(['.', '!', '?']).map(|at| at + 1).filter(|at| *at > end / 2);
    let whole = sentence.or_else(|| cut.rfind(' ')).unwrap_or(end);
    cut[..whole].trim_end().to_owned()
}

/// The texts of a result, one after the other; pictures and sounds are nothing to say.
pub(super) fn texts(result: &CallToolResult) -> String {
    let mut all = String::new();
    for block in &result.content {
        if let ContentBlock::Text(text) = block {
            all.push_str(&text.text);
            all.push('\n');
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_end_with_a_sentence() {
        assert_eq!(line("  a\n\tb\u{7}c  ", 10), "a b c");
        assert_eq!(line("One two three. Four five six.", 20), "One two three.");
        assert_eq!(line("abcdefghij", 4), "abcd");
        assert_eq!(line("äöü äöü äöü", 8), "äöü äöü");
        assert!(line(&"x".repeat(1_000_000), 600).chars().count() <= 600);
    }
}
