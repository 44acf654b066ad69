//! The people of the house, as they sign in.

use super::{fault::Fault, kept::Kept, policy::Role};
use serde::{Deserialize, Serialize};

const MOST: usize = 100;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub name: String,
    pub role: Role,
    /// As argon2 writes it: algorithm, cost, salt and hash.
    pub password: String,
    pub made_unix_s: u64,
}

/// Names are compared without case: nobody remembers how the own one was written.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Kept {
    pub fn is_owned(&self) -> bool {
        self.people.iter().any(|person| person.role == Role::Owner)
    }

    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| same(&person.name, name))
    }

    /// `password`: its hash.
    pub fn add_person(&mut self, name: &str, role: Role, password: String, now: u64) -> Result<Person, Fault> {
        let name = name.trim();
        check(name)?;
        if self.person(name).is_some() {
            return Err(Fault::Taken);
        }
        if self.people.len() >= MOST {
            return Err(Fault::Full);
        }
        let person = Person {
            name: name.to_owned(),
            role,
            password,
            made_unix_s: now,
        };
        self.people.push(person.clone());
        Ok(person)
    }

    /// The first one, who has the house from then on.
    pub fn make_owner(&mut self, name: &str, password: String, now: u64) -> Result<Person, Fault> {
        match self.is_owned() {
            true => Err(Fault::Owned),
            false => self.add_person(name, Role::Owner, password, now),
        }
    }

    /// A new password signs that person out everywhere.
    pub fn change_person(&mut self, name: &str, role: Option<Role>, password: Option<String>) -> Result<Person, Fault> {
        let person = self.people.iter_mut().find(|person| same(&person.name, name));
        let person = person.ok_or(Fault::Unknown)?;
        person.role = role.unwrap_or(person.role);
        let anew = password.is_some();
        person.password = password.unwrap_or_else(|| std::mem::take(&mut person.password));
        let person = person.clone();
        if anew {
            self.sign_out_everywhere(&person.name);
        }
        match self.is_owned() {
            true => Ok(person),
            false => Err(Fault::LastOwner),
        }
    }

    /// Somebody's own new password (its hash): browsers of theirs but `here` are signed out; how many.
    pub fn change_own_password(&mut self, name: &str, password: String, here: Option<&str>) -> Result<usize, Fault> {
        let person = self.people.iter_mut().find(|person| same(&person.name, name));
        person.ok_or(Fault::Unknown)?.password = password;
        Ok(self.sign_out_elsewhere(name, here))
    }

    pub fn remove_person(&mut self, name: &str) -> Result<(), Fault> {
        let person = self.person(name).ok_or(Fault::Unknown)?.name.clone();
        self.people.retain(|other| other.name != person);
        self.sign_out_everywhere(&person);
        match self.is_owned() {
            true => Ok(()),
            false => Err(Fault::LastOwner),
        }
    }
}

fn check(name: &str) -> Result<(), Fault> {
    let usable = |c: char| !c.is_control() && !matches!(c, ':' | '/' | '\\' | '?' | '#' | '%');
    match name.chars().count() {
        1..=64 if name.chars().all(usable) && !matches!(name, "." | "..") => Ok(()),
        _ => Err(Fault::Rule("a name has 1 to 64 characters, and none of : / \\ ? # %")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn there_is_always_an_owner_once_there_was_one() {
        let mut kept = Kept::default();
        kept.make_owner(" Ada ", "1".into(), 7).unwrap();
        assert!(matches!(kept.make_owner("Eve", "2".into(), 8), Err(Fault::Owned)));
        kept.add_person("Grace", Role::Adult, "3".into(), 9).unwrap();
        let before = kept.clone();
        // A change that is refused is thrown away with the copy that it was made in.
        let refused =
            |edit: fn(&mut Kept) -> Result<(), Fault>| matches!(edit(&mut before.clone()), Err(Fault::LastOwner));
        assert!(refused(|kept| kept.remove_person("ada")));
        assert!(refused(|kept| kept
            .change_person("ada", Some(Role::Guest), None)
            .map(drop)));
        kept.change_person("GRACE", Some(Role::Owner), None).unwrap();
        kept.remove_person("ada").unwrap();
        assert_eq!(kept.people.len(), 1);
        assert!(matches!(kept.remove_person("ada"), Err(Fault::Unknown)));
    }

    #[test]
    fn names() {
        let mut kept = Kept::default();
        for name in ["José", "Ada Lovelace", "李", "o'neil"] {
            kept.add_person(name, Role::Child, String::new(), 0).unwrap();
        }
        assert!(matches!(
            kept.add_person("JOSÉ", Role::Child, String::new(), 0),
            Err(Fault::Taken)
        ));
        for name in ["", " ", "a:b", "a/b", "a\nb", "..", &"x".repeat(65)] {
            let refused = kept.add_person(name, Role::Child, String::new(), 0);
            assert!(matches!(refused, Err(Fault::Rule(_))), "{name:?}");
        }
    }
}
