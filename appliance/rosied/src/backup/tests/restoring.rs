//! Bringing one back: what it replaces is kept, and no cut leaves half of it.

use super::{
    super::{BackupError, QUIET, disk, stage, take, taking, tidy},
    PASSPHRASE, house, made, refusal, volume,
};
use rosie_core::backup::BackupPart;
use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
};

#[test]
fn brought_back_elsewhere_it_takes_the_place_of_what_is_there() {
    let (from, store) = house(31);
    let file = made(from.path(), &store, true);
    let (to, other) = house(77);
    drop(other);
    let data = to.path();
    fs::write(data.join("config.page.yaml"), "{}").unwrap();
    let info = stage(File::open(&file).unwrap(), PASSPHRASE, &BackupPart::ALL, data, QUIET).unwrap();
    assert_eq!(info.parts.len(), 5, "{info:?}");
    assert_eq!(volume(data), 77, "nothing is changed before the next start");
    let parts = take(data).unwrap().unwrap();
    assert_eq!(parts, info.parts);
    assert_eq!(volume(data), 31);
    assert!(
        fs::read_to_string(data.join("config.yaml"))
            .unwrap()
            .starts_with("# mine\naudio: {volume_percent: 31}")
    );
    assert!(
        !data.join("config.page.yaml").exists(),
        "what was set on pages here does not lie over it"
    );
    assert_eq!(
        fs::read_to_string(data.join("plugins/bins/plugin.yaml")).unwrap(),
        "version: 31"
    );
    let runs = fs::metadata(data.join("plugins/bins/plugin.yaml")).unwrap();
    assert_eq!(runs.permissions().mode() & 0o777, 0o700, "a program can still be run");
    assert_eq!(volume(&data.join("before-restore")), 77);
    assert!(data.join("before-restore/config.page.yaml").exists());
    assert_eq!(take(data).unwrap(), None);
}

#[test]
fn a_part_alone_leaves_the_others() {
    let (from, store) = house(31);
    let file = made(from.path(), &store, true);
    let (to, other) = house(77);
    drop(other);
    stage(
        File::open(&file).unwrap(),
        PASSPHRASE,
        &[BackupPart::Memory],
        to.path(),
        QUIET,
    )
    .unwrap();
    take(to.path()).unwrap();
    assert_eq!(volume(to.path()), 31);
    assert!(
        fs::read_to_string(to.path().join("config.yaml"))
            .unwrap()
            .contains("77")
    );
    assert!(
        fs::read_to_string(to.path().join("secrets.json"))
            .unwrap()
            .contains("s3cret77")
    );
}

#[test]
fn a_configuration_that_cannot_start_is_refused_and_nothing_changes() {
    let (from, store) = house(31);
    fs::write(from.path().join("config.yaml"), "audio: {volume_percent: 400}\n").unwrap();
    let file = made(from.path(), &store, true);
    let (to, other) = house(77);
    drop(other);
    let refused = stage(
        File::open(&file).unwrap(),
        PASSPHRASE,
        &BackupPart::ALL,
        to.path(),
        QUIET,
    );
    assert!(matches!(&refused, Err(BackupError::Configuration(_))), "{refused:?}");
    assert_eq!(take(to.path()).unwrap(), None);
    assert!(!to.path().join("restore.new").exists());
    assert_eq!(volume(to.path()), 77);
}

/// The power goes after each of the renames in turn: the next start ends what was begun.
#[test]
fn a_power_cut_while_it_is_brought_back_loses_nothing() {
    let (from, store) = house(31);
    let file = made(from.path(), &store, true);
    let names = ["rosie.redb", "config.yaml", "config.page.yaml", "secrets.json"];
    for done in 0..names.len() * 2 {
        let (to, other) = house(77);
        drop(other);
        let data = to.path();
        stage(File::open(&file).unwrap(), PASSPHRASE, &BackupPart::ALL, data, QUIET).unwrap();
        let before = data.join(taking::BEFORE);
        disk::private_folder(&before).unwrap();
        fs::write(data.join("restore.ready/begun"), "").unwrap();
        for step in 0..=done {
            let name = names[step / 2];
            let (from, to) = match step % 2 {
                0 => (data.join(name), before.join(name)),
                _ => (data.join("restore.ready").join(name), data.join(name)),
            };
            match from.exists() {
                true => fs::rename(from, to).unwrap(),
                false if step % 2 == 0 => drop(File::create(before.join("config.page.was-nothing")).unwrap()),
                false => {}
            }
        }
        take(data).unwrap().unwrap();
        assert_eq!(volume(data), 31, "cut after step {done}");
        assert_eq!(volume(&before), 77, "cut after step {done}");
        assert!(
            fs::read_to_string(data.join("secrets.json"))
                .unwrap()
                .contains("s3cret31")
        );
        assert!(!data.join("config.page.yaml").exists());
    }
}

