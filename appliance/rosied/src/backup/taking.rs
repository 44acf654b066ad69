//! Bringing a backup back, the second of two steps: before anything of the data folder is opened, what lies ready takes the
//! place of what is there, which is kept aside in `before-restore`. Each step of that is one rename. A power cut leaves it to
//! be finished; what cannot be finished is taken back.

use super::{
    BackupError,
    disk::{clear, private_folder, sync},
    keeping::SCRATCH,
    parts,
};
use rosie_core::backup::BackupPart;
use rosie_memory::Store;
use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// Where a backup is unpacked.
pub const STAGED: &str = "restore.new";
/// What is to be brought back at the next start, with the list of its parts.
pub const READY: &str = "restore.ready";
pub const PARTS: &str = "parts.json";
/// In it once the first thing was moved: from here on it is ended or taken back, never forgotten.
const BEGUN: &str = "begun";
/// What is not needed any more gets this name at one stroke, and is removed then.
const GONE: &str = "restore.gone";
/// What the last restore replaced.
pub const BEFORE: &str = "before-restore";

/// Puts in its place what was laid ready, or goes on where a power cut ended that. To be called before anything of the data
/// folder is opened. What was brought back; `None`: nothing was, or another Rosie uses the folder.
///
/// # Errors
/// Nothing was changed; but after [`BackupError::Half`] no Rosie should start with what is there.
pub fn take(data: &Path) -> Result<Option<Vec<BackupPart>>, BackupError> {
    let ready = data.join(READY);
    if !ready.exists() || Store::is_in_use(data) {
        return Ok(None);
    }
    let list = ready.join(PARTS);
    let read = fs::read(&list).map_err(BackupError::at(&list));
    let parts = read.and_then(|text| serde_json::from_slice(&text).map_err(|e| BackupError::at(&list)(e.into())));
    let (before, begun) = (data.join(BEFORE), ready.join(BEGUN));
    let parts: Vec<BackupPart> = match parts {
        Ok(parts) => parts,
        Err(error) if begun.exists() => return Err(BackupError::Half(error.to_string())),
        Err(error) => {
            let_go(data)?;
            return Err(error);
        }
    };
    if !begun.exists() {
        clear(&before)?;
        private_folder(&before)?;
        File::create(&begun).map_err(BackupError::at(&begun))?;
        sync(&ready).map_err(BackupError::at(&ready))?;
    }
    let names = || parts.iter().flat_map(|part| parts::names(*part));
    let placed = names().try_for_each(|name| replace(&ready.join(name), &data.join(name), &before.join(name)));
    if let Err(error) = placed.and_then(|()| sync(data).map_err(BackupError::at(data))) {
        let back = names().try_for_each(|name| take_back(&ready.join(name), &data.join(name), &before.join(name)));
        return match back.and_then(|()| let_go_of_any(data)) {
            Ok(()) => Err(error),
            Err(worse) => Err(BackupError::Half(format!("{error}; and {worse}"))),
        };
    }
    let_go_of_any(data)?;
    Ok(Some(parts))
}

/// Where a restore was broken off in its second step, ends it, so that what it kept aside is not taken for an older one's.
pub fn end_what_was_begun(data: &Path) -> Result<(), BackupError> {
    if !data.join(READY).join(BEGUN).exists() {
        return Ok(());
    }
    take(data)?;
    match data.join(READY).exists() {
        true => Err(BackupError::refused(
            "an earlier restore was broken off and Rosie runs on it: start her again, then bring this one back",
        )),
        false => Ok(()),
    }
}

/// Forgets what lies ready and was not begun.
pub fn let_go(data: &Path) -> Result<(), BackupError> {
    match data.join(READY).join(BEGUN).exists() {
        true => Err(BackupError::refused("an earlier restore is being brought back")),
        false => let_go_of_any(data),
    }
}

/// At one stroke: half of it must not be taken for the whole.
fn let_go_of_any(data: &Path) -> Result<(), BackupError> {
    let (ready, gone) = (data.join(READY), data.join(GONE));
    clear(&gone)?;
    match fs::rename(&ready, &gone) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        renamed => renamed.map_err(BackupError::at(&ready))?,
    }
    sync(data).map_err(BackupError::at(data))?;
    clear(&gone)
}

/// Removes what a life that was cut off left of its work. To be called before anything of the data folder is opened.
pub fn tidy(data: &Path) {
    if Store::is_in_use(data) {
        return;
    }
    for name in [SCRATCH, STAGED, GONE] {
        if let Err(error) = clear(&data.join(name)) {
            tracing::warn!(%error, "what is left of a backup cannot be removed");
        }
    }
}

/// What is here goes aside once; then what is new takes its place. What is new is missing where the backup has none of it,
/// or where it has its place already: in the second case what is here stays.
fn replace(new: &Path, here: &Path, aside: &Path) -> Result<(), BackupError> {
    let done = was_nothing(aside);
    if !aside.exists() && !done.exists() {
        match fs::rename(here, aside) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                File::create(&done).map_err(BackupError::at(&done))?;
            }
            Err(error) => return Err(BackupError::at(here)(error)),
        }
        let folder = aside.parent().unwrap_or(aside);
        sync(folder).map_err(BackupError::at(folder))?;
    }
    match fs::rename(new, here) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::at(here)(error)),
        _ => Ok(()),
    }
}

/// The same backwards: what is new lies ready again, and what was here is here.
fn take_back(new: &Path, here: &Path, aside: &Path) -> Result<(), BackupError> {
    let done = was_nothing(aside);
    if !aside.exists() && !done.exists() {
        return Ok(());
    }
    if here.exists() && !new.exists() {
        fs::rename(here, new).map_err(BackupError::at(here))?;
    }
    match aside.exists() {
        true => fs::rename(aside, here).map_err(BackupError::at(here)),
        false => fs::remove_file(&done).map_err(BackupError::at(&done)),
    }
}

/// Tells that there was nothing to be put aside under this name.
fn was_nothing(aside: &Path) -> std::path::PathBuf {
    aside.with_extension("was-nothing")
}
