//! The address book (Monica): who somebody is, birthdays, when one was last in touch; notes, calls and reminders.
//!
//! `monica` is its REST API, `person` a contact. Names are fetched at the start and every hour, for Monica tells nobody of
//! changes; what is asked about somebody is fetched when it is asked.
//!
//! Invariant: what stands in the address book is in no log.

mod config;
mod monica;
mod person;
mod tools;
mod which;

pub use config::ContactsConfig;

use crate::{
    Arguments, Clock, HubError,
    calendar::{Wish, wish},
    clock::now_in,
    integration::{self, Ground, Integration, Sentences},
    questions::Questions,
    skill::said,
    web::{Service, Trouble, in_time},
};
use jiff::Zoned;
use monica::Monica;
use person::{Person, day};
use rosie_core::{
    BoxFuture, CallContext, Failure, KnownName, KnownNames, ToolCall, ToolOutcome, ToolResult, ToolSpec,
    audit::{AuditLog, Deed},
    engine::EngineHealth,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// In the configuration, and in health.
pub(crate) const NAME: &str = "monica";
pub(crate) const ASKED: &[&str] = &CALLS;
const CALLS: [&str; 9] = [
    "RosieWhoIs",
    "RosieBirthday",
    "RosieBirthdays",
    "RosieLastContact",
    "RosieContactReminders",
    "RosieAddNote",
    "RosieLogCall",
    "RosieAddReminder",
    which::ANSWER,
];
const EVERY: Duration = Duration::from_secs(3600);
/// A refused token is tried again seldom.
const REFUSED: Duration = Duration::from_secs(600);
/// What is said of a list.
const SAID: usize = 3;
/// Birthdays of so many days ahead are coming up.
const SOON_DAYS: i32 = 30;
/// The longest note, characters.
const LONGEST: usize = 2000;
/// Likeness from which a model's word for somebody is taken for a name.
const ALIKE: f64 = 0.85;

/// The integration.
pub struct Contacts {
    config: ContactsConfig,
    monica: Monica,
    people: Mutex<Arc<[Person]>>,
    questions: Arc<Questions>,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn AuditLog>,
}

/// Who a call is about.
enum Who {
    One(u64),
    Several(Vec<String>),
    Nobody(String),
}

impl Contacts {
    pub fn new(config: ContactsConfig, clock: Arc<dyn Clock>, audit: Arc<dyn AuditLog>) -> Result<Self, HubError> {
        Ok(Self {
            monica: Monica::new(&config)?,
            config,
            people: Mutex::new(Arc::new([])),
            questions: Arc::new(Questions::new(clock.clone())),
            clock,
            audit,
        })
    }

    fn now(&self) -> Result<Zoned, HubError> {
        now_in(&self.config.zone, &*self.clock)
    }

    fn people(&self) -> Arc<[Person]> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A template gives ids, a model a name.
    fn who(&self, call: &ToolCall) -> Result<Who, HubError> {
        let meant = Arguments::of(call)
            .text("contact")
            .ok_or_else(|| HubError::BadArguments {
                call: call.name.clone(),
                reason: "it names nobody".to_owned(),
            })?;
        let people = self.people();
        let ids: Vec<u64> = meant.split(',').filter_map(|id| id.parse().ok()).collect();
        let lower = meant.to_lowercase();
        let called = |person: &Person| {
            [&person.name, &person.first_name, &person.nickname]
                .iter()
                .any(|name| name.to_lowercase() == lower)
        };
        let near = |person: &Person| strsim::normalized_levenshtein(&person.name.to_lowercase(), &lower) >= ALIKE;
        let mut found: Vec<&Person> = match ids.is_empty() {
            false => people.iter().filter(|person| ids.contains(&person.id)).collect(),
            true => people.iter().filter(|person| called(person)).collect(),
        };
        if found.is_empty() {
            found = people.iter().filter(|person| near(person)).collect();
        }
        Ok(match found.as_slice() {
            [] => Who::Nobody(meant),
            [one] => Who::One(one.id),
            several => Who::Several(several.iter().take(4).map(|person| person.name.clone()).collect()),
        })
    }

    async fn tried(&self) -> Result<String, Failure> {
        let count = self.monica.count().await.map_err(Trouble::at_first)?;
        let address = self.monica.address();
        Ok(format!("Monica at {address} answers, with {count} contacts."))
    }

    /// The contact that is meant; the answer where there is none, or more than one.
    async fn meant(&self, call: &ToolCall, context: &CallContext) -> Result<Result<Person, ToolResult>, Failure> {
        Ok(match self.who(call)? {
            Who::One(id) => Ok(self.monica.contact(id).await?),
            Who::Several(names) => Err(which::ask(&self.questions, call, context, &names)),
            Who::Nobody(name) => Err(said("RosieWhoIs/unknown", json!({ "name": name }))),
        })
    }

    async fn about(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let today = self.now()?.date();
        let person = match self.meant(call, context).await? {
            Ok(person) => person,
            Err(answer) => return Ok(answer),
        };
        let key = match call.name.as_str() {
            "RosieBirthday" if person.birthday.is_none() => "none",
            "RosieLastContact" if person.last_contact.is_none() => "none",
            _ => "default",
        };
        Ok(said(key, json!({ "person": person.data(today) })))
    }

    async fn birthdays(&self) -> ToolOutcome {
        let today = self.now()?.date();
        let people = self.monica.contacts().await?;
        self.keep(&people);
        let mut soon: Vec<_> = people
            .iter()
            .filter(|person| !person.is_dead)
            .filter_map(|person| Some((person, person.birthday?.next(today)?)))
            .filter(|(_, (date, _))| (*date - today).get_days() <= SOON_DAYS)
            .collect();
        soon.sort_by_key(|(_, (date, _))| *date);
        let told: Vec<Value> = soon
            .iter()
            .take(SAID)
            .map(|(person, (date, age))| json!({ "name": person.name, "on": day(*date, today), "age": age }))
            .collect();
        let key = if told.is_empty() { "none" } else { "default" };
        Ok(said(
            key,
            json!({ "birthdays": told, "more": soon.len().saturating_sub(SAID) }),
        ))
    }

    async fn reminders(&self) -> ToolOutcome {
        let today = self.now()?.date();
        let mut due = self.monica.reminders().await?;
        due.retain(|reminder| reminder.date >= today);
        due.sort_by_key(|reminder| reminder.date);
        let told: Vec<Value> = due
            .iter()
            .take(SAID)
            .map(|one| {
                // "Call him, Ben Stein"; but "Wish happy birthday to Ben" says it already.
                let said = one.who.is_empty() || one.title.contains(one.who.split(' ').next().unwrap_or_default());
                let name = if said {
                    one.title.clone()
                } else {
                    format!("{}, {}", one.title, one.who)
                };
                json!({ "name": name, "on": day(one.date, today) })
            })
            .collect();
        let key = if told.is_empty() { "none" } else { "default" };
        Ok(said(
            key,
            json!({ "reminders": told, "more": due.len().saturating_sub(SAID) }),
        ))
    }

    /// A note, a call or a reminder.
    async fn add(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let now = self.now()?;
        let arguments = Arguments::of(call);
        let person = match self.meant(call, context).await? {
            Ok(person) => person,
            Err(answer) => return Ok(answer),
        };
        let note = arguments.text("note").unwrap_or_default();
        if note.chars().count() > LONGEST {
            return Err(HubError::BadArguments {
                call: call.name.clone(),
                reason: "the note is too long".to_owned(),
            }
            .into());
        }
        let mut data = json!({ "person": person.data(now.date()) });
        let (action, done) = match call.name.as_str() {
            "RosieAddNote" if note.is_empty() => return Ok(said("what", data)),
            "RosieAddNote" => ("contacts.note", self.monica.add_note(person.id, &note).await),
            "RosieLogCall" => (
                "contacts.call",
                self.monica.add_call(person.id, &note, now.date()).await,
            ),
            _ => {
                let date = match wish(&arguments, None, &now) {
                    Some(Wish::Day(date)) => date,
                    Some(Wish::At(time)) => time.date(),
                    None => return Ok(said("when", data)),
                };
                data["on"] = day(date, now.date());
                let title = if note.is_empty() { person.name.clone() } else { note };
                (
                    "contacts.reminder",
                    self.monica.add_reminder(person.id, &title, date).await,
                )
            }
        };
        self.written(call, context, action, person.id, done.as_ref().err());
        done?;
        Ok(said("default", data))
    }

    /// About whom something was written goes into the list of deeds, not what.
    fn written(&self, call: &ToolCall, context: &CallContext, action: &str, id: u64, failed: Option<&Trouble>) {
        let mut deed = Deed::new(self.clock.unix_ms(), &call.name, context, action.to_owned());
        deed.targets.push(id.to_string());
        self.audit.add(vec![match failed {
            Some(trouble) => deed.failed(trouble.code()),
            None => deed,
        }]);
    }

    fn keep(&self, people: &[Person]) {
        *self.people.lock().unwrap_or_else(PoisonError::into_inner) = people.into();
    }

    /// Fetches the names, and again, until cancelled from outside.
    async fn keep_known(&self, ground: &Ground) {
        let mut failed = 0;
        loop {
            let wait = match self.monica.contacts().await {
                Ok(people) => {
                    failed = 0;
                    self.keep(&people);
                    ground.board.view(Some(Arc::new(self.known(&people))));
                    ground.board.what(format!(
                        "Monica at {}, {} contacts",
                        self.monica.address(),
                        people.len()
                    ));
                    ground.board.health(EngineHealth::Ready);
                    EVERY
                }
                Err(trouble) => {
                    let reason = trouble.to_string();
                    tracing::warn!(reason, "the address book cannot be read; trying again until it can");
                    ground.board.health(EngineHealth::Unavailable { reason });
                    failed += 1;
                    match trouble {
                        Trouble::Key { .. } | Trouble::Forbidden { .. } => REFUSED,
                        _ => integration::pause(failed),
                    }
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    fn known(&self, people: &[Person]) -> which::Known {
        which::Known {
            names: names(people),
            questions: self.questions.clone(),
        }
    }

    async fn carry_out(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        if call.name != which::ANSWER {
            return self.done(call, context).await;
        }
        let Some(meant) = which::answered(&self.questions, &call, &context) else {
            return Ok(said("not_asked", json!({})));
        };
        let name = meant.name.clone();
        let result = self.done(meant, context).await?;
        Ok(which::of_the_call(&name, result))
    }

    async fn done(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        match call.name.as_str() {
            "RosieBirthdays" => self.birthdays().await,
            "RosieContactReminders" => self.reminders().await,
            "RosieAddNote" | "RosieLogCall" | "RosieAddReminder" => self.add(&call, &context).await,
            _ => self.about(&call, &context).await,
        }
    }
}

/// First, full and nicknames; one that several have stands for all of them.
fn names(people: &[Person]) -> KnownNames {
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for person in people {
        let mut own = vec![&person.name, &person.first_name, &person.nickname];
        own.sort();
        own.dedup();
        for name in own.into_iter().filter(|name| !name.is_empty()) {
            ids.entry(name.clone()).or_default().push(person.id.to_string());
        }
    }
    let known = ids.into_iter().map(|(spoken, ids)| KnownName {
        spoken,
        value: ids.join(","),
        context: BTreeMap::new(),
    });
    KnownNames::from([("contact".to_owned(), known.collect())])
}

impl Integration for Contacts {
    fn name(&self) -> &'static str {
        NAME
    }

    fn calls(&self) -> &'static [&'static str] {
        &CALLS
    }

    fn tools(&self) -> Vec<ToolSpec> {
        tools::all()
    }

    fn intents(&self) -> Vec<Sentences> {
        crate::integration::sentences!("contacts")
    }

    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            ground.until_its_end(self.keep_known(&ground)).await;
            Ok(())
        })
    }

    fn probe(&self) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(self.tried())
    }

    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(in_time(Service::Contacts, self.carry_out(call, context)))
    }
}
