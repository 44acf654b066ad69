//! The key that pairing gave: a file of the satellite's own.

use crate::folder;
use std::{fs, io, path::Path};

const FILE: &str = "key";

pub(super) fn read(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(FILE)).ok()?;
    Some(text.trim().to_owned()).filter(|key| !key.is_empty())
}

pub(super) fn keep(folder: &Path, key: &str) -> io::Result<()> {
    folder::keep(&folder.join(FILE), key)
}
