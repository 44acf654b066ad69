//! Plugins on a real daemon: the tutorial to the letter, and what a hostile one cannot do.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, models};
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The commands of the tutorial, as it tells them one after the other.
fn commands() -> String {
    let page = std::fs::read_to_string(root().join("docs/plugins.md")).unwrap();
    let blocks = page.split("```sh\n").skip(1);
    let blocks: Vec<&str> = blocks.map(|block| block.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 5, "the tutorial has lost its commands");
    blocks.concat()
}

async fn running(daemon: &Daemon, name: &str) -> Value {
    daemon.ready(&[&format!("integrations/plugin_{name}")]).await;
    plugin(daemon, name).await
}

async fn plugin(daemon: &Daemon, name: &str) -> Value {
    let all = daemon.json("/api/v1/plugins").await;
    let found = all["plugins"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == name)
        .cloned();
    found.unwrap_or(Value::Null)
}

async fn send(daemon: &Daemon, method: reqwest::Method, path: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new()
        .request(method, format!("{}{path}", daemon.url))
        .json(&body);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tutorial_to_the_letter() {
    let daemon = Daemon::start("languages: [en, de]\n");
    let folder = TempDir::new().unwrap();
    let (url, place) = (daemon.url.clone(), folder.path().to_path_buf());
    let run = move || {
        let mut bash = Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", &commands()])
            .env("ROSIE", url)
            .current_dir(place)
            .output()
    };
    let done = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(done.status.success(), "{told}");
    let example = root().join("examples/plugins/bin_days");
    for file in ["plugin.yaml", "bin_days.py"] {
        let (written, kept) = (folder.path().join("bin_days").join(file), example.join(file));
        let written = std::fs::read_to_string(written).unwrap().replace("1.1", "1.0");
        assert_eq!(
            written,
            std::fs::read_to_string(kept).unwrap(),
            "{file} of the page and of the example"
        );
    }
    let told = running(&daemon, "bin_days").await;
    assert_eq!(
        (&told["version"], &told["enabled"], &told["tools"]),
        (&json!("1.1"), &json!(true), &json!(["next_bin"]))
    );
    let mut endpoint = Endpoint::connect(&daemon, "k1").await;
    let turn = endpoint.ask_typed("When does the paper bin go out?").await;
    assert_eq!(turn.intent, "bin_days__next_bin");
    assert!(turn.reply.starts_with("The paper bin goes out "), "{}", turn.reply);
    let mut german = Endpoint::hello(&daemon, json!({"endpoint": "k2", "language": "de"})).await;
    let turn = german.ask_typed("Wann wird der Restmüll abgeholt?").await;
    assert!(turn.reply.starts_with("Restmüll wird "), "{}", turn.reply);
    // Switched off it takes no sentence, and switched on again it does.
    for (enabled, intent) in [(false, ""), (true, "bin_days__next_bin")] {
        let path = "/api/v1/plugins/bin_days/enabled";
        assert_eq!(
            send(&daemon, reqwest::Method::PUT, path, json!({"enabled": enabled}))
                .await
                .0,
            200
        );
        if enabled {
            running(&daemon, "bin_days").await;
        }
        assert_eq!(
            endpoint.ask_typed("When does the glass bin go out?").await.intent,
            intent
        );
    }
    assert_eq!(
        send(&daemon, reqwest::Method::DELETE, "/api/v1/plugins/bin_days", json!({}))
            .await
            .0,
        200
    );
    assert_eq!(plugin(&daemon, "bin_days").await, Value::Null);
    assert!(!daemon.data.join("plugins/bin_days").exists());
    assert_eq!(endpoint.ask_typed("When does the paper bin go out?").await.intent, "");
}

/// A folder with a plugin that tries what it is told to.
fn hostile(folder: &Path, network: bool, daemon: &Daemon, port: u16) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::copy(
        root().join("appliance/rosie-hub/tests/data/moody.py"),
        folder.join("moody.py"),
    )
    .unwrap();
    let reads = [
        ("database", daemon.data.join("rosie.redb")),
        ("settings", daemon.data.join("config.yaml")),
        ("passwords", "/etc/shadow".into()),
        ("environment", format!("/proc/{}/environ", daemon.pid()).into()),
        ("manifest", "plugin.yaml".into()),
    ];
    let mut intents = vec![
        json!({"tool": "environment", "sentences": {"en": ["moody tell your environment"]}}),
        json!({"tool": "who", "sentences": {"en": ["moody who are you"]}}),
        json!({"tool": "eat", "sentences": {"en": ["moody eat"]}}),
        json!({"tool": "share", "sentences": {"en": ["moody share"]}}),
        json!({"tool": "connect", "sentences": {"en": ["moody connect"]}, "arguments": {"host": "127.0.0.1", "port": port}}),
        json!({"tool": "ask", "sentences": {"en": ["moody ask rosie"]}, "arguments": {"url": format!("{}/api/v1/config", daemon.url)}}),
        json!({"tool": "fail", "sentences": {"en": ["moody fail"]}, "question": {"en": "Shall I fail?"}}),
    ];
    for (name, path) in reads {
        intents.push(json!({"tool": "read", "sentences": {"en": [format!("moody read the {name}")]}, "arguments": {"path": path}}));
    }
    let manifest = json!({
        "name": "moody", "version": "1", "command": ["python3", "moody.py"], "intents": intents,
        "permissions": {"network": network, "dangerous": ["fail"]},
    });
    std::fs::write(folder.join("plugin.yaml"), manifest.to_string()).unwrap();
}

