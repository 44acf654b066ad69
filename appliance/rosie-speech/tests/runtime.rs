//! ONNX Runtime that is absent or wrong is an error with advice, and the right one is taken afterwards.
//! One test, because a process has one ONNX Runtime.
#![allow(clippy::unwrap_used)]

mod common;

use rosie_core::engine::{EngineHealth, VadEngine};
use rosie_speech::SpeechError;
use rosie_speech::runtime::Runtime;
use rosie_speech::vad::{SileroVad, VadConfig};
use std::path::Path;

#[test]
fn a_wrong_library_is_refused_and_a_right_one_found_later() {
    let missing = Runtime::get(Path::new("/nowhere/libonnxruntime.so")).unwrap_err();
    assert!(matches!(missing, SpeechError::Missing { .. }), "{missing}");

    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("libonnxruntime.so");
    std::fs::write(&library, "this is no library").unwrap();
    let wrong = Runtime::get(&library).unwrap_err();
    assert!(
        wrong.to_string().contains("libonnxruntime.so") && wrong.to_string().contains("models fetch"),
        "{wrong}"
    );

    // A real shared library, but not this one.
    let libc = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6"];
    if let Some(libm) = libc.iter().map(Path::new).find(|path| path.exists()) {
        let other = Runtime::get(libm).unwrap_err();
        assert!(matches!(other, SpeechError::Runtime { .. }), "{other}");
    }

    // An engine that was started meanwhile comes up once the library is there.
    let vad = SileroVad::start(VadConfig::new(&library, common::model("silero-vad/silero_vad.onnx"))).unwrap();
    common::wait_for(
        || vad.info(),
        |health| matches!(health, EngineHealth::Unavailable { .. }),
    );
    std::fs::remove_file(&library).unwrap();
    std::os::unix::fs::symlink(common::model("onnxruntime/libonnxruntime.so"), &library).unwrap();
    common::wait_for(|| vad.info(), |health| *health == EngineHealth::Ready);

    let runtime = Runtime::get(&library).unwrap();
    let text = folder.path().join("text.onnx");
    std::fs::write(&text, "this is no model").unwrap();
    let damaged = runtime.load("the test model", &text, 1).unwrap_err();
    assert!(matches!(damaged, SpeechError::Damaged { .. }), "{damaged}");
}
