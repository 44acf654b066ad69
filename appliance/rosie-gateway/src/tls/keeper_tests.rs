//! Which certificate is served when: names, ends, clocks, files.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    clock::{DAY, WRITTEN},
    tls::{
        current::Source,
        pair::{Facts, certificates},
    },
};
use rustls::{
    RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};
use tempfile::TempDir;

fn keeper(folder: &Path, own: Option<OwnFiles>) -> Keeper {
    let config = TlsConfig {
        listen: Vec::new(),
        folder: folder.join("tls"),
        own,
    };
    Keeper::new(&config, &[], Arc::new(Current::of(Source::Authority, Some(8443))))
}

fn names(all: &[&str]) -> Names {
    all.iter().map(|name| (*name).to_owned()).collect()
}

fn served(keeper: &Keeper) -> CertificateDer<'static> {
    keeper.served.as_ref().unwrap().certificate().unwrap().clone()
}

fn authority(keeper: &Keeper) -> CertificateDer<'static> {
    certificates(&keeper.current.authority().unwrap())
        .unwrap()
        .swap_remove(0)
}

/// Whether a device that trusts this authority takes what is served, by its own clock.
fn takes(authority: &CertificateDer<'static>, keeper: &Keeper, name: &str, at: u64) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone()).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), ring::default_provider().into());
    let (certificate, name) = (served(keeper), ServerName::try_from(name.to_owned()).unwrap());
    let now = UnixTime::since_unix_epoch(Duration::from_secs(at));
    let verified = verifier
        .build()
        .unwrap()
        .verify_server_cert(&certificate, &[], &name, &[], now);
    verified.is_ok()
}

#[test]
fn a_first_start_makes_everything_and_the_next_one_finds_it() {
    let folder = TempDir::new().unwrap();
    let here = names(&["rosie.local", "192.168.1.7", "fd00::7"]);
    let mut first = keeper(folder.path(), None);
    first.look_at(WRITTEN, &here);
    for name in &here {
        assert!(takes(&authority(&first), &first, name, WRITTEN), "{name}");
    }
    assert!(!takes(&authority(&first), &first, "rosie.lan", WRITTEN));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let tls = folder.path().join("tls");
    assert_eq!(mode(&tls), 0o700);
    for file in ["authority.pem", "server.pem"] {
        assert_eq!(mode(&tls.join(file)), 0o600, "{file}");
    }
    let mut next = keeper(folder.path(), None);
    next.look_at(WRITTEN + DAY, &here);
    assert_eq!((served(&next), authority(&next)), (served(&first), authority(&first)));
    // One that another authority signed is not served.
    fs::remove_file(tls.join("authority.pem")).unwrap();
    let mut anew = keeper(folder.path(), None);
    anew.look_at(WRITTEN + DAY, &here);
    assert_ne!(authority(&anew), authority(&first));
    assert!(takes(&authority(&anew), &anew, "rosie.local", WRITTEN + DAY));
}

#[test]
fn a_new_address_gets_a_certificate_and_one_that_went_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let mut keeper = keeper(folder.path(), None);
    keeper.look_at(WRITTEN, &names(&["rosie.local", "192.168.1.7"]));
    let before = served(&keeper);
    keeper.look_at(WRITTEN + 10, &names(&["rosie.local"]));
    assert_eq!(served(&keeper), before);
    keeper.look_at(WRITTEN + 20, &names(&["rosie.local", "10.0.0.9"]));
    assert!(takes(&authority(&keeper), &keeper, "10.0.0.9", WRITTEN + 20));
    assert_eq!(keeper.current.state().names, ["10.0.0.9", "rosie.local"]);
}

#[test]
fn a_certificate_is_made_anew_before_its_end_and_is_short_enough_for_phones() {
    let folder = TempDir::new().unwrap();
    let here = names(&["rosie.local"]);
    let mut keeper = keeper(folder.path(), None);
    let mut made = 0;
    let (mut last, mut root) = (None, None);
    // Nearly ten years, a day at a time.
    for day in 0..3500 {
        let now = WRITTEN + day * DAY;
        keeper.look_at(now, &here);
        assert!(takes(&authority(&keeper), &keeper, "rosie.local", now), "day {day}");
        let certificate = served(&keeper);
        let facts = Facts::of(&certificate).unwrap();
        assert!(facts.not_after - facts.not_before <= 397 * DAY, "{facts:?}");
        if last.as_ref() != Some(&certificate) {
            made += 1;
            last = Some(certificate);
        }
        assert_eq!(
            *root.get_or_insert_with(|| authority(&keeper)),
            authority(&keeper),
            "day {day}"
        );
    }
    assert!((9..=15).contains(&made), "{made} certificates");
}

/// The clock of a board without a battery shows 1970 at its first start, and is right once the network is there.
#[test]
fn what_was_made_with_a_wrong_clock_holds_when_the_clock_is_right() {
    for (shown, right) in [
        (WRITTEN, WRITTEN + 28 * DAY),
        (WRITTEN, WRITTEN + 5 * 365 * DAY),
        // One that ran ahead.
        (WRITTEN + 40 * 365 * DAY, WRITTEN + 365 * DAY),
    ] {
        let folder = TempDir::new().unwrap();
        let here = names(&["rosie.local"]);
        let mut keeper = keeper(folder.path(), None);
        keeper.look_at(shown, &here);
        let root = authority(&keeper);
        keeper.look_at(right, &here);
        assert!(takes(&root, &keeper, "rosie.local", right), "{shown} {right}");
        // A phone whose own clock is a fortnight late.
        assert!(
            takes(&root, &keeper, "rosie.local", right - 14 * DAY),
            "{shown} {right}"
        );
    }
}

#[test]
fn an_authority_that_ends_makes_room_and_is_not_lost() {
    let folder = TempDir::new().unwrap();
    let here = names(&["rosie.local"]);
    let mut keeper = keeper(folder.path(), None);
    keeper.look_at(WRITTEN, &here);
    let before = authority(&keeper);
    let later = WRITTEN + 3700 * DAY;
    keeper.look_at(later, &here);
    assert_ne!(authority(&keeper), before);
    assert!(takes(&authority(&keeper), &keeper, "rosie.local", later));
    assert!(folder.path().join("tls/authority-ended.pem").exists());
}

#[test]
fn a_damaged_authority_is_told_and_not_written_over() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tls/authority.pem");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "-----BEGIN CERTIFICATE-----\nrubbish\n").unwrap();
    let mut keeper = keeper(folder.path(), None);
    keeper.look_at(WRITTEN, &names(&["rosie.local"]));
    let problem = keeper.current.state().problem.unwrap();
    assert!(
        problem.contains("authority.pem is damaged") && problem.contains("backup"),
        "{problem}"
    );
    assert!(keeper.served.is_none());
    assert!(fs::read_to_string(&file).unwrap().contains("rubbish"));
    // Mended, it is served without a restart.
    fs::remove_file(&file).unwrap();
    keeper.look_at(WRITTEN, &names(&["rosie.local"]));
    assert_eq!(keeper.current.state().problem, None);
    assert!(takes(&authority(&keeper), &keeper, "rosie.local", WRITTEN));
}
