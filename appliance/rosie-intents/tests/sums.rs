//! Numbers in words, sums, and units.

#![allow(clippy::unwrap_used)]

use rosie_core::Language;
use rosie_intents::LANGUAGES;
use rosie_intents::arithmetic::{ArithmeticError, answer, evaluate};
use rosie_intents::numbers::NumberWords;
use rosie_intents::text::{Folding, Text};
use rosie_intents::units::{self, UnitError};

fn language(tag: &str) -> Language {
    Language::new(tag)
}

#[test]
fn numbers_in_words() {
    let cases = [
        ("en", "zero", 0.0),
        ("en", "twenty-five", 25.0),
        ("en", "a hundred and one", 101.0),
        ("en", "one thousand nine hundred and eighty-four", 1984.0),
        ("en", "three million", 3e6),
        ("en", "seven point two five", 7.25),
        ("de", "fünfundzwanzig", 25.0),
        ("de", "fünf und zwanzig", 25.0),
        ("de", "einhunderteins", 101.0),
        ("de", "hundertfünfundzwanzig", 125.0),
        ("de", "zweitausenddreihundertvierundfünfzig", 2354.0),
        ("de", "dreißig", 30.0),
        ("de", "eine Million zweihunderttausend", 1_200_000.0),
        ("de", "drei Komma eins fünf", 3.15),
        ("de", "zweieinhalb", 2.5),
        ("es", "treinta y cinco", 35.0),
        ("es", "veintidós", 22.0),
        ("es", "ciento uno", 101.0),
        ("es", "quinientos treinta y cinco", 535.0),
        ("es", "dos mil setecientos", 2700.0),
        ("es", "un millón", 1e6),
        ("es", "tres coma cinco", 3.5),
        ("fr", "vingt et un", 21.0),
        ("fr", "soixante-quinze", 75.0),
        ("fr", "soixante et onze", 71.0),
        ("fr", "quatre-vingts", 80.0),
        ("fr", "quatre-vingt-dix-neuf", 99.0),
        ("fr", "deux cent trente-quatre", 234.0),
        ("fr", "mille neuf cent quatre-vingt-quatre", 1984.0),
        ("fr", "septante-deux", 72.0),
        ("fr", "trois virgule cinq", 3.5),
    ];
    for (tag, text, want) in cases {
        let folding = Folding::of(&language(tag), false);
        let words = NumberWords::of(&language(tag), folding).unwrap();
        let text = Text::new(text, folding);
        let got = words
            .read(&text.chars, 0)
            .into_iter()
            .find(|(end, _)| *end == text.chars.len() - 1);
        assert_eq!(
            got.map(|g| g.1),
            Some(want),
            "{tag}: {:?}",
            text.spoken.iter().collect::<String>()
        );
    }
}

#[test]
fn sums() {
    let cases = [
        ("en", "12 times 7", 84.0),
        ("en", "twelve times seven", 84.0),
        ("en", "15 percent of 80", 12.0),
        ("en", "15% of 80", 12.0),
        ("en", "the square root of 144", 12.0),
        ("en", "3 plus 4 minus 2", 5.0),
        ("en", "2 plus 3 times 4", 14.0),
        ("en", "10 minus 2 minus 3", 5.0),
        ("en", "100 divided by 8", 12.5),
        ("en", "two to the power of ten", 1024.0),
        ("en", "5 squared plus 12 squared", 169.0),
        ("en", "80 plus 15 percent", 92.0),
        ("en", "20 percent off 50", 40.0),
        ("en", "half of 51", 25.5),
        ("en", "3+4*2", 11.0),
        ("en", "(3+4)*2", 14.0),
        ("en", "12x7", 84.0),
        ("en", "5 factorial", 120.0),
        ("en", "minus 5 plus 3", -2.0),
        ("en", "multiply 6 by 7", 42.0),
        ("en", "subtract 3 from 10", 7.0),
        ("en", "the sum of 3 and 4", 7.0),
        ("en", "0.1 + 0.2", 0.1 + 0.2),
        ("en", "one hundred and five plus two", 107.0),
        ("de", "zwölf mal sieben", 84.0),
        ("de", "15 Prozent von 80", 12.0),
        ("de", "die Wurzel aus 144", 12.0),
        ("de", "hundert geteilt durch acht", 12.5),
        ("de", "zwei hoch zehn", 1024.0),
        ("es", "doce por siete", 84.0),
        ("es", "el 15 por ciento de 80", 12.0),
        ("es", "raíz cuadrada de 144", 12.0),
        ("es", "cien dividido entre ocho", 12.5),
        ("es", "tres más cuatro menos dos", 5.0),
        ("fr", "douze fois sept", 84.0),
        ("fr", "15 pour cent de 80", 12.0),
        ("fr", "racine carrée de 144", 12.0),
        ("fr", "cent divisé par huit", 12.5),
        ("fr", "trois plus quatre moins deux", 5.0),
        ("ja", "3+4", 7.0),
    ];
    for (tag, text, want) in cases {
        let text = text.strip_prefix("el ").unwrap_or(text);
        let got = evaluate(text, &language(tag));
        assert!(
            got.is_some_and(|g| (g - want).abs() < 1e-9),
            "{tag}: {text}: want {want}, got {got:?}"
        );
    }
    for no_sum in [
        "",
        "twelve",
        "hello",
        "12 times",
        "times 7",
        "5 percent",
        "what is 3 plus 4 apples",
        "- - - - 5",
        "()",
    ] {
        assert_eq!(evaluate(no_sum, &language("en")), None, "{no_sum}");
    }
}

