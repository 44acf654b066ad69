//! Ranges, fractions, arithmetic, ordinals, and whatever digits are left.

use crate::tts::normalize::digits::{cardinal, digits, number, ordinal};
use crate::tts::normalize::rules::{Rule, group};
use regex::Captures;

/// What must be said of numbers before their units are.
pub const BEFORE_UNITS: &[Rule] = &[
    (r"\b24/7\b", |_| Some("twenty-four seven".to_owned())),
    (r"\b9/11\b", |_| Some("nine eleven".to_owned())),
    (r"\b50[/-]50\b", |_| Some("fifty fifty".to_owned())),
    // ½ and 2½
    (r"(\d+)? ?([½¼¾⅓⅔⅛⅜⅝⅞⅕])", |f| {
        let (name, _) = VULGAR.iter().find(|(_, sign)| *sign == group(f, 2))?;
        let half = name.trim_start_matches("one ");
        let half = if name.starts_with("one ") {
            format!("{} {half}", article(half))
        } else {
            (*name).to_owned()
        };
        let spaced = if f.get(1).is_none() && f[0].starts_with(' ') {
            " "
        } else {
            ""
        };
        Some(match group(f, 1) {
            "" => format!("{spaced}{name}"),
            whole => format!("{} and {half}", number(whole)),
        })
    }),
    // 2 1/2, 3/4
    (r"(?:\b(\d+) )?\b(\d{1,2})/(\d{1,3})\b", fraction),
    // 1920x1080, 3 x 4
    (
        r"\b(\d+(?:\.\d+)?) ?[x×] ?(\d+(?:\.\d+)?)( ?[x×] ?(\d+(?:\.\d+)?))?",
        |f| {
            let attached = !f[0].contains(" × ");
            let word = if attached { "by" } else { "times" };
            let third = if group(f, 4).is_empty() {
                String::new()
            } else {
                format!(" {word} {}", group(f, 4))
            };
            Some(format!("{} {word} {}{third}", group(f, 1), group(f, 2)))
        },
    ),
    // 5-10, 5 – 10 kg: not after a letter or a sign, and the second is larger.
    (
        r"(^|[\s(~$€£≈])(\d[\d,]*(?:\.\d+)?)(%|°)?(?:-| ?– ?)(\d[\d,]*(?:\.\d+)?)",
        |f| {
            let year = |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
            if year(group(f, 2)) {
                return None;
            }
            Some(format!(
                "{}{}{} to {}",
                group(f, 1),
                group(f, 2),
                group(f, 3),
                group(f, 4)
            ))
        },
    ),
];

const VULGAR: &[(&str, &str)] = &[
    ("one half", "½"),
    ("one quarter", "¼"),
    ("three quarters", "¾"),
    ("one third", "⅓"),
    ("two thirds", "⅔"),
    ("one eighth", "⅛"),
    ("three eighths", "⅜"),
    ("five eighths", "⅝"),
    ("seven eighths", "⅞"),
    ("one fifth", "⅕"),
];

