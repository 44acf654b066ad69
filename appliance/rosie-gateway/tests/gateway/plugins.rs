//! Plugins over HTTP, and Rosie as a server for other assistants: every answer that the description names can be had.

use crate::{
    client::Server,
    fake_plugins::TOKEN,
    openapi::{check, described, description},
};
use serde_json::{Value, json};
use std::time::Duration;

type Headers<'a> = Vec<(&'a str, &'a str)>;
/// Method, path as described, the plugin's name, headers, body.
type Asked<'a> = (&'a str, &'a str, &'a str, Headers<'a>, &'a str);

async fn server() -> Server {
    Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.limits.transfer_stall = Duration::from_millis(200);
        config.body_timeout = Duration::from_millis(200);
    })
    .await
}

#[tokio::test]
async fn every_answer_of_the_plugins_can_be_had() {
    let server = server().await;
    let description = description(&server).await;
    let mut seen = Vec::new();
    let evil = ("origin", "http://evil.example");
    let json = ("content-type", "application/json");
    let long = format!("{{\"enabled\": true{}}}", " ".repeat(2000));
    let all = "/api/v1/plugins";
    let one = "/api/v1/plugins/{name}";
    let switch = "/api/v1/plugins/{name}/enabled";
    let asked: Vec<Asked<'_>> = vec![
        ("GET", all, "", vec![], ""),
        ("POST", all, "", vec![], "bytes"),
        ("POST", all, "", vec![], "none"),
        ("POST", all, "", vec![evil], "bytes"),
        ("POST", all, "", vec![json], "{\"folder\": \"/x\"}"),
        ("POST", all, "", vec![json], "{\"path\": 1}"),
        ("PUT", one, "bins", vec![], "bytes"),
        ("PUT", one, "none", vec![], "bytes"),
        ("PUT", one, "bins", vec![evil], "bytes"),
        ("PUT", one, "bins", vec![json], "{}"),
        ("DELETE", one, "bins", vec![], ""),
        ("DELETE", one, "none", vec![], ""),
        ("DELETE", one, "bins", vec![evil], ""),
        ("PUT", switch, "bins", vec![], "{\"enabled\": true}"),
        ("PUT", switch, "none", vec![], "{\"enabled\": true}"),
        ("PUT", switch, "bins", vec![], "{\"enabled\": 1}"),
        ("PUT", switch, "bins", vec![evil], "{\"enabled\": true}"),
        ("PUT", switch, "bins", vec![], &long),
    ];
    for (method, path, name, headers, body) in asked {
        let reply = server.ask(method, &path.replace("{name}", name), &headers, body).await;
        check(&description, path, method, &reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
    }
    for (method, path) in [("POST", all), ("PUT", one), ("PUT", switch)] {
        let target = path.replace("{name}", "bins");
        for (length, _) in [("9", 408), ("99999999", 413)] {
            let head = format!(
                "{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
            );
            let reply = server.raw(head.as_bytes()).await;
            check(&description, path, method, &reply);
            seen.push((path.to_owned(), method.to_lowercase(), reply.status));
        }
    }
    let of_plugins = |path: &String| path.starts_with(all);
    for (path, method, status) in described(&description)
        .into_iter()
        .filter(|(path, ..)| of_plugins(path))
    {
        assert!(
            seen.contains(&(path.clone(), method.clone(), status)),
            "{method} {path} {status} was never answered"
        );
    }
}

/// One message of the protocol, as a client sends it.
fn headers(token: &str) -> Headers<'_> {
    vec![
        ("authorization", token),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ]
}

fn call(name: &str, arguments: Value) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}})
        .to_string()
}

