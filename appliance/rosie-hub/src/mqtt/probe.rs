//! Trying the broker once: connected under a name of its own, without a session, a will or a word, and left again.

use super::{
    config::{MqttConfig, Version},
    wire::{self, BrokerError, Event, Speaks},
};

/// Which MQTT was spoken.
pub(super) async fn tried(config: &MqttConfig) -> Result<String, BrokerError> {
    let name = uuid::Uuid::new_v4().simple().to_string();
    let id = format!("rosie-test-{}", &name[..8]);
    let (first, second) = match config.version {
        Version::Auto => (Speaks::V5, Some(Speaks::V311)),
        Version::V5 => (Speaks::V5, None),
        Version::V311 => (Speaks::V311, None),
    };
    let speaks = match (connected(config, first, &id).await, second) {
        (Err(error), Some(second)) if error.is_of_version() => {
            // Of two that say nothing that can be understood the first says more.
            connected(config, second, &id)
                .await
                .map_err(|other| match other.is_of_version() {
                    true => error,
                    false => other,
                })?;
            second
        }
        (first_try, _) => {
            first_try?;
            first
        }
    };
    Ok(format!(
        "The broker at {} answers, in {}, and lets Rosie in.",
        config.address(),
        speaks.name()
    ))
}

async fn connected(config: &MqttConfig, speaks: Speaks, id: &str) -> Result<(), BrokerError> {
    let (pen, mut wire) = wire::prepare(config, speaks, id, None);
    let address = config.address();
    while !matches!(wire.next(&address).await?, Event::Connected { .. }) {}
    pen.disconnect().await;
    // Until it is said; the broker then hangs up.
    let goodbye = async { while wire.next(&address).await.is_ok() {} };
    let _ = tokio::time::timeout(std::time::Duration::from_secs(1), goodbye).await;
    Ok(())
}
