//! French.

use super::locale::Locale;

pub static FRENCH: Locale = Locale {
    index: 2,
    units: &[
        ("km/h", "kilomètre heure", "kilomètres heure"),
        ("m/s", "mètre par seconde", "mètres par seconde"),
        ("km²", "kilomètre carré", "kilomètres carrés"),
        ("m²", "mètre carré", "mètres carrés"),
        ("m³", "mètre cube", "mètres cubes"),
        ("km", "kilomètre", "kilomètres"),
        ("cm", "centimètre", "centimètres"),
        ("mm", "millimètre", "millimètres"),
        ("m", "mètre", "mètres"),
        ("kg", "kilo", "kilos"),
        ("mg", "milligramme", "milligrammes"),
        ("g", "gramme", "grammes"),
        ("ml", "millilitre", "millilitres"),
        ("cl", "centilitre", "centilitres"),
        ("l", "litre", "litres"),
        ("kWh", "kilowattheure", "kilowattheures"),
        ("kW", "kilowatt", "kilowatts"),
        ("W", "watt", "watts"),
        ("V", "volt", "volts"),
        ("Go", "gigaoctet", "gigaoctets"),
        ("Mo", "mégaoctet", "mégaoctets"),
        ("min", "minute", "minutes"),
        ("s", "seconde", "secondes"),
        ("h", "heure", "heures"),
        ("hPa", "hectopascal", "hectopascals"),
        ("dB", "décibel", "décibels"),
        ("°C", "degré Celsius", "degrés Celsius"),
        ("° C", "degré Celsius", "degrés Celsius"),
        ("°", "degré", "degrés"),
    ],
    words: &[
        (r"\bMme ", "madame "),
        (r"\bMlle ", "mademoiselle "),
        (r"\bM\. ([A-ZÉ])", "monsieur $1"),
        (r"\bDr\.? ([A-ZÉ])", "docteur $1"),
        (r"\bp\. ?ex\.", "par exemple"),
        (r"\betc\.?", "et cetera"),
        (r"\bc\.-à-d\.", "c'est-à-dire"),
        (r"\bn° ?|\bN° ?", "numéro "),
        (r"\benv\.", "environ"),
        (r"\bmax\.", "maximum"),
        (r"\bmin\. ", "minimum "),
        (r"\bTél\.|\btél\.", "téléphone"),
        (r"\bSt-", "Saint-"),
        (r"\bSte-", "Sainte-"),
        (r"\bbd\. ", "boulevard "),
        (r"\bav\. ", "avenue "),
        (r"\b1ère\b|\b1re\b", "première"),
        (r"\b1er\b", "premier"),
        (r"\b2e\b|\b2ème\b|\b2ᵉ", "deuxième"),
        (r"\b3e\b|\b3ème\b", "troisième"),
        (r"\b4e\b|\b4ème\b", "quatrième"),
        (r"\b5e\b|\b5ème\b", "cinquième"),
    ],
    currencies: &[
        ("€", "euro", "euros"),
        ("EUR", "euro", "euros"),
        ("$", "dollar", "dollars"),
        ("£", "livre", "livres"),
        ("CHF", "franc suisse", "francs suisses"),
    ],
    cents: |whole, name, cents| {
        if whole == "0" {
            format!("{cents} centimes")
        } else {
            format!("{whole} {name} {cents}")
        }
    },
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    date: |day, month, year, _| {
        let day = if day == 1 {
            "premier".to_owned()
        } else {
            day.to_string()
        };
        if year.is_empty() {
            format!("{day} {month}")
        } else {
            format!("{day} {month} {year}")
        }
    },
    time: |hour, minute| {
        let heures = match hour {
            0 => "minuit".to_owned(),
            1 => "une heure".to_owned(),
            12 => "midi".to_owned(),
            _ => format!("{hour} heures"),
        };
        if minute == 0 {
            heures
        } else {
            format!("{heures} {minute}")
        }
    },
    ordinal: |n| {
        let names = [
            "premier",
            "deuxième",
            "troisième",
            "quatrième",
            "cinquième",
            "sixième",
            "septième",
            "huitième",
            "neuvième",
            "dixième",
        ];
        n.checked_sub(1)
            .and_then(|i| names.get(i as usize))
            .map_or_else(|| n.to_string(), |s| (*s).to_owned())
    },
    percent: "pour cent",
    minus: "moins",
    to: "à",
    dot: "point",
    at: "arobase",
    signs: ["plus", "moins", "fois", "divisé par", "égale"],
};
