//! Where the address book is.

use crate::{HubError, clock::zone, home_assistant::Token, web};
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
        let zone = zone(time_zone)?;
        Ok(Self {
            url: web::base(url, "https://monica.example.org")?,
            token: Token::new(token),
            zone,
        })
    }
}
