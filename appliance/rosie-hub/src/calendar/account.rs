//! The account behind the calendar: joined once, then a fresh key whenever one is needed. Only the refresh token outlives the
//! program, in the secrets store.

use super::oauth::{Consent, DeviceCode, Granted, NoToken, OAuth};
use rosie_core::{EndpointId, ErrorCode, Failure, Language, secrets::SecretStore};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// Where the refresh token is.
const SECRET: &str = "google_calendar.refresh_token";
/// A key is renewed so long before it ends.
const EARLY: Duration = Duration::from_secs(60);
/// Added to the interval when Google wants to be asked more seldom (RFC 8628, 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// How long a consent page may stay open.
const CONSENT: Duration = Duration::from_secs(1800);

/// How somebody joins the account.
#[derive(Clone)]
enum Road {
    Device(DeviceCode),
    Browser(Consent),
}

#[derive(Clone)]
struct Waiting {
    road: Road,
    until: Instant,
    /// Where it was begun by voice: there it is told that it worked.
    told: Option<(EndpointId, Language)>,
}

#[derive(Default)]
struct Joining {
    waiting: Option<Waiting>,
    /// Why the last one came to nothing.
    problem: Option<String>,
}

struct Access {
    key: String,
    until: Instant,
}

#[derive(Default)]
struct Keys {
    access: Option<Access>,
    /// When Google was found not to know the sign-in any more.
    ended: Option<Instant>,
}

/// What came of waiting.
pub(super) enum Turn {
    /// Joined, left, begun or given up.
    Changed,
    Joined(Option<(EndpointId, Language)>),
}

pub(super) struct Account {
    oauth: OAuth,
    secrets: Arc<dyn SecretStore>,
    /// Held while it is renewed, so that it is renewed once.
    keys: tokio::sync::Mutex<Keys>,
    joining: Mutex<Joining>,
    changed: Notify,
}

impl Account {
    pub fn new(oauth: OAuth, secrets: Arc<dyn SecretStore>) -> Self {
        Self {
            oauth,
            secrets,
            keys: tokio::sync::Mutex::default(),
            joining: Mutex::default(),
            changed: Notify::new(),
        }
    }

    pub fn is_joined(&self) -> bool {
        self.secrets.secret(SECRET).is_some()
    }

    /// Somebody is about to join.
    pub fn is_waiting(&self) -> bool {
        self.lock().waiting.is_some()
    }

    /// Whether Google knows the client: it is asked to renew a sign-in that there is not, and a client that it does not know it
    /// refuses before it looks.
    pub async fn tried(&self) -> Result<(), Failure> {
        match self.oauth.refreshed("none").await {
            Err(NoToken::Gone) | Ok(_) => Ok(()),
            Err(NoToken::Other(trouble)) => Err(trouble.at_first()),
            Err(error) => Err(refused(error)),
        }
    }

    /// A key that is good for a request that began then. Of several that are under way when the sign-in ends, each is told that.
    pub async fn key(&self, begun: Instant) -> Result<String, Failure> {
        let mut keys = self.keys.lock().await;
        if let Some(access) = keys.access.as_ref().filter(|access| access.until > Instant::now()) {
            return Ok(access.key.clone());
        }
        let Some(refresh) = self.secrets.secret(SECRET) else {
            return Err(match keys.ended.is_some_and(|ended| ended >= begun) {
                true => refused(NoToken::Gone),
                false => not_joined(),
            });
        };
        match self.oauth.refreshed(&refresh).await {
            Ok(granted) => {
                let key = granted.access.clone();
                keys.access = Some(self.take(granted)?);
                Ok(key)
            }
            Err(NoToken::Gone) => {
                *keys = Keys {
                    access: None,
                    ended: Some(Instant::now()),
                };
                self.secrets.keep_secret(SECRET, None)?;
                self.lock().problem = Some(NoToken::Gone.to_string());
                self.changed.notify_one();
                Err(refused(NoToken::Gone))
            }
            Err(error) => Err(refused(error)),
        }
    }

    /// A key that was refused before its time is used no more.
    pub async fn was_refused(&self, key: &str) {
        let access = &mut self.keys.lock().await.access;
        access.take_if(|access| access.key == key);
    }

    /// Begins to join by a code that is typed in elsewhere.
    pub async fn begin_by_device(&self, told: Option<(EndpointId, Language)>) -> Result<Value, Failure> {
        let code = match self.oauth.device_code().await {
            Ok(code) => code,
            Err(error) => {
                self.lock().problem = Some(error.to_string());
                return Err(refused(error));
            }
        };
        let until = Instant::now() + code.expires;
        self.wait(Road::Device(code), until, told);
        Ok(self.seen())
    }

    /// Begins to join by a page in a browser whose answer is pasted.
    pub fn begin_in_browser(&self) -> Value {
        self.wait(Road::Browser(self.oauth.consent()), Instant::now() + CONSENT, None);
        self.seen()
    }

