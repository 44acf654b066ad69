//! What tells a story or a reason from a command.

use super::{
    lexicon::Lexicon,
    phrase::{Phrase, expanded},
    tag::Tag,
    words::{Word, words},
};
use rosie_core::Language;
use serde::Deserialize;
use std::collections::HashSet;

/// Words before what is told.
const MOST_SIGHS: usize = 2;

/// Words of what is told around a command, as the file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryFile {
    opens: String,
    verbs: String,
    so: String,
    hangs: String,
    leads: String,
    asks: String,
    rests: String,
    tails: String,
    sake: String,
    there: String,
    ends: String,
    roles: String,
    others: String,
}

/// Words of what is told around a command.
#[derive(Debug, Clone)]
pub struct Stories {
    /// What a clause opens with: "I", "there's".
    opens: Vec<Vec<String>>,
    /// What is said of somebody: "is", "have".
    verbs: HashSet<String>,
    /// What a command is concluded by: "so".
    so: Vec<Vec<String>>,
    /// A condition, a time, somebody's speech: what comes of it is no command.
    hangs: Vec<Vec<String>>,
    /// What a verb hangs on that comes next: "to", "not".
    leads: HashSet<String>,
    /// What a question begins with.
    asks: Vec<Vec<String>>,
    /// Verbs after which nothing need follow: "is", "sleeps".
    rests: HashSet<String>,
    /// What is said behind a command and changes nothing of it: "before we melt", "just for fun".
    tails: Vec<Vec<String>>,
    /// What leads to whom or what something is done for: "for".
    sake: HashSet<String>,
    /// What stands for a place that was named: "there".
    there: Vec<Vec<String>>,
    /// States that something is brought into; what comes next is another command: "apagada".
    ends: HashSet<String>,
    /// What somebody begins with who plays somebody else.
    roles: Vec<Vec<String>>,
    /// "The others".
    others: Vec<Vec<String>>,
}

impl Stories {
    pub fn new(file: &StoryFile, language: &Language) -> Self {
        let of = |text: &str| -> Vec<Vec<String>> {
            let phrases = expanded(text);
            let exact = |phrase: &String| words(phrase, language).into_iter().map(|word| word.exact).collect();
            phrases.iter().map(exact).collect()
        };
        Self {
            opens: of(&file.opens),
            verbs: of(&file.verbs).into_iter().flatten().collect(),
            so: of(&file.so),
            hangs: of(&file.hangs),
            leads: of(&file.leads).into_iter().flatten().collect(),
            asks: of(&file.asks),
            rests: of(&file.rests).into_iter().flatten().collect(),
            tails: of(&file.tails),
            sake: of(&file.sake).into_iter().flatten().collect(),
            there: of(&file.there),
            roles: of(&file.roles),
            others: of(&file.others),
            ends: of(&file.ends).into_iter().flatten().collect(),
        }
    }
}

fn is_at(said: &[Word], all: &[Vec<String>]) -> bool {
    length_at(said, all) > 0
}

