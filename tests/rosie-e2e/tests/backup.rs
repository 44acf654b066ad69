//! A backup is made of a Rosie who talks, carried to another one as a file, looked at, and brought back there: her timer and
//! what she was told are on the other machine after its restart.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, models, rosied, rosied_json};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PASSPHRASE: &str = "correct horse battery";
const CONFIG: &str = "# The old house.\nlanguages: [en]\nbackup: { passphrase: correct horse battery }\n";

async fn send(daemon: &Daemon, method: reqwest::Method, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/api/v1/backups{path}", daemon.url);
    let answer = reqwest::Client::new()
        .request(method, url)
        .json(&body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn post(daemon: &Daemon, path: &str, body: Value) -> (u16, Value) {
    send(daemon, reqwest::Method::POST, path, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_moves_to_another_rosie() {
    let old = tempfile::tempdir().unwrap();
    let daemon = Daemon::start_in(old.path(), CONFIG, &models());
    let mut kitchen = Endpoint::connect(&daemon, "kitchen").await;
    kitchen.ask_typed("set a pizza timer for twenty hours").await;
    kitchen.ask_typed("remember that my daughter's name is Ada").await;
    let (status, made) = post(&daemon, "", json!({ "keys": true })).await;
    assert_eq!(status, 201, "{made}");
    let name = made["name"].as_str().unwrap().to_owned();
    let file = reqwest::get(format!("{}/api/v1/backups/{name}", daemon.url))
        .await
        .unwrap();
    let bytes = file.bytes().await.unwrap();
    assert_eq!(bytes.len() as u64, made["bytes"].as_u64().unwrap());
    let state = daemon.json("/api/v1/backups").await;
    assert_eq!(
        (&state["backups"][0]["name"], &state["problem"]),
        (&json!(name), &Value::Null)
    );
    daemon.kill();

    let new = tempfile::tempdir().unwrap();
    let daemon = Daemon::start_in(new.path(), "languages: [en, de]\n", &models());
    let url = format!("{}/api/v1/backups/{name}", daemon.url);
    let sent = reqwest::Client::new()
        .put(url)
        .body(bytes.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 201);
    let open = |passphrase: &str| json!({ "passphrase": passphrase });
    let (status, told) = post(&daemon, &format!("/{name}/preview"), open("something else")).await;
    assert_eq!(status, 422, "{told}");
    assert!(told["message"].as_str().unwrap().contains("passphrase"), "{told}");
    let (status, seen) = post(&daemon, &format!("/{name}/preview"), open(PASSPHRASE)).await;
    assert_eq!(status, 200, "{seen}");
    assert_eq!(seen["backup"]["contents"]["timers"], 1);
    assert_eq!(seen["backup"]["contents"]["facts"], 1);
    assert_eq!(seen["here"]["timers"], 0);
    let parts = json!(["memory", "configuration", "keys", "deeds", "plugins", "sentences"]);
    let wanted = json!({ "passphrase": PASSPHRASE, "parts": parts });
    let (status, told) = post(&daemon, &format!("/{name}/restore"), wanted).await;
    assert_eq!(status, 202, "{told}");
    // She starts anew by herself, on another port that this test does not know.
    let until = Instant::now() + Duration::from_secs(60);
    while new.path().join("restore.ready").exists() || !new.path().join("before-restore").exists() {
        assert!(Instant::now() < until, "it is not brought back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(std::fs::read_to_string(new.path().join("config.yaml")).unwrap(), CONFIG);
    daemon.kill();

    let daemon = Daemon::start_in(new.path(), CONFIG, &models());
    let mut bedroom = Endpoint::connect(&daemon, "bedroom").await;
    let left = bedroom.ask_typed("how much time is left on the pizza timer?").await;
    // Twenty less the seconds of this test, as she rounds them.
    let hours = left.reply.contains("20 hours") || left.reply.contains("19 hours");
    assert!(left.reply.contains("pizza timer has") && hours, "{}", left.reply);
    let facts = daemon.json("/api/v1/memory/facts").await;
    assert!(facts["items"][0].to_string().contains("Ada"), "{facts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_passphrase_none_is_made_and_the_command_line_opens_what_was() {
    let folder = tempfile::tempdir().unwrap();
    let daemon = Daemon::start_in(folder.path(), "languages: [en]\n", &models());
    let (status, told) = post(&daemon, "", json!({ "keys": true })).await;
    assert_eq!(status, 422, "{told}");
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .contains("rosied secrets set backup.passphrase"),
        "{told}"
    );
    let (status, _) = daemon.get("/health/backup").await;
    assert_eq!(status, 200, "it serves, and says what is wrong");
    daemon.kill();

    std::fs::write(folder.path().join("config.yaml"), CONFIG).unwrap();
    let data = folder.path().to_str().unwrap();
    let made = rosied_json(&["--data", data, "backup", "create"]);
    let file = folder.path().join("backups").join(made["name"].as_str().unwrap());
    let file = file.to_str().unwrap();
    let seen = rosied_json(&["--data", data, "backup", "verify", file]);
    assert_eq!(seen["parts"][0], "memory");
    let only = ["--data", data, "backup", "restore", file, "--only", "spoons", "--yes"];
    let refused = rosied(&only);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the parts are memory, configuration"));
    assert!(
        rosied(&["--data", data, "backup", "restore", file, "--only", "memory", "--yes"])
            .status
            .success()
    );
    assert!(folder.path().join("before-restore/rosie.redb").exists());
}

/// Killed at some moment of making one, three times: what counts is whole, what is half is removed by the next life.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_she_makes_one_she_leaves_no_half_of_it() {
    let folder = tempfile::tempdir().unwrap();
    for wait_ms in [150, 500, 900] {
        let daemon = Daemon::start_in(folder.path(), CONFIG, &models());
        let url = format!("{}/api/v1/backups", daemon.url);
        let asked = reqwest::Client::new().post(url).json(&json!({ "keys": true })).send();
        let asking = tokio::spawn(asked);
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        daemon.kill();
        let _ = asking.await;
    }
    let daemon = Daemon::start_in(folder.path(), CONFIG, &models());
    let (status, made) = post(&daemon, "", json!({ "keys": true })).await;
    assert_eq!(status, 201, "{made}");
    assert!(!folder.path().join("backup.tmp").exists());
    let names = std::fs::read_dir(folder.path().join("backups")).unwrap();
    for name in names.map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        let (status, seen) = post(&daemon, &format!("/{name}/preview"), json!({})).await;
        assert_eq!(status, 200, "{name}: {seen}");
    }
}

/// As on her page: the passphrase is entered, and a folder that is not there is told, not made.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_on_the_page_is_in_force_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let daemon = Daemon::start_in(folder.path(), "languages: [en]\n", &models());
    let set = async |values: Value| {
        let url = format!("{}/api/v1/integrations/backup", daemon.url);
        let body = json!({ "values": values });
        let answer = reqwest::Client::new().put(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, told) = set(json!({ "passphrase": "short" })).await;
    assert_eq!(status, 422, "{told}");
    let (status, told) = set(json!({ "passphrase": PASSPHRASE, "at": "03:30" })).await;
    assert_eq!((status, &told["needs_restart"]), (200, &json!(false)), "{told}");
    let (status, made) = post(&daemon, "", json!({ "keys": true })).await;
    assert_eq!(status, 201, "{made}");
    let usb = folder.path().join("usb");
    let (status, told) = set(json!({ "folder": usb })).await;
    assert_eq!(status, 200, "{told}");
    let (status, told) = post(&daemon, "", json!({ "keys": true })).await;
    assert_eq!(status, 422, "{told}");
    assert!(told["message"].as_str().unwrap().contains("plugged in"), "{told}");
    assert!(!usb.exists());
    let health = daemon.json("/health/backup").await;
    assert!(health.to_string().contains("plugged in"), "{health}");
    std::fs::create_dir(&usb).unwrap();
    let (status, made) = post(&daemon, "", json!({ "keys": true })).await;
    assert_eq!(status, 201, "{made}");
    let state = daemon.json("/api/v1/backups").await;
    assert_eq!((&state["same_disk"], &state["problem"]), (&json!(true), &Value::Null));
}
