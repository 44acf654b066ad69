//! The routes, in one table: what is served is what is described, and the other way round.

use super::{
    access::AccessAction, accounts::AccountAction, backups::BackupAction, certificate::CertificateAction,
    integrations::IntegrationAction, logs::LogAction, memory::MemoryAction, models::ModelAction,
    network::NetworkAction, plugins::PluginAction, speakers::SpeakerAction, updates::UpdateAction,
};
use crate::access::Need;
use http::Method;

mod access;
mod accounts;
mod backups;
mod certificate;
mod daemon;
mod integrations;
mod logs;
mod memory;
mod models;
mod network;
mod plugins;
mod speakers;
mod updates;

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Alive,
    Part,
    Integration,
    Health,
    Status,
    Metrics,
    Config,
    ApplyConfig,
    ConfigSchema,
    Turns,
    Deeds,
    LogLevel,
    OpenApi,
    Stream,
    Access(AccessAction),
    Account(AccountAction),
    Backups(BackupAction),
    Certificate(CertificateAction),
    Integrations(IntegrationAction),
    Logs(LogAction),
    Memory(MemoryAction),
    Models(ModelAction),
    Network(NetworkAction),
    Plugins(PluginAction),
    Speakers(SpeakerAction),
    Updates(UpdateAction),
    Mcp,
}

/// What an answer carries.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    /// A schema of the description, by name.
    Json(&'static str),
    /// Any JSON document.
    AnyJson,
    Text,
    /// A file as it is, or in a form (`multipart/form-data`).
    File,
    /// A file as it is.
    Bytes,
    /// A plugin: packed, or the name of its folder.
    Archive,
    /// The certificate of an authority, PEM.
    Authority,
    /// A WAV file.
    Sound,
    Nothing,
}

pub(crate) struct Reply {
    pub status: u16,
    pub content: Content,
    pub when: &'static str,
}

/// A value behind the `?`.
pub(crate) struct QueryValue {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
    pub what: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    /// May stand there several times.
    Texts,
    Number,
}

pub(crate) struct Operation {
    pub method: Method,
    pub action: Action,
    /// What it asks of who comes.
    pub need: Need,
    /// `operationId` of the description.
    pub id: &'static str,
    pub summary: &'static str,
    pub query: &'static [QueryValue],
    pub body: Option<Content>,
    pub replies: &'static [Reply],
}

impl Operation {
    /// Where somebody may be guessing.
    pub fn is_door(&self) -> bool {
        matches!(self.action, Action::Access(_))
    }
}

pub(crate) struct Route {
    /// With at most one parameter (`/health/{part}`).
    pub path: &'static str,
    pub operations: &'static [Operation],
}

impl Route {
    /// What stands before the parameter, its name, and what stands behind it.
    pub fn parameter(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let (before, rest) = self.path.split_once('{')?;
        let (name, after) = rest.split_once('}')?;
        Some((before, name, after))
    }
}

const fn reply(status: u16, content: Content, when: &'static str) -> Reply {
    Reply { status, content, when }
}

const fn operation(
    method: Method,
    action: Action,
    need: Need,
    id: &'static str,
    summary: &'static str,
    body: Option<Content>,
    replies: &'static [Reply],
) -> Operation {
    Operation {
        method,
        action,
        need,
        id,
        summary,
        query: &[],
        body,
        replies,
    }
}

const fn get(
    action: Action,
    need: Need,
    id: &'static str,
    summary: &'static str,
    replies: &'static [Reply],
) -> Operation {
    operation(Method::GET, action, need, id, summary, None, replies)
}

const fn value(name: &'static str, shape: Shape, required: bool, what: &'static str) -> QueryValue {
    QueryValue {
        name,
        shape,
        required,
        what,
    }
}

const ERROR: Content = Content::Json("Error");
const FOREIGN: Reply = reply(403, ERROR, "A page of another site may not do this.");
const SLOW: Reply = reply(408, ERROR, "The body did not arrive in time.");
const LONG: Reply = reply(413, ERROR, "The body is too long.");
/// What the plugins, the backups, the updates and the network answer alike.
const BAD_BODY: Reply = reply(400, ERROR, "The body is not what this takes.");
const REFUSED: Reply = reply(
    422,
    ERROR,
    "It cannot be done; the message says what would be right. Nothing was changed.",
);

/// Every route there is.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    daemon::ROUTES
        .iter()
        .chain(access::ROUTES)
        .chain(accounts::ROUTES)
        .chain(backups::ROUTES)
        .chain(certificate::ROUTES)
        .chain(updates::ROUTES)
        .chain(network::ROUTES)
        .chain(integrations::ROUTES)
        .chain(logs::ROUTES)
        .chain(memory::ROUTES)
        .chain(models::ROUTES)
        .chain(plugins::ROUTES)
        .chain(speakers::ROUTES)
}

/// The route of a path and the value of its parameter.
pub(crate) fn find(path: &str) -> Option<(&'static Route, &str)> {
    all().find_map(|route| match route.parameter() {
        None => (route.path == path).then_some((route, "")),
        Some((before, _, after)) => {
            let value = path.strip_prefix(before)?.strip_suffix(after)?;
            (!value.is_empty() && !value.contains('/')).then_some((route, value))
        }
    })
}

/// The methods of a route, as `Allow` wants them.
pub(crate) fn allow(route: &Route) -> String {
    let mut methods: Vec<&str> = route
        .operations
        .iter()
        .map(|operation| operation.method.as_str())
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}
