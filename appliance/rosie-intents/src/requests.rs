//! Requests in the form of a question, as German, Spanish and French make them of any verb: "machst du die Lampe aus?", "¿me apagas
//! la luz?", "tu me fermes le store ?". Told as the orders they are, for which there are sentences.

use rosie_core::Language;

/// Verbs as they are asked for, and as they order.
const DE: &[(&str, &str)] = &[
    ("machst", "mach"),
    ("schaltest", "schalte"),
    ("drehst", "dreh"),
    ("stellst", "stell"),
    ("fährst", "fahr"),
    ("öffnest", "öffne"),
    ("schließt", "schließ"),
    ("dimmst", "dimm"),
    ("lässt", "lass"),
    ("ziehst", "zieh"),
    ("setzt", "setz"),
    ("startest", "starte"),
    ("stoppst", "stopp"),
    ("pausierst", "pausiere"),
    ("spielst", "spiel"),
    ("schickst", "schick"),
    ("verriegelst", "verriegle"),
    ("sperrst", "sperr"),
    ("schreibst", "schreib"),
    ("packst", "pack"),
    ("heizt", "heiz"),
];
const ES: &[(&str, &str)] = &[
    ("apagas", "apaga"),
    ("enciendes", "enciende"),
    ("prendes", "prende"),
    ("pones", "pon"),
    ("subes", "sube"),
    ("bajas", "baja"),
    ("abres", "abre"),
    ("cierras", "cierra"),
    ("quitas", "quita"),
    ("paras", "para"),
    ("pausas", "pausa"),
    ("atenúas", "atenúa"),
    ("bloqueas", "bloquea"),
    ("activas", "activa"),
    ("desactivas", "desactiva"),
    ("apuntas", "apunta"),
    ("añades", "añade"),
    ("silencias", "silencia"),
];
const FR: &[(&str, &str)] = &[
    ("allumes", "allume"),
    ("éteins", "éteins"),
    ("ouvres", "ouvre"),
    ("fermes", "ferme"),
    ("baisses", "baisse"),
    ("montes", "monte"),
    ("mets", "mets"),
    ("coupes", "coupe"),
    ("arrêtes", "arrête"),
    ("lances", "lance"),
    ("verrouilles", "verrouille"),
    ("ajoutes", "ajoute"),
    ("augmentes", "augmente"),
];

/// The order that a question of one clause makes. None where it is none, or asks whether something was or should be so.
pub(crate) fn as_an_order(text: &str, language: &Language) -> Option<String> {
    let asked = text.trim().strip_suffix('?')?.trim_end();
    let asked = asked.replace('¿', "");
    let said: Vec<&str> = asked.split_whitespace().collect();
    let plain = |at: usize| {
        said.get(at)
            .map(|word| word.trim_end_matches([',', '.', '!']).to_lowercase())
    };
    let named = usize::from(matches!(plain(0).as_deref(), Some("rosie" | "oye" | "dis" | "sag")));
    let named = named + usize::from(matches!(plain(named).as_deref(), Some("rosie")));
    let is = |at: usize, words: &[&str]| plain(at).is_some_and(|word| words.contains(&word.as_str()));
    let ordered = |at: usize, verbs: &[(&'static str, &'static str)]| {
        let word = plain(at)?;
        verbs
            .iter()
            .find(|(asked, _)| *asked == word)
            .map(|(_, orders)| *orders)
    };
    let (verb, rest) = match language.primary() {
        "de" if is(named + 1, &["du"]) => {
            let small = (named + 2..said.len())
                .take_while(|at| {
                    is(
                        *at,
                        &["mir", "uns", "bitte", "mal", "bloß", "schnell", "eben", "gleich"],
                    )
                })
                .count();
            (ordered(named, DE)?, named + 2 + small)
        }
        "es" => {
            let to_whom = usize::from(is(named, &["me", "nos"]));
            (ordered(named + to_whom, ES)?, named + to_whom + 1)
        }
        "fr" if is(named, &["tu"]) => {
            let to_whom = usize::from(is(named + 1, &["me", "nous", "m"]));
            let joined = said.get(named + 1 + to_whom)?;
            let bare = joined.strip_prefix("m'").or_else(|| joined.strip_prefix("m’"));
            let verb = bare.unwrap_or(joined).trim_end_matches([',', '.', '!']).to_lowercase();
            let (_, orders) = FR.iter().find(|(asked, _)| *asked == verb)?;
            (*orders, named + 2 + to_whom)
        }
        _ => return None,
    };
    let rest = said.get(rest..).filter(|rest| !rest.is_empty())?;
    Some(format!("{verb} {}", rest.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_ordered() {
        let of = |language: &str, text: &str| as_an_order(text, &Language::new(language));
        for (language, text, order) in [
            ("de", "Machst du bitte die Deckenlampe aus?", "mach die Deckenlampe aus"),
            (
                "de",
                "Rosie, fährst du mal die Jalousie hoch?",
                "fahr die Jalousie hoch",
            ),
            ("es", "¿Me apagas la tele?", "apaga la tele"),
            ("es", "Oye Rosie, ¿bajas la persiana?", "baja la persiana"),
            ("fr", "Tu m'éteins la lampe de table ?", "éteins la lampe de table"),
            ("fr", "tu fermes le store ?", "ferme le store"),
        ] {
            assert_eq!(of(language, text).as_deref(), Some(order), "{text}");
        }
        for (language, text) in [
            ("de", "Machst du das Licht immer aus"),
            ("de", "Machst du?"),
            ("de", "Hast du die Lampe ausgemacht?"),
            ("es", "¿Apagaste la luz?"),
            ("fr", "Tu dors ?"),
            ("en", "Do you turn off the lights?"),
        ] {
            assert_eq!(of(language, text), None, "{text}");
        }
    }
}
