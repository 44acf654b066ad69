//! Where the address book is.

use crate::{HubError, home_assistant::Token, web};
use jiff::tz::TimeZone;
use reqwest::Url;

#[derive(Debug, Clone)]
pub struct ContactsConfig {
    pub(super) url: Url,
    pub(super) token: Token,
    pub(super) zone: TimeZone,
}

impl ContactsConfig {
    /// `time_zone`: IANA name; `None` takes the machine's.
    pub fn new(url: &str, token: &str, time_zone: Option<&str>) -> Result<Self, HubError> {
        let zone = match time_zone {
            Some(name) => TimeZone::get(name).map_err(|_| HubError::UnknownTimeZone(name.to_owned()))?,
            None => TimeZone::system(),
        };
        Ok(Self {
            url: web::base(url, "https://monica.example.org")?,
            token: Token::new(token),
            zone,
        })
    }
}
