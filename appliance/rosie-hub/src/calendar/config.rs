//! Where the calendar is, and as whom Rosie asks for it.

use crate::{HubError, clock::zone, home_assistant::Token, web};
use jiff::tz::TimeZone;
use reqwest::Url;

/// As the owner wrote it.
#[derive(Debug, Clone)]
pub struct CalendarSettings<'s> {
    pub client_id: &'s str,
    pub client_secret: &'s str,
    /// Ids or names; none: those that are shown in Google's own calendar.
    pub calendars: &'s [String],
    /// Id or name of the one that new events go to.
    pub new_events: &'s str,
    pub api_url: &'s str,
    pub auth_url: &'s str,
    pub consent_url: &'s str,
    /// IANA name; `None` takes the machine's.
    pub time_zone: Option<&'s str>,
}

#[derive(Debug, Clone)]
pub struct CalendarConfig {
    pub(super) client_id: String,
    pub(super) client_secret: Token,
    pub(super) calendars: Vec<String>,
    pub(super) new_events: String,
    pub(super) api: Url,
    pub(super) auth: Url,
    pub(super) consent: Url,
    pub(super) zone: TimeZone,
}

impl CalendarConfig {
    pub fn new(settings: &CalendarSettings<'_>) -> Result<Self, HubError> {
        let zone = zone(settings.time_zone)?;
        let mut consent = web::base(settings.consent_url, "https://accounts.google.com/o/oauth2/v2/auth")?;
        if let Ok(mut parts) = consent.path_segments_mut() {
            parts.pop_if_empty();
        }
        Ok(Self {
            client_id: settings.client_id.trim().to_owned(),
            client_secret: Token::new(settings.client_secret),
            calendars: settings.calendars.to_vec(),
            new_events: settings.new_events.to_owned(),
            api: web::base(settings.api_url, "https://www.googleapis.com/calendar/v3")?,
            auth: web::base(settings.auth_url, "https://oauth2.googleapis.com")?,
            consent,
            zone,
        })
    }
}
