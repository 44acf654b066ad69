//! English number words.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const SCALES: [(u64, &str); 5] = [
    (1_000_000_000_000_000, "quadrillion"),
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

/// `1234` → "one thousand two hundred thirty-four".
pub fn cardinal(n: u64) -> String {
    for (scale, name) in SCALES {
        if n >= scale {
            let rest = n % scale;
            let head = format!("{} {name}", cardinal(n / scale));
            return if rest == 0 {
                head
            } else {
                format!("{head} {}", cardinal(rest))
            };
        }
    }
    if n >= 100 {
        let head = format!("{} hundred", ONES[(n / 100) as usize]);
        return if n.is_multiple_of(100) {
            head
        } else {
            format!("{head} {}", cardinal(n % 100))
        };
    }
    if n < 20 {
        return ONES[n as usize].to_owned();
    }
    let tens = TENS[(n / 10) as usize];
    if n.is_multiple_of(10) {
        tens.to_owned()
    } else {
        format!("{tens}-{}", ONES[(n % 10) as usize])
    }
}

/// `21` → "twenty-first".
pub fn ordinal(n: u64) -> String {
    let words = cardinal(n);
    let split = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (head, last) = words.split_at(split);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        tens if tens.ends_with('y') => format!("{}ieth", &tens[..tens.len() - 1]),
        other => format!("{other}th"),
    };
    format!("{head}{last}")
}

/// Digit by digit; other characters are left out. `007` → "zero zero seven".
pub fn digits(text: &str) -> String {
    let names = text.chars().filter_map(|c| c.to_digit(10)).map(|d| ONES[d as usize]);
    names.collect::<Vec<_>>().join(" ")
}

/// A number as it stands in a text, `-1,234.50`; too long ones and those with a leading zero digit by digit.
pub fn number(text: &str) -> String {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("minus ", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let plain = text.replace(',', "");
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let whole = match whole.parse::<u64>() {
        Ok(n) if whole.len() <= 16 && (whole == "0" || !whole.starts_with('0')) => cardinal(n),
        _ if whole.is_empty() => String::new(),
        _ => digits(whole),
    };
    let part = if part.is_empty() {
        String::new()
    } else {
        format!(" point {}", digits(part))
    };
    format!("{sign}{whole}{part}").replace("  ", " ").trim().to_owned()
}

/// A year: "nineteen eighty-four", "two thousand five", "twenty twenty-four".
pub fn year(n: u64) -> String {
    let (century, rest) = (n / 100, n % 100);
    match (century, rest) {
        (10 | 20, 0..=9) => cardinal(n),
        (1..=99, 0) => format!("{} hundred", cardinal(century)),
        (10..=99, 1..=9) => format!("{} oh {}", cardinal(century), cardinal(rest)),
        (10..=99, _) => format!("{} {}", cardinal(century), cardinal(rest)),
        _ => cardinal(n),
    }
}

/// A time of day: "four thirty-five", "nine o'clock", "sixteen hundred" is not for the home: "sixteen o'clock".
pub fn clock(hour: u64, minute: u64) -> String {
    let hour_words = cardinal(hour);
    match minute {
        0 if hour == 0 => "midnight".to_owned(),
        0 => format!("{hour_words} o'clock"),
        1..=9 => format!("{hour_words} oh {}", cardinal(minute)),
        _ => format!("{hour_words} {}", cardinal(minute)),
    }
}

/// `n` of something: the word in one or many.
pub fn counted<'a>(number: &str, one: &'a str, many: &'a str) -> &'a str {
    if matches!(number.trim_start_matches(['-', '+']), "1" | "one") {
        one
    } else {
        many
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        assert_eq!(
            cardinal(1_234_567),
            "one million two hundred thirty-four thousand five hundred sixty-seven"
        );
        assert_eq!(cardinal(u64::MAX).split(' ').next(), Some("eighteen"));
        assert_eq!(number("-0.05"), "minus zero point zero five");
        assert_eq!(number("1,000"), "one thousand");
        assert_eq!(number("007"), "zero zero seven");
        assert_eq!(number(".5"), "point five");
        let many = [
            (1, "first"),
            (12, "twelfth"),
            (20, "twentieth"),
            (43, "forty-third"),
            (100, "one hundredth"),
        ];
        many.iter().for_each(|(n, words)| assert_eq!(ordinal(*n), *words));
        let years = [
            (1984, "nineteen eighty-four"),
            (1905, "nineteen oh five"),
            (1900, "nineteen hundred"),
            (2000, "two thousand"),
            (2005, "two thousand five"),
            (2024, "twenty twenty-four"),
            (1066, "ten sixty-six"),
        ];
        years.iter().for_each(|(n, words)| assert_eq!(year(*n), *words));
    }
}
