//! German.

use super::locale::Locale;

pub static GERMAN: Locale = Locale {
    index: 0,
    units: &[
        ("km/h", "Kilometer pro Stunde", "Kilometer pro Stunde"),
        ("m/s", "Meter pro Sekunde", "Meter pro Sekunde"),
        ("km²", "Quadratkilometer", "Quadratkilometer"),
        ("m²", "Quadratmeter", "Quadratmeter"),
        ("m³", "Kubikmeter", "Kubikmeter"),
        ("km", "Kilometer", "Kilometer"),
        ("cm", "Zentimeter", "Zentimeter"),
        ("mm", "Millimeter", "Millimeter"),
        ("m", "Meter", "Meter"),
        ("kg", "Kilogramm", "Kilogramm"),
        ("mg", "Milligramm", "Milligramm"),
        ("g", "Gramm", "Gramm"),
        ("ml", "Milliliter", "Milliliter"),
        ("l", "Liter", "Liter"),
        ("kWh", "Kilowattstunde", "Kilowattstunden"),
        ("kW", "Kilowatt", "Kilowatt"),
        ("W", "Watt", "Watt"),
        ("V", "Volt", "Volt"),
        ("GB", "Gigabyte", "Gigabyte"),
        ("MB", "Megabyte", "Megabyte"),
        ("Std.", "Stunde", "Stunden"),
        ("Min.", "Minute", "Minuten"),
        ("min", "Minute", "Minuten"),
        ("Sek.", "Sekunde", "Sekunden"),
        ("h", "Stunde", "Stunden"),
        ("hPa", "Hektopascal", "Hektopascal"),
        ("dB", "Dezibel", "Dezibel"),
        ("°C", "Grad Celsius", "Grad Celsius"),
        ("° C", "Grad Celsius", "Grad Celsius"),
        ("°F", "Grad Fahrenheit", "Grad Fahrenheit"),
        ("°", "Grad", "Grad"),
    ],
    words: &[
        (r"\bz\. ?B\.", "zum Beispiel"),
        (r"\bd\. ?h\.", "das heißt"),
        (r"\bu\. ?a\.", "unter anderem"),
        (r"\busw\.?", "und so weiter"),
        (r"\bbzw\.", "beziehungsweise"),
        (r"\bca\.", "circa"),
        (r"\bDr\. ", "Doktor "),
        (r"\bProf\. ", "Professor "),
        (r"\bHr\. ", "Herr "),
        (r"\bFr\. ([A-ZÄÖÜ])", "Frau $1"),
        (r"\bNr\. ?", "Nummer "),
        (r"\bSt\. ", "Sankt "),
        (r"\b(\p{L}+)str\.", "${1}straße"),
        (r"\bMio\.", "Millionen"),
        (r"\bMrd\.", "Milliarden"),
        (r"\binkl\.", "inklusive"),
        (r"\bmax\.", "maximal"),
        (r"\bmind\.", "mindestens"),
        (r"\bTel\.", "Telefon"),
    ],
    currencies: &[
        ("€", "Euro", "Euro"),
        ("EUR", "Euro", "Euro"),
        ("$", "Dollar", "Dollar"),
        ("£", "Pfund", "Pfund"),
        ("CHF", "Franken", "Franken"),
    ],
    cents: |whole, name, cents| {
        let whole = if whole == "1" { "ein" } else { whole };
        if whole == "0" {
            format!("{cents} Cent")
        } else {
            format!("{whole} {name} {cents}")
        }
    },
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    date: |day, month, year, before| {
        let before = before.to_lowercase();
        let dative = ["am", "vom", "zum", "dem", "den", "bis", "ab", "seit", "beim", "im"].contains(&before.as_str());
        let day = format!("{}{}", ordinal(day), if dative { "n" } else { "" });
        if year.is_empty() {
            format!("{day} {month}")
        } else {
            format!("{day} {month} {year}")
        }
    },
    time: |hour, minute| match (hour, minute) {
        (1, 0) => "ein Uhr".to_owned(),
        (1, minute) => format!("ein Uhr {minute}"),
        (_, 0) => format!("{hour} Uhr"),
        _ => format!("{hour} Uhr {minute}"),
    },
    ordinal,
    percent: "Prozent",
    minus: "minus",
    to: "bis",
    dot: "Punkt",
    at: "ät",
    signs: ["plus", "minus", "mal", "geteilt durch", "gleich"],
};

/// "dritte", for 1 to 99; the digits beyond.
fn ordinal(n: u64) -> String {
    const ONES: [&str; 20] = [
        "nullte",
        "erste",
        "zweite",
        "dritte",
        "vierte",
        "fünfte",
        "sechste",
        "siebte",
        "achte",
        "neunte",
        "zehnte",
        "elfte",
        "zwölfte",
        "dreizehnte",
        "vierzehnte",
        "fünfzehnte",
        "sechzehnte",
        "siebzehnte",
        "achtzehnte",
        "neunzehnte",
    ];
    const UNITS: [&str; 10] = [
        "",
        "einund",
        "zweiund",
        "dreiund",
        "vierund",
        "fünfund",
        "sechsund",
        "siebenund",
        "achtund",
        "neunund",
    ];
    const TENS: [&str; 10] = [
        "", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig",
    ];
    match n {
        0..=19 => ONES[n as usize].to_owned(),
        20..=99 => format!("{}{}ste", UNITS[(n % 10) as usize], TENS[(n / 10) as usize]),
        _ => format!("{n}ste"),
    }
}
