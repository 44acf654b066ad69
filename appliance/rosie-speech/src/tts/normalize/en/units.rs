//! Units of measurement after a number.

use crate::tts::normalize::digits::{counted, number};
use crate::tts::normalize::rules::{compile, group};
use regex::{Captures, Regex};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Sign, one, many.
const UNITS: &[(&str, &str, &str)] = &[
    ("km/h", "kilometer per hour", "kilometers per hour"),
    ("kph", "kilometer per hour", "kilometers per hour"),
    ("m/s", "meter per second", "meters per second"),
    ("mph", "mile per hour", "miles per hour"),
    ("MB/s", "megabyte per second", "megabytes per second"),
    ("Mbit/s", "megabit per second", "megabits per second"),
    ("Mbps", "megabit per second", "megabits per second"),
    ("Gbps", "gigabit per second", "gigabits per second"),
    ("kbps", "kilobit per second", "kilobits per second"),
    (
        "l/100km",
        "liter per hundred kilometers",
        "liters per hundred kilometers",
    ),
    ("µg/m³", "microgram per cubic meter", "micrograms per cubic meter"),
    ("km²", "square kilometer", "square kilometers"),
    ("m²", "square meter", "square meters"),
    ("cm²", "square centimeter", "square centimeters"),
    ("m³", "cubic meter", "cubic meters"),
    ("sqm", "square meter", "square meters"),
    ("sq ft", "square foot", "square feet"),
    ("km", "kilometer", "kilometers"),
    ("cm", "centimeter", "centimeters"),
    ("mm", "millimeter", "millimeters"),
    ("µm", "micrometer", "micrometers"),
    ("nm", "nanometer", "nanometers"),
    ("mi", "mile", "miles"),
    ("ft", "foot", "feet"),
    ("yd", "yard", "yards"),
    ("yds", "yard", "yards"),
    ("m", "meter", "meters"),
    ("kg", "kilogram", "kilograms"),
    ("mg", "milligram", "milligrams"),
    ("µg", "microgram", "micrograms"),
    ("g", "gram", "grams"),
    ("lb", "pound", "pounds"),
    ("lbs", "pound", "pounds"),
    ("oz", "ounce", "ounces"),
    ("fl oz", "fluid ounce", "fluid ounces"),
    ("ml", "milliliter", "milliliters"),
    ("mL", "milliliter", "milliliters"),
    ("cl", "centiliter", "centiliters"),
    ("dl", "deciliter", "deciliters"),
    ("l", "liter", "liters"),
    ("L", "liter", "liters"),
    ("gal", "gallon", "gallons"),
    ("tbsp", "tablespoon", "tablespoons"),
    ("tsp", "teaspoon", "teaspoons"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("Wh", "watt hour", "watt hours"),
    ("kW", "kilowatt", "kilowatts"),
    ("MW", "megawatt", "megawatts"),
    ("W", "watt", "watts"),
    ("kV", "kilovolt", "kilovolts"),
    ("V", "volt", "volts"),
    ("mAh", "milliamp hour", "milliamp hours"),
    ("mA", "milliamp", "milliamps"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("GHz", "gigahertz", "gigahertz"),
    ("KB", "kilobyte", "kilobytes"),
    ("kB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("TB", "terabyte", "terabytes"),
    ("ms", "millisecond", "milliseconds"),
    ("min", "minute", "minutes"),
    ("mins", "minute", "minutes"),
    ("sec", "second", "seconds"),
    ("secs", "second", "seconds"),
    ("hr", "hour", "hours"),
    ("hrs", "hour", "hours"),
    ("kcal", "kilocalorie", "kilocalories"),
    ("cal", "calorie", "calories"),
    ("kJ", "kilojoule", "kilojoules"),
    ("hPa", "hectopascal", "hectopascals"),
    ("kPa", "kilopascal", "kilopascals"),
    ("mbar", "millibar", "millibars"),
    ("psi", "P S I", "P S I"),
    ("dB", "decibel", "decibels"),
    ("lx", "lux", "lux"),
    ("lm", "lumen", "lumens"),
    ("ppm", "part per million", "parts per million"),
    ("px", "pixel", "pixels"),
    ("fps", "frame per second", "frames per second"),
    ("rpm", "revolution per minute", "revolutions per minute"),
    ("bpm", "beat per minute", "beats per minute"),
    ("°C", "degree Celsius", "degrees Celsius"),
    ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("ºC", "degree Celsius", "degrees Celsius"),
    ("ºF", "degree Fahrenheit", "degrees Fahrenheit"),
    ("℃", "degree Celsius", "degrees Celsius"),
    ("℉", "degree Fahrenheit", "degrees Fahrenheit"),
    ("°", "degree", "degrees"),
    ("º", "degree", "degrees"),
    ("%", "percent", "percent"),
    ("‰", "per mille", "per mille"),
    ("pp", "percentage point", "percentage points"),
];

/// Signs that are words or letters too: only right behind the number.
const ATTACHED: &[(&str, &str, &str)] = &[
    ("in", "inch", "inches"),
    ("s", "second", "seconds"),
    ("h", "hour", "hours"),
    ("d", "day", "days"),
    ("A", "amp", "amps"),
    ("J", "joule", "joules"),
    ("x", "times", "times"),
    ("k", "thousand", "thousand"),
    ("K", "K", "K"),
    ("bn", "billion", "billion"),
    ("\"", "inch", "inches"),
];

type Names = HashMap<&'static str, (&'static str, &'static str)>;

static NAMES: LazyLock<Names> =
    LazyLock::new(|| UNITS.iter().map(|(sign, one, many)| (*sign, (*one, *many))).collect());
static AFTER_SPACE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(UNITS, r"[ -]?"));
static BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(ATTACHED, ""));
/// 5'10", 5 ft 10 in
static FEET: LazyLock<Option<Regex>> =
    LazyLock::new(|| compile(r#"\b(\d{1,2})(?:'| ?ft\.?)(?: ?(\d{1,2})(?:"|''| ?in\b\.?))?(\s|[.,!?]|$)"#).ok());
/// 5 euros/month, 10 mg/day
static PER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"([a-z]) ?/ ?(second|minute|hour|day|week|month|year|person|night|kilogram|liter|kg|h|s|min|sec|hr|mo|yr)\b",
    )
    .ok()
});

