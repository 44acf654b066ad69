//! The memory's part of the description is true: every answer that it names can be had, and its examples fit.

use crate::{
    client::{Reply, Server},
    memory::id,
    openapi::{check, described, description},
};
use rosie_core::memory::NewFact;
use serde_json::{Value, json};
use std::time::Duration;

/// A message, a fact and a document, in this order.
async fn server(missing: bool) -> Server {
    let server = Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.limits.max_import_bytes = 1000;
        config.limits.transfer_stall = Duration::from_millis(200);
        config.body_timeout = Duration::from_millis(200);
    })
    .await;
    server.fake.seen(|seen| seen.memory_missing = missing);
    server.fake.memories().with(|kept| {
        kept.add_message("c", "kitchen", Some("anna"), 1, "hello");
        let fact = json!({"subject": "a", "predicate": "name", "object": "b"});
        kept.add_fact(serde_json::from_value::<NewFact>(fact).unwrap(), 2);
        kept.upload(rosie_core::memory::Upload {
            name: "a.txt".into(),
            bytes: b"a\n\nb".to_vec(),
            ..Default::default()
        });
    });
    server
}

/// The path with an id that is there, or with one that is not.
fn address(path: &str, method: &str, there: bool) -> String {
    let kind = ["messages", "facts", "documents"]
        .iter()
        .position(|kind| path.contains(kind));
    let id = if there {
        id(kind.unwrap_or(0) as u64 + 1)
    } else {
        id(99)
    };
    let path = path.replace("{id}", &id);
    if path.contains("documents") && ["POST", "PUT"].contains(&method) {
        format!("{path}?name=a.txt")
    } else {
        path
    }
}

/// What is right, what is no JSON, and what cannot be meant, for each operation with a body.
fn bodies(operation: &str) -> (String, String, String) {
    let (right, refused) = match operation {
        "queryMemory" => (json!({"text": "hello"}), json!({"k": 0})),
        "editMessage" | "editFact" | "editDocument" => (json!({"text": "x"}), json!({})),
        "addFact" => (
            json!({"subject": "a", "predicate": "age", "object": "9"}),
            json!({"subject": "a", "predicate": "b c", "object": "9"}),
        ),
        "deleteMemories" => (json!({"ids": [id(1)]}), json!({"ids": []})),
        "clearMemory" => (
            json!({"everything": true, "confirm": "delete"}),
            json!({"everything": true}),
        ),
        "setMemorySettings" => (json!({"retention_days": 9}), json!({"retention_days": 0})),
        "importMemory" => (json!({"rosie_memory": 1, "settings": {}, "records": []}), json!({})),
        "addDocument" | "replaceDocument" => return ("text".into(), String::new(), String::new()),
        other => panic!("{other} has no example here"),
    };
    (right.to_string(), "{".into(), refused.to_string())
}

/// Brings the answer of one status about.
async fn bring(server: &Server, path: &str, method: &str, operation: &Value, status: u16) -> Reply {
    let name = operation["operationId"].as_str().unwrap();
    let body = if operation["requestBody"].is_null() {
        Default::default()
    } else {
        bodies(name)
    };
    let there = address(path, method, true);
    let raw = |length: usize, body: &[u8]| {
        let head =
            format!("{method} {there} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        [head.as_bytes(), body].concat()
    };
    match (status, method) {
        (400, "GET") => server.ask(method, &format!("{path}?limit=x"), &[], "").await,
        (400, _) if name.ends_with("Document") && name != "editDocument" => {
            let form = [("content-type", "multipart/form-data; boundary=x")];
            server.ask(method, &there, &form, "no form").await
        }
        // A file that breaks off: the head promises more than comes, in pieces that are none.
        (400, _) if name == "importMemory" => {
            let head = format!(
                "{method} {there} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nzz"
            );
            server.raw(head.as_bytes()).await
        }
        (400, _) => server.ask(method, &there, &[], &body.1).await,
        (403, _) => {
            server
                .ask(method, &there, &[("origin", "http://evil.example")], &body.0)
                .await
        }
        (404, _) => server.ask(method, &address(path, method, false), &[], &body.0).await,
        (408, _) => server.raw(&raw(99, b"x")).await,
        (413, _) => server.raw(&raw(64 << 20, b"x")).await,
        (422, "GET") => server.ask(method, &format!("{path}?cursor=x"), &[], "").await,
        (422, _) => server.ask(method, &there, &[], &body.2).await,
        _ => server.ask(method, &there, &[], &body.0).await,
    }
}

#[tokio::test]
async fn every_answer_of_the_memory_can_be_had_and_has_the_described_shape() {
    let first = server(false).await;
    let description = description(&first).await;
    let mut count = 0;
    for (path, method, status) in described(&description) {
        if !path.starts_with("/api/v1/memory/") {
            continue;
        }
        let operation = &description["paths"][&path][&method];
        // A fresh one each time: what deletes must not decide what the next sees.
        let server = server(status == 503).await;
        let method = method.to_uppercase();
        let mut reply = bring(&server, &path, &method, operation, status).await;
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
        if path.ends_with("/export") && status == 200 {
            // Comes in pieces; the JSON is that of another test.
            reply.body = "{}".into();
        }
        check(&description, &path, &method, &reply);
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[tokio::test]
async fn examples_fit_their_shapes() {
    let server = server(false).await;
    let description = description(&server).await;
    let mut count = 0;
    for (name, schema) in description["components"]["schemas"].as_object().unwrap() {
        let whole = json!({"components": description["components"], "$ref": format!("#/components/schemas/{name}")});
        let validator = jsonschema::validator_for(&whole).unwrap();
        for example in schema["examples"].as_array().into_iter().flatten() {
            let errors: Vec<String> = validator.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
            count += 1;
        }
    }
    assert!(count >= 15, "{count}");
}

/// What the description shows as a request is taken.
#[tokio::test]
async fn examples_of_requests_are_taken() {
    let server = server(false).await;
    let description = description(&server).await;
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters") {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let Some(name) = schema.as_str().filter(|_| path.starts_with("/api/v1/memory/")) else {
                continue;
            };
            let shape = description.pointer(name.trim_start_matches('#')).unwrap();
            for example in shape["examples"].as_array().unwrap() {
                let server = self::server(false).await;
                let mut example = example.clone();
                // The example's house has other rooms, and only documents and facts belong to somebody else.
                if name.ends_with("MemorySettings") {
                    example["do_not_store_rooms"] = json!(["kitchen"]);
                }
                if path.contains("messages") && example.get("visible_to").is_some() {
                    continue;
                }
                let reply = server
                    .send(&method.to_uppercase(), &address(path, method, true), example)
                    .await;
                assert!(reply.status < 300, "{method} {path}: {}", reply.body);
            }
        }
    }
}
