//! Google's OAuth 2: a code that is typed in on another device, or a consent page whose answer is pasted; and the tokens that
//! come of them.
//!
//! Reference: "OAuth 2.0 for TV and Limited-Input Device Applications" and "OAuth 2.0 for iOS & Desktop Apps" of Google
//! Identity; RFC 8628, RFC 7636.

use super::config::CalendarConfig;
use crate::{
    HubError,
    home_assistant::Token,
    web::{Ask, Body, Service, Trouble, Web},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Url;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Reading and writing of calendars. Google documents no scope of the calendar for devices; this one it has been taking.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/calendar";
/// Where the browser is sent with the answer. Nothing listens there: the address is copied from the browser's own line.
const REDIRECT: &str = "http://127.0.0.1:1/";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Where Google does not say.
const INTERVAL: u64 = 5;
const EXPIRES: u64 = 1800;

/// What a person is told, and what Rosie asks with meanwhile.
#[derive(Clone, PartialEq)]
pub(super) struct DeviceCode {
    pub device_code: String,
    pub user_code: String,
    pub url: String,
    pub interval: Duration,
    pub expires: Duration,
}

#[derive(Clone, PartialEq)]
pub(super) struct Granted {
    pub access: String,
    pub refresh: Option<String>,
    pub expires: Duration,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(super) enum NoToken {
    #[error("nobody has typed the code in yet")]
    Pending,
    #[error("asked too often")]
    SlowDown,
    #[error("it was refused on the consent page")]
    Denied,
    #[error("the code was not typed in in time: begin again")]
    Expired,
    #[error(
        "that is not the answer to this sign-in: paste the whole address that the browser ended at, or begin again"
    )]
    Pasted,
    #[error("Google does not know this sign-in (any more): connect the calendar again")]
    Gone,
    #[error(
        "Google does not know the client: check google_calendar.client_id and client_secret (a client of the type \"TVs \
         and Limited Input devices\" for the code, \"Desktop app\" for the browser)"
    )]
    Client,
    #[error("Google does not give calendars out by a typed code for this client: connect it through the browser")]
    Scope,
    #[error(transparent)]
    Other(Trouble),
}

impl From<Trouble> for NoToken {
    fn from(trouble: Trouble) -> Self {
        match (trouble.reason(), &trouble) {
            ("authorization_pending", _) => Self::Pending,
            ("slow_down", _) => Self::SlowDown,
            ("access_denied", _) => Self::Denied,
            ("expired_token", _) => Self::Expired,
            ("invalid_grant", _) => Self::Gone,
            ("invalid_client" | "unauthorized_client", _) | ("", Trouble::Key { .. }) => Self::Client,
            ("invalid_scope", _) => Self::Scope,
            _ => Self::Other(trouble),
        }
    }
}

/// Of the browser's road: to be shown again by whoever brings the answer.
#[derive(Clone, PartialEq)]
pub(super) struct Consent {
    pub url: String,
    state: String,
    verifier: String,
}

pub(super) struct OAuth {
    web: Web,
    consent: Url,
    client_id: String,
    client_secret: Token,
}

impl OAuth {
    pub fn new(config: &CalendarConfig) -> Result<Self, HubError> {
        Ok(Self {
            web: Web::new(Service::Calendar, config.auth.clone())?,
            consent: config.consent.clone(),
            client_id: config.client_id.clone(),
            client_secret: config.client_secret.clone(),
        })
    }

    pub async fn device_code(&self) -> Result<DeviceCode, NoToken> {
        let form = vec![("client_id", self.client_id.clone()), ("scope", SCOPE.to_owned())];
        let answer = self
            .web
            .ask(&Ask::post("device/code", Body::Form(form)).repeatable())
            .await?;
        let text = |key: &str| answer[key].as_str().map(str::to_owned);
        let url = text("verification_url").or_else(|| text("verification_uri"));
        match (text("device_code"), text("user_code"), url) {
            (Some(device_code), Some(user_code), Some(url)) => Ok(DeviceCode {
                device_code,
                user_code,
                url,
                interval: Duration::from_secs(answer["interval"].as_u64().unwrap_or(INTERVAL)),
                expires: Duration::from_secs(answer["expires_in"].as_u64().unwrap_or(EXPIRES)),
            }),
            _ => Err(NoToken::Other(self.web.odd("a code for the device without its parts"))),
        }
    }

