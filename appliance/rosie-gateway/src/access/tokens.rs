//! Tokens for programs: each for what it was made for, and no more.

use super::{fault::Fault, kept::Kept, policy::Scope, secret};
use serde::{Deserialize, Serialize};

const MOST: usize = 100;
/// So that one that lies about is known for what it is.
const PREFIX: &str = "rosie_";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    pub id: String,
    /// What it is for.
    pub name: String,
    pub scopes: Vec<Scope>,
    pub hash: String,
    pub made_unix_s: u64,
}

impl Kept {
    pub fn token(&self, secret: &str) -> Option<&Token> {
        let hash = secret::hash(secret);
        self.tokens.iter().find(|token| token.hash == hash)
    }

    /// It, and what is shown once.
    pub fn add_token(&mut self, name: &str, mut scopes: Vec<Scope>, now: u64) -> Result<(Token, String), Fault> {
        let name = label(name)?;
        scopes.sort_by_key(|scope| *scope as u8);
        scopes.dedup();
        if scopes.is_empty() {
            return Err(Fault::Rule(
                "a token is for something: one of read, talk, control, admin",
            ));
        }
        if self.tokens.iter().any(|token| token.name == name) {
            return Err(Fault::Taken);
        }
        if self.tokens.len() >= MOST {
            return Err(Fault::Full);
        }
        let secret = format!("{PREFIX}{}", secret::new()?);
        let token = Token {
            id: secret::id()?,
            name,
            scopes,
            hash: secret::hash(&secret),
            made_unix_s: now,
        };
        self.tokens.push(token.clone());
        Ok((token, secret))
    }

    pub fn remove_token(&mut self, id: &str) -> Result<(), Fault> {
        let before = self.tokens.len();
        self.tokens.retain(|token| token.id != id);
        match self.tokens.len() < before {
            true => Ok(()),
            false => Err(Fault::Unknown),
        }
    }
}

/// What people call a thing.
pub(super) fn label(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    match name.chars().count() {
        1..=64 if !name.chars().any(char::is_control) => Ok(name.to_owned()),
        _ => Err(Fault::Rule("a name has 1 to 64 characters")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_token_is_known_by_its_secret_and_nothing_that_is_kept() {
        let mut kept = Kept::default();
        let (token, secret) = kept
            .add_token(" Grafana ", vec![Scope::Talk, Scope::Read, Scope::Read], 7)
            .unwrap();
        assert_eq!(
            (token.name.as_str(), &token.scopes[..]),
            ("Grafana", &[Scope::Read, Scope::Talk][..])
        );
        assert_eq!(kept.token(&secret).unwrap().id, token.id);
        for wrong in [&token.hash, &token.id, &secret[6..], ""] {
            assert!(kept.token(wrong).is_none(), "{wrong}");
        }
        assert!(!serde_json::to_string(&kept).unwrap().contains(&secret[6..]));
        assert!(matches!(kept.add_token("x", vec![], 7), Err(Fault::Rule(_))));
        assert!(matches!(
            kept.add_token("Grafana", vec![Scope::Read], 7),
            Err(Fault::Taken)
        ));
        kept.remove_token(&token.id).unwrap();
        assert!(matches!(kept.remove_token(&token.id), Err(Fault::Unknown)));
        assert!(kept.token(&secret).is_none());
    }
}
