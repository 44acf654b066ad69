//! Abbreviations, acronyms, Roman numbers, and signs that stand for words.

use crate::tts::normalize::digits::{cardinal, ordinal};
use crate::tts::normalize::rules::{Rule, group};

/// A text that is shouted is read like any other: capitals would be spelled.
pub fn calm(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .collect();
    let shouted = |w: &&&str| w.chars().all(|c| !c.is_lowercase());
    let loud = words.iter().filter(shouted).count();
    if words.len() >= 3 && loud * 4 >= words.len() * 3 {
        text.to_lowercase()
    } else {
        text.to_owned()
    }
}

/// Before anything else, because their full stops would be taken for other things.
pub const SHORT_FORMS: &[Rule] = &[
    (
        r"\b(Mr|Mrs|Ms|Dr|Prof|Rev|Hon|Gov|Sen|Rep|Gen|Col|Capt|Lt|Sgt)\.? ([A-Z])",
        |f| {
            let title = match group(f, 1) {
                "Mr" => "Mister",
                "Mrs" => "Missus",
                "Ms" => "Miz",
                "Dr" => "Doctor",
                "Prof" => "Professor",
                "Rev" => "Reverend",
                "Hon" => "Honorable",
                "Gov" => "Governor",
                "Sen" => "Senator",
                "Rep" => "Representative",
                "Gen" => "General",
                "Col" => "Colonel",
                "Capt" => "Captain",
                "Lt" => "Lieutenant",
                _ => "Sergeant",
            };
            Some(format!("{title} {}", group(f, 2)))
        },
    ),
    // St. John, but Main St.
    (r"(^|[^\w ] ?|\b[a-z]+ )St\. ?([A-Z])", |f| {
        Some(format!("{}Saint {}", group(f, 1), group(f, 2)))
    }),
    (
        r"\b([A-Z][a-z]+|\d+(?:st|nd|rd|th)) (St|Ave|Blvd|Rd|Ln|Dr|Ct|Pl|Sq|Hwy|Pkwy)\b(\.?)( [a-z]|,|\s*$)",
        |f| {
            let kind = match group(f, 2) {
                "St" => "Street",
                "Ave" => "Avenue",
                "Blvd" => "Boulevard",
                "Rd" => "Road",
                "Ln" => "Lane",
                "Dr" => "Drive",
                "Ct" => "Court",
                "Pl" => "Place",
                "Sq" => "Square",
                "Hwy" => "Highway",
                _ => "Parkway",
            };
            let end = if group(f, 4).trim().is_empty() { group(f, 3) } else { "" };
            Some(format!("{} {kind}{end}{}", group(f, 1), group(f, 4)))
        },
    ),
    (r"\b(Mr|Mrs|Ms|Dr|Prof)\. ", |f| {
        let title = match group(f, 1) {
            "Mr" => "Mister",
            "Mrs" => "Missus",
            "Ms" => "Miz",
            "Dr" => "Doctor",
            _ => "Professor",
        };
        Some(format!("{title} "))
    }),
    (r"\bMt\. ([A-Z])", |f| Some(format!("Mount {}", group(f, 1)))),
    (r"\bFt\. ([A-Z])", |f| Some(format!("Fort {}", group(f, 1)))),
    (r"(?i)\be\.g\.,?", |_| Some("for example,".to_owned())),
    (r"(?i)\bi\.e\.,?", |_| Some("that is,".to_owned())),
    (r"(?i)\betc\b\.?", |f| Some(format!("et cetera{}", &f[0][3..]))),
    (r"(?i)\bvs?\.? (\w)", |f| {
        if f[0].len() > 3 {
            Some(format!("versus {}", group(f, 1)))
        } else {
            None
        }
    }),
    (r"(?i)\bapprox\.?( |$)", |f| {
        Some(format!("approximately{}", group(f, 1)))
    }),
    (r"(?i)\ba\.k\.a\.", |_| Some("also known as".to_owned())),
    (
        r"\b(Jr|Sr|Inc|Ltd|Corp|Co|Dept|dept|Govt|govt|Bros|Assn|Univ|Intl)\b(\.)",
        |f| {
            let word = match group(f, 1) {
                "Jr" => "Junior",
                "Sr" => "Senior",
                "Inc" => "Incorporated",
                "Ltd" => "Limited",
                "Corp" => "Corporation",
                "Co" => "Company",
                "Dept" | "dept" => "department",
                "Govt" | "govt" => "government",
                "Bros" => "Brothers",
                "Assn" => "Association",
                "Univ" => "University",
                _ => "International",
            };
            let end = f.get(0).is_some_and(|m| m.as_str().ends_with('.')) && group(f, 2) == ".";
            Some(if end { format!("{word}\u{1}") } else { word.to_owned() })
        },
    ),
    // The full stop stays only at the end of the sentence.
    ("\u{1}\\s*$", |_| Some(".".to_owned())),
    ("\u{1}", |_| Some(String::new())),
    (
        r"\b(max|min|temp|incl|excl|avg|est|misc|tel|appt|apt|fig|vol|pp|p|ch|sec|ed|no)\. ?(\d)",
        |f| Some(format!("{} {}", long_form(group(f, 1))?, group(f, 2))),
    ),
    (r"\b(max|temp|incl|excl|avg|misc|appt)\. ([a-z])", |f| {
        Some(format!("{} {}", long_form(group(f, 1))?, group(f, 2)))
    }),
    (r"\bw/o\b", |_| Some("without".to_owned())),
    (r"\bw/ ?(\w)", |f| Some(format!("with {}", group(f, 1)))),
    (r"\bb/c\b", |_| Some("because".to_owned())),
    (r"\bn/a\b|\bN/A\b", |_| Some("not available".to_owned())),
    // Kings and chapters.
    (
        r"\b(Henry|Louis|Elizabeth|Charles|George|William|Edward|James|Richard|Philip|Frederick|Napoleon|Pope [A-Z][a-z]+(?: [A-Z][a-z]+)?) (I|II|III|IV|V|VI|VII|VIII|IX|X|XI|XII|XIII|XIV|XV|XVI)\b",
        |f| Some(format!("{} the {}", group(f, 1), ordinal(roman(group(f, 2))))),
    ),
    (
        r"\b(War|Part|Chapter|Act|Volume|Book|Section|Phase|Level|Super Bowl|Type|Rocky|Final Fantasy|Episode|Appendix|Grade|Stage|Class) (I|II|III|IV|V|VI|VII|VIII|IX|X|XI|XII|XIII|XIV|XV|XVI|XX|XL|L)\b",
        |f| Some(format!("{} {}", group(f, 1), cardinal(roman(group(f, 2))))),
    ),
];

