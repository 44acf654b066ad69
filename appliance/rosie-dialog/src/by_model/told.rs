//! "What is my daughter called?": what was told answers, in its own words. A small model tells it otherwise, and something
//! where there is nothing.

use super::gather::{Asked, Gathered};
use crate::{
    clauses::asking,
    dialog::RosieDialog,
    routing::{
        PrivateTopic, Tells, given_names, is_ours, is_particular, is_question, is_time, is_told, names_one_of,
        private_topics, tells,
    },
    thinking::{only_known, remembered},
};
use rosie_core::{
    Language,
    dialog::{DialogSink, Question, Reply, Tier},
    memory::{Collection, MessageMeta, Recollection, Speaker},
};

/// Facts that are said one after the other: of several allergies each is one.
const SAID: usize = 3;

/// How much of `text` a memory tells. That the like was asked before tells nothing, nor what was answered then.
pub(super) fn told_by(memory: &Recollection, text: &str, language: &Language) -> Tells {
    match was_told(memory, language) {
        true => tells(&memory.text, text, language),
        false => Tells::Nothing,
    }
}

fn was_told(memory: &Recollection, language: &Language) -> bool {
    match memory.collection {
        Collection::Messages => memory.speaker == Some(Speaker::User) && !is_question(&memory.text, language),
        Collection::Facts | Collection::Documents => true,
    }
}

/// The question that `text` is, or that a clause of it is.
fn asked<'t>(text: &'t str, language: &Language) -> Option<&'t str> {
    asking(text, language).or_else(|| is_question(text, language).then_some(text))
}

/// Whether it asks what only this house can know.
pub(super) fn is_asked_of_ours(text: &str, language: &Language) -> bool {
    asked(text, language).is_some() && (is_ours(text, language) || is_particular(text, language))
}

/// Whether it tells something and asks nothing, in a language in which a small model says back what it is told, and more.
pub(super) fn only_tells(text: &str, language: &Language) -> bool {
    language.primary() != "en" && is_told(text, language) && asked(text, language).is_none()
}

/// The facts that answer a question.
fn facts(memories: &[Recollection], text: &str, language: &Language) -> Option<String> {
    let all: Vec<&str> = of(memories, Collection::Facts, Tells::All, (text, language))
        .map(|fact| fact.text.as_str())
        .take(SAID)
        .collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// What somebody said that answers it; of what only this house can know also what comes nearest, and that it is no answer.
/// `None` where a model has to read what there is.
fn talk(memories: &[Recollection], text: &str, asked: Asked, language: &Language) -> Option<String> {
    let of = |collection, how| of(memories, collection, how, (text, language));
    if let Some(said) = of(Collection::Messages, Tells::All).next() {
        return Some(remembered(language).replace("{}", &said.text));
    }
    if asked != Asked::Here || memories.iter().any(|memory| memory.collection == Collection::Documents) {
        return None;
    }
    // By its words, else by its meaning: only what is near came to mind.
    let nearest = |how: fn(Tells) -> bool| {
        // "Bread is running low, add it to the list" was said to have something done.
        let only_told =
            |memory: &Recollection| memory.collection == Collection::Facts || is_told(&memory.text, language);
        let told = |memory: &&Recollection| {
            was_told(memory, language) && only_told(memory) && how(tells(&memory.text, text, language))
        };
        memories.iter().find(told)
    };
    // The model of meanings is English: elsewhere what is near by it may be anything.
    let by_meaning = || nearest(|_| true).filter(|_| language.primary() == "en");
    let near = nearest(|tells| tells == Tells::Part).or_else(by_meaning)?;
    Some(only_known(language).replace("{}", &near.text))
}

/// Words with a capital; the first has one anyway.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric()).skip(1);
    words.filter(|word| word.chars().count() > 2 && word.starts_with(char::is_uppercase))
}

fn has_name(text: &str) -> bool {
    names(text).next().is_some()
}

/// Whether it names one of the people of the house, who is asked about.
fn is_of_theirs(memory: &Recollection, text: &str, question: &Question) -> bool {
    let people = || {
        let topics = private_topics(&memory.text, &question.language, [], []);
        memory.collection == Collection::Facts || topics.contains(&PrivateTopic::People)
    };
    // A recogniser writes the name with a small letter when it is asked for.
    let known = || {
        names(&memory.text)
            .map(str::to_lowercase)
            .filter(|name| !is_time(name, &question.language))
    };
    let named = || people() && names_one_of(text, &known().collect::<Vec<_>>());
    let given = || names_one_of(text, &given_names(&memory.text, &question.language));
    was_told(memory, &question.language) && (named() || given())
}

