//! ONNX Runtime where nobody else in the process has it. `ort` allows one environment a process and gives no other part
//! of the program a way to find it, so whoever makes it hands it on; in the daemon that is speech recognition.

use crate::MemoryError;
use ort::{environment::Environment, logging::LogLevel};
use std::{
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// Kept for ever: sessions hold it only weakly.
static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();
/// Serialises the first load; a failed one can be tried again.
static LOADING: Mutex<()> = Mutex::new(());

/// An environment of this crate's own, from the `libonnxruntime.so` at `library`; later calls give the same. For tools and
/// tests.
///
/// # Errors
/// `Meaning`, when the file is missing or no ONNX Runtime, or when the process has an environment from elsewhere.
pub fn environment(library: &Path) -> Result<&'static Environment, MemoryError> {
    let _one_at_a_time = LOADING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = ENVIRONMENT.get() {
        return Ok(environment);
    }
    if !library.is_file() {
        return Err(super::wrong(library, "there is no ONNX Runtime"));
    }
    let environment = ort::init_from(library)
        .map_err(|e| super::wrong(library, e))?
        .with_name("rosie")
        .with_telemetry(false)
        .with_logger(Arc::new(log))
        .build()
        .map_err(|e| super::wrong(library, e))?;
    Ok(ENVIRONMENT.get_or_init(|| environment))
}

/// What matters comes back as an error to whoever asked; the rest is for the curious.
fn log(level: LogLevel, category: &str, _id: &str, _location: &str, message: &str) {
    match level {
        LogLevel::Error | LogLevel::Fatal => tracing::debug!(engine = "onnxruntime", category, "{message}"),
        _ => tracing::trace!(engine = "onnxruntime", category, "{message}"),
    }
}