    /// The answer of the browser's road.
    pub async fn finish(&self, pasted: &str) -> Result<Value, Failure> {
        let waiting = self.lock().waiting.clone();
        let Some(Waiting {
            road: Road::Browser(consent),
            ..
        }) = waiting
        else {
            let detail = "no consent page is open: begin again";
            return Err(Failure::new(ErrorCode::BadRequest, detail));
        };
        match self.oauth.by_consent(&consent, pasted).await {
            Ok(granted) => {
                self.join(granted).await?;
                self.changed.notify_one();
                Ok(self.seen())
            }
            Err(error) => {
                self.lock().problem = Some(error.to_string());
                Err(refused(error))
            }
        }
    }

    /// Forgets the account, here and at Google.
    pub async fn leave(&self) -> Result<Value, Failure> {
        let refresh = self.secrets.secret(SECRET);
        *self.keys.lock().await = Keys::default();
        *self.lock() = Joining::default();
        self.secrets.keep_secret(SECRET, None)?;
        self.changed.notify_one();
        if let Some(refresh) = refresh {
            self.oauth.revoke(&refresh).await;
        }
        Ok(self.seen())
    }

    /// How it stands: for the page, the API and the answer by voice.
    pub fn seen(&self) -> Value {
        let joined = self.is_joined();
        let joining = self.lock();
        let mut seen = json!({ "state": if joined { "connected" } else { "not_connected" } });
        if let Some(waiting) = joining.waiting.as_ref().filter(|w| w.until > Instant::now()) {
            seen["state"] = json!("waiting");
            seen["expires_in_s"] = json!((waiting.until - Instant::now()).as_secs());
            match &waiting.road {
                Road::Device(code) => {
                    seen["road"] = json!("device");
                    seen["url"] = json!(code.url);
                    seen["code"] = json!(code.user_code);
                }
                Road::Browser(consent) => {
                    seen["road"] = json!("browser");
                    seen["url"] = json!(consent.url);
                }
            }
        }
        seen["problem"] = json!(joining.problem);
        seen
    }

    pub fn problem(&self) -> Option<String> {
        self.lock().problem.clone()
    }

    /// Until something changes; meanwhile asks whether the code was typed in.
    pub async fn turn(&self) -> Turn {
        loop {
            let waiting = self.lock().waiting.clone();
            let Some(waiting) = waiting else {
                self.changed.notified().await;
                return Turn::Changed;
            };
            let Road::Device(code) = &waiting.road else {
                tokio::select! {
                    () = tokio::time::sleep_until(waiting.until) => self.give_up(&NoToken::Expired),
                    () = self.changed.notified() => {}
                }
                return Turn::Changed;
            };
            tokio::select! {
                () = self.changed.notified() => return Turn::Changed,
                () = tokio::time::sleep(code.interval) => {}
            }
            match self.oauth.by_device(code).await {
                Ok(granted) => match self.join(granted).await {
                    Ok(()) => return Turn::Joined(waiting.told),
                    Err(failure) => {
                        self.lock().waiting = None;
                        self.lock().problem = Some(failure.detail);
                        return Turn::Changed;
                    }
                },
                Err(NoToken::SlowDown) => self.slower(),
                // That Google cannot be reached now does not end it; that the time is over does.
                Err(NoToken::Pending | NoToken::Other(_)) if Instant::now() < waiting.until => {}
                Err(NoToken::Pending | NoToken::Gone) => {
                    self.give_up(&NoToken::Expired);
                    return Turn::Changed;
                }
                Err(error) => {
                    self.give_up(&error);
                    return Turn::Changed;
                }
            }
        }
    }

    fn slower(&self) {
        if let Some(Waiting {
            road: Road::Device(code),
            ..
        }) = &mut self.lock().waiting
        {
            code.interval += SLOWER;
        }
    }

    fn give_up(&self, why: &NoToken) {
        let mut joining = self.lock();
        joining.waiting = None;
        joining.problem = Some(why.to_string());
    }

    fn wait(&self, road: Road, until: Instant, told: Option<(EndpointId, Language)>) {
        let waiting = Waiting { road, until, told };
        *self.lock() = Joining {
            waiting: Some(waiting),
            problem: None,
        };
        self.changed.notify_one();
    }

    async fn join(&self, granted: Granted) -> Result<(), Failure> {
        if granted.refresh.is_none() {
            let detail = "Google gave no lasting token: remove Rosie from the account's connections and connect again";
            return Err(Failure::new(ErrorCode::CalendarRefused, detail));
        }
        let access = self.take(granted)?;
        self.keys.lock().await.access = Some(access);
        *self.lock() = Joining::default();
        Ok(())
    }

    /// Keeps what lasts. Google may send a new refresh token at any time.
    fn take(&self, granted: Granted) -> Result<Access, Failure> {
        if let Some(refresh) = &granted.refresh {
            self.secrets.keep_secret(SECRET, Some(refresh))?;
        }
        Ok(Access {
            key: granted.access,
            until: Instant::now() + granted.expires.saturating_sub(EARLY),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Joining> {
        self.joining.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn not_joined() -> Failure {
    let detail = "no Google account is connected: say \"connect my calendar\", or open the page /calendar";
    Failure::new(ErrorCode::CalendarNotConnected, detail)
}

fn refused(error: NoToken) -> Failure {
    match error {
        NoToken::Other(trouble) => trouble.into(),
        other => Failure::new(ErrorCode::CalendarRefused, other.to_string()),
    }
}
