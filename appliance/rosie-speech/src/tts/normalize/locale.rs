//! Languages whose digits espeak-ng reads well by itself: what surrounds the digits is put in words by tables.

use super::rules::{compile, group};
use super::{de, es, fr};
use crate::tts::ssml::DateOrder;
use regex::{Captures, Regex};
use rosie_core::Language;
use std::sync::LazyLock;

/// What a language needs.
pub struct Locale {
    /// Which of [`UNITS_OF`]'s compiled patterns is its own.
    pub index: usize,
    /// Sign, one, many.
    pub units: &'static [(&'static str, &'static str, &'static str)],
    /// Pattern (with `(?i)` where wanted), words. `$1` and so on are its groups.
    pub words: &'static [(&'static str, &'static str)],
    /// Sign, one, many.
    pub currencies: &'static [(&'static str, &'static str, &'static str)],
    /// 12 euros *con* 50.
    pub cents: fn(&str, &str, u64) -> String,
    pub months: [&'static str; 12],
    /// Day, month's name, year (or empty); what stands right before the date.
    pub date: fn(u64, &str, &str, &str) -> String,
    pub time: fn(u64, u64) -> String,
    pub ordinal: fn(u64) -> String,
    pub percent: &'static str,
    pub minus: &'static str,
    pub to: &'static str,
    /// `.` and `@` of addresses.
    pub dot: &'static str,
    pub at: &'static str,
    /// `+ - × ÷ =`
    pub signs: [&'static str; 5],
}

struct Patterns {
    units: Regex,
    money_after: Regex,
    money_before: Regex,
    words: Vec<(Regex, &'static str)>,
}

static PATTERNS: [LazyLock<Option<Patterns>>; 3] = [
    LazyLock::new(|| Patterns::of(&de::GERMAN)),
    LazyLock::new(|| Patterns::of(&es::SPANISH)),
    LazyLock::new(|| Patterns::of(&fr::FRENCH)),
];

/// Patterns that all of them share.
struct Shared {
    mail: Regex,
    web: Regex,
    iso_date: Regex,
    date: Regex,
    time: Regex,
    range: Regex,
    percent: Regex,
    minus: Regex,
    sign: Regex,
}

static SHARED: LazyLock<Option<Shared>> = LazyLock::new(|| Shared::new().ok());

impl Shared {
    fn new() -> Result<Self, regex::Error> {
        Ok(Self {
            mail: compile(r"(?i)\b[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+\b")?,
            web: compile(
                r"(?i)\b(?:https?://|www\.)([^\s<>]*[^\s<>.,;:!?)/])/?|\b(?:[a-z0-9-]+\.)+(?:com|org|net|de|at|ch|es|fr|eu|io|info|local)\b(?:/[^\s.,;]*)?",
            )?,
            iso_date: compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")?,
            date: compile(r"(\p{L}+ |^|)\b(\d{1,2})([./])(\d{1,2})[./](?:(\d{4}|\d{2})\b)?")?,
            time: compile(r"\b([01]?\d|2[0-4])(?::|[hH])([0-5]\d)\b(?: ?(?:Uhr|h|horas))?")?,
            range: compile(r"(^|[\s(])(\d[\d.,]*)(?: ?– ?|-)(\d)")?,
            percent: compile(r"(\d) ?%")?,
            minus: compile(r"(^|[\s(])-(\d)")?,
            sign: compile(r"(\d) ?([+×*÷=]) ?(\d)|(\d) ([-/]) (\d)")?,
        })
    }
}

impl Patterns {
    fn of(locale: &Locale) -> Option<Self> {
        let signs = |table: &[(&str, &str, &str)]| {
            let mut signs: Vec<String> = table.iter().map(|(sign, ..)| regex::escape(sign)).collect();
            signs.sort_by_key(|s| std::cmp::Reverse(s.len()));
            signs.join("|")
        };
        let (units, money) = (signs(locale.units), signs(locale.currencies));
        let words = locale
            .words
            .iter()
            .filter_map(|(pattern, words)| Some((compile(pattern).ok()?, *words)));
        Some(Self {
            units: compile(&format!(r"(-)?\b(\d[\d.,]*) ?({units})($|[^\p{{L}}\d²³/])")).ok()?,
            money_after: compile(&format!(r"(-)?\b(\d[\d.]*)(?:,(\d\d))?( (?:Mio\.|Mrd\.|Millionen|Milliarden|millones|millions?|milliards?))? ?({money})($|\P{{L}})")).ok()?,
            money_before: compile(&format!(r"({money}) ?(\d[\d.]*)(?:,(\d\d))?\b")).ok()?,
            words: words.collect(),
        })
    }
}

/// Puts a sentence of that language in words.
pub fn read(text: &str, locale: &Locale) -> String {
    let (Some(shared), Some(own)) = (&*SHARED, PATTERNS.get(locale.index).and_then(|p| p.as_ref())) else {
        return text.to_owned();
    };
    let mut text = addresses(text, shared, locale);
    for (pattern, words) in &own.words {
        text = pattern.replace_all(&text, *words).into_owned();
    }
    let text = dates_and_times(&text, shared, locale);
    let text = amounts(&text, shared, own, locale);
    text.replace('&', locale.and())
}

/// Replaces what the pattern finds by its words; `None` leaves it.
fn each(pattern: &Regex, text: &str, words: impl Fn(&Captures<'_>) -> Option<String>) -> String {
    pattern
        .replace_all(text, |f: &Captures<'_>| words(f).unwrap_or_else(|| f[0].to_owned()))
        .into_owned()
}

fn addresses(text: &str, shared: &Shared, locale: &Locale) -> String {
    let spelled = |address: &str| {
        let words = address
            .replace('.', &format!(" {} ", locale.dot))
            .replace('@', &format!(" {} ", locale.at));
        Some(words.replace('/', " "))
    };
    let text = each(&shared.mail, text, |f| spelled(&f[0]));
    each(&shared.web, &text, |f| spelled(f.get(1).map_or(&f[0], |m| m.as_str())))
}

fn dates_and_times(text: &str, shared: &Shared, locale: &Locale) -> String {
    let text = each(&shared.iso_date, text, |f| {
        dated(locale, "", group(f, 3), group(f, 2), group(f, 1))
    });
    let text = each(&shared.date, &text, |f| slashed(locale, f));
    each(&shared.time, &text, |f| {
        Some((locale.time)(group(f, 1).parse().ok()?, group(f, 2).parse().ok()?))
    })
}

fn amounts(text: &str, shared: &Shared, own: &Patterns, locale: &Locale) -> String {
    let text = each(&shared.range, text, |f| {
        Some(format!("{}{} {} {}", group(f, 1), group(f, 2), locale.to, group(f, 3)))
    });
    let text = each(&own.money_after, &text, |f| {
        let sum = money(locale, group(f, 1), group(f, 5), group(f, 2), group(f, 3), group(f, 4));
        Some(sum + group(f, 6))
    });
    let text = each(&own.money_before, &text, |f| {
        Some(money(locale, "", group(f, 1), group(f, 2), group(f, 3), ""))
    });
    let text = each(&own.units, &text, |f| {
        let (_, one, many) = locale.units.iter().find(|(sign, ..)| *sign == group(f, 3))?;
        let minus = if group(f, 1).is_empty() {
            String::new()
        } else {
            format!("{} ", locale.minus)
        };
        let unit = if group(f, 2) == "1" { one } else { many };
        Some(format!("{minus}{} {unit}{}", group(f, 2), group(f, 4)))
    });
    let mut text = each(&shared.percent, &text, |f| {
        Some(format!("{} {}", group(f, 1), locale.percent))
    });
    // Twice, because a number between two signs belongs to both.
    for _ in 0..2 {
        text = each(&shared.sign, &text, |f| Some(arithmetic(locale, f)));
    }
    each(&shared.minus, &text, |f| {
        Some(format!("{}{} {}", group(f, 1), locale.minus, group(f, 2)))
    })
}

impl Locale {
    fn and(&self) -> &'static str {
        ["und", "y", "et"].get(self.index).copied().unwrap_or("&")
    }
}

fn money(locale: &Locale, sign: &str, currency: &str, whole: &str, part: &str, scale: &str) -> String {
    let Some((_, one, many)) = locale.currencies.iter().find(|(s, ..)| *s == currency) else {
        return format!("{whole} {currency}");
    };
    let minus = if sign.is_empty() {
        String::new()
    } else {
        format!("{} ", locale.minus)
    };
    let name = if whole == "1" && scale.is_empty() { one } else { many };
    match part.parse() {
        Ok(cents) if cents > 0 => format!("{minus}{}", (locale.cents)(whole, name, cents)),
        _ => format!("{minus}{whole}{scale} {name}"),
    }
}

fn arithmetic(locale: &Locale, found: &Captures<'_>) -> String {
    let [plus, minus, times, divided, equals] = locale.signs;
    let (left, sign, right) = match group(found, 2) {
        "" => (group(found, 4), group(found, 5), group(found, 6)),
        sign => (group(found, 1), sign, group(found, 3)),
    };
    let word = match sign {
        "+" => plus,
        "-" => minus,
        "×" | "*" => times,
        "÷" | "/" => divided,
        _ => equals,
    };
    format!("{left} {word} {right}")
}

fn slashed(locale: &Locale, found: &Captures<'_>) -> Option<String> {
    let (before, year) = (group(found, 1), group(found, 5));
    // `am 3.5.` is a date in German; without a year, nothing else is.
    let german = locale.index == 0 && found[0].ends_with('.');
    let introduced =
        ["am", "der", "den", "dem", "vom", "zum", "bis", "ab", "seit"].contains(&before.trim().to_lowercase().as_str());
    if year.is_empty() && !(german && introduced) {
        return None;
    }
    Some(format!(
        "{before}{}",
        dated(locale, before.trim(), group(found, 2), group(found, 4), year)?
    ))
}

fn dated(locale: &Locale, before: &str, day: &str, month: &str, year: &str) -> Option<String> {
    let (day, month): (u64, usize) = (day.parse().ok()?, month.parse().ok()?);
    let month = locale.months.get(month.checked_sub(1)?)?;
    let year = if year.len() == 2 {
        format!("20{year}")
    } else {
        year.to_owned()
    };
    (1..=31)
        .contains(&day)
        .then(|| (locale.date)(day, month, &year, before))
}

fn of(language: &Language) -> Option<&'static Locale> {
    match language.primary() {
        "de" => Some(&de::GERMAN),
        "es" => Some(&es::SPANISH),
        "fr" => Some(&fr::FRENCH),
        _ => None,
    }
}

/// "third" in that language; the digits where it is not known.
pub fn ordinal(n: u64, language: &Language) -> String {
    of(language).map_or_else(|| n.to_string(), |locale| (locale.ordinal)(n))
}

/// The content of `say-as` date.
pub fn say_date(parts: &[&str], order: DateOrder, language: &Language) -> Option<String> {
    let locale = of(language)?;
    match (order, parts) {
        (DateOrder::YearMonthDay, [y, m, d]) => dated(locale, "", d, m, y),
        (DateOrder::MonthDayYear, [m, d, y]) => dated(locale, "", d, m, y),
        (DateOrder::DayMonthYear, [d, m, y]) => dated(locale, "", d, m, y),
        _ => None,
    }
}
