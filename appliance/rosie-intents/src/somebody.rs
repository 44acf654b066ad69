//! "Jonas, close the back door", "go down, Paul, and turn off the light": an order for somebody who is called by name is none for Rosie.

use std::{collections::HashSet, sync::OnceLock};

const NAMES: &str = include_str!("../data/first_names.txt");

fn names() -> &'static HashSet<&'static str> {
    static ALL: OnceLock<HashSet<&'static str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lines = NAMES.lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_whitespace).collect()
    })
}

/// Whether somebody is spoken to by a common first name, or as kin are: it stands between marks, or at an end with one.
pub(crate) fn speaks_to_somebody(text: &str) -> bool {
    let parts: Vec<&str> = text.split([',', '.', '!', '?', ';', ':', '…']).map(str::trim).collect();
    let said = parts.iter().filter(|part| !part.is_empty()).count();
    let is_name = |part: &&str| names().contains(part.to_lowercase().as_str());
    said > 1 && parts.iter().any(is_name)
}

#[cfg(test)]
mod tests {
    use super::{names, speaks_to_somebody};

    #[test]
    fn who_is_called_by_name_is_spoken_to() {
        for text in [
            "Jonas, mach mal bitte die Hintertür zu, es zieht.",
            "Geh du mal runter, Paul, und mach im Keller das Licht aus.",
            "Turn the fan off, Mum!",
            "Nuria, tú que eres alta, baja la persiana de una vez.",
            "éteins la lampe, chéri",
        ] {
            assert!(speaks_to_somebody(text), "{text}");
        }
        for text in [
            "turn off the lamp for Tom",
            "Rosie, turn off the lamp",
            "Rose, turn off the lamp",
            "Emma",
            "turn on the lamp in Emma's room, please",
            "tell Paul and Anna, dinner is ready",
        ] {
            assert!(!speaks_to_somebody(text), "{text}");
        }
    }

    #[test]
    fn nobody_is_called_nearly_as_she_is() {
        for name in ["rosie", "rosi", "rosy", "rose", "rosa", "josie", "rosalie"] {
            assert!(!names().contains(name), "{name}");
        }
    }
}
