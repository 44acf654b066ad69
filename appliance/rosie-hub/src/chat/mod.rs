//! The team's chat (Mattermost): messages sent, mentions read aloud on request, and replies to the one read last.
//!
//! `mattermost` is its REST API and its webhooks, `live` the WebSocket that tells of new messages, `inbox` what waits,
//! `names` who can be written to.
//!
//! Invariants: nothing is read aloud that was not asked for; a message is sent once; what people write is in no log.

mod config;
mod inbox;
mod live;
mod mattermost;
mod names;
mod tools;

pub use config::{ChatConfig, ChatSettings};

use crate::{
    Arguments, Clock, HubError,
    integration::{Ground, Integration, Sentences},
    skill::said,
    web::{Service, Trouble, in_time},
};
use inbox::Inbox;
use mattermost::{Hook, Mattermost, Me};
use names::{Target, Targets};
use rosie_core::{
    BoxFuture, CallContext, ErrorCode, Failure, ToolCall, ToolOutcome, ToolSpec,
    audit::{AuditLog, Deed},
    engine::EngineHealth,
};
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// In the configuration, and in health.
pub(crate) const NAME: &str = "mattermost";
pub(crate) const ASKED: &[&str] = &CALLS;
/// The last is the model's: it asks first.
const CALLS: [&str; 4] = [
    "RosieSendMessage",
    "RosieReadMessages",
    "RosieReplyMessage",
    "RosieModelSendsMessage",
];
/// Messages that are read at once.
const READ: usize = 3;
/// The longest message that is sent, characters.
const LONGEST: usize = 1000;

#[derive(Default)]
struct Now {
    me: Option<Me>,
    targets: Targets,
    trouble: Option<Trouble>,
}

/// The integration.
pub struct Chat {
    config: ChatConfig,
    server: Option<Mattermost>,
    hook: Option<Hook>,
    inbox: Mutex<Inbox>,
    now: Mutex<Now>,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn AuditLog>,
}

