//! Patterns as the languages write them down, compiled once.
//!
//! A pattern matches a whole sentence. `{name}` stands for a name of up to five words, `{few}` for up to eight words,
//! `{rest}` for anything, `{rel}` for a relation ("older daughter"). Groups: `o` is the object, others may be named in
//! subject, predicate and sentence as `$x`.

use super::{Candidate, Scope};
use regex::{Captures, Regex, RegexBuilder};

const NAME: &str = r"[\p{L}\d][\p{L}\d'.-]*(?: [\p{L}\d][\p{L}\d'.-]*){0,4}";
const FEW: &str = r"[^\s,;:]+(?: [^\s;:]+){0,7}";
const REL: &str = r"[\p{L}-]+(?: [\p{L}-]+){0,2}";
/// In place of `\p{L}`, whose hundreds of ranges, repeated and taken for all four languages, made these patterns take 20 MB:
/// what is neither a sign of ASCII or Latin-1 nor punctuation of any script's.
const LETTER: &str =
    r"[^\x00-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u{d7}\u{f7}\u{2000}-\u{206f}\u{3000}-\u{303f}]";
/// Longest object, in characters.
const MAX_OBJECT: usize = 160;
/// Objects that only point somewhere, and so say nothing later.
const POINTERS: &[&str] = &[
    "it", "that", "this", "you", "them", "him", "her", "these", "those", "there", "here", "what", "how", "when", "es",
    "das", "dich", "ihn", "sie", "dies", "so", "hier", "dort", "eso", "esto", "te", "lo", "la", "así", "aquí", "ça",
    "cela", "toi", "ici", "là",
];
/// First words that turn a statement round.
const NEGATIONS: &[&str] = &[
    "not", "no", "never", "nicht", "kein", "keine", "nie", "nunca", "ne", "pas", "jamais",
];

/// One line of a language's table.
pub(super) struct Line {
    pub regex: &'static str,
    pub subject: &'static str,
    pub predicate: &'static str,
    pub sentence: &'static str,
    pub kind: Kind,
}

pub(super) fn line(
    kind: Kind,
    regex: &'static str,
    subject: &'static str,
    predicate: &'static str,
    sentence: &'static str,
) -> Line {
    Line {
        regex,
        subject,
        predicate,
        sentence,
        kind,
    }
}

/// How facts of a line live together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of the person's.
    One,
    /// Any number of the person's.
    Many,
    /// Any number; the predicate is `likes` or `dislikes`, which exclude each other.
    Taste,
    /// One of the house's, secret: shown to who said it.
    Secret,
    /// One of the house's.
    House,
    /// One of the person's, believed only when asked to be remembered.
    Asked,
}

pub(super) struct Patterns {
    pub language: &'static str,
    keep: Regex,
    first_person: Regex,
    lines: Vec<(Regex, Line)>,
    /// Makes a note's words a sentence to the person.
    note: fn(&str) -> String,
}

impl Patterns {
    /// `keep` matches what comes before the thing to be kept; `first_person` tells words about oneself.
    pub(super) fn new(
        language: &'static str,
        keep: &str,
        first_person: &str,
        lines: Vec<Line>,
        note: fn(&str) -> String,
    ) -> Self {
        Self {
            language,
            keep: compile(&format!("^(?:{keep})")),
            first_person: compile(first_person),
            lines: lines
                .into_iter()
                .map(|line| (compile(&format!("^(?:{})$", line.regex)), line))
                .collect(),
            note,
        }
    }

    /// What is to be kept, where the words ask for that.
    pub(super) fn asked_to_keep<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.keep.find(text).map(|found| text[found.end()..].trim())
    }

    /// The first line that matches makes the fact.
    pub(super) fn facts(&self, sentence: &str, asked: bool, confidence: f32) -> Option<Candidate> {
        self.lines
            .iter()
            .filter(|(_, line)| asked || line.kind != Kind::Asked)
            .find_map(|(regex, line)| candidate(line, &regex.captures(sentence)?, confidence))
    }

    /// Whether words are about oneself.
    pub(super) fn is_own(&self, words: &str) -> bool {
        self.first_person.is_match(words)
    }

    pub(super) fn note(&self, words: &str, confidence: f32) -> Candidate {
        let own = self.is_own(words);
        Candidate {
            subject: if own { "user" } else { "house" }.to_owned(),
            predicate: "note".to_owned(),
            object: words.to_owned(),
            sentence: (self.note)(words),
            single: false,
            opposite: None,
            scope: if own { Scope::Person } else { Scope::House },
            confidence,
        }
    }
}

fn compile(pattern: &str) -> Regex {
    let whole = pattern
        .replace("{name}", NAME)
        .replace("{few}", FEW)
        .replace("{rest}", ".+?")
        .replace("{rel}", REL)
        .replace(r"\p{L}", LETTER)
        .replace(r"\d", "0-9");
    let built = RegexBuilder::new(&whole).case_insensitive(true).build();
    // The tables are part of the program and each is compiled in tests; one that is wrong matches nothing.
    built.unwrap_or_else(|error| {
        tracing::error!(%error, "a pattern of facts does not compile");
        NEVER.clone()
    })
}

static NEVER: std::sync::LazyLock<Regex> = std::sync::LazyLock::new(|| {
    #[allow(clippy::unwrap_used)] // A constant, compiled in every test.
    Regex::new(r"\z\A.").unwrap()
});

fn candidate(line: &Line, captures: &Captures<'_>, confidence: f32) -> Option<Candidate> {
    let object = captures.name("o")?.as_str().trim_matches([' ', ',', '"', '.']);
    let folded = object.to_lowercase();
    let first = folded.split(' ').next().unwrap_or_default();
    if object.is_empty()
        || object.chars().count() > MAX_OBJECT
        || POINTERS.contains(&folded.as_str())
        || NEGATIONS.contains(&first)
    {
        return None;
    }
    let expand = |template: &str| {
        let mut expanded = String::new();
        captures.expand(template, &mut expanded);
        expanded
    };
    let opposite = match (line.kind, line.predicate) {
        (Kind::Taste, "likes") => Some("dislikes"),
        (Kind::Taste, _) => Some("likes"),
        _ => None,
    };
    Some(Candidate {
        subject: expand(line.subject).to_lowercase(),
        predicate: expand(line.predicate).to_lowercase().replace([' ', '-'], "_"),
        object: object.to_owned(),
        sentence: capitalised(expand(line.sentence).trim()),
        single: matches!(line.kind, Kind::One | Kind::Secret | Kind::House | Kind::Asked),
        opposite: opposite.map(str::to_owned),
        scope: if line.kind == Kind::House {
            Scope::House
        } else {
            Scope::Person
        },
        confidence,
    })
}

pub(super) fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    match rest.next() {
        Some(first) => first.to_uppercase().chain(rest).collect(),
        None => String::new(),
    }
}