/// A number, perhaps `minus`, and one of the signs, longest first, not followed by more of a word.
fn pattern(units: &[(&str, &str, &str)], between: &str) -> Option<Regex> {
    let mut signs: Vec<String> = units.iter().map(|(sign, ..)| regex::escape(sign)).collect();
    signs.sort_by_key(|s| std::cmp::Reverse(s.len()));
    compile(&format!(
        r"(^|[^\w.,-]|[ (])(-)?(\d[\d,]*(?:\.\d+)?|\.\d+){between}({})($|[^\w²³'/]|/(?:[a-z]))",
        signs.join("|")
    ))
    .ok()
}

pub fn read(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(feet) = &*FEET {
        text = feet.replace_all(&text, tall).into_owned();
    }
    // Twice, because a match takes the character after it, which the next needs before it.
    for _ in 0..2 {
        if let Some(units) = &*AFTER_SPACE {
            let name = |f: &Captures<'_>| named(f, NAMES.get(group(f, 4)).copied(), &text);
            text = units.replace_all(&text, name).into_owned();
        }
        if let Some(units) = &*BEHIND {
            let name = |sign: &str| {
                ATTACHED
                    .iter()
                    .find(|(s, ..)| *s == sign)
                    .map(|(_, one, many)| (*one, *many))
            };
            text = units
                .replace_all(&text, |f: &Captures<'_>| named(f, name(group(f, 4)), &text))
                .into_owned();
        }
    }
    if let Some(per) = &*PER {
        text = per
            .replace_all(&text, |f: &Captures<'_>| {
                format!("{} per {}", group(f, 1), per_name(group(f, 2)))
            })
            .into_owned();
    }
    text
}

fn named(found: &Captures<'_>, name: Option<(&str, &str)>, text: &str) -> String {
    let Some((one, many)) = name else {
        return found[0].to_owned();
    };
    let minus = if group(found, 2).is_empty() { "" } else { "minus " };
    let amount = group(found, 3);
    // A five kilometer run, a ninety degree turn.
    let before = found.get(1).map_or("", |m| text[..m.end()].trim_end());
    let of_a_noun = before
        .to_lowercase()
        .rsplit(' ')
        .next()
        .is_some_and(|w| w == "a" || w == "an")
        && group(found, 5) == " ";
    let unit = if of_a_noun { one } else { counted(amount, one, many) };
    format!("{}{minus}{} {unit}{}", group(found, 1), number(amount), group(found, 5))
}

/// "five foot ten"
fn tall(found: &Captures<'_>) -> String {
    let (feet, inches, tail) = (group(found, 1), group(found, 2), group(found, 3));
    if inches.is_empty() {
        return format!("{} {}{tail}", number(feet), counted(feet, "foot", "feet"));
    }
    format!("{} foot {}{tail}", number(feet), number(inches))
}

fn per_name(name: &str) -> &str {
    match name {
        "kg" => "kilogram",
        "h" | "hr" => "hour",
        "s" | "sec" => "second",
        "min" => "minute",
        "mo" => "month",
        "yr" => "year",
        name => name,
    }
}
