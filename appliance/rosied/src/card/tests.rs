//! `rosie.yaml`, good and bad, and the files that come of it.
#![allow(clippy::unwrap_used)]

use super::*;
use std::{fs, os::unix::fs::PermissionsExt};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHZWv4lQ0YcEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM ada@desk";

fn files_of(text: &str) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let written = write(&Card::parse(text).unwrap(), folder.path()).unwrap();
    let read = |name: &String| {
        let path = folder.path().join(name);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600,
            "{name}"
        );
        (name.clone(), fs::read_to_string(path).unwrap())
    };
    written.iter().map(read).collect()
}

#[test]
fn a_whole_card_becomes_files() {
    let text = format!(
        "name: rosie-kitchen\r\ntime_zone: Europe/Berlin\ncountry: DE\nwifi:\n  network: Home sweet\n  \
         password: \"pa ss\\\\word \"\nssh_keys:\n  - {KEY}\n"
    );
    let expected = [
        ("name", "rosie-kitchen\n".to_owned()),
        ("time-zone", "Europe/Berlin\n".to_owned()),
        ("country", "DE\n".to_owned()),
        ("authorized_keys", format!("{KEY}\n")),
        (
            "iwd/Home sweet.psk",
            "[Security]\nPassphrase=pa ss\\\\word\\s\n\n[Settings]\nAutoConnect=true\n".to_owned(),
        ),
    ];
    assert_eq!(files_of(&text), expected.map(|(name, text)| (name.to_owned(), text)));
}

#[test]
fn names_and_keys_that_iwd_writes_otherwise() {
    let open = files_of("country: FR\nwifi: { network: \"Café/../x\" }");
    assert_eq!(open[1].0, "iwd/=436166c3a92f2e2e2f78.open");
    let raw = "0F".repeat(32);
    let keyed = files_of(&format!("country: FR\nwifi: {{ network: a, password: \"{raw}\" }}"));
    assert!(
        keyed[1].1.contains(&format!("PreSharedKey={}\n", raw.to_lowercase())),
        "{}",
        keyed[1].1
    );
}

#[test]
fn an_empty_file_changes_nothing() {
    assert_eq!(files_of(""), []);
    assert_eq!(files_of("\u{feff}\n"), []);
}

#[test]
fn every_mistake_is_told_at_once_and_no_password() {
    let text = "name: -x\ntime_zone: Mars/Olympus\ncountry: de\nwifi: { network: \"\", password: s3crt }\n\
                ssh_keys: ['command=\"rm\" ssh-ed25519 AAAA', \"ssh-ed25519 AAAA\\nssh-rsa B\"]";
    let mistakes = Card::parse(text).unwrap_err();
    let keys: Vec<_> = mistakes.iter().map(|line| line.split(':').next().unwrap()).collect();
    let expected = [
        "name",
        "time_zone",
        "country",
        "wifi.network",
        "wifi.password",
        "ssh_keys",
        "ssh_keys",
    ];
    assert_eq!(keys, expected);
    assert!(!mistakes.join("\n").contains("s3crt"));
    let needed = Card::parse("wifi: { network: home, password: s3cr3t-word }").unwrap_err();
    assert_eq!(needed.len(), 1);
    assert!(needed[0].starts_with("country: is needed"));
}

#[test]
fn a_file_that_is_not_understood_names_the_line_and_no_password() {
    for text in [
        "wifi:\n  network: home\n  passwort: s3cr3t-word",
        "wifi:\n  network: home\n  password: \"s3cr3t-word",
        "wifi:\n  network: home\n  password: [s3cr3t-word]",
        "- s3cr3t-word",
        "name: 'a\nb: {",
    ] {
        let mistakes = Card::parse(text).unwrap_err();
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(
            mistakes[0].contains(" at line ") && !mistakes[0].contains("s3cr3t"),
            "{mistakes:?}"
        );
    }
}

#[test]
fn where_updates_come_from() {
    let named = files_of("updates: { channel: \"https://updates.example.org/rosie/\" }");
    let expected = "channel=https://updates.example.org/rosie\nmode=notify\n";
    assert_eq!(named, [("updates".to_owned(), expected.to_owned())]);
    let at_night = files_of("updates: { channel: \"https://u.example\", mode: automatic }");
    assert!(at_night[0].1.ends_with("mode=automatic\n"));
    for bad in [
        "http://u.example",
        "https://",
        "https://u.example/a b",
        "https://u.example/$(x)`",
    ] {
        let refused = Card::parse(&format!("updates: {{ channel: '{bad}' }}")).unwrap_err();
        assert!(refused[0].starts_with("updates.channel"), "{bad}: {refused:?}");
    }
}
