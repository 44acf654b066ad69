//! Files that others are made of and nobody keeps: they come once, serve, and go; a folder from before is taken over.

use crate::{
    convert::tiny_ggml,
    support::{Server, answer, fetch, left, status, url_source},
};
use rosie_models::{FetchReport, How, Manifest, convert, convert::quant::Quant, list};
use std::{fs, path::Path};

const MADE: &str = "{ name: encoder-int8.onnx, sources: [{ convert: whisper-encoder, from: FROM }] }";

fn manifest(files: &str) -> Manifest {
    let model = "{ id: m, kind: whisper, purpose: test, licence: MIT, profiles: [small], files: [";
    Manifest::parse(&format!(
        "version: 1\nprofiles: {{ small: test }}\nmodels: [{model}{files}] }}]"
    ))
    .unwrap()
}

/// As it was before: the f16 file itself is used.
fn before(source: &str) -> Manifest {
    let files = format!("{{ name: ggml.bin, sources: [{source}] }}, {MADE}");
    manifest(&files.replace("FROM", "ggml.bin"))
}

fn now(source: &str) -> Manifest {
    let q8 = "{ name: ggml.bin, sources: [{ convert: ggml-to-q8_0, from: FROM }] }";
    let files = format!("{{ name: f16.bin, keep: false, sources: [{source}] }}, {q8}, {MADE}");
    manifest(&files.replace("FROM", "f16.bin"))
}

fn how(report: FetchReport) -> Vec<How> {
    report.into_result().unwrap().into_iter().map(|f| f.how).collect()
}

/// The publisher's f16 file, who serves it, and its source in a manifest.
fn publisher(dir: &Path) -> (std::path::PathBuf, Server, String) {
    let f16 = tiny_ggml(dir, Quant::F16);
    let bytes = fs::read(&f16).unwrap();
    let served = bytes.clone();
    let server = Server::start(move |stream, path, from| match path {
        "/f16" => answer(stream, &served, from),
        _ => status(stream, "404 Not Found", ""),
    });
    let source = url_source(&format!("{}/f16", server.url), &bytes);
    (f16, server, source)
}

const MADE_BY: [How; 2] = [
    How::Converted { by: "ggml-to-q8_0/1" },
    How::Converted {
        by: "whisper-encoder/2",
    },
];

#[tokio::test]
async fn what_files_are_made_of_comes_once_and_goes() {
    let dir = tempfile::tempdir().unwrap();
    let (f16, server, source) = publisher(dir.path());
    let (models, manifest) = (dir.path().join("models"), now(&source));
    assert_eq!(how(fetch(&manifest, &models).await.unwrap()), MADE_BY);
    assert_eq!(left(&models), ["m"]);
    assert_eq!(
        left(&models.join("m")),
        ["encoder-int8.onnx", "ggml.bin", "provenance.json"]
    );
    let directly = tiny_ggml(dir.path(), Quant::Q8_0);
    assert_eq!(
        fs::read(models.join("m/ggml.bin")).unwrap(),
        fs::read(directly).unwrap()
    );
    // The encoder is made of the f16 weights, not of rounded ones.
    tiny_ggml(dir.path(), Quant::F16);
    let encoder = dir.path().join("encoder.onnx");
    convert::run(rosie_models::Step::WhisperEncoder, &f16, &encoder).unwrap();
    assert_eq!(
        fs::read(models.join("m/encoder-int8.onnx")).unwrap(),
        fs::read(encoder).unwrap()
    );

    assert_eq!(
        how(fetch(&manifest, &models).await.unwrap()),
        [How::AlreadyThere, How::AlreadyThere]
    );
    assert_eq!(server.requests().len(), 1);
    let report = &list(&manifest, &models)[0];
    assert_eq!((report.state, report.files.len()), (rosie_models::ModelState::Ready, 2));

    fs::remove_file(models.join("m/encoder-int8.onnx")).unwrap();
    assert_eq!(
        how(fetch(&manifest, &models).await.unwrap()),
        [How::AlreadyThere, MADE_BY[1].clone()]
    );
    assert_eq!(server.requests().len(), 2, "it was not kept");
}

#[tokio::test]
async fn a_folder_from_before_is_taken_over_without_a_download() {
    let dir = tempfile::tempdir().unwrap();
    let (_, server, source) = publisher(dir.path());
    let models = dir.path().join("models");
    fetch(&before(&source), &models).await.unwrap().into_result().unwrap();
    let whole = fs::metadata(models.join("m/ggml.bin")).unwrap().len();
    assert_eq!(
        list(&now(&source), &models)[0].state,
        rosie_models::ModelState::Incomplete
    );

    let report = fetch(&now(&source), &models).await.unwrap();
    assert_eq!(how(report), [MADE_BY[0].clone(), How::AlreadyThere]);
    assert_eq!(server.requests().len(), 1, "the old file served");
    assert!(fs::metadata(models.join("m/ggml.bin")).unwrap().len() < whole * 2 / 3);
    assert_eq!(left(&models), ["m"]);
    assert_eq!(list(&now(&source), &models)[0].state, rosie_models::ModelState::Ready);
    let verified = rosie_models::verify(&now(&source), &models, &[]).unwrap();
    assert_eq!(verified[0].state, rosie_models::ModelState::Ready);
}

#[tokio::test]
async fn where_it_cannot_be_had_every_place_is_named_and_what_was_there_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (_, server, source) = publisher(dir.path());
    let models = dir.path().join("models");
    fetch(&now(&source), &models).await.unwrap().into_result().unwrap();
    fs::remove_file(models.join("m/ggml.bin")).unwrap();
    let gone = source.replace("/f16", "/gone");
    let error = fetch(&now(&gone), &models).await.unwrap().into_result().unwrap_err();
    assert!(error.to_string().contains(&format!("{}/gone", server.url)), "{error}");
    assert_eq!(left(&models.join("m")), ["encoder-int8.onnx", "provenance.json"]);
}

#[test]
fn a_source_without_a_hash_cannot_be_passed_through() {
    let files = "{ name: a, keep: false, sources: [{ convert: ct2-to-ggml, inputs: [] }] }";
    let yaml = format!(
        "version: 1\nprofiles: {{}}\nmodels: [{{ id: m, kind: whisper, purpose: p, licence: l, files: [{files}] }}]"
    );
    let error = Manifest::parse(&yaml).unwrap_err().to_string();
    assert!(error.contains("needs a sha256 at every source"), "{error}");
}
