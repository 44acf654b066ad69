//! The words of sums in four languages; signs in all.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    Power,
    Squared,
    Cubed,
    Percent,
    /// After a percentage or a fraction: the part of something.
    Of,
    /// "20 percent off 50".
    Off,
    SquareRoot,
    CubeRoot,
    Factorial,
    Twice,
    Half,
    Third,
    Quarter,
    Open,
    Close,
    /// "sum of a and b" and its like: the word before, and the one between.
    SumOf,
    ProductOf,
    DifferenceOf,
    And,
    Pi,
}

use Word::*;

const SIGNS: [(&str, Word); 16] = [
    ("+", Plus),
    ("-", Minus),
    ("−", Minus),
    ("*", Times),
    ("×", Times),
    ("x", Times),
    ("·", Times),
    ("/", Divide),
    ("÷", Divide),
    ("^", Power),
    ("%", Percent),
    ("√", SquareRoot),
    ("(", Open),
    (")", Close),
    ("²", Squared),
    ("³", Cubed),
];

const ENGLISH: &[(&str, Word)] = &[
    ("plus", Plus), ("added to", Plus), ("and", And), ("minus", Minus), ("take away", Minus), ("less", Minus), ("times", Times),
    ("multiplied by", Times), ("multiply by", Times), ("divided by", Divide), ("divide by", Divide), ("over", Divide),
    ("modulo", Modulo), ("mod", Modulo), ("to the power of", Power), ("to the power", Power), ("squared", Squared),
    ("cubed", Cubed), ("percent", Percent), ("per cent", Percent), ("of", Of), ("off", Off),
    ("square root of", SquareRoot), ("the square root of", SquareRoot), ("root of", SquareRoot), ("cube root of", CubeRoot),
    ("the cube root of", CubeRoot), ("cubic root of", CubeRoot), ("factorial", Factorial), ("twice", Twice), ("double", Twice),
    ("half of", Half), ("half", Half), ("a half of", Half), ("one third of", Third), ("a third of", Third), ("a quarter of", Quarter),
    ("one quarter of", Quarter), ("the sum of", SumOf), ("sum of", SumOf), ("the product of", ProductOf),
    ("product of", ProductOf), ("the difference between", DifferenceOf), ("the difference of", DifferenceOf), ("pi", Pi),
];
const GERMAN: &[(&str, Word)] = &[
    ("plus", Plus), ("und", And), ("minus", Minus), ("weniger", Minus), ("mal", Times), ("multipliziert mit", Times),
    ("geteilt durch", Divide), ("dividiert durch", Divide), ("durch", Divide), ("modulo", Modulo), ("hoch", Power),
    ("zum quadrat", Squared), ("im quadrat", Squared), ("quadrat", Squared), ("prozent", Percent), ("von", Of), ("aus", Of),
    ("quadratwurzel aus", SquareRoot), ("quadratwurzel von", SquareRoot), ("die quadratwurzel aus", SquareRoot),
    ("die quadratwurzel von", SquareRoot), ("wurzel aus", SquareRoot), ("wurzel von", SquareRoot), ("die wurzel aus", SquareRoot),
    ("die wurzel von", SquareRoot), ("kubikwurzel aus", CubeRoot), ("die kubikwurzel aus", CubeRoot),
    ("dritte wurzel aus", CubeRoot), ("die dritte wurzel aus", CubeRoot), ("fakultät", Factorial), ("das doppelte von", Twice),
    ("die hälfte von", Half), ("ein drittel von", Third), ("ein viertel von", Quarter), ("die summe von", SumOf),
    ("die summe aus", SumOf), ("das produkt von", ProductOf), ("das produkt aus", ProductOf), ("die differenz von", DifferenceOf),
    ("die differenz zwischen", DifferenceOf), ("pi", Pi),
];
const SPANISH: &[(&str, Word)] = &[
    ("más", Plus), ("y", And), ("menos", Minus), ("por", Times), ("multiplicado por", Times), ("dividido por", Divide),
    ("dividido entre", Divide), ("entre", Divide), ("módulo", Modulo), ("elevado a la", Power), ("elevado a", Power),
    ("al cuadrado", Squared), ("al cubo", Cubed), ("por ciento", Percent), ("porciento", Percent), ("de", Of),
    ("raíz cuadrada de", SquareRoot), ("la raíz cuadrada de", SquareRoot), ("la raíz de", SquareRoot), ("raíz de", SquareRoot),
    ("la raíz cúbica de", CubeRoot), ("raíz cúbica de", CubeRoot), ("factorial", Factorial), ("el doble de", Twice),
    ("la mitad de", Half), ("un tercio de", Third), ("un cuarto de", Quarter), ("la suma de", SumOf),
    ("el producto de", ProductOf), ("la diferencia entre", DifferenceOf), ("pi", Pi),
];
const FRENCH: &[(&str, Word)] = &[
    ("plus", Plus), ("et", And), ("moins", Minus), ("fois", Times), ("multiplié par", Times), ("divisé par", Divide),
    ("sur", Divide), ("modulo", Modulo), ("puissance", Power), ("à la puissance", Power), ("au carré", Squared),
    ("au cube", Cubed), ("pour cent", Percent), ("pourcent", Percent), ("de", Of), ("racine carrée de", SquareRoot),
    ("la racine carrée de", SquareRoot), ("la racine de", SquareRoot), ("racine de", SquareRoot), ("la racine cubique de", CubeRoot),
    ("racine cubique de", CubeRoot), ("factorielle", Factorial), ("le double de", Twice), ("la moitié de", Half),
    ("un tiers de", Third), ("un quart de", Quarter), ("le quart de", Quarter), ("le tiers de", Third), ("la somme de", SumOf),
    ("le produit de", ProductOf), ("la différence entre", DifferenceOf), ("pi", Pi),
];

