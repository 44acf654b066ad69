//! Google's Calendar API v3, as far as it is used: which calendars there are, what is in them, when one is busy, and changes.
//!
//! Reference: "Calendar API v3" of Google Workspace (calendarList.list, events.list, insert, patch, delete, freebusy.query).

use super::{account::Account, config::CalendarConfig, event::Event};
use crate::{
    HubError,
    home_assistant::take,
    web::{Ask, Body, Service, Trouble, Web},
};
use futures_util::future::join_all;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use reqwest::Method;
use rosie_core::Failure;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Pages of one list; a page has up to 250 entries.
const PAGES: usize = 8;
const PAGE: usize = 250;
/// Calendars that are read at once.
const CALENDARS: usize = 12;
/// The list of calendars changes seldom.
const KEEP: Duration = Duration::from_secs(600);

/// A calendar of the account.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calendar {
    pub id: String,
    pub name: String,
    /// It is the person's own to change.
    pub own: bool,
}

/// Why a request brought nothing.
enum Refused {
    /// There is no key.
    Account(Failure),
    Service(Trouble),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Account(failure)
    }
}

impl From<Trouble> for Refused {
    fn from(trouble: Trouble) -> Self {
        Self::Service(trouble)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Account(failure) => failure,
            Refused::Service(trouble) => trouble.into(),
        }
    }
}

type Kept = Option<(Instant, Arc<[Calendar]>)>;

pub(super) struct Google {
    web: Web,
    account: Arc<Account>,
    wanted: Vec<String>,
    zone: TimeZone,
    calendars: Mutex<Kept>,
}

impl Google {
    pub fn new(config: &CalendarConfig, account: Arc<Account>) -> Result<Self, HubError> {
        Ok(Self {
            web: Web::new(Service::Calendar, config.api.clone())?,
            account,
            wanted: config.calendars.clone(),
            zone: config.zone.clone(),
            calendars: Mutex::default(),
        })
    }

    /// With a key; with a fresh one where it is refused before its time.
    async fn ask(&self, mut ask: Ask) -> Result<Value, Refused> {
        let begun = Instant::now();
        let key = self.account.key(begun).await?;
        ask.key = Some(key.clone());
        match self.web.ask(&ask).await {
            Err(Trouble::Key { .. }) => {
                self.account.was_refused(&key).await;
                ask.key = Some(self.account.key(begun).await?);
                Ok(self.web.ask(&ask).await?)
            }
            other => Ok(other?),
        }
    }

