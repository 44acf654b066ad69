//! https and wss, with Rosie's own authority and without.

use crate::{
    client::{Heard, PATIENCE, Server, hello},
    openapi::{check, described, description},
    tls_client::{client, connect, endpoint, get, secure, trusting},
};
use rosie_gateway::OwnFiles;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

#[tokio::test]
async fn whoever_trusts_the_authority_is_served_under_every_name() {
    let (server, _folder) = secure(|_| {}).await;
    let authority = server.get("/ca.crt").await.body;
    for version in rustls::ALL_VERSIONS {
        let client = client(Some(&authority), &[version]);
        for name in ["localhost", "rosie.local", "127.0.0.1", "::1"] {
            let tls = connect(&server, &client, name).await.unwrap();
            let (_, connection) = tls.get_ref();
            assert_eq!(connection.protocol_version(), Some(version.version), "{name}");
        }
        let state = get(&server, &client, "localhost", "/api/v1/certificate").await;
        assert_eq!(state.status, 200);
        assert_eq!(state.json()["source"], "authority");
    }
}

#[tokio::test]
async fn who_does_not_know_the_authority_refuses_and_so_does_who_meant_another() {
    let (server, _folder) = secure(|_| {}).await;
    let (other, _other_folder) = secure(|_| {}).await;
    let refusal = |error: std::io::Error| error.to_string();
    let stranger = trusting(&other).await;
    let told = refusal(connect(&server, &stranger, "localhost").await.unwrap_err());
    assert!(
        told.contains("UnknownIssuer") || told.contains("BadSignature"),
        "{told}"
    );
    let nobody = client(None, rustls::ALL_VERSIONS);
    let told = refusal(connect(&server, &nobody, "localhost").await.unwrap_err());
    assert!(told.contains("UnknownIssuer"), "{told}");
    let told = refusal(
        connect(&server, &trusting(&server).await, "bank.example")
            .await
            .unwrap_err(),
    );
    assert!(told.contains("not valid for name"), "{told}");
}

#[tokio::test]
async fn an_endpoint_talks_and_is_told_goodbye_over_tls() {
    let (server, _folder) = secure(|_| {}).await;
    let client = trusting(&server).await;
    let mut endpoint = endpoint(&server, &client).await;
    endpoint.send(hello()).await;
    assert_eq!(endpoint.json().await["type"], "welcome");
    endpoint.alive().await;
    server.shutdown.cancel();
    assert_eq!(endpoint.json().await["type"], "going_away");
    assert_eq!(endpoint.hear().await, Heard::Closed(1001, "going-away".into()));
    let _ = endpoint.socket.close(None).await;
    drop(endpoint);
    timeout(PATIENCE, server.serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_authority_outlives_a_restart() {
    let (server, folder) = secure(|_| {}).await;
    let first = server.get("/ca.crt").await.body;
    let state = server.get("/api/v1/certificate").await.json();
    let wanted = crate::tls_client::secure_in(folder.path());
    let again = Server::start(wanted).await;
    assert_eq!(again.get("/ca.crt").await.body, first);
    let state_again = again.get("/api/v1/certificate").await.json();
    assert_eq!(state_again["fingerprint"], state["fingerprint"]);
    assert_eq!(state_again["port"], json!(again.secure.unwrap().port()));
    assert!(!first.contains("PRIVATE"), "{first}");
}

#[tokio::test]
async fn what_is_described_of_the_certificate_can_be_had() {
    let (with, _folder) = secure(|_| {}).await;
    let without = Server::plain().await;
    let (broken, _broken) = secure(|config| {
        let own = OwnFiles {
            certificate: "/nowhere/a.pem".into(),
            key: "/nowhere/b.pem".into(),
        };
        config.tls.as_mut().unwrap().own = Some(own);
    })
    .await;
    let description = description(&with).await;
    let mut seen = Vec::new();
    for (server, source) in [(&with, "authority"), (&without, "off"), (&broken, "files")] {
        for path in ["/api/v1/certificate", "/ca.crt"] {
            let reply = server.get(path).await;
            check(&description, path, "GET", &reply);
            seen.push((path.to_owned(), "get".to_owned(), reply.status));
        }
        assert_eq!(server.get("/api/v1/certificate").await.json()["source"], source);
    }
    let problem = broken.get("/api/v1/certificate").await.json()["problem"].to_string();
    assert!(
        problem.contains("server.tls.certificate") && problem.contains("/nowhere/a.pem"),
        "{problem}"
    );
    // Without a certificate there is no https; all else goes on.
    connect(&broken, &client(None, rustls::ALL_VERSIONS), "localhost")
        .await
        .unwrap_err();
    for answer in described(&description) {
        let own = ["/api/v1/certificate", "/ca.crt"].contains(&answer.0.as_str());
        assert!(!own || seen.contains(&answer), "{answer:?} was never answered");
    }
}

#[tokio::test]
async fn plain_http_where_tls_is_spoken_hears_so() {
    let (server, _folder) = secure(|_| {}).await;
    let mut tcp = TcpStream::connect(server.secure.unwrap()).await.unwrap();
    tcp.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let reply = crate::client::read_reply(&mut tcp).await;
    assert_eq!((reply.status, &reply.json()["code"]), (400, &json!("https-expected")));
    for noise in [
        &b"\x80\x01\x02"[..],
        b"\x16\x03\x01\xff\xff\xff",
        b"\x16HTTP/1.1\r\n\r\n",
    ] {
        let mut tcp = TcpStream::connect(server.secure.unwrap()).await.unwrap();
        tcp.write_all(noise).await.unwrap();
        let mut heard = Vec::new();
        let _ = timeout(PATIENCE, tcp.read_to_end(&mut heard)).await.expect("an end");
        assert!(heard.len() < 16 && !heard.starts_with(b"HTTP"), "{heard:?}");
    }
    // The next one is served as ever.
    assert_eq!(
        get(&server, &trusting(&server).await, "localhost", "/health")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_cut_at_its_deadline() {
    let (server, _folder) = secure(|config| config.header_timeout = Duration::from_millis(200)).await;
    // Nothing, and the head of a record that promises more.
    for begun in [&b""[..], b"\x16\x03\x01\x02\x00\x01"] {
        let mut tcp = TcpStream::connect(server.secure.unwrap()).await.unwrap();
        tcp.write_all(begun).await.unwrap();
        let ended = timeout(PATIENCE, tcp.read(&mut [0; 64])).await.expect("an end");
        assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    }
}

#[tokio::test]
async fn handshakes_count_as_connections() {
    let (server, folder) = secure(|config| {
        config.limits.max_connections = 1;
        config.header_timeout = Duration::from_secs(600);
    })
    .await;
    // Not asked for: that would be a connection, too.
    let authority = std::fs::read_to_string(folder.path().join("tls/authority.pem")).unwrap();
    let client = client(Some(&authority), rustls::ALL_VERSIONS);
    let silent = TcpStream::connect(server.secure.unwrap()).await.unwrap();
    // It came first and has the only place: there is none for another.
    assert!(connect(&server, &client, "localhost").await.is_err());
    drop(silent);
    let until = Instant::now() + PATIENCE;
    while connect(&server, &client, "localhost").await.is_err() {
        assert!(Instant::now() < until, "its place was never free again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
