//! Backups of a data folder on the disk: what is in them, what is refused, and that bringing one back loses nothing, also
//! when the power goes in the middle.

mod making;
mod restoring;

use super::{BackupError, Backups, QUIET};
use rosie_core::store::SettingStore;
use rosie_memory::Store;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

const PASSPHRASE: &str = "correct horse battery";

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
    fs::set_permissions(data.join("plugins/bins/plugin.yaml"), fs::Permissions::from_mode(0o755)).unwrap();
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

/// Names are of the second.
fn made_next(data: &Path, store: &Store, keys: bool) -> PathBuf {
    std::thread::sleep(std::time::Duration::from_millis(1100));
    made(data, store, keys)
}
