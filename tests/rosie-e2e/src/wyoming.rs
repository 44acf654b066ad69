//! The packages of PyPI that speak Wyoming (tests/wyoming/), beside a daemon that does.

use crate::Daemon;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The scripts.
pub fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wyoming")
}

/// The Python that has the packages.
pub fn python() -> PathBuf {
    let cache = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/rosie");
    let cache = std::env::var_os("ROSIE_CACHE").map_or_else(cache, PathBuf::from);
    let python = cache.join("wyoming/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run `make setup-test`",
        python.display()
    );
    python
}

/// A daemon that offers Wyoming on this port.
pub fn daemon(port: u16, more: Value) -> Daemon {
    let mut wyoming = json!({ "listen": [format!("127.0.0.1:{port}")] });
    wyoming
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    Daemon::start(&json!({ "wyoming": wyoming }).to_string())
}

/// What the stock client tells, by tests/wyoming/client.py.
pub fn client(port: u16, arguments: &[&str]) -> Value {
    let output = Command::new(python())
        .arg(place().join("client.py"))
        .arg(port.to_string())
        .args(arguments)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A recording for others to read, 16 kHz mono.
pub fn written(samples: &[i16], folder: &Path) -> String {
    let path = folder.join("said.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    samples.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
    writer.finalize().unwrap();
    path.to_str().unwrap().to_owned()
}
