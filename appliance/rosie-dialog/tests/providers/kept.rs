//! Kept connections that the server has closed meanwhile.
//!
//! llama.cpp's server promises `Keep-Alive: timeout=5` and hangs up after every stream. On a busy machine the next
//! request was written into that connection, and the tier counted as unreachable in the middle of a talk.

use crate::common::*;
use rosie_dialog::llm::{LlmError, ProviderKind, provider};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const ANSWER: &str =
    "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

/// Takes one request.
async fn taken(stream: &mut TcpStream) -> bool {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse::<usize>()
                .ok()
        });
        if body.len() >= length.unwrap_or(0) {
            return true;
        }
    }
    false
}

/// Answers the first `answers` requests of each connection, and hangs up when another comes. Counts connections.
async fn hanging_up(answers: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                for _ in 0..answers {
                    if !taken(&mut stream).await {
                        return;
                    }
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\
                                keep-alive: timeout=5, max=100\r\n\r\n";
                    let whole = format!("{head}{:x}\r\n{ANSWER}\r\n0\r\n\r\n", ANSWER.len());
                    if stream.write_all(whole.as_bytes()).await.is_err() {
                        return;
                    }
                }
                taken(&mut stream).await;
            });
        }
    });
    (address, connections)
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_costs_no_answer() {
    let (address, connections) = hanging_up(1).await;
    let llama = provider(model(ProviderKind::LlamaCpp, &address)).unwrap();
    for _ in 0..5 {
        let heard = ask(&*llama, &question()).await;
        assert_eq!((heard.error, heard.text.as_str()), (None, "Yes."));
        // The connection goes back to be kept.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(
        connections.load(Ordering::SeqCst),
        5,
        "each was closed under the next request"
    );
    assert_eq!(
        llama.models(Duration::from_secs(5)).await.map(|models| models.len()),
        Ok(0)
    );
}

#[tokio::test]
async fn one_that_always_hangs_up_is_given_up() {
    let (address, connections) = hanging_up(0).await;
    let llama = provider(model(ProviderKind::LlamaCpp, &address)).unwrap();
    let heard = ask(&*llama, &question()).await;
    assert!(
        matches!(heard.error, Some(LlmError::Unreachable { .. })),
        "{:?}",
        heard.error
    );
    assert!(connections.load(Ordering::SeqCst) <= 4, "{connections:?}");
}
