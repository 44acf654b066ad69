//! Whether something that was told before answers a question: by the words that say what it is about.

use super::cues::{ByLanguage, Words, bare, cues, known, listed};
use rosie_core::Language;
use serde::Deserialize;

/// Words of questions for what was told before.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
    /// Something is to be kept.
    keeping: ByLanguage,
    /// They say nothing of what is asked about.
    plain: ByLanguage,
    /// Sets of words, `called/name/named`, any of which stands for the others.
    same: ByLanguage,
    /// A question for a place, and words before one; the same for a time.
    place: ByLanguage,
    places: ByLanguage,
    time: ByLanguage,
    times: ByLanguage,
    manner: ByLanguage,
    naming: ByLanguage,
    /// A question for what whoever asks is; one of them in what tells it.
    being: ByLanguage,
    being_said: ByLanguage,
    /// Something is to be forgotten.
    forgetting: ByLanguage,
    somebody: ByLanguage,
    /// Whoever asks.
    asker: ByLanguage,
}

/// How much of a question something that was told answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tells {
    Nothing,
    /// It is about the same, and may say something else of it.
    Part,
    All,
}

/// Whether `said` tells what `asked` asks.
pub(crate) fn tells(said: &str, asked: &str, language: &Language) -> Tells {
    let told = &cues().told;
    let (said, asked) = (Words::of(said), Words::of(asked));
    let about = about(&asked, language);
    let said_of = |word: &str, about: &str| alike(word, about) || means(word, about, language);
    let has = |about: &&&str| said.iter().any(|word| said_of(alone(word), about));
    let there = about.iter().filter(has).count();
    if about.is_empty() || 2 * there < about.len() {
        return Tells::Nothing;
    }
    let asks = |list: &'static ByLanguage| asked.find(list, language).is_some();
    let names = |list: &'static ByLanguage| said.find(list, language).is_some();
    let counts = || said.iter().any(|word| word.contains(|c: char| c.is_ascii_digit()));
    let placed = !asks(&told.place) || names(&told.places);
    let timed = !asks(&told.time) || names(&told.times) || counts();
    // How somebody is, nobody tells by naming them.
    let manner = !asks(&told.manner) || about.len() > 1;
    // "My best friend is getting married" does not tell who I am married to.
    let of_them = !asks(&told.being) || names(&told.being_said);
    match there == about.len() && placed && timed && manner && of_them {
        true => Tells::All,
        false => Tells::Part,
    }
}

/// The words that say what is asked about.
fn about<'w>(asked: &'w Words, language: &Language) -> Vec<&'w str> {
    let is_plain = |word: &&str| listed(&cues().told.plain, language).iter().any(|plain| plain == word);
    asked.iter().filter(|word| !is_plain(word)).map(alone).collect()
}

/// Whether it asks about more than one word says, or about what somebody is or does who asks ("what am I allergic to").
pub(crate) fn is_particular(text: &str, language: &Language) -> bool {
    let asked = Words::of(text);
    let told = &cues().told;
    // "Where is the car?"
    let placed =
        || asked.find(&told.place, language).is_some() && asked.find(&cues().here.particular, language).is_some();
    about(&asked, language).len() > 1 || asked.find(&told.asker, language).is_some() || placed()
}

/// Whether it says that something is to be kept. True in languages without cues.
pub(crate) fn wants_kept(text: &str, language: &Language) -> bool {
    let keeping = &cues().told.keeping;
    known(keeping, language).is_none() || Words::of(text).find(keeping, language).is_some()
}

/// Whether it is to be forgotten what was told.
pub(crate) fn wants_forgotten(text: &str, language: &Language) -> bool {
    Words::of(text).begin_with_one_of(&cues().told.forgetting, language)
}

/// Whether somebody does something in it ("what time did I get home", "my birthday"), so that it is not about now.
pub(crate) fn tells_of_somebody(text: &str, language: &Language) -> bool {
    Words::of(text).find(&cues().told.somebody, language).is_some()
}

/// The names that somebody gave, with a small letter as a recogniser writes them ("she's called pickle").
pub(crate) fn given_names(told: &str, language: &Language) -> Vec<String> {
    let words = Words::of(told);
    let all: Vec<&str> = words.iter().collect();
    let naming = listed(&cues().told.naming, language);
    let ends_with = |before: &[&str]| {
        let before = before.join(" ");
        naming
            .iter()
            .any(|cue| before == *cue || before.ends_with(&format!(" {cue}")))
    };
    let first = |at: &usize| ends_with(&all[..*at]);
    // "They're called salt and pepper."
    let second = |at: &usize| *at > 1 && ["and", "und", "y", "et"].contains(&all[at - 1]) && ends_with(&all[..at - 2]);
    let plain = |word: &str| listed(&cues().told.plain, language).iter().any(|plain| plain == word);
    let given = (1..all.len()).filter(|at| (first(at) || second(at)) && !plain(all[*at]));
    given.map(|at| all[at].to_owned()).collect()
}

/// Whether `word` says when, and is no name, though it has a capital.
pub(crate) fn is_time(word: &str, language: &Language) -> bool {
    Words::of(word).find(&cues().told.times, language).is_some()
}

/// Whether a word of `text` is one of `names`, which are lower case.
pub(crate) fn names_one_of(text: &str, names: &[String]) -> bool {
    Words::of(text)
        .iter()
        .any(|word| names.iter().any(|name| alone(word) == name))
}

