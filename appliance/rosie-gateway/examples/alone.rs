//! The gateway before an appliance that does nothing: to look at its pages, and to measure what listening costs.
//!
//! `cargo run --release -p rosie-gateway --example alone -- 127.0.0.1:8000`

#[allow(dead_code)]
#[path = "../tests/gateway/fake.rs"]
mod fake;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_memory/mod.rs"]
mod fake_memory;

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
    let gateway = Gateway::bind(config, Arc::new(fake::Fake::default()), Arc::new(Metrics::new()?))?;
    println!("listening on {:?}", gateway.addresses());
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
