//! Where keys are kept that Rosie is given, or gets herself (a token that a sign-in brought): apart from everything that is
//! shown, exported or logged.

use crate::Failure;

/// Keys by name (`GOOGLE_CLIENT_SECRET`, `google_calendar.refresh_token`). Blocking; durable on return.
pub trait SecretStore: Send + Sync {
    fn secret(&self, name: &str) -> Option<String>;

    /// `None` forgets it.
    fn keep_secret(&self, name: &str, value: Option<&str>) -> Result<(), Failure>;
}
