//! One backup that holds nothing.

use rosie_core::{
    BoxFuture, ErrorCode, Failure,
    appliance::ConfigMistake,
    backup::{
        BackupAdmin, BackupContents, BackupFile, BackupInfo, BackupPart, BackupPreview, BackupProgress, BackupState,
        RestoreRefused,
    },
    memory::{ChunkSink, ChunkSource},
};
use std::sync::atomic::{AtomicBool, Ordering};

pub const NAME: &str = "rosie-20261128-033000.rosie-backup";
pub const BYTES: &str = "sealed";

pub struct FakeBackups;

fn file(name: &str) -> BackupFile {
    BackupFile {
        name: name.into(),
        bytes: BYTES.len() as u64,
        made_unix_ms: 7,
    }
}

fn info() -> BackupInfo {
    BackupInfo {
        made_unix_ms: 7,
        rosie: "0.1.0".into(),
        machine: "rosie".into(),
        parts: BackupPart::ALL.to_vec(),
        contents: BackupContents::default(),
        bytes: 70,
    }
}

/// "none" is not there; the passphrase "busy" finds another one at work.
fn unless<T>(name: &str, passphrase: Option<&str>, value: T) -> Result<T, Failure> {
    match (name, passphrase) {
        ("none", _) => Err(Failure::new(ErrorCode::BadRequest, "there is no backup \"none\"")),
        (_, Some("busy")) => Err(Failure::new(ErrorCode::Busy, "a backup is being made already")),
        _ => Ok(value),
    }
}

impl BackupAdmin for FakeBackups {
    fn state(&self) -> BoxFuture<'_, Result<BackupState, Failure>> {
        Box::pin(async {
            Ok(BackupState {
                folder: "/data/backups".into(),
                at: "03:30".into(),
                keep: 7,
                same_disk: true,
                has_passphrase: true,
                running: Some(BackupProgress {
                    step: "writing",
                    bytes_done: 1,
                    bytes_all: 2,
                }),
                problem: None,
                backups: vec![file(NAME), file("broken.rosie-backup")],
            })
        })
    }

    /// Without keys another one is at work the first time, and then the disk is full.
    fn make(&self, keys: bool) -> BoxFuture<'_, Result<BackupFile, Failure>> {
        static ASKED: AtomicBool = AtomicBool::new(false);
        Box::pin(async move {
            match (keys, !keys && ASKED.swap(true, Ordering::SeqCst)) {
                (true, _) => Ok(file(NAME)),
                (false, false) => unless("", Some("busy"), file(NAME)),
                (false, true) => Err(Failure::new(ErrorCode::BadRequest, "no space left on device")),
            }
        })
    }

    fn read(&self, name: String, mut sink: ChunkSink) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            if name != NAME {
                return Err(Failure::new(ErrorCode::Busy, "it cannot be read now"));
            }
            // As the appliance does it: on a thread that may wait.
            let given = tokio::task::spawn_blocking(move || sink(BYTES.into())).await;
            assert!(given.unwrap_or(false));
            Ok(())
        })
    }

    fn add(&self, name: String, mut source: ChunkSource) -> BoxFuture<'_, Result<BackupFile, Failure>> {
        Box::pin(async move {
            let taken = tokio::task::spawn_blocking(move || {
                let mut all = Vec::new();
                while let Some(piece) = source() {
                    all.extend(piece?);
                }
                Ok::<_, Failure>(all)
            });
            let bytes = taken.await.unwrap_or_else(|_| Ok(Vec::new()))?.len() as u64;
            unless(&name, None, BackupFile { bytes, ..file(&name) })
        })
    }

    fn remove(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move { unless(&name, None, ()) })
    }

    fn preview(&self, name: String, passphrase: Option<String>) -> BoxFuture<'_, Result<BackupPreview, Failure>> {
        Box::pin(async move {
            let here = BackupContents::default();
            unless(&name, passphrase.as_deref(), BackupPreview { backup: info(), here })
        })
    }

    fn restore(
        &self,
        name: String,
        passphrase: Option<String>,
        parts: Vec<BackupPart>,
    ) -> BoxFuture<'_, Result<BackupInfo, RestoreRefused>> {
        Box::pin(async move {
            if parts == [BackupPart::Configuration] {
                return Err(RestoreRefused::Mistakes(vec![ConfigMistake {
                    key: "stt.model".into(),
                    message: "there is none".into(),
                }]));
            }
            Ok(unless(&name, passphrase.as_deref(), BackupInfo { parts, ..info() })?)
        })
    }
}
