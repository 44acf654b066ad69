//! Google Calendar: what is in it, whether one is free, and changes of it, by voice and for models.
//!
//! `oauth` speaks with Google of the sign-in, `account` keeps it, `google` is the Calendar API, `span` and `find` say which
//! time and which event are meant.
//!
//! Invariants: nothing is asked of Google before the owner named a client; what stands in a calendar is never in a log; what
//! is cancelled was asked about.

mod account;
mod change;
mod config;
mod event;
mod find;
mod google;
mod oauth;
mod read;
mod span;
mod tools;

pub use config::{CalendarConfig, CalendarSettings};
pub(crate) use span::{Wish, wish};

use crate::{
    Clock, HubError,
    clock::now_in,
    household::{Household, Reach},
    integration::{self, Ground, Integration, Sentences},
    skill::said,
    web::{Service, in_time},
};
use account::{Account, Turn};
use event::Event;
use google::Google;
use jiff::Zoned;
use oauth::OAuth;
use rosie_core::{
    BoxFuture, CallContext, Failure, Language, ToolCall, ToolOutcome, ToolSpec,
    audit::{AuditLog, Deed},
    engine::EngineHealth,
    secrets::SecretStore,
};
use std::{sync::Arc, time::Duration};

/// In the configuration, and in health.
pub(crate) const NAME: &str = "google_calendar";
/// What people and models ask for.
pub(crate) const ASKED: &[&str] = CALLS.split_at(8).0;
const CALLS: [&str; 12] = [
    "RosieEvents",
    "RosieNextEvent",
    "RosieFindEvent",
    "RosieFree",
    "RosieCreateEvent",
    "RosieMoveEvent",
    "RosieCancelEvent",
    "RosieConnectCalendar",
    integration::SEE,
    integration::BEGIN,
    integration::FINISH,
    integration::END,
];
/// How often an account is looked at that cannot be reached.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// The integration.
pub struct GoogleCalendar {
    config: CalendarConfig,
    account: Arc<Account>,
    google: Google,
    household: Option<Arc<dyn Household>>,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn AuditLog>,
}

impl GoogleCalendar {
    /// `household`: tells where it was begun by voice that the calendar is connected.
    pub fn new(
        config: CalendarConfig,
        secrets: Arc<dyn SecretStore>,
        household: Option<Arc<dyn Household>>,
        clock: Arc<dyn Clock>,
        audit: Arc<dyn AuditLog>,
    ) -> Result<Self, HubError> {
        let account = Arc::new(Account::new(OAuth::new(&config)?, secrets));
        Ok(Self {
            google: Google::new(&config, account.clone())?,
            account,
            config,
            household,
            clock,
            audit,
        })
    }

    fn now(&self) -> Result<Zoned, HubError> {
        now_in(&self.config.zone, &*self.clock)
    }

    fn clock_is_off(&self) -> Failure {
        HubError::ClockOutOfRange(self.clock.unix_ms()).into()
    }

    /// What was changed goes into the list of deeds: which event, not what it is called.
    fn written(&self, call: &ToolCall, context: &CallContext, action: &str, event: &Event, failed: Option<&Failure>) {
        let mut deed = Deed::new(self.clock.unix_ms(), &call.name, context, action.to_owned());
        deed.targets.extend(Some(event.id.clone()).filter(|id| !id.is_empty()));
        self.audit.add(vec![match failed {
            Some(failure) => deed.failed(failure.code),
            None => deed,
        }]);
    }

    async fn carry_out(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        let text = |key: &str| crate::Arguments::of(&call).text(key).unwrap_or_default();
        match call.name.as_str() {
            "RosieEvents" => self.events(&call).await,
            "RosieNextEvent" => self.next().await,
            "RosieFindEvent" => self.find(&call).await,
            "RosieFree" => self.free(&call).await,
            "RosieCreateEvent" => self.create(&call, &context).await,
            "RosieMoveEvent" => self.reschedule(&call, &context).await,
            "RosieCancelEvent" => self.cancel(&call, &context).await,
            "RosieConnectCalendar" if self.account.is_joined() => Ok(said("already", serde_json::json!({}))),
            "RosieConnectCalendar" => {
                let told = Some((context.endpoint.clone(), context.language.clone()));
                Ok(said("default", self.account.begin_by_device(told).await?))
            }
            integration::BEGIN if text("road") == "browser" => Ok(said("default", self.account.begin_in_browser())),
            integration::BEGIN => Ok(said("default", self.account.begin_by_device(None).await?)),
            integration::FINISH => Ok(said("default", self.account.finish(&text("answer")).await?)),
            integration::END => Ok(said("default", self.account.leave().await?)),
            _ => Ok(said("default", self.account.seen())),
        }
    }

    /// Whether Google knows the client; with an account that is joined, whether its calendars can be read.
    async fn tried(&self) -> Result<String, Failure> {
        self.account.tried().await?;
        if !self.account.is_joined() {
            return Ok("Google knows the client; now connect an account, on the page /calendar.".to_owned());
        }
        let count = self.google.calendars().await?.len();
        Ok(format!("Google answers; calendars that are read: {count}."))
    }

    /// Looks whether the account is there, and tells how it is.
    async fn look(&self, ground: &Ground) -> bool {
        if !self.account.is_joined() {
            ground.board.health(match self.account.problem() {
                Some(problem) => EngineHealth::Unavailable {
                    reason: format!("not connected: {problem}"),
                },
                None => EngineHealth::NotSetUp {
                    reason: account::not_joined().detail,
                },
            });
            return true;
        }
        self.google.forget();
        match self.google.calendars().await {
            Ok(calendars) if calendars.is_empty() => {
                let reason =
                    "connected, but none of the account's calendars is named in google_calendar.calendars".to_owned();
                ground.board.health(EngineHealth::Degraded { reason });
            }
            Ok(calendars) => {
                ground.board.what(format!("Google Calendar, {} read", calendars.len()));
                ground.board.health(EngineHealth::Ready);
            }
            Err(failure) => {
                tracing::warn!(reason = failure.detail, "the calendar cannot be used");
                let reason = failure.detail;
                ground.board.health(EngineHealth::Unavailable { reason });
                return false;
            }
        }
        true
    }

    async fn run(&self, ground: &Ground) {
        ground
            .board
            .what(format!("Google Calendar at {}", self.google.address()));
        loop {
            // Who is about to join is not interrupted: the answer that brings the key comes once.
            let fine = self.look(ground).await || self.account.is_waiting();
            let again = async {
                match fine {
                    true => std::future::pending().await,
                    false => tokio::time::sleep(LOOK_AGAIN).await,
                }
            };
            tokio::select! {
                () = again => {}
                turn = self.account.turn() => if let (Turn::Joined(Some((endpoint, language))), Some(household)) = (turn, &self.household) {
                    household.say(&Reach::Endpoint(endpoint), connected(&language), false);
                }
            }
        }
    }
}

fn connected(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Dein Kalender ist verbunden.",
        "es" => "Tu calendario está conectado.",
        "fr" => "Votre agenda est connecté.",
        _ => "Your calendar is connected.",
    }
}

impl Integration for GoogleCalendar {
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
        crate::integration::sentences!("calendar")
    }

    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            ground.until_its_end(self.run(&ground)).await;
            Ok(())
        })
    }

    fn probe(&self) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(self.tried())
    }

    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(in_time(Service::Calendar, self.carry_out(call, context)))
    }
}
