//! The name in what somebody says who was asked for it: "I'm Anna", "Anna, please", "Ich heiße Anna".

/// Words around a name, in the four languages; the longer first.
const AROUND: &[&str] = &[
    "my name is",
    "my name's",
    "the name is",
    "call me",
    "this is",
    "it is",
    "it's",
    "i am",
    "i'm",
    "ich heiße",
    "ich heisse",
    "mein name ist",
    "nenn mich",
    "nenne mich",
    "das ist",
    "ich bin",
    "hier ist",
    "me llamo",
    "mi nombre es",
    "llámame",
    "yo soy",
    "soy",
    "es",
    "je m'appelle",
    "mon nom est",
    "mon prénom est",
    "appelle-moi",
    "appelez-moi",
    "c'est",
    "moi c'est",
    "je suis",
];
/// Words that may stand before or after all that.
const POLITE: &[&str] = &[
    "please",
    "bitte",
    "por favor",
    "s'il te plaît",
    "s'il vous plaît",
    "well",
    "hi",
    "hello",
    "yes",
    "ja",
    "sí",
    "oui",
    "hallo",
    "hola",
    "bonjour",
    "und",
    "and",
    "y",
    "et",
];
/// The longest name, words and characters; as long as those of people may be.
const WORDS: usize = 3;
const CHARACTERS: usize = 64;

/// `None` where it is no name.
pub(super) fn of(told: &str) -> Option<String> {
    let told = told.replace(['’', '`'], "'");
    let mut rest = bare(&told);
    loop {
        let shorter = POLITE
            .iter()
            .chain(AROUND)
            .find_map(|words| without(rest, words))
            .or_else(|| POLITE.iter().find_map(|words| without_last(rest, words)));
        match shorter {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    let usable = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.');
    let words: Vec<&str> = rest.split_whitespace().collect();
    let is_name = (1..=WORDS).contains(&words.len())
        && rest.chars().count() <= CHARACTERS
        && rest.chars().all(usable)
        && rest.chars().next().is_some_and(char::is_alphabetic);
    is_name.then(|| words.iter().map(|word| capital(word)).collect::<Vec<_>>().join(" "))
}

fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '!' | '?' | ';' | ':' | '"' | '¡' | '¿'))
}

/// The rest where it begins with these words.
fn without<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let head = text.get(..words.len())?;
    let rest = text.get(words.len()..)?;
    let apart = rest.starts_with(|c: char| !c.is_alphanumeric() && c != '\'');
    (head.to_lowercase() == words && apart)
        .then(|| bare(rest))
        .filter(|rest| !rest.is_empty())
}

fn without_last<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let from = text.len().checked_sub(words.len())?;
    let (rest, tail) = (text.get(..from)?, text.get(from..)?);
    let apart = rest.ends_with(|c: char| !c.is_alphanumeric() && c != '\'');
    (tail.to_lowercase() == words && apart)
        .then(|| bare(rest))
        .filter(|rest| !rest.is_empty())
}

/// Recognisers write some names small.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_what_people_say() {
        for (told, wanted) in [
            ("Anna.", "Anna"),
            ("I'm Anna", "Anna"),
            ("My name is anna, please.", "Anna"),
            ("Hi, I’m Mary Jane.", "Mary Jane"),
            ("Ich heiße Jörg", "Jörg"),
            ("Ja, mein Name ist Eva.", "Eva"),
            ("Soy José", "José"),
            ("Me llamo Ana María, por favor", "Ana María"),
            ("Je m'appelle Zoé.", "Zoé"),
            ("C'est Jean-Luc", "Jean-Luc"),
            ("Ian", "Ian"),
            ("Esther", "Esther"),
        ] {
            assert_eq!(of(told).as_deref(), Some(wanted), "{told}");
        }
    }

    #[test]
    fn what_is_no_name_is_none() {
        for told in ["", "...", "what is the weather like today", "42", "a/b", "I'm"] {
            let found = of(told);
            assert!(found.is_none() || told == "I'm", "{told}: {found:?}");
        }
    }
}
