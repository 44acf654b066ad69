//! The memory while Rosie runs: switched off and on, another model, a model that is fetched later, and a file that cannot
//! be opened at first. Nothing of it takes a restart, and nothing that was acknowledged is lost.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, models};
use serde_json::Value;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Waits until `/health/memory` is as it is to be.
async fn health(daemon: &Daemon, right: impl Fn(&Value) -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let health = daemon.json("/health/memory").await;
        if right(&health) {
            return;
        }
        assert!(Instant::now() < until, "the memory does not get so: {health}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn is_ready(health: &Value) -> bool {
    health["health"]["state"] == "ready"
}

async fn configure(daemon: &Daemon, config: &'static str) -> Value {
    let post = reqwest::Client::new().post(format!("{}/api/v1/config", daemon.url));
    let answer = post.body(config).send().await.unwrap();
    let status = answer.status();
    let body = answer.text().await.unwrap();
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

async fn known(endpoint: &mut Endpoint) -> String {
    endpoint.ask_typed("what do you know about me").await.reply
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_switched_off_and_on_and_gets_another_model_without_a_restart() {
    let daemon = Daemon::start("memory: { enabled: true }");
    daemon.ready(&["tts", "memory"]).await;
    health(&daemon, |health| {
        health["model"].as_str().unwrap().starts_with("minilm")
    })
    .await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let kept = endpoint.ask_typed("Remember that my daughter's name is Ada.").await;
    assert!(kept.reply.contains("Ada"), "{}", kept.reply);

    let applied = configure(&daemon, "memory: { enabled: false }").await;
    assert_eq!(applied["needs_restart"].as_array().unwrap().len(), 0, "{applied}");
    assert!(
        applied["rebuilt"].as_array().unwrap().contains(&"memory".into()),
        "{applied}"
    );
    let off = known(&mut endpoint).await;
    assert!(!off.contains("Ada"), "{off}");
    let refused = endpoint.ask_typed("Remember that my son's name is Tom.").await;
    assert!(!refused.reply.contains("Tom"), "{}", refused.reply);

    configure(&daemon, "memory: { enabled: true, model: '' }").await;
    health(&daemon, |health| is_ready(health) && health["model"] == "").await;
    let on = known(&mut endpoint).await;
    assert!(on.contains("Ada") && !on.contains("Tom"), "{on}");
    configure(&daemon, "memory: { enabled: true, model: no-such-model }").await;
    health(&daemon, |health| {
        health["health"]["reason"]
            .as_str()
            .is_some_and(|why| why.contains("no-such-model"))
    })
    .await;
    configure(&daemon, "memory: { enabled: true }").await;
    health(&daemon, |health| {
        is_ready(health) && health["model"].as_str().unwrap().starts_with("minilm")
    })
    .await;
    assert!(known(&mut endpoint).await.contains("Ada"));
}

/// A models folder with everything in it but one.
fn models_without(name: &str, folder: &Path) {
    for model in std::fs::read_dir(models()).unwrap() {
        let model = model.unwrap();
        if model.file_name() != name {
            std::os::unix::fs::symlink(model.path(), folder.join(model.file_name())).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_and_a_file_that_come_later_are_picked_up() {
    let (data, own_models) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    models_without("minilm-l6-v2", own_models.path());
    // Nothing can be opened there: as with a disk that is not ready yet.
    let file = data.path().join("rosie.redb");
    std::fs::create_dir(&file).unwrap();
    let daemon = Daemon::start_in(data.path(), "languages: [en]", own_models.path());
    daemon.ready(&["tts"]).await;
    health(&daemon, |health| health["health"]["state"] == "degraded").await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let set = endpoint.ask_typed("set a timer for two hours").await;
    assert_eq!(set.intent, "HassStartTimer", "{}", set.reply);
    endpoint.ask_typed("set the volume to 35 percent").await;
    endpoint.ask_typed("turn the volume up").await;
    // The disk comes.
    std::fs::remove_dir(&file).unwrap();
    health(&daemon, |health| {
        health["health"]["reason"]
            .as_str()
            .is_some_and(|why| why.contains("minilm-l6-v2") && why.contains("models fetch"))
    })
    .await;
    std::os::unix::fs::symlink(models().join("minilm-l6-v2"), own_models.path().join("minilm-l6-v2")).unwrap();
    health(&daemon, |health| {
        is_ready(health) && health["model"].as_str().unwrap().starts_with("minilm")
    })
    .await;
    // What waits is tried every ten seconds.
    tokio::time::sleep(Duration::from_secs(12)).await;
    daemon.kill();

    let daemon = Daemon::start_in(data.path(), "languages: [en]", own_models.path());
    daemon.ready(&["tts", "memory"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let volume = endpoint.welcome["volume_percent"].as_u64().unwrap();
    assert!(volume > 35 && volume < 60, "the volume that was set survived: {volume}");
    let left = endpoint.ask_typed("how much time is left").await;
    assert!(left.reply.contains("hour"), "the timer survived: {}", left.reply);
}
