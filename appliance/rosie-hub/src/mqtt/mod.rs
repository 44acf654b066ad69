//! The MQTT bridge: Rosie as a device of Home Assistant's, commands from whoever is on the broker, and the things of a home
//! without Home Assistant.
//!
//! `wire` is a connection in either version of MQTT, `life` keeps one up, `bridge` shows Rosie and `orders` carries commands
//! out, over [`crate::household::Household`]. `topics` has every topic there is, `device` every entity.
//!
//! Invariants: nothing that comes from the broker is done twice; what the broker keeps is no command; texts of people are
//! shown only where the owner allows it.

mod announced;
mod bridge;
mod command;
mod config;
mod device;
mod home;
mod life;
mod limits;
mod orders;
mod probe;
mod topics;
mod wire;

pub use config::{Devices, Discovery, MqttConfig, MqttSettings, Version, address, topic};
pub use topics::{RESERVED, TOPICS, table};

use crate::{
    Clock, home_assistant,
    household::Household,
    integration::{Ground, Integration, Sentences},
};
use bridge::Bridge;
use futures_util::StreamExt;
use home::Home;
use life::News;
use rosie_core::{
    BoxFuture, CallContext, Failure, ToolCall, ToolOutcome, ToolSpec, audit::AuditLog, engine::EngineHealth,
};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::sync::{broadcast, mpsc};
use topics::Topics;
use wire::Event;

/// How often the machine's state is told.
const VITALS: Duration = Duration::from_secs(30);
/// How often timers are looked at.
const TIMERS: Duration = Duration::from_secs(1);
/// Messages after which the home is shown at the latest.
const AT_ONCE: usize = 200;
const ID: &str = "mqtt/id";

/// The integration.
pub struct Mqtt {
    config: MqttConfig,
    household: Arc<dyn Household>,
    topics: Topics,
    home: Arc<Home>,
    ledger: home_assistant::Ledger,
}

impl Mqtt {
    /// What it does in the home goes into `audit`.
    pub fn new(
        config: MqttConfig,
        household: Arc<dyn Household>,
        clock: Arc<dyn Clock>,
        audit: Arc<dyn AuditLog>,
    ) -> Self {
        let topics = Topics {
            base: config.base.clone(),
            prefix: config.prefix.clone(),
        };
        let ledger = home_assistant::Ledger::new(audit, clock.clone());
        let which = Arc::new(home_assistant::Which::new(clock));
        let home = Arc::new(Home::new(&config, &topics, which));
        Self {
            config,
            household,
            topics,
            home,
            ledger,
        }
    }

    fn has_home(&self) -> bool {
        self.config.devices != Devices::Off
    }