pub const LAST: &[Rule] = &[
    // Read as words by espeak-ng if they are not pointed.
    (
        r"\b(LED|UPS|AM|ETA|FAQ|ISO|IOU|SOS|ATM|CEO|CIA|ICE|IRA|MIT|RIP|UFO|VIP|USA|EST|PST|CET|ASAP|DIY|LAN|EV|OLED|AC)(s)?\b",
        |f| {
            if matches!(group(f, 1), "LAN") {
                return None;
            }
            let letters: Vec<String> = group(f, 1).chars().map(String::from).collect();
            Some(format!(
                "{}{}",
                letters.join("."),
                if group(f, 2).is_empty() { "" } else { "'s" }
            ))
        },
    ),
    (r" ?& ?", |_| Some(" and ".to_owned())),
    (r"\band/or\b", |_| Some("and or".to_owned())),
    (r"\b([A-Z]{2,})/([A-Z]{2,})\b", |f| {
        Some(format!("{} {}", group(f, 1), group(f, 2)))
    }),
    (r"([a-z])/([a-z])", |f| {
        Some(format!("{} or {}", group(f, 1), group(f, 2)))
    }),
    (r"(\w) ?/ ?(\w)", |f| {
        Some(format!("{} slash {}", group(f, 1), group(f, 2)))
    }),
    (r"(\w)@(\w)", |f| Some(format!("{} at {}", group(f, 1), group(f, 2)))),
    (r" ?@ ", |_| Some(" at ".to_owned())),
    (r" ?§§? ?", |_| Some(" section ".to_owned())),
    (r" ?© ?", |_| Some(" copyright ".to_owned())),
    (r"(^|\s)[+=#/@%°$€£-]+(\s|$)", |_| Some(" ".to_owned())),
];

fn long_form(short: &str) -> Option<&'static str> {
    Some(match short {
        "max" => "maximum",
        "min" => "minimum",
        "temp" => "temperature",
        "incl" => "including",
        "excl" => "excluding",
        "avg" => "average",
        "est" => "established",
        "misc" => "miscellaneous",
        "tel" => "telephone",
        "appt" => "appointment",
        "apt" => "apartment",
        "fig" => "figure",
        "vol" => "volume",
        "pp" => "pages",
        "p" => "page",
        "ch" => "chapter",
        "sec" => "section",
        "ed" => "edition",
        "no" => "number",
        _ => return None,
    })
}

fn roman(text: &str) -> u64 {
    let value = |c: char| match c {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        _ => 50,
    };
    let numbers: Vec<u64> = text.chars().map(value).collect();
    let signed = |(i, n): (usize, &u64)| {
        if numbers.get(i + 1).is_some_and(|next| next > n) {
            -(*n as i64)
        } else {
            *n as i64
        }
    };
    numbers.iter().enumerate().map(signed).sum::<i64>().unsigned_abs()
}