    /// All pages of a list.
    async fn list(&self, make: impl Fn() -> Ask) -> Result<Vec<Value>, Failure> {
        let (mut items, mut page) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let ask = make().query("maxResults", PAGE);
            let mut answer = self
                .ask(match &page {
                    Some(page) => ask.query("pageToken", page),
                    None => ask,
                })
                .await?;
            match take(&mut answer, "items") {
                Value::Array(more) => items.extend(more),
                _ => return Err(self.web.odd("a list without items").into()),
            }
            page = answer["nextPageToken"].as_str().map(str::to_owned);
            if page.is_none() {
                break;
            }
        }
        Ok(items)
    }

    /// Those that are read: named in the configuration, else shown in Google's own calendar.
    pub async fn calendars(&self) -> Result<Arc<[Calendar]>, Failure> {
        let kept = self.calendars.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((since, calendars)) = kept
            && since.elapsed() < KEEP
        {
            return Ok(calendars);
        }
        let items = self.list(|| Ask::get("users/me/calendarList")).await?;
        let calendars: Arc<[Calendar]> = items
            .iter()
            .filter_map(|item| self.meant(item))
            .take(CALENDARS)
            .collect();
        *self.calendars.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), calendars.clone()));
        Ok(calendars)
    }

    /// Another account may have been joined.
    pub fn forget(&self) {
        *self.calendars.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn meant(&self, item: &Value) -> Option<Calendar> {
        let id = item["id"].as_str()?.to_owned();
        let name = item["summaryOverride"].as_str().or(item["summary"].as_str());
        let name = name.unwrap_or(&id).to_owned();
        let role = item["accessRole"].as_str().unwrap_or_default();
        let primary = item["primary"] == true;
        let named = |wanted: &String| *wanted == id || wanted.to_lowercase() == name.to_lowercase();
        let named = |wanted: &String| named(wanted) || (primary && wanted == "primary");
        let wanted = match self.wanted.is_empty() {
            true => item["selected"] == true || primary,
            false => self.wanted.iter().any(named),
        };
        // One that only says when it is busy has no events to read.
        let readable = matches!(role, "owner" | "writer" | "reader");
        (wanted && readable && item["deleted"] != true).then_some(Calendar {
            id,
            name,
            own: matches!(role, "owner" | "writer"),
        })
    }

    /// What touches a span of time, in order; each once.
    pub async fn events(&self, from: &Zoned, to: &Zoned) -> Result<Vec<Event>, Failure> {
        let calendars = self.calendars().await?;
        let (begin, end) = (stamp(from), stamp(to));
        let lists = calendars.iter().map(|calendar| {
            let (begin, end) = (&begin, &end);
            self.list(move || {
                Ask::get("calendars")
                    .part(&calendar.id)
                    .part("events")
                    .query("singleEvents", true)
                    .query("orderBy", "startTime")
                    .query("timeMin", begin)
                    .query("timeMax", end)
            })
        });
        let mut events = Vec::new();
        for (calendar, list) in calendars.iter().zip(join_all(lists).await) {
            match list {
                Ok(items) => events.extend(
                    items
                        .iter()
                        .filter_map(|item| Event::read(item, &calendar.id, &self.zone)),
                ),
                // One that is not there any more does not hide the others.
                Err(failure) if failure.code == rosie_core::ErrorCode::CalendarChanged => self.forget(),
                Err(failure) => return Err(failure),
            }
        }
        let mut seen = BTreeSet::new();
        let zone = &self.zone;
        events.retain(|event| event.uid.is_empty() || seen.insert((event.uid.clone(), event.begins(zone))));
        events.sort_by_cached_key(|event| event.begins(zone));
        Ok(events)
    }

    /// When the person's own calendars are busy, in order, joined where they touch.
    pub async fn busy(&self, from: &Zoned, to: &Zoned) -> Result<Vec<(Zoned, Zoned)>, Failure> {
        let calendars = self.calendars().await?;
        let named = !self.wanted.is_empty();
        let own = calendars.iter().filter(|calendar| calendar.own || named);
        let items: Vec<Value> = own.map(|calendar| json!({ "id": calendar.id })).collect();
        let body = json!({ "timeMin": stamp(from), "timeMax": stamp(to), "items": items });
        let answer = self.ask(Ask::post("freeBusy", Body::Json(body)).repeatable()).await?;
        let odd = |reason: &str| -> Failure { self.web.odd(reason).into() };
        let found = answer["calendars"].as_object();
        let found = found.ok_or_else(|| odd("free or busy of no calendar"))?;
        let mut busy = Vec::new();
        for calendar in found.values() {
            // Free is only who is known to be free.
            if let Some(reason) = calendar["errors"][0]["reason"].as_str() {
                return Err(odd(&format!("it does not say when a calendar is busy: {reason}")));
            }
            for span in calendar["busy"].as_array().into_iter().flatten() {
                let time = |key: &str| {
                    let stamp = span[key].as_str()?.parse::<Timestamp>().ok()?;
                    Some(stamp.to_zoned(self.zone.clone()))
                };
                busy.push(
                    time("start")
                        .zip(time("end"))
                        .ok_or_else(|| odd("a time that is none"))?,
                );
            }
        }
        busy.sort();
        Ok(joined(busy))
    }

    /// The calendar that new events go to.
    pub async fn for_new(&self, wanted: &str) -> Result<String, Failure> {
        if wanted == "primary" || wanted.contains('@') {
            return Ok(wanted.to_owned());
        }
        let calendars = self.calendars().await?;
        let named = calendars
            .iter()
            .find(|c| c.own && c.name.to_lowercase() == wanted.to_lowercase());
        let none = || {
            let detail = format!("no calendar of the account is called \"{wanted}\" (google_calendar.new_events)");
            Failure::new(rosie_core::ErrorCode::CalendarForbidden, detail)
        };
        Ok(named.ok_or_else(none)?.id.clone())
    }

    /// Adds an event with an id of its own, so that it is there once however often it is sent.
    pub async fn insert(&self, calendar: &str, title: &str, times: Value) -> Result<(), Failure> {
        let mut body = times;
        body["id"] = json!(uuid::Uuid::new_v4().simple().to_string());
        body["summary"] = json!(title);
        let ask = Ask::post("calendars", Body::Json(body)).part(calendar).part("events");
        match self.ask(ask.repeatable()).await {
            Ok(_) => Ok(()),
            // 409: sent before, and the answer was lost.
            Err(Refused::Service(Trouble::Changed { status: 409, .. })) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    /// Changes an event that is still as it was seen.
    pub async fn reschedule(&self, event: &Event, times: Value) -> Result<(), Failure> {
        let mut ask = changing(Method::PATCH, event);
        ask.body = Body::Json(times);
        // Its second sending would find it changed by the first.
        ask.repeatable = false;
        self.ask(ask).await?;
        Ok(())
    }

    pub async fn delete(&self, event: &Event) -> Result<(), Failure> {
        match self.ask(changing(Method::DELETE, event)).await {
            Ok(_) => Ok(()),
            // 410: it is gone already.
            Err(Refused::Service(Trouble::Changed { status: 410, .. })) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    pub fn address(&self) -> String {
        self.web.address()
    }
}

fn changing(method: Method, event: &Event) -> Ask {
    let ask = Ask::new(method, "calendars")
        .part(&event.calendar)
        .part("events")
        .part(&event.id);
    match event.etag.is_empty() {
        true => ask,
        false => ask.header("if-match", event.etag.clone()),
    }
}

fn stamp(time: &Zoned) -> String {
    time.timestamp().to_string()
}

/// Spans in order, joined where they touch.
fn joined(spans: Vec<(Zoned, Zoned)>) -> Vec<(Zoned, Zoned)> {
    let mut all: Vec<(Zoned, Zoned)> = Vec::new();
    for (from, to) in spans {
        match all.last_mut() {
            Some((_, end)) if from <= *end => *end = (*end).clone().max(to),
            _ => all.push((from, to)),
        }
    }
    all
}
