//! Mattermost's REST API v4, as far as it is used: who the token is, channels, people, messages; and incoming webhooks.
//!
//! Reference: api.mattermost.com (users, teams, channels, posts), "Incoming webhooks" of Mattermost's developer documents.

use super::config::{ChatConfig, Webhook};
use crate::{
    HubError,
    home_assistant::{Token, take},
    web::{Ask, Body, Service, Trouble, Web},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// People of a team that are known by name.
const PEOPLE: usize = 600;
const PAGE: usize = 200;

/// Who the token belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Me {
    pub id: String,
    pub username: String,
    pub team: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Channel {
    pub id: String,
    /// As in its address (`town-square`).
    pub name: String,
    pub title: String,
    /// Between two people, or a few.
    pub direct: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    pub id: String,
    pub username: String,
    /// As it is said: the nickname, the name, else the username.
    pub name: String,
    pub first_name: String,
}

/// Messages that wait in a channel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Waiting {
    pub channel: String,
    pub mentions: u64,
    pub since_ms: i64,
}

pub(super) struct Mattermost {
    web: Web,
    token: Token,
}

impl Mattermost {
    /// `None`: only a webhook is configured.
    pub fn new(config: &ChatConfig) -> Result<Option<Self>, HubError> {
        let Some(url) = &config.url else { return Ok(None) };
        Ok(Some(Self {
            web: Web::new(Service::Chat, url.clone())?,
            token: config.token.clone(),
        }))
    }

    pub fn web(&self) -> &Web {
        &self.web
    }

    pub fn token(&self) -> &str {
        self.token.expose()
    }

    async fn ask(&self, mut ask: Ask) -> Result<Value, Trouble> {
        ask.key = Some(self.token.expose().to_owned());
        self.web.ask(&ask).await
    }

    async fn list(&self, path: &str) -> Result<Vec<Value>, Trouble> {
        match self.ask(Ask::get(path)).await? {
            Value::Array(all) => Ok(all),
            _ => Err(self.web.odd("a list that is none")),
        }
    }

    pub async fn me(&self, wanted: &str) -> Result<Me, Trouble> {
        let user = self.ask(Ask::get("api/v4/users/me")).await?;
        let teams = self.list("api/v4/users/me/teams").await?;
        let is_wanted = |team: &&Value| {
            wanted.is_empty()
                || [&team["name"], &team["display_name"]]
                    .iter()
                    .any(|name| name.as_str() == Some(wanted))
        };
        let team = teams.iter().find(is_wanted).map(|team| text(team, "id"));
        match (text(&user, "id"), team) {
            (id, Some(team)) if !id.is_empty() => Ok(Me {
                username: text(&user, "username"),
                id,
                team,
            }),
            (id, None) if !id.is_empty() => Err(Trouble::Forbidden {
                service: Service::Chat,
                address: self.web.address(),
                reason: match wanted {
                    "" => "the token's user is in no team".to_owned(),
                    wanted => format!("the token's user is in no team \"{wanted}\" (mattermost.team)"),
                },
            }),
            _ => Err(self.web.odd("a user without an id")),
        }
    }

    pub async fn channels(&self, me: &Me) -> Result<Vec<Channel>, Trouble> {
        let all = self
            .list(&format!("api/v4/users/me/teams/{}/channels", me.team))
            .await?;
        let channel = |one: &Value| Channel {
            id: text(one, "id"),
            name: text(one, "name"),
            title: text(one, "display_name"),
            direct: matches!(one["type"].as_str(), Some("D" | "G")),
        };
        Ok(all
            .iter()
            .map(channel)
            .filter(|channel| !channel.id.is_empty())
            .collect())
    }

    /// Those of the team, by pages.
    pub async fn people(&self, me: &Me) -> Result<Vec<Person>, Trouble> {
        let mut people = Vec::new();
        for page in 0..PEOPLE / PAGE {
            let ask = Ask::get("api/v4/users")
                .query("in_team", &me.team)
                .query("active", true)
                .query("page", page)
                .query("per_page", PAGE);
            let Value::Array(all) = self.ask(ask).await? else {
                return Err(self.web.odd("a list of users that is none"));
            };
            people.extend(all.iter().map(person));
            if all.len() < PAGE {
                break;
            }
        }
        Ok(people)
    }

    pub async fn people_of(&self, ids: &[String]) -> Result<Vec<Person>, Trouble> {
        let ask = Ask::post("api/v4/users/ids", Body::Json(json!(ids))).repeatable();
        match self.ask(ask).await? {
            Value::Array(all) => Ok(all.iter().map(person).collect()),
            _ => Err(self.web.odd("a list of users that is none")),
        }
    }

