//! Texts as terms: what two texts have in common whatever the language, and how much each says.
//!
//! A term is a word in lower case without accents and plural endings, cut to its first seven letters unless it has
//! digits: a crude stem that serves en, de, es and fr alike. Words that say nothing are left out. Terms are kept as 32-bit FNV-1a hashes.

use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

const STEM: usize = 7;
/// Terms of one text that are kept.
const MAX_TERMS: usize = 256;

const EMPTY: &str = "
a an the and or but if of to in on at by for with from as is are was were be been am do does did has have had will would
can could shall should may might must not no i me my mine you your yours he him his she her hers it its we us our ours
they them their this that these those there here what which who whom whose when where why how so than then too very just
about into over under again please tell told say said know remember remind show give let get got go ok okay hey rosie
der die das den dem des ein eine einen einem einer eines und oder aber wenn von zu zum zur in im an am auf bei fur mit aus
als ist sind war waren sein bin bist habe hast hat haben wird werden wurde kann konnen kannst soll sollte muss nicht kein
keine ich mich mir mein meine meinen meinem meiner du dich dir dein deine deinen deinem deiner er ihn ihm sein seine sie
ihr ihre es wir uns unser unsere euch dies diese dieser dieses da hier was welche welcher welches wer wem wen wann wo warum
wie so dann auch sehr nur noch mal bitte sag sage gesagt weisst weiss uber dass denn doch
el la los las un una unos unas y o u pero si de del a al en por para con sin como es son era eran ser estar soy eres esta
estas estoy he has ha han haber no yo me mi mis tu te ti tus su sus se nos nuestro nuestra lo le les este esta esto ese esa
eso que cual quien cuando donde porque qué cuál quién cuándo dónde cómo muy mas tambien solo dime dijo dije sabes favor
le la les un une des du de et ou mais si a au aux en dans par pour avec sans sur sous est sont etait etre suis es as ai ont
avoir ne pas je me moi mon ma mes tu te toi ton ta tes il elle on nous vous ils elles lui leur notre nos votre vos ce cet
cette ces ca cela qui que quoi quel quelle quels quelles quand ou pourquoi comment tres plus aussi dis dit sais plait c d j
l m n s t qu";

static STOP: LazyLock<HashSet<String>> = LazyLock::new(|| EMPTY.split_whitespace().map(fold).collect());

/// Lower case, without accents.
pub(crate) fn fold(word: &str) -> String {
    // Most words, and a tenth of the time.
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .flat_map(|c| if c == 'ß' { vec!['s', 's'] } else { vec![c] })
        .collect()
}

/// The words of a text as they stand.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// The terms of a text, each once.
pub(crate) fn terms(text: &str) -> Vec<u32> {
    let mut seen = HashSet::new();
    words(text)
        .map(fold)
        .filter(|word| !STOP.contains(word))
        .map(|word| hash(stem(&word)))
        .filter(|term| seen.insert(*term))
        .take(MAX_TERMS)
        .collect()
}

fn stem(word: &str) -> &str {
    if word.contains(|c: char| c.is_numeric()) {
        return word;
    }
    let long = word.chars().count() > 3;
    let word = match word.strip_suffix('s') {
        Some(single) if long && !single.ends_with('s') => single,
        _ => word,
    };
    let end = word.char_indices().nth(STEM).map_or(word.len(), |(at, _)| at);
    &word[..end]
}

fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Terms of what is written like a name: a capital letter or a digit, not at the start of the text.
pub(crate) fn names(text: &str) -> Vec<u32> {
    let named = |(at, word): &(usize, &str)| {
        let first = word.chars().next();
        first.is_some_and(|c| c.is_numeric() || (c.is_uppercase() && *at > 0 && word.chars().count() > 1))
    };
    let named: Vec<&str> = words(text).enumerate().filter(named).map(|(_, word)| word).collect();
    terms(&named.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_means_the_same_has_the_same_terms() {
        assert_eq!(terms("my Daughters"), terms("the daughter"));
        assert_eq!(terms("Café"), terms("cafe"));
        assert_eq!(terms("die Straße"), terms("strasse"));
        assert!(terms("what is it that I said to you").is_empty());
        assert_eq!(terms("glass"), terms("glass"));
        assert_ne!(terms("cat"), terms("car"));
        assert_ne!(terms("invoice20260123"), terms("invoice20260124"));
        assert_eq!(names("Where is Ada in 1984").len(), 2);
        assert!(names("Where is she").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_has_bounded_terms(text in "\\PC{0,400}") {
            prop_assert!(terms(&text).len() <= MAX_TERMS);
            prop_assert!(names(&text).len() <= MAX_TERMS);
        }
    }
}
