//! Starting where something is wrong, and ending.

use crate::{
    client::{Heard, Server, hello},
    fake::Fake,
};
use rosie_gateway::{Gateway, GatewayConfig, Metrics};
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

fn bind(listen: &[&str]) -> Result<Gateway, String> {
    let listen = listen.iter().map(|address| address.parse().unwrap()).collect();
    let config = GatewayConfig {
        listen,
        ..Default::default()
    };
    let metrics = Arc::new(Metrics::new().unwrap());
    Gateway::bind(config, Arc::new(Fake::default()), metrics).map_err(|error| error.to_string())
}

#[tokio::test]
async fn an_address_that_cannot_be_had_says_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = bind(&[&taken.local_addr().unwrap().to_string()]).err().unwrap();
    assert!(error.contains("in use") && error.contains("server.listen"), "{error}");
    let error = bind(&["192.0.2.1:8000"]).err().unwrap();
    assert!(error.contains("not an address of this machine"), "{error}");
    let error = bind(&[]).err().unwrap();
    assert!(error.contains("server.listen"), "{error}");
}

#[tokio::test]
async fn several_addresses_at_once() {
    let gateway = bind(&["127.0.0.1:0", "127.0.0.2:0"]).unwrap();
    let addresses = gateway.addresses();
    let shutdown = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(gateway.serve(shutdown.clone()));
    for address in addresses {
        let mut tcp = TcpStream::connect(address).await.unwrap();
        tcp.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut text = String::new();
        tcp.read_to_string(&mut text).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    shutdown.cancel();
    serving.await.unwrap();
}

#[tokio::test]
async fn streams_hear_that_the_appliance_goes_away() {
    let server = Server::plain().await;
    let mut endpoint = server.welcomed().await;
    let mut early = server.endpoint().await;
    // An idle connection of a browser must not hold anything up.
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    idle.read_u8().await.unwrap();
    let began = Instant::now();
    server.shutdown.cancel();
    for endpoint in [&mut endpoint, &mut early] {
        let goodbye = endpoint.json().await;
        assert_eq!(
            (&goodbye["type"], &goodbye["retry_after_ms"]),
            (&json!("going_away"), &json!(2000))
        );
        assert_eq!(endpoint.hear().await, Heard::Closed(1001, "going-away".into()));
        let _ = endpoint.socket.close(None).await;
    }
    drop((endpoint, early));
    server.serving.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(TcpStream::connect(server.address).await.is_err());
    assert_eq!(
        server.fake.seen(|seen| (seen.ended, seen.dropped)),
        (0, 1),
        "the session may be resumed"
    );
}

/// A request that is being answered is answered; one that never ends is cut when the grace time is over.
#[tokio::test]
async fn what_began_is_finished_within_the_grace_time() {
    let server = Server::start(|config| config.grace = Duration::from_millis(400)).await;
    let body = "a: 1\n";
    let head = format!(
        "POST /api/v1/config HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut working = TcpStream::connect(server.address).await.unwrap();
    working.write_all(head.as_bytes()).await.unwrap();
    let mut stuck = TcpStream::connect(server.address).await.unwrap();
    stuck
        .write_all(b"POST /api/v1/config HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(30)).await;
    server.shutdown.cancel();
    let mut text = String::new();
    working.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    tokio::time::timeout(Duration::from_secs(5), server.serving)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stuck.read(&mut [0; 64]).await.unwrap_or(0), 0);
}

/// An endpoint that does not read its goodbye cannot keep the appliance up.
#[tokio::test]
async fn a_silent_endpoint_does_not_hold_up_the_end() {
    let server = Server::start(|config| config.grace = Duration::from_millis(300)).await;
    let mut endpoint = server.endpoint().await;
    endpoint.send(hello()).await;
    server.shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(5), server.serving)
        .await
        .unwrap()
        .unwrap();
}