    /// Channels in which somebody waits for an answer.
    pub async fn waiting(&self, me: &Me) -> Result<Vec<Waiting>, Trouble> {
        let all = self
            .list(&format!("api/v4/users/me/teams/{}/channels/members", me.team))
            .await?;
        let waiting = all.iter().map(|one| Waiting {
            channel: text(one, "channel_id"),
            mentions: one["mention_count"].as_u64().unwrap_or_default(),
            since_ms: one["last_viewed_at"].as_i64().unwrap_or_default(),
        });
        Ok(waiting.filter(|one| one.mentions > 0).collect())
    }

    /// What was posted in a channel since a moment, in order.
    pub async fn posts(&self, channel: &str, since_ms: i64) -> Result<Vec<Value>, Trouble> {
        let ask = Ask::get("api/v4/channels")
            .part(channel)
            .part("posts")
            .query("since", since_ms);
        let mut answer = self.ask(ask).await?;
        let Value::Object(posts) = take(&mut answer, "posts") else {
            return Err(self.web.odd("posts that are none"));
        };
        let mut posts: Vec<Value> = posts.into_iter().map(|(_, post)| post).collect();
        posts.sort_by_key(|post| post["create_at"].as_i64());
        Ok(posts)
    }

    /// `root`: of the thread; empty for none.
    pub async fn post(&self, channel: &str, root: &str, message: &str) -> Result<(), Trouble> {
        let body = json!({ "channel_id": channel, "root_id": root, "message": message });
        self.ask(Ask::post("api/v4/posts", Body::Json(body))).await.map(drop)
    }

    /// The channel between the token's user and another one.
    pub async fn direct(&self, me: &Me, user: &str) -> Result<String, Trouble> {
        let ask = Ask::post("api/v4/channels/direct", Body::Json(json!([me.id, user]))).repeatable();
        let channel = text(&self.ask(ask).await?, "id");
        match channel.is_empty() {
            true => Err(self.web.odd("a channel without an id")),
            false => Ok(channel),
        }
    }

    /// What is in a channel was seen.
    pub async fn seen(&self, channel: &str) -> Result<(), Trouble> {
        let ask = Ask::post(
            "api/v4/channels/members/me/view",
            Body::Json(json!({ "channel_id": channel })),
        );
        self.ask(ask.repeatable()).await.map(drop)
    }
}

/// An incoming webhook: it posts, and tells nothing.
pub(super) struct Hook {
    web: Web,
    path: Token,
}

impl Hook {
    pub fn new(webhook: &Webhook) -> Result<Self, HubError> {
        Ok(Self {
            web: Web::new(Service::Chat, webhook.base.clone())?,
            path: webhook.path.clone(),
        })
    }

    /// `channel`: its name; empty: the webhook's own.
    pub async fn post(&self, channel: &str, message: &str) -> Result<(), Trouble> {
        let mut body = json!({ "text": message });
        if !channel.is_empty() {
            body["channel"] = json!(channel);
        }
        // It answers "ok", which is no JSON.
        match self.web.ask(&Ask::post(self.path.expose(), Body::Json(body))).await {
            Err(Trouble::Odd { .. }) | Ok(_) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    /// Posts nothing: a message without a text is refused, with a reason of Mattermost's.
    pub async fn tried(&self) -> Result<(), Trouble> {
        match self
            .web
            .ask(&Ask::post(self.path.expose(), Body::Json(json!({}))))
            .await
        {
            Err(Trouble::Rejected {
                status: 400, reason, ..
            }) if reason.contains("webhook.text") => Ok(()),
            Err(trouble) => Err(trouble),
            Ok(_) => Err(self.web.odd("it takes a message without a text")),
        }
    }

    pub fn address(&self) -> String {
        self.web.address()
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn person(value: &Value) -> Person {
    let (first_name, last) = (text(value, "first_name"), text(value, "last_name"));
    let whole = format!("{first_name} {last}").trim().to_owned();
    let names = [text(value, "nickname"), whole, text(value, "username")];
    Person {
        id: text(value, "id"),
        username: text(value, "username"),
        name: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        first_name,
    }
}

/// Names by id.
pub(super) fn names(people: &[Person]) -> BTreeMap<String, String> {
    people.iter().map(|one| (one.id.clone(), one.name.clone())).collect()
}
