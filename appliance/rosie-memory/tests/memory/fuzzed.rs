//! What the fuzz targets (`fuzz/`) start from, and what they found, through the same doors as people's files.

use crate::support::*;
use rosie_core::memory::MemoryAdmin;
use rosie_memory::documents::{Format, read};
use std::path::Path;
use tempfile::tempdir;

/// The files of a target.
fn files(target: &str) -> Vec<Vec<u8>> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let folders = ["seeds", "found"].map(|folder| fuzz.join(folder).join(target));
    let all = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok());
    all.flat_map(|folder| folder.flatten())
        .map(|file| std::fs::read(file.path()).unwrap())
        .collect()
}

#[test]
fn documents_that_fuzzing_began_with_or_found_are_read_or_refused() {
    for (target, format) in [
        ("pdf", Format::Pdf),
        ("html", Format::Html),
        ("markdown", Format::Markdown),
        ("text", Format::Text),
    ] {
        let files = files(target);
        assert!(!files.is_empty(), "{target}");
        let mut pieces = 0;
        for bytes in files {
            match read(&bytes, format) {
                Ok(cut) => pieces += cut.len(),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        assert!(pieces > 0, "{target}: the seeds are real documents");
    }
}

#[test]
fn exports_that_fuzzing_began_with_or_found_are_taken_or_refused() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    let mut taken = 0;
    for bytes in files("import") {
        let mut bytes = Some(bytes);
        let source = Box::new(move || bytes.take().map(Ok));
        match wait(memory.import(source, Box::new(|_, _| {}))) {
            Ok(imported) => taken += imported.messages + imported.facts,
            Err(failure) => assert!(!failure.detail.is_empty()),
        }
    }
    assert!(taken >= 2, "the seed is a real export");
    memory.settle();
}
