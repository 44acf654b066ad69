//! Mattermost as its public API document describes it: users, teams, channels, posts, and the WebSocket that tells of them.

use super::{Answer, Asked, Server, json_answer};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::broadcast};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::derive_accept_key, protocol::Role},
};

pub const TOKEN: &str = "xf5tbvq7kjgnbpdu";
const ME: &str = "me00000000000000000000000a";
const TEAM: &str = "team000000000000000000000a";
const TOWN: &str = "chan000000000000000000town";
const DIRECT: &str = "chan0000000000000000direct";
const BEN: &str = "ben0000000000000000000000a";

#[derive(Default)]
pub struct World {
    /// Posts by others, and those that Rosie made.
    pub posts: Vec<Value>,
    /// Channel, and up to which moment it was seen.
    pub viewed: Vec<(String, i64)>,
    made: i64,
}

pub struct Mattermost {
    pub server: Server,
    world: Arc<Mutex<World>>,
    tell: broadcast::Sender<String>,
}

impl Mattermost {
    pub async fn start() -> Self {
        let world: Arc<Mutex<World>> = Arc::default();
        let (tell, _) = broadcast::channel(64);
        let (kept, telling) = (world.clone(), tell.clone());
        let socket = move |asked: &Asked, stream: TcpStream| {
            let key = asked.header("sec-websocket-key").unwrap_or_default().to_owned();
            tokio::spawn(talk(stream, key, telling.subscribe()));
        };
        let book = move |asked: &Asked| answer(&mut kept.lock().unwrap(), asked);
        let server = Server::start(Arc::new(book), Some(("/api/v4/websocket", Arc::new(socket)))).await;
        Self { server, world, tell }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Ben writes. `direct`: to the token's user alone.
    pub fn ben_writes(&self, message: &str, direct: bool) {
        let post = post(&mut self.world(), if direct { DIRECT } else { TOWN }, BEN, message, "");
        let mentioned = direct || message.contains("@ada");
        let event = json!({
            "event": "posted",
            "data": {
                "channel_display_name": if direct { "@ben" } else { "Town Square" },
                "channel_name": if direct { "ben__ada" } else { "town-square" },
                "channel_type": if direct { "D" } else { "O" },
                "mentions": if mentioned { json!([ME]).to_string() } else { String::new() },
                "post": post.to_string(), "sender_name": "@ben", "team_id": TEAM,
            },
            "broadcast": { "channel_id": post["channel_id"] }, "seq": 3,
        });
        let _ = self.tell.send(event.to_string());
    }

    /// Every WebSocket is closed.
    pub fn hang_up(&self) {
        let _ = self.tell.send(String::new());
    }

    /// What Rosie posted: channel, thread, words.
    pub fn posted(&self) -> Vec<(String, String, String)> {
        let text = |post: &Value, key: &str| post[key].as_str().unwrap_or_default().to_owned();
        let world = self.world();
        let own = world.posts.iter().filter(|post| post["user_id"] == ME);
        own.map(|post| (text(post, "channel_id"), text(post, "root_id"), text(post, "message")))
            .collect()
    }
}

async fn talk(mut stream: TcpStream, key: String, mut told: broadcast::Receiver<String>) {
    let accept = derive_accept_key(key.as_bytes());
    let head = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n"
    );
    if stream.write_all(head.as_bytes()).await.is_err() {
        return;
    }
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    let mut signed_in = false;
    loop {
        tokio::select! {
            message = socket.next() => {
                let Some(Ok(message)) = message else { return };
                let Message::Text(text) = message else { continue };
                let value: Value = serde_json::from_str(text.as_str()).unwrap();
                if value["action"] == "authentication_challenge" {
                    signed_in = value["data"]["token"] == TOKEN;
                    let reply = match signed_in {
                        true => json!({ "status": "OK", "seq_reply": value["seq"] }),
                        false => json!({ "status": "FAIL", "seq_reply": value["seq"], "error": { "id": "api.web_socket_router.not_authenticated.app_error" } }),
                    };
                    let hello = json!({ "event": "hello", "data": { "server_version": "10.5.0" }, "broadcast": {}, "seq": 0 });
                    let _ = socket.send(Message::text(hello.to_string())).await;
                    let _ = socket.send(Message::text(reply.to_string())).await;
                }
            }
            event = told.recv() => match event {
                Ok(event) if event.is_empty() => return,
                Ok(event) if signed_in => { let _ = socket.send(Message::text(event)).await; }
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}

fn post(world: &mut World, channel: &str, user: &str, message: &str, root: &str) -> Value {
    world.made += 1;
    let post = json!({
        "id": format!("post{:022}", world.made), "create_at": world.made, "update_at": world.made, "delete_at": 0, "user_id": user,
        "channel_id": channel, "root_id": root, "message": message, "type": "", "props": {},
    });
    world.posts.push(post.clone());
    post
}

/// The API's errors.
fn failed(status: u16, id: &str) -> Answer {
    json_answer(
        status,
        &json!({ "id": id, "message": "as told", "request_id": "x", "status_code": status }),
    )
}

fn person(id: &str, username: &str, first: &str, last: &str) -> Value {
    json!({ "id": id, "username": username, "first_name": first, "last_name": last, "nickname": "" })
}

fn answer(world: &mut World, asked: &Asked) -> Answer {
    if let Some(hook) = asked.path.strip_prefix("/hooks/") {
        if hook != "s3cret00000000000000000hook" {
            return failed(400, "web.incoming_webhook.invalid.app_error");
        }
        let message = asked.body["text"].as_str().unwrap_or_default().to_owned();
        post(
            world,
            asked.body["channel"].as_str().unwrap_or_default(),
            ME,
            &message,
            "",
        );
        return (200, Vec::new(), "ok".to_owned());
    }
    if asked.key() != TOKEN {
        return failed(401, "api.context.session_expired.app_error");
    }
    let Some(path) = asked.path.strip_prefix("/api/v4/") else {
        return failed(404, "api.context.404.app_error");
    };
    let parts: Vec<&str> = path.split('/').collect();
    match (asked.method.as_str(), parts.as_slice()) {
        ("GET", ["users", "me"]) => json_answer(200, &person(ME, "ada", "Ada", "Love")),
        ("GET", ["users", "me", "teams"]) => {
            json_answer(200, &json!([{ "id": TEAM, "name": "crew", "display_name": "Crew" }]))
        }
        ("GET", ["users", "me", "teams", TEAM, "channels"]) => json_answer(
            200,
            &json!([
                { "id": TOWN, "name": "town-square", "display_name": "Town Square", "type": "O" },
                { "id": DIRECT, "name": "ben__ada", "display_name": "", "type": "D" },
            ]),
        ),
        ("GET", ["users", "me", "teams", TEAM, "channels", "members"]) => {
            let waiting = |channel: &str| {
                let seen = world.viewed.iter().rev().find(|(seen, _)| seen == channel);
                let since = seen.map_or(0, |(_, moment)| *moment);
                let meant = world.posts.iter().filter(|post| {
                    let words = post["message"].as_str().unwrap();
                    let new = post["create_at"].as_i64() > Some(since);
                    let for_me = channel == DIRECT || words.contains("@ada");
                    new && post["channel_id"] == channel && post["user_id"] != ME && for_me
                });
                json!({
                    "channel_id": channel, "user_id": ME, "mention_count": meant.count(), "msg_count": 1, "last_viewed_at": since,
                })
            };
            json_answer(200, &json!([waiting(TOWN), waiting(DIRECT)]))
        }
        ("GET", ["users"]) => {
            let all = match asked.query("page") {
                Some("0") => json!([person(ME, "ada", "Ada", "Love"), person(BEN, "ben", "Ben", "Stein")]),
                _ => json!([]),
            };
            json_answer(200, &all)
        }
        ("POST", ["users", "ids"]) => json_answer(200, &json!([person(BEN, "ben", "Ben", "Stein")])),
        ("GET", ["channels", channel, "posts"]) => {
            let since: i64 = asked.query("since").unwrap().parse().unwrap();
            let found = world
                .posts
                .iter()
                .filter(|post| post["channel_id"] == *channel && post["create_at"].as_i64() > Some(since));
            let found: Vec<&Value> = found.collect();
            let order: Vec<&Value> = found.iter().rev().map(|post| &post["id"]).collect();
            let posts: serde_json::Map<String, Value> = found
                .iter()
                .map(|post| (post["id"].as_str().unwrap().to_owned(), (*post).clone()))
                .collect();
            json_answer(200, &json!({ "order": order, "posts": posts }))
        }
        ("POST", ["posts"]) => {
            let text = |key: &str| asked.body[key].as_str().unwrap_or_default().to_owned();
            let made = post(world, &text("channel_id"), ME, &text("message"), &text("root_id"));
            json_answer(201, &made)
        }
        ("POST", ["channels", "direct"]) => json_answer(201, &json!({ "id": DIRECT, "type": "D" })),
        ("POST", ["channels", "members", "me", "view"]) => {
            let seen = (asked.body["channel_id"].as_str().unwrap().to_owned(), world.made);
            world.viewed.push(seen);
            json_answer(200, &json!({ "status": "OK" }))
        }
        _ => failed(404, "api.context.404.app_error"),
    }
}
