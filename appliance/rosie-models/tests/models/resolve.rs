//! From a name in the configuration to files, and the reasons for refusing them.

use crate::{convert::tiny_ggml, voice::voice};
use rosie_models::{ModelError, ModelKind, convert::quant::Quant, onnx, resolve};
use std::{fs, path::Path};

const CONFIG: &str = r#"{"audio": {"sample_rate": 22050}, "espeak": {"voice": "en-us"}, "phoneme_id_map": {"_": [0]}, "num_symbols": 256}"#;

fn piper(dir: &Path) {
    fs::create_dir_all(dir).unwrap();
    onnx::write(&voice(false), &dir.join("voice.onnx")).unwrap();
    fs::write(dir.join("voice.onnx.json"), CONFIG).unwrap();
}

#[test]
fn a_model_is_found_by_id_short_id_folder_and_path() {
    let models = tempfile::tempdir().unwrap();
    let dir = models.path().join("whisper-my");
    fs::create_dir(&dir).unwrap();
    let ggml = tiny_ggml(&dir, Quant::Q8_0);
    for name in ["whisper-my", "my", dir.to_str().unwrap(), ggml.to_str().unwrap()] {
        let paths = resolve(models.path(), name, ModelKind::Whisper).unwrap();
        assert_eq!(paths.main().unwrap(), ggml, "{name}");
    }
    piper(&models.path().join("piper-en_US-x-medium"));
    let by_id = resolve(models.path(), "en_US-x-medium", ModelKind::Piper).unwrap();
    let by_path = resolve(models.path(), by_id.main().unwrap().to_str().unwrap(), ModelKind::Piper).unwrap();
    assert_eq!(
        by_id.require("voice.onnx.json").unwrap(),
        by_path.require("voice.onnx.json").unwrap()
    );
}

#[test]
fn missing_models_are_named_with_the_command_that_brings_them() {
    let models = tempfile::tempdir().unwrap();
    let error = resolve(models.path(), "base", ModelKind::Whisper).unwrap_err();
    assert!(
        error.to_string().contains("rosied models fetch whisper-base"),
        "{error}"
    );
    assert!(resolve(models.path(), "..", ModelKind::Whisper).is_err());
    assert!(resolve(models.path(), "/no/such/file.bin", ModelKind::Whisper).is_err());
}

#[test]
fn wrong_and_damaged_files_are_refused_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    let whole = {
        let path = dir.path().join("voice.onnx");
        onnx::write(&voice(false), &path).unwrap();
        fs::read(path).unwrap()
    };
    let gguf = [
        b"GGUF".as_slice(),
        &3u32.to_le_bytes(),
        &1u64.to_le_bytes(),
        &0u64.to_le_bytes(),
        &[0; 64],
    ]
    .concat();
    let elf = fs::read(std::env::current_exe().unwrap()).unwrap();
    let cases: &[(ModelKind, &[u8], &str)] = &[
        (ModelKind::Whisper, b"<html>404</html>", "wrong magic"),
        (ModelKind::Silero, b"<html>404</html>", "not an ONNX model"),
        (ModelKind::Silero, &whole[..whole.len() - 9], "not an ONNX model"),
        (ModelKind::Silero, b"", "no graph"),
        (
            ModelKind::Gguf,
            b"<html>a page that is long enough",
            "does not begin with GGUF",
        ),
        (
            ModelKind::Gguf,
            &[&gguf[..4], &[9, 0, 0, 0], &gguf[8..]].concat(),
            "version 9",
        ),
        (
            ModelKind::Gguf,
            &[&gguf[..8], &u64::MAX.to_le_bytes(), &gguf[16..]].concat(),
            "claims",
        ),
        (ModelKind::OnnxRuntime, &elf[..elf.len() - 1000], "cut short"),
        (ModelKind::OnnxRuntime, &[b'x'; 100], "no ELF header"),
    ];
    for (kind, bytes, says) in cases {
        fs::write(&file, bytes).unwrap();
        let error = resolve(dir.path(), file.to_str().unwrap(), *kind).unwrap_err();
        assert!(
            matches!(error, ModelError::Damaged { .. }) && error.to_string().contains(says),
            "{kind:?}: {error}"
        );
    }
    for (kind, bytes) in [
        (ModelKind::Silero, &whole),
        (ModelKind::Gguf, &gguf),
        (ModelKind::OnnxRuntime, &elf),
    ] {
        fs::write(&file, bytes).unwrap();
        resolve(dir.path(), file.to_str().unwrap(), kind).unwrap();
    }
}

#[test]
fn a_voice_needs_a_description_that_fits() {
    let dir = tempfile::tempdir().unwrap();
    let voice = dir.path().join("piper-v");
    piper(&voice);
    for (json, says) in [
        ("{}", "audio.sample_rate, espeak.voice, phoneme_id_map"),
        ("nonsense", "not JSON"),
    ] {
        fs::write(voice.join("voice.onnx.json"), json).unwrap();
        let error = resolve(dir.path(), "v", ModelKind::Piper).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    fs::remove_file(voice.join("voice.onnx.json")).unwrap();
    assert!(matches!(
        resolve(dir.path(), "v", ModelKind::Piper),
        Err(ModelError::Missing { .. })
    ));
}

#[test]
fn a_file_shorter_than_it_was_fetched_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let voice = dir.path().join("piper-v");
    piper(&voice);
    let record = r#"{"files": {"voice.onnx.json": {"size": 5000, "sha256": "", "modified_ns": 0, "source": "x"}}}"#;
    fs::write(voice.join("provenance.json"), record).unwrap();
    let error = resolve(dir.path(), "v", ModelKind::Piper).unwrap_err();
    assert!(
        error.to_string().contains("5000 were fetched; fetch it again"),
        "{error}"
    );
}

#[test]
fn models_of_ones_own_are_converted_once_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    piper(&dir.path().join("piper-v"));
    let convert = || {
        let voice = resolve(dir.path(), "v", ModelKind::Piper)
            .unwrap()
            .with_conversions(&cache)
            .unwrap();
        let paths = ["encoder.onnx", "decoder.onnx"].map(|n| voice.require(n).unwrap().to_owned());
        paths.map(|p| (p.clone(), fs::metadata(p).unwrap().modified().unwrap()))
    };
    assert_eq!(convert(), convert());
    let whisper = dir.path().join("whisper-w");
    fs::create_dir(&whisper).unwrap();
    tiny_ggml(&whisper, Quant::F16);
    let paths = resolve(dir.path(), "w", ModelKind::Whisper)
        .unwrap()
        .with_conversions(&cache)
        .unwrap();
    assert!(paths.file("encoder-int8.onnx").is_some());
    // A voice that cannot be cut goes without its halves.
    onnx::write(&voice(true), &dir.path().join("piper-v/voice.onnx")).unwrap();
    let voice = resolve(dir.path(), "v", ModelKind::Piper)
        .unwrap()
        .with_conversions(&cache)
        .unwrap();
    assert!(voice.file("encoder.onnx").is_none() && voice.file("voice.onnx").is_some());
}
