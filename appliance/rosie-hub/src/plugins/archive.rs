//! Archives and folders with a plugin, from strangers: taken apart into a new folder, or refused as a whole.

use flate2::read::GzDecoder;
use std::{
    fs,
    io::{self, Cursor, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Component, Path, PathBuf},
};

const MAX_UNPACKED: u64 = 64 * 1024 * 1024;
const MAX_ENTRIES: usize = 2000;
const MAX_DEPTH: usize = 12;
const MAX_PATH: usize = 240;

/// Why nothing was unpacked, and what would be right.
#[derive(Debug, thiserror::Error)]
pub enum BadArchive {
    #[error("this is no .tar.gz and no .zip: pack the plugin's folder with tar czf or zip -r")]
    Unknown,
    #[error("the archive is damaged ({0}): pack it again")]
    Damaged(String),
    #[error("\"{0}\" lies outside of the plugin's folder: pack the folder with plain relative paths")]
    Outside(String),
    #[error("\"{0}\" is a link or a device: a plugin has files and folders only")]
    Special(String),
    #[error("\"{0}\" is in it twice: pack it again")]
    Twice(String),
    #[error("it unpacks to more than {} MB or {MAX_ENTRIES} files: leave out what it does not need", MAX_UNPACKED >> 20)]
    TooBig,
    #[error("{0} cannot be read or written: {1}")]
    Disk(String, io::Error),
}

/// Writes entries below a folder, within bounds.
struct Sink<'f> {
    folder: &'f Path,
    left: u64,
    entries: usize,
}

impl<'f> Sink<'f> {
    fn new(folder: &'f Path) -> Self {
        Self {
            folder,
            left: MAX_UNPACKED,
            entries: 0,
        }
    }

    /// The place of an entry; `None` for the folder itself.
    fn place(&mut self, name: &Path) -> Result<Option<PathBuf>, BadArchive> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return Err(BadArchive::TooBig);
        }
        let mut place = self.folder.to_path_buf();
        let mut depth = 0;
        for part in name.components() {
            match part {
                Component::Normal(part) => {
                    place.push(part);
                    depth += 1;
                }
                Component::CurDir => {}
                _ => return Err(BadArchive::Outside(shown(name))),
            }
        }
        if depth > MAX_DEPTH || name.as_os_str().len() > MAX_PATH {
            return Err(BadArchive::Outside(shown(name)));
        }
        Ok((depth > 0).then_some(place))
    }

    fn make_folder(&mut self, name: &Path) -> Result<(), BadArchive> {
        match self.place(name)? {
            Some(place) => fs::create_dir_all(&place).map_err(|error| BadArchive::Disk(shown(name), error)),
            None => Ok(()),
        }
    }

    fn write(&mut self, name: &Path, content: impl Read, runs: bool) -> Result<(), BadArchive> {
        let disk = |error| BadArchive::Disk(shown(name), error);
        let Some(place) = self.place(name)? else {
            return Err(BadArchive::Outside(shown(name)));
        };
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(disk)?;
        }
        // A plugin runs as another user, who has to read it.
        let mode = if runs { 0o755 } else { 0o644 };
        let mut file = match fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&place)
        {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(BadArchive::Twice(shown(name))),
            Err(error) => return Err(disk(error)),
        };
        let written = io::copy(&mut content.take(self.left + 1), &mut file);
        let written = written.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::PermissionDenied => disk(error),
            _ => BadArchive::Damaged(error.to_string()),
        })?;
        self.left = self.left.checked_sub(written).ok_or(BadArchive::TooBig)?;
        file.sync_all().map_err(disk)
    }
}

fn shown(name: &Path) -> String {
    let text = name.to_string_lossy();
    text.chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .take(100)
        .collect()
}

/// Unpacks into `folder`, which is new and empty.
pub(super) fn unpack(bytes: &[u8], folder: &Path) -> Result<(), BadArchive> {
    match bytes {
        [0x1f, 0x8b, ..] => untar(bytes, folder),
        [b'P', b'K', 3, 4, ..] => unzip(bytes, folder),
        _ => Err(BadArchive::Unknown),
    }
}

fn damaged(error: &dyn std::error::Error) -> BadArchive {
    BadArchive::Damaged(error.to_string().chars().take(200).collect())
}

fn untar(bytes: &[u8], folder: &Path) -> Result<(), BadArchive> {
    // Headers count, too: an archive of nothing but empty entries would go on for ever.
    let most = MAX_UNPACKED + (MAX_ENTRIES as u64) * 2048;
    let mut archive = tar::Archive::new(GzDecoder::new(bytes).take(most));
    let mut sink = Sink::new(folder);
    for entry in archive.entries().map_err(|error| damaged(&error))? {
        let mut entry = entry.map_err(|error| damaged(&error))?;
        let name = entry.path().map_err(|error| damaged(&error))?.into_owned();
        let runs = entry.header().mode().is_ok_and(|mode| mode & 0o111 != 0);
        match entry.header().entry_type() {
            tar::EntryType::Directory => sink.make_folder(&name)?,
            tar::EntryType::Regular => sink.write(&name, &mut entry, runs)?,
            tar::EntryType::XGlobalHeader => {}
            _ => return Err(BadArchive::Special(shown(&name))),
        }
    }
    Ok(())
}

fn unzip(bytes: &[u8], folder: &Path) -> Result<(), BadArchive> {
    const KIND: u32 = 0o170_000;
    const FILE: u32 = 0o100_000;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > MAX_ENTRIES {
        return Err(BadArchive::TooBig);
    }
    let mut sink = Sink::new(folder);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| damaged(&error))?;
        let written = entry.name().map_err(|error| damaged(&error))?.into_owned();
        let name = PathBuf::from(&written);
        if written.contains(['\\', '\0']) {
            return Err(BadArchive::Outside(shown(&name)));
        }
        let mode = entry.unix_mode();
        if entry.is_dir() {
            sink.make_folder(&name)?;
        } else if mode.is_none_or(|mode| mode & KIND == FILE || mode & KIND == 0) {
            sink.write(&name, &mut entry, mode.is_some_and(|mode| mode & 0o111 != 0))?;
        } else {
            return Err(BadArchive::Special(shown(&name)));
        }
    }
    Ok(())
}

/// Copies a folder of this machine into `folder`, under the same rules.
pub(super) fn copy(source: &Path, folder: &Path) -> Result<(), BadArchive> {
    let mut sink = Sink::new(folder);
    copy_below(source, Path::new(""), &mut sink)
}

fn copy_below(source: &Path, below: &Path, sink: &mut Sink<'_>) -> Result<(), BadArchive> {
    use std::os::unix::fs::PermissionsExt;
    let here = source.join(below);
    let disk = |error| BadArchive::Disk(shown(&here), error);
    for entry in fs::read_dir(&here).map_err(disk)? {
        let entry = entry.map_err(disk)?;
        let name = below.join(entry.file_name());
        let kind = entry.file_type().map_err(disk)?;
        if kind.is_dir() {
            sink.make_folder(&name)?;
            copy_below(source, &name, sink)?;
        } else if kind.is_file() {
            let file = fs::File::open(entry.path()).map_err(disk)?;
            let runs = file.metadata().map_err(disk)?.permissions().mode() & 0o111 != 0;
            sink.write(&name, file, runs)?;
        } else {
            return Err(BadArchive::Special(shown(&name)));
        }
    }
    Ok(())
}
