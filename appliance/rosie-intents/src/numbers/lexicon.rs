//! The number words of four languages, every usual spelling. Hyphens are written as spaces: the reader takes both.

/// What [`super::NumberWords`] is built from.
pub(super) struct Lexicon {
    pub small: Vec<(String, f64)>,
    pub hundreds: Vec<(String, f64)>,
    pub joiners: &'static [&'static str],
    pub scales: Vec<(&'static str, f64, bool)>,
    pub points: &'static [&'static str],
    pub halves: &'static [&'static str],
}

pub(super) fn of(language: &str) -> Option<Lexicon> {
    match language {
        "en" => Some(english()),
        "de" => Some(german()),
        "es" => Some(spanish()),
        "fr" => Some(french()),
        _ => None,
    }
}

/// Words counted from `from` on; `/` parts spellings.
fn counted(words: &str, from: u32, step: u32) -> Vec<(String, f64)> {
    let numbers = (0..).map(|i| f64::from(from + i * step));
    let spellings = |(word, n): (&str, f64)| word.split('/').map(|w| (w.replace('_', " "), n)).collect::<Vec<_>>();
    words.split_whitespace().zip(numbers).flat_map(spellings).collect()
}

/// Every ten joined with every unit by `join`.
fn compounds(
    tens: &[(String, f64)],
    units: &[(String, f64)],
    join: impl Fn(&str, &str) -> String,
) -> Vec<(String, f64)> {
    let pairs = tens.iter().flat_map(|t| units.iter().map(move |u| (t, u)));
    pairs
        .filter(|(_, u)| u.1 >= 1.0 && u.1 <= 9.0)
        .map(|(t, u)| (join(&t.0, &u.0), t.1 + u.1))
        .collect()
}

fn english() -> Lexicon {
    let units = counted(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
         seventeen eighteen nineteen",
        0,
        1,
    );
    let tens = counted("twenty thirty forty/fourty fifty sixty seventy eighty ninety", 20, 10);
    let mut hundreds: Vec<_> = units[1..]
        .iter()
        .filter(|u| u.1 != 10.0)
        .map(|u| (format!("{} hundred", u.0), u.1 * 100.0))
        .collect();
    hundreds.push(("a hundred".into(), 100.0));
    let mut small = compounds(&tens, &units, |t, u| format!("{t} {u}"));
    small.extend(compounds(&tens, &units, |t, u| format!("{t}{u}")));
    small.extend(units);
    small.extend(tens);
    let scales = vec![
        ("billion", 1e9, false),
        ("million", 1e6, false),
        ("thousand", 1e3, false),
        ("a billion", 1e9, true),
        ("a million", 1e6, true),
        ("a thousand", 1e3, true),
    ];
    Lexicon {
        small,
        hundreds,
        joiners: &[" and ", " ", ", "],
        scales,
        points: &[" point "],
        halves: &[" and a half"],
    }
}

fn german() -> Lexicon {
    let units = counted(
        "null eins/ein/eine/einen/einem/einer/eines zwei/zwo drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn \
         vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
        0,
        1,
    );
    let tens = counted(
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        20,
        10,
    );
    let stems = counted("ein zwei/zwo drei vier fünf sechs sieben acht neun", 1, 1);
    let mut small = compounds(&tens, &stems, |t, u| format!("{u}und{t}"));
    small.extend(compounds(&tens, &stems, |t, u| format!("{u} und {t}")));
    small.extend(compounds(&tens, &stems, |t, u| format!("{u}und {t}")));
    small.push(("anderthalb".into(), 1.5));
    // "Siebzehneinhalb", "zweiundzwanzigeinhalb".
    let whole: Vec<(String, f64)> = small.iter().filter(|number| !number.0.contains(' ')).cloned().collect();
    small.extend(
        units
            .iter()
            .chain(&tens)
            .chain(&whole)
            .filter(|u| {
                u.1 >= 1.0
                    && u.1.fract() == 0.0
                    && !matches!(u.0.as_str(), "eins" | "eine" | "einen" | "einem" | "einer" | "eines")
            })
            .map(|u| (format!("{}einhalb", u.0), u.1 + 0.5)),
    );
    let teens = counted(
        "elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
        11,
        1,
    );
    let mut hundreds: Vec<_> = stems
        .iter()
        .chain(&teens)
        .map(|u| (format!("{}hundert", u.0), u.1 * 100.0))
        .collect();
    hundreds.extend(stems.iter().map(|u| (format!("{} hundert", u.0), u.1 * 100.0)));
    hundreds.push(("hundert".into(), 100.0));
    small.extend(units);
    small.extend(tens);
    let scales = vec![
        ("milliarden", 1e9, false),
        ("milliarde", 1e9, false),
        ("millionen", 1e6, false),
        ("million", 1e6, false),
        ("tausend", 1e3, true),
    ];
    let joiners = &["", " ", "und", " und "];
    Lexicon {
        small,
        hundreds,
        joiners,
        scales,
        points: &[" komma "],
        halves: &[" einhalb", " ein halb", " und ein halb"],
    }
}

