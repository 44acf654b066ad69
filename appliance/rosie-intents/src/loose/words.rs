//! A sentence as words: what was said, how it is compared, and where one command may end and the next begin.

use rosie_core::Language;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// One word, or a mark between words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Lower case, accents kept.
    pub exact: String,
    /// Without accents.
    pub plain: String,
    /// Bytes of the text.
    pub from: usize,
    pub to: usize,
}

impl Word {
    /// A comma, a full stop: what may part two commands.
    pub fn is_mark(&self) -> bool {
        self.plain == ","
    }

    /// "The back door's locked": without what is left of a verb.
    pub fn whole(&self) -> &str {
        self.plain.strip_suffix("'s").unwrap_or(&self.plain)
    }

    pub fn number(&self) -> Option<f64> {
        let first = self.plain.chars().next()?;
        let digits = first.is_ascii_digit() || (first == '-' && self.plain.len() > 1);
        digits.then(|| self.plain.replace(',', ".").parse().ok())?
    }
}

/// Without accents; ß is ss.
pub fn plain(text: &str) -> String {
    let letters = text.nfd().filter(|c| !is_combining_mark(*c));
    letters
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .replace('ß', "ss")
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '´' | '`')
}

pub fn words(text: &str, language: &Language) -> Vec<Word> {
    // "l'entrée" is two words where articles lose their vowel; "don't" is one.
    let elides = matches!(language.primary(), "fr" | "it" | "ca");
    // "Mach's" is "mach es".
    let joins = language.primary() == "de";
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |i: usize| chars.get(i).map(|(_, c)| *c);
    let mut all = Vec::new();
    let mut begun: Option<usize> = None;
    let end = |begun: &mut Option<usize>, to: usize, all: &mut Vec<Word>| {
        if let Some(from) = begun.take() {
            all.push(word(text, from, to));
        }
    };
    for (i, &(from, c)) in chars.iter().enumerate() {
        let digit = |i: Option<usize>| i.and_then(at).is_some_and(|c| c.is_ascii_digit());
        let inside = match c {
            _ if c.is_alphanumeric() || is_combining_mark(c) => true,
            '.' | ',' => digit(i.checked_sub(1)) && digit(Some(i + 1)),
            '-' | '−' => begun.is_none() && digit(Some(i + 1)),
            _ if is_apostrophe(c) => {
                let letter = |i: Option<usize>| i.and_then(at).is_some_and(char::is_alphabetic);
                letter(i.checked_sub(1)) && letter(Some(i + 1))
            }
            _ => false,
        };
        if inside {
            begun.get_or_insert(from);
            if elides && is_apostrophe(c) {
                end(&mut begun, from, &mut all);
            }
            let es = at(i + 1).is_some_and(|c| matches!(c, 's' | 'S')) && !at(i + 2).is_some_and(char::is_alphanumeric);
            if joins && is_apostrophe(c) && es {
                end(&mut begun, from, &mut all);
                begun = Some(from);
            }
            continue;
        }
        end(&mut begun, from, &mut all);
        if matches!(c, ',' | ';' | '.' | ':' | '!' | '?') {
            all.push(mark(from, ","));
        } else if matches!(c, '%' | '°') {
            all.push(mark(from, &c.to_string()));
        }
    }
    end(&mut begun, text.len(), &mut all);
    all
}

fn word(text: &str, from: usize, to: usize) -> Word {
    let said = text.get(from..to).unwrap_or_default();
    let said = match said.starts_with(is_apostrophe) {
        true => "es".to_owned(),
        false => said.replace(is_apostrophe, "'"),
    };
    Word {
        exact: said.to_lowercase(),
        plain: plain(&said),
        from,
        to,
    }
}

fn mark(from: usize, sign: &str) -> Word {
    Word {
        exact: sign.to_owned(),
        plain: sign.to_owned(),
        from,
        to: from + sign.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, language: &str) -> Vec<String> {
        let all = words(text, &Language::new(language));
        all.into_iter().map(|word| word.plain).collect()
    }

    #[test]
    fn a_sentence_becomes_words_and_marks() {
        assert_eq!(of("Don't, at 19.5°!", "en"), ["don't", ",", "at", "19.5", "°", ","]);
        assert_eq!(
            of("l’entrée rez-de-chaussée", "fr"),
            ["l", "entree", "rez", "de", "chaussee"]
        );
        assert_eq!(of("Größe 21,5 %", "de"), ["grosse", "21,5", "%"]);
        assert_eq!(
            of("Mach's hell, geht’s?", "de"),
            ["mach", "es", "hell", ",", "geht", "es", ","]
        );
        assert_eq!(of("it's", "en"), ["it's"]);
    }
}
