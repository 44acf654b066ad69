//! Making one and keeping it: what is in it, what is refused, and that damage is found.

use super::{
    super::{Backups, Manifest, QUIET, Stopped, Tell, archive, parts, verify},
    PASSPHRASE, house, made, made_next, refusal,
};
use rosie_core::backup::BackupPart;
use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
};

#[test]
fn what_is_made_is_encrypted_private_and_can_be_read_back() {
    let (folder, store) = house(31);
    let data = folder.path();
    let file = made(data, &store, true);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = fs::read(&file).unwrap();
    for secret in ["s3cret31", "volume/kitchen", "config.yaml"] {
        assert!(
            !bytes.windows(secret.len()).any(|window| window == secret.as_bytes()),
            "{secret}"
        );
    }
    let manifest = verify(&file, PASSPHRASE, QUIET).unwrap();
    let paths: Vec<_> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "rosie.redb",
            "config.yaml",
            "secrets.json",
            "audit.jsonl",
            "plugins/bins/plugin.yaml"
        ]
    );
    assert!(!data.join("backup.tmp").exists());
    assert!(refusal(verify(&file, "another passphrase", QUIET)).contains("passphrase"));
    let without = verify(&made_next(data, &store, false), PASSPHRASE, QUIET).unwrap();
    assert!(!without.info().parts.contains(&BackupPart::Keys));
}

#[test]
fn only_so_many_are_kept_and_none_from_elsewhere_goes() {
    let (folder, store) = house(31);
    let backups = Backups::of("", folder.path());
    let mut pieces = vec![b"anything".to_vec()].into_iter();
    backups.add("a-guest.rosie-backup", || pieces.next().map(Ok)).unwrap();
    assert!(refusal(backups.add("../out.rosie-backup", || None)).contains("no name"));
    for stale in [
        "rosie-20200101-000000",
        "rosie-20200102-000000",
        "rosie-20200103-000000",
    ] {
        fs::write(backups.folder().join(format!("{stale}.rosie-backup")), "old").unwrap();
    }
    let last = backups
        .make((folder.path(), &store), PASSPHRASE, (true, 2), QUIET)
        .unwrap();
    let names: Vec<_> = backups.list().unwrap().into_iter().map(|file| file.name).collect();
    assert_eq!(
        names,
        [
            last.name.as_str(),
            "rosie-20200103-000000.rosie-backup",
            "a-guest.rosie-backup"
        ]
    );
    let short = backups.make((folder.path(), &store), "short", (true, 2), QUIET);
    assert!(refusal(short).contains("passphrase of 10"));
}

#[test]
fn one_byte_changed_or_cut_anywhere_is_found() {
    let (folder, store) = house(31);
    let file = made(folder.path(), &store, true);
    let whole = fs::read(&file).unwrap();
    let broken = folder.path().join("broken");
    let step = whole.len() / 23;
    for at in (0..whole.len()).step_by(step.max(1)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&broken, &bytes).unwrap();
        assert!(verify(&broken, PASSPHRASE, QUIET).is_err(), "byte {at} changed");
        fs::write(&broken, &whole[..at]).unwrap();
        assert!(verify(&broken, PASSPHRASE, QUIET).is_err(), "cut at {at}");
    }
    fs::write(&broken, &whole[..whole.len() - 1]).unwrap();
    assert!(refusal(verify(&broken, PASSPHRASE, QUIET)).contains("damaged"));
    fs::write(&broken, "rosie-backup").unwrap();
    assert!(refusal(verify(&broken, PASSPHRASE, QUIET)).contains("no backup"));
}

#[test]
fn what_a_life_that_was_cut_off_left_is_removed_and_what_comes_in_stays() {
    let (folder, store) = house(31);
    let backups = Backups::of("", folder.path());
    fs::create_dir(backups.folder()).unwrap();
    let there = |name: &str| backups.folder().join(name).exists();
    for name in ["rosie-20200101-000000.part", "guest.incoming", "my.part", "notes.txt"] {
        fs::write(backups.folder().join(name), "half").unwrap();
    }
    let told = refusal(backups.add("guest.rosie-backup", || None));
    assert!(told.contains("coming in already"), "{told}");
    backups
        .make((folder.path(), &store), PASSPHRASE, (true, 2), QUIET)
        .unwrap();
    assert!(!there("rosie-20200101-000000.part"));
    assert!(there("guest.incoming") && there("my.part") && there("notes.txt"));
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    File::options()
        .write(true)
        .open(backups.folder().join("guest.incoming"))
        .unwrap()
        .set_modified(old)
        .unwrap();
    backups.sweep();
    assert!(!there("guest.incoming"));
}

/// Its clock was wrong once, and that backup is of the year 2090: the nightly ones go on.
#[test]
fn a_backup_of_the_future_is_not_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let backups = Backups::of("", folder.path());
    fs::create_dir(backups.folder()).unwrap();
    for name in [
        "rosie-20900101-000000",
        "rosie-20200102-000000",
        "rosie-20200101-000000",
    ] {
        fs::write(backups.folder().join(format!("{name}.rosie-backup")), "old").unwrap();
    }
    assert_eq!(backups.newest_until(1_600_000_000_000), Some(1_577_923_200_000));
}

#[test]
fn one_that_is_stopped_leaves_nothing() {
    let (folder, store) = house(31);
    let backups = Backups::of("", folder.path());
    for stop_at in ["collecting", "writing", "verifying"] {
        let tell: Tell = &|step, _, _| match step == stop_at {
            true => Err(std::io::Error::other(Stopped)),
            false => Ok(()),
        };
        let told = refusal(backups.make((folder.path(), &store), PASSPHRASE, (true, 7), tell));
        assert!(told.contains("stopped"), "{stop_at}: {told}");
        assert_eq!(fs::read_dir(backups.folder()).unwrap().count(), 0, "{stop_at}");
        assert!(!folder.path().join("backup.tmp").exists());
    }
}

/// Made by hand with other tools and the right passphrase, it is still held to the data folder.
#[test]
fn a_manifest_that_names_what_is_no_part_is_refused() {
    for path in [
        "../rosie.redb",
        "plugins/../../x",
        "/etc/passwd",
        "models/x",
        "backups/x",
        "",
        "rosie.redb.old",
    ] {
        assert_eq!(parts::of(path), None, "{path}");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("models")).unwrap();
    fs::write(folder.path().join("models/x"), "x").unwrap();
    let entry = archive::entry(folder.path(), "models/x".to_owned(), QUIET).unwrap();
    let manifest = Manifest::new("m".into(), Default::default(), vec![entry]);
    let out = folder.path().join("hostile");
    archive::write(File::create(&out).unwrap(), PASSPHRASE, &manifest, folder.path(), QUIET).unwrap();
    assert!(refusal(verify(&out, PASSPHRASE, QUIET)).contains("does not belong"));
}
