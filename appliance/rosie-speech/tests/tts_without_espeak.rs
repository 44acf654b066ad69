//! Without libespeak-ng nothing can speak, and the owner is told what to install. A program of its own, because a
//! process has one espeak-ng.

#![allow(clippy::unwrap_used)]

mod tts_common;

use rosie_core::ErrorCode;
use rosie_core::engine::{EngineHealth, TextToSpeech};
use tts_common::*;

#[test]
fn a_missing_library_is_a_reason_not_a_crash() {
    let mut config = config();
    config.espeak.library = Some("/nowhere/libespeak-ng.so.1".into());
    let router = start(config);
    wait(|| !router.info().health.serves(), "the verdict");
    let EngineHealth::Unavailable { reason } = router.info().health else {
        panic!("{:?}", router.info())
    };
    assert!(
        reason.contains("libespeak-ng") && reason.contains("apt install"),
        "{reason}"
    );
    let failure = say(&router, english("Hello.")).end.unwrap_err();
    assert_eq!(failure.code, ErrorCode::TtsUnavailable);
}
