//! Why there is no connection, in words that say what to do.

use rosie_core::{ErrorCode, Failure};
use rumqttc::v5;
use std::io::ErrorKind;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokerError {
    #[error("nothing answers at {address} ({reason}): is the broker running, and is mqtt.url right?")]
    Unreachable { address: String, reason: String },
    #[error("the broker at {address} refuses the user name or the password: check mqtt.username and mqtt.password")]
    SignIn { address: String },
    #[error(
        "the certificate of {address} is not trusted ({reason}): give its authority in mqtt.ca_file, and call the broker by \
         the name in the certificate"
    )]
    Certificate { address: String, reason: String },
    /// Whoever answers does not speak this version of MQTT, or no MQTT at all.
    #[error(
        "{address} does not answer as an MQTT broker does ({reason}): check the port, mqtts:// for TLS, and that mqtt.version is auto"
    )]
    NotUnderstood { address: String, reason: String },
    #[error("the broker at {address} does not want us: {reason}")]
    Refused { address: String, reason: String },
    #[error("the connection to the broker broke ({0})")]
    Lost(String),
}

impl BrokerError {
    /// Whether the other version of MQTT may be what the broker understands.
    pub fn is_of_version(&self) -> bool {
        matches!(self, Self::NotUnderstood { .. })
    }

    /// It is answered at once and will be answered so again: asked seldom.
    pub fn is_a_no(&self) -> bool {
        matches!(
            self,
            Self::SignIn { .. } | Self::Certificate { .. } | Self::Refused { .. }
        )
    }
}

impl From<BrokerError> for Failure {
    fn from(error: BrokerError) -> Self {
        let code = match &error {
            BrokerError::SignIn { .. } | BrokerError::Refused { .. } => ErrorCode::HomeRefused,
            _ => ErrorCode::HomeUnavailable,
        };
        Failure::new(code, error.to_string())
    }
}

fn of_io(error: &std::io::Error, address: String) -> BrokerError {
    let reason = crate::web::why(error).unwrap_or_else(|| error.to_string());
    match error.kind() {
        // It was there, and hung up without a word: brokers do that to a version that they do not know.
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::UnexpectedEof
        | ErrorKind::BrokenPipe => BrokerError::NotUnderstood { address, reason },
        ErrorKind::InvalidData if reason.contains("certificate") => BrokerError::Certificate { address, reason },
        ErrorKind::InvalidData => BrokerError::NotUnderstood { address, reason },
        _ => BrokerError::Unreachable { address, reason },
    }
}

fn of_tls(error: &rumqttc::TlsError, address: String) -> BrokerError {
    match error {
        rumqttc::TlsError::Io(error) => of_io(error, address),
        other => BrokerError::Certificate {
            address,
            reason: other.to_string(),
        },
    }
}

pub(super) fn of_v5(error: v5::ConnectionError, address: &str) -> BrokerError {
    use v5::{ConnectionError as E, mqttbytes::v5::ConnectReturnCode as Code};
    let address = address.to_owned();
    match error {
        E::Io(error) => of_io(&error, address),
        E::Tls(error) => of_tls(&error, address),
        E::Timeout(_) => BrokerError::Unreachable {
            address,
            reason: "no answer in time".into(),
        },
        E::ConnectionRefused(Code::BadUserNamePassword | Code::NotAuthorized) => BrokerError::SignIn { address },
        E::ConnectionRefused(Code::RefusedProtocolVersion | Code::UnsupportedProtocolVersion) => {
            BrokerError::NotUnderstood {
                address,
                reason: "it does not speak MQTT 5".into(),
            }
        }
        E::ConnectionRefused(code) => BrokerError::Refused {
            address,
            reason: format!("{code:?}"),
        },
        E::NotConnAck(_) => BrokerError::NotUnderstood {
            address,
            reason: "it answers with something else".into(),
        },
        E::MqttState(error @ v5::StateError::Deserialization(_)) => BrokerError::NotUnderstood {
            address,
            reason: error.to_string(),
        },
        E::MqttState(v5::StateError::ConnectionAborted) => BrokerError::NotUnderstood {
            address,
            reason: "it hangs up".into(),
        },
        E::MqttState(error) => BrokerError::Lost(error.to_string()),
        E::RequestsDone => BrokerError::Lost("it was closed".into()),
    }
}

pub(super) fn of_v311(error: rumqttc::ConnectionError, address: &str) -> BrokerError {
    use rumqttc::{ConnectReturnCode as Code, ConnectionError as E};
    let address = address.to_owned();
    match error {
        E::Io(error) => of_io(&error, address),
        E::Tls(error) => of_tls(&error, address),
        E::NetworkTimeout | E::FlushTimeout => BrokerError::Unreachable {
            address,
            reason: "no answer in time".into(),
        },
        E::ConnectionRefused(Code::BadUserNamePassword | Code::NotAuthorized) => BrokerError::SignIn { address },
        E::ConnectionRefused(Code::RefusedProtocolVersion) => BrokerError::NotUnderstood {
            address,
            reason: "it does not speak MQTT 3.1.1".into(),
        },
        E::ConnectionRefused(code) => BrokerError::Refused {
            address,
            reason: format!("{code:?}"),
        },
        E::NotConnAck(_) => BrokerError::NotUnderstood {
            address,
            reason: "it answers with something else".into(),
        },
        E::MqttState(error @ rumqttc::StateError::Deserialization(_)) => BrokerError::NotUnderstood {
            address,
            reason: error.to_string(),
        },
        E::MqttState(rumqttc::StateError::ConnectionAborted) => BrokerError::NotUnderstood {
            address,
            reason: "it hangs up".into(),
        },
        E::MqttState(error) => BrokerError::Lost(error.to_string()),
        E::RequestsDone => BrokerError::Lost("it was closed".into()),
    }
}
