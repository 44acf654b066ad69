//! The live connection: sign in over the WebSocket, take in what waits, then hear of every new message.
//!
//! Reference: "WebSocket API" of api.mattermost.com.

use super::{
    Chat,
    inbox::{is_for, mention},
    mattermost::{Channel, Mattermost, Me, names},
    names::Targets,
};
use crate::{
    integration::{self, Ground},
    web::{NoSocket, Service, Socket, Trouble, upgrade},
};
use futures_util::{SinkExt, StreamExt};
use rosie_core::engine::EngineHealth;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;

const OPENING: Duration = Duration::from_secs(10);
/// A quiet connection is asked whether it lives; one that does not answer is dead.
const QUIET: Duration = Duration::from_secs(30);
/// The longest message that is taken, bytes.
const LARGEST: usize = 4 << 20;
/// A refused token is tried again seldom.
const REFUSED: Duration = Duration::from_secs(600);
/// Channels whose waiting messages are fetched.
const CHANNELS: usize = 20;

/// Connects, and again, until cancelled from outside.
pub(super) async fn keep_connected(chat: &Chat, server: &Mattermost, ground: &Ground) {
    let (mut failed, mut told) = (0, String::new());
    loop {
        let began = Instant::now();
        let trouble = match connected(chat, server, ground).await {
            Ok(never) => match never {},
            Err(trouble) => trouble,
        };
        // It held for a while: this is a new trouble.
        if began.elapsed() > Duration::from_secs(60) {
            failed = 0;
        }
        let reason = trouble.to_string();
        if reason != told {
            tracing::warn!(reason, "the chat is not connected; trying again until it is");
            told.clone_from(&reason);
        }
        ground.board.health(EngineHealth::Unavailable { reason });
        chat.disconnected(&trouble);
        let wait = match trouble {
            Trouble::Key { .. } | Trouble::Forbidden { .. } => REFUSED,
            _ => integration::pause(failed),
        };
        failed += 1;
        tokio::time::sleep(wait).await;
    }
}

enum Never {}

async fn connected(chat: &Chat, server: &Mattermost, ground: &Ground) -> Result<Never, Trouble> {
    let me = server.me(&chat.config.team).await?;
    let mut socket = open(server).await?;
    let channels = server.channels(&me).await?;
    // Names of people are good to have; that they cannot be had (a guest's token) is no reason to hear nothing.
    let people = match server.people(&me).await {
        Ok(people) => people,
        Err(Trouble::Forbidden { .. }) => Vec::new(),
        Err(trouble) => return Err(trouble),
    };
    let targets = Targets::of(&chat.config.channels, &channels, &people, &me);
    ground.board.view(Some(targets.view()));
    chat.connected(me.clone(), targets);
    take_in(chat, server, &me, &channels).await?;
    ground.board.what(format!("Mattermost at {}", server.web().address()));
    ground.board.health(EngineHealth::Ready);
    follow(chat, server, &mut socket, &me).await
}

pub(super) async fn open(server: &Mattermost) -> Result<Socket, Trouble> {
    let web = server.web();
    let mut url = web.base().clone();
    if let Ok(mut parts) = url.path_segments_mut() {
        parts.pop_if_empty().extend(["api", "v4", "websocket"]);
    }
    let opened = timeout(OPENING, upgrade(web.http(), url, LARGEST)).await;
    let opened = opened.map_err(|_| web.trouble("no answer in time"))?;
    let mut socket = opened.map_err(|none| match none {
        NoSocket::Unreachable(reason) => web.trouble(&reason),
        NoSocket::Otherwise { status } => web.odd(&format!("its WebSocket answers with HTTP {status}")),
    })?;
    let hello = json!({ "seq": 1, "action": "authentication_challenge", "data": { "token": server.token() } });
    let sent = socket.send(Message::text(hello.to_string())).await;
    sent.map_err(|_| web.trouble("the connection broke"))?;
    let signed_in = async {
        loop {
            let message = next(&mut socket, server).await?;
            if message["seq_reply"] == 1 {
                return match message["status"].as_str() {
                    Some("OK") => Ok(()),
                    _ => Err(refused(server)),
                };
            }
        }
    };
    match timeout(OPENING, signed_in).await {
        Ok(done) => done.map(|()| socket),
        Err(_) => Err(web.trouble("it did not let Rosie in in time")),
    }
}

