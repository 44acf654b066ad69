//! ONNX models read, cut, built and written: as much of the format as Rosie's conversions need.

pub mod build;
pub mod cut;
pub mod proto;

pub use proto::Model;

use crate::error::{ModelError, Result};
use prost::Message;
use std::{fs, path::Path};

/// Reads a model with all its weights.
pub fn read(path: &Path) -> Result<Model> {
    let bytes = fs::read(path).map_err(|e| ModelError::io("reading", path, e))?;
    Model::decode(bytes.as_slice()).map_err(|e| ModelError::damaged(path, format!("not an ONNX model: {e}")))
}

pub fn write(model: &Model, path: &Path) -> Result<()> {
    fs::write(path, model.encode_to_vec()).map_err(|e| ModelError::io("writing", path, e))
}
