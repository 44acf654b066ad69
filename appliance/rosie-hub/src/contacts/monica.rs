//! Monica's REST API, as far as it is used: contacts, calls, notes, reminders.
//!
//! Reference: the public "API documentation" of Monica 4 (contacts, calls, notes, reminders, pagination, errors).

use super::{config::ContactsConfig, person::Person};
use crate::{
    HubError,
    home_assistant::{Token, take},
    web::{Ask, Body, Service, Trouble, Web},
};
use jiff::civil::Date;
use serde_json::{Value, json};

/// Entries of a page, as many as Monica gives.
const PAGE: usize = 100;
/// Contacts that are known by name.
const PAGES: usize = 20;

/// Something to be reminded of about somebody.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reminder {
    pub title: String,
    pub who: String,
    pub date: Date,
}

pub(super) struct Monica {
    web: Web,
    token: Token,
}

impl Monica {
    pub fn new(config: &ContactsConfig) -> Result<Self, HubError> {
        Ok(Self {
            web: Web::new(Service::Contacts, config.url.clone())?,
            token: config.token.clone(),
        })
    }

    pub fn address(&self) -> String {
        self.web.address()
    }

    async fn ask(&self, mut ask: Ask) -> Result<Value, Trouble> {
        ask.key = Some(self.token.expose().to_owned());
        self.web.ask(&ask.header("accept", "application/json".to_owned())).await
    }

    async fn data(&self, ask: Ask) -> Result<Value, Trouble> {
        let mut answer = self.ask(ask).await?;
        match take(&mut answer, "data") {
            data @ Value::Object(_) => Ok(data),
            _ => Err(self.web.odd("an answer without its data")),
        }
    }

    /// All pages of a list; `meta.last_page` says how many there are.
    async fn list(&self, path: &str) -> Result<Vec<Value>, Trouble> {
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let mut answer = self
                .ask(Ask::get(path).query("limit", PAGE).query("page", page))
                .await?;
            match take(&mut answer, "data") {
                Value::Array(items) => all.extend(items),
                _ => return Err(self.web.odd("a list without its data")),
            }
            if answer["meta"]["last_page"].as_u64().unwrap_or(1) <= page as u64 {
                break;
            }
        }
        Ok(all)
    }

    /// Those with a sheet of their own.
    pub async fn contacts(&self) -> Result<Vec<Person>, Trouble> {
        let all = self.list("api/contacts").await?;
        Ok(all
            .iter()
            .filter(|one| one["is_partial"] != true)
            .filter_map(Person::read)
            .collect())
    }

    /// How many there are, without fetching them.
    pub async fn count(&self) -> Result<u64, Trouble> {
        let answer = self.ask(Ask::get("api/contacts").query("limit", 1)).await?;
        match (&answer["data"], answer["meta"]["total"].as_u64()) {
            (Value::Array(some), total) => Ok(total.unwrap_or(some.len() as u64)),
            _ => Err(self.web.odd("a list without its data")),
        }
    }

    pub async fn contact(&self, id: u64) -> Result<Person, Trouble> {
        let data = self.data(Ask::get("api/contacts").part(&id.to_string())).await?;
        Person::read(&data).ok_or_else(|| self.web.odd("a contact without an id"))
    }

    pub async fn reminders(&self) -> Result<Vec<Reminder>, Trouble> {
        let all = self.list("api/reminders").await?;
        let reminder = |one: &Value| {
            let expected = one["next_expected_date"].as_str().or(one["initial_date"].as_str());
            Some(Reminder {
                title: one["title"].as_str().unwrap_or_default().to_owned(),
                who: Person::read(&one["contact"])
                    .map(|person| person.name)
                    .unwrap_or_default(),
                date: super::person::date(expected?)?,
            })
        };
        Ok(all.iter().filter_map(reminder).collect())
    }

    pub async fn add_note(&self, contact: u64, text: &str) -> Result<(), Trouble> {
        let body = json!({ "body": text, "contact_id": contact, "is_favorited": 0 });
        self.data(Ask::post("api/notes", Body::Json(body))).await.map(drop)
    }

    pub async fn add_call(&self, contact: u64, text: &str, date: Date) -> Result<(), Trouble> {
        let body = json!({ "content": text, "contact_id": contact, "called_at": date.to_string() });
        self.data(Ask::post("api/calls", Body::Json(body))).await.map(drop)
    }

    pub async fn add_reminder(&self, contact: u64, title: &str, date: Date) -> Result<(), Trouble> {
        // The document calls the date `next_expected_date`, later versions take `initial_date`; each leaves out the other.
        let body = json!({
            "title": title, "contact_id": contact, "frequency_type": "one_time", "frequency_number": 1,
            "next_expected_date": date.to_string(), "initial_date": date.to_string(),
        });
        self.data(Ask::post("api/reminders", Body::Json(body))).await.map(drop)
    }
}
