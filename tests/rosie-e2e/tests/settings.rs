//! Settings of integrations over the API, on the real daemon: what is tried says in one sentence what is wrong, what is saved is
//! kept beside the owner's file and applied at once, and no key comes back or goes elsewhere.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{
    Broker, Daemon, Endpoint, certificates, free_port,
    mock::{Google, Mattermost, Monica, Server},
    models,
};
use serde_json::{Value, json};
use std::{
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const OWN: &str = "# My own words.\nlanguages: [en]\nmonica: { url: '', token: '' } # later\n";

async fn send(daemon: &Daemon, method: reqwest::Method, path: &str, values: Value) -> (u16, Value) {
    let url = format!("{}/api/v1/integrations/{path}", daemon.url);
    let request = reqwest::Client::new().request(method, url);
    let answer = request.json(&json!({ "values": values })).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// What a try says: whether it works, and the sentence.
async fn tried(daemon: &Daemon, name: &str, values: Value) -> (bool, String) {
    let (status, told) = send(daemon, reqwest::Method::POST, &format!("{name}/test"), values).await;
    assert_eq!(status, 200, "{told}");
    (
        told["works"].as_bool().unwrap(),
        told["message"].as_str().unwrap().to_owned(),
    )
}

async fn saved(daemon: &Daemon, name: &str, values: Value) -> Value {
    let (status, told) = send(daemon, reqwest::Method::PUT, name, values).await;
    assert_eq!(status, 200, "{told}");
    told
}

async fn integration(daemon: &Daemon, name: &str) -> Value {
    let all = daemon.json("/api/v1/integrations").await;
    let all = all["integrations"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap().clone()
}

/// Takes connections and never says a word.
async fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.push(stream);
        }
    });
    format!("127.0.0.1:{port}")
}

/// A web server without TLS: what it cannot read it refuses at once.
async fn plain() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let refusal = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let mut hello = [0; 2048];
            if stream.read(&mut hello).await.is_ok() {
                // Whoever hung up does not hear it.
                let _ = stream.write_all(refusal).await;
            }
        }
    });
    format!("127.0.0.1:{port}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_says_what_is_wrong_and_keeps_nothing() {
    let daemon = Daemon::start(OWN);
    let (monica, chat, google) = (Monica::start().await, Mattermost::start().await, Google::start().await);
    let broker = Broker::start_with("allow_anonymous false");
    let nobody = format!("127.0.0.1:{}", free_port());
    let (people, team, mute) = (monica.server.url.clone(), chat.server.url.clone(), silent().await);
    let somebody = Server::start(Arc::new(|_| (404, Vec::new(), "{}".to_owned())), None).await;
    let other = somebody.url.clone();
    let web = |url: &str, token: &str| json!({ "url": url, "token": token });
    let mqtt = |url: String| json!({ "url": url, "username": "rosie", "password": "wrong" });
    let google_of = |change: Value| {
        let mut values = google.config();
        values
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        values
    };
    let tries = [
        (
            "home_assistant",
            web("http://no-such-house.invalid:8123", "x"),
            "no machine of this name",
        ),
        (
            "home_assistant",
            web(&format!("http://{nobody}"), "x"),
            "nothing listens at this port",
        ),
        ("home_assistant", web(&other, "x"), "not as Home Assistant does"),
        (
            "home_assistant",
            web(&format!("https://{}", plain().await), "x"),
            "does not speak TLS",
        ),
        (
            "home_assistant",
            web(&format!("http://{mute}"), "x"),
            "no answer within 10 s",
        ),
        (
            "monica",
            web("http://no-such-house.invalid", "x"),
            "no machine of this name",
        ),
        ("monica", web(&people, "x"), "refuses the key"),
        ("monica", web(&other, "x"), "not as Monica does"),
        ("monica", web(&format!("http://{mute}"), "x"), "no answer in time"),
        ("mattermost", web(&team, "x"), "refuses the key"),
        ("mattermost", web(&other, "x"), "not as Mattermost does"),
        (
            "mqtt",
            mqtt("mqtt://no-such-house.invalid".into()),
            "no machine of this name",
        ),
        ("mqtt", mqtt(format!("mqtt://{nobody}")), "nothing listens at this port"),
        ("mqtt", mqtt(broker.url()), "refuses the user name or the password"),
        ("mqtt", mqtt(broker.url().replace("mqtt:", "mqtts:")), "check the port"),
        ("mqtt", mqtt(format!("mqtt://{mute}")), "no answer in time"),
        (
            "google_calendar",
            google_of(json!({ "client_id": "another" })),
            "does not know the client",
        ),
        (
            "google_calendar",
            google_of(json!({ "auth_url": format!("http://{nobody}") })),
            "nothing listens at this port",
        ),
        (
            "weather",
            json!({ "source": "open-meteo", "latitude": 52.5, "longitude": 13.4, "url": format!("http://{nobody}") }),
            "nothing listens at this port",
        ),
        ("weather", json!({}), "fill in the form first"),
    ];
    for (name, values, words) in tries {
        let (works, message) = tried(&daemon, name, values.clone()).await;
        assert!(!works && message.contains(words), "{name} {values}: {message}");
        assert!(!message.contains("wrong") && message.len() < 300, "{message}");
    }
    let right = [
        (
            "monica",
            web(&people, "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.s3cret"),
            "answers, with",
        ),
        (
            "mattermost",
            web(&team, "xf5tbvq7kjgnbpdu"),
            "answers and knows Rosie as",
        ),
        ("google_calendar", google_of(json!({})), "Google knows the client"),
    ];
    for (name, values, words) in right {
        let (works, message) = tried(&daemon, name, values).await;
        assert!(works && message.contains(words), "{name}: {message}");
    }
    assert_eq!(std::fs::read_to_string(daemon.data.join("config.yaml")).unwrap(), OWN);
    for file in ["config.page.yaml", "secrets.json"] {
        assert!(!daemon.data.join(file).exists(), "a try has written {file}");
    }
    let health = daemon.json("/api/v1/health").await;
    let parts: Vec<&String> = health["parts"].as_object().unwrap().keys().collect();
    assert!(!parts.iter().any(|part| part.starts_with("integrations/")), "{parts:?}");
}

