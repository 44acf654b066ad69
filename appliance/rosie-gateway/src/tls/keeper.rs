//! Sees that the certificate is the right one: for the names and addresses that the machine has now, not ended, and as the owner's
//! files are. What changes is served from the next handshake on, without a restart.

use super::{
    TlsConfig,
    authority::{Authority, AuthorityError, serves},
    current::Current,
    names::{self, Names},
    own::{OwnFault, OwnFiles},
    pair::{Pair, fingerprint},
};
use crate::clock;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// An address that is new has its certificate after this long at most.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// The owner is told of the end of an own certificate so long before.
const WARN_BEFORE: u64 = 14 * clock::DAY;

/// What the certificate is made of.
enum Origin {
    Authority {
        folder: PathBuf,
        kept: Option<Box<Authority>>,
    },
    Files {
        files: OwnFiles,
        seen: Option<Stamp>,
    },
}
type Stamp = [Option<(std::time::SystemTime, u64)>; 2];

pub(crate) struct Keeper {
    from: Origin,
    /// Names of the configuration.
    allowed: Vec<String>,
    current: Arc<Current>,
    served: Option<Pair>,
    problem: Option<String>,
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error("server.tls.{}: {}", .0.field, .0.message)]
    Own(#[from] OwnFault),
    #[error("the certificate ends soon: renew it where it came from, and put the new one in its place")]
    EndsSoon,
}

impl Keeper {
    pub fn new(config: &TlsConfig, allowed: &[String], current: Arc<Current>) -> Self {
        let from = match config.own.clone() {
            Some(files) => Origin::Files { files, seen: None },
            None => Origin::Authority {
                folder: config.folder.clone(),
                kept: None,
            },
        };
        Self {
            from,
            allowed: allowed.to_vec(),
            current,
            served: None,
            problem: None,
        }
    }

    /// Looks once; what is wrong is told once, and tried again the next time.
    pub fn look(&mut self) {
        self.look_at(clock::now(), &names::of_machine(&self.allowed));
    }

    pub(super) fn look_at(&mut self, now: u64, names: &Names) {
        let looked = match &mut self.from {
            Origin::Authority { .. } => self.of_authority(now, names),
            Origin::Files { .. } => self.of_files(now),
        };
        let problem = looked.err().map(|fault| fault.to_string());
        if problem != self.problem {
            if let Some(problem) = &problem {
                tracing::error!(problem, "https is not served as it should be");
            }
            self.current.tell(problem.clone());
            self.problem = problem;
        }
    }

    fn of_authority(&mut self, now: u64, names: &Names) -> Result<(), Fault> {
        let Origin::Authority { folder, kept } = &mut self.from else {
            return Ok(());
        };
        if kept.as_ref().is_none_or(|authority| authority.is_ending(now)) {
            *kept = Some(Box::new(Authority::kept(folder, now)?));
            self.served = None;
        }
        let Some(authority) = kept.as_ref() else { return Ok(()) };
        if self.served.as_ref().is_some_and(|pair| serves(&pair.facts, names, now)) {
            return Ok(());
        }
        let last = self.served.is_none().then(|| authority.of_last_time(folder)).flatten();
        let pair = match last.filter(|pair| serves(&pair.facts, names, now)) {
            Some(pair) => pair,
            None => {
                let made = authority.sign(names, now, folder)?;
                tracing::info!(
                    names = names.len(),
                    "a certificate was made for the names and addresses of this machine"
                );
                made
            }
        };
        self.current.serve(&pair, authority.fingerprint(), Some(&authority.pem));
        self.served = Some(pair);
        Ok(())
    }

    fn of_files(&mut self, now: u64) -> Result<(), Fault> {
        let Origin::Files { files, seen } = &mut self.from else {
            return Ok(());
        };
        let stamp = files.stamp();
        if seen.as_ref() != Some(&stamp) {
            let pair = files.read(now)?;
            *seen = Some(stamp);
            if let Some(certificate) = pair.certificate() {
                self.current.serve(&pair, fingerprint(certificate), None);
            }
            tracing::info!("the certificate of server.tls is served");
            self.served = Some(pair);
        }
        match &self.served {
            Some(pair) if pair.facts.not_after <= now + WARN_BEFORE => Err(Fault::EndsSoon),
            _ => Ok(()),
        }
    }

    /// Goes on looking until `shutdown`.
    pub async fn keep(mut self, shutdown: CancellationToken) {
        while shutdown
            .run_until_cancelled(tokio::time::sleep(LOOK_EVERY))
            .await
            .is_some()
        {
            let looking = tokio::task::spawn_blocking(move || {
                self.look();
                self
            });
            match looking.await {
                Ok(keeper) => self = keeper,
                Err(error) => return tracing::error!(%error, "the certificate is not looked after any more"),
            }
        }
    }
}

#[cfg(test)]
#[path = "keeper_tests.rs"]
mod tests;
