//! Passwords: argon2id, slow on purpose, and never more than two at once, so that a crowd of guesses costs neither the memory nor the
//! voice.

use super::fault::Fault;
use argon2::{
    Argon2, PasswordHash, PasswordVerifier,
    password_hash::{PasswordHasher, SaltString},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

const SHORTEST: usize = 8;
const LONGEST: usize = 256;
const AT_ONCE: usize = 2;
/// Verified where there is no such name, so that it takes as long as where there is one. No password fits it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9i$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    /// What is kept of a password.
    pub async fn hash(&self, password: String) -> Result<String, Fault> {
        check(&password)?;
        self.slowly(move || hash(&password)).await?
    }

    /// Whether it is the one; `kept`: `None` where there is nobody of this name.
    pub async fn fits(&self, password: String, kept: Option<String>) -> Result<bool, Fault> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        self.slowly(move || verify(&password, kept.as_deref().unwrap_or(NOBODY)))
            .await
    }

    async fn slowly<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        const OVER: Fault = Fault::Rule("the daemon is shutting down");
        let permit = Arc::clone(&self.0).acquire_owned().await.map_err(|_| OVER)?;
        let work = move || {
            // Held by the work itself: who asked may have gone away.
            let _permit = permit;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| OVER)
    }
}

pub(super) fn check(password: &str) -> Result<(), Fault> {
    match password.chars().count() {
        n if n < SHORTEST => Err(Fault::Rule("a password has 8 characters or more")),
        _ if password.len() > LONGEST => Err(Fault::Rule("a password has 256 bytes at most")),
        _ => Ok(()),
    }
}

pub(super) fn hash(password: &str) -> Result<String, Fault> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|_| super::secret::NoRandom)?;
    let salt = SaltString::encode_b64(&salt).map_err(Fault::Hash)?;
    let hashed = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hashed.map_err(Fault::Hash)?.to_string())
}

fn verify(password: &str, kept: &str) -> bool {
    PasswordHash::new(kept).is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn a_password_fits_itself_and_nothing_else() {
        let passwords = Passwords::default();
        let kept = passwords.hash("open sesame".into()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(passwords.fits("open sesame".into(), Some(kept.clone())).await.unwrap());
        assert!(!passwords.fits("open barley".into(), Some(kept)).await.unwrap());
        assert!(!passwords.fits(String::new(), None).await.unwrap());
        for wrong in ["short", &"x".repeat(300)] {
            assert!(
                matches!(passwords.hash(wrong.into()).await, Err(Fault::Rule(_))),
                "{wrong}"
            );
        }
    }

    /// Who tries names must not learn from the time which of them there are.
    #[test]
    fn nobody_is_verified_like_somebody() {
        let of = |text: &str| {
            let hash = PasswordHash::new(text).unwrap();
            (
                hash.algorithm.to_string(),
                hash.params.to_string(),
                hash.hash.unwrap().len(),
            )
        };
        let somebody = hash("open sesame").unwrap();
        assert_eq!(of(NOBODY), of(&somebody));
    }
}
