//! Stock phrases that are kept on disk, and everything that can happen to the disk.

#![allow(clippy::unwrap_used)]

mod tts_common;

use rosie_core::Language;
use rosie_core::engine::TtsJob;
use rosie_speech::tts::{PhraseCacheConfig, Router};
use std::path::{Path, PathBuf};
use tts_common::*;

fn keeping(dir: &Path) -> Router {
    let mut config = config();
    config.phrases = Some(PhraseCacheConfig::new(dir));
    start(config)
}

fn phrase(text: &str) -> TtsJob {
    TtsJob {
        cacheable: true,
        ..english(text)
    }
}

fn kept(dir: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(dir).map(|d| d.flatten().map(|e| e.path()).collect());
    let files: Vec<PathBuf> = files.unwrap_or_default();
    files
        .into_iter()
        .filter(|p| p.extension().is_some_and(|e| e == "phrase"))
        .collect()
}

#[test]
fn a_phrase_is_kept_and_played_the_next_time() {
    let dir = tempfile::tempdir().unwrap();
    let first = {
        let router = keeping(dir.path());
        let said = say(&router, phrase("The lights are on."));
        wait(|| kept(dir.path()).len() == 1, "the phrase on disk");
        assert!(!said.end.unwrap().cached);
        said.pieces.iter().flat_map(|p| p.samples.clone()).collect::<Vec<_>>()
    };
    let router = keeping(dir.path());
    let again = say(&router, phrase("The  lights are on."));
    assert_eq!(again.samples(), first, "the very same audio");
    let done = again.end.unwrap();
    assert!(done.cached && done.first_audio_ms <= 40, "{done:?}");

    let other = say(
        &router,
        TtsJob {
            rate: 1.2,
            ..phrase("The lights are on.")
        },
    );
    assert!(!other.end.unwrap().cached, "another pace is another sound");
    let german = TtsJob {
        language: Language::new("de"),
        ..phrase("The lights are on.")
    };
    assert!(!say(&router, german).end.unwrap().cached);
}

#[test]
fn what_is_said_to_a_person_is_never_written() {
    let dir = tempfile::tempdir().unwrap();
    let router = keeping(dir.path());
    say(&router, english("Your appointment is at nine."));
    say(
        &router,
        phrase(&"This is a long text that nobody says twice in the very same words. ".repeat(3)),
    );
    drop(router);
    assert!(kept(dir.path()).is_empty());
}

#[test]
fn a_damaged_phrase_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let router = keeping(dir.path());
    say(&router, phrase("Okay."));
    wait(|| kept(dir.path()).len() == 1, "the phrase on disk");
    let file = kept(dir.path()).remove(0);
    let good = std::fs::read(&file).unwrap();
    std::fs::write(&file, &good[..good.len() / 2]).unwrap();
    let said = say(&router, phrase("Okay."));
    assert!(!said.end.as_ref().unwrap().cached && said.seconds() > 0.2);
    wait(
        || std::fs::read(&file).is_ok_and(|b| b.len() > good.len() / 2),
        "it to be written again",
    );
    assert!(say(&router, phrase("Okay.")).end.unwrap().cached);
}

#[test]
fn a_disk_that_cannot_be_written_costs_only_the_cache() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let router = keeping(&file.path().join("phrases"));
    for _ in 0..2 {
        let said = say(&router, phrase("Okay."));
        assert!(!said.end.as_ref().unwrap().cached && said.seconds() > 0.2);
    }
}

#[test]
fn stock_phrases_are_made_before_they_are_needed() {
    let dir = tempfile::tempdir().unwrap();
    let router = keeping(dir.path());
    router.prewarm(&Language::new("en"), &["Okay.", "Sorry, I didn't catch that."]);
    wait(|| kept(dir.path()).len() == 2, "both phrases on disk");
    assert!(say(&router, phrase("Sorry, I didn't catch that.")).end.unwrap().cached);
}

#[test]
fn a_phrase_that_another_voice_said_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let router = keeping(dir.path());
    router.panic_at_next_piece();
    assert!(say(&router, phrase("Good night.")).end.is_ok());
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(kept(dir.path()).is_empty());
}
