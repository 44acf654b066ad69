//! ONNX Runtime: loaded once a process, from a library file that is named explicitly.

use crate::SpeechError;
use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::memory::Allocator;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::session::{RunOptions, Session};
use ort::value::Tensor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The one environment of the process, kept for ever: sessions hold it only weakly.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();
/// Serialises the first load; a failed one leaves nothing behind and can be tried again.
static LOADING: Mutex<()> = Mutex::new(());

/// The loaded library. Cheap to copy around as `&'static`.
#[derive(Debug)]
pub struct Runtime {
    environment: Environment,
    library: PathBuf,
}

impl Runtime {
    /// The process's runtime, loading `library` (a `libonnxruntime.so` of version 1.24 or later) if nothing is loaded
    /// yet. A process has one: a later call with another path gets the first one.
    ///
    /// # Errors
    /// `Missing` when there is no such file, `Runtime` when it is not a usable ONNX Runtime; a later call tries anew.
    pub fn get(library: &Path) -> Result<&'static Runtime, SpeechError> {
        if let Some(runtime) = RUNTIME.get() {
            return Ok(runtime);
        }
        let _one_at_a_time = LOADING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = RUNTIME.get() {
            return Ok(runtime);
        }
        SpeechError::require("ONNX Runtime", library)?;
        let failed = |reason: String| SpeechError::Runtime {
            path: library.to_path_buf(),
            reason,
        };
        let environment = crate::tiles::without(|| start(library)).map_err(|e| failed(e.to_string()))?;
        Ok(RUNTIME.get_or_init(|| Runtime {
            environment,
            library: library.to_path_buf(),
        }))
    }

    /// The process's one environment, for other parts that run models.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The library file in use.
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// A session builder with `threads` threads that sleep, not spin, while they wait.
    ///
    /// # Errors
    /// What ONNX Runtime says.
    pub fn builder(&self, threads: usize) -> Result<SessionBuilder, SpeechError> {
        let build = || -> ort::Result<SessionBuilder> {
            Ok(Session::builder(&self.environment)?
                .with_intra_threads(threads)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .with_inter_op_spinning(false)?
                .with_log_level(LogLevel::Error)?)
        };
        build().map_err(|e| SpeechError::Inference {
            what: "an ONNX Runtime session",
            reason: e.to_string(),
        })
    }

    /// Loads a model file with `threads` threads and every graph optimisation.
    ///
    /// # Errors
    /// `Missing` or `Damaged`, naming `what`.
    pub fn load(&self, what: &'static str, model: &Path, threads: usize) -> Result<Session, SpeechError> {
        SpeechError::require(what, model)?;
        let damaged = |reason: String| SpeechError::Damaged {
            what,
            path: model.to_path_buf(),
            reason: first_line(&reason),
        };
        self.builder(threads)?
            .with_optimization_level(GraphOptimizationLevel::All)
            .map_err(|e| damaged(e.to_string()))?
            .commit_from_file(model)
            .map_err(|e| damaged(e.to_string()))
    }
}

fn start(library: &Path) -> Result<Environment, Box<dyn std::error::Error + Send + Sync>> {
    let environment = ort::init_from(library)?
        .with_name("rosie")
        .with_telemetry(false)
        .with_logger(Arc::new(log))
        .build()?;
    // With the first memory that it takes it looks what the processor can.
    Tensor::<f32>::new(&Allocator::default(), [1_usize])?;
    Ok(environment)
}

/// Options of a run after which its session gives back to the system what past runs have made it take.
///
/// # Errors
/// What ONNX Runtime says.
pub fn resting_run() -> ort::Result<RunOptions> {
    let mut options = RunOptions::new()?;
    options.set("memory.enable_memory_arena_shrinkage", "cpu:0")?;
    Ok(options)
}

/// What matters comes back as an error to whoever asked; the rest is for the curious.
fn log(level: LogLevel, category: &str, _id: &str, _location: &str, message: &str) {
    match level {
        LogLevel::Error | LogLevel::Fatal => tracing::debug!(engine = "onnxruntime", category, "{message}"),
        _ => tracing::trace!(engine = "onnxruntime", category, "{message}"),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
