//! Questions that only somebody in this house could answer at this moment ("is the washing done?", "where are my keys?").
//! Small models answer them as if they had looked.

use super::cues::{ByLanguage, Words, cues, known};
use rosie_core::Language;

/// Whether `text` asks about something particular that is here and now. False in languages without cues.
pub(crate) fn asks_here(text: &str, language: &Language) -> bool {
    let words = Words::of(text);
    let here = &cues().here;
    let has = |list: &ByLanguage| words.find(list, language).is_some();
    let begins = |list: &ByLanguage| words.begin_with_one_of(list, language);
    if begins(&cues().medium) || begins(&cues().complex) || (has(&here.world) && !is_ours(text, language)) {
        return false;
    }
    // "Is the tomato a fruit?" asks what something is.
    let defines = ["a", "an", "ein", "eine", "un", "una", "une"];
    let ends_general = words.iter().rev().nth(1).is_some_and(|word| defines.contains(&word));
    let asked = begins(&here.asking) && has(&here.particular) && !ends_general;
    let wondered = begins(&here.wondering) && has(&here.ours) && !has(&here.advice);
    asked || wondered || asks_own(text, language)
}

/// Whether nothing in a question says that anybody could answer it. Only where there are cues for that: of English questions their
/// meaning tells more.
pub(crate) fn is_nothing_general(text: &str, language: &Language) -> bool {
    let (words, here) = (Words::of(text), &cues().here);
    if known(&here.general, language).is_none() {
        return false;
    }
    let begins = words.begin_with_one_of(&here.general, language);
    let has = |list: &ByLanguage| words.find(list, language).is_some();
    is_ours(text, language) || !(begins || has(&here.world) || has(&here.indefinite))
}

/// Whether it asks what or where something of one's own is, anywhere in it.
pub(crate) fn asks_own(text: &str, language: &Language) -> bool {
    Words::of(text).find(&cues().here.own, language).is_some()
}

/// Whether it is about something that belongs to whoever asks: "my", "our".
pub(crate) fn is_ours(text: &str, language: &Language) -> bool {
    Words::of(text).find(&cues().whose, language).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_else_could_answer() {
        for (language, text, here) in [
            ("de", "wann kommt Oma", true),
            ("de", "wie voll ist der Öltank", true),
            ("de", "wie viel Strom verbraucht die Wärmepumpe", true),
            ("de", "was ist ein Fagott", false),
            ("de", "wie viele Beine hat eine Spinne", false),
            ("de", "warum ist der Himmel blau", false),
            ("fr", "est-ce que le chien a mangé", true),
            ("fr", "quand est-ce que mamie arrive", true),
            ("fr", "quelle est la capitale du Pérou", false),
            ("es", "quién ha llamado a la puerta", true),
            ("es", "qué es un fagot", false),
            ("en", "when does granny arrive", false),
        ] {
            assert_eq!(is_nothing_general(text, &Language::new(language)), here, "{text}");
        }
    }

    #[test]
    fn what_is_here_and_what_is_the_worlds() {
        for (language, text, here) in [
            ("en", "is the washing done", true),
            ("en", "is the dog in the garden", true),
            ("en", "who is at the door", true),
            ("en", "how much electricity did we use today", true),
            ("en", "hey Rosie, has anybody fed the cat", true),
            ("en", "where are my keys", true),
            ("en", "did the post come", true),
            ("en", "how full is the fridge", true),
            ("en", "when does the dishwasher finish", true),
            ("en", "is the moon bigger than the earth", false),
            ("en", "is the tomato a fruit", false),
            ("en", "is the president of France elected", false),
            ("en", "is coffee bad for you", false),
            ("en", "what should my dog eat", false),
            ("en", "what is the name of my dog", true),
            ("en", "what size are my shoes", true),
            ("en", "in which year did my parents get married", true),
            ("en", "or is the tank still half full", true),
            (
                "en",
                "our visitors want to go online and i forgot whats our wifi password",
                true,
            ),
            ("en", "how do I get my cat to sleep", false),
            ("en", "who wrote Romeo and Juliet", false),
            ("en", "what is the capital of Peru", false),
            ("en", "how many legs does a spider have", false),
            ("en", "turn the oven off", false),
            ("en", "bread is running low add it to my shopping", false),
            ("en", "nobody is in the kitchen any more", false),
            ("en", "why is my cat so fat", false),
            ("de", "ist die Wäsche fertig", true),
            ("de", "hat jemand die Katze gefüttert", true),
            ("de", "wo sind meine Schlüssel", true),
            ("de", "ist der Mond größer als die Erde", false),
            ("de", "wer hat die Glühbirne erfunden", false),
            ("es", "está lista la colada", true),
            ("es", "dónde están mis llaves", true),
            ("es", "quién inventó la bombilla", false),
            ("fr", "est-ce que la lessive est finie", true),
            ("fr", "où sont mes clés", true),
            ("fr", "est-ce que la lune est plus grande que la terre", false),
            ("nl", "is de was klaar", false),
        ] {
            assert_eq!(asks_here(text, &Language::new(language)), here, "{text}");
        }
    }
}
