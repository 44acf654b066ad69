//! What tells a story or a reason from a command.

use super::{lexicon::Lexicon, phrase::Phrase, tag::Tag, words::Word};

impl Lexicon {
    /// How many words begin a reason here ("because", "I have").
    pub fn reason(&self, said: &[Word]) -> usize {
        let here = |phrase: &&Vec<String>| {
            phrase.len() <= said.len() && phrase.iter().zip(said).all(|(word, said)| *word == said.plain)
        };
        self.reasons.iter().filter(here).map(Vec::len).max().unwrap_or(0)
    }

    /// How many words here make a sentence no command ("as soon as").
    pub fn refusal(&self, said: &[Word]) -> usize {
        let refusals = self.at(said).filter(|phrase| phrase.tag == Tag::Refuse);
        refusals.map(Phrase::length).max().unwrap_or(0)
    }

    /// Whether a verb orders: "turn", and not "turning", "ausmachen", "apagar".
    pub fn orders(&self, verb: &Word) -> bool {
        let others: &[&str] = match self.language.primary() {
            "en" => &["ing", "ed"],
            "de" => &["en", "st"],
            "es" => &["ar", "er", "ir", "ando", "iendo"],
            "fr" => &["er", "ir", "dre", "ant"],
            _ => &[],
        };
        !others.iter().any(|ending| verb.plain.ends_with(ending))
    }
}
