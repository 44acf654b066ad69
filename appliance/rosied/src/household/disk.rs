//! Room on the disk: before it runs out, what can be made anew is dropped, and it is said.

use rosie_core::engine::{EngineHealth, EngineInfo};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Used to this share, it is nearly full.
const NEARLY_FULL: f64 = 0.95;
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// How full the disk is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// From 0 to 1, of what anybody but the system may use.
    used: f64,
    free_bytes: u64,
}

impl Room {
    /// Of the disk that `folder` is on. None where nobody can tell.
    fn on(folder: &Path) -> Option<Self> {
        let disk = rustix::fs::statvfs(folder).ok()?;
        Self::of(disk.f_blocks, disk.f_bfree, disk.f_bavail, disk.f_frsize)
    }

    fn of(blocks: u64, free: u64, usable: u64, block_bytes: u64) -> Option<Self> {
        let used = blocks.saturating_sub(free);
        let all = used.saturating_add(usable);
        (all > 0).then(|| Self {
            used: used as f64 / all as f64,
            free_bytes: usable.saturating_mul(block_bytes),
        })
    }

    fn is_nearly_full(self) -> bool {
        self.used >= NEARLY_FULL
    }

    fn reason(self) -> String {
        format!(
            "the disk is {:.0} % full, {} MB are left: delete backups, documents or models that nobody needs",
            (self.used * 100.0).floor(),
            self.free_bytes / 1_000_000
        )
    }
}

/// Of the disk that `data` is on, for bytes that are free.
pub fn disk_free(data: &Path) -> Option<u64> {
    Room::on(data).map(|room| room.free_bytes)
}

/// None while there is room.
pub fn disk_health(data: &Path) -> Option<EngineInfo> {
    let room = Room::on(data).filter(|room| room.is_nearly_full())?;
    Some(EngineInfo {
        engine: "disk".into(),
        model: String::new(),
        health: EngineHealth::Degraded { reason: room.reason() },
        queue_depth: 0,
        dropped: 0,
        restarts: 0,
    })
}

/// Drops what is kept in the folders `dropped` whenever the disk that `data` is on is nearly full, until `stopping`.
pub async fn watch_disk(data: PathBuf, dropped: Vec<PathBuf>, stopping: CancellationToken) {
    let mut was_full = false;
    loop {
        let (data, dropped) = (data.clone(), dropped.clone());
        let looked = tokio::task::spawn_blocking(move || look(&data, &dropped)).await;
        let full = looked.ok().flatten();
        if let Some((room, freed)) = full.filter(|_| !was_full) {
            tracing::warn!(freed, "{}", room.reason());
        }
        was_full = full.is_some();
        let slept = stopping.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await;
        if slept.is_none() {
            return;
        }
    }
}

/// The room there was where it was too little, and the bytes that were made free.
fn look(data: &Path, dropped: &[PathBuf]) -> Option<(Room, u64)> {
    let room = Room::on(data).filter(|room| room.is_nearly_full())?;
    Some((room, dropped.iter().map(|folder| drop_files(folder)).sum()))
}

/// Removes the files of a folder; what cannot be removed stays. The bytes that they had.
fn drop_files(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    files
        .filter_map(|file| {
            let about = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
            std::fs::remove_file(file.path()).ok()?;
            Some(about.len())
        })
        .sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_only_the_system_may_use_is_no_room() {
        // 100 blocks, 8 free, of which 5 are kept for the system: 92 of 95 are used.
        let room = Room::of(100, 8, 3, 1_000_000).unwrap();
        assert!(room.is_nearly_full() && room.free_bytes == 3_000_000, "{room:?}");
        assert!(
            room.reason().starts_with("the disk is 96 % full, 3 MB are left"),
            "{}",
            room.reason()
        );
        assert!(!Room::of(100, 15, 10, 1_000_000).unwrap().is_nearly_full());
        assert_eq!(Room::of(0, 0, 0, 4_096), None);
        assert_eq!(disk_free(Path::new("/nowhere/at/all")), None);
    }

    #[test]
    fn only_files_of_the_folder_itself_are_dropped() {
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::write(folder.path().join("a.phrase"), [0; 10]).unwrap();
        std::fs::write(folder.path().join("b.phrase"), [0; 5]).unwrap();
        std::fs::create_dir(folder.path().join("kept")).unwrap();
        assert_eq!(drop_files(folder.path()), 15);
        assert!(folder.path().join("kept").is_dir());
        assert_eq!(drop_files(&folder.path().join("not there")), 0);
    }
}