pub const RULES: &[Rule] = &[
    (r"√ ?(\d+)", |f| {
        Some(format!("the square root of {}", number(group(f, 1))))
    }),
    (r"\b(\w+)²", |f| Some(format!("{} squared", group(f, 1)))),
    (r"\b(\w+)³", |f| Some(format!("{} cubed", group(f, 1)))),
    (r"\b(\d+|[a-z]) ?\^ ?(-?\d+|[a-z])\b", |f| {
        Some(match group(f, 2) {
            "2" => format!("{} squared", group(f, 1)),
            "3" => format!("{} cubed", group(f, 1)),
            power => format!("{} to the power of {power}", group(f, 1)),
        })
    }),
    // Signs of arithmetic, between spaces or numbers.
    (r"(\w\)?) ?\+ ?(-?\(?\w)", |f| {
        Some(format!("{} plus {}", group(f, 1), group(f, 2)))
    }),
    (r"(\w\)?) - (-?\(?\d)", |f| {
        Some(format!("{} minus {}", group(f, 1), group(f, 2)))
    }),
    (r"(\d\)?) ?[*×·] ?(-?\(?\d)", |f| {
        Some(format!("{} times {}", group(f, 1), group(f, 2)))
    }),
    (r"(\w\)?) ?÷ ?(-?\(?\w)|(\d) / (\d)", |f| {
        Some(format!(
            "{}{} divided by {}{}",
            group(f, 1),
            group(f, 3),
            group(f, 2),
            group(f, 4)
        ))
    }),
    (r" ?(≤|<=) ?", |_| Some(" is at most ".to_owned())),
    (r" ?(≥|>=) ?", |_| Some(" is at least ".to_owned())),
    (r" ?(≠|!=) ?", |_| Some(" is not equal to ".to_owned())),
    (r"(\w) ?≈ ?", |f| Some(format!("{} is about ", group(f, 1)))),
    (r"(\w) ?={1,2} ?(-?[\w(])", |f| {
        Some(format!("{} equals {}", group(f, 1), group(f, 2)))
    }),
    (r"(\d) < (-?\w)", |f| {
        Some(format!("{} is less than {}", group(f, 1), group(f, 2)))
    }),
    (r"(\d) > (-?\w)", |f| {
        Some(format!("{} is greater than {}", group(f, 1), group(f, 2)))
    }),
    (r"(^|[\s(])<(\d)", |f| {
        Some(format!("{}less than {}", group(f, 1), group(f, 2)))
    }),
    (r"(^|[\s(])>(\d)", |f| {
        Some(format!("{}more than {}", group(f, 1), group(f, 2)))
    }),
    (r" ?(?:±|\+/-) ?(\d)", |f| {
        Some(format!(" plus or minus {}", group(f, 1)))
    }),
    (r"[~≈] ?(\d)", |f| Some(format!("about {}", group(f, 1)))),
    (r"\b(\d[\d,]*)\+(\s|[.,!?]|$)", |f| {
        Some(format!("{} plus{}", group(f, 1), group(f, 2)))
    }),
    (r"π", |_| Some("pi".to_owned())),
    (r"∞", |_| Some("infinity".to_owned())),
    // 21st
    (r"\b(\d[\d,]*)(?:st|nd|rd|th)\b", |f| {
        group(f, 1).replace(',', "").parse().ok().map(ordinal)
    }),
    // 5-minute, 3-2
    (r"\b(\d+)-(\d+)\b", |f| {
        Some(format!("{} to {}", group(f, 1), group(f, 2)))
    }),
    (r"(^|[\s(=,])-(\d|\.\d)", |f| {
        Some(format!("{}minus {}", group(f, 1), group(f, 2)))
    }),
    // MP3, B-52, H2O: letters and digits are said apart.
    (r"([A-Za-z])-?(\d+)([A-Za-z])?", |f| {
        let after = if group(f, 3).is_empty() {
            String::new()
        } else {
            format!(" {}", group(f, 3))
        };
        Some(format!("{} {}{after}", group(f, 1), number(group(f, 2))))
    }),
    (r"\b(\d[\d,]*(?:\.\d+)?)([A-Za-z]+)", |f| {
        Some(format!("{} {}", number(group(f, 1)), group(f, 2)))
    }),
    (r"\b(\d[\d,]*(?:\.\d+)?)-([A-Za-z])", |f| {
        Some(format!("{} {}", number(group(f, 1)), group(f, 2)))
    }),
    // Millions of digits are codes.
    (r"\b(\d{11,})(\.\d+)?\b", |f| {
        let part = if group(f, 2).is_empty() {
            String::new()
        } else {
            format!(" point {}", digits(group(f, 2)))
        };
        Some(digits(group(f, 1)) + &part)
    }),
    (r"(^|[^\w.])(\.\d+)\b", |f| {
        Some(format!("{}{}", group(f, 1), number(group(f, 2))))
    }),
    (r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", |f| Some(number(&f[0]))),
];

fn fraction(found: &Captures<'_>) -> Option<String> {
    let (top, bottom): (u64, u64) = (group(found, 2).parse().ok()?, group(found, 3).parse().ok()?);
    let known = matches!(bottom, 2..=10 | 12 | 16 | 20 | 32 | 64 | 100);
    if top == 0 || !known || top >= bottom {
        let over = format!("{} over {}", cardinal(top), cardinal(bottom));
        let whole = group(found, 1);
        return Some(if whole.is_empty() {
            over
        } else {
            format!("{} {over}", number(whole))
        });
    }
    let name = match bottom {
        2 => "half".to_owned(),
        4 => "quarter".to_owned(),
        n => ordinal(n),
    };
    let plural = if top == 1 { "" } else { "s" };
    Some(match (group(found, 1), top) {
        ("", _) => format!("{} {name}{plural}", cardinal(top)),
        (whole, 1) => format!("{} and {} {name}", number(whole), article(&name)),
        (whole, _) => format!("{} and {} {name}{plural}", number(whole), cardinal(top)),
    })
}

fn article(name: &str) -> &'static str {
    if name.starts_with("eigh") { "an" } else { "a" }
}
