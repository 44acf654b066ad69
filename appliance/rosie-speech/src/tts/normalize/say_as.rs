//! The content of SSML's `say-as`.

use super::digits::{digits, number, ordinal};
use super::{en, locale, normalize};
use crate::tts::ssml::{DateOrder, SayAs};
use rosie_core::Language;

/// Longer contents are cut: nobody can follow a thousand letters.
const LONGEST: usize = 200;

/// Words for `text`, read as `kind` says; as plain text where it is not of that kind.
pub fn say_as(text: &str, kind: SayAs, language: &Language) -> String {
    let text: String = text.trim().chars().take(LONGEST).collect();
    let english = language.primary() == "en";
    match kind {
        SayAs::Characters => characters(&text, english),
        SayAs::Digits => {
            let groups = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty());
            let spell = |group: &str| if english { digits(group) } else { spaced(group) };
            let said = groups.map(spell).collect::<Vec<_>>().join(", ");
            if text.starts_with('+') {
                format!("plus {said}")
            } else {
                said
            }
        }
        SayAs::Cardinal if english && is_number(&text) => number(&text),
        SayAs::Ordinal => match text.trim_end_matches(|c: char| !c.is_ascii_digit()).parse() {
            Ok(n) if english => ordinal(n),
            Ok(n) => locale::ordinal(n, language),
            Err(_) => normalize(&text, language),
        },
        SayAs::Date(order) => date(&text, order, language),
        SayAs::Time if english => en::say_time(&text),
        SayAs::Time | SayAs::Cardinal => normalize(&text, language),
    }
}

fn is_number(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+'))
}

/// Letters and digits one by one, with a short pause after each, so that none melts into the next.
fn characters(text: &str, english: bool) -> String {
    let name = |c: char| match c {
        c if c.is_ascii_digit() && english => digits(&c.to_string()),
        c if c.is_alphanumeric() => c.to_uppercase().to_string(),
        '.' if english => "dot".to_owned(),
        '-' if english => "dash".to_owned(),
        '_' if english => "underscore".to_owned(),
        '@' if english => "at".to_owned(),
        '/' if english => "slash".to_owned(),
        '+' => "plus".to_owned(),
        _ => String::new(),
    };
    text.chars()
        .map(name)
        .filter(|n| !n.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn spaced(text: &str) -> String {
    text.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

fn date(text: &str, order: DateOrder, language: &Language) -> String {
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|p| !p.is_empty())
        .collect();
    // A year in front tells by itself.
    let order = if parts.first().is_some_and(|p| p.len() == 4) {
        DateOrder::YearMonthDay
    } else {
        order
    };
    let said = match language.primary() {
        "en" => en::say_date(&parts, order),
        _ => locale::say_date(&parts, order, language),
    };
    said.unwrap_or_else(|| normalize(text, language))
}