    async fn run(&self, ground: Ground) -> Result<(), Failure> {
        let (config, household) = (self.config.clone(), self.household.clone());
        let made = tokio::task::spawn_blocking(move || {
            let id = own_id(&household);
            Bridge::new(config, household, id)
        });
        let mut bridge = made
            .await
            .map_err(|error| Failure::new(rosie_core::ErrorCode::Internal, error.to_string()))?;
        let (tell, mut news) = mpsc::channel(life::INCOMING);
        self.home.stands_on(ground.board.clone());
        let (client, will) = (format!("rosie-{}", bridge.id), Bridge::will(&self.topics));
        let (config, ending) = (self.config.clone(), ground.ending.clone());
        let life = tokio::spawn(async move { life::live(&config, &client, &will, tell, ending).await });
        self.work(&mut bridge, &mut news, &ground).await;
        // The connection goes on until its last words are out.
        let last = async {
            bridge.goodbye().await;
            while news.recv().await.is_some() {}
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), last).await;
        life.abort();
        Ok(())
    }

    async fn work(&self, bridge: &mut Bridge, news: &mut mpsc::Receiver<News>, ground: &Ground) {
        let mut happenings = self.household.happenings();
        let mut vitals = tokio::time::interval(VITALS);
        let mut timers = tokio::time::interval(TIMERS);
        let mut since_shown = 0;
        loop {
            tokio::select! {
                () = ground.ending.cancelled() => return,
                told = news.recv() => {
                    let Some(told) = told else { return };
                    self.take(bridge, told, ground).await;
                    // Many come at once: the home is shown when they are in, or by and by.
                    since_shown += 1;
                    if news.is_empty() || since_shown >= AT_ONCE {
                        self.home.post();
                        since_shown = 0;
                    }
                }
                happening = happenings.recv() => match happening {
                    Ok(happening) => bridge.happened(happening).await,
                    Err(broadcast::error::RecvError::Lagged(_)) => bridge.endpoints_changed().await,
                    Err(broadcast::error::RecvError::Closed) => happenings = self.household.happenings(),
                },
                () = bridge.rate.is_due(), if bridge.may_go_on() => bridge.next_waiting().await,
                Some(answered) = bridge.answering.next() => bridge.answered(answered).await,
                _ = vitals.tick(), if bridge.pen.is_some() => bridge.show_appliance().await,
                _ = timers.tick(), if bridge.pen.is_some() => {
                    bridge.show_timers().await;
                    if bridge.is_updating {
                        bridge.show_update().await;
                    }
                }
            }
        }
    }

    async fn take(&self, bridge: &mut Bridge, news: News, ground: &Ground) {
        match news {
            News::Up { pen, speaks } => {
                ground
                    .board
                    .what(format!("{} at {}", speaks.name(), self.config.address()));
                let home = self.home.connected(pen.clone());
                bridge.greet(pen.clone()).await;
                subscribe(&pen, home).await;
                tracing::info!(speaks = speaks.name(), "the MQTT broker is connected");
                ground.board.health(EngineHealth::Ready);
            }
            News::Down(error) => {
                bridge.pen = None;
                // The broker sends again what was not acknowledged.
                bridge.waiting.clear();
                self.home.disconnected(error.clone().into());
                ground.board.health(life::health(&error));
            }
            News::Event(Event::Connected { known }) => tracing::debug!(known, "session"),
            News::Event(Event::Subscribed { refused }) if refused > 0 => {
                let reason = format!(
                    "connected, but the broker refuses {refused} of Rosie's subscriptions: allow her to read {0}/# and {1}/# \
                     and to write there",
                    self.config.base, self.config.prefix
                );
                ground.board.health(EngineHealth::Degraded { reason });
            }
            News::Event(Event::Subscribed { .. }) => {}
            News::Event(Event::Letter(letter)) => {
                if bridge.topics.command(&letter.topic).is_some() {
                    bridge.ordered(*letter).await;
                } else if letter.topic == bridge.topics.birth() {
                    if let Some(pen) = &bridge.pen {
                        pen.acknowledge(&letter).await;
                    }
                    // Kept by some brokers: then it says nothing new.
                    if &letter.payload[..] == b"online" && !letter.retain {
                        bridge.show_all().await;
                    }
                } else if let Some(wanted) = self.home.hears(&letter)
                    && let Some(pen) = &bridge.pen
                {
                    subscribe(pen, wanted.more).await;
                    for topic in wanted.less {
                        let _ = pen.unsubscribe(topic).await;
                    }
                }
            }
        }
    }
}

/// In portions that any broker takes.
async fn subscribe(pen: &wire::Pen, topics: Vec<String>) {
    for portion in topics.chunks(50) {
        if let Err(error) = pen.subscribe(portion.to_vec(), false).await {
            tracing::warn!(%error, "things of the home could not be subscribed to");
            return;
        }
    }
}

/// Eight hexadecimal digits that this appliance keeps for ever. Blocking.
fn own_id(household: &Arc<dyn Household>) -> String {
    let settings = household.settings();
    let known = settings.get_setting(ID).ok().flatten();
    if let Some(id) = known.as_ref().and_then(|id| id.as_str()).filter(|id| id.len() == 8) {
        return id.to_owned();
    }
    let id = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    if let Err(failure) = settings.put_setting(ID, &json!(id)) {
        tracing::warn!(%failure, "this appliance's MQTT id cannot be kept: Home Assistant will see a new one");
    }
    id
}

impl Integration for Mqtt {
    fn name(&self) -> &'static str {
        "mqtt"
    }

    fn calls(&self) -> &'static [&'static str] {
        match self.has_home() {
            true => &home_assistant::CALLS,
            false => &[],
        }
    }

    fn shares(&self) -> &'static [&'static str] {
        &home_assistant::SHARED
    }

    fn tools(&self) -> Vec<ToolSpec> {
        match self.has_home() {
            true => home_assistant::tools(),
            false => Vec::new(),
        }
    }

    fn intents(&self) -> Vec<Sentences> {
        match self.has_home() {
            true => home_assistant::sentences(),
            false => Vec::new(),
        }
    }

    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move { self.run(ground).await })
    }

    fn probe(&self) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async move { Ok(probe::tried(&self.config).await?) })
    }

    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(async move {
            let (remote, house) = self.home.now()?;
            let own = (&*self.home.which, &self.ledger);
            home_assistant::hands::carry_out(own, (&remote, &house), call, context).await
        })
    }
}

#[cfg(test)]
mod tests {
    //! What the tests of this folder share.
    use rosie_core::{Failure, store::SettingStore};
    use serde_json::Value;
    use std::{collections::HashMap, sync::Mutex};

    /// Settings in memory.
    #[derive(Default)]
    pub struct Store(Mutex<HashMap<String, Value>>);

    #[allow(clippy::unwrap_used)]
    impl SettingStore for Store {
        fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
            Ok(self.0.lock().unwrap().get(key).cloned())
        }

        fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure> {
            self.0.lock().unwrap().insert(key.into(), value.clone());
            Ok(())
        }
    }
}
