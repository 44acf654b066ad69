//! When a server that turned a request away may be asked again, as it says itself. What is waited where it says nothing is
//! core's [`rosie_core::retry::Tries`].
//!
//! Reference: RFC 9110 `Retry-After`; the rate limit headers of OpenAI and xAI (`x-ratelimit-*`) and of Anthropic
//! (`anthropic-ratelimit-*`).

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// Nobody is left alone for longer than this; a wrong clock somewhere must not end a tier for ever.
const LONGEST: Duration = Duration::from_secs(3600);

/// How long to leave the server alone, as its headers say; `None` where they say nothing.
pub(super) fn asked_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let retry = text("retry-after-ms")
        .and_then(|ms| ms.parse().ok())
        .map(Duration::from_millis);
    let retry = retry.or_else(|| after(headers.get(RETRY_AFTER)?.to_str().ok()?, now));
    let spent = |(left, reset): (String, String)| (text(&left)? == "0").then_some(reset);
    let kinds = ["requests", "tokens", "input-tokens", "output-tokens"];
    let openai = |kind: &&str| {
        spent((
            format!("x-ratelimit-remaining-{kind}"),
            format!("x-ratelimit-reset-{kind}"),
        ))
    };
    let anthropic = |kind: &&str| {
        spent((
            format!("anthropic-ratelimit-{kind}-remaining"),
            format!("anthropic-ratelimit-{kind}-reset"),
        ))
    };
    let resets = kinds
        .iter()
        .filter_map(openai)
        .chain(kinds.iter().filter_map(anthropic));
    let waits = resets.filter_map(|reset| after(text(&reset)?, now));
    waits.chain(retry).max().map(|wait| wait.min(LONGEST))
}

/// `7`, `0.5`, `6m0s`, `120ms`, a date in either of the two usual forms.
fn after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = text.parse::<Timestamp>().ok();
    let date = date.or_else(|| Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp()));
    if let Some(date) = date {
        return Some(Duration::try_from(date.duration_since(now)).unwrap_or_default());
    }
    let span = text.parse::<SignedDuration>().ok()?;
    Duration::try_from(span).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn asked(pairs: &[(&'static str, &'static str)]) -> Option<u128> {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        let pair = |&(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        asked_for(&pairs.iter().map(pair).collect(), now).map(|wait| wait.as_millis())
    }

    #[test]
    fn what_servers_say() {
        assert_eq!(asked(&[]), None);
        assert_eq!(asked(&[("retry-after", "7")]), Some(7000));
        assert_eq!(asked(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]), Some(37_000));
        assert_eq!(asked(&[("retry-after", "Sun, 06 Nov 1994 08:40:00 GMT")]), Some(0));
        assert_eq!(asked(&[("retry-after", "soon")]), None);
        assert_eq!(asked(&[("retry-after", "99999999")]), Some(3_600_000));
        assert_eq!(asked(&[("retry-after", "-1")]), None);
        assert_eq!(asked(&[("retry-after-ms", "250"), ("retry-after", "1")]), Some(250));
        assert_eq!(
            asked(&[
                ("x-ratelimit-remaining-requests", "3"),
                ("x-ratelimit-reset-requests", "9s")
            ]),
            None
        );
        assert_eq!(
            asked(&[
                ("x-ratelimit-remaining-tokens", "0"),
                ("x-ratelimit-reset-tokens", "6m0s")
            ]),
            Some(360_000)
        );
        assert_eq!(
            asked(&[
                ("x-ratelimit-remaining-requests", "0"),
                ("x-ratelimit-reset-requests", "120ms")
            ]),
            Some(120)
        );
        let anthropic = [
            ("anthropic-ratelimit-input-tokens-remaining", "0"),
            ("anthropic-ratelimit-input-tokens-reset", "1994-11-06T08:49:05Z"),
        ];
        assert_eq!(asked(&anthropic), Some(5000));
    }
}
