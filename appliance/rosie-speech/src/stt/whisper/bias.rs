//! The initial prompt: names of the house that are likely to be said, so that they are spelled as the house does.

use super::ffi::{Context, Token};

/// Tokens of the prompt; each costs time in every turn.
const MOST_TOKENS: usize = 32;

/// A prompt as whisper takes it, and as words to recognise an echo by.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Bias {
    pub tokens: Vec<Token>,
    words: Vec<String>,
}

impl Bias {
    /// As many of `names`, from the first, as fit.
    pub fn new(names: &[String], context: &Context) -> Self {
        let mut bias = Self::default();
        for name in names {
            // Names come from the house's configuration: a control character or a novel in them is cut, not obeyed.
            let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            let name = name.trim();
            if name.is_empty() {
                continue;
            }
            let joint = if bias.tokens.is_empty() { " " } else { ", " };
            let tokens = context.tokenize(&format!("{joint}{name}"));
            if bias.tokens.len() + tokens.len() + 1 > MOST_TOKENS {
                break;
            }
            bias.tokens.extend(tokens);
            bias.words.extend(words(name));
        }
        if !bias.tokens.is_empty() {
            bias.tokens.extend(context.tokenize("."));
        }
        bias
    }

    /// Whether `text` may be the prompt given back: three or more of its words in a row, and nothing else.
    pub fn is_echo(&self, text: &str) -> bool {
        let said = words(text);
        said.len() >= 3 && self.words.windows(said.len()).any(|part| part == said)
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_run_of_the_prompt_is_an_echo() {
        let bias = Bias {
            tokens: vec![1],
            words: words("Kitchen, Living room, Office, Bedroom"),
        };
        assert!(bias.is_echo("Kitchen, living room."));
        assert!(bias.is_echo("room, office, bedroom"));
        assert!(!bias.is_echo("Living room."));
        assert!(!bias.is_echo("Turn on the kitchen living room office"));
        assert!(!Bias::default().is_echo(""));
    }
}