/// "Daughter's" is about the daughter.
fn alone(word: &str) -> &str {
    bare(word).unwrap_or(word)
}

/// One word in another form: "park" and "parked".
fn alike(said: &str, about: &str) -> bool {
    let beginning = |word: &str, count: usize| word.chars().take(count).collect::<String>();
    let (short, long) = match said.chars().count() <= about.chars().count() {
        true => (said, about),
        false => (about, said),
    };
    let length = short.chars().count();
    said == about || (length >= 4 && beginning(long, length.min(5)) == beginning(short, 5))
}

fn means(said: &str, about: &str, language: &Language) -> bool {
    let sets = listed(&cues().told.same, language).iter();
    sets.map(|set| set.split('/').collect::<Vec<_>>())
        .any(|set| set.contains(&said) && set.contains(&about))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_were_given() {
        let english = Language::new("en");
        let given = |text| given_names(text, &english);
        assert_eq!(
            given("our cat is a maine coon you know and she's called pickle"),
            ["pickle"]
        );
        assert_eq!(given("the rabbits are called Salt and pepper"), ["salt", "pepper"]);
        assert!(given("I called the dentist").is_empty());
        assert!(names_one_of(
            "how much does Pickle's brother weigh",
            &["pickle".to_owned()]
        ));
        assert!(!names_one_of("how much does a pickle weigh", &["olga".to_owned()]));
    }

    #[test]
    fn the_time_is_no_fact() {
        let particular = |text| is_particular(text, &Language::new("en"));
        assert!(!particular("what is the time"));
        assert!(particular("what am I allergic to"));
        assert!(particular("where is the spare key"));
    }

    #[test]
    fn what_is_to_be_kept() {
        let wants = |language, text| wants_kept(text, &Language::new(language));
        assert!(wants("en", "keep in mind that the gate sticks"));
        assert!(wants("de", "merk dir, dass das Tor klemmt"));
        assert!(!wants("en", "good girl, you got that right first go"));
        assert!(!is_time("may", &Language::new("de")) && is_time("monday", &Language::new("en")));
    }

    #[test]
    fn what_is_to_be_forgotten() {
        let wants = |language, text| wants_forgotten(text, &Language::new(language));
        assert!(wants("en", "please erase that story from your memory"));
        assert!(wants("de", "bitte lösche, was ich erzählt habe"));
        assert!(!wants("en", "I always forget where the keys are"));
        assert!(!wants("en", "don't forget the milk"));
    }

    #[test]
    fn what_was_said_tells_of_what_it_is_about() {
        use Tells::{All, Nothing, Part};
        for (language, said, asked, tells_it) in [
            ("en", "I have put the keys on the shelf", "where are my keys", All),
            ("en", "Ada has fed the cat", "has anyone fed the cat", All),
            ("en", "I am done with cooking", "is the washing done", Part),
            ("en", "anything", "is it on", Nothing),
            ("en", "Your daughter's name is Ada.", "what is my daughter called", All),
            (
                "en",
                "Your daughter's name is Ada.",
                "do you remember what my daughter's name is",
                All,
            ),
            ("en", "Your daughter's name is Ada.", "is my daughter called Ada", All),
            (
                "en",
                "Your daughter's name is Ada.",
                "when is my daughter's birthday",
                Part,
            ),
            ("en", "Your daughter's name is Ada.", "where is my daughter", Part),
            ("en", "Your daughter's name is Ada.", "how is my daughter", Part),
            ("en", "Your daughter's name is Ada.", "how old is my daughter", Part),
            ("en", "Your birthday is May 4.", "when is my birthday", All),
            ("en", "Your birthday is May 4.", "when is my daughter's birthday", Part),
            (
                "en",
                "Your car is parked on level three.",
                "where did I park my car",
                All,
            ),
            ("en", "You take your coffee black.", "how do I take my coffee", All),
            ("en", "You are allergic to peanuts.", "what am I allergic to", All),
            ("en", "My best friend is getting married", "who am I married to", Part),
            (
                "en",
                "The bin is collected on Tuesdays.",
                "when is the bin collected",
                All,
            ),
            ("en", "Bob likes jazz.", "what do you know about Bob", All),
            (
                "en",
                "The plumber costs 80 euros.",
                "how much does the plumber charge",
                All,
            ),
            ("en", "Your cat's name is Minka.", "why is my cat so fat", Nothing),
            (
                "en",
                "Your cat's name is Minka.",
                "what is the capital of Peru",
                Nothing,
            ),
            ("de", "Deine Tochter heißt Ada.", "wie heißt meine Tochter", All),
            ("de", "Das Auto steht auf Ebene drei.", "wo steht mein Auto", All),
            (
                "de",
                "Deine Tochter heißt Ada.",
                "wann hat meine Tochter Geburtstag",
                Part,
            ),
            ("es", "Tu hija se llama Ada.", "cómo se llama mi hija", All),
            ("es", "Tu hija se llama Ada.", "dónde está mi hija", Part),
            ("fr", "Ta fille s'appelle Ada.", "comment s'appelle ma fille", All),
            ("fr", "Les clés sont dans le tiroir", "où sont mes clés", All),
        ] {
            assert_eq!(
                tells(said, asked, &Language::new(language)),
                tells_it,
                "{said} | {asked}"
            );
        }
    }
}
