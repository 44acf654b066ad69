//! Backups of a running Rosie: what the network may ask, one thing at a time.

use super::{BackupError, Backups, Stopped, Tell, folder, keeping, restoring};
use crate::daemon::Rosie;
use rosie_core::{
    BoxFuture, ErrorCode, Failure,
    backup::{
        BackupAdmin, BackupFile, BackupInfo, BackupPart, BackupPreview, BackupProgress, BackupState, RestoreRefused,
    },
    memory::{ChunkSink, ChunkSource},
};
use rosie_hub::household::Household;
use std::{
    fs::File,
    io::{self, Read},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

const PIECE: usize = 64 << 10;
/// After an answer, so that it arrives.
const RESTART_AFTER: Duration = Duration::from_millis(700);

/// How far it is, for as long as the daemon lives.
#[derive(Default)]
pub struct Keeper {
    one_at_a_time: tokio::sync::Mutex<()>,
    /// What an earlier life left half written is removed, before anything else is done.
    swept: tokio::sync::OnceCell<()>,
    running: Mutex<Option<BackupProgress>>,
    problem: Mutex<Option<String>>,
    shutdown: OnceLock<CancellationToken>,
}

impl Keeper {
    /// What is begun breaks off as soon as `shutdown` is cancelled: nobody waits for it, and half of it does not count.
    pub fn stops_with(&self, shutdown: CancellationToken) {
        let _ = self.shutdown.set(shutdown);
    }

    fn is_stopped(&self) -> bool {
        self.shutdown.get().is_some_and(CancellationToken::is_cancelled)
    }

    pub fn problem(&self) -> Option<String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn tell_problem(&self, problem: Option<String>) {
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    fn tell(&self, progress: Option<BackupProgress>) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}

pub struct Admin(pub Arc<Rosie>);

impl Admin {
    fn backups(&self) -> Backups {
        Backups::of(&self.0.sessions.house.config().backup.folder, &self.0.folders.data)
    }

    fn passphrase(&self, given: Option<String>) -> String {
        given.unwrap_or_else(|| self.0.sessions.house.config().backup.passphrase.clone())
    }

    /// Long work on a thread of its own, told of by the state; refused while there is other such work.
    async fn alone<T: Send + 'static, E: From<Failure> + Send + 'static>(
        &self,
        work: impl FnOnce(Tell) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.sweep().await;
        let keeper = self.0.backups.clone();
        let Ok(_alone) = keeper.one_at_a_time.try_lock() else {
            return Err(busy("a backup is being made or read already: wait until that is done").into());
        };
        let telling = keeper.clone();
        let done = tokio::task::spawn_blocking(move || {
            work(&|step, bytes_done, bytes_all| {
                telling.tell(Some(BackupProgress {
                    step,
                    bytes_done,
                    bytes_all,
                }));
                match telling.is_stopped() {
                    true => Err(io::Error::other(Stopped)),
                    false => Ok(()),
                }
            })
        })
        .await;
        keeper.tell(None);
        done.unwrap_or_else(|_| Err(busy("making or reading the backup broke down; the log says more").into()))
    }

    /// Removes what an earlier life left half written: once, and whoever asks meanwhile waits for it.
    pub async fn sweep(&self) {
        let swept = || async {
            let backups = self.backups();
            if let Err(error) = tokio::task::spawn_blocking(move || backups.sweep()).await {
                tracing::warn!(%error, "the folder of backups could not be swept");
            }
        };
        self.0.backups.swept.get_or_init(swept).await;
    }

    pub async fn make_one(&self, keys: bool) -> Result<BackupFile, Failure> {
        let (rosie, backups) = (self.0.clone(), self.backups());
        let (passphrase, keep) = (
            self.passphrase(None),
            rosie.sessions.house.config().backup.keep as usize,
        );
        let made = self
            .alone(move |tell| -> Result<BackupFile, Failure> {
                rosie.audit.flush();
                let from = (&*rosie.folders.data, &*rosie.remembering.opened.store);
                Ok(backups.make(from, &passphrase, (keys, keep), tell)?)
            })
            .await;
        match &made {
            Ok(made) => {
                tracing::info!(name = made.name, bytes = made.bytes, "a backup was made and read back");
                self.0.backups.tell_problem(None);
            }
            // Of this one there is nothing to tell: another is being made.
            Err(failure) if failure.code == ErrorCode::Busy => {}
            Err(failure) => {
                tracing::error!(problem = failure.detail, "no backup could be made");
                let problem = format!("it could not be made: {}", failure.detail);
                self.0.backups.tell_problem(Some(problem));
            }
        }
        made
    }
}

fn busy(detail: &str) -> Failure {
    Failure::new(ErrorCode::Busy, detail)
}

/// Of the disk, on a thread that may wait for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| Failure::new(ErrorCode::Internal, "the folder of backups cannot be read"))??)
}

impl BackupAdmin for Admin {
    fn state(&self) -> BoxFuture<'_, Result<BackupState, Failure>> {
        Box::pin(async move {
            let (backups, config) = (self.backups(), self.0.sessions.house.config());
            let folder = backups.folder().display().to_string();
            let data = self.0.folders.data.clone();
            let listed = blocking(move || {
                let same_disk = folder::on_one_disk(backups.folder(), &data);
                Ok((backups.list()?, same_disk.unwrap_or(true)))
            })
            .await;
            let problem = listed.as_ref().err().map(|failure| failure.detail.clone());
            let keeper = &self.0.backups;
            Ok(BackupState {
                folder,
                at: config.backup.at.clone(),
                keep: config.backup.keep,
                has_passphrase: !config.backup.passphrase.is_empty(),
                running: keeper.running.lock().unwrap_or_else(PoisonError::into_inner).clone(),
                problem: problem.or_else(|| keeper.problem()),
                same_disk: listed.as_ref().is_ok_and(|(_, same_disk)| *same_disk),
                backups: listed.map(|(list, _)| list).unwrap_or_default(),
            })
        })
    }

    fn make(&self, keys: bool) -> BoxFuture<'_, Result<BackupFile, Failure>> {
        Box::pin(self.make_one(keys))
    }

    fn read(&self, name: String, mut sink: ChunkSink) -> BoxFuture<'_, Result<(), Failure>> {
        let backups = self.backups();
        Box::pin(blocking(move || {
            let path = backups.path(&name)?;
            let mut file = File::open(&path).map_err(BackupError::at(&path))?;
            loop {
                let mut piece = Vec::with_capacity(PIECE);
                let mut part = Read::by_ref(&mut file).take(PIECE as u64);
                part.read_to_end(&mut piece).map_err(BackupError::at(&path))?;
                if piece.is_empty() {
                    return Ok(());
                }
                if !sink(piece) {
                    return Err(BackupError::refused("nobody listens any more"));
                }
            }
        }))
    }

    fn add(&self, name: String, mut source: ChunkSource) -> BoxFuture<'_, Result<BackupFile, Failure>> {
        let backups = self.backups();
        Box::pin(blocking(move || backups.add(&name, &mut source)))
    }

    fn remove(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        let backups = self.backups();
        Box::pin(blocking(move || backups.remove(&name)))
    }

    fn preview(&self, name: String, passphrase: Option<String>) -> BoxFuture<'_, Result<BackupPreview, Failure>> {
        let (backups, passphrase) = (self.backups(), self.passphrase(passphrase));
        let store = self.0.remembering.opened.store.clone();
        Box::pin(self.alone(move |tell| {
            let path = backups.path(&name).map_err(Failure::from)?;
            let backup = keeping::verify(&path, &passphrase, tell).map_err(Failure::from)?.info();
            let here = store.contents().map_err(Failure::from)?;
            Ok(BackupPreview { backup, here })
        }))
    }

    fn restore(
        &self,
        name: String,
        passphrase: Option<String>,
        parts: Vec<BackupPart>,
    ) -> BoxFuture<'_, Result<BackupInfo, RestoreRefused>> {
        let (backups, passphrase) = (self.backups(), self.passphrase(passphrase));
        let data = self.0.folders.data.clone();
        Box::pin(async move {
            let Some(doorway) = self.0.doorway.clone() else {
                return Err(busy("this Rosie cannot be started anew").into());
            };
            let staged = self
                .alone(move |tell| -> Result<BackupInfo, RestoreRefused> {
                    let refused = |error| match error {
                        BackupError::Configuration(mistakes) => RestoreRefused::Mistakes(mistakes),
                        error => RestoreRefused::Failed(error.into()),
                    };
                    let path = backups.path(&name).map_err(refused)?;
                    let file = File::open(&path).map_err(|e| refused(BackupError::at(&path)(e)))?;
                    restoring::stage(file, &passphrase, &parts, &data, tell).map_err(refused)
                })
                .await?;
            self.0.tracker.spawn(async move {
                tokio::time::sleep(RESTART_AFTER).await;
                if let Err(failure) = doorway.restart() {
                    tracing::error!(%failure, "the backup is brought back at the next start");
                }
            });
            Ok(staged)
        })
    }
}
