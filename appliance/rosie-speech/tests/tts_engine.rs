//! The speaking engines with real models: audio, order, failures and their ends.

#![allow(clippy::unwrap_used)]

mod tts_common;

use rosie_core::engine::{EngineHealth, SpeechText, TextToSpeech, TtsEvent, TtsJob};
use rosie_core::{CancelFlag, ErrorCode, Language};
use rosie_speech::tts::{Router, VoiceConfig};
use std::sync::OnceLock;
use std::time::Duration;
use tts_common::*;

const LONG: &str =
    "When you come home in the evening, the heating is on, the lights are warm, and the kettle is ready. ";

/// One voice for all tests that leave it as it is.
fn shared() -> &'static Router {
    static ROUTER: OnceLock<Router> = OnceLock::new();
    ROUTER.get_or_init(|| start(config()))
}

fn ssml(text: &str) -> TtsJob {
    TtsJob {
        text: SpeechText::Ssml(text.to_owned()),
        ..english("")
    }
}

#[test]
fn a_sentence_is_spoken_in_pieces() {
    let said = say(
        shared(),
        english("I have set a timer for ten minutes and turned off all the lights for you."),
    );
    let done = said.end.as_ref().unwrap();
    assert!((2.0..8.0).contains(&said.seconds()), "{} s", said.seconds());
    assert!(said.loudness() > 0.03, "{}", said.loudness());
    assert!(
        said.pieces.len() >= 3,
        "the first audio leaves while the rest is being made"
    );
    assert!(
        said.pieces[0].duration_ms() < 300,
        "the first piece is short: {} ms",
        said.pieces[0].duration_ms()
    );
    assert_eq!(done.audio_ms, (said.seconds() * 1e3) as u64);
    assert!(!done.cached);
    assert_eq!(shared().info().health, EngineHealth::Ready);
}

#[test]
fn pace_and_pauses_are_kept() {
    let slow = say(shared(), english("The lights are on.")).seconds();
    let fast = say(
        shared(),
        TtsJob {
            rate: 2.0,
            ..english("The lights are on.")
        },
    )
    .seconds();
    assert!(fast < 0.75 * slow, "{fast} s and {slow} s");
    let said = say(shared(), ssml("<speak>One<break time=\"2s\"/>two</speak>"));
    assert!(
        said.pieces
            .iter()
            .any(|p| p.samples.len() == 44_100 && p.samples.iter().all(|s| *s == 0))
    );
    let loud = say(shared(), ssml("<speak>The lights are on.</speak>")).loudness();
    let soft = say(
        shared(),
        ssml("<speak><prosody volume=\"x-soft\">The lights are on.</prosody></speak>"),
    )
    .loudness();
    assert!(soft < 0.6 * loud, "{soft} and {loud}");
    let phoneme = say(
        shared(),
        ssml("<speak><phoneme alphabet=\"ipa\" ph=\"təˈmeɪtoʊ\">x</phoneme></speak>"),
    );
    assert!(phoneme.seconds() > 0.3 && phoneme.loudness() > 0.01);
}

#[test]
fn nothing_to_say_is_done_at_once() {
    for text in ["", "   ", "...", "🎉", "\u{0}\u{7}", "---"] {
        let said = say(shared(), english(text));
        assert!(said.pieces.is_empty() && said.end.is_ok(), "{text:?}");
    }
}

#[test]
fn hostile_texts_are_refused_or_read() {
    let code = |job| say(shared(), job).end.unwrap_err();
    let too_long = code(english(&"a ".repeat(50_000)));
    assert_eq!(too_long.code, ErrorCode::TtsTextTooLong);
    assert!(too_long.detail.contains("8000 characters"), "{too_long}");
    assert_eq!(
        code(ssml(&format!("<speak>{}</speak>", "x".repeat(100_000)))).code,
        ErrorCode::TtsTextTooLong
    );
    let markup = code(ssml("<speak><audio src=\"x\"/></speak>"));
    assert_eq!(markup.code, ErrorCode::TtsBadMarkup);
    assert!(markup.detail.contains("allowed are speak, break"), "{markup}");
    // Plain text is never taken for markup, and what is in it never reaches the voice as a command.
    for text in [
        "<speak>Hi <break time=\"9s\"/></speak>",
        "a\u{0}b\u{1b}[31m",
        "[[h@l'oU]] %s %n ${HOME}",
        "((((((",
    ] {
        let said = say(shared(), english(text));
        assert!(said.end.is_ok() && said.seconds() < 8.0, "{text:?}: {:?}", said.end);
    }
}

#[test]
fn one_long_text_does_not_keep_another_waiting() {
    let router = shared();
    let cancel = CancelFlag::new();
    let long = submit(
        router,
        TtsJob {
            cancel: cancel.clone(),
            ..english(&LONG.repeat(20))
        },
    );
    assert!(matches!(
        long.recv_timeout(Duration::from_secs(30)).unwrap(),
        TtsEvent::Audio(_)
    ));
    std::thread::sleep(Duration::from_millis(100));
    while long.try_recv().is_ok() {}
    let short = submit(router, english("Yes."));
    assert!(matches!(
        short.recv_timeout(Duration::from_secs(30)).unwrap(),
        TtsEvent::Audio(_)
    ));
    let between = long.try_iter().count();
    assert!(between <= 2, "{between} pieces of the long text came first");
    cancel.cancel();
    assert!(collect(&short).end.is_ok());
    assert!(collect(&long).end.is_err());
}

