//! Web and mail addresses, file names, telephone numbers, codes.

use crate::tts::normalize::digits::{cardinal, digits, number};
use crate::tts::normalize::rules::{Rule, group};

pub const RULES: &[Rule] = &[
    (r"(?i)\b[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+\b", |f| {
        Some(spelled(&f[0]))
    }),
    (r#"(?i)\b(?:https?|ftp)://([^\s<>"]+)|\bwww\.([^\s<>"]+)"#, |f| {
        let address = if group(f, 1).is_empty() {
            group(f, 2)
        } else {
            group(f, 1)
        };
        Some(web(address))
    }),
    (
        r"(?i)\b((?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|edu|gov|info|co\.uk|local|app|tv|ai|eu|de|fr|es|uk|at|ch|nl|it|lan))(/[^\s]*)?",
        |f| Some(web(&f[0])),
    ),
    // 192.168.1.1
    (r"\b(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b", |f| {
        Some((1..=4).map(|i| number(group(f, i))).collect::<Vec<_>>().join(" dot "))
    }),
    // v2.0, version 1.2.3
    (r"\b[vV](\d+(?:\.\d+)+)\b", |f| {
        Some(format!("version {}", version(group(f, 1))))
    }),
    (r"\b(\d+(?:\.\d+){2,})\b", |f| Some(version(group(f, 1)))),
    // readme.txt
    (
        r"(?i)\b([a-z0-9_-]+)\.(txt|pdf|md|ya?ml|json|toml|csv|html?|jpe?g|png|gif|mp3|mp4|wav|zip|py|rs|js|docx?|xlsx?|log)\b",
        |f| Some(format!("{} dot {}", group(f, 1).replace(['_', '-'], " "), group(f, 2))),
    ),
    // +1 (555) 123-4567, (555) 123-4567, 555-123-4567, 555-1234, +49 30 901820
    (r"\+(\d{1,3})((?:[ .-]?\(?\d{1,5}\)?){2,5})", |f| {
        let rest = groups(group(f, 2));
        (rest.len() > 4).then(|| format!("plus {}, {}", digits(group(f, 1)), rest))
    }),
    (r"\(?\b(\d{3})\)?[-. ](\d{3})[-. ](\d{4})\b", |f| Some(groups(&f[0]))),
    (r"\b(\d{3})-(\d{4})\b", |f| Some(groups(&f[0]))),
    // 0171 2345678
    (r"\b0\d{2,4}[ /-]\d{4,8}\b", |f| Some(groups(&f[0]))),
    (
        r"(?i)\b(pin|passcode|password|code|zip|zip code|extension|ext\.?|serial number|account number|ending in|confirmation number)( is| number)?:? (\d{3,12})\b",
        |f| {
            Some(format!(
                "{}{} {}",
                group(f, 1).trim_end_matches('.'),
                group(f, 2),
                digits(group(f, 3))
            ))
        },
    ),
    (r"(?i)\b(call|dial|phone|ring)( the number)? (\d{3})\b", |f| {
        Some(format!("{}{} {}", group(f, 1), group(f, 2), digits(group(f, 3))))
    }),
    // Room 101, flight 370, route 66, channel 5: as one says them, in halves.
    (
        r"(?i)\b(room|flight|route|highway|apartment|suite|gate|bus) (\d)(\d\d)\b",
        |f| {
            let last: u64 = group(f, 3).parse().ok()?;
            let last = match last {
                0 => "hundred".to_owned(),
                1..=9 => format!("oh {}", cardinal(last)),
                _ => cardinal(last),
            };
            Some(format!("{} {} {last}", group(f, 1), number(group(f, 2))))
        },
    ),
    // #5, No. 5
    (r"#(\d+)\b", |f| Some(format!("number {}", group(f, 1)))),
    (r"\b[Nn]o\. ?(\d)", |f| Some(format!("number {}", group(f, 1)))),
    (r"(^|\s)#([A-Za-z]\w*)", |f| {
        Some(format!("{}hashtag {}", group(f, 1), group(f, 2)))
    }),
    (r"(^|\s)@([A-Za-z]\w*)", |f| {
        Some(format!("{}at {}", group(f, 1), group(f, 2)))
    }),
];

/// An address, with its signs in words. What would take long to say after the host is left out.
fn web(address: &str) -> String {
    let end = address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '/', '\'']);
    let tail: String = address[end.len()..]
        .chars()
        .filter(|c| matches!(c, '.' | ',' | '!' | '?' | ';' | ':'))
        .collect();
    let address = end.strip_prefix("www.").unwrap_or(end);
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let short = path.len() <= 24 && !path.contains(['?', '=', '&', '%', '#']);
    let path = if short && !path.is_empty() {
        format!(" slash {}", spelled(path))
    } else {
        String::new()
    };
    format!("{}{path}{tail}", spelled(host))
}

fn spelled(address: &str) -> String {
    let mut words = String::new();
    for c in address.chars() {
        let name = match c {
            '.' => "dot",
            '@' => "at",
            '-' => "dash",
            '_' => "underscore",
            '/' => "slash",
            '+' => "plus",
            ':' => "colon",
            _ => "",
        };
        match name {
            "" if c.is_ascii_digit() => {
                words.push_str(&format!(" {} ", digits(&c.to_string())));
            }
            "" => words.push(c),
            name => words.push_str(&format!(" {name} ")),
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn version(text: &str) -> String {
    text.split('.').map(number).collect::<Vec<_>>().join(" point ")
}

/// Digit by digit, with a pause between groups.
fn groups(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty());
    parts.map(digits).collect::<Vec<_>>().join(", ")
}
