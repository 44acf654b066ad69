//! One connection to the broker, whichever MQTT it speaks: what comes in as [`Event`]s, what goes out through a [`Pen`].

mod error;
mod options;

pub(super) use error::BrokerError;

use super::config::MqttConfig;
use bytes::Bytes;
use rumqttc::{QoS, v5};
use std::time::Duration;

/// Messages that may wait to go out.
const OUTGOING: usize = 256;
/// Longest wait for a place among them; a connection that takes nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which MQTT a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    V5,
    V311,
}

impl Speaks {
    pub fn name(self) -> &'static str {
        match self {
            Self::V5 => "MQTT 5",
            Self::V311 => "MQTT 3.1.1",
        }
    }
}

/// A message that came.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub topic: String,
    pub payload: Bytes,
    /// Kept by the broker from earlier.
    pub retain: bool,
    /// The broker sends it once more, because it knows no acknowledgement of ours.
    pub again: bool,
    /// Of this connection's session; 0 without acknowledgement.
    pub id: u16,
    pub reply_to: Option<String>,
    pub correlation: Option<Bytes>,
    receipt: Box<Receipt>,
}

#[derive(Debug, Clone)]
enum Receipt {
    V5(v5::mqttbytes::v5::Publish),
    V311(rumqttc::Publish),
}

/// What a connection tells.
#[derive(Debug)]
pub(super) enum Event {
    /// Up, and whether the broker still knows us.
    Connected {
        known: bool,
    },
    Letter(Box<Letter>),
    /// The answer to a subscription: how many of its filters were refused.
    Subscribed {
        refused: usize,
    },
}

/// What is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Note {
    pub topic: String,
    pub payload: Vec<u8>,
    pub retain: bool,
    /// Delivered at least once; without it at most once.
    pub sure: bool,
    pub correlation: Option<Bytes>,
}

impl Note {
    /// A state: kept by the broker, delivered for sure.
    pub fn state(topic: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            retain: true,
            ..Self::once(topic, payload)
        }
    }

    /// A command to somebody else, or something that happens: never twice, which automations would do twice.
    pub fn at_most_once(topic: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            sure: false,
            ..Self::once(topic, payload)
        }
    }

    /// An answer: delivered for sure (twice where an acknowledgement is lost), and kept by nobody.
    pub fn once(topic: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            topic: topic.into(),
            payload: payload.into(),
            retain: false,
            sure: true,
            correlation: None,
        }
    }
}

/// Sends. Cheap to clone.
#[derive(Clone)]
pub(super) enum Pen {
    V5(v5::AsyncClient),
    V311(rumqttc::AsyncClient),
}

/// The other half: drives the connection, and connects anew at the first [`Wire::next`] after an error.
pub(super) enum Wire {
    V5(Box<v5::EventLoop>),
    V311(Box<rumqttc::EventLoop>),
}

/// Both halves; nothing is connected yet. `id`: who we are to the broker, the same over restarts. `will`: said for us when
/// we are lost; without one the broker keeps nothing of us.
pub(super) fn prepare(config: &MqttConfig, speaks: Speaks, id: &str, will: Option<&Note>) -> (Pen, Wire) {
    match speaks {
        Speaks::V5 => {
            let (client, driver) = v5::AsyncClient::new(options::v5(config, id, will), OUTGOING);
            (Pen::V5(client), Wire::V5(Box::new(driver)))
        }
        Speaks::V311 => {
            let (client, mut driver) = rumqttc::AsyncClient::new(options::v311(config, id, will), OUTGOING);
            let mut network = driver.network_options();
            network.set_connection_timeout(options::CONNECT_S);
            driver.set_network_options(network);
            (Pen::V311(client), Wire::V311(Box::new(driver)))
        }
    }
}

fn qos(sure: bool) -> QoS {
    if sure { QoS::AtLeastOnce } else { QoS::AtMostOnce }
}

fn qos5(sure: bool) -> v5::mqttbytes::QoS {
    match sure {
        true => v5::mqttbytes::QoS::AtLeastOnce,
        false => v5::mqttbytes::QoS::AtMostOnce,
    }
}

impl Pen {
    /// Hands a note to the connection. An error: it cannot take it, and nothing was sent.
    pub async fn send(&self, note: Note) -> Result<(), BrokerError> {
        let work = async {
            match self {
                Self::V5(client) => {
                    let properties = v5::mqttbytes::v5::PublishProperties {
                        correlation_data: note.correlation,
                        ..Default::default()
                    };
                    let sent = client.publish_with_properties(
                        note.topic,
                        qos5(note.sure),
                        note.retain,
                        note.payload,
                        properties,
                    );
                    sent.await.map_err(|error| BrokerError::Lost(error.to_string()))
                }
                Self::V311(client) => {
                    let sent = client.publish(note.topic, qos(note.sure), note.retain, note.payload);
                    sent.await.map_err(|error| BrokerError::Lost(error.to_string()))
                }
            }
        };
        patiently(work).await
    }

    /// Subscribes to all of these. `sure`: acknowledged, and kept for us by the broker while we are away.
    pub async fn subscribe(&self, filters: Vec<String>, sure: bool) -> Result<(), BrokerError> {
        let work = async {
            match self {
                Self::V5(client) => {
                    let filters = filters
                        .into_iter()
                        .map(|path| v5::mqttbytes::v5::Filter::new(path, qos5(sure)));
                    let sent = client.subscribe_many(filters);
                    sent.await.map_err(|error| BrokerError::Lost(error.to_string()))
                }
                Self::V311(client) => {
                    let filters = filters
                        .into_iter()
                        .map(|path| rumqttc::SubscribeFilter::new(path, qos(sure)));
                    let sent = client.subscribe_many(filters);
                    sent.await.map_err(|error| BrokerError::Lost(error.to_string()))
                }
            }
        };
        patiently(work).await
    }

