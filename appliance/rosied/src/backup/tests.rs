//! Backups of a data folder on the disk: what is in them, what is refused, and that bringing one back loses nothing, also
//! when the power goes in the middle.

use super::{BackupError, Backups, archive, keeping, restoring, stage, take, verify};
use rosie_core::{backup::BackupPart, store::SettingStore};
use rosie_memory::Store;
use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

const PASSPHRASE: &str = "correct horse battery";
const QUIET: super::Tell = &|_, _, _| {};

/// A data folder with something of each part.
fn house(volume: u64) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = Store::open(data).unwrap();
    store.put_setting("volume/kitchen", &serde_json::json!(volume)).unwrap();
    fs::write(
        data.join("config.yaml"),
        format!("# mine\naudio: {{volume_percent: {volume}}}\n"),
    )
    .unwrap();
    fs::write(data.join("secrets.json"), format!("{{\"KEY\": \"s3cret{volume}\"}}")).unwrap();
    fs::write(data.join("audit.jsonl"), "{}\n").unwrap();
    fs::create_dir_all(data.join("plugins/bins")).unwrap();
    fs::write(data.join("plugins/bins/plugin.yaml"), format!("version: {volume}")).unwrap();
    fs::create_dir_all(data.join("models")).unwrap();
    fs::write(data.join("models/large.bin"), "not in it").unwrap();
    (folder, store)
}

fn made(data: &Path, store: &Store, keys: bool) -> PathBuf {
    let backups = Backups::of("", data);
    let file = backups.make((data, store), PASSPHRASE, (keys, 7), QUIET).unwrap();
    backups.path(&file.name).unwrap()
}

fn volume(data: &Path) -> u64 {
    let store = Store::open(data).unwrap();
    store.get_setting("volume/kitchen").unwrap().unwrap().as_u64().unwrap()
}

fn refusal<T: std::fmt::Debug>(done: Result<T, BackupError>) -> String {
    done.unwrap_err().to_string()
}

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

/// Names are of the second.
fn made_next(data: &Path, store: &Store, keys: bool) -> PathBuf {
    std::thread::sleep(std::time::Duration::from_millis(1100));
    made(data, store, keys)
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
        let before = data.join(restoring::BEFORE);
        keeping::private_folder(&before).unwrap();
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
        assert_eq!(super::parts::of(path), None, "{path}");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("models")).unwrap();
    fs::write(folder.path().join("models/x"), "x").unwrap();
    let entry = archive::entry(folder.path(), "models/x".to_owned()).unwrap();
    let manifest = super::Manifest::new("m".into(), Default::default(), vec![entry]);
    let out = folder.path().join("hostile");
    archive::write(File::create(&out).unwrap(), PASSPHRASE, &manifest, folder.path(), QUIET).unwrap();
    assert!(refusal(verify(&out, PASSPHRASE, QUIET)).contains("does not belong"));
}