fn of<'m>(
    memories: &'m [Recollection],
    collection: Collection,
    how: Tells,
    (text, language): (&str, &Language),
) -> impl Iterator<Item = &'m Recollection> {
    let those = memories.iter().filter(move |memory| memory.collection == collection);
    those.filter(move |memory| told_by(memory, text, language) == how)
}

impl RosieDialog {
    /// Whether it tells something by the way that is kept, and asks nothing.
    pub(super) fn would_note(&self, text: &str, question: &Question) -> bool {
        let memory = self
            .memory
            .as_ref()
            .filter(|_| asked(text, &question.language).is_none());
        memory.is_some_and(|memory| memory.would_note(text, &question.room, &question.language))
    }

    pub(super) fn by_facts(
        &self,
        text: &str,
        memories: &[Recollection],
        question: &Question,
        sink: &mut DialogSink,
    ) -> Option<Reply> {
        let language = &question.language;
        // "What is the time?" is about more than a fact with that word in it.
        // "You're doing coffees? How do I like mine?": what is asked stands in a clause of its own.
        let asked = asked(text, language).filter(|_| is_asked_of_ours(text, language))?;
        let said = facts(memories, text, language).or_else(|| facts(memories, asked, language))?;
        Some(self.say_itself(said, by_itself(), text, question, sink))
    }

    /// How the home is now, nobody's words tell.
    pub(super) async fn by_talk(
        &self,
        text: &str,
        gathered: &Gathered,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Option<Reply> {
        let acts = gathered.wanted.iter().any(|tool| tool.acts);
        if acts || gathered.asked == Asked::State || asked(text, &question.language).is_none() {
            return None;
        }
        let mut memories = gathered.memories.clone();
        let mut asked = gathered.asked;
        if asked == Asked::Here || has_name(text) || !gathered.of_the_world {
            memories.extend(self.recall(text, question, true).await.unwrap_or_default());
        }
        // "In which city does Oskar live?", where Oskar is somebody's brother.
        let is_of_them = |memory: &Recollection| is_of_theirs(memory, text, question);
        if asked == Asked::Other && memories.iter().any(is_of_them) {
            memories.retain(is_of_them);
            asked = Asked::Here;
        }
        let said = talk(&memories, text, asked, &question.language)?;
        Some(self.say_itself(said, by_itself(), text, question, sink))
    }
}

pub(super) fn by_itself() -> MessageMeta {
    MessageMeta {
        tier: Some(Tier::Local),
        ..MessageMeta::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(collection: Collection, speaker: Option<Speaker>, text: &str) -> Recollection {
        Recollection {
            collection,
            id: String::new(),
            text: text.to_owned(),
            score: 0.9,
            unix_ms: 0,
            room: None,
            speaker,
            source: None,
        }
    }

    #[test]
    fn facts_come_first_and_what_is_near_is_not_passed_off_as_the_answer() {
        let english = Language::new("en");
        let fact = |text| memory(Collection::Facts, None, text);
        let said = |text| memory(Collection::Messages, Some(Speaker::User), text);
        let all = [
            said("I am allergic to milk I think"),
            fact("You are allergic to peanuts."),
            fact("You are allergic to milk."),
            said("what am I allergic to"),
            said("the ladder is behind the shed"),
        ];
        assert_eq!(
            facts(&all, "what am I allergic to", &english).as_deref(),
            Some("You are allergic to peanuts. You are allergic to milk.")
        );
        assert_eq!(facts(&all, "where is the ladder", &english), None);
        let talk = |text, asked| talk(&all, text, asked, &english);
        assert_eq!(
            talk("where is the ladder", Asked::Here).as_deref(),
            Some("I remember this: the ladder is behind the shed")
        );
        let near = talk("how long is the ladder", Asked::Here).unwrap_or_default();
        assert!(near.starts_with("I don't know that."), "{near}");
        assert_eq!(talk("how long is the ladder", Asked::Other), None);
        // What came to mind by its meaning is near, whatever its words.
        assert!(talk("where are my keys", Asked::Here).is_some());
        assert_eq!(talk("where are my keys", Asked::State), None);
    }
}