pub(super) fn words(language: &str) -> Vec<(&'static str, Word)> {
    let own = match language {
        "en" => ENGLISH,
        "de" => GERMAN,
        "es" => SPANISH,
        "fr" => FRENCH,
        _ => &[],
    };
    SIGNS.iter().chain(own).copied().collect()
}

/// How an operation is said between its numbers, or before or after its one.
pub(super) fn said(word: Word, language: &str) -> &'static str {
    let all = match word {
        Plus => ["plus", "plus", "más", "plus"],
        Minus => ["minus", "minus", "menos", "moins"],
        Times => ["times", "mal", "por", "fois"],
        Divide => ["divided by", "geteilt durch", "entre", "divisé par"],
        Modulo => ["modulo", "modulo", "módulo", "modulo"],
        Power => ["to the power of", "hoch", "elevado a", "puissance"],
        Squared => ["squared", "zum Quadrat", "al cuadrado", "au carré"],
        Cubed => ["cubed", "hoch 3", "al cubo", "au cube"],
        Percent => ["percent", "Prozent", "por ciento", "pour cent"],
        Of => ["of", "von", "de", "de"],
        Off => ["off", "Rabatt auf", "menos de", "de remise sur"],
        SquareRoot => ["the square root of", "die Quadratwurzel aus", "la raíz cuadrada de", "la racine carrée de"],
        CubeRoot => ["the cube root of", "die Kubikwurzel aus", "la raíz cúbica de", "la racine cubique de"],
        Factorial => ["factorial", "Fakultät", "factorial", "factorielle"],
        Twice => ["twice", "das Doppelte von", "el doble de", "le double de"],
        Half => ["half of", "die Hälfte von", "la mitad de", "la moitié de"],
        Third => ["a third of", "ein Drittel von", "un tercio de", "un tiers de"],
        Quarter => ["a quarter of", "ein Viertel von", "un cuarto de", "un quart de"],
        Pi => ["pi", "Pi", "pi", "pi"],
        And => ["and", "und", "y", "et"],
        Open | Close | SumOf | ProductOf | DifferenceOf => ["", "", "", ""],
    };
    match language {
        "de" => all[1],
        "es" => all[2],
        "fr" => all[3],
        _ => all[0],
    }
}