fn refused(server: &Mattermost) -> Trouble {
    Trouble::Key {
        service: Service::Chat,
        address: server.web().address(),
    }
}

/// The next message that is JSON; asks a quiet connection whether it lives.
async fn next(socket: &mut Socket, server: &Mattermost) -> Result<Value, Trouble> {
    let broke = |_| server.web().trouble("the connection broke");
    let mut asked = false;
    loop {
        match timeout(QUIET, socket.next()).await {
            Err(_) if asked => return Err(server.web().trouble("the connection fell silent")),
            Err(_) => {
                asked = true;
                socket.send(Message::Ping(Vec::new().into())).await.map_err(broke)?;
            }
            Ok(Some(Ok(Message::Text(text)))) => {
                if let Ok(value) = serde_json::from_str(text.as_str()) {
                    return Ok(value);
                }
                tracing::warn!("the chat sent something that is no JSON; it is left out");
                asked = false;
            }
            Ok(Some(Ok(Message::Close(_))) | None) => return Err(server.web().trouble("it closed the connection")),
            Ok(Some(Ok(_))) => asked = false,
            Ok(Some(Err(error))) => return Err(broke(error)),
        }
    }
}

/// What came while nobody was connected.
async fn take_in(chat: &Chat, server: &Mattermost, me: &Me, channels: &[Channel]) -> Result<(), Trouble> {
    chat.inbox().clear();
    for waiting in server.waiting(me).await?.into_iter().take(CHANNELS) {
        let Some(channel) = channels.iter().find(|channel| channel.id == waiting.channel) else {
            continue;
        };
        let posts = server.posts(&waiting.channel, waiting.since_ms).await?;
        let meant: Vec<&Value> = posts.iter().filter(|post| is_for(me, post, channel.direct)).collect();
        let mut ids: Vec<String> = meant
            .iter()
            .filter_map(|post| post["user_id"].as_str().map(str::to_owned))
            .collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            continue;
        }
        let names = names(&server.people_of(&ids).await?);
        for post in meant {
            let from = names
                .get(post["user_id"].as_str().unwrap_or_default())
                .cloned()
                .unwrap_or_default();
            chat.inbox().add(mention(post, channel.clone(), from, me));
        }
    }
    Ok(())
}

async fn follow(chat: &Chat, server: &Mattermost, socket: &mut Socket, me: &Me) -> Result<Never, Trouble> {
    loop {
        let message = next(socket, server).await?;
        let data = &message["data"];
        match message["event"].as_str().unwrap_or_default() {
            "posted" => posted(chat, data, me),
            "channel_viewed" => chat.inbox().seen(data["channel_id"].as_str().unwrap_or_default()),
            "multiple_channels_viewed" => {
                for channel in data["channel_times"]
                    .as_object()
                    .into_iter()
                    .flat_map(|times| times.keys())
                {
                    chat.inbox().seen(channel);
                }
            }
            _ => {}
        }
    }
}

/// A post and who is mentioned come as JSON inside JSON.
fn posted(chat: &Chat, data: &Value, me: &Me) {
    let inner = |key: &str| {
        data[key]
            .as_str()
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
    };
    let text = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
    let Some(post) = inner("post") else { return };
    let direct = matches!(data["channel_type"].as_str(), Some("D" | "G"));
    let mentioned =
        inner("mentions").is_some_and(|all| all.as_array().into_iter().flatten().any(|id| *id == me.id.as_str()));
    if !is_for(me, &post, direct || mentioned) {
        return;
    }
    let channel = Channel {
        id: post["channel_id"].as_str().unwrap_or_default().to_owned(),
        name: text("channel_name"),
        title: text("channel_display_name"),
        direct,
    };
    let username = text("sender_name").trim_start_matches('@').to_owned();
    let from = chat.name_of(&username).unwrap_or(username);
    chat.inbox().add(mention(&post, channel, from, me));
}
