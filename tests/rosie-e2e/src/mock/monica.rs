//! Monica 4 as its public API document describes it: contacts, notes, calls and reminders, in pages.

use super::{Answer, Asked, Server, json_answer};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard};

pub const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.s3cret";
/// Small, so that lists have several pages.
const PAGE: usize = 2;

#[derive(Default)]
pub struct World {
    pub contacts: Vec<Value>,
    pub notes: Vec<Value>,
    pub calls: Vec<Value>,
    pub reminders: Vec<Value>,
}

pub struct Monica {
    pub server: Server,
    world: Arc<Mutex<World>>,
}

impl Monica {
    pub async fn start() -> Self {
        let world: Arc<Mutex<World>> = Arc::default();
        let kept = world.clone();
        let server = Server::start(Arc::new(move |asked| answer(&mut kept.lock().unwrap(), asked)), None).await;
        Self { server, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// `birthday`: a date; `last_called`: a date, or empty.
    pub fn add(&self, id: u64, first: &str, last: &str, birthday: &str, last_called: &str) {
        let nothing = json!({ "is_age_based": null, "is_year_unknown": null, "date": null });
        let birthdate = match birthday {
            "" => nothing.clone(),
            date => json!({ "is_age_based": false, "is_year_unknown": false, "date": format!("{date}T00:00:00Z") }),
        };
        let called = if last_called.is_empty() {
            Value::Null
        } else {
            json!(format!("{last_called}T21:17:45Z"))
        };
        self.world().contacts.push(json!({
            "id": id, "object": "contact", "first_name": first, "last_name": last, "nickname": null, "gender": "none",
            "is_partial": false, "is_dead": false, "last_called": called, "last_activity_together": null,
            "information": {
                "relationships": {}, "dates": { "birthdate": birthdate, "deceased_date": nothing },
                "career": { "job": "teacher", "company": "Linden School" },
                "how_you_met": { "general_information": null, "first_met_date": nothing },
            },
            "addresses": [], "tags": [], "account": { "id": 1 },
        }));
    }
}

/// The API's errors.
fn failed(status: u16, code: u64) -> Answer {
    json_answer(
        status,
        &json!({ "error": { "message": "as told", "error_code": code } }),
    )
}

fn answer(world: &mut World, asked: &Asked) -> Answer {
    if asked.key() != TOKEN {
        return json_answer(401, &json!({ "message": "Unauthenticated." }));
    }
    let (mut status, headers, body) = route(world, asked);
    if status == 200 && asked.method == "POST" {
        status = 201;
    }
    (status, headers, body)
}

fn route(world: &mut World, asked: &Asked) -> Answer {
    let parts: Vec<&str> = asked.path.trim_start_matches("/api/").split('/').collect();
    match (asked.method.as_str(), parts.as_slice()) {
        ("GET", ["contacts"]) => page(&world.contacts, asked),
        ("GET", ["reminders"]) => page(&world.reminders, asked),
        ("GET", ["contacts", id]) => match world.contacts.iter().find(|one| one["id"].as_u64() == id.parse().ok()) {
            Some(contact) => json_answer(200, &json!({ "data": contact })),
            None => failed(404, 31),
        },
        ("POST", ["notes"]) => add(&mut world.notes, asked, &["body", "contact_id", "is_favorited"]),
        ("POST", ["calls"]) => add(&mut world.calls, asked, &["contact_id", "called_at"]),
        ("POST", ["reminders"]) => add(
            &mut world.reminders,
            asked,
            &["title", "contact_id", "next_expected_date", "frequency_type"],
        ),
        _ => failed(404, 31),
    }
}

fn add(to: &mut Vec<Value>, asked: &Asked, required: &[&str]) -> Answer {
    if required.iter().any(|key| asked.body[*key].is_null()) {
        return failed(422, 32);
    }
    to.push(asked.body.clone());
    json_answer(200, &json!({ "data": asked.body }))
}

fn page(all: &[Value], asked: &Asked) -> Answer {
    let limit: usize = asked.query("limit").map_or(10, |limit| limit.parse().unwrap());
    if limit > 100 {
        return failed(400, 30);
    }
    let page: usize = asked.query("page").map_or(1, |page| page.parse().unwrap());
    let last = all.len().div_ceil(PAGE).max(1);
    let data: Vec<&Value> = all.iter().skip((page - 1) * PAGE).take(PAGE).collect();
    let meta = json!({ "current_page": page, "last_page": last, "per_page": PAGE, "total": all.len() });
    json_answer(200, &json!({ "data": data, "links": { "next": null }, "meta": meta }))
}
