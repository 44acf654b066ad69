//! Plain HTTP where it only leads to https.

use crate::{
    client::Server,
    tls_client::{get, secure, trusting},
};
use rosie_core::network::Link;
use rosie_gateway::Plain;
use tempfile::TempDir;

async fn redirecting() -> (Server, TempDir) {
    secure(|config| config.plain = Plain::Redirect).await
}

#[tokio::test]
async fn everything_leads_to_https_with_its_host_and_path() {
    let (server, _folder) = redirecting().await;
    let port = server.secure.unwrap().port();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/memory?tab=1"),
        ("POST", "/api/v1/config"),
        ("GET", "/api/v1/stream"),
        ("GET", "/metrics"),
    ] {
        let reply = server.ask(method, path, &[("host", "rosie.local:8000")], "").await;
        assert_eq!(reply.status, 308, "{method} {path}");
        assert_eq!(
            reply.header("location"),
            Some(format!("https://rosie.local:{port}{path}").as_str())
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.body, "");
    }
    let reply = server.ask("GET", "/", &[("host", "[::1]:8000")], "").await;
    assert_eq!(
        reply.header("location"),
        Some(format!("https://[::1]:{port}/").as_str())
    );
    // A name that a page of the internet could have leads nowhere.
    assert_eq!(
        server.ask("GET", "/", &[("host", "evil.example")], "").await.status,
        421
    );
    assert!(server.endpoint_with(&[]).await.is_err());
    // There it is.
    let there = get(&server, &trusting(&server).await, "localhost", "/api/v1/status").await;
    assert_eq!(there.status, 200);
}

#[tokio::test]
async fn what_is_needed_before_https_is_trusted_stays() {
    let (server, _folder) = redirecting().await;
    for path in [
        "/health",
        "/health/vad",
        "/ca.crt",
        "/certificate",
        "/api/v1/certificate",
        "/style/base.css",
        "/js/certificate/main.js",
    ] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_phone_at_the_access_point_sets_up_without_a_certificate() {
    let (server, _folder) = redirecting().await;
    assert_eq!(server.get("/network").await.status, 308);
    server.fake.seen(|seen| seen.link = Link::AccessPoint);
    assert_eq!(server.get("/network").await.status, 200);
    assert_eq!(server.get("/api/v1/network").await.status, 200);
}
