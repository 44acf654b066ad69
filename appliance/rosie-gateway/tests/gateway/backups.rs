//! Backups over HTTP: every answer that the description names can be had.

use crate::{
    client::Server,
    fake_backups::{BYTES, NAME},
    openapi::{check, described, description},
};
use std::time::Duration;

/// Method, path as described, the backup's name, headers, body.
type Asked<'a> = (&'a str, &'a str, &'a str, Vec<(&'a str, &'a str)>, &'a str);

#[tokio::test]
async fn every_answer_of_the_backups_can_be_had() {
    let server = Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.limits.max_backup_bytes = 1000;
        config.limits.transfer_stall = Duration::from_millis(200);
        config.body_timeout = Duration::from_millis(200);
    })
    .await;
    let description = description(&server).await;
    let mut seen = Vec::new();
    let evil = ("origin", "http://evil.example");
    let (all, one) = ("/api/v1/backups", "/api/v1/backups/{name}");
    let (preview, restore) = ("/api/v1/backups/{name}/preview", "/api/v1/backups/{name}/restore");
    let asked: Vec<Asked<'_>> = vec![
        ("GET", all, "", vec![], ""),
        ("POST", all, "", vec![], "{\"keys\": true}"),
        ("POST", all, "", vec![], "{\"keys\": false}"),
        ("POST", all, "", vec![], "{\"keys\": false}"),
        ("POST", all, "", vec![], "{}"),
        ("POST", all, "", vec![evil], "{\"keys\": true}"),
        ("GET", one, NAME, vec![], ""),
        ("GET", one, "broken.rosie-backup", vec![], ""),
        ("GET", one, "none", vec![], ""),
        ("PUT", one, NAME, vec![], BYTES),
        ("PUT", one, "none", vec![], BYTES),
        ("PUT", one, NAME, vec![evil], BYTES),
        ("DELETE", one, NAME, vec![], ""),
        ("DELETE", one, "none", vec![], ""),
        ("DELETE", one, NAME, vec![evil], ""),
        ("POST", preview, NAME, vec![], "{}"),
        ("POST", preview, NAME, vec![], "{\"passphrase\": \"busy\"}"),
        ("POST", preview, "none", vec![], "{}"),
        ("POST", preview, NAME, vec![], "{\"word\": 1}"),
        ("POST", preview, NAME, vec![evil], "{}"),
        ("POST", restore, NAME, vec![], "{\"parts\": [\"memory\"]}"),
        ("POST", restore, NAME, vec![], "{\"parts\": [\"configuration\"]}"),
        ("POST", restore, "none", vec![], "{\"parts\": [\"memory\"]}"),
        (
            "POST",
            restore,
            NAME,
            vec![],
            "{\"parts\": [\"memory\"], \"passphrase\": \"busy\"}",
        ),
        ("POST", restore, NAME, vec![], "{\"parts\": [\"spoons\"]}"),
        ("POST", restore, NAME, vec![evil], "{\"parts\": []}"),
    ];
    for (method, path, name, headers, body) in asked {
        let reply = server.ask(method, &path.replace("{name}", name), &headers, body).await;
        check(&description, path, method, &reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
    }
    for (method, path) in [("POST", all), ("PUT", one), ("POST", preview), ("POST", restore)] {
        let target = path.replace("{name}", NAME);
        for length in ["9", "99999999"] {
            let head = format!(
                "{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
            );
            let reply = server.raw(head.as_bytes()).await;
            check(&description, path, method, &reply);
            seen.push((path.to_owned(), method.to_lowercase(), reply.status));
        }
        let broken = format!(
            "{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n"
        );
        let reply = server.raw(broken.as_bytes()).await;
        check(&description, path, method, &reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
    }
    for (path, method, status) in described(&description)
        .into_iter()
        .filter(|(path, ..)| path.starts_with(all))
    {
        // When four files are on their way nobody else may send or fetch one: tests of the memory hold that.
        if (path.as_str(), method.as_str(), status) == (one, "put", 503) {
            continue;
        }
        assert!(
            seen.contains(&(path.clone(), method.clone(), status)),
            "{method} {path} {status} was never answered"
        );
    }
}

#[tokio::test]
async fn a_backup_is_downloaded_as_a_file_of_its_name() {
    let server = Server::start(|_| {}).await;
    let reply = server.get(&format!("/api/v1/backups/{NAME}")).await;
    // Piece by piece, with the length of each before it; the last is empty.
    assert_eq!(reply.body, format!("{:x}\r\n{BYTES}\r\n0\r\n\r\n", BYTES.len()));
    assert!(reply.header("content-disposition").unwrap().contains(NAME));
    let sent = server
        .ask("PUT", "/api/v1/backups/x.rosie-backup", &[], "twelve bytes")
        .await;
    assert_eq!(sent.json()["bytes"], 12);
}