#[test]
fn sums_that_have_no_answer_say_why() {
    let why = |text: &str| answer(text, &language("en")).unwrap_err();
    assert_eq!(why("5 divided by 0"), ArithmeticError::DivideByZero);
    assert_eq!(why("square root of minus 4"), ArithmeticError::NoRealRoot);
    assert_eq!(why("99 to the power of 99"), ArithmeticError::TooLarge);
    assert_eq!(why("nothing"), ArithmeticError::NotUnderstood);
    let good = answer("0.1 + 0.2", &language("de")).unwrap();
    assert_eq!(
        (good.expression.as_str(), good.result.as_str()),
        ("0,1 plus 0,2", "0,3")
    );
    let third = answer("ten divided by three", &language("en")).unwrap();
    assert_eq!(
        (third.expression.as_str(), third.result.as_str()),
        ("10 divided by 3", "3.3333")
    );
}

#[test]
fn unit_conversions() {
    let cases = [
        (1.0, "litre", "cup", 4.2268),
        (5.0, "mile", "kilometre", 8.0467),
        (70.0, "fahrenheit", "celsius", 21.1111),
        (100.0, "celsius", "fahrenheit", 212.0),
        (0.0, "celsius", "kelvin", 273.15),
        (1.0, "pound", "ounce", 16.0),
        (1.0, "gallon", "pint", 8.0),
        (1.0, "day", "second", 86400.0),
        (100.0, "kilometre_per_hour", "mile_per_hour", 62.1371),
        (1.0, "gigabyte", "megabyte", 1000.0),
        (12.0, "inch", "foot", 1.0),
    ];
    for (amount, from, to, want) in cases {
        let got = units::convert(amount, from, to).unwrap();
        assert!(
            (got - want).abs() < 1e-3 * want.abs().max(1.0),
            "{amount} {from} in {to}: want {want}, got {got}"
        );
        let back = units::convert(got, to, from).unwrap();
        assert!((back - amount).abs() < 1e-9 * amount.abs().max(1.0), "{from} and back");
    }
    let said = units::answer(5.0, "mile", "kilometre", &language("en")).unwrap();
    assert_eq!((said.from.as_str(), said.to.as_str()), ("5 miles", "8.05 kilometres"));
    assert_eq!(
        units::answer(1.0, "kilometre", "mile", &language("fr")).unwrap().to,
        "0,6214 mile"
    );
    assert_eq!(
        units::answer(2.5, "foot", "metre", &language("de")).unwrap().from,
        "2,5 Fuß"
    );
    let error = units::answer(1.0, "mile", "gram", &language("es")).unwrap_err();
    assert_eq!(
        error,
        UnitError::Incompatible {
            from: "millas".into(),
            to: "gramos".into()
        }
    );
    assert_eq!(
        units::convert(1.0, "mile", "parsec"),
        Err(UnitError::Unknown("parsec".into()))
    );
    for id in units::ids() {
        for tag in LANGUAGES {
            assert!(
                units::said(2.0, id, &language(tag)).len() > 3,
                "{id} has no name in {tag}"
            );
        }
    }
}
