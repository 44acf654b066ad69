//! The folder that the owner named for backups: a disk that is not mounted must not be taken for an empty one, or the backups
//! would lie on the very disk whose end they are for.

use super::BackupError;
use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// Refuses a folder that is not there, or whose disk `/etc/fstab` names and the system has not mounted. It is not made: its
/// owner does that once, on the disk.
pub fn usable(folder: &Path) -> Result<(), BackupError> {
    let text = |path| fs::read_to_string(path).unwrap_or_default();
    let not_mounted = unmounted(folder, &text("/etc/fstab"), &text("/proc/self/mounts"));
    if let Some(place) = not_mounted {
        return Err(BackupError::Refused(format!(
            "{} is not mounted, so {} is not on its disk now: plug it in and mount it",
            place.display(),
            folder.display()
        )));
    }
    match folder.metadata() {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(BackupError::Refused(format!(
            "{} is no folder: give backup.folder the folder for backups",
            folder.display()
        ))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(BackupError::Refused(format!(
            "{} is not there: is its disk plugged in and mounted? If it is new, make the folder once, on that disk",
            folder.display()
        ))),
        Err(error) => Err(BackupError::at(folder)(error)),
    }
}

/// Whether both are on one file system, whose end would be that of both. `None` where it cannot be told.
pub fn on_one_disk(a: &Path, b: &Path) -> Option<bool> {
    Some(a.metadata().ok()?.dev() == b.metadata().ok()?.dev())
}

/// The place nearest to `folder` that `fstab` would have a disk at and `mounts` has none.
fn unmounted(folder: &Path, fstab: &str, mounts: &str) -> Option<PathBuf> {
    let wanted = places(fstab);
    let mounted = places(mounts);
    let is_wanted = |place: &&Path| wanted.iter().any(|wanted| wanted == place);
    let place = folder.ancestors().find(is_wanted)?;
    (!mounted.iter().any(|mounted| mounted == place)).then(|| place.to_owned())
}

/// The second column; both files write a space in a name as `\040`.
fn places(table: &str) -> Vec<PathBuf> {
    let lines = table.lines().filter(|line| !line.trim_start().starts_with('#'));
    let second = lines.filter_map(|line| line.split_whitespace().nth(1));
    second
        .map(|place| {
            let plain = place
                .replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\134", "\\");
            PathBuf::from(plain)
        })
        .filter(|place| place.is_absolute())
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FSTAB: &str = "# UUID=1 /mnt/old ext4\nUUID=2 / ext4 defaults 0 1\nLABEL=stick /mnt/usb vfat nofail,user 0 0\n\
        //nas/rosie /mnt/my\\040nas cifs noauto 0 0\nUUID=3 none swap sw 0 0\n";

    #[test]
    fn a_disk_that_is_not_mounted_is_no_empty_folder() {
        let root = "/dev/sda2 / ext4 rw 0 0\n";
        let at = |folder: &str, mounts: &str| unmounted(Path::new(folder), FSTAB, mounts);
        assert_eq!(at("/mnt/usb/rosie", root), Some("/mnt/usb".into()));
        assert_eq!(at("/mnt/usb", root), Some("/mnt/usb".into()));
        assert_eq!(at("/mnt/my nas/a", root), Some("/mnt/my nas".into()));
        let all = format!("{root}/dev/sdb1 /mnt/usb vfat rw 0 0\n//nas/rosie /mnt/my\\040nas cifs rw 0 0\n");
        for folder in ["/mnt/usb/rosie", "/mnt/my nas", "/mnt/old/x", "/home/ada", "/mnt/usbx"] {
            assert_eq!(at(folder, &all), None, "{folder}");
        }
        assert_eq!(at("/mnt/old/x", root), None, "a comment names no disk");
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        usable(folder.path()).unwrap();
        let gone = folder.path().join("usb");
        let told = usable(&gone).unwrap_err().to_string();
        assert!(told.contains("plugged in"), "{told}");
        assert!(!gone.exists());
        fs::write(&gone, "").unwrap();
        assert!(usable(&gone).unwrap_err().to_string().contains("is no folder"));
        assert_eq!(on_one_disk(folder.path(), &gone), Some(true));
    }
}