#[tokio::test]
async fn other_assistants_ask_with_the_token_and_only_with_it() {
    let server = server().await;
    let description = description(&server).await;
    let mut seen = Vec::new();
    let right = format!("Bearer {TOKEN}");
    let initialize = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}})
    .to_string();
    let told = json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string();
    let evil = [headers(&right), vec![("origin", "http://evil.example")]].concat();
    let long = "x".repeat(300 * 1024);
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let old = [headers(&right), vec![("mcp-protocol-version", "1999-01-01")]].concat();
    let mut deaf = headers(&right);
    deaf[2].1 = "text/plain";
    let asked: Vec<(Headers<'_>, &str, u16)> = vec![
        (headers(&right), &initialize, 200),
        (headers(&right), &told, 202),
        (headers(&right), "{", 415),
        (old, &list, 400),
        (deaf, &list, 406),
        (headers("Bearer wrong"), &initialize, 401),
        (headers("Basic x"), &initialize, 401),
        (vec![("content-type", "application/json")], &initialize, 401),
        (evil, &initialize, 403),
        (headers(&right), &long, 413),
    ];
    for (headers, body, status) in asked {
        let reply = server.ask("POST", "/mcp", &headers, body).await;
        assert_eq!(reply.status, status, "{}", reply.body);
        check(&description, "/mcp", "POST", &reply);
        seen.push(reply.status);
    }
    server.fake.seen(|seen| seen.assistant_missing = true);
    let reply = server.ask("POST", "/mcp", &headers(&right), &initialize).await;
    check(&description, "/mcp", "POST", &reply);
    seen.push(reply.status);
    for (_, _, status) in described(&description).into_iter().filter(|(path, ..)| path == "/mcp") {
        assert!(seen.contains(&status), "{status} was never answered");
    }
}

#[tokio::test]
async fn each_tool_does_what_its_schema_says_and_refuses_the_rest() {
    let server = server().await;
    let right = format!("Bearer {TOKEN}");
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let list = server.ask("POST", "/mcp", &headers(&right), &list).await.json();
    let tools = list["result"]["tools"].as_array().unwrap().clone();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["ask", "say", "announce", "timers", "search_memory", "home_state"]
    );
    assert_eq!(
        tools[1]["inputSchema"]["properties"]["room"]["enum"],
        json!(["kitchen"])
    );
    // Name, arguments, what is said, whether it worked.
    let asked = [
        (
            "ask",
            json!({"text": "hi", "room": "kitchen", "language": "de"}),
            "hi Some(RoomId(\"kitchen\")) de",
            true,
        ),
        ("say", json!({"text": "hi", "room": "kitchen"}), "1 endpoints", true),
        ("announce", json!({"text": "hi"}), "Nobody is there", false),
        ("announce", json!({"text": "hi", "urgent": true}), "1 endpoints", true),
        ("timers", json!({}), "\"rings_unix_ms\":7", true),
        ("search_memory", json!({"text": "x"}), "nothing is remembered", false),
        ("home_state", json!({}), "[]", true),
    ];
    for (name, arguments, word, works) in asked {
        let fits = &tools.iter().find(|tool| tool["name"] == name).unwrap()["inputSchema"];
        assert!(jsonschema::is_valid(fits, &arguments), "{name}");
        let reply = server
            .ask("POST", "/mcp", &headers(&right), &call(name, arguments))
            .await
            .json();
        let result = &reply["result"];
        assert!(
            result["content"][0]["text"].as_str().unwrap().contains(word),
            "{name}: {reply}"
        );
        assert_eq!(result["isError"] == json!(true), !works, "{name}: {reply}");
    }
    for (name, arguments) in [
        ("ask", json!({})),
        ("ask", json!({"text": "hi", "room": "cellar"})),
        ("ask", json!({"text": " "})),
        ("say", json!({"text": "hi"})),
        ("say", json!({"text": "x".repeat(3000), "room": "kitchen"})),
        ("timers", json!({"all": true})),
        ("unlock", json!({})),
    ] {
        let reply = server
            .ask("POST", "/mcp", &headers(&right), &call(name, arguments))
            .await
            .json();
        assert!(reply["error"]["message"].is_string(), "{name}: {reply}");
    }
}
