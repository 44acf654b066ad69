//! Downloads that go well, break off, lie, or never answer.

use crate::support::{Notes, Server, answer, bytes, fetch, left, manifest, options, sha256, status, url_source};
use rosie_models::{FileState, How, ModelError, ModelState, list, verify};
use std::{
    fs,
    io::Write,
    net::TcpListener,
    os::unix::fs::symlink,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

#[tokio::test]
async fn a_file_is_fetched_once_and_then_recognised() {
    let dir = tempfile::tempdir().unwrap();
    let data = bytes(300_000);
    let body = data.clone();
    let server = Server::start(move |s, path, from| match path {
        "/old" => status(s, "302 Found", "Location: /new\r\n"),
        _ => answer(s, &body, from),
    });
    let manifest = manifest(&[("a", &[url_source(&format!("{}/old", server.url), &data)])]);
    let report = fetch(&manifest, dir.path()).await.unwrap();
    assert!(matches!(&report.files[0].how, How::Fetched { from } if from.ends_with("/old")));
    assert_eq!(fs::read(dir.path().join("m/a")).unwrap(), data);
    assert_eq!(left(dir.path()), ["m"], "no working folder stays");
    assert_eq!(left(&dir.path().join("m")), ["a", "provenance.json"]);

    let before = server.requests().len();
    let report = fetch(&manifest, dir.path()).await.unwrap();
    assert_eq!(report.files[0].how, How::AlreadyThere);
    assert_eq!(server.requests().len(), before, "nothing is asked for again");
    assert_eq!(list(&manifest, dir.path())[0].state, ModelState::Ready);
}

#[tokio::test]
async fn a_broken_download_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let data = bytes(200_000);
    let (body, turn) = (data.clone(), AtomicUsize::new(0));
    let server = Server::start(move |s, _, from| {
        if turn.fetch_add(1, Ordering::SeqCst) > 0 {
            return answer(s, &body, from);
        }
        let _ = write!(s, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let _ = s.write_all(&body[..70_000]);
    });
    let manifest = manifest(&[("a", &[url_source(&server.url, &data)])]);
    fetch(&manifest, dir.path()).await.unwrap().into_result().unwrap();
    assert_eq!(fs::read(dir.path().join("m/a")).unwrap(), data);
    let ranges: Vec<_> = server.requests().into_iter().map(|r| r.1).collect();
    assert_eq!(ranges, [None, Some("bytes=70000-".to_owned())]);
}

#[tokio::test]
async fn a_part_of_an_earlier_fetch_is_resumed_even_where_the_server_sends_all_again() {
    for offers_ranges in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let data = bytes(50_000);
        fs::create_dir(dir.path().join(".fetch")).unwrap();
        fs::write(
            dir.path().join(format!(".fetch/{}.part", sha256(&data))),
            &data[..20_000],
        )
        .unwrap();
        let body = data.clone();
        let server = Server::start(move |s, _, from| answer(s, &body, from.filter(|_| offers_ranges)));
        let manifest = manifest(&[("a", &[url_source(&server.url, &data)])]);
        fetch(&manifest, dir.path()).await.unwrap().into_result().unwrap();
        assert_eq!(
            fs::read(dir.path().join("m/a")).unwrap(),
            data,
            "ranges: {offers_ranges}"
        );
        assert_eq!(server.requests()[0].1.as_deref(), Some("bytes=20000-"));
    }
}