fn spanish() -> Lexicon {
    let units = counted(
        "cero uno/un/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis \
         diecisiete dieciocho diecinueve veinte veintiuno/veintiún/veintiuna veintidós veintitrés veinticuatro \
         veinticinco veintiséis veintisiete veintiocho veintinueve",
        0,
        1,
    );
    let tens = counted("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10);
    let mut small = compounds(&tens, &units, |t, u| format!("{t} y {u}"));
    small.extend(compounds(&[("veinte".into(), 20.0)], &units, |t, u| {
        format!("{t} y {u}")
    }));
    small.extend(compounds(&[("diez".into(), 10.0)], &units, |t, u| format!("{t} y {u}")));
    small.extend(units);
    small.extend(tens);
    let hundreds = counted(
        "cien/ciento doscientos/doscientas trescientos/trescientas cuatrocientos/cuatrocientas quinientos/quinientas \
         seiscientos/seiscientas setecientos/setecientas ochocientos/ochocientas novecientos/novecientas",
        100,
        100,
    );
    let scales = vec![("millones", 1e6, false), ("millón", 1e6, false), ("mil", 1e3, true)];
    let (points, halves) = (&[" coma ", " punto "], &[" y medio", " y media"]);
    Lexicon {
        small,
        hundreds,
        joiners: &[" ", " y "],
        scales,
        points,
        halves,
    }
}

fn french() -> Lexicon {
    let units = counted(
        "zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix_sept \
         dix_huit dix_neuf",
        0,
        1,
    );
    let tens = counted("vingt trente quarante cinquante soixante", 20, 10);
    let more = counted("septante huitante/octante nonante", 70, 10);
    let mut small = vec![];
    for (ten, n) in tens.iter().chain(&more) {
        small.extend(["un", "une"].map(|u| (format!("{ten} et {u}"), n + 1.0)));
    }
    for tens in [&tens, &more] {
        small.extend(compounds(tens, &units, |t, u| format!("{t} {u}")));
    }
    small.push(("soixante et onze".into(), 71.0));
    small.extend(
        units[2..]
            .iter()
            .filter(|u| u.1 >= 10.0)
            .map(|u| (format!("soixante {}", u.0), u.1 + 60.0)),
    );
    for eighty in ["quatre vingt", "quatre vingts", "quatrevingt", "quatrevingts"] {
        small.push((eighty.into(), 80.0));
        small.extend(
            units
                .iter()
                .filter(|u| u.1 >= 1.0)
                .map(|u| (format!("{eighty} {}", u.0), u.1 + 80.0)),
        );
    }
    let mut hundreds: Vec<_> = units[3..]
        .iter()
        .filter(|u| u.1 <= 9.0)
        .flat_map(|u| ["cent", "cents"].map(|c| (format!("{} {c}", u.0), u.1 * 100.0)))
        .collect();
    hundreds.push(("cent".into(), 100.0));
    small.extend(units);
    small.extend(tens);
    small.extend(more);
    let scales = vec![
        ("milliards", 1e9, false),
        ("milliard", 1e9, false),
        ("millions", 1e6, false),
        ("million", 1e6, false),
        ("mille", 1e3, true),
    ];
    let (points, halves) = (&[" virgule "], &[" et demi", " et demie"]);
    Lexicon {
        small,
        hundreds,
        joiners: &[" ", " et "],
        scales,
        points,
        halves,
    }
}
