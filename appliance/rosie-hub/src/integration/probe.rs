//! Trying an integration once, before its configuration is kept: on a thread of its own, with a deadline and a catch.

use super::Integration;
use futures_util::FutureExt;
use rosie_core::{ErrorCode, Failure};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// What answered, in a sentence; or what is wrong.
///
/// # Errors
/// As [`Integration::probe`], or that it took too long.
pub async fn probe(integration: Arc<dyn Integration>, limit: Duration) -> Result<String, Failure> {
    let failed = |detail: String| Failure::new(ErrorCode::ToolFailed, detail);
    let (answer, answered) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(format!("it could not be tried: {error}")))?;
    let work = move || {
        let trying = AssertUnwindSafe(integration.probe()).catch_unwind();
        let outcome = runtime.block_on(async { tokio::time::timeout(limit, trying).await });
        let _ = answer.send(outcome);
    };
    std::thread::Builder::new()
        .name("rosie-probe".to_owned())
        .spawn(work)
        .map_err(|error| failed(format!("it could not be tried: {error}")))?;
    // One that loops without waiting costs its thread, and this answer comes all the same.
    match tokio::time::timeout(limit + Duration::from_secs(1), answered).await {
        Ok(Ok(Ok(Ok(outcome)))) => outcome,
        Ok(Ok(Ok(Err(_)))) | Ok(Err(_)) => Err(failed("it broke down while it was tried; the log has more".into())),
        Ok(Ok(Err(_))) | Err(_) => Err(failed(format!("it did not answer within {} s", limit.as_secs()))),
    }
}
