//! Takes out of a stream what a model writes to itself between `<think>` and `</think>`.

/// Marks as models write them.
const OPENING: [&str; 3] = ["<think>", "<thinking>", "<|begin_of_thought|>"];
const CLOSING: [&str; 3] = ["</think>", "</thinking>", "<|end_of_thought|>"];

/// Keeps a mark that comes in pieces together. Feed every piece through it, then ask for the rest.
#[derive(Debug, Default)]
pub(crate) struct ReasoningFilter {
    held: String,
    thinking: bool,
}

impl ReasoningFilter {
    /// What of `piece`, and of what was held back, is for people.
    pub(crate) fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let mut said = String::new();
        loop {
            let marks: &[&str] = if self.thinking { &CLOSING } else { &OPENING };
            let found = marks
                .iter()
                .filter_map(|mark| self.held.find(mark).map(|at| (at, mark.len())))
                .min();
            match found {
                Some((at, length)) => {
                    if !self.thinking {
                        said.push_str(&self.held[..at]);
                    }
                    self.held.drain(..at + length);
                    self.thinking = !self.thinking;
                }
                None => {
                    let keep = beginning_of_mark(&self.held, marks);
                    let rest: String = self.held.drain(..self.held.len() - keep).collect();
                    if !self.thinking {
                        said.push_str(&rest);
                    }
                    return said;
                }
            }
        }
    }

    /// The answer is over: what looked like the beginning of a mark was none.
    pub(crate) fn finish(&mut self) -> String {
        let rest = std::mem::take(&mut self.held);
        if self.thinking { String::new() } else { rest }
    }
}

/// How many bytes at the end of `text` may be the beginning of a mark.
fn beginning_of_mark(text: &str, marks: &[&str]) -> usize {
    let possible = |mark: &&str| (1..mark.len()).rev().find(|&n| text.ends_with(&mark[..n]));
    marks.iter().filter_map(possible).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filtered(pieces: &[&str]) -> String {
        let mut filter = ReasoningFilter::default();
        let mut said: String = pieces.iter().map(|piece| filter.push(piece)).collect();
        said.push_str(&filter.finish());
        said
    }

    #[test]
    fn thoughts_are_left_out_however_they_are_cut() {
        assert_eq!(filtered(&["<think>hm</think>Yes."]), "Yes.");
        assert_eq!(filtered(&["Well <th", "ink>h", "m</thi", "nk> yes"]), "Well  yes");
        assert_eq!(filtered(&["<think>never ends"]), "");
        assert_eq!(filtered(&["2 < 3 and <b"]), "2 < 3 and <b");
        assert_eq!(filtered(&["<thinking>a</thinking>b<think>c</think>d"]), "bd");
    }

    proptest! {
        #[test]
        fn the_cuts_do_not_matter(text in "(a|<|<think>|</think>|é| ){0,20}", cut in 0usize..100) {
            let whole = filtered(&[&text]);
            let at = text.char_indices().map(|(i, _)| i).nth(cut).unwrap_or(text.len());
            prop_assert_eq!(filtered(&[&text[..at], &text[at..]]), whole.clone());
            let letters: Vec<String> = text.chars().map(String::from).collect();
            let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
            prop_assert_eq!(filtered(&letters), whole);
        }
    }
}
