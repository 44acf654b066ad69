//! The owner's files: served, read again when they change, and what is said of wrong ones.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    clock::{DAY, WRITTEN},
    tls::{
        TlsConfig,
        current::{Current, Source},
        keeper::Keeper,
    },
};
use rcgen::{CertificateParams, KeyPair};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;

/// A certificate for `name` that ends then, and its key.
fn made(name: &[&str], ends: u64) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut wanted = CertificateParams::new(name.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    wanted.not_after = rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(ends);
    (wanted.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn files(folder: &TempDir, certificate: &str, key: &str) -> OwnFiles {
    let files = OwnFiles {
        certificate: folder.path().join("fullchain.pem"),
        key: folder.path().join("privkey.pem"),
    };
    fs::write(&files.certificate, certificate).unwrap();
    fs::write(&files.key, key).unwrap();
    files
}

#[test]
fn every_mistake_says_in_which_file_and_what_to_do() {
    let folder = TempDir::new().unwrap();
    let year = WRITTEN + 365 * DAY;
    let (good, key) = made(&["rosie.example.org"], year);
    let (_, other_key) = made(&["rosie.example.org"], year);
    let (ended, ended_key) = made(&["rosie.example.org"], WRITTEN - DAY);
    let (nameless, nameless_key) = made(&[], year);
    files(&folder, &good, &key).read(WRITTEN).unwrap();
    let cases = [
        (
            "hello",
            key.as_str(),
            "certificate",
            "fullchain.pem: there is no certificate in PEM form",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            &key,
            "certificate",
            "cannot be read",
        ),
        (
            &good,
            "hello",
            "key",
            "privkey.pem: there is no private key in PEM form",
        ),
        (&good, &good, "key", "there is no private key"),
        (&good, &other_key, "key", "does not belong to the certificate in"),
        (&ended, &ended_key, "certificate", "it has ended: renew it"),
        (&nameless, &nameless_key, "certificate", "names no host"),
    ];
    for (certificate, key, field, message) in cases {
        let fault = files(&folder, certificate, key).read(WRITTEN).unwrap_err();
        assert_eq!(fault.field, field, "{fault}");
        assert!(fault.message.contains(message), "{fault}");
        assert!(!fault.message.contains("PRIVATE KEY-----\nM"), "{fault}");
    }
    let mut missing = files(&folder, &good, &key);
    missing.key = folder.path().join("none.pem");
    let fault = missing.check().unwrap_err();
    assert!(
        fault.field == "key" && fault.message.contains("none.pem cannot be read"),
        "{fault}"
    );
}

#[test]
fn files_that_change_are_served_and_wrong_ones_are_not() {
    let folder = TempDir::new().unwrap();
    let (first, first_key) = made(&["a.example.org"], WRITTEN + 365 * DAY);
    let own = files(&folder, &first, &first_key);
    let config = TlsConfig {
        listen: Vec::new(),
        folder: folder.path().join("tls"),
        own: Some(own),
    };
    let current = Arc::new(Current::of(Source::Files, Some(8443)));
    let mut keeper = Keeper::new(&config, &[], Arc::clone(&current));
    keeper.look_at(WRITTEN, &Default::default());
    assert_eq!(
        (current.state().names, current.state().problem),
        (vec!["a.example.org".to_owned()], None)
    );
    assert!(current.authority().is_none() && !config.folder.exists());
    // Half of it is there: the old one goes on.
    let (second, second_key) = made(&["longer.example.org"], WRITTEN + 30 * DAY);
    files(&folder, &second, &first_key);
    keeper.look_at(WRITTEN, &Default::default());
    assert_eq!(current.state().names, ["a.example.org"]);
    let problem = current.state().problem.unwrap();
    assert!(
        problem.starts_with("server.tls.key: ") && problem.contains("does not belong"),
        "{problem}"
    );
    fs::write(&config.own.as_ref().unwrap().key, format!("{second_key}\n")).unwrap();
    keeper.look_at(WRITTEN, &Default::default());
    assert_eq!(
        (current.state().names, current.state().problem),
        (vec!["longer.example.org".to_owned()], None)
    );
    // Its end is told in time.
    keeper.look_at(WRITTEN + 20 * DAY, &Default::default());
    assert!(current.state().problem.unwrap().contains("ends soon"));
}
