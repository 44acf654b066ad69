//! What the hub itself may find wrong.

use rosie_core::{ErrorCode, Failure};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
    #[error("time zone '{0}' is not known: use a name like 'Europe/Berlin', or leave it out to take the machine's own")]
    UnknownTimeZone(String),
    #[error("'{call}' is carried out by both '{first}' and '{second}'")]
    ClaimedTwice {
        call: String,
        first: String,
        second: String,
    },
    #[error("'{call}' needs a home, and none is connected: give the address and token of Home Assistant")]
    HomeNotConnected { call: String },
    #[error("nothing here carries out '{call}'")]
    NotSupported { call: String },
    #[error("'{call}' cannot be carried out with these arguments: {reason}")]
    BadArguments { call: String, reason: String },
    #[error("'{skill}' did not answer within {seconds} s")]
    TooSlow { skill: String, seconds: u64 },
    #[error("'{skill}' broke down while it carried out '{call}'; the log has more")]
    Panicked { skill: String, call: String },
    #[error("'{name}' broke down several times in a row and is left alone for a while; the log has more")]
    Resting { name: String },
    #[error("'{name}' has more calls waiting than it carries out")]
    Overrun { name: String },
    #[error("\"{0}\" is not an address like http://homeassistant.local:8123")]
    HomeAddress(String),
    #[error("\"{0}\" is not an address like https://api.open-meteo.com")]
    WeatherAddress(String),
    #[error(
        "\"{0}\" is not an address like mqtt://broker.local:1883 (mqtts:// for TLS; name and password stand apart)"
    )]
    BrokerAddress(String),
    #[error("\"{0}\" cannot begin MQTT topics: no + or #, no empty part, not $; like rosie or home/rosie")]
    BadTopic(String),
    #[error(
        "the certificate authority's file in ca_file, {file}, cannot be used: {reason}; give the PEM file of the authority, or \
         leave ca_file empty"
    )]
    CaFile { file: String, reason: String },
    #[error("\"{given}\" is not an address like {example}")]
    WebAddress { given: String, example: &'static str },
    #[error("no HTTP client could be made: {0}")]
    NoHttp(String),
    #[error("the timers have stopped: the daemon is shutting down")]
    TimersStopped,
    #[error("the time {0} ms after 1970 lies outside of any calendar: set the machine's clock")]
    ClockOutOfRange(u64),
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        let code = match &error {
            HubError::HomeNotConnected { .. } => ErrorCode::HomeNotConnected,
            HubError::NotSupported { .. } => ErrorCode::NotSupported,
            HubError::BadArguments { .. }
            | HubError::TooSlow { .. }
            | HubError::Panicked { .. }
            | HubError::Resting { .. }
            | HubError::Overrun { .. }
            | HubError::TimersStopped
            | HubError::ClockOutOfRange(_) => ErrorCode::ToolFailed,
            HubError::UnknownTimeZone(_)
            | HubError::ClaimedTwice { .. }
            | HubError::HomeAddress(_)
            | HubError::WebAddress { .. }
            | HubError::WeatherAddress(_)
            | HubError::BrokerAddress(_)
            | HubError::BadTopic(_)
            | HubError::CaFile { .. }
            | HubError::NoHttp(_) => ErrorCode::Internal,
        };
        Failure::new(code, error.to_string())
    }
}
