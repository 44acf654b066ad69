//! Google's sign-in and Calendar API v3 as their public documents describe them: device codes that somebody types in, tokens
//! that end, lists in pages of two.

use super::{Answer, Asked, Server, json_answer};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard};

pub const CLIENT: &str = "123-abc.apps.googleusercontent.com";
pub const SECRET: &str = "GOCSPX-s3cret";
/// Small, so that every list has several pages.
const PAGE: usize = 2;

#[derive(Default)]
pub struct World {
    /// Typed in on the consent page.
    pub approved: bool,
    pub denied: bool,
    /// Access tokens that are good.
    access: Vec<String>,
    refresh: Vec<String>,
    made: usize,
    pub events: Vec<Value>,
    /// Somebody else changes every event as soon as it was read.
    pub meddles: bool,
    /// Of access tokens, in seconds.
    pub expires_in: u64,
    pub refreshed: usize,
    /// The `code_challenge` that the consent page was opened with.
    pub challenge: Option<String>,
}

pub struct Google {
    pub server: Server,
    world: Arc<Mutex<World>>,
}

impl Google {
    pub async fn start() -> Self {
        let world = Arc::new(Mutex::new(World {
            expires_in: 3599,
            ..World::default()
        }));
        let kept = world.clone();
        let server = Server::start(Arc::new(move |asked| answer(&mut kept.lock().unwrap(), asked)), None).await;
        Self { server, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// The section of the configuration.
    pub fn config(&self) -> Value {
        let url = &self.server.url;
        json!({
            "client_id": CLIENT, "client_secret": SECRET, "api_url": format!("{url}/calendar/v3"),
            "auth_url": url, "consent_url": format!("{url}/o/oauth2/v2/auth"),
        })
    }

    /// A timed event in the house's zone; times as `2026-01-05T15:00:00`.
    pub fn add(&self, id: &str, title: &str, start: &str, end: &str) {
        let (start, end) = match start.contains('T') {
            true => (
                json!({ "dateTime": format!("{start}Z") }),
                json!({ "dateTime": format!("{end}Z") }),
            ),
            false => (json!({ "date": start }), json!({ "date": end })),
        };
        self.world().events.push(json!({
            "kind": "calendar#event", "etag": "\"1\"", "id": id, "iCalUID": format!("{id}@google.com"), "status": "confirmed",
            "summary": title, "start": start, "end": end,
        }));
    }

    /// Access tokens are good no more, though their time is not over.
    pub fn forget_access(&self) {
        self.world().access.clear();
    }

    /// The person removed Rosie from the account.
    pub fn revoke(&self) {
        let mut world = self.world();
        world.refresh.clear();
        world.access.clear();
    }

    pub fn titles(&self) -> Vec<String> {
        let world = self.world();
        let titles = world
            .events
            .iter()
            .map(|event| event["summary"].as_str().unwrap().to_owned());
        titles.collect()
    }
}

fn refused(status: u16, error: &str) -> Answer {
    json_answer(status, &json!({ "error": error, "error_description": "as told" }))
}

/// The API's own errors.
fn failed(status: u16, reason: &str) -> Answer {
    let error = json!({ "code": status, "message": reason, "errors": [{ "domain": "global", "reason": reason }] });
    json_answer(status, &json!({ "error": error }))
}

fn answer(world: &mut World, asked: &Asked) -> Answer {
    match asked.path.as_str() {
        "/device/code" => device_code(asked),
        "/token" => token(world, asked),
        "/revoke" => {
            world.refresh.clear();
            world.access.clear();
            json_answer(200, &json!({}))
        }
        path => match path.strip_prefix("/calendar/v3/") {
            Some(_) if !world.access.iter().any(|token| token == asked.key()) => failed(401, "authError"),
            Some(path) => api(world, asked, path),
            None => failed(404, "notFound"),
        },
    }
}

fn device_code(asked: &Asked) -> Answer {
    if asked.body["client_id"] != CLIENT {
        return refused(401, "invalid_client");
    }
    if asked.body["scope"] != "https://www.googleapis.com/auth/calendar" {
        return refused(400, "invalid_scope");
    }
    json_answer(
        200,
        &json!({
            "device_code": "4/4-GMMhmHCXhWEzkobqIHGG", "user_code": "GQVQ-JKEC", "expires_in": 1800, "interval": 1,
            "verification_url": "https://www.google.com/device",
        }),
    )
}

fn token(world: &mut World, asked: &Asked) -> Answer {
    let body = &asked.body;
    if body["client_id"] != CLIENT || body["client_secret"] != SECRET {
        return refused(401, "invalid_client");
    }
    let lasting = match body["grant_type"].as_str().unwrap_or_default() {
        "urn:ietf:params:oauth:grant-type:device_code" if world.denied => return refused(403, "access_denied"),
        "urn:ietf:params:oauth:grant-type:device_code" if world.approved => true,
        "urn:ietf:params:oauth:grant-type:device_code" => return refused(428, "authorization_pending"),
        "authorization_code" => {
            // RFC 7636: whoever opened the page holds the verifier.
            if body["code"] != "4/0abc" || body["code_verifier"].as_str().is_none_or(|v| v.len() < 43) {
                return refused(400, "invalid_grant");
            }
            true
        }
        "refresh_token" => {
            if !world
                .refresh
                .iter()
                .any(|token| body["refresh_token"] == token.as_str())
            {
                return refused(400, "invalid_grant");
            }
            world.refreshed += 1;
            false
        }
        _ => return refused(400, "unsupported_grant_type"),
    };
    world.made += 1;
    let access = format!("ya29.access-{}", world.made);
    world.access.push(access.clone());
    let mut granted = json!({
        "access_token": access, "expires_in": world.expires_in, "token_type": "Bearer",
        "scope": "https://www.googleapis.com/auth/calendar",
    });
    if lasting {
        let refresh = format!("1//refresh-{}", world.made);
        world.refresh.push(refresh.clone());
        granted["refresh_token"] = json!(refresh);
    }
    json_answer(200, &granted)
}

fn api(world: &mut World, asked: &Asked, path: &str) -> Answer {
    let parts: Vec<&str> = path.split('/').collect();
    match (asked.method.as_str(), parts.as_slice()) {
        ("GET", ["users", "me", "calendarList"]) => {
            let calendar = |id: &str, name: &str, role: &str, primary: bool| json!({ "id": id, "summary": name, "accessRole": role, "selected": true, "primary": primary });
            let all = [
                calendar("ada@example.org", "ada@example.org", "owner", true),
                calendar("family@group.calendar.google.com", "Family", "writer", false),
                calendar("holidays@group.v.calendar.google.com", "Holidays", "reader", false),
            ];
            page(&all, asked)
        }
        ("GET", ["calendars", "ada@example.org", "events"]) => {
            let within = |event: &&Value| {
                let edge = |key: &str| match event[key]["date"].as_str() {
                    Some(date) => format!("{date}T00:00:00Z"),
                    None => event[key]["dateTime"].as_str().unwrap_or_default().to_owned(),
                };
                let (min, max) = (
                    asked.query("timeMin").unwrap_or_default(),
                    asked.query("timeMax").unwrap_or("9"),
                );
                edge("end").as_str() > min && edge("start").as_str() < max
            };
            let mut found: Vec<Value> = world.events.iter().filter(within).cloned().collect();
            found.sort_by_key(|event| event["start"].to_string());
            if world.meddles {
                world.events.iter_mut().for_each(|event| event["etag"] = json!("\"9\""));
            }
            page(&found, asked)
        }
        ("GET", ["calendars", _, "events"]) => page(&[], asked),
        ("POST", ["freeBusy"]) => {
            let (min, max) = (&asked.body["timeMin"], &asked.body["timeMax"]);
            let busy: Vec<Value> = world
                .events
                .iter()
                .map(|event| json!({ "start": event["start"]["dateTime"], "end": event["end"]["dateTime"] }))
                .filter(|span| span["end"].as_str() > min.as_str() && span["start"].as_str() < max.as_str())
                .collect();
            let items = asked.body["items"].as_array().cloned().unwrap_or_default();
            let calendars: serde_json::Map<String, Value> = items
                .iter()
                .map(|item| {
                    let id = item["id"].as_str().unwrap();
                    let own = if id == "ada@example.org" {
                        busy.clone()
                    } else {
                        Vec::new()
                    };
                    (id.to_owned(), json!({ "busy": own }))
                })
                .collect();
            json_answer(200, &json!({ "kind": "calendar#freeBusy", "calendars": calendars }))
        }
        ("POST", ["calendars", "primary", "events"]) => {
            if world.events.iter().any(|event| event["id"] == asked.body["id"]) {
                return failed(409, "duplicate");
            }
            let mut event = asked.body.clone();
            event["etag"] = json!("\"1\"");
            event["status"] = json!("confirmed");
            world.events.push(event.clone());
            json_answer(200, &event)
        }
        (method, ["calendars", _, "events", id]) => change(world, asked, method, id),
        _ => failed(404, "notFound"),
    }
}

fn change(world: &mut World, asked: &Asked, method: &str, id: &str) -> Answer {
    let Some(at) = world.events.iter().position(|event| event["id"] == *id) else {
        return failed(410, "deleted");
    };
    if asked
        .header("if-match")
        .is_some_and(|tag| world.events[at]["etag"] != tag)
    {
        return failed(412, "conditionNotMet");
    }
    if method == "DELETE" {
        world.events.remove(at);
        return (204, Vec::new(), String::new());
    }
    let event = &mut world.events[at];
    event["start"] = asked.body["start"].clone();
    event["end"] = asked.body["end"].clone();
    event["etag"] = json!("\"2\"");
    json_answer(200, event)
}

fn page(all: &[Value], asked: &Asked) -> Answer {
    let from: usize = asked.query("pageToken").map_or(0, |token| token.parse().unwrap());
    let items: Vec<&Value> = all.iter().skip(from).take(PAGE).collect();
    let mut list = json!({ "items": items });
    if from + PAGE < all.len() {
        list["nextPageToken"] = json!((from + PAGE).to_string());
    }
    json_answer(200, &list)
}
