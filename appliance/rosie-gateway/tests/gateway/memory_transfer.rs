//! Taking the memory out and bringing one in: whole or not at all, and never held as a whole.

use crate::{
    client::{Server, read_reply},
    memory::{house, refused},
};
use rosie_core::{ErrorCode, Failure};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const EXPORT: &str = "/api/v1/memory/export";
const IMPORT: &str = "/api/v1/memory/import";

/// The bytes of a chunked body, and whether it came to its end.
fn unchunked(body: &str) -> (String, bool) {
    let (mut rest, mut whole) = (body, String::new());
    loop {
        let Some((size, after)) = rest.split_once("\r\n") else {
            return (whole, false);
        };
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return (whole, true);
        }
        if after.len() < size + 2 {
            return (whole, false);
        }
        whole += &after[..size];
        rest = &after[size + 2..];
    }
}

#[tokio::test]
async fn what_is_taken_out_comes_in_again_as_it_was() {
    let server = house().await;
    let out = server.get(EXPORT).await;
    assert_eq!(
        (out.status, out.header("content-type")),
        (200, Some("application/json"))
    );
    assert!(out.header("content-disposition").unwrap().starts_with("attachment;"));
    let (text, ended) = unchunked(&out.body);
    assert!(ended);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["records"].as_array().unwrap().len(), 8);

    let other = Server::plain().await;
    let taken = other.ask("POST", IMPORT, &[], &text).await;
    assert_eq!(
        (taken.status, taken.json()),
        (200, json!({"messages": 5, "facts": 3, "documents": 0, "chunks": 0}))
    );
    let (there, here) = (other.fake.memories(), server.fake.memories());
    assert_eq!(
        there.with(|kept| kept.records.clone()),
        here.with(|kept| kept.records.clone())
    );
    let head = server.ask("HEAD", EXPORT, &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn a_file_that_is_none_of_ours_changes_nothing_and_its_place_is_named() {
    let server = house().await;
    for (body, place) in [
        (
            "{\"rosie_memory\": 1,\n \"settings\": {}, \"records\": [1]}",
            "line 2 column",
        ),
        ("{\"rosie_memory\": 1, \"settings\": {}, \"records\": [", "EOF"),
        ("", "EOF"),
        ("PK\u{3}\u{4}", "line 1 column 1"),
    ] {
        let reply = server.ask("POST", IMPORT, &[], body).await;
        refused(&reply, 422, "bad-request");
        assert!(
            reply.json()["message"].as_str().unwrap().contains(place),
            "{}",
            reply.body
        );
        assert!(reply.json()["hint"].as_str().unwrap().contains("nothing was changed"));
    }
    assert_eq!(server.fake.memories().with(|kept| kept.records.len()), 8);
}

/// Half a file that happens to be a whole document must not be taken in: the memory hears that it broke off.
#[tokio::test]
async fn an_upload_that_breaks_off_changes_nothing() {
    let server = Server::start(|config| config.limits.transfer_stall = Duration::from_millis(300)).await;
    let whole = "{\"rosie_memory\":1,\"settings\":{\"retention_days\":7},\"records\":[]}";
    let head = format!(
        "POST {IMPORT} HTTP/1.1\r\nhost: {}\r\ncontent-length: 999\r\n\r\n{whole}",
        server.address
    );
    let mut gone = TcpStream::connect(server.address).await.unwrap();
    gone.write_all(head.as_bytes()).await.unwrap();
    drop(gone);
    let mut still = TcpStream::connect(server.address).await.unwrap();
    still.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    still.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
    let memory = server.fake.memories();
    for _ in 0..500 {
        if memory.with(|kept| kept.imports_ended) == 2 {
            assert_eq!(memory.with(|kept| kept.settings.retention_days), None);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("an import waited for ever");
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused() {
    let server = Server::start(|config| config.limits.max_import_bytes = 100).await;
    refused(
        &server.ask("POST", IMPORT, &[], &"x".repeat(101)).await,
        413,
        "body-too-big",
    );
    let chunked = format!(
        "POST {IMPORT} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{}\r\n0\r\n\r\n",
        "x".repeat(255)
    );
    refused(&server.raw(chunked.as_bytes()).await, 413, "body-too-big");
}

/// Whoever reads slowly holds a few pieces up, not the memory in main memory; whoever stops reading is cut.
#[tokio::test]
async fn a_browser_that_does_not_read_holds_little_and_not_for_ever() {
    let server = Server::start(|config| config.limits.transfer_stall = Duration::from_millis(700)).await;
    let memory = server.fake.memories();
    memory.with(|kept| {
        kept.add_message("c", "kitchen", None, 1, &"long ".repeat(2000));
        kept.repeat = 20_000;
    });
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    let ask = format!("GET {EXPORT} HTTP/1.1\r\nhost: {}\r\n\r\n", server.address);
    tcp.write_all(ask.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let given = memory.with(|kept| kept.exported);
    assert!(
        (1..4000).contains(&given),
        "{given} pieces of 20000 were made for one who reads none"
    );
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(memory.with(|kept| kept.exported) < 4000);
    let mut rest = Vec::new();
    let _ = tcp.read_to_end(&mut rest).await;
    assert!(!rest.ends_with(b"0\r\n\r\n"), "a file that was cut must not look whole");
}

#[tokio::test]
async fn a_failure_before_the_file_is_told_and_one_within_cuts_it() {
    let server = house().await;
    let memory = server.fake.memories();
    memory.with(|kept| kept.breaks = true);
    let out = server.get(EXPORT).await;
    let (text, ended) = unchunked(&out.body);
    assert_eq!((out.status, ended), (200, false));
    assert!(serde_json::from_str::<Value>(&text).is_err());
    memory.with(|kept| kept.fails = Some(Failure::new(ErrorCode::MemoryUnavailable, "the disk does not answer")));
    refused(&server.get(EXPORT).await, 503, "memory-unavailable");
    memory.with(|kept| kept.fails = None);
    assert_eq!(server.get("/api/v1/memory/stats").await.status, 200);
}

#[tokio::test]
async fn an_export_ends_with_the_appliance() {
    let server = Server::start(|config| {
        config.grace = Duration::from_millis(100);
        config.limits.transfer_stall = Duration::from_secs(60);
    })
    .await;
    server.fake.memories().with(|kept| {
        kept.add_message("c", "kitchen", None, 1, &"long ".repeat(2000));
        kept.repeat = 20_000;
    });
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    tcp.write_all(format!("GET {EXPORT} HTTP/1.1\r\nhost: {}\r\n\r\n", server.address).as_bytes())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(20), server.serving)
        .await
        .expect("it ends")
        .unwrap();
    let mut waiting = TcpStream::connect(server.address).await;
    if let Ok(tcp) = &mut waiting {
        assert_eq!(read_reply(tcp).await.status, 503);
    }
}