/// Words of the longest phrase that begins here.
fn length_at(said: &[Word], all: &[Vec<String>]) -> usize {
    let here = |phrase: &&Vec<String>| {
        phrase.len() <= said.len() && phrase.iter().zip(said).all(|(word, said)| *word == said.exact)
    };
    all.iter().filter(here).map(Vec::len).max().unwrap_or(0)
}

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

    pub fn opens_a_clause(&self, said: &[Word]) -> bool {
        is_at(said, &self.stories.opens)
    }

    /// "Phew, honestly, | it's".
    pub fn opens_a_clause_soon(&self, said: &[Word]) -> bool {
        (0..=MOST_SIGHS.min(said.len())).any(|at| self.opens_a_clause(&said[at..]))
    }

    /// Whether something is said of somebody or something: "I'm done", "the sun blinds me".
    pub fn is_clause(&self, said: &[Word]) -> bool {
        let shortened = |word: &str| {
            let ends = ["'s", "'m", "'re", "'ve", "'ll", "n't"];
            self.language.primary() == "en" && ends.iter().any(|end| word.ends_with(end))
        };
        said.iter()
            .any(|word| self.stories.verbs.contains(&word.exact) || shortened(&word.exact))
    }

    /// Whether a clause is told that needs nothing more: "the popcorn is ready". After "we had" the lamp that is on is what they
    /// had.
    pub fn rests(&self, said: &[Word]) -> bool {
        let shortened =
            |word: &str| self.language.primary() == "en" && ["'s", "'m", "'re"].iter().any(|end| word.ends_with(end));
        let rests = |word: &Word| self.stories.rests.contains(&word.exact) || shortened(&word.exact);
        let takes = |word: &Word| self.stories.verbs.contains(&word.exact) && !rests(word);
        let ended = said.last().is_some_and(|last| {
            let small = self.links.contains(&last.plain) && !self.stories.rests.contains(&last.exact);
            // "En laissant | la machine allumée".
            let gerunds: &[&str] = match self.language.primary() {
                "es" => &["ando", "iendo"],
                "fr" => &["ant"],
                _ => &[],
            };
            !small
                && !gerunds.iter().any(|ending| last.plain.ends_with(ending))
                && !self.leads(last)
                && !self.articles.contains(&last.plain)
                && !matches!(
                    last.exact.as_str(),
                    "is" | "are" | "ist" | "sind" | "es" | "est" | "son" | "sont"
                )
        });
        ended && said.iter().any(rests) && !said.iter().any(takes)
    }

    /// A verb after which nothing need follow: "is".
    pub fn is_rest(&self, word: &Word) -> bool {
        self.stories.rests.contains(&word.exact)
    }

    /// "I'm the wolf": what is said then is said by the wolf.
    pub fn plays_a_role(&self, said: &[Word]) -> bool {
        (0..said.len()).any(|at| is_at(&said[at..], &self.stories.roles))
    }

    /// Where something is said behind a command that changes nothing of it.
    pub fn tail(&self, said: &[Word]) -> Option<(usize, usize)> {
        (2..said.len()).find_map(|at| {
            let length = length_at(&said[at..], &self.stories.tails);
            (length > 0).then_some((at, at + length))
        })
    }

    /// Whether somebody begs here: "please".
    pub fn begs(&self, said: &[Word]) -> bool {
        self.at(said).next().is_some_and(|phrase| phrase.tag == Tag::Polite)
    }

    /// Whether what it is done for, or for whom, comes next.
    pub fn is_sake(&self, word: &Word) -> bool {
        self.stories.sake.contains(&word.exact)
    }

    /// Words of a "there" that stands here.
    pub fn there(&self, said: &[Word]) -> usize {
        length_at(said, &self.stories.there)
    }

    /// Words of "the others" that stand here.
    pub fn others(&self, said: &[Word]) -> usize {
        length_at(said, &self.stories.others)
    }

    /// "Apagada": a state that something is brought into.
    pub fn is_state(&self, word: &Word) -> bool {
        self.stories.ends.contains(&word.exact)
    }

    /// "Didn't even | close": the verb that comes next hangs on one of the last two words.
    pub fn leads_to_a_verb(&self, said: &[Word]) -> bool {
        let leads = |word: &Word| self.leads(word) && !word.is_mark();
        match said {
            // Spanish and French have nothing between the two.
            [.., _, last] if matches!(self.language.primary(), "es" | "fr") => leads(last),
            [.., before, last] => leads(last) || (leads(before) && !self.stories.verbs.contains(&last.exact)),
            _ => false,
        }
    }

    pub fn joins(&self, word: &Word) -> bool {
        self.at(std::slice::from_ref(word)).any(|phrase| phrase.tag == Tag::And)
    }

    /// Whether a verb that comes next hangs on a word.
    pub fn leads(&self, word: &Word) -> bool {
        self.stories.leads.contains(&word.exact) || word.exact.ends_with("n't")
    }

    /// "Pour allumer la lumière": what something is for.
    pub fn is_purpose(&self, said: &[Word]) -> bool {
        let first = said
            .first()
            .is_some_and(|word| self.leads(word) && !self.begins_with_a_verb(said));
        first && self.begins_with_a_verb(&said[1..])
    }

    /// "Que se apaguen las luces | me da miedo."
    pub fn is_a_subject(&self, said: &[Word]) -> bool {
        said.first()
            .is_some_and(|word| matches!(word.exact.as_str(), "que" | "qu" | "dass" | "that"))
    }

    /// "La luz | sube": a verb after its thing tells what it does, where orders and tellings sound the same.
    pub fn is_statement(&self, said: &[Word]) -> bool {
        if !matches!(self.language.primary(), "es" | "fr") {
            return false;
        }
        let tag = |at: usize| self.at(&said[at..]).next().map(|phrase| &phrase.tag);
        let wished = (0..said.len()).any(|at| matches!(tag(at), Some(Tag::Polite | Tag::Wish | Tag::Modal)));
        let verb = (0..said.len()).find(|at| {
            let acts = matches!(tag(*at), Some(Tag::Act(_) | Tag::Do));
            acts && !self.particles.contains(&said[*at].plain)
        });
        let after_something = |at: usize| said[..at].iter().any(|word| !word.is_mark() && !self.knows(word));
        !wished && verb.is_some_and(|at| after_something(at) && !self.it.contains(&said[at].plain))
    }

    /// Whether the last of these words is a "so".
    pub fn concludes(&self, said: &[Word]) -> bool {
        let last = |so: &Vec<String>| {
            let from = said.len().checked_sub(so.len());
            from.is_some_and(|from| is_at(&said[from..], std::slice::from_ref(so)))
        };
        self.stories.so.iter().any(last)
    }

    /// Whether there is a condition, a time or somebody's speech in it.
    pub fn hangs_on_something(&self, said: &[Word]) -> bool {
        let mut at = 0;
        while at < said.len() {
            // "How about", "wenn's geht" hang on nothing.
            let begged = self.whole_at(&said[at..]).filter(|phrase| {
                phrase.length() > 1 && matches!(phrase.tag, Tag::Polite | Tag::Wish | Tag::Also | Tag::Filler)
            });
            let known = begged.map_or(0, Phrase::length);
            let hangs = length_at(&said[at..], &self.stories.hangs);
            if hangs > known {
                return true;
            }
            at += known.max(1);
        }
        false
    }

    pub fn questions(&self, said: &[Word]) -> bool {
        is_at(said, &self.stories.asks)
    }

    /// Whether a verb of commands stands here where one may: one that means something by itself anywhere, "get" and the like
    /// only where a clause begins.
    pub fn orders_something(&self, said: &[Word], at: usize) -> bool {
        let first = self.whole_at(&said[at..]);
        // "Je suis rentré" is no "rentre".
        if said[at].exact != said[at].plain && first.is_some_and(|phrase| phrase.first_exact() != said[at].exact) {
            return false;
        }
        // "Je me lève", "me levanto".
        let of_oneself = at > 0 && matches!(said[at - 1].exact.as_str(), "me" | "m" | "se" | "s" | "te");
        if of_oneself && matches!(self.language.primary(), "es" | "fr") {
            return false;
        }
        if self.is_done_by_somebody(said, at) {
            return false;
        }
        let begun = at == 0 || said[at - 1].is_mark() || self.concludes(&said[..at]);
        match first.map(|phrase| &phrase.tag) {
            Some(Tag::Act(_)) => self.begins_a_command(&said[at..]) && !self.is_complaint(&said[at..]),
            Some(Tag::Do) => begun,
            _ => false,
        }
    }

    /// "On | sonne", "le téléphone | sonne", "la niña | baja": French and Spanish verbs tell as they order.
    fn is_done_by_somebody(&self, said: &[Word], at: usize) -> bool {
        const WHO: [&str; 8] = ["on", "il", "elle", "ils", "elles", "ça", "je", "qui"];
        let from = said[..at].iter().rposition(Word::is_mark).map_or(0, |mark| mark + 1);
        let subject = &said[from..at];
        let somebody = subject.len() == 2
            && self.articles.contains(&subject[0].plain)
            && !(self.knows(&subject[1]) || self.leads(&subject[1]));
        let who = subject.last().is_some_and(|word| WHO.contains(&word.exact.as_str()));
        match self.language.primary() {
            "fr" => who || somebody,
            "es" => somebody,
            _ => false,
        }
    }

    /// Whether anything in it is done or set.
    pub fn does_something(&self, said: &[Word]) -> bool {
        (0..said.len()).any(|at| {
            said[at].number().is_some()
                || self.at(&said[at..]).any(|phrase| {
                    matches!(
                        phrase.tag,
                        Tag::Act(_) | Tag::Do | Tag::Wish | Tag::Percent | Tag::Degrees | Tag::Level(_)
                    )
                })
        })
    }

    pub fn is_surplus(&self, said: &[Word]) -> bool {
        self.whole_at(said).is_some_and(|phrase| phrase.tag == Tag::Filler)
    }

    /// Whether a word is one of those between the words that mean something.
    pub fn is_small(&self, word: &Word) -> bool {
        self.links.contains(&word.plain) || word.plain.chars().count() < 3
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
        // "Bring" is no "-ing", and what is done orders nothing: "allumé", "ausgemacht".
        let has_stem = |ending: &&&str| {
            let stem = verb.plain.strip_suffix(**ending);
            stem.is_some_and(|stem| stem.contains(['a', 'e', 'i', 'o', 'u', 'y']))
        };
        let done = match self.language.primary() {
            "de" => verb.plain.ends_with('t') && verb.plain.contains("ge"),
            "fr" => ["é", "ée", "és", "ées"]
                .iter()
                .any(|ending| verb.exact.ends_with(ending)),
            "es" => ["ado", "ada", "ados", "adas"]
                .iter()
                .any(|ending| verb.exact.ends_with(ending)),
            _ => false,
        };
        !done && !others.iter().any(|ending| has_stem(&ending))
    }
}