impl Chat {
    pub fn new(config: ChatConfig, clock: Arc<dyn Clock>, audit: Arc<dyn AuditLog>) -> Result<Self, HubError> {
        Ok(Self {
            server: Mattermost::new(&config)?,
            hook: config.webhook.as_ref().map(Hook::new).transpose()?,
            config,
            inbox: Mutex::default(),
            now: Mutex::default(),
            clock,
            audit,
        })
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connected(&self, me: Me, targets: Targets) {
        *self.now() = Now {
            me: Some(me),
            targets,
            trouble: None,
        };
    }

    /// Names stay, so that a message is still understood and refused for the right reason.
    fn disconnected(&self, trouble: &Trouble) {
        self.now().trouble = Some(trouble.clone());
    }

    fn name_of(&self, username: &str) -> Option<String> {
        self.now().targets.name_of(username)
    }

    /// Who the token is; why it is not known.
    fn me(&self) -> Result<Me, Failure> {
        let now = self.now();
        match (&now.me, &now.trouble) {
            (_, Some(trouble)) => Err(trouble.clone().into()),
            (Some(me), None) => Ok(me.clone()),
            (None, None) => Err(Failure::new(
                ErrorCode::ChatUnavailable,
                "Mattermost is not connected yet",
            )),
        }
    }

    fn server(&self) -> Result<&Mattermost, Failure> {
        let none = || {
            let detail = "only a webhook is configured, which tells nothing: set mattermost.url and mattermost.token";
            Failure::new(ErrorCode::ChatForbidden, detail)
        };
        self.server.as_ref().ok_or_else(none)
    }

    async fn send(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let message = message(&arguments, call)?;
        let meant = arguments.text("target").unwrap_or_else(|| "team".to_owned());
        let found = self
            .now()
            .targets
            .find(&meant)
            .map(|(said, target)| (said.to_owned(), target.clone()));
        let Some((name, target)) = found else {
            self.me()?;
            return Ok(said("RosieSendMessage/unknown", json!({ "target": meant })));
        };
        let (sent, id) = match &target {
            Target::Channel(id) => (self.post(id, "", &message).await, id.clone()),
            Target::Person(id) => (self.post_to_person(id, &message).await, id.clone()),
            Target::Hook(channel) => {
                let hook = self
                    .hook
                    .as_ref()
                    .ok_or_else(|| Failure::new(ErrorCode::ChatUnavailable, "no webhook"))?;
                (
                    hook.post(channel, &message).await.map_err(Failure::from),
                    channel.clone(),
                )
            }
        };
        self.written(call, context, "chat.send", id, sent.as_ref().err());
        sent?;
        Ok(said("RosieSendMessage/default", json!({ "name": name })))
    }

    async fn post(&self, channel: &str, root: &str, message: &str) -> Result<(), Failure> {
        self.me()?;
        Ok(self.server()?.post(channel, root, message).await?)
    }

    async fn post_to_person(&self, person: &str, message: &str) -> Result<(), Failure> {
        let me = self.me()?;
        let channel = self.server()?.direct(&me, person).await?;
        Ok(self.server()?.post(&channel, "", message).await?)
    }

    async fn read(&self) -> ToolOutcome {
        let server = self.server()?;
        self.me()?;
        let (read, left) = self.inbox().take(READ);
        if read.is_empty() {
            return Ok(said("none", json!({})));
        }
        let mut channels: Vec<&str> = read.iter().map(|mention| mention.channel.id.as_str()).collect();
        channels.sort_unstable();
        channels.dedup();
        for channel in channels {
            // A channel is seen as a whole: not while something in it waits.
            let waits = self.inbox().waits_in(channel);
            if !waits && let Err(error) = server.seen(channel).await {
                tracing::warn!(%error, "the chat was not told that messages were read");
            }
        }
        let messages: Vec<_> = read
            .iter()
            .map(|mention| {
                let channel = (!mention.channel.direct).then_some(&mention.channel.title);
                json!({ "from": mention.from, "channel": channel, "text": mention.text })
            })
            .collect();
        Ok(said("default", json!({ "messages": messages, "more": left })))
    }

    async fn reply(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let message = message(&Arguments::of(call), call)?;
        let Some(last) = self.inbox().last_read.clone() else {
            return Ok(said("nothing_read", json!({})));
        };
        let sent = self.post(&last.channel.id, &last.root, &message).await;
        self.written(call, context, "chat.reply", last.channel.id, sent.as_ref().err());
        sent?;
        Ok(said("default", json!({ "from": last.from })))
    }

    /// Where something was written goes into the list of deeds, not what.
    fn written(&self, call: &ToolCall, context: &CallContext, action: &str, target: String, failed: Option<&Failure>) {
        let mut deed = Deed::new(self.clock.unix_ms(), &call.name, context, action.to_owned());
        deed.targets.push(target);
        self.audit.add(vec![match failed {
            Some(failure) => deed.failed(failure.code),
            None => deed,
        }]);
    }

    async fn tried(&self) -> Result<String, Failure> {
        let mut found = Vec::new();
        if let Some(server) = &self.server {
            let me = server.me(&self.config.team).await.map_err(Trouble::at_first)?;
            live::open(server).await.map_err(Trouble::at_first)?;
            let address = server.web().address();
            found.push(format!(
                "Mattermost at {address} answers and knows Rosie as {}.",
                me.username
            ));
        }
        if let Some(hook) = &self.hook {
            hook.tried().await.map_err(Trouble::at_first)?;
            let address = hook.address();
            found.push(format!(
                "Mattermost at {address} takes webhooks; whether this one is right shows with the first message."
            ));
        }
        Ok(found.join(" "))
    }

    async fn carry_out(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        match call.name.as_str() {
            "RosieReadMessages" => self.read().await,
            "RosieReplyMessage" => self.reply(&call, &context).await,
            _ => self.send(&call, &context).await,
        }
    }
}

/// Its first letter is a capital: it was said, not written.
fn message(arguments: &Arguments<'_>, call: &ToolCall) -> Result<String, HubError> {
    let text = arguments.text("message").filter(|text| text.chars().count() <= LONGEST);
    let text = text.ok_or_else(|| HubError::BadArguments {
        call: call.name.clone(),
        reason: "it has no message, or one too long".to_owned(),
    })?;
    let mut letters = text.chars();
    Ok(letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect())
}

impl Integration for Chat {
    fn name(&self) -> &'static str {
        NAME
    }

    fn calls(&self) -> &'static [&'static str] {
        &CALLS
    }

    fn tools(&self) -> Vec<ToolSpec> {
        tools::all(self.server.is_some())
    }

    fn intents(&self) -> Vec<Sentences> {
        crate::integration::sentences!("chat")
    }

    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            if let Some(hook) = &self.hook
                && self.server.is_none()
            {
                let targets = Targets::of_hook(&self.config.channels);
                ground.board.view(Some(targets.view()));
                self.now().targets = targets;
                ground.board.what(format!("Mattermost's webhook at {}", hook.address()));
                // Nothing can be asked of it; whether it works shows with the first message.
                ground.board.health(EngineHealth::Ready);
            }
            let connected = async {
                match &self.server {
                    Some(server) => live::keep_connected(&self, server, &ground).await,
                    None => std::future::pending().await,
                }
            };
            ground.until_its_end(connected).await;
            Ok(())
        })
    }

    fn probe(&self) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(self.tried())
    }

    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(in_time(Service::Chat, self.carry_out(call, context)))
    }
}
