//! Models: which there are, bringing them onto this machine, checking them, converting them, and finding them again.
//!
//! [`Manifest`] says what exists and where it may come from; [`fetch`] brings it into a models folder, converting where
//! a source has another format; [`list`] and [`verify`] say what is there; [`resolve`] gives an engine the checked paths
//! of the model that the configuration names. Layout of a models folder: `<models>/<model id>/<file>`, with a
//! `provenance.json` in each.

pub mod convert;
pub mod disk;
mod error;
mod fetch;
mod inventory;
mod manifest;
mod manifest_raw;
pub mod onnx;
mod progress;
mod provenance;
pub mod render;
mod resolve;
mod sanity;
mod terminal;

pub use error::{ModelError, Result, Tried, TriedList};
pub use fetch::{FailedModel, FetchOptions, FetchReport, FetchedFile, How, fetch, fetch_profile};
pub use inventory::{FileReport, FileState, ModelReport, ModelState, list, verify};
pub use manifest::{Manifest, Model, ModelFile, ModelKind, Step};
pub use progress::{Progress, Silent, TaskId};
pub use provenance::{Provenance, Record};
pub use resolve::{ModelPaths, default_models_dir, resolve};
pub use terminal::Terminal;
