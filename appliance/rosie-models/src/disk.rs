//! Files put in place as a whole or not at all, and their hashes.

use crate::error::{ModelError, Result};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Lower-case hexadecimal.
pub(crate) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// Feeds a file to `hasher`; returns its length.
pub(crate) fn hash_into(path: &Path, hasher: &mut Sha256) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 17];
    let mut total = 0;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(total);
        }
        hasher.update(&buffer[..n]);
        total += n as u64;
    }
}

/// Size in bytes and sha256 of a file.
pub fn digest_file(path: &Path) -> io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let size = hash_into(path, &mut hasher)?;
    Ok((size, hex(&hasher.finalize())))
}

/// Total size and sha256 of a folder: the hash of what
/// `find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum` prints in it.
pub fn digest_tree(folder: &Path) -> io::Result<(u64, String)> {
    let mut names = Vec::new();
    collect_files(folder, Path::new(""), &mut names)?;
    names.sort_by(|a, b| {
        a.0.as_os_str()
            .as_encoded_bytes()
            .cmp(b.0.as_os_str().as_encoded_bytes())
    });
    let mut hasher = Sha256::new();
    let mut total = 0;
    for (name, path) in names {
        let (size, sha256) = digest_file(&path)?;
        total += size;
        hasher.update(format!("{sha256}  {}\n", name.display()));
    }
    Ok((total, hex(&hasher.finalize())))
}

fn collect_files(folder: &Path, name: &Path, out: &mut Vec<(PathBuf, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = name.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect_files(&entry.path(), &name, out)?;
        } else {
            out.push((name, entry.path()));
        }
    }
    Ok(())
}

pub(crate) fn digest(path: &Path, is_tree: bool) -> io::Result<(u64, String)> {
    if is_tree { digest_tree(path) } else { digest_file(path) }
}

pub(crate) fn create_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|e| match e.kind() {
        // A file where the folder should be.
        io::ErrorKind::AlreadyExists => ModelError::NotWritable {
            path: path.to_owned(),
            doing: "creating the folder".into(),
            why: "a file is in its place".into(),
        },
        _ => ModelError::io("creating the folder", path, e),
    })
}

/// Moves a finished file or folder to its place: flushed to disk first, then renamed, then the rename itself flushed.
/// Both must be on the same file system.
pub(crate) fn put_in_place(from: &Path, to: &Path) -> Result<()> {
    let fail = |doing: &'static str| move |e| ModelError::io(doing, to, e);
    if from.is_dir() {
        let mut files = Vec::new();
        collect_files(from, Path::new(""), &mut files).map_err(fail("reading"))?;
        for (_, file) in files {
            sync(&file).map_err(fail("flushing"))?;
        }
        if to.exists() {
            // A folder cannot be renamed over a full one; the old one goes first.
            fs::remove_dir_all(to).map_err(fail("replacing"))?;
        }
    }
    sync(from).map_err(fail("flushing"))?;
    fs::rename(from, to).map_err(fail("putting in place"))?;
    match to.parent() {
        Some(parent) => sync(parent).map_err(fail("flushing the folder of")),
        None => Ok(()),
    }
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Writes a small file as a whole.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let fail = |e| ModelError::io("writing", path, e);
    let folder = path.parent().unwrap_or(Path::new("."));
    let readable = fs::Permissions::from_mode(0o644);
    let temp = tempfile::Builder::new().permissions(readable).tempfile_in(folder);
    let mut temp = temp.map_err(fail)?;
    temp.write_all(bytes).map_err(fail)?;
    temp.as_file().sync_all().map_err(fail)?;
    temp.persist(path).map_err(|e| fail(e.error))?;
    sync(folder).map_err(fail)
}

/// A file that is written beside its target and vanishes unless it is finished with [`put_in_place`].
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let gone = if self.0.is_dir() {
            fs::remove_dir_all(&self.0)
        } else {
            fs::remove_file(&self.0)
        };
        if let Err(error) = gone
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.0.display(), %error, "a temporary file stays behind");
        }
    }
}
