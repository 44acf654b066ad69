//! Whatever bytes come, the server lives and answers the next one.

use crate::client::{Server, hello};
use futures_util::StreamExt;
use proptest::{prelude::*, test_runner::Config};
use serde_json::json;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Reads what comes for a moment, or to the end.
async fn drain(tcp: &mut TcpStream) {
    let mut scrap = [0; 4096];
    let reading = async { while matches!(tcp.read(&mut scrap).await, Ok(n) if n > 0) {} };
    let _ = tokio::time::timeout(Duration::from_millis(20), reading).await;
}

async fn server() -> Server {
    Server::start(|config| {
        config.hello_timeout = Duration::from_millis(200);
        config.limits.max_connections = 4096;
        config.limits.max_connections_of_one = 4096;
        config.limits.max_streams = 4096;
    })
    .await
}

fn frame() -> impl Strategy<Value = Vec<u8>> {
    let payload = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..120),
        "[ -~]{0,100}".prop_map(String::into_bytes),
        r#"\{"type":"(press|text|mute|hello|language|ping|bye)","(text|on|id|x)":(true|"a"|1|null)\}"#
            .prop_map(String::into_bytes),
    ];
    (
        any::<u8>(),
        prop_oneof![
            Just(0x81_u8),
            Just(0x82),
            Just(0x01),
            Just(0x80),
            Just(0x89),
            any::<u8>()
        ],
        payload,
    )
        .prop_map(|(mask, opcode, payload)| {
            let body: Vec<u8> = payload.iter().map(|byte| byte ^ mask).collect();
            [&[opcode, 0x80 | payload.len() as u8, mask, mask, mask, mask][..], &body].concat()
        })
}

#[test]
fn arbitrary_frames_kill_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(server());
    let frames = proptest::collection::vec(
        prop_oneof![4 => frame(), 1 => proptest::collection::vec(any::<u8>(), 0..200)],
        1..12,
    );
    proptest!(Config::with_cases(150), |(greet in any::<bool>(), frames in frames)| {
        runtime.block_on(async {
            let mut endpoint = server.endpoint().await;
            if greet {
                endpoint.send(hello()).await;
                endpoint.socket.next().await;
            }
            let tcp = endpoint.socket.get_mut();
            for frame in &frames {
                if tcp.write_all(frame).await.is_err() {
                    break;
                }
            }
            drain(tcp).await;
        });
    });
    runtime.block_on(async {
        server.welcomed().await.alive().await;
        let metrics = server.get("/metrics").await.body;
        assert!(
            !metrics.contains(r#"rosie_ws_refusals_total{code="internal"}"#),
            "{metrics}"
        );
    });
}

#[test]
fn arbitrary_requests_kill_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(server());
    let request = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        (
            "(GET|POST|PUT|HEAD|OPTIONS|BREW)",
            "/(health/|api/v1/|docs/|)[ -~]{0,20}",
            proptest::collection::vec(
                "(host|origin|upgrade|content-length|if-none-match|x): [ -~]{0,30}",
                0..6
            ),
            proptest::collection::vec(any::<u8>(), 0..100)
        )
            .prop_map(|(method, path, headers, body)| {
                let head = format!(
                    "{method} {path} HTTP/1.1\r\nhost: x\r\n{}\r\n\r\n",
                    headers.join("\r\n")
                );
                [head.as_bytes(), &body].concat()
            }),
    ];
    proptest!(Config::with_cases(200), |(bytes in request)| {
        runtime.block_on(async {
            let mut tcp = TcpStream::connect(server.address).await.unwrap();
            let _ = tcp.write_all(&bytes).await;
            drain(&mut tcp).await;
        });
    });
    runtime.block_on(async {
        assert_eq!(server.get("/health").await.status, 200);
        let metrics = server.get("/metrics").await.body;
        assert!(!metrics.contains(r#"status="500""#), "{metrics}");
        assert_eq!(server.get("/health/vad").await.json()["engine"], json!("fake"));
    });
}
