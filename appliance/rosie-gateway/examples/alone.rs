//! The gateway before an appliance that does nothing but remember: to look at its pages and to test them in a browser,
//! and to measure what listening costs.
//!
//! `cargo run --release -p rosie-gateway --example alone -- 127.0.0.1:8000 [MEMORY.json]`, the file as exported.

#[allow(dead_code)]
#[path = "../tests/gateway/fake.rs"]
mod fake;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_backups.rs"]
mod fake_backups;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_integrations.rs"]
mod fake_integrations;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_memory/mod.rs"]
mod fake_memory;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_models.rs"]
mod fake_models;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_network.rs"]
mod fake_network;
#[path = "../tests/gateway/fake_plugins.rs"]
#[allow(dead_code)]
mod fake_plugins;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_record.rs"]
mod fake_record;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_speakers.rs"]
mod fake_speakers;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_updates.rs"]
mod fake_updates;

use rosie_core::memory::MemoryAdmin;
use rosie_gateway::{Gateway, GatewayConfig, Metrics};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8000".to_owned());
    let config = GatewayConfig {
        listen: vec![address.parse()?],
        ..GatewayConfig::default()
    };
    let appliance = fake::Fake::default();
    if let Some(path) = std::env::args().nth(2) {
        let mut file = Some(Ok(std::fs::read(path)?));
        let source = Box::new(move || file.take());
        appliance.memories().import(source, Box::new(|_, _| {})).await?;
    }
    let gateway = Gateway::bind(config, Arc::new(appliance), Arc::new(Metrics::new()?))?;
    println!("listening on {}", gateway.addresses()[0]);
    let shutdown = CancellationToken::new();
    let stop = shutdown.clone();
    let serving = gateway.serve(shutdown);
    tokio::pin!(serving);
    tokio::select! {
        () = &mut serving => {}
        _ = tokio::signal::ctrl_c() => {
            stop.cancel();
            serving.await;
        }
    }
    Ok(())
}
