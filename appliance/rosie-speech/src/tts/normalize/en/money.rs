//! Sums of money.

use crate::tts::normalize::digits::{counted, number};
use crate::tts::normalize::rules::{Rule, group};

struct Currency {
    signs: &'static [&'static str],
    one: &'static str,
    many: &'static str,
    /// Hundredths, in one and many; empty where there are none.
    cent: (&'static str, &'static str),
}

const CURRENCIES: &[Currency] = &[
    Currency {
        signs: &["US$", "$", "USD"],
        one: "dollar",
        many: "dollars",
        cent: ("cent", "cents"),
    },
    Currency {
        signs: &["€", "EUR"],
        one: "euro",
        many: "euros",
        cent: ("cent", "cents"),
    },
    Currency {
        signs: &["£", "GBP"],
        one: "pound",
        many: "pounds",
        cent: ("penny", "pence"),
    },
    Currency {
        signs: &["¥", "JPY"],
        one: "yen",
        many: "yen",
        cent: ("", ""),
    },
    Currency {
        signs: &["₹", "INR"],
        one: "rupee",
        many: "rupees",
        cent: ("paisa", "paise"),
    },
    Currency {
        signs: &["CHF"],
        one: "franc",
        many: "francs",
        cent: ("centime", "centimes"),
    },
    Currency {
        signs: &["CA$", "C$", "CAD"],
        one: "Canadian dollar",
        many: "Canadian dollars",
        cent: ("cent", "cents"),
    },
    Currency {
        signs: &["A$", "AUD"],
        one: "Australian dollar",
        many: "Australian dollars",
        cent: ("cent", "cents"),
    },
    Currency {
        signs: &["₩"],
        one: "won",
        many: "won",
        cent: ("", ""),
    },
    Currency {
        signs: &["₽"],
        one: "rouble",
        many: "roubles",
        cent: ("kopeck", "kopecks"),
    },
    Currency {
        signs: &["₿", "BTC"],
        one: "bitcoin",
        many: "bitcoins",
        cent: ("", ""),
    },
];

pub const RULES: &[Rule] = &[
    // $5-$10, $5–10
    (
        r"([$€£¥₹])(\d[\d,.]*) ?[-–] ?[$€£¥₹]?(\d[\d,]*(?:\.\d+)?)",
        |f| {
            let currency = find(group(f, 1))?;
            Some(format!(
                "{} to {} {}",
                number(group(f, 2)),
                number(group(f, 3)),
                currency.many
            ))
        },
    ),
    (
        r"(-)?(US\$|CA\$|C\$|A\$|[$€£¥₹₩₽₿]|\b(?:USD|EUR|GBP|CHF|JPY|INR|CAD|AUD)\b) ?(\d[\d,]*(?:\.\d+)?)(?:( (?:thousand|million|billion|trillion))\b|(k|K|m|M|bn|B|tn)\b)?",
        |f| {
            sum(
                find(group(f, 2))?,
                group(f, 1),
                group(f, 3),
                scale(group(f, 4), group(f, 5)),
            )
        },
    ),
    (
        r"(-)?\b(\d[\d,]*(?:\.\d+)?)(?:( (?:thousand|million|billion|trillion))\b|(k|K|m|M|bn|B|tn)\b)? ?([$€£¥₹₩₽₿]|(?:USD|EUR|GBP|CHF|JPY|INR|CAD|AUD|BTC)\b)",
        |f| {
            sum(
                find(group(f, 5))?,
                group(f, 1),
                group(f, 2),
                scale(group(f, 3), group(f, 4)),
            )
        },
    ),
    (r"\b(\d+) ?¢", |f| {
        Some(format!(
            "{} {}",
            number(group(f, 1)),
            counted(group(f, 1), "cent", "cents")
        ))
    }),
];

fn find(sign: &str) -> Option<&'static Currency> {
    CURRENCIES.iter().find(|c| c.signs.contains(&sign))
}

fn scale<'a>(word: &'a str, letter: &str) -> &'a str {
    match letter {
        "k" | "K" => "thousand",
        "m" | "M" => "million",
        "bn" | "B" => "billion",
        "tn" => "trillion",
        _ => word.trim(),
    }
}

fn sum(currency: &Currency, sign: &str, amount: &str, scale: &str) -> Option<String> {
    let minus = if sign.is_empty() { "" } else { "minus " };
    if !scale.is_empty() {
        return Some(format!("{minus}{} {scale} {}", number(amount), currency.many));
    }
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let unit = counted(whole, currency.one, currency.many);
    // Two digits are hundredths; any other number of them is a decimal.
    if part.len() != 2 || currency.cent.0.is_empty() {
        let unit = if part.is_empty() { unit } else { currency.many };
        return Some(format!("{minus}{} {unit}", number(amount)));
    }
    let cents = part.trim_start_matches('0');
    let cent_words = format!("{} {}", number(cents), counted(cents, currency.cent.0, currency.cent.1));
    Some(match (whole.trim_start_matches('0').is_empty(), cents.is_empty()) {
        (true, true) => format!("zero {}", currency.many),
        (true, false) => format!("{minus}{cent_words}"),
        (false, true) => format!("{minus}{} {unit}", number(whole)),
        (false, false) => format!("{minus}{} {unit} and {cent_words}", number(whole)),
    })
}
