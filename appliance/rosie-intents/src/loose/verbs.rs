//! The verbs among the words of commands: what begins a command, what is misheard for a verb, and what is written onto one.

use super::{
    lexicon::Lexicon,
    phrase::Phrase,
    sound,
    tag::{Act, Tag},
    words::Word,
};

/// What Spanish writes onto its verbs: to whom, and what.
const CLITICS: [&str; 14] = [
    "lo", "la", "los", "las", "me", "nos", "melo", "mela", "melos", "melas", "noslo", "nosla", "noslos", "noslas",
];

impl Lexicon {
    /// "Apágamela", "cerrarlas": Spanish verbs with what they are done to written onto them.
    pub(super) fn add_clitics(&mut self) {
        let is_verb = |phrase: &&Phrase| {
            let word = phrase.first().unwrap_or_default();
            let verb =
                matches!(phrase.tag, Tag::Act(_) | Tag::Do) && phrase.is_single() && !phrase.last && !phrase.wished;
            verb && word.len() > 3
                && (word.ends_with(['a', 'e', 'r']) || word.ends_with("ndo"))
                && !self.particles.contains(word)
        };
        let verbs: Vec<(String, Tag)> = self
            .phrases
            .values()
            .flatten()
            .filter(is_verb)
            .filter_map(|phrase| Some((phrase.first()?.to_owned(), phrase.tag.clone())))
            .collect();
        for (verb, tag) in verbs {
            for clitic in CLITICS {
                let word = format!("{verb}{clitic}");
                self.add(&word, tag.clone());
                if clitic.contains('l') {
                    self.it.insert(word);
                }
            }
        }
    }

    /// "Too bright", "it's too cold": how it is, though it may stand for what is to be done.
    pub fn is_complaint(&self, said: &[Word]) -> bool {
        let first = self.at(said).next();
        first.is_some_and(|phrase| matches!(&phrase.tag, Tag::Act(act) if act.is_of_state()))
    }

    /// "The *one* in the attic", "*den* auf dem Dachboden", "*el* del ático": it stands for what was named before.
    pub fn is_one(&self, said: &[Word]) -> bool {
        let Some(word) = said.first().map(|word| word.exact.as_str()) else {
            return false;
        };
        let leads = |next: &Word| self.links.contains(&next.plain) && !self.articles.contains(&next.plain);
        match self.language.primary() {
            "en" => matches!(word, "one" | "ones"),
            "fr" => matches!(word, "celui" | "celle" | "ceux" | "celles"),
            "de" => matches!(word, "der" | "die" | "das" | "den" | "dem") && said.get(1).is_some_and(leads),
            "es" => matches!(word, "el" | "la" | "los" | "las") && said.get(1).is_some_and(leads),
            _ => false,
        }
    }

    /// Whether a word for doing something is among them.
    pub fn has_act(&self, said: &[Word]) -> bool {
        (0..said.len()).any(|at| self.at(&said[at..]).any(|phrase| matches!(phrase.tag, Tag::Act(_))))
    }

    /// Whether words begin as commands do.
    pub fn begins_a_command(&self, said: &[Word]) -> bool {
        let mut at = 0;
        while at < said.len() {
            match self.at(&said[at..]).next() {
                Some(phrase) if matches!(phrase.tag, Tag::Do | Tag::Act(_)) => {
                    let particle = phrase.is_single() && self.particles.contains(&said[at].plain);
                    return !phrase.wished && !particle;
                }
                Some(phrase) if matches!(phrase.tag, Tag::Filler | Tag::Polite) => at += phrase.length(),
                _ => return false,
            }
        }
        false
    }

    /// What a verb that sounds like this one does, where only one can be meant.
    pub fn verb_like(&self, word: &str) -> Option<Tag> {
        let is_verb = |phrase: &&Phrase| {
            let plain = phrase.is_single() && !phrase.last && !phrase.wished;
            plain
                && matches!(phrase.tag, Tag::Act(_))
                && phrase.first().is_some_and(|verb| !self.particles.contains(verb))
        };
        let alike = |phrase: &Phrase| {
            let verb = phrase.first().unwrap_or_default();
            verb.len() >= 4 && sound::alike(word, verb, self.language.primary()) >= sound::SURE
        };
        let mut found: Vec<&Tag> = Vec::new();
        for phrase in self
            .phrases
            .values()
            .flatten()
            .filter(is_verb)
            .filter(|phrase| alike(phrase))
        {
            if !found.contains(&&phrase.tag) {
                found.push(&phrase.tag);
            }
        }
        match found[..] {
            [tag] => Some(tag.clone()),
            _ => None,
        }
    }

    /// The longest phrase that begins here, and both halves of which are there.
    pub fn whole_at(&self, said: &[Word]) -> Option<&Phrase> {
        self.at(said)
            .find(|phrase| phrase.second(said, |at| at >= phrase.length()).is_some())
    }

    /// Whether the first word is a verb of commands.
    pub fn begins_with_a_verb(&self, said: &[Word]) -> bool {
        let phrase = self.whole_at(said);
        let verb = phrase.is_some_and(|phrase| matches!(phrase.tag, Tag::Do | Tag::Act(_)));
        verb && self.begins_a_command(said)
    }

    /// "Sur pause", "en sourdine": what plays is to be heard no more, and nothing else is to be played.
    pub fn pauses(&self, said: &[Word]) -> bool {
        let pauses = |phrase: &Phrase| {
            let still = matches!(phrase.tag, Tag::Act(Act::Pause | Act::Mute));
            still && phrase.length() > 1 && phrase.second_length() == 0
        };
        let begun = said.first().is_some_and(|verb| self.placing.contains(&verb.plain));
        begun && (1..said.len()).any(|at| self.at(&said[at..]).any(pauses))
    }

    /// Whether something is put somewhere rather than played: "pon sal en la cocina", "passe à table". A word for music, or a
    /// name as it is written, says that it is played.
    pub fn puts(&self, said: &[Word], text: &str) -> bool {
        let verb = said.iter().position(|word| self.placing.contains(&word.plain));
        let Some(verb) = verb else { return false };
        let named = |word: &Word| {
            let written = text.get(word.from..word.to).unwrap_or_default();
            written.chars().next().is_some_and(char::is_uppercase)
        };
        let rest = &said[verb + 1..];
        let first = rest.iter().find(|word| !self.knows(word));
        !(first.is_some_and(named) || rest.iter().any(|word| self.media.contains(&word.plain)))
    }
}
