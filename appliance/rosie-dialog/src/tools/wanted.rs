//! Which tools a question seems to want: by meaning where there are vectors, by shared words else. Pure.

use super::select::{stems, tool_text};
use crate::{clauses::asking, routing::Words, wishes::RULED_OUT};
use rosie_core::{Language, ToolSpec};
use std::collections::{HashMap, HashSet};

/// Meaning alone is enough from here on (MiniLM: a wish and the description of the tool for it).
const SURE: f32 = 0.45;
/// Meaning under this says nothing.
const UNRELATED: f32 = 0.25;
/// What a shared word is worth; one alone is enough without vectors.
const WORD: f32 = 0.3;
/// Beside meaning it is worth less.
const WORD_WITH_VECTORS: f32 = 0.15;
const WANTED: f32 = 0.3;
/// With vectors one word is not enough, unless meaning says a little.
const WANTED_WITH_VECTORS: f32 = 0.45;
/// Words of descriptions that say nothing of what a tool is for.
const PLAIN: &str = "what that this with from their have which when long everything something person said tell tells asks \
                     house know known name about there today past only them they your";

/// The parts of a question that may each want something.
pub(crate) fn parts(question: &str) -> Vec<String> {
    let words = Words::of(question);
    let words: Vec<&str> = words.iter().collect();
    let joining = |word: &&str| {
        matches!(
            *word,
            "and" | "then" | "und" | "dann" | "y" | "luego" | "et" | "puis" | "also" | "plus"
        )
    };
    let parts = words.split(joining).filter(|part| !part.is_empty());
    parts.map(|part| part.join(" ")).collect()
}

/// The tools that `text` wants and how much, best first. `likeness`: of each tool to it, where there is an embedder
/// (see [`crate::wishes`]). A question about the world wants nothing done.
pub(crate) fn wanted(
    text: &str,
    language: &Language,
    tools: &[ToolSpec],
    likeness: Option<&[f32]>,
) -> Vec<(usize, f32)> {
    let asks = asking(text, language).is_some();
    let asked: HashSet<String> = stems(text).difference(&stems(PLAIN)).cloned().collect();
    let texts: Vec<HashSet<String>> = tools.iter().map(|tool| stems(&tool_text(tool))).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for stem in texts.iter().flatten() {
        *counts.entry(stem).or_default() += 1;
    }
    // A word that half of the tools have tells them apart no more.
    let telling = |stem: &&String| tools.len() < 4 || counts.get(stem.as_str()).is_none_or(|n| 2 * n <= tools.len());
    let (floor, word) = match likeness {
        Some(_) => (WANTED_WITH_VECTORS, WORD_WITH_VECTORS),
        None => (WANTED, WORD),
    };
    let score = |at: usize| {
        if likeness.and_then(|all| all.get(at)) == Some(&RULED_OUT) {
            return 0.0;
        }
        let shared = texts[at].intersection(&asked).filter(telling).count().min(3) as f32;
        let close = likeness.and_then(|all| all.get(at)).copied().unwrap_or(0.0);
        let close = if close >= SURE {
            close.max(floor)
        } else if close >= UNRELATED {
            close
        } else {
            0.0
        };
        close + word * shared
    };
    let mut found: Vec<(f32, usize)> = (0..tools.len())
        .filter(|at| !(asks && tools[*at].acts))
        .map(|at| (score(at), at))
        .filter(|(score, _)| *score >= floor)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(score, at)| (at, score)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tools() -> Vec<ToolSpec> {
        let tool = |(name, description, acts): (&str, &str, bool)| ToolSpec {
            name: name.into(),
            description: description.into(),
            parameters: json!({}),
            acts,
            dangerous: false,
            foreign: false,
            confirmation: Default::default(),
        };
        [
            ("AddToList", "Adds something to the shopping list.", true),
            ("SetTimer", "Starts a timer that rings after a duration.", true),
            ("PlayMusic", "Plays music.", true),
            (
                "TimerStatus",
                "Tells which timers run and how long they have left.",
                false,
            ),
        ]
        .map(tool)
        .to_vec()
    }

    fn names(text: &str, likeness: Option<&[f32]>) -> Vec<String> {
        let tools = tools();
        let found = wanted(text, &Language::new("en"), &tools, likeness);
        found.into_iter().map(|(at, _)| tools[at].name.clone()).collect()
    }

    #[test]
    fn by_words() {
        assert_eq!(names("play some music", None), ["PlayMusic"]);
        assert_eq!(names("put milk on the shopping list", None), ["AddToList"]);
        assert_eq!(names("what is left on my timer", None)[0], "TimerStatus");
        assert_eq!(
            names("why do people listen to music", None),
            [""; 0],
            "nothing is to be done"
        );
        assert_eq!(names("good morning", None), [""; 0]);
        assert_eq!(
            names("I am starting it: timers", None)[0],
            "SetTimer",
            "whatever a word's ending is"
        );
        assert_eq!(names("what is that person about", None), [""; 0]);
    }

    #[test]
    fn by_meaning() {
        let close = |at: usize, like: f32| -> Vec<f32> { (0..4).map(|n| if n == at { like } else { 0.1 }).collect() };
        assert_eq!(names("let me know in ten minutes", Some(&close(1, 0.5))), ["SetTimer"]);
        assert_eq!(names("let me know in ten minutes", Some(&close(1, 0.3))), [""; 0]);
        assert_eq!(
            names("a little music would be nice", Some(&close(2, 0.3))),
            ["PlayMusic"]
        );
        assert_eq!(
            names("music", Some(&close(2, 0.1))),
            [""; 0],
            "a word that means something else here"
        );
    }

    #[test]
    fn what_is_ruled_out_is_not_wanted_for_its_words() {
        let likeness = [RULED_OUT, 0.1, RULED_OUT, 0.1];
        assert_eq!(
            names("I have put it on the shopping list already", Some(&likeness)),
            [""; 0]
        );
    }

    #[test]
    fn parts_are_joined_by_words() {
        assert_eq!(parts("do this and then that"), ["do this", "that"]);
        assert_eq!(parts("start a timer for eggs and bacon").len(), 2);
    }
}
