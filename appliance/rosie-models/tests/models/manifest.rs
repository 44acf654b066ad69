//! The manifest that ships, and how mistakes in one are told.

use rosie_models::{Manifest, ModelError, ModelKind, Step};

const YAML: &str = include_str!("../../../../models/manifest.yaml");

#[test]
fn the_embedded_manifest_is_right_for_both_architectures() {
    for arch in ["x86_64", "aarch64"] {
        let manifest = Manifest::parse_for(YAML, arch).unwrap();
        let small: Vec<_> = manifest
            .profile("small")
            .unwrap()
            .iter()
            .map(|m| m.id.as_str())
            .collect();
        assert_eq!(
            small,
            [
                "onnxruntime",
                "silero-vad",
                "speech-embedding",
                "smart-turn-v3.2",
                "resemblyzer",
                "whisper-base",
                "piper-en_US-joe-medium",
                "minilm-l6-v2",
                "home-assistant-intents"
            ]
        );
        let standard: Vec<_> = manifest
            .profile("standard")
            .unwrap()
            .iter()
            .map(|m| m.id.as_str())
            .collect();
        assert!(
            ["whisper-base.en", "piper-en_US-lessac-medium"]
                .iter()
                .all(|id| standard.contains(id))
        );
        for model in &manifest.models {
            assert!(!model.purpose.is_empty() && !model.licence.is_empty(), "{}", model.id);
            for file in &model.files {
                assert!(!file.sources.is_empty());
            }
        }
    }
    assert!(!YAML.contains("http://"), "publishers are asked over TLS only");
}

/// A box has no Python: what comes as a Python package alone never comes to it.
#[test]
fn what_a_box_cannot_fetch_by_itself_is_brought_by_its_image() {
    let script = include_str!("../../../../ci/image.sh");
    let brought = script.lines().find_map(|line| line.strip_prefix("brought=(")).unwrap();
    let brought: Vec<_> = brought.trim_end_matches(')').split(' ').collect();
    for arch in ["x86_64", "aarch64"] {
        let manifest = Manifest::parse_for(YAML, arch).unwrap();
        for profile in ["small", "standard"] {
            let models = manifest.profile(profile).unwrap();
            let stays_away = models.iter().filter(|model| {
                model.kept().any(|file| {
                    let publishers = file
                        .origins()
                        .any(|from| from.place.to_string().starts_with("https://"));
                    !publishers && file.conversion().is_none()
                })
            });
            let stays_away: Vec<_> = stays_away.map(|model| model.id.as_str()).collect();
            assert_eq!(stays_away, brought, "{profile} for {arch}");
        }
    }
}

#[test]
fn publishers_come_before_packages_and_packages_before_nothing() {
    let manifest = Manifest::parse_for(YAML, "x86_64").unwrap();
    let whisper = manifest.model("whisper-base").unwrap();
    assert_eq!(whisper.kind, ModelKind::Whisper);
    let weights = whisper.file("ggml-f16.bin").unwrap();
    assert!(!weights.is_kept);
    let publisher = weights.origins().next().unwrap();
    assert!(publisher.place.to_string().starts_with("https://"));
    assert_eq!(weights.conversion().unwrap().step, Step::Ct2ToGgml);
    // Converted from other weights, it must come out as the publisher's own bytes.
    let converted = weights.conversion().unwrap().expected.as_ref().unwrap();
    assert_eq!(converted.sha256, publisher.expected.sha256);
    let used = whisper.file("ggml.bin").unwrap().conversion().unwrap();
    assert_eq!(used.step, Step::GgmlToQ8);
    assert_eq!(whisper.size(), used.expected.as_ref().unwrap().size.unwrap());
}

#[test]
fn every_mistake_is_reported_with_its_place() {
    let yaml = "
version: 2
profiles: { small: x }
models:
  - { id: ../a, kind: piper, purpose: p, licence: l, profiles: [big], files: [
      { name: /etc/x, sources: [{ url: u, sha256: ABC }] },
      { name: b, sources: [{ url: u }, { convert: piper-encoder, from: c }] },
      { name: d, sources: [{ arch: mips, url: u, sha256: x }] },
      { name: e, sources: [{ pip: [{ package: --evil, member: m }], sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }] }] }
";
    let Err(ModelError::Manifest(mistakes)) = Manifest::parse_for(yaml, "x86_64") else {
        panic!("was taken")
    };
    let all = mistakes.join("\n");
    for part in [
        "reads version 1",
        "plain folder name",
        "\"big\" is not among",
        "../a//etc/x: a file's name stays inside",
        "\"ABC\" is not a sha256",
        "../a/b: a source needs a sha256",
        "from \"c\", which is not a file above",
        "../a/d: has no source for x86_64",
        "\"--evil\" is not name==version",
    ] {
        assert!(all.contains(part), "{part} is not in:\n{all}");
    }
    assert!(matches!(
        Manifest::parse("version: 1\nprofiles: {}\nmodels: []\nextra: 1"),
        Err(ModelError::Manifest(_))
    ));
}

#[test]
fn unknown_names_are_answered_with_the_known_ones() {
    let manifest = Manifest::embedded().unwrap();
    assert!(
        manifest
            .model("whisper-huge")
            .unwrap_err()
            .to_string()
            .contains("whisper-base")
    );
    assert!(manifest.profile("huge").unwrap_err().to_string().contains("standard"));
}