#[tokio::test]
async fn wrong_bytes_are_refused_and_the_next_source_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let data = bytes(10_000);
    let mut wrong = data.clone();
    wrong[5] ^= 1;
    let body = data.clone();
    let server = Server::start(move |s, path, from| match path {
        "/right" => answer(s, &body, from),
        "/wrong" => answer(s, &wrong, from),
        "/short" => answer(s, &body[..9_000], from),
        _ => status(s, "404 Not Found", ""),
    });
    let at = |path: &str| url_source(&format!("{}{path}", server.url), &data);
    let good = manifest(&[("a", &[at("/gone"), at("/short"), at("/wrong"), at("/right")])]);
    fetch(&good, dir.path()).await.unwrap().into_result().unwrap();
    assert_eq!(fs::read(dir.path().join("m/a")).unwrap(), data);

    let dir = tempfile::tempdir().unwrap();
    let bad = manifest(&[("a", &[at("/gone"), at("/short"), at("/wrong")])]);
    let error = fetch(&bad, dir.path()).await.unwrap().into_result().unwrap_err();
    let text = error.to_string();
    for part in [
        "/gone: HTTP 404",
        "/short: has 9000 bytes, 10000 were expected",
        "/wrong: its sha256 is",
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    assert!(!dir.path().join("m").exists(), "nothing half-made stays");
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_waited_for_once() {
    let dir = tempfile::tempdir().unwrap();
    // Takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in silent.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            open.push(stream);
        }
    });
    let refused = "http://127.0.0.1:1/x";
    let names: Vec<String> = (0..10).map(|i| format!("f{i}")).collect();
    let sources = [url_source(&url, b"x"), url_source(refused, b"x")];
    let files: Vec<(&str, &[String])> = names.iter().map(|n| (n.as_str(), sources.as_slice())).collect();
    let began = Instant::now();
    for file in files {
        let error = fetch(&manifest(&[file]), dir.path())
            .await
            .unwrap()
            .into_result()
            .unwrap_err();
        assert!(error.to_string().contains("could not be reached"), "{error}");
        if connections.load(Ordering::SeqCst) > 1 {
            break;
        }
    }
    assert!(began.elapsed() < Duration::from_secs(4));

    // Within one fetch: ten files in ten models, one wait.
    let mut yaml = "version: 1\nprofiles: { small: test }\nmodels:\n".to_owned();
    for name in &names {
        let source = url_source(&url, b"x");
        yaml += &format!(
            "  - {{ id: {name}, kind: gguf, purpose: t, licence: MIT, profiles: [small], files: [{{ name: a, sources: [{source}] }}] }}\n"
        );
    }
    let manifest = rosie_models::Manifest::parse(&yaml).unwrap();
    let before = connections.load(Ordering::SeqCst);
    let began = Instant::now();
    let report = fetch(&manifest, dir.path()).await.unwrap();
    assert_eq!(report.failed.len(), 10);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!(connections.load(Ordering::SeqCst) - before, 1);
}

#[tokio::test]
async fn a_damaged_file_is_reported_with_both_hashes_and_fetched_anew() {
    let dir = tempfile::tempdir().unwrap();
    let data = bytes(4_000);
    let body = data.clone();
    let server = Server::start(move |s, _, from| answer(s, &body, from));
    let manifest = manifest(&[("a", &[url_source(&server.url, &data)])]);
    fetch(&manifest, dir.path()).await.unwrap();
    let file = dir.path().join("m/a");
    fs::write(&file, "something else").unwrap();
    let report = verify(&manifest, dir.path(), &[]).unwrap();
    let FileState::Damaged { expected, found } = &report[0].files[0].state else {
        panic!("{report:?}")
    };
    assert_eq!((expected, found), (&vec![sha256(&data)], &sha256(b"something else")));
    assert!(rosie_models::render::verify(&report).contains(found));

    fetch(&manifest, dir.path()).await.unwrap().into_result().unwrap();
    assert_eq!(fs::read(&file).unwrap(), data);
    fs::remove_file(&file).unwrap();
    assert_eq!(
        verify(&manifest, dir.path(), &["m".into()]).unwrap()[0].files[0].state,
        FileState::Missing
    );
    assert!(matches!(
        verify(&manifest, dir.path(), &["x".into()]),
        Err(ModelError::UnknownModel { .. })
    ));
}

#[tokio::test]
async fn trouble_with_this_machine_ends_the_fetch_and_leaves_nothing() {
    let data = bytes(100_000);
    let body = data.clone();
    let server = Server::start(move |s, _, from| answer(s, &body, from));
    let manifest = manifest(&[("a", &[url_source(&server.url, &data)])]);

    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".fetch")).unwrap();
    let part = dir.path().join(format!(".fetch/{}.part", sha256(&data)));
    symlink("/dev/full", &part).unwrap();
    let error = fetch(&manifest, dir.path()).await.unwrap_err();
    assert!(matches!(error, ModelError::DiskFull { .. }), "{error}");
    assert!(!part.exists() && !dir.path().join("m").exists());

    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    for place in [file.clone(), file.join("models")] {
        let error = fetch(&manifest, &place).await.unwrap_err();
        assert!(matches!(error, ModelError::NotWritable { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_second_fetch_waits_for_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let data = bytes(1_000);
    let body = data.clone();
    let server = Server::start(move |s, _, from| {
        thread::sleep(Duration::from_millis(200));
        answer(s, &body, from);
    });
    let manifest = manifest(&[("a", &[url_source(&server.url, &data)])]);
    let notes = Arc::new(Notes::default());
    let options = options();
    let one = || rosie_models::fetch_profile(&manifest, "small", dir.path(), &options, notes.clone());
    let (a, b) = tokio::join!(one(), one());
    let hows: Vec<_> = [a, b]
        .into_iter()
        .map(|r| r.unwrap().into_result().unwrap()[0].how.clone())
        .collect();
    assert!(hows.contains(&How::AlreadyThere), "{hows:?}");
    assert_eq!(server.requests().len(), 1);
    assert!(notes.0.lock().unwrap().iter().any(|n| n.contains("waiting")));
}