#[test]
fn a_cancelled_text_ends_within_a_piece() {
    let cancel = CancelFlag::new();
    let events = submit(
        shared(),
        TtsJob {
            cancel: cancel.clone(),
            ..english(&LONG.repeat(20))
        },
    );
    assert!(matches!(
        events.recv_timeout(Duration::from_secs(30)).unwrap(),
        TtsEvent::Audio(_)
    ));
    cancel.cancel();
    let said = collect(&events);
    assert!(said.seconds() < 6.0, "{} s after it was cancelled", said.seconds());
    assert_eq!(said.end.unwrap_err().detail, "cancelled");
}

#[test]
fn every_language_without_a_voice_is_spoken_by_espeak() {
    let texts = [
        ("de", "Das Licht ist an."),
        ("es", "La luz está encendida."),
        ("fr", "La lumière est allumée."),
    ];
    for (language, text) in texts {
        let said = say(shared(), TtsJob::plain(text, Language::new(language)));
        assert!(said.end.is_ok(), "{language}: {:?}", said.end);
        assert!(
            said.seconds() > 0.7 && said.loudness() > 0.02,
            "{language}: {} s",
            said.seconds()
        );
    }
    let unknown = say(shared(), TtsJob::plain("x", Language::new("xx"))).end.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::TtsUnavailable);
}

#[test]
fn a_panic_is_survived_and_the_sentence_still_said() {
    let router = start(config());
    router.panic_at_next_piece();
    let said = say(&router, english("The lights are on."));
    assert!(
        said.end.is_ok() && said.seconds() > 0.5,
        "espeak-ng says it: {:?}",
        said.end
    );
    wait(|| router.info().restarts == 1, "the voice's thread to be started again");
    wait(|| router.info().health == EngineHealth::Ready, "the voice to be back");
    assert!(say(&router, english("The lights are on.")).pieces.len() > 1);
}

#[test]
fn a_missing_voice_is_told_and_replaced() {
    let mut config = config();
    let empty = tempfile::tempdir().unwrap();
    config.voices = vec![VoiceConfig::new("en_US-gone-medium", empty.path())];
    let router = start(config);
    wait(
        || matches!(router.info().health, EngineHealth::Degraded { .. }),
        "another voice to stand in",
    );
    let EngineHealth::Degraded { reason } = router.info().health else {
        panic!("{:?}", router.info())
    };
    assert!(
        reason.contains("espeak-ng speaks") && reason.contains("voice.onnx.json"),
        "{reason}"
    );
    assert!(say(&router, english("I can still speak.")).seconds() > 0.5);
}

#[test]
fn a_damaged_voice_is_told_and_replaced() {
    let mut config = config();
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        model(VOICE).join("voice.onnx.json"),
        folder.path().join("voice.onnx.json"),
    )
    .unwrap();
    let half = std::fs::read(model(VOICE).join("voice.onnx")).unwrap();
    std::fs::write(folder.path().join("voice.onnx"), &half[..half.len() / 2]).unwrap();
    config.voices = vec![VoiceConfig::new("half", folder.path())];
    let router = start(config);
    let EngineHealth::Degraded { reason } = router.info().health else {
        panic!("{:?}", router.info())
    };
    assert!(
        reason.contains("voice.onnx") && reason.contains("rosied models verify"),
        "{reason}"
    );
    assert!(say(&router, english("I can still speak.")).end.is_ok());
}

#[test]
fn too_many_texts_are_refused() {
    let mut config = config();
    config.queue_limit = 2;
    let router = start(config);
    let waiting: Vec<_> = (0..8).map(|_| submit(&router, english(LONG))).collect();
    let ends: Vec<_> = waiting.iter().map(|events| collect(events).end).collect();
    assert!(ends.iter().any(|e| e.is_ok()));
    assert!(router.info().dropped > 0 || ends.iter().all(Result::is_ok));
}

#[test]
fn a_voice_in_two_parts_speaks() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["voice.onnx.json", "encoder.onnx", "decoder.onnx"] {
        std::os::unix::fs::symlink(model(VOICE).join(file), folder.path().join(file)).unwrap();
    }
    let mut config = config();
    config.voices = vec![VoiceConfig::new("halves", folder.path())];
    let router = start(config);
    assert_eq!(router.info().health, EngineHealth::Ready);
    let said = say(
        &router,
        english("The lights in the kitchen and in the living room are on."),
    );
    assert!(said.pieces.len() > 2 && said.seconds() > 1.5 && said.loudness() > 0.03);
}

#[test]
fn a_voice_that_cannot_be_cut_speaks_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        model(VOICE).join("voice.onnx.json"),
        folder.path().join("voice.onnx.json"),
    )
    .unwrap();
    let mut bytes = std::fs::read(model(VOICE).join("voice.onnx")).unwrap();
    // Another exporter's name for the module at which a voice is cut.
    let name = b"/dec/conv_pre/Conv";
    let places: Vec<usize> = (0..bytes.len() - name.len())
        .filter(|at| bytes[*at..].starts_with(name))
        .collect();
    assert!(!places.is_empty());
    places
        .into_iter()
        .for_each(|at| bytes[at..at + name.len()].copy_from_slice(b"/gen/conv_pre/Conv"));
    std::fs::write(folder.path().join("voice.onnx"), bytes).unwrap();
    let mut config = config();
    config.voices = vec![VoiceConfig::new("whole", folder.path())];
    let router = start(config);
    let EngineHealth::Degraded { reason } = router.info().health else {
        panic!("{:?}", router.info())
    };
    assert!(reason.contains("cannot be cut"), "{reason}");
    let said = say(&router, english("The lights are on."));
    assert!(said.seconds() > 0.5 && said.loudness() > 0.03, "{:?}", said.end);
}
