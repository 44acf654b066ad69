//! What a satellite says by itself.

use rosie_core::{ErrorCode, Language};
use rosie_gateway::Standing;

/// What there is to say to somebody who calls; `None`: the server answers.
pub fn of(standing: &Standing, language: &Language) -> Option<String> {
    match standing {
        Standing::Connected { .. } => None,
        Standing::Pairing { code, .. } => Some(pairing(code, language)),
        Standing::Away(_) | Standing::Beginning => Some(ErrorCode::ServerAway.spoken(language).to_owned()),
    }
}

fn pairing(code: &str, language: &Language) -> String {
    let digits: Vec<String> = code.chars().map(String::from).collect();
    let digits = digits.join(", ");
    match language.primary() {
        "de" => format!("Um mich zu koppeln, gib diesen Code auf Rosies Seite ein: {digits}."),
        "es" => format!("Para emparejarme, escribe este código en la página de Rosie: {digits}."),
        "fr" => format!("Pour m'associer, saisissez ce code sur la page de Rosie : {digits}."),
        _ => format!("To pair me, type this code on Rosie's page: {digits}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_said_digit_by_digit() {
        let standing = Standing::Pairing {
            code: "420017".to_owned(),
            server: "https://rosie.local:8443".to_owned(),
        };
        for tag in ["en", "de", "es", "fr", "it"] {
            let said = of(&standing, &Language::new(tag)).unwrap_or_default();
            assert!(said.contains("4, 2, 0, 0, 1, 7"), "{said}");
        }
    }
}
