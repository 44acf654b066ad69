//! Spanish.

use super::locale::Locale;

pub static SPANISH: Locale = Locale {
    index: 1,
    units: &[
        ("km/h", "kilómetro por hora", "kilómetros por hora"),
        ("m/s", "metro por segundo", "metros por segundo"),
        ("km²", "kilómetro cuadrado", "kilómetros cuadrados"),
        ("m²", "metro cuadrado", "metros cuadrados"),
        ("m³", "metro cúbico", "metros cúbicos"),
        ("km", "kilómetro", "kilómetros"),
        ("cm", "centímetro", "centímetros"),
        ("mm", "milímetro", "milímetros"),
        ("m", "metro", "metros"),
        ("kg", "kilo", "kilos"),
        ("mg", "miligramo", "miligramos"),
        ("g", "gramo", "gramos"),
        ("ml", "mililitro", "mililitros"),
        ("l", "litro", "litros"),
        ("kWh", "kilovatio hora", "kilovatios hora"),
        ("kW", "kilovatio", "kilovatios"),
        ("W", "vatio", "vatios"),
        ("V", "voltio", "voltios"),
        ("GB", "gigabyte", "gigabytes"),
        ("MB", "megabyte", "megabytes"),
        ("min", "minuto", "minutos"),
        ("seg", "segundo", "segundos"),
        ("h", "hora", "horas"),
        ("hPa", "hectopascal", "hectopascales"),
        ("dB", "decibelio", "decibelios"),
        ("°C", "grado Celsius", "grados Celsius"),
        ("ºC", "grado Celsius", "grados Celsius"),
        ("° C", "grado Celsius", "grados Celsius"),
        ("°", "grado", "grados"),
        ("º", "grado", "grados"),
    ],
    words: &[
        (r"\bSra\. ", "señora "),
        (r"\bSr\. ", "señor "),
        (r"\bSrta\. ", "señorita "),
        (r"\bDra\. ", "doctora "),
        (r"\bDr\. ", "doctor "),
        (r"\bp\. ?ej\.", "por ejemplo"),
        (r"\betc\.?", "etcétera"),
        (r"\bUds\.", "ustedes"),
        (r"\bUd\.", "usted"),
        (r"\bEE\. ?UU\.?", "Estados Unidos"),
        (r"\bn\.º ?|\bnº ?|\bN\.º ?", "número "),
        (r"\bpág\. ?", "página "),
        (r"\bAvda?\. ", "avenida "),
        (r"\baprox\.", "aproximadamente"),
        (r"\bmáx\.", "máximo"),
        (r"\bmín\.", "mínimo"),
        (r"\bTel\.|\btel\.", "teléfono"),
        (r"\b1\.?º", "primero"),
        (r"\b2\.?º", "segundo"),
        (r"\b3\.?º", "tercero"),
        (r"\b1\.?ª", "primera"),
        (r"\b2\.?ª", "segunda"),
        (r"\b3\.?ª", "tercera"),
    ],
    currencies: &[
        ("€", "euro", "euros"),
        ("EUR", "euro", "euros"),
        ("$", "dólar", "dólares"),
        ("£", "libra", "libras"),
    ],
    cents: |whole, name, cents| {
        let whole = if whole == "1" { "un" } else { whole };
        if whole == "0" {
            format!("{cents} céntimos")
        } else {
            format!("{whole} {name} con {cents}")
        }
    },
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    date: |day, month, year, _| {
        let day = if day == 1 { "uno".to_owned() } else { day.to_string() };
        if year.is_empty() {
            format!("{day} de {month}")
        } else {
            format!("{day} de {month} de {year}")
        }
    },
    time: |hour, minute| match (hour, minute) {
        (1, 0) => "una en punto".to_owned(),
        (1, minute) => format!("una y {minute}"),
        (_, 0) => format!("{hour} en punto"),
        _ => format!("{hour} y {minute}"),
    },
    ordinal: |n| {
        let names = [
            "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno", "décimo",
        ];
        n.checked_sub(1)
            .and_then(|i| names.get(i as usize))
            .map_or_else(|| n.to_string(), |s| (*s).to_owned())
    },
    percent: "por ciento",
    minus: "menos",
    to: "a",
    dot: "punto",
    at: "arroba",
    signs: ["más", "menos", "por", "dividido entre", "es igual a"],
};
