//! States in the words of a language, where the templates of the data would say them as Home Assistant writes them.

use super::house::State;
use rosie_core::Language;

/// As Home Assistant writes it, and in German, Spanish and French.
const WORDS: [[&str; 4]; 22] = [
    ["on", "an", "encendido", "allumé"],
    ["off", "aus", "apagado", "éteint"],
    ["open", "offen", "abierto", "ouvert"],
    ["closed", "geschlossen", "cerrado", "fermé"],
    ["opening", "am Öffnen", "abriéndose", "en train de s'ouvrir"],
    ["closing", "am Schließen", "cerrándose", "en train de se fermer"],
    ["locked", "abgeschlossen", "cerrado con llave", "verrouillé"],
    ["unlocked", "aufgeschlossen", "sin echar la llave", "déverrouillé"],
    ["home", "zu Hause", "en casa", "à la maison"],
    ["not_home", "unterwegs", "fuera", "absent"],
    ["idle", "untätig", "en reposo", "en veille"],
    ["playing", "am Spielen", "reproduciendo", "en lecture"],
    ["paused", "angehalten", "en pausa", "en pause"],
    ["docked", "an der Station", "en su base", "à sa base"],
    ["cleaning", "am Saugen", "limpiando", "en nettoyage"],
    ["heat", "auf Heizen", "en calefacción", "en chauffage"],
    ["cool", "auf Kühlen", "en refrigeración", "en climatisation"],
    ["disarmed", "unscharf", "desarmada", "désarmée"],
    [
        "armed_away",
        "scharf, niemand zu Hause",
        "armada, nadie en casa",
        "armée, personne à la maison",
    ],
    [
        "armed_home",
        "scharf, jemand zu Hause",
        "armada, alguien en casa",
        "armée, quelqu'un à la maison",
    ],
    ["unavailable", "nicht erreichbar", "no disponible", "indisponible"],
    ["unknown", "unbekannt", "desconocido", "inconnu"],
];

/// What tells that something is open by being on.
const OPENINGS: [&str; 4] = ["door", "garage_door", "opening", "window"];

/// A state that is a word; others as they are.
pub(super) fn word(state: &State, language: &Language) -> String {
    let opens = state
        .text("device_class")
        .is_some_and(|class| OPENINGS.contains(&class));
    let value = match state.value.as_str() {
        "on" if opens => "open",
        "off" if opens => "closed",
        other => other,
    };
    let at = match language.primary() {
        "de" => 1,
        "es" => 2,
        "fr" => 3,
        _ => return value.replace('_', " "),
    };
    let known = WORDS.iter().find(|words| words[0] == value);
    known.map_or_else(|| value.to_owned(), |words| words[at].to_owned())
}