/// The broker hears of a try a connection under another name, and no will.
/// People who encrypt at home have an authority of their own.
#[tokio::test(flavor = "multi_thread")]
async fn a_home_with_a_certificate_of_its_own_is_believed_where_its_authority_is_given() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let port = free_port();
    // A web page over TLS: no Home Assistant, but it is only seen to be none where its certificate is believed.
    let mut page = Command::new("openssl")
        .args([
            "s_server",
            "-quiet",
            "-www",
            "-cert",
            "server.pem",
            "-key",
            "server.key",
            "-accept",
        ])
        .arg(port.to_string())
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let daemon = Daemon::start(OWN);
    let with = |host: &str, ca_file: &str| json!({ "url": format!("https://{host}:{port}"), "token": "x", "ca_file": ca_file });
    let authority = folder.path().join("ca.pem").display().to_string();
    let mut told = String::new();
    for _ in 0..100 {
        told = tried(&daemon, "home_assistant", with("localhost", "")).await.1;
        if !told.contains("nothing listens") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(told.contains("home_assistant.ca_file"), "{told}");
    let believed = tried(&daemon, "home_assistant", with("localhost", &authority)).await.1;
    assert!(believed.contains("not as Home Assistant does"), "{believed}");
    let other = tried(&daemon, "home_assistant", with("127.0.0.1", &authority)).await.1;
    assert!(other.contains("another name"), "{other}");
    page.kill().unwrap();
    page.wait().unwrap();
    let key = folder.path().join("server.key").display().to_string();
    let (status, refused) = send(
        &daemon,
        reqwest::Method::POST,
        "home_assistant/test",
        with("localhost", &key),
    )
    .await;
    let words = refused.to_string();
    assert!(
        status == 200 && words.contains("no certificate in it"),
        "{status} {words}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_leaves_nothing_at_the_broker() {
    let daemon = Daemon::start("{}");
    let broker = Broker::start();
    let listener = rosie_e2e::Listener::connect(broker.port).await;
    for version in ["auto", "5", "3.1.1"] {
        let (works, message) = tried(&daemon, "mqtt", json!({ "url": broker.url(), "version": version })).await;
        assert!(works && message.contains("lets Rosie in"), "{version}: {message}");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(listener.all(), [], "something was published");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_is_in_force_at_once_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (monica, chat) = (Monica::start().await, Mattermost::start().await);
    monica.add(1, "Anna", "Berg", "", "");
    let daemon = Daemon::start_in(folder.path(), OWN, &models());
    let (url, token) = (monica.server.url.clone(), "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.s3cret");
    let told = saved(&daemon, "monica", json!({ "url": url, "token": token })).await;
    assert_eq!(told["needs_restart"], false);
    assert_eq!(told["integration"]["kept"], json!(["token"]));
    assert_eq!(told["integration"]["values"], json!({ "url": url }));
    daemon.ready(&["integrations/monica"]).await;
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    assert_eq!(panel.ask_typed("who is Anna").await.intent, "RosieWhoIs");
    // Another one is added: this one is not connected anew.
    monica.server.asked();
    saved(
        &daemon,
        "mattermost",
        json!({ "url": chat.server.url, "token": "xf5tbvq7kjgnbpdu" }),
    )
    .await;
    daemon.ready(&["integrations/mattermost"]).await;
    assert_eq!(monica.server.asked(), [], "it was connected anew");
    // The owner's file is as it was; keys are apart and shown nowhere.
    assert_eq!(std::fs::read_to_string(folder.path().join("config.yaml")).unwrap(), OWN);
    let page = std::fs::read_to_string(folder.path().join("config.page.yaml")).unwrap();
    assert!(page.contains(&url) && !page.contains("s3cret"), "{page}");
    for path in ["/api/v1/integrations", "/api/v1/config", "/health/integrations/monica"] {
        assert!(!daemon.get(path).await.1.contains("s3cret"), "{path}");
    }
    // With another address the key has to be given again: for a test, and for saving.
    let elsewhere = json!({ "url": chat.server.url });
    for (method, path) in [(reqwest::Method::PUT, "monica"), (reqwest::Method::POST, "monica/test")] {
        let (status, told) = send(&daemon, method, path, elsewhere.clone()).await;
        assert_eq!(
            (status, &told["mistakes"][0]["key"]),
            (422, &json!("monica.token")),
            "{told}"
        );
    }
    for (values, key) in [
        (json!({ "url": "monica" }), "monica.url"),
        (json!({ "url": "http://${HOME}" }), "monica.url"),
        (json!({ "url": 1 }), "monica.url"),
        (json!({ "colour": "red" }), "monica"),
    ] {
        let (status, told) = send(&daemon, reqwest::Method::PUT, "monica", values).await;
        assert_eq!((status, &told["mistakes"][0]["key"]), (422, &json!(key)), "{told}");
    }
    assert_eq!(send(&daemon, reqwest::Method::PUT, "toaster", json!({})).await.0, 404);
    let wyoming = saved(&daemon, "wyoming", json!({ "listen": ["127.0.0.1:0"] })).await;
    assert_eq!(wyoming["needs_restart"], true);
    // A power cut later all of it is there.
    daemon.kill();
    let daemon = Daemon::start_in(folder.path(), OWN, &models());
    daemon.ready(&["integrations/monica", "integrations/mattermost"]).await;
    let told = integration(&daemon, "monica").await;
    assert_eq!(told["set_here"], json!(["url", "token"]));
    // The whole document takes the place of both, its key the place of the kept one: among the keys, and not in the file.
    let whole = json!({ "monica": { "url": url, "token": "another-one" } }).to_string();
    let post = reqwest::Client::new()
        .post(format!("{}/api/v1/config", daemon.url))
        .body(whole);
    let answer = post.send().await.unwrap();
    let status = answer.status();
    assert_eq!(status, 200, "{}", answer.text().await.unwrap());
    let secrets = std::fs::read_to_string(folder.path().join("secrets.json")).unwrap();
    let kept: Value = serde_json::from_str(&secrets).unwrap();
    assert_eq!(kept["monica.token"], "another-one");
    assert!(secrets.contains("mattermost.token"), "{secrets}");
    let file = std::fs::read_to_string(folder.path().join("config.yaml")).unwrap();
    assert!(file.contains(&url) && !file.contains("another-one"), "{file}");
    assert!(!folder.path().join("config.page.yaml").exists());
    assert_eq!(integration(&daemon, "monica").await["set_here"], json!(["token"]));
}

/// The token of other assistants is kept with the keys, whichever way it comes, and read from the configuration as before.
#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_other_assistants_is_in_the_secrets_store() {
    let folder = tempfile::tempdir().unwrap();
    let daemon = Daemon::start_in(folder.path(), "{}", &models());
    let asked = async |daemon: &Daemon, token: &str| {
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let request = reqwest::Client::new()
            .post(format!("{}/mcp", daemon.url))
            .bearer_auth(token)
            .json(&ping);
        let request = request.header("accept", "application/json, text/event-stream");
        request.send().await.unwrap().status().as_u16()
    };
    let token = "5f1c9ab7e277d0c3aa4190be12fd88aa";
    assert_eq!(asked(&daemon, token).await, 404);
    let (status, told) = send(&daemon, reqwest::Method::PUT, "mcp", json!({ "token": "short" })).await;
    assert_eq!(
        (status, &told["mistakes"][0]["key"]),
        (422, &json!("mcp.token")),
        "{told}"
    );
    saved(&daemon, "mcp", json!({ "token": token })).await;
    assert_eq!((asked(&daemon, token).await, asked(&daemon, "wrong").await), (200, 401));
    assert!(
        std::fs::read_to_string(folder.path().join("secrets.json"))
            .unwrap()
            .contains("mcp.token")
    );
    assert!(
        !std::fs::read_to_string(folder.path().join("config.page.yaml"))
            .unwrap()
            .contains(token)
    );
    saved(&daemon, "mcp", json!({ "token": "" })).await;
    assert_eq!(asked(&daemon, token).await, 404);
    drop(daemon);
    // By the command line alone, without a word in the configuration.
    std::fs::write(
        folder.path().join("secrets.json"),
        json!({ "mcp.token": token }).to_string(),
    )
    .unwrap();
    let daemon = Daemon::start_in(folder.path(), "{}", &models());
    assert_eq!(asked(&daemon, token).await, 200);
}