async fn hostile_daemon(network: bool) -> (TempDir, Daemon, TcpListener) {
    // Not in /tmp, which a plugin has one of its own of.
    let data = TempDir::new_in("/var/tmp").unwrap();
    let daemon = Daemon::start_logging(
        data.path(),
        "{}",
        &models(),
        ("warn", &[("ROSIE_TEST_SECRET", "s3cret")]),
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = TempDir::new().unwrap();
    hostile(folder.path(), network, &daemon, listener.local_addr().unwrap().port());
    let (status, told) = send(
        &daemon,
        reqwest::Method::POST,
        "/api/v1/plugins",
        json!({"folder": folder.path()}),
    )
    .await;
    assert_eq!(status, 201, "{told}");
    assert_eq!(told["enabled"], json!(false));
    let path = "/api/v1/plugins/moody/enabled";
    assert_eq!(
        send(&daemon, reqwest::Method::PUT, path, json!({"enabled": true}))
            .await
            .0,
        200
    );
    running(&daemon, "moody").await;
    (data, daemon, listener)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_plugin_stays_within_its_bounds() {
    let (_data, daemon, _listener) = hostile_daemon(false).await;
    let health = daemon.json("/health/integrations/plugin_moody").await;
    assert_eq!(
        health["health"]["state"], "ready",
        "these tests want root, so that every bound holds: {health}"
    );
    let mut endpoint = Endpoint::connect(&daemon, "k1").await;
    let environment = endpoint.ask_typed("moody tell your environment").await.reply;
    let environment: Value = serde_json::from_str(&environment).unwrap();
    let names: Vec<&str> = environment.as_object().unwrap().keys().map(String::as_str).collect();
    let given = ["HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"];
    assert!(
        names.iter().all(|name| given.contains(name) || *name == "LC_CTYPE"),
        "{environment}"
    );
    for secret in ["database", "settings", "passwords", "environment"] {
        let reply = endpoint.ask_typed(&format!("moody read the {secret}")).await.reply;
        assert!(reply.starts_with("refused: "), "{secret}: {reply}");
    }
    let own = endpoint.ask_typed("moody read the manifest").await.reply;
    assert!(own.starts_with("7b22"), "its own folder it may read: {own}");
    let who: Value = serde_json::from_str(&endpoint.ask_typed("moody who are you").await.reply).unwrap();
    assert!(
        who["user"].as_u64().unwrap() >= 0x0052_0000 && who["groups"] == json!([]),
        "{who}"
    );
    assert_eq!(
        (&who["pid"], &who["nice"], &who["processors"]),
        (&json!(1), &json!(10), &json!(1)),
        "{who}"
    );
    assert_eq!(who["here"], json!(["moody.py", "plugin.yaml"]));
    let reply = endpoint.ask_typed("moody connect").await.reply;
    assert!(reply.starts_with("refused: "), "{reply}");
    let reply = endpoint.ask_typed("moody eat").await.reply;
    let megabytes: u32 = reply.split(' ').nth(2).unwrap().parse().unwrap();
    assert!((50..=268).contains(&megabytes), "{reply}");
    // What is dangerous waits for a yes.
    let turn = endpoint.ask_typed("moody fail").await;
    assert_eq!(turn.reply, "Shall I fail?");
    assert_eq!(endpoint.ask_typed("yes").await.reply, "There is no such bin.");
    // Shared memory counts for no single process; the watch ends it, and it is started anew.
    let restarts = daemon.json("/health/integrations/plugin_moody").await["restarts"]
        .as_u64()
        .unwrap();
    let reply = endpoint.ask_typed("moody share").await.reply;
    assert!(!reply.contains("nobody minded"), "{reply}");
    let began = Instant::now();
    loop {
        let health = daemon.json("/health/integrations/plugin_moody").await;
        if health["restarts"].as_u64().unwrap() > restarts && health["health"]["state"] == "ready" {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{health}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let deeds = daemon.json("/api/v1/deeds").await.to_string();
    assert!(
        deeds.contains("moody__fail") && deeds.contains("plugin.plugin_moody"),
        "{deeds}"
    );
    // Nothing of it outlives the daemon that is killed.
    let processes = below(daemon.pid());
    assert!(
        processes.len() >= 2,
        "the plugin and what stands before it: {processes:?}"
    );
    daemon.kill();
    let began = Instant::now();
    while processes.iter().any(|pid| lives(*pid)) {
        assert!(began.elapsed() < Duration::from_secs(5), "{processes:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// State and parent of a process.
fn stat(pid: u32) -> Option<(String, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

fn lives(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != "Z")
}

/// All processes that one has started, and that those have.
fn below(pid: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap();
    let all: Vec<u32> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    let children = all
        .into_iter()
        .filter(|child| stat(*child).is_some_and(|(_, parent)| parent == pid));
    children
        .flat_map(|child| [vec![child], below(child)].concat())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_may_use_the_network_can() {
    let (_data, daemon, _listener) = hostile_daemon(true).await;
    let mut endpoint = Endpoint::connect(&daemon, "k1").await;
    assert_eq!(endpoint.ask_typed("moody connect").await.reply, "connected");
    // The network, and not Rosie herself; whoever else is on this machine is answered as before.
    let reply = endpoint.ask_typed("moody ask rosie").await.reply;
    assert!(reply.starts_with("refused: 403"), "{reply}");
    assert!(daemon.json("/api/v1/config").await["rooms"].is_array());
    let reply = endpoint.ask_typed("moody read the settings").await.reply;
    assert!(reply.starts_with("refused: "), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_is_refused_with_what_to_do() {
    let daemon = Daemon::start("{}");
    let client = reqwest::Client::new();
    let put = |body: &'static str| client.post(format!("{}/api/v1/plugins", daemon.url)).body(body).send();
    let refused: Value = put("no archive").await.unwrap().json().await.unwrap();
    assert!(refused["message"].as_str().unwrap().contains("tar czf"), "{refused}");
    let folder = daemon.data.join("plugins/greedy");
    std::fs::create_dir_all(&folder).unwrap();
    let manifest = "name: greedy\nversion: \"1\"\ncommand: [python3]\nlists: {all: any}\n\
                    intents: [{tool: t, sentences: {en: [\"{all}\"]}}]\n";
    std::fs::write(folder.join("plugin.yaml"), manifest).unwrap();
    let told = plugin(&daemon, "greedy").await;
    assert!(
        told["problem"].as_str().unwrap().contains("take whatever is said"),
        "{told}"
    );
    let path = "/api/v1/plugins/greedy/enabled";
    assert_eq!(
        send(&daemon, reqwest::Method::PUT, path, json!({"enabled": true}))
            .await
            .0,
        422
    );
    for name in ["..", "nobody", "%2e%2e"] {
        let (status, _) = send(
            &daemon,
            reqwest::Method::DELETE,
            &format!("/api/v1/plugins/{name}"),
            json!({}),
        )
        .await;
        assert!([404, 405, 422].contains(&status), "{name}: {status}");
    }
    assert!(daemon.data.join("rosie.redb").exists());
}
