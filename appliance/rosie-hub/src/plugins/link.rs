//! The connection to a plugin: a process of its own, or an address, spoken to with the SDK of the protocol.

use super::{
    Launch, Manifest,
    manifest::{Place, is_tool_name},
    metered::Metered,
    words::line,
};
use rmcp::{
    RoleClient, ServiceExt,
    model::{ClientConfig, Implementation, PaginatedRequestParams, Tool},
    service::RunningService,
    transport::{
        StreamableHttpClientTransport, async_rw::AsyncRwTransport,
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use rosie_core::ToolSpec;
use serde_json::Value;
use std::{
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Child,
};

/// Longest that a plugin may take to start and to tell its tools.
const HANDSHAKE: Duration = Duration::from_secs(20);
/// Longest message of a plugin.
const MAX_MESSAGE: usize = 1024 * 1024;
const MAX_TOOLS: usize = 64;
const MAX_PAGES: usize = 8;
const MAX_SCHEMA: usize = 8 * 1024;
/// What is kept of what a plugin wrote on its standard error, in memory only: it may hold what people said.
const LAST_WORDS: usize = 2 * 1024;

/// A plugin that runs and has told its tools.
pub(super) struct Link {
    pub service: RunningService<RoleClient, ClientConfig>,
    pub tools: Vec<Tool>,
    /// Ends with the link.
    pub child: Option<Child>,
}

/// The end of what a plugin wrote on its standard error.
pub(super) type LastWords = Arc<Mutex<String>>;

pub(super) async fn connect(
    manifest: &Manifest,
    folder: &Path,
    launch: &dyn Launch,
    last_words: &LastWords,
) -> Result<Link, String> {
    let connecting = async {
        let (service, child) = match &manifest.place {
            Place::Command(command) => run(manifest, command, folder, launch, last_words).await?,
            Place::Url(url) => (call(manifest, url).await?, None),
        };
        let tools = tools(&service).await?;
        Ok(Link { service, tools, child })
    };
    match tokio::time::timeout(HANDSHAKE, connecting).await {
        Ok(done) => done,
        Err(_elapsed) => Err(format!(
            "it did not start within {} s: run its command by hand and see what it waits for",
            HANDSHAKE.as_secs()
        )),
    }
}

/// Who Rosie says she is: nothing of the house.
fn client() -> ClientConfig {
    let mut client = ClientConfig::default();
    client.client_info = Implementation::new("rosie", env!("CARGO_PKG_VERSION"));
    client
}

type Running = RunningService<RoleClient, ClientConfig>;

async fn run(
    manifest: &Manifest,
    command: &[String],
    folder: &Path,
    launch: &dyn Launch,
    last_words: &LastWords,
) -> Result<(Running, Option<Child>), String> {
    let mut command = tokio::process::Command::from(launch.command(manifest, command, folder));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("its command cannot be started ({error}): look at command in its plugin.yaml"))?;
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err("its command has no standard input and output".into());
    };
    last_words.lock().unwrap_or_else(PoisonError::into_inner).clear();
    tokio::spawn(listen(stderr, last_words.clone()));
    let transport = AsyncRwTransport::new_client(Metered::new(stdout), stdin).with_max_line_length(MAX_MESSAGE);
    match client().serve(transport).await {
        Ok(service) => Ok((service, Some(child))),
        Err(_) => Err(ended(&mut child).await),
    }
}

/// How a process ended.
pub(super) async fn ended(child: &mut Child) -> String {
    match tokio::time::timeout(Duration::from_secs(1), child.wait()).await {
        Ok(Ok(status)) => format!("its process ended ({status}): what it wrote last stands on the page of plugins"),
        _ => "it does not speak the protocol on its standard output, or closed it: print nothing there".into(),
    }
}

/// Reads all, so that the plugin never waits, and keeps the end.
async fn listen(mut stderr: impl AsyncRead + Unpin, last_words: LastWords) {
    let mut piece = [0; 1024];
    let mut kept: Vec<u8> = Vec::new();
    while let Ok(read @ 1..) = stderr.read(&mut piece).await {
        kept.extend_from_slice(&piece[..read]);
        kept.drain(..kept.len().saturating_sub(LAST_WORDS));
        let text = String::from_utf8_lossy(&kept).into_owned();
        *last_words.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }
}

async fn call(manifest: &Manifest, url: &str) -> Result<Running, String> {
    let http = crate::web::client().map_err(|error| error.to_string())?;
    let mut config = StreamableHttpClientTransportConfig::with_uri(url);
    config.max_sse_event_size = MAX_MESSAGE;
    config.max_json_response_size = MAX_MESSAGE;
    // The one variable of the environment that may go to this address.
    let token = std::env::var(token_variable(&manifest.name)).ok();
    config.auth_header = token.filter(|token| !token.is_empty());
    let transport = StreamableHttpClientTransport::with_client(http, config);
    let refused = |error| match rmcp::service::ClientInitializeError::is_authorization_required(&error) {
        true => format!(
            "its address wants a token: put it into {}",
            token_variable(&manifest.name)
        ),
        false => "no plugin answers at its address: see that it runs, and look at url in its plugin.yaml".to_owned(),
    };
    client().serve(transport).await.map_err(refused)
}

/// `ROSIE_PLUGIN_BIN_DAYS_TOKEN`
fn token_variable(name: &str) -> String {
    format!("ROSIE_PLUGIN_{}_TOKEN", name.to_ascii_uppercase())
}

async fn tools(service: &Running) -> Result<Vec<Tool>, String> {
    let mut all = Vec::new();
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let page = cursor
            .take()
            .map(|cursor| PaginatedRequestParams::default().with_cursor(Some(cursor)));
        let page = service.list_tools(page).await;
        let page = page.map_err(|_| "it did not tell its tools: see that it answers tools/list".to_owned())?;
        all.extend(page.tools);
        cursor = page.next_cursor;
        if cursor.is_none() || all.len() > MAX_TOOLS {
            break;
        }
    }
    match all.len() > MAX_TOOLS || cursor.is_some() {
        true => Err(format!("it has more than {MAX_TOOLS} tools: make it several plugins")),
        false => Ok(all),
    }
}

/// The tool as a model is told of it; an error says why it cannot be.
pub(super) fn spec(manifest: &Manifest, tool: &Tool) -> Result<ToolSpec, String> {
    let name = tool.name.as_ref();
    let known: String = name.chars().filter(|c| !c.is_control()).take(38).collect();
    if !is_tool_name(name) {
        return Err(format!(
            "the tool \"{known}\" is left out: its name has other characters, or too many"
        ));
    }
    let parameters = Value::Object((*tool.input_schema).clone());
    if parameters.to_string().len() > MAX_SCHEMA {
        return Err(format!(
            "the tool {known} is left out: its schema has more than {MAX_SCHEMA} bytes"
        ));
    }
    let dangerous = manifest.dangerous.iter().any(|one| one == name);
    Ok(ToolSpec {
        name: format!("{}{name}", manifest.prefix()),
        description: line(tool.description.as_deref().unwrap_or(&manifest.description), 300),
        parameters,
        acts: !manifest.reads.iter().any(|one| one == name),
        dangerous,
        foreign: true,
        confirmation: manifest.question(name),
    })
}