/// Something in the data folder is mounted from elsewhere, as people do with containers: it cannot be moved, and what was
/// moved before it is put back. (Here a folder is in the way, which no file can take the place of.)
#[test]
fn what_cannot_be_ended_is_taken_back() {
    let (from, store) = house(31);
    let file = made(from.path(), &store, true);
    let (to, other) = house(77);
    drop(other);
    let data = to.path();
    stage(File::open(&file).unwrap(), PASSPHRASE, &BackupPart::ALL, data, QUIET).unwrap();
    // Put aside already, by what is found: so it stays in the way.
    let before = data.join(taking::BEFORE);
    disk::private_folder(&before).unwrap();
    fs::write(data.join("restore.ready/begun"), "").unwrap();
    fs::write(before.join("secrets.was-nothing"), "").unwrap();
    fs::rename(data.join("secrets.json"), data.join("kept")).unwrap();
    fs::create_dir_all(data.join("secrets.json/in the way")).unwrap();
    let told = refusal(take(data));
    assert!(told.contains("secrets.json"), "{told}");
    assert_eq!(volume(data), 77);
    let config = fs::read_to_string(data.join("config.yaml")).unwrap();
    assert!(config.contains("77"), "{config}");
    assert_eq!(
        fs::read_to_string(data.join("plugins/bins/plugin.yaml")).unwrap(),
        "version: 77"
    );
    assert_eq!(take(data).unwrap(), None, "it is not tried for ever");
}

/// The command line was killed between the two steps or in the second, and a restore is asked for again: what was put aside
/// first is what is kept.
#[test]
fn one_that_was_broken_off_is_ended_before_another_begins() {
    let (from, store) = house(31);
    let file = made(from.path(), &store, true);
    let (to, other) = house(77);
    drop(other);
    let data = to.path();
    let again = || stage(File::open(&file).unwrap(), PASSPHRASE, &BackupPart::ALL, data, QUIET).unwrap();
    again();
    let before = data.join(taking::BEFORE);
    disk::private_folder(&before).unwrap();
    fs::write(data.join("restore.ready/begun"), "").unwrap();
    fs::rename(data.join("rosie.redb"), before.join("rosie.redb")).unwrap();
    again();
    assert_eq!(volume(&before), 77, "the memory of this house is not lost");
    assert_eq!(volume(data), 31);
    // Laid ready and not begun, it only gives way.
    again();
    assert_eq!(volume(&before), 77);
}

#[test]
fn nothing_is_replaced_under_a_rosie_that_runs() {
    let (from, store) = house(31);
    let file = made(from.path(), &store, true);
    let (to, running) = house(77);
    let data = to.path();
    stage(File::open(&file).unwrap(), PASSPHRASE, &BackupPart::ALL, data, QUIET).unwrap();
    fs::create_dir(data.join("backup.tmp")).unwrap();
    tidy(data);
    assert!(data.join("backup.tmp").exists(), "she may be making one");
    assert_eq!(take(data).unwrap(), None);
    drop(running);
    assert_eq!(volume(data), 77);
    tidy(data);
    assert!(!data.join("backup.tmp").exists());
    assert!(take(data).unwrap().is_some());
    assert_eq!(volume(data), 31);
}

/// Laid ready, then the power went before it was on the disk: the list of its parts is empty.
#[test]
fn a_list_of_parts_that_cannot_be_read_changes_nothing() {
    let (to, store) = house(77);
    drop(store);
    let data = to.path();
    fs::create_dir(data.join("restore.ready")).unwrap();
    fs::write(data.join("restore.ready/parts.json"), "").unwrap();
    assert!(take(data).is_err());
    assert_eq!(take(data).unwrap(), None);
    assert_eq!(volume(data), 77);
}
