//! The network over HTTP: every answer that the description names can be had, and the door is one only while it is open.

use crate::{
    client::Server,
    openapi::{check, described, description},
};
use rosie_core::network::Link;
use std::time::Duration;

const PATH: &str = "/api/v1/network";

#[tokio::test]
async fn every_answer_of_the_network_can_be_had() {
    let server = Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.body_timeout = Duration::from_millis(200);
    })
    .await;
    let description = description(&server).await;
    let mut seen = Vec::new();
    let evil = ("origin", "http://evil.example");
    let good = "{\"ssid\": \"Home\", \"password\": \"s3cr3t-word\", \"country\": \"DE\"}";
    let asked = [
        ("GET", vec![], ""),
        ("POST", vec![], good),
        ("POST", vec![evil], good),
        (
            "POST",
            vec![],
            "{\"ssid\": \"Home\", \"password\": \"short\", \"country\": \"DE\"}",
        ),
        (
            "POST",
            vec![],
            "{\"ssid\": \"busy\", \"country\": \"DE\", \"hidden\": true}",
        ),
        (
            "POST",
            vec![],
            "{\"ssid\": \"Home\", \"pass\": \"s3cr3t-word\", \"country\": \"DE\"}",
        ),
    ];
    for (method, headers, body) in asked {
        let reply = server.ask(method, PATH, &headers, body).await;
        check(&description, PATH, method, &reply);
        assert!(!reply.body.contains("s3cr3t"), "{}", reply.body);
        seen.push((PATH.to_owned(), method.to_lowercase(), reply.status));
    }
    for length in ["9", "99999999"] {
        let head = format!("POST {PATH} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        let reply = server.raw(head.as_bytes()).await;
        check(&description, PATH, "POST", &reply);
        seen.push((PATH.to_owned(), "post".to_owned(), reply.status));
    }
    for answer in described(&description) {
        assert!(
            answer.0 != PATH || seen.contains(&answer),
            "{answer:?} was never answered"
        );
    }
}

#[tokio::test]
async fn a_phone_at_the_access_point_is_led_to_the_page_and_nobody_else_is() {
    let server = Server::start(|_| {}).await;
    let phones = [
        ("captive.apple.com", "/hotspot-detect.html"),
        ("connectivitycheck.gstatic.com", "/generate_204"),
        ("www.msftconnecttest.com", "/connecttest.txt"),
        ("detectportal.firefox.com", "/canonical.html"),
    ];
    for link in [Link::Wired, Link::Joining, Link::AccessPoint] {
        server.fake.seen(|seen| seen.link = link);
        for (host, path) in phones {
            let reply = server.ask("GET", path, &[("host", host)], "").await;
            let led = (reply.status, reply.header("location")) == (302, Some("http://127.0.0.1/network"));
            assert_eq!(led, link == Link::AccessPoint, "{link:?} {host}: {}", reply.status);
            assert!(led || reply.status == 421, "{link:?} {host}: {}", reply.status);
        }
        // What changes something is not led on.
        let reply = server.ask("POST", PATH, &[("host", "evil.example")], "{}").await;
        assert_eq!(reply.status, 421, "{link:?}");
        // Where she is asked by her own address she answers as ever.
        assert_eq!(server.ask("GET", "/network", &[], "").await.status, 200);
    }
}
