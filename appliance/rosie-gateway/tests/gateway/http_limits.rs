//! What is refused before it costs anything: foreign pages, long heads and bodies, slow and many connections.

use crate::client::{Server, read_reply};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const EVIL: (&str, &str) = ("origin", "http://evil.example");

#[tokio::test]
async fn pages_of_other_sites_change_nothing_and_hear_nothing() {
    let server = Server::start(|config| config.allowed_origins = vec!["https://ha.example".into()]).await;
    for (method, path) in [
        ("POST", "/api/v1/config"),
        ("PUT", "/api/v1/log-level"),
        ("GET", "/api/v1/stream"),
    ] {
        let reply = server.ask(method, path, &[EVIL], "a").await;
        assert_eq!(
            (reply.status, &reply.json()["code"]),
            (403, &json!("origin-not-allowed")),
            "{path}"
        );
    }
    assert!(server.endpoint_with(&[EVIL]).await.is_err());
    assert!(
        server
            .endpoint_with(&[("origin", &format!("http://{}", server.address))])
            .await
            .is_ok()
    );
    assert!(server.endpoint_with(&[("origin", "https://ha.example")]).await.is_ok());
    let allowed = server
        .ask("POST", "/api/v1/config", &[("origin", "https://ha.example")], "a: 1")
        .await;
    assert_eq!(
        (allowed.status, allowed.header("access-control-allow-origin")),
        (200, Some("https://ha.example"))
    );
    let foreign = server.ask("GET", "/api/v1/status", &[EVIL], "").await;
    assert_eq!(foreign.header("access-control-allow-origin"), None);
    assert!(server.fake.seen(|seen| seen.filters.is_empty()));
}

/// DNS rebinding: the page's own name points at us, so its origin is "ours".
#[tokio::test]
async fn a_name_that_is_not_ours_is_not_served() {
    let server = Server::start(|config| config.allowed_hosts = vec!["rosie.example".into()]).await;
    for path in ["/", "/api/v1/turns", "/api/v1/status", "/metrics"] {
        let reply = server.ask("GET", path, &[("host", "evil.example:8000")], "").await;
        assert_eq!(
            (reply.status, &reply.json()["code"]),
            (421, &json!("host-not-allowed")),
            "{path}"
        );
        assert_eq!(
            server.ask("GET", path, &[("host", "rosie.example")], "").await.status,
            200,
            "{path}"
        );
        assert_eq!(
            server
                .ask("GET", path, &[("host", "rosie.local:8000")], "")
                .await
                .status,
            200,
            "{path}"
        );
    }
    assert_eq!(
        server
            .ask("GET", "/health", &[("host", "evil.example")], "")
            .await
            .status,
        200
    );
    let rebound = [("host", "evil.example"), ("origin", "http://evil.example")];
    assert_eq!(server.ask("POST", "/api/v1/config", &rebound, "a: 1").await.status, 421);
    let nameless = server
        .raw(b"GET /api/v1/status HTTP/1.1\r\nconnection: close\r\n\r\n")
        .await;
    assert_eq!((nameless.status, &nameless.json()["code"]), (400, &json!("bad-host")));
}

#[tokio::test]
async fn long_heads() {
    let server = Server::plain().await;
    let long = "x".repeat(20_000);
    let reply = server.ask("GET", "/api/v1/status", &[("x-long", &long)], "").await;
    assert_eq!((reply.status, &reply.json()["code"]), (431, &json!("headers-too-big")));
    let names: Vec<String> = (0..100).map(|n| format!("x-{n}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let reply = server.ask("GET", "/api/v1/status", &many, "").await;
    assert_eq!((reply.status, &reply.json()["code"]), (431, &json!("headers-too-big")));
    // Far over the limit nothing is kept to explain it with.
    let reply = server
        .ask("GET", "/api/v1/status", &[("x-long", &"x".repeat(200_000))], "")
        .await;
    assert_eq!(reply.status, 431);
    let reply = server.get(&format!("/{}", "x".repeat(100_000))).await;
    assert!([414, 431].contains(&reply.status), "{}", reply.status);
}

#[tokio::test]
async fn what_is_not_http() {
    let server = Server::plain().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n \r\n\r\n\r\n",
    ] {
        assert_eq!(server.raw(bytes).await.status, 400, "{bytes:?}");
    }
    let both = b"POST /api/v1/config HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd";
    assert_eq!(server.raw(both).await.status, 400);
    assert_eq!(server.get("/health").await.status, 200);
}

#[tokio::test]
async fn long_bodies_are_refused_whether_they_say_so_or_not() {
    let server = Server::plain().await;
    let declared = format!(
        "POST /api/v1/config HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        2 << 20
    );
    let reply = server.raw(declared.as_bytes()).await;
    assert_eq!((reply.status, &reply.json()["code"]), (413, &json!("body-too-big")));
    let mut chunked =
        b"POST /api/v1/config HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..40 {
        chunked.extend(b"8000\r\n");
        chunked.extend([b'a'; 0x8000]);
        chunked.extend(b"\r\n");
    }
    let reply = server.raw(&chunked).await;
    assert_eq!((reply.status, &reply.json()["code"]), (413, &json!("body-too-big")));
    assert!(server.fake.seen(|seen| seen.documents.is_empty()));
}

#[tokio::test]
async fn a_head_that_trickles_is_cut_off_and_told_why() {
    let server = Server::start(|config| config.header_timeout = Duration::from_millis(300)).await;
    let began = Instant::now();
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    tcp.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nx-slow")
        .await
        .unwrap();
    let reply = read_reply(&mut tcp).await;
    assert_eq!((reply.status, &reply.json()["code"]), (408, &json!("header-timeout")));
    assert!(began.elapsed() >= Duration::from_millis(250));
    // One that says nothing at all gets nothing.
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let mut heard = Vec::new();
    silent.read_to_end(&mut heard).await.unwrap();
    assert!(heard.is_empty());
}

#[tokio::test]
async fn connections_over_the_limit_are_told() {
    let server = Server::start(|config| config.limits.max_connections = 2).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut tcp = TcpStream::connect(server.address).await.unwrap();
        tcp.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        tcp.read_u8().await.unwrap();
        held.push(tcp);
    }
    let refused = server.get("/health").await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (503, &json!("too-many-connections"))
    );
    drop(held);
    for _ in 0..200 {
        if server.get("/health").await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a connection that ended was not given back");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::plain().await;
    let one = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    let last = "GET /api/v1/log-level HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    tcp.write_all((one.repeat(50) + last).as_bytes()).await.unwrap();
    let mut text = String::new();
    tcp.read_to_string(&mut text).await.unwrap();
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 50);
    assert!(text.rfind("HTTP/1.1 405").unwrap() > text.rfind("HTTP/1.1 200").unwrap());
}
