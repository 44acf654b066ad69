//! What units are called: one and many, in Rosie's four languages (others: English).

use rosie_core::Language;

/// Id, then one/many in English, German, Spanish, French; many is empty where it is the same.
#[rustfmt::skip]
const NAMES: [(&str, [(&str, &str); 4]); 59] = [
    ("millimetre", [("millimetre", "millimetres"), ("Millimeter", ""), ("milímetro", "milímetros"), ("millimètre", "millimètres")]),
    ("centimetre", [("centimetre", "centimetres"), ("Zentimeter", ""), ("centímetro", "centímetros"), ("centimètre", "centimètres")]),
    ("decimetre", [("decimetre", "decimetres"), ("Dezimeter", ""), ("decímetro", "decímetros"), ("décimètre", "décimètres")]),
    ("metre", [("metre", "metres"), ("Meter", ""), ("metro", "metros"), ("mètre", "mètres")]),
    ("kilometre", [("kilometre", "kilometres"), ("Kilometer", ""), ("kilómetro", "kilómetros"), ("kilomètre", "kilomètres")]),
    ("inch", [("inch", "inches"), ("Zoll", ""), ("pulgada", "pulgadas"), ("pouce", "pouces")]),
    ("foot", [("foot", "feet"), ("Fuß", ""), ("pie", "pies"), ("pied", "pieds")]),
    ("yard", [("yard", "yards"), ("Yard", ""), ("yarda", "yardas"), ("yard", "yards")]),
    ("mile", [("mile", "miles"), ("Meile", "Meilen"), ("milla", "millas"), ("mile", "miles")]),
    ("nautical_mile", [("nautical mile", "nautical miles"), ("Seemeile", "Seemeilen"), ("milla náutica", "millas náuticas"), ("mille marin", "milles marins")]),
    ("square_metre", [("square metre", "square metres"), ("Quadratmeter", ""), ("metro cuadrado", "metros cuadrados"), ("mètre carré", "mètres carrés")]),
    ("square_kilometre", [("square kilometre", "square kilometres"), ("Quadratkilometer", ""), ("kilómetro cuadrado", "kilómetros cuadrados"), ("kilomètre carré", "kilomètres carrés")]),
    ("hectare", [("hectare", "hectares"), ("Hektar", ""), ("hectárea", "hectáreas"), ("hectare", "hectares")]),
    ("acre", [("acre", "acres"), ("Acre", "Acres"), ("acre", "acres"), ("acre", "acres")]),
    ("square_foot", [("square foot", "square feet"), ("Quadratfuß", ""), ("pie cuadrado", "pies cuadrados"), ("pied carré", "pieds carrés")]),
    ("square_mile", [("square mile", "square miles"), ("Quadratmeile", "Quadratmeilen"), ("milla cuadrada", "millas cuadradas"), ("mile carré", "miles carrés")]),
    ("milligram", [("milligram", "milligrams"), ("Milligramm", ""), ("miligramo", "miligramos"), ("milligramme", "milligrammes")]),
    ("gram", [("gram", "grams"), ("Gramm", ""), ("gramo", "gramos"), ("gramme", "grammes")]),
    ("kilogram", [("kilogram", "kilograms"), ("Kilogramm", ""), ("kilogramo", "kilogramos"), ("kilogramme", "kilogrammes")]),
    ("tonne", [("tonne", "tonnes"), ("Tonne", "Tonnen"), ("tonelada", "toneladas"), ("tonne", "tonnes")]),
    ("ounce", [("ounce", "ounces"), ("Unze", "Unzen"), ("onza", "onzas"), ("once", "onces")]),
    ("pound", [("pound", "pounds"), ("Pfund", ""), ("libra", "libras"), ("livre", "livres")]),
    ("stone", [("stone", "stone"), ("Stone", ""), ("stone", "stones"), ("stone", "stones")]),
    ("millilitre", [("millilitre", "millilitres"), ("Milliliter", ""), ("mililitro", "mililitros"), ("millilitre", "millilitres")]),
    ("centilitre", [("centilitre", "centilitres"), ("Zentiliter", ""), ("centilitro", "centilitros"), ("centilitre", "centilitres")]),
    ("decilitre", [("decilitre", "decilitres"), ("Deziliter", ""), ("decilitro", "decilitros"), ("décilitre", "décilitres")]),
    ("litre", [("litre", "litres"), ("Liter", ""), ("litro", "litros"), ("litre", "litres")]),
    ("cubic_metre", [("cubic metre", "cubic metres"), ("Kubikmeter", ""), ("metro cúbico", "metros cúbicos"), ("mètre cube", "mètres cubes")]),
    ("teaspoon", [("teaspoon", "teaspoons"), ("Teelöffel", ""), ("cucharadita", "cucharaditas"), ("cuillère à café", "cuillères à café")]),
    ("tablespoon", [("tablespoon", "tablespoons"), ("Esslöffel", ""), ("cucharada", "cucharadas"), ("cuillère à soupe", "cuillères à soupe")]),
    ("fluid_ounce", [("fluid ounce", "fluid ounces"), ("Flüssigunze", "Flüssigunzen"), ("onza líquida", "onzas líquidas"), ("once liquide", "onces liquides")]),
    ("cup", [("cup", "cups"), ("Tasse", "Tassen"), ("taza", "tazas"), ("tasse", "tasses")]),
    ("pint", [("pint", "pints"), ("Pint", ""), ("pinta", "pintas"), ("pinte", "pintes")]),
    ("quart", [("quart", "quarts"), ("Quart", ""), ("cuarto de galón", "cuartos de galón"), ("quart", "quarts")]),
    ("gallon", [("gallon", "gallons"), ("Gallone", "Gallonen"), ("galón", "galones"), ("gallon", "gallons")]),
    ("celsius", [("degree Celsius", "degrees Celsius"), ("Grad Celsius", ""), ("grado Celsius", "grados Celsius"), ("degré Celsius", "degrés Celsius")]),
    ("fahrenheit", [("degree Fahrenheit", "degrees Fahrenheit"), ("Grad Fahrenheit", ""), ("grado Fahrenheit", "grados Fahrenheit"), ("degré Fahrenheit", "degrés Fahrenheit")]),
    ("kelvin", [("kelvin", "kelvin"), ("Kelvin", ""), ("kelvin", "kelvin"), ("kelvin", "kelvins")]),
    ("metre_per_second", [("metre per second", "metres per second"), ("Meter pro Sekunde", ""), ("metro por segundo", "metros por segundo"), ("mètre par seconde", "mètres par seconde")]),
    ("kilometre_per_hour", [("kilometre per hour", "kilometres per hour"), ("Kilometer pro Stunde", ""), ("kilómetro por hora", "kilómetros por hora"), ("kilomètre par heure", "kilomètres par heure")]),
    ("mile_per_hour", [("mile per hour", "miles per hour"), ("Meile pro Stunde", "Meilen pro Stunde"), ("milla por hora", "millas por hora"), ("mile par heure", "miles par heure")]),
    ("knot", [("knot", "knots"), ("Knoten", ""), ("nudo", "nudos"), ("nœud", "nœuds")]),
    ("millisecond", [("millisecond", "milliseconds"), ("Millisekunde", "Millisekunden"), ("milisegundo", "milisegundos"), ("milliseconde", "millisecondes")]),
    ("second", [("second", "seconds"), ("Sekunde", "Sekunden"), ("segundo", "segundos"), ("seconde", "secondes")]),
    ("minute", [("minute", "minutes"), ("Minute", "Minuten"), ("minuto", "minutos"), ("minute", "minutes")]),
    ("hour", [("hour", "hours"), ("Stunde", "Stunden"), ("hora", "horas"), ("heure", "heures")]),
    ("day", [("day", "days"), ("Tag", "Tage"), ("día", "días"), ("jour", "jours")]),
    ("week", [("week", "weeks"), ("Woche", "Wochen"), ("semana", "semanas"), ("semaine", "semaines")]),
    ("month", [("month", "months"), ("Monat", "Monate"), ("mes", "meses"), ("mois", "mois")]),
    ("year", [("year", "years"), ("Jahr", "Jahre"), ("año", "años"), ("an", "ans")]),
    ("bit", [("bit", "bits"), ("Bit", ""), ("bit", "bits"), ("bit", "bits")]),
    ("byte", [("byte", "bytes"), ("Byte", ""), ("byte", "bytes"), ("octet", "octets")]),
    ("kilobyte", [("kilobyte", "kilobytes"), ("Kilobyte", ""), ("kilobyte", "kilobytes"), ("kilooctet", "kilooctets")]),
    ("megabyte", [("megabyte", "megabytes"), ("Megabyte", ""), ("megabyte", "megabytes"), ("mégaoctet", "mégaoctets")]),
    ("gigabyte", [("gigabyte", "gigabytes"), ("Gigabyte", ""), ("gigabyte", "gigabytes"), ("gigaoctet", "gigaoctets")]),
    ("terabyte", [("terabyte", "terabytes"), ("Terabyte", ""), ("terabyte", "terabytes"), ("téraoctet", "téraoctets")]),
    ("joule", [("joule", "joules"), ("Joule", ""), ("julio", "julios"), ("joule", "joules")]),
    ("calorie", [("calorie", "calories"), ("Kilokalorie", "Kilokalorien"), ("caloría", "calorías"), ("calorie", "calories")]),
    ("kilowatt_hour", [("kilowatt hour", "kilowatt hours"), ("Kilowattstunde", "Kilowattstunden"), ("kilovatio hora", "kilovatios hora"), ("kilowattheure", "kilowattheures")]),
];

fn names(unit: &str, language: &Language) -> (&'static str, &'static str) {
    let column = match language.primary() {
        "de" => 1,
        "es" => 2,
        "fr" => 3,
        _ => 0,
    };
    NAMES
        .iter()
        .find(|(id, _)| *id == unit)
        .map_or(("", ""), |(_, names)| names[column])
}

pub(super) fn singular(unit: &str, language: &Language) -> String {
    names(unit, language).0.to_owned()
}

pub(super) fn plural(unit: &str, language: &Language) -> String {
    let (one, many) = names(unit, language);
    if many.is_empty() {
        one.to_owned()
    } else {
        many.to_owned()
    }
}
