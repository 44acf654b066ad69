//! Reading what a service answers: its JSON, or what its status, headers and machine-readable reason say.
//!
//! Reference: RFC 9110 (`Retry-After`); `X-RateLimit-Remaining` and `X-RateLimit-Reset` as Mattermost sends them (seconds
//! until it is reset); reasons as Google (`error.errors[].reason`, OAuth's `error`), Mattermost (`id`) and Monica
//! (`error.error_code`) write them.

use super::{Trouble, Web, why};
use jiff::Timestamp;
use reqwest::{
    Response,
    header::{HeaderMap, RETRY_AFTER},
};
use serde_json::Value;
use std::time::Duration;

/// Longest answer that is read, in bytes.
const LONGEST: usize = 4 << 20;
/// Nobody is left alone for longer than this; a wrong clock somewhere must not end a service for ever.
const LONGEST_REST: Duration = Duration::from_secs(3600);
/// For one that asks for a rest and does not say how long.
const REST: Duration = Duration::from_secs(5);
/// Reasons by which Google says in a 403 that it is asked too often.
const TOO_OFTEN: [&str; 4] = [
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "calendarUsageLimitsExceeded",
];

/// Why a try brought nothing.
pub(super) struct Turned {
    pub trouble: Trouble,
    /// It was not even looked at.
    pub untouched: bool,
    /// It may go better in a moment.
    pub passing: bool,
    /// How long it wants to be left alone.
    pub rest: Option<Duration>,
}

impl From<Trouble> for Turned {
    fn from(trouble: Trouble) -> Self {
        Self {
            trouble,
            untouched: false,
            passing: false,
            rest: None,
        }
    }
}

pub(super) fn unsent(web: &Web, error: &reqwest::Error) -> Turned {
    let reason = match error.is_timeout() {
        true => "no answer in time".to_owned(),
        false => innermost(error),
    };
    Turned {
        untouched: error.is_connect() && !error.is_timeout(),
        // One that is slow once is slow again: there is no time for both.
        passing: !error.is_timeout(),
        ..web.trouble(&reason).into()
    }
}

/// The outer reasons only say that sending failed, and quote the address with all that stands in it.
pub(crate) fn innermost(error: &reqwest::Error) -> String {
    if let Some(told) = why(error) {
        return told;
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    match cause.is::<reqwest::Error>() {
        true => "the connection broke".to_owned(),
        false => cause.to_string(),
    }
}

pub(super) async fn read(web: &Web, response: Response) -> Result<Value, Turned> {
    let status = response.status();
    let asked = asked_for(response.headers(), status == 429, Timestamp::now());
    let body = bounded(response).await.map_err(|reason| Turned {
        passing: true,
        ..web.trouble(&reason).into()
    })?;
    if status.is_success() {
        if let Some(rest) = asked {
            web.leave_alone(rest);
        }
        return parsed(web, &body).map_err(Turned::from);
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    Err(turned(web, status.as_u16(), &reason(&body), asked))
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return Err("its answer is too long".to_owned()),
            Ok(None) => return Ok(body),
            Err(error) => return Err(innermost(&error)),
        }
    }
}

fn parsed(web: &Web, body: &[u8]) -> Result<Value, Trouble> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    // Where it breaks is told, not what stands there.
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("no JSON, line {} column {}", error.line(), error.column());
        web.odd(&place)
    })
}

/// The reason that is meant for programs.
fn reason(body: &Value) -> String {
    let google = body["error"]["errors"][0]["reason"].as_str();
    let oauth = body["error"].as_str();
    let status = body["error"]["status"].as_str();
    let mattermost = body["id"].as_str();
    let monica = body["error"]["error_code"].as_u64().map(|code| code.to_string());
    let text = google.or(oauth).or(mattermost).or(status).map(str::to_owned);
    let plain = |text: String| text.chars().filter(|c| c.is_ascii_graphic()).take(80).collect();
    text.or(monica).map(plain).unwrap_or_default()
}

fn turned(web: &Web, status: u16, reason: &str, asked: Option<Duration>) -> Turned {
    let (service, address) = (web.service, web.address());
    let reason = reason.to_owned();
    if status == 429 || (status == 403 && TOO_OFTEN.contains(&reason.as_str())) {
        let rest = asked.unwrap_or(REST);
        return Turned {
            untouched: true,
            rest: Some(rest),
            ..web.too_many(rest).into()
        };
    }
    match status {
        401 => Trouble::Key { service, address }.into(),
        403 => Trouble::Forbidden {
            service,
            address,
            reason,
        }
        .into(),
        404 | 409 | 410 | 412 => Trouble::Changed {
            service,
            address,
            status,
        }
        .into(),
        500.. => Turned {
            passing: matches!(status, 500 | 502 | 503 | 504),
            rest: asked.filter(|_| status == 503),
            ..Trouble::Server {
                service,
                address,
                status,
            }
            .into()
        },
        _ => Trouble::Rejected {
            service,
            address,
            status,
            reason,
        }
        .into(),
    }
}

/// How long to leave the service alone, as its headers say.
fn asked_for(headers: &HeaderMap, refused: bool, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let after = text(RETRY_AFTER.as_str()).and_then(|text| match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(text).ok()?;
            Some(Duration::try_from(date.timestamp().duration_since(now)).unwrap_or_default())
        }
    });
    let spent = refused || text("x-ratelimit-remaining") == Some("0");
    let reset = text("x-ratelimit-reset").and_then(|text| text.parse().ok());
    let reset = reset.filter(|_| spent).map(Duration::from_secs);
    after.max(reset).map(|rest| rest.min(LONGEST_REST))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};
    use serde_json::json;

    #[test]
    fn what_services_say_of_a_rest() {
        let asked = |pairs: &[(&'static str, &'static str)]| {
            let pair = |&(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
            asked_for(&pairs.iter().map(pair).collect(), false, now).map(|rest| rest.as_secs())
        };
        assert_eq!(asked(&[]), None);
        assert_eq!(asked(&[("retry-after", "55")]), Some(55));
        assert_eq!(asked(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]), Some(37));
        assert_eq!(asked(&[("retry-after", "Sun, 06 Nov 1994 08:40:00 GMT")]), Some(0));
        assert_eq!(asked(&[("retry-after", "soon")]), None);
        assert_eq!(asked(&[("retry-after", "-3")]), None);
        assert_eq!(asked(&[("retry-after", "9999999999")]), Some(3600));
        let limit = |left| asked(&[("x-ratelimit-remaining", left), ("x-ratelimit-reset", "2")]);
        assert_eq!((limit("3"), limit("0")), (None, Some(2)));
    }

    #[test]
    fn reasons_are_those_for_programs() {
        let google = json!({ "error": { "code": 403, "message": "Dentist", "errors": [{ "reason": "forbidden" }] } });
        assert_eq!(reason(&google), "forbidden");
        assert_eq!(
            reason(&json!({ "error": "invalid_grant", "error_description": "x" })),
            "invalid_grant"
        );
        assert_eq!(
            reason(&json!({ "id": "api.context.permissions.app_error", "message": "x" })),
            "api.context.permissions.app_error"
        );
        assert_eq!(reason(&json!({ "error": { "message": "x", "error_code": 31 } })), "31");
        assert_eq!(reason(&json!({ "message": "Ada is ill" })), "");
    }
}
