//! The sections of services outside the house: the calendar, the team's chat, the address book.

use super::{Config, validate::Findings};
use rosie_hub::{
    HubError,
    calendar::{CalendarConfig, CalendarSettings},
    chat::{ChatConfig, ChatSettings},
    contacts::ContactsConfig,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

section! {
    /// Your calendar at Google: docs/calendar.md says how to connect it. Without a client it is off, and Google is never asked.
    GoogleCalendar {
        /// Of the OAuth client that you made in Google's console.
        #[schemars(title = "Client ID")]
        client_id: String = String::new(),
        /// `${GOOGLE_CLIENT_SECRET}` takes it from the environment or from `rosied secrets`.
        client_secret: String = String::new(),
        /// Calendars that are read, by name or id. Empty: those that are shown in Google's own calendar.
        calendars: Vec<String> = vec![],
        /// Name or id of the calendar that new events go to.
        new_events: String = "primary".into(),
        /// Where the Calendar API is.
        #[schemars(title = "Address of the Calendar API")]
        api_url: String = "https://www.googleapis.com/calendar/v3".into(),
        /// Where codes and tokens are given.
        #[schemars(title = "Address of the sign-in")]
        auth_url: String = "https://oauth2.googleapis.com".into(),
        /// The page on which you allow it, when you connect through a browser.
        #[schemars(title = "Address of the consent page")]
        consent_url: String = "https://accounts.google.com/o/oauth2/v2/auth".into(),
    }
}

impl GoogleCalendar {
    pub fn is_on(&self) -> bool {
        !self.client_id.is_empty()
    }

    /// As the hub wants it.
    ///
    /// # Errors
    /// An address that is none.
    pub fn settings(&self, time_zone: Option<&str>) -> Result<CalendarConfig, HubError> {
        CalendarConfig::new(&CalendarSettings {
            client_id: &self.client_id,
            client_secret: &self.client_secret,
            calendars: &self.calendars,
            new_events: &self.new_events,
            api_url: &self.api_url,
            auth_url: &self.auth_url,
            consent_url: &self.consent_url,
            time_zone,
        })
    }
}

section! {
    /// Your team's chat, Mattermost: docs/chat.md says how to connect it. Without an address it is off.
    Mattermost {
        /// As in your browser ("https://chat.example.org").
        #[schemars(title = "Address")]
        url: String = String::new(),
        /// A personal access token (mentions of you are read) or a bot's (mentions of the bot); `${MATTERMOST_TOKEN}` takes it
        /// from the environment or from `rosied secrets`.
        token: String = String::new(),
        /// Address of an incoming webhook, to send without a token; nothing can be read then. It is a secret, too.
        webhook: String = String::new(),
        /// Name of the team. Empty: the first that the token's user is in.
        team: String = String::new(),
        /// What people say, and the name of the channel that is meant.
        channels: BTreeMap<String, String> = ["team", "equipo", "équipe"]
            .map(|said| (said.to_owned(), "town-square".to_owned())).into(),
    }
}

impl Mattermost {
    pub fn is_on(&self) -> bool {
        !self.url.is_empty() || !self.webhook.is_empty()
    }

    /// As the hub wants it.
    ///
    /// # Errors
    /// An address that is none.
    pub fn settings(&self) -> Result<ChatConfig, HubError> {
        ChatConfig::new(settings_of(self))
    }
}

section! {
    /// Your address book, Monica 4: docs/contacts.md says how to connect it. Without an address it is off.
    Monica {
        /// As in your browser ("https://monica.example.org").
        #[schemars(title = "Address")]
        url: String = String::new(),
        /// An API token (Settings, API); `${MONICA_TOKEN}` takes it from the environment or from `rosied secrets`.
        token: String = String::new(),
    }
}

impl Monica {
    pub fn is_on(&self) -> bool {
        !self.url.is_empty()
    }

    /// As the hub wants it.
    ///
    /// # Errors
    /// An address that is none.
    pub fn settings(&self, time_zone: Option<&str>) -> Result<ContactsConfig, HubError> {
        ContactsConfig::new(&self.url, &self.token, time_zone)
    }
}

pub(super) fn check(config: &Config, found: &mut Findings) {
    check_calendar(config, found);
    let chat = &config.mattermost;
    found.url("mattermost.url", &chat.url);
    pair(found, "mattermost", (&chat.url, &chat.token), "MATTERMOST_TOKEN");
    if !chat.webhook.is_empty()
        && ChatConfig::new(ChatSettings {
            url: "",
            ..settings_of(chat)
        })
        .is_err()
    {
        // The address is a key: it is not repeated.
        found.add(
            "mattermost.webhook",
            "this is not an address like https://chat.example.org/hooks/xxx",
        );
    }
    let monica = &config.monica;
    found.url("monica.url", &monica.url);
    pair(found, "monica", (&monica.url, &monica.token), "MONICA_TOKEN");
}

fn settings_of(chat: &Mattermost) -> ChatSettings<'_> {
    ChatSettings {
        url: &chat.url,
        token: &chat.token,
        webhook: &chat.webhook,
        team: &chat.team,
        channels: &chat.channels,
    }
}

/// An address needs its token, and the other way round.
fn pair(found: &mut Findings, section: &str, (url, token): (&str, &str), name: &str) {
    match (url.is_empty(), token.trim().is_empty()) {
        (false, true) => found.add(
            format!("{section}.token"),
            format!("an address needs its token, best as ${{{name}}} from the environment or `rosied secrets`"),
        ),
        (true, false) => found.add(
            format!("{section}.url"),
            "a token without an address: give the one in your browser",
        ),
        _ => {}
    }
}

fn check_calendar(config: &Config, found: &mut Findings) {
    let calendar = &config.google_calendar;
    match (calendar.client_id.is_empty(), calendar.client_secret.is_empty()) {
        (false, true) => found.add(
            "google_calendar.client_secret",
            "a client needs its secret, best as ${GOOGLE_CLIENT_SECRET} from the environment or `rosied secrets`",
        ),
        (true, false) => found.add(
            "google_calendar.client_id",
            "a secret without its client: give the client's id, like 123-abc.apps.googleusercontent.com",
        ),
        _ => {}
    }
    let addresses = [
        ("api_url", &calendar.api_url),
        ("auth_url", &calendar.auth_url),
        ("consent_url", &calendar.consent_url),
    ];
    for (key, url) in addresses {
        found.url(&format!("google_calendar.{key}"), url);
        if url.is_empty() {
            found.add(
                format!("google_calendar.{key}"),
                "give an address, or leave the key out",
            );
        }
    }
    if calendar.new_events.is_empty() {
        found.add("google_calendar.new_events", "name a calendar, or leave the key out");
    }
}