    pub async fn unsubscribe(&self, filter: String) -> Result<(), BrokerError> {
        let work = async {
            match self {
                Self::V5(client) => client.unsubscribe(filter).await.map_err(|e| e.to_string()),
                Self::V311(client) => client.unsubscribe(filter).await.map_err(|e| e.to_string()),
            }
            .map_err(BrokerError::Lost)
        };
        patiently(work).await
    }

    /// Tells the broker that a letter need not come again.
    pub async fn acknowledge(&self, letter: &Letter) {
        let work = async {
            match (self, letter.receipt.as_ref()) {
                (Self::V5(client), Receipt::V5(publish)) => client.ack(publish).await.map_err(|e| e.to_string()),
                (Self::V311(client), Receipt::V311(publish)) => client.ack(publish).await.map_err(|e| e.to_string()),
                _ => Ok(()),
            }
            .map_err(BrokerError::Lost)
        };
        // Not told, the broker sends it again, and it is known then.
        let _ = patiently(work).await;
    }

    /// Says goodbye: the will is not said.
    pub async fn disconnect(&self) {
        let work = async {
            match self {
                Self::V5(client) => client.disconnect().await.map_err(|e| e.to_string()),
                Self::V311(client) => client.disconnect().await.map_err(|e| e.to_string()),
            }
            .map_err(BrokerError::Lost)
        };
        let _ = patiently(work).await;
    }
}

async fn patiently(work: impl Future<Output = Result<(), BrokerError>>) -> Result<(), BrokerError> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(_elapsed) => Err(BrokerError::Lost("it takes nothing any more".into())),
    }
}

impl Wire {
    /// The connection broke: what waits and was to be sent at most once is not sent later.
    pub fn drop_unsent(&mut self) {
        match self {
            Self::V5(driver) => driver.pending.retain(|request| match request {
                v5::Request::Publish(publish) => publish.qos != v5::mqttbytes::QoS::AtMostOnce,
                _ => true,
            }),
            Self::V311(driver) => driver.pending.retain(|request| match request {
                rumqttc::Request::Publish(publish) => publish.qos != QoS::AtMostOnce,
                _ => true,
            }),
        }
    }

    /// Drives the connection until something is to be told. Cancelling it loses nothing.
    pub async fn next(&mut self, address: &str) -> Result<Event, BrokerError> {
        loop {
            let event = match self {
                Self::V5(driver) => match driver.poll().await {
                    Ok(v5::Event::Incoming(packet)) => from_v5(packet),
                    Ok(v5::Event::Outgoing(_)) => None,
                    Err(error) => return Err(error::of_v5(error, address)),
                },
                Self::V311(driver) => match driver.poll().await {
                    Ok(rumqttc::Event::Incoming(packet)) => from_v311(packet),
                    Ok(rumqttc::Event::Outgoing(_)) => None,
                    Err(error) => return Err(error::of_v311(error, address)),
                },
            };
            if let Some(event) = event {
                return Ok(event);
            }
        }
    }
}

fn from_v5(packet: v5::Incoming) -> Option<Event> {
    use v5::mqttbytes::v5::{Packet, SubscribeReasonCode};
    match packet {
        Packet::ConnAck(ack) => Some(Event::Connected {
            known: ack.session_present,
        }),
        Packet::SubAck(ack) => {
            let taken = |code: &&SubscribeReasonCode| !matches!(code, SubscribeReasonCode::Success(_));
            let refused = ack.return_codes.iter().filter(taken).count();
            Some(Event::Subscribed { refused })
        }
        Packet::Publish(publish) => {
            let properties = publish.properties.clone().unwrap_or_default();
            Some(Event::Letter(Box::new(Letter {
                topic: String::from_utf8(publish.topic.to_vec()).ok()?,
                payload: publish.payload.clone(),
                retain: publish.retain,
                again: publish.dup,
                id: publish.pkid,
                reply_to: properties.response_topic,
                correlation: properties.correlation_data,
                receipt: Box::new(Receipt::V5(v5::mqttbytes::v5::Publish {
                    payload: Bytes::new(),
                    properties: None,
                    ..publish
                })),
            })))
        }
        _ => None,
    }
}

fn from_v311(packet: rumqttc::Incoming) -> Option<Event> {
    use rumqttc::Packet;
    match packet {
        Packet::ConnAck(ack) => Some(Event::Connected {
            known: ack.session_present,
        }),
        Packet::SubAck(ack) => {
            let refused = |code: &&rumqttc::SubscribeReasonCode| matches!(code, rumqttc::SubscribeReasonCode::Failure);
            let refused = ack.return_codes.iter().filter(refused).count();
            Some(Event::Subscribed { refused })
        }
        Packet::Publish(publish) => Some(Event::Letter(Box::new(Letter {
            topic: publish.topic.clone(),
            payload: publish.payload.clone(),
            retain: publish.retain,
            again: publish.dup,
            id: publish.pkid,
            reply_to: None,
            correlation: None,
            receipt: Box::new(Receipt::V311(rumqttc::Publish {
                payload: Bytes::new(),
                ..publish
            })),
        }))),
        _ => None,
    }
}

#[cfg(test)]
impl Letter {
    pub fn test(topic: &str, payload: &str, id: u16, again: bool) -> Self {
        let publish = rumqttc::Publish::new(topic, QoS::AtLeastOnce, payload);
        Self {
            topic: topic.into(),
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            retain: false,
            again,
            id,
            reply_to: None,
            correlation: None,
            receipt: Box::new(Receipt::V311(publish)),
        }
    }
}
