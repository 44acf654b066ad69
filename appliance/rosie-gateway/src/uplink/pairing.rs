//! Having a satellite paired: a code to be shown, and the key that comes when the owner has typed it.

use super::{
    ServerAddress, UplinkConfig,
    dial::{Fault, ask, dial},
    key,
    trust::Trust,
};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// How often the server is asked whether the code was typed.
const POLL_EVERY: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Given {
    code: String,
    ticket: String,
}

#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum State {
    Waiting {},
    Paired { key: String },
}

/// Asks for codes, one after the other, until the owner has typed one; the key is kept then.
pub(super) async fn pair(
    address: &ServerAddress,
    trust: &Trust,
    config: &UplinkConfig,
    show: impl Fn(&str),
) -> Result<(), Fault> {
    loop {
        let asking = json!({ "endpoint": config.endpoint, "label": config.label });
        let (status, answer) = call(address, trust, Method::POST, "/api/v1/pairing", Some(asking)).await?;
        if status != StatusCode::CREATED {
            return Err(refused(&answer));
        }
        let Given { code, ticket } = read(address, answer)?;
        show(&code);
        if let Some(key) = wait(address, trust, &ticket).await? {
            return key::keep(&config.folder, &key).map_err(|error| {
                Fault::Broken(format!(
                    "the key cannot be kept in {}: {error}",
                    config.folder.display()
                ))
            });
        }
    }
}

/// `None`: the code is too old.
async fn wait(address: &ServerAddress, trust: &Trust, ticket: &str) -> Result<Option<String>, Fault> {
    let path = format!("/api/v1/pairing/{ticket}");
    loop {
        tokio::time::sleep(POLL_EVERY).await;
        let (status, answer) = call(address, trust, Method::GET, &path, None).await?;
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if status != StatusCode::OK {
            return Err(refused(&answer));
        }
        if let State::Paired { key } = read(address, answer)? {
            return Ok(Some(key));
        }
    }
}

async fn call(
    address: &ServerAddress,
    trust: &Trust,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<(StatusCode, Value), Fault> {
    let wire = dial(address, trust).await?;
    let (status, body) = ask(wire, address, method, path, body).await?;
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

fn read<T: for<'a> Deserialize<'a>>(address: &ServerAddress, answer: Value) -> Result<T, Fault> {
    serde_json::from_value(answer).map_err(|error| Fault::NoRosie(address.to_string(), error.to_string()))
}

/// Not for good: the owner may do something about it, and codes get free.
fn refused(answer: &Value) -> Fault {
    let text = |key: &str| {
        answer["error"][key]
            .as_str()
            .or(answer[key].as_str())
            .unwrap_or_default()
    };
    Fault::Broken(format!(
        "the server gives no code to be paired with: {} {}",
        text("message"),
        text("hint")
    ))
}
