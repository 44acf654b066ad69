//! How a connection is made, in both versions of MQTT: the same name, session, will and limits.

use super::{super::config::MqttConfig, Note, qos, qos5};
use rumqttc::{Transport, v5};
use std::time::Duration;

/// For the connection to come up.
pub(super) const CONNECT_S: u64 = 10;
/// A broker that hears nothing for one and a half of this says the will.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// The broker keeps our subscriptions, and what comes for them, for so long while we are away.
const SESSION_S: u32 = 86_400;
/// Larger messages are not sent to us. Discovery messages of a device with many entities are some tens of kilobytes.
const LARGEST: usize = 1 << 20;
/// Sent and not yet acknowledged.
const IN_FLIGHT: u16 = 64;

fn host(config: &MqttConfig) -> String {
    match config.host.contains(':') && config.tls.is_none() {
        true => format!("[{}]", config.host),
        false => config.host.clone(),
    }
}

fn transport(config: &MqttConfig) -> Transport {
    match &config.tls {
        Some(tls) => Transport::tls_with_config(rumqttc::TlsConfiguration::Rustls(tls.clone())),
        None => Transport::tcp(),
    }
}

pub(super) fn v5(config: &MqttConfig, id: &str, will: Option<&Note>) -> v5::MqttOptions {
    let mut options = v5::MqttOptions::new(id, host(config), config.port);
    options
        .set_transport(transport(config))
        .set_keep_alive(KEEP_ALIVE)
        .set_clean_start(will.is_none())
        .set_session_expiry_interval(Some(will.map_or(0, |_| SESSION_S)))
        .set_max_packet_size(Some(LARGEST as u32))
        .set_connection_timeout(CONNECT_S)
        .set_outgoing_inflight_upper_limit(IN_FLIGHT)
        .set_manual_acks(true);
    if let Some(will) = will {
        options.set_last_will(v5::mqttbytes::v5::LastWill::new(
            will.topic.clone(),
            will.payload.clone(),
            qos5(will.sure),
            will.retain,
            None,
        ));
    }
    if !config.username.is_empty() {
        options.set_credentials(&config.username, config.password.expose());
    }
    options
}

pub(super) fn v311(config: &MqttConfig, id: &str, will: Option<&Note>) -> rumqttc::MqttOptions {
    let mut options = rumqttc::MqttOptions::new(id, host(config), config.port);
    options
        .set_transport(transport(config))
        .set_keep_alive(KEEP_ALIVE)
        .set_clean_session(will.is_none())
        // There is no telling this broker what is too large for us, and dropping the connection would bring it again.
        .set_max_packet_size(16 * LARGEST, LARGEST)
        .set_inflight(IN_FLIGHT)
        .set_manual_acks(true);
    if let Some(will) = will {
        options.set_last_will(rumqttc::LastWill::new(
            will.topic.clone(),
            will.payload.clone(),
            qos(will.sure),
            will.retain,
        ));
    }
    if !config.username.is_empty() {
        options.set_credentials(&config.username, config.password.expose());
    }
    options
}
