//! A network that the owner names: what is right of it, and the files that it becomes.

use crate::card::{self, Card, Wifi};
use rosie_core::network::{JoinFault, JoinNetwork};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// # Errors
/// What would be right. No password is quoted.
pub fn check(wanted: &JoinNetwork) -> Result<(), String> {
    if !card::is_network_name(&wanted.ssid) {
        return Err("a network's name has 1 to 32 letters: write it as your router shows it".into());
    }
    if !wanted.password.is_empty() && !card::is_password(&wanted.password) {
        return Err(
            "a password has 8 to 63 characters without accents, or is a key of 64 hexadecimal digits; leave it empty for a network without one"
                .into(),
        );
    }
    if !card::is_country(&wanted.country) {
        return Err(
            "the country is two capital letters, DE for Germany: which channels the radio may use depends on it".into(),
        );
    }
    Ok(())
}

/// In plain words.
pub fn told(fault: JoinFault, ssid: &str) -> String {
    match fault {
        JoinFault::WrongPassword => format!("the password of \"{ssid}\" is wrong, or the network did not let Rosie in"),
        JoinFault::NotFound => format!(
            "\"{ssid}\" was not found: see that it is near, and that its name is written as your router shows it"
        ),
        JoinFault::NeedsPassword => format!("\"{ssid}\" wants a password"),
        JoinFault::NeedsNoPassword => format!("\"{ssid}\" has no password: leave it empty"),
        JoinFault::Unsupported => {
            format!(
                "\"{ssid}\" wants a user's name or a certificate, or its security is outdated (WEP): Rosie cannot join it, choose another one"
            )
        }
        JoinFault::Refused => format!("\"{ssid}\" did not let Rosie in: bring her nearer to the router, and try again"),
        JoinFault::NoAddress => {
            format!("\"{ssid}\" was joined, but gave Rosie no address: restart the router, and try again")
        }
        JoinFault::System => {
            "Rosie could not write the network down, or her radio does not answer: restart her, and try again".into()
        }
    }
}

/// The machine's files of a network, as they were before it was tried.
pub struct Before(Vec<(PathBuf, Option<Vec<u8>>)>);

fn wifi(wanted: &JoinNetwork, tried: bool) -> Wifi {
    Wifi {
        network: wanted.ssid.clone(),
        password: Some(wanted.password.clone()).filter(|password| !password.is_empty()),
        hidden: wanted.hidden,
        tried,
    }
}

fn write(wanted: &JoinNetwork, tried: bool, machine: &Path) -> io::Result<()> {
    let card = Card {
        country: Some(wanted.country.clone()),
        wifi: Some(wifi(wanted, tried)),
        ..Card::default()
    };
    card::write(&card, machine).map(|_| ())
}

/// Writes it down for a try, for root alone; iwd sees it at once.
pub fn begin(wanted: &JoinNetwork, machine: &Path) -> io::Result<Before> {
    let names = [None, Some(String::new())].map(|password| {
        let kind = Wifi {
            password,
            ..wifi(wanted, true)
        };
        machine.join("iwd").join(kind.file_name())
    });
    let before = Before(names.map(|path| (path.clone(), fs::read(path).ok())).into());
    // One of the other kind would be taken for the same network.
    before.forget();
    match write(wanted, true, machine) {
        Ok(()) => Ok(before),
        Err(error) => {
            before.restore()?;
            Err(error)
        }
    }
}

/// It is joined by itself from now on.
///
/// # Errors
/// What the disk says.
pub fn settle(wanted: &JoinNetwork, machine: &Path) -> io::Result<()> {
    write(wanted, false, machine)
}

impl Before {
    fn forget(&self) {
        for (path, _) in &self.0 {
            let _ = fs::remove_file(path);
        }
    }

    /// # Errors
    /// What the disk says.
    pub fn restore(&self) -> io::Result<()> {
        self.forget();
        for (path, text) in &self.0 {
            if let Some(text) = text {
                card::replace(path, text)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn wanted(ssid: &str, password: &str) -> JoinNetwork {
        JoinNetwork {
            ssid: ssid.into(),
            password: password.into(),
            country: "DE".into(),
            hidden: false,
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        assert_eq!(check(&wanted("Home", "")), Ok(()));
        assert_eq!(check(&wanted("Home", "12345678")), Ok(()));
        assert_eq!(check(&wanted("Home", &"0f".repeat(32))), Ok(()));
        let country = JoinNetwork {
            country: "Germany".into(),
            ..wanted("Home", "")
        };
        for (wrong, word) in [
            (wanted("", "12345678"), "name has 1 to 32"),
            (wanted(&"x".repeat(33), "12345678"), "name has 1 to 32"),
            (wanted("a\nb", "12345678"), "name has 1 to 32"),
            (wanted("Home", "s3crt"), "8 to 63"),
            (wanted("Home", &"s3cr3t".repeat(11)), "8 to 63"),
            (wanted("Home", "s3cr3t\n[x]"), "8 to 63"),
            (country, "two capital letters"),
        ] {
            let told = check(&wrong).unwrap_err();
            assert!(told.contains(word) && !told.contains("s3cr"), "{told}");
        }
    }

    #[test]
    fn a_network_that_is_not_joined_leaves_what_was_there() {
        let machine = tempfile::tempdir().unwrap();
        let list = || {
            let folder = fs::read_dir(machine.path().join("iwd")).unwrap();
            let mut names: Vec<_> = folder
                .map(|one| one.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        let before = begin(&wanted("Home", "first-word"), machine.path()).unwrap();
        assert_eq!(list(), ["Home.psk"]);
        let file = machine.path().join("iwd/Home.psk");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let tried = fs::read_to_string(&file).unwrap();
        assert!(
            tried.contains("Passphrase=first-word") && tried.contains("AutoConnect=false") && !tried.contains("Hidden")
        );
        before.restore().unwrap();
        assert_eq!(list(), [""; 0], "what was new is gone");

        settle(&wanted("Home", "first-word"), machine.path()).unwrap();
        let first = fs::read_to_string(&file).unwrap();
        assert!(first.contains("Passphrase=first-word") && first.contains("AutoConnect=true"));
        let before = begin(
            &JoinNetwork {
                hidden: true,
                ..wanted("Home", "")
            },
            machine.path(),
        )
        .unwrap();
        assert_eq!(list(), ["Home.open"], "iwd must not find two of one name");
        assert!(
            fs::read_to_string(machine.path().join("iwd/Home.open"))
                .unwrap()
                .contains("Hidden=true")
        );
        before.restore().unwrap();
        assert_eq!(list(), ["Home.psk"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), first);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(machine.path().join("country")).unwrap(), "DE\n");
    }
}