    /// Whether the code was typed in. To be asked again no sooner than after the interval.
    pub async fn by_device(&self, code: &DeviceCode) -> Result<Granted, NoToken> {
        let more = [
            ("device_code", code.device_code.clone()),
            ("grant_type", DEVICE_GRANT.to_owned()),
        ];
        self.token(more, false).await
    }

    /// A page to open in any browser.
    pub fn consent(&self) -> Consent {
        let random = || uuid::Uuid::new_v4().simple().to_string();
        let (state, verifier) = (random(), random() + &random());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let mut url = self.consent.clone();
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", REDIRECT),
            ("scope", SCOPE),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("access_type", "offline"),
            ("prompt", "consent"),
        ]);
        Consent {
            url: url.into(),
            state,
            verifier,
        }
    }

    /// `pasted`: the address that the browser ended at, or the code alone.
    pub async fn by_consent(&self, consent: &Consent, pasted: &str) -> Result<Granted, NoToken> {
        let code = code_of(pasted.trim(), &consent.state)?;
        let more = [
            ("code", code),
            ("code_verifier", consent.verifier.clone()),
            ("redirect_uri", REDIRECT.to_owned()),
            ("grant_type", "authorization_code".to_owned()),
        ];
        self.token(more, false).await
    }

    pub async fn refreshed(&self, refresh: &str) -> Result<Granted, NoToken> {
        let more = [
            ("refresh_token", refresh.to_owned()),
            ("grant_type", "refresh_token".to_owned()),
        ];
        self.token(more, true).await
    }

    /// Google forgets the sign-in. That it does not hear it is no failure: Rosie forgets it all the same.
    pub async fn revoke(&self, refresh: &str) {
        let form = vec![("token", refresh.to_owned())];
        if let Err(error) = self.web.ask(&Ask::post("revoke", Body::Form(form)).repeatable()).await {
            tracing::warn!(%error, "Google was not told that the calendar is disconnected");
        }
    }

    async fn token(
        &self,
        more: impl IntoIterator<Item = (&'static str, String)>,
        repeatable: bool,
    ) -> Result<Granted, NoToken> {
        let mut form = vec![
            ("client_id", self.client_id.clone()),
            ("client_secret", self.client_secret.expose().to_owned()),
        ];
        form.extend(more);
        let mut ask = Ask::post("token", Body::Form(form));
        ask.repeatable = repeatable;
        let answer = self.web.ask(&ask).await?;
        let access = answer["access_token"].as_str();
        Ok(Granted {
            access: access
                .ok_or_else(|| NoToken::Other(self.web.odd("a token without a token")))?
                .to_owned(),
            refresh: answer["refresh_token"].as_str().map(str::to_owned),
            expires: Duration::from_secs(expires(&answer)),
        })
    }
}

fn expires(answer: &Value) -> u64 {
    answer["expires_in"].as_u64().unwrap_or(EXPIRES)
}

/// The code of an answer that belongs to this question.
fn code_of(pasted: &str, state: &str) -> Result<String, NoToken> {
    let Ok(url) = Url::parse(pasted) else {
        return match pasted.is_empty() || pasted.contains(char::is_whitespace) {
            true => Err(NoToken::Pasted),
            false => Ok(pasted.to_owned()),
        };
    };
    let value = |key: &str| {
        let found = url.query_pairs().find(|(name, _)| name == key);
        found.map(|(_, value)| value.into_owned())
    };
    match (value("error"), value("state"), value("code")) {
        (Some(_), _, _) => Err(NoToken::Denied),
        (None, Some(theirs), Some(code)) if theirs == state => Ok(code),
        _ => Err(NoToken::Pasted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_this_question_counts() {
        let of = |pasted: &str| code_of(pasted, "s1");
        assert_eq!(of("http://127.0.0.1:1/?state=s1&code=4%2Fabc"), Ok("4/abc".to_owned()));
        assert_eq!(of("http://127.0.0.1:1/?state=s2&code=4"), Err(NoToken::Pasted));
        assert_eq!(
            of("http://127.0.0.1:1/?error=access_denied&state=s1"),
            Err(NoToken::Denied)
        );
        assert_eq!(of("http://127.0.0.1:1/"), Err(NoToken::Pasted));
        assert_eq!(of("4/abc"), Ok("4/abc".to_owned()));
        assert_eq!(of("two words"), Err(NoToken::Pasted));
        assert_eq!(of(""), Err(NoToken::Pasted));
    }
}
