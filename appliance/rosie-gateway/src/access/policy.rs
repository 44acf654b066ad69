//! Who may do what: one pure function and the table that it is held to.

use serde::{Deserialize, Serialize};

/// What a person is in the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Owner,
    Adult,
    Child,
    Guest,
}

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    Read,
    Talk,
    Control,
    Admin,
}

/// What a route asks of who comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing: it looks after the daemon, leads to the sign-in, or asks by itself.
    Anyone,
    /// The figures: a setting opens them; else as `Read`.
    Figures,
    /// To speak and be answered. Asked where a stream says `hello`, because its key may stand there.
    Talk,
    /// To be somebody whom the house knows.
    Known,
    /// To see what happens in the house.
    Read,
    /// To change what is no setting of the appliance.
    Control,
    /// People, keys, backups, updates, plugins, configuration.
    Admin,
    /// An endpoint's own key, or the owner.
    OwnKey,
}

/// Who comes, after what came with the request was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    Person {
        name: String,
        role: Role,
        /// Hash of the session, where a cookie said who it is: a browser sends that by itself.
        session: Option<String>,
    },
    Token {
        id: String,
        scopes: Vec<Scope>,
    },
    /// A paired endpoint, by its own name.
    Endpoint {
        id: String,
        /// Hash of its key.
        key: String,
    },
}

/// How the house stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct House {
    /// An owner was made.
    pub owned: bool,
    /// The owner lets everybody speak.
    pub open_house: bool,
    pub open_figures: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    SignIn,
    Forbidden,
}

/// `about`: what the route's address names.
pub(crate) fn decide(need: Need, about: &str, who: &Who, house: House) -> Verdict {
    let open = match need {
        Need::Anyone => true,
        Need::Figures => house.open_figures,
        Need::Talk => house.open_house,
        _ => false,
    };
    if open || !house.owned {
        return Verdict::Allowed;
    }
    let allowed = match who {
        Who::Nobody => return Verdict::SignIn,
        Who::Person { role, .. } => person_may(*role, need),
        Who::Token { scopes, .. } => token_may(scopes, need),
        Who::Endpoint { id, .. } => match need {
            Need::Talk | Need::Known => true,
            Need::OwnKey => id == about,
            _ => false,
        },
    };
    if allowed { Verdict::Allowed } else { Verdict::Forbidden }
}

fn person_may(role: Role, need: Need) -> bool {
    match role {
        Role::Owner => true,
        Role::Adult => !matches!(need, Need::Admin | Need::OwnKey),
        Role::Child | Role::Guest => matches!(need, Need::Talk | Need::Known),
    }
}

fn token_may(scopes: &[Scope], need: Need) -> bool {
    let scope = match need {
        Need::Anyone | Need::Known => return true,
        Need::Figures | Need::Read => Scope::Read,
        Need::Talk => Scope::Talk,
        Need::Control => Scope::Control,
        Need::Admin | Need::OwnKey => Scope::Admin,
    };
    scopes.contains(&scope) || scopes.contains(&Scope::Admin)
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
