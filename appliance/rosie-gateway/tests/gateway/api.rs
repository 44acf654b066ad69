//! Every route by its answer.

use crate::client::Server;
use rosie_core::record::TurnObserver;
use serde_json::json;

#[tokio::test]
async fn health_of_the_daemon_and_of_its_parts() {
    let server = Server::plain().await;
    let alive = server.get("/health").await;
    assert_eq!((alive.status, alive.body.as_str()), (200, r#"{"status":"alive"}"#));
    assert_eq!(server.get("/health/vad").await.status, 200);
    assert_eq!(server.get("/health/memory").await.status, 200);
    assert_eq!(server.get("/health/tts").await.status, 200, "degraded still serves");
    let llm = server.get("/health/llm").await;
    assert_eq!(llm.status, 503);
    assert_eq!(llm.json()["health"]["reason"], "the model is missing: run make models");
    let unknown = server.get("/health/nose").await;
    assert_eq!((unknown.status, &unknown.json()["code"]), (404, &json!("unknown-part")));
    assert_eq!(unknown.json()["hint"], "known parts are llm, memory, stt, tts, vad");
    let unknown = server.get("/health/integrations/toaster").await;
    assert_eq!(unknown.json()["hint"], "known parts are away, home_assistant");
    assert_eq!(server.get("/health/a/b").await.status, 404);
    assert_eq!(server.get("/health/").await.status, 404);
    assert_eq!(server.get("/api/v1/health").await.json()["status"], "impaired");
}

#[tokio::test]
async fn the_configuration_is_taken_whole_or_refused_with_every_mistake() {
    let server = Server::plain().await;
    let applied = server.ask("POST", "/api/v1/config", &[], "stt: {model: base}\n").await;
    assert_eq!(
        (applied.status, applied.json()),
        (200, json!({"rebuilt": ["stt"], "needs_restart": ["server.listen"]}))
    );
    assert_eq!(
        server.fake.seen(|seen| seen.documents.clone()),
        ["stt: {model: base}\n"]
    );
    let refused = server.ask("POST", "/api/v1/config", &[], "wrong: 1\n").await;
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.json()["mistakes"][1],
        json!({"key": "stt.wrong", "message": "no such key"})
    );
    let fault = server.ask("POST", "/api/v1/config", &[], "panic").await;
    assert_eq!((fault.status, &fault.json()["code"]), (500, &json!("internal")));
    assert_eq!(server.get("/health").await.status, 200);
}

/// Half a configuration would be none: one that began is carried to its end, whoever goes away.
#[tokio::test]
async fn a_browser_that_leaves_does_not_interrupt_the_configuration() {
    let server = Server::plain().await;
    let body = "a: 1\n";
    let head = format!(
        "POST /api/v1/config HTTP/1.1\r\nhost: rosie\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut tcp = tokio::net::TcpStream::connect(server.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut tcp, head.as_bytes())
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    drop(tcp);
    for _ in 0..200 {
        if server.fake.seen(|seen| seen.documents.len()) == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the configuration was not applied");
}

#[tokio::test]
async fn the_log_filter() {
    let server = Server::plain().await;
    let path = "/api/v1/log-level";
    let set = server
        .ask("PUT", path, &[], r#"{"filter": "info,rosie_speech=debug"}"#)
        .await;
    assert_eq!(
        (set.status, set.json()),
        (200, json!({"filter": "info,rosie_speech=debug"}))
    );
    assert_eq!(
        server.fake.seen(|seen| seen.filters.clone()),
        ["info,rosie_speech=debug"]
    );
    assert_eq!(server.ask("PUT", path, &[], r#"{"filter": "!"}"#).await.status, 422);
    for body in ["", "{}", r#"{"level": "info"}"#, "\u{0}"] {
        assert_eq!(server.ask("PUT", path, &[], body).await.status, 400, "{body:?}");
    }
}

#[tokio::test]
async fn wrong_paths_and_wrong_methods() {
    let server = Server::plain().await;
    let missing = server.get("/api/v1/nothing").await;
    assert_eq!((missing.status, &missing.json()["code"]), (404, &json!("not-found")));
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/docs/../../Cargo.toml",
    ] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
    let wrong = server.ask("DELETE", "/api/v1/config", &[], "").await;
    assert_eq!(
        (wrong.status, wrong.header("allow")),
        (405, Some("GET, POST, HEAD, OPTIONS"))
    );
    let page = server.ask("POST", "/docs", &[], "").await;
    assert_eq!((page.status, page.header("allow")), (405, Some("GET, HEAD")));
    let options = server.ask("OPTIONS", "/api/v1/log-level", &[], "").await;
    assert_eq!((options.status, options.header("allow")), (204, Some("PUT, OPTIONS")));
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = Server::plain().await;
    for path in ["/health", "/api/v1/status", "/docs", "/api/v1/openapi.json"] {
        let (get, head) = (server.get(path).await, server.ask("HEAD", path, &[], "").await);
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("content-length"), get.header("content-length"), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
}

#[tokio::test]
async fn the_pages_come_with_their_policy_and_are_not_sent_twice() {
    let server = Server::plain().await;
    for (path, kind) in [
        ("/", "text/html"),
        ("/docs", "text/html"),
        ("/docs/docs.js", "text/javascript"),
        ("/docs/docs.css", "text/css"),
    ] {
        let page = server.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").unwrap().starts_with(kind), "{path}");
        assert!(
            page.header("content-security-policy")
                .unwrap()
                .contains("default-src 'self'"),
            "{path}"
        );
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        let tag = page.header("etag").unwrap();
        let again = server.ask("GET", path, &[("if-none-match", tag)], "").await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
    }
    assert_eq!(server.get("/").await.body, server.get("/index.html").await.body);
}

/// What the policy forbids would be a page that does not work.
#[tokio::test]
async fn the_pages_need_nothing_that_their_policy_forbids() {
    let server = Server::plain().await;
    for path in ["/", "/docs"] {
        let html = server.get(path).await.body;
        for piece in html.split("<script").skip(1) {
            let tag = piece.split('>').next().unwrap();
            assert!(tag.contains("src="), "an inline script in {path}: <script{tag}>");
        }
        assert!(!html.contains("<style"), "an inline style in {path}");
        assert!(
            !html.contains("http://") && !html.contains("https://"),
            "something from elsewhere in {path}"
        );
    }
}

#[tokio::test]
async fn metrics_tell_of_turns_requests_engines_and_the_process() {
    let server = Server::plain().await;
    server.metrics.turn_finished(&crate::fake_record::turn());
    server.get("/health").await;
    server.get("/nothing").await;
    let metrics = server.get("/metrics").await;
    assert_eq!(
        metrics.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    for line in [
        r#"rosie_stage_seconds_bucket{stage="voice_to_voice",le="0.1"} 0"#,
        r#"rosie_stage_seconds_bucket{stage="voice_to_voice",le="0.15"} 1"#,
        r#"rosie_stage_seconds_sum{stage="playback"} 0.12"#,
        r#"rosie_turns_total{outcome="answered",tier="local"} 1"#,
        r#"rosie_http_requests_total{route="/health",status="200"} 1"#,
        r#"rosie_http_requests_total{route="(page)",status="404"} 1"#,
        r#"rosie_engine_up{engine="llm"} 0"#,
        r#"rosie_engine_queue_depth{engine="stt"} 3"#,
        r#"rosie_engine_dropped_total{engine="stt"} 2"#,
        r#"rosie_sessions{connected="true"} 1"#,
        r#"rosie_session_dropped_frames 4"#,
        r#"rosie_build_info{version="9.9.9"} 1"#,
        "process_start_time_seconds 1700000000",
        "# TYPE rosie_stage_seconds histogram",
        "# TYPE process_cpu_seconds_total counter",
    ] {
        assert!(metrics.body.contains(line), "{line} is not in\n{}", metrics.body);
    }
    let memory = metrics
        .body
        .lines()
        .find_map(|line| line.strip_prefix("process_resident_memory_bytes "));
    assert!(memory.unwrap().parse::<f64>().unwrap() > 1e6);
}
