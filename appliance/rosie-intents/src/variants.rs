//! Other spellings of the same words, tried when a text as it stands matches nothing.

use rosie_core::Language;

/// A plainer spelling ("21°C" as "21°", "10 min" as "10 minutes", "1,000" as "1000", "mach's" as "mach es"), or None when it is plain.
pub fn plainer(text: &str, language: &Language) -> Option<String> {
    let mut plain = text.to_owned();
    for sign in ["°C", "° C", "ºC", "º C", "℃", "°F", "° F", "ºF", "℉", "°c", "°f", "º"] {
        plain = plain.replace(sign, "°");
    }
    let english = language.primary() == "en";
    let scales: &[&str] = match language.primary() {
        "en" => &["degrees celsius", "degrees centigrade", "degrees fahrenheit"],
        "de" => &["grad celsius", "grad fahrenheit"],
        "es" => &["grados celsius", "grados centígrados", "grados fahrenheit"],
        "fr" => &["degrés celsius", "degrés fahrenheit"],
        _ => &[],
    };
    let degrees = |scale: &str| scale.split(' ').next().unwrap_or_default().to_owned();
    for scale in scales {
        plain = replace_words(&plain, scale, &degrees(scale));
    }
    // "To 50 Fahrenheit".
    for scale in scales {
        let alone = scale.rsplit(' ').next().unwrap_or_default();
        plain = replace_words(&plain, alone, &degrees(scale));
    }
    if language.primary() == "de" {
        plain = apart(&plain);
    }
    for (short, long) in abbreviations(language.primary()) {
        plain = replace_words(&plain, short, long);
    }
    plain = ungrouped(&plain, if english { ',' } else { '.' });
    (plain != text).then_some(plain)
}

fn abbreviations(language: &str) -> &'static [(&'static str, &'static str)] {
    match language {
        "en" => &[
            ("mins", "minutes"),
            ("min", "minute"),
            ("secs", "seconds"),
            ("sec", "second"),
            ("hrs", "hours"),
            ("hr", "hour"),
        ],
        "de" => &[("min", "Minuten"), ("sek", "Sekunden"), ("std", "Stunden")],
        // "Diecisiete grados y medio": the number in one piece.
        "es" => &[
            ("min", "minutos"),
            ("seg", "segundos"),
            ("grados y medio", "y medio grados"),
        ],
        "fr" => &[
            ("min", "minutes"),
            ("sec", "secondes"),
            ("degrés et demi", "et demi degrés"),
        ],
        _ => &[],
    }
}

/// "Mach's", "geht’s": the last word of each is "es".
fn apart(text: &str) -> String {
    let said = |word: &str| match word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")) {
        Some(verb) if !verb.is_empty() => format!("{verb} es"),
        _ => word.to_owned(),
    };
    text.split(' ').map(said).collect::<Vec<_>>().join(" ")
}

/// Replaces whole words, whatever their case; a full stop after an abbreviation goes too.
fn replace_words(text: &str, from: &str, to: &str) -> String {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = lower[at..].find(from) {
        let start = at + found;
        let end = start + from.len();
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let whole = !letter(lower[..start].chars().next_back()) && !letter(lower[end..].chars().next());
        out.push_str(&text[at..start]);
        out.push_str(if whole { to } else { &text[start..end] });
        at = end;
        if whole && to.len() > from.len() && text[at..].starts_with('.') {
            at += 1;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Takes the separators of thousands out of numbers: "1,000" is 1000, "1,5" stays.
fn ungrouped(text: &str, separator: char) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let groups = |i: usize| i > 0 && digit(i - 1) && (1..=3).all(|k| digit(i + k)) && !digit(i + 4);
    chars
        .iter()
        .enumerate()
        .filter(|(i, c)| !(**c == separator && groups(*i)))
        .map(|(_, c)| c)
        .collect()
}
