//! How much thinking a question needs, judged by its words, its length and the tools it needs. No model is asked.

use super::cues::{Words, cues, leans};
use crate::clauses::{asking, wanting};
use rosie_core::Language;
use serde::Serialize;

/// More words than this are no small question.
const SIMPLE_WORDS: usize = 14;
/// More words than this are a task.
const MEDIUM_WORDS: usize = 40;
/// With so many sentences that ask something it is a task.
const MANY_QUESTIONS: usize = 3;
/// A question of so many words says itself what it is about.
const WHOLE_QUESTION: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Complexity {
    /// A short question or remark.
    Simple,
    /// Wants knowledge, advice, memory, or two tools.
    Medium,
    /// Wants reasoning, writing, comparing, planning.
    Complex,
}

impl Complexity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Medium => "medium",
            Self::Complex => "complex",
        }
    }
}

/// A judgement and its grounds, never the person's own words beyond a cue of the built-in list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weight {
    pub complexity: Complexity,
    /// `it is short`, `"compare"`, `it has 52 words`
    pub why: String,
}

/// Judges `text`. `tools`: how many different tools it seems to need.
pub fn weigh(text: &str, language: &Language, tools: usize) -> Weight {
    let words = Words::of(of_weight(text, language));
    let asked = text.matches('?').count();
    // How much was told around it does not make it harder.
    let length = wanting(text, language);
    let complex = words.find(&cues().complex, language);
    let medium = words.find(&cues().medium, language);
    let weight = |complexity, why: String| Weight { complexity, why };
    match (complex, medium) {
        (Some(cue), _) => weight(Complexity::Complex, quoted(cue)),
        _ if length > MEDIUM_WORDS => weight(Complexity::Complex, format!("it has {length} words")),
        _ if tools >= 3 => weight(Complexity::Complex, format!("it needs {tools} tools")),
        _ if asked >= MANY_QUESTIONS => weight(Complexity::Complex, format!("it asks {asked} questions")),
        (None, Some(cue)) => weight(Complexity::Medium, quoted(cue)),
        _ if length > SIMPLE_WORDS => weight(Complexity::Medium, format!("it has {length} words")),
        _ if tools == 2 => weight(Complexity::Medium, "it needs 2 tools".to_owned()),
        _ => weight(Complexity::Simple, "it is short".to_owned()),
    }
}

/// The weight of what is beyond doubt one wish: however long it is told, it is small, unless it is a task by its words.
pub fn weigh_wish(text: &str, language: &Language) -> Weight {
    small(text, language, 1, "it is one wish")
}

/// The weight of what only this house can know: no larger model knows it better.
pub fn weigh_here(text: &str, language: &Language) -> Weight {
    small(text, language, 0, "only this house can know")
}

fn small(text: &str, language: &Language, tools: usize, why: &str) -> Weight {
    let weight = weigh(text, language, tools);
    match Words::of(of_weight(text, language)).find(&cues().complex, language) {
        Some(_) => weight,
        None => Weight {
            complexity: Complexity::Simple,
            why: why.to_owned(),
        },
    }
}

/// What is asked, without what is told around it: "We argue about it: where does the Nile end?" is no argument. The whole
/// where that does not say by itself what it is about.
fn of_weight<'t>(text: &'t str, language: &Language) -> &'t str {
    let says_all = |asked: &&str| asked.split_whitespace().count() >= WHOLE_QUESTION && !leans(asked, language);
    asking(text, language).filter(says_all).unwrap_or(text)
}

fn quoted(cue: &str) -> String {
    format!("it says \"{}\"", cue.trim_end_matches('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(language: &str, text: &str) -> Complexity {
        weigh(text, &Language::new(language), 0).complexity
    }

    #[test]
    fn one_wish_is_small_however_long_it_is_told() {
        let english = Language::new("en");
        let told = "I'm off down to cook and have my hands full already so put the kitchen main light on for me please";
        assert_eq!(weigh(told, &english, 1).complexity, Complexity::Medium);
        assert_eq!(weigh_wish(told, &english).complexity, Complexity::Simple);
        let dryer = "how long does the tumble dryer still need";
        assert_eq!(weigh(dryer, &english, 0).complexity, Complexity::Medium);
        assert_eq!(weigh_here(dryer, &english).complexity, Complexity::Simple);
        assert_eq!(
            weigh_wish("write a poem about lamps", &english).complexity,
            Complexity::Complex
        );
    }

    #[test]
    fn questions_of_three_weights_in_four_languages() {
        use Complexity::{Complex, Medium, Simple};
        let table = [
            ("en", "What is the capital of Peru?", Simple),
            ("en", "Good morning, Rosie.", Simple),
            ("en", "Is tomatoes a fruit", Simple),
            ("en", "How many legs does a spider have?", Simple),
            ("en", "Why is the sky blue?", Medium),
            ("en", "How do I get red wine out of a carpet?", Medium),
            ("en", "What did I say about the plumber last week?", Medium),
            ("en", "Can you recommend a good film for tonight?", Medium),
            ("en", "We argue about it: where does the Nile end?", Simple),
            ("en", "What can I give my aunt for her birthday?", Medium),
            ("en", "I have to write an essay. Can you do that for me?", Complex),
            ("en", "Help me find the words to tell my boss.", Complex),
            ("en", "Compare heat pumps and gas boilers.", Complex),
            ("en", "Write me a poem about the sea.", Complex),
            ("en", "What are the pros and cons of working from home?", Complex),
            ("en", "Plan a three day trip to Rome with two small children", Complex),
            ("de", "Wie heißt die Hauptstadt von Peru?", Simple),
            ("de", "Warum ist der Himmel blau?", Medium),
            (
                "de",
                "Was ist der Unterschied zwischen einer Wärmepumpe und einer Gasheizung?",
                Complex,
            ),
            ("de", "Schreib mir ein Gedicht über das Meer", Complex),
            ("es", "¿Cuál es la capital de Perú?", Simple),
            ("es", "¿Por qué el cielo es azul?", Medium),
            ("es", "Escribe un poema sobre el mar", Complex),
            ("fr", "Quelle est la capitale du Pérou ?", Simple),
            ("fr", "Pourquoi le ciel est-il bleu ?", Medium),
            ("fr", "Explique-moi pourquoi le ciel est bleu", Complex),
        ];
        for (language, text, expected) in table {
            assert_eq!(weighed(language, text), expected, "{text}");
        }
    }

    #[test]
    fn length_tools_and_unknown_languages() {
        assert_eq!(weighed("fi", "Mikä on Perun pääkaupunki?"), Complexity::Simple);
        assert_eq!(weighed("fi", &"sana ".repeat(20)), Complexity::Medium);
        assert_eq!(weighed("fi", &"sana ".repeat(60)), Complexity::Complex);
        assert_eq!(weighed("en", ""), Complexity::Simple);
        let tools = |n| weigh("do it", &Language::new("en"), n);
        assert_eq!(tools(1).complexity, Complexity::Simple);
        assert_eq!(tools(2).complexity, Complexity::Medium);
        assert_eq!(tools(3).why, "it needs 3 tools");
    }

    #[test]
    fn the_reason_quotes_cues_only() {
        let weight = weigh("compare my salary with Anna's", &Language::new("en"), 0);
        assert_eq!(weight.why, "it says \"compare\"");
    }
}
