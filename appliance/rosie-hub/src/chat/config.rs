//! Where the team's chat is, and what people call its channels.

use crate::{HubError, home_assistant::Token, web};
use reqwest::Url;
use std::collections::BTreeMap;

/// As the owner wrote it. Either the address with a token, or a webhook, or both.
#[derive(Debug, Clone, Copy)]
pub struct ChatSettings<'s> {
    pub url: &'s str,
    pub token: &'s str,
    /// The address of an incoming webhook; who knows it may post.
    pub webhook: &'s str,
    /// Name of the team; empty: the first that the token's user is in.
    pub team: &'s str,
    /// What people say, and the name of the channel that is meant.
    pub channels: &'s BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub struct ChatConfig {
    pub(super) url: Option<Url>,
    pub(super) token: Token,
    pub(super) webhook: Option<Webhook>,
    pub(super) team: String,
    pub(super) channels: BTreeMap<String, String>,
}

/// The host alone may be shown.
#[derive(Debug, Clone)]
pub(super) struct Webhook {
    pub base: Url,
    /// What follows the host: the key is in it.
    pub path: Token,
}

impl ChatConfig {
    pub fn new(settings: ChatSettings<'_>) -> Result<Self, HubError> {
        let url = match settings.url {
            "" => None,
            url => Some(web::base(url, "https://chat.example.org")?),
        };
        let webhook = match settings.webhook {
            "" => None,
            address => Some(webhook(address)?),
        };
        Ok(Self {
            url,
            token: Token::new(settings.token),
            webhook,
            team: settings.team.to_owned(),
            channels: settings.channels.clone(),
        })
    }
}

fn webhook(address: &str) -> Result<Webhook, HubError> {
    // The address is a key: the error does not repeat it.
    let bad = || HubError::WebAddress {
        given: "mattermost.webhook".to_owned(),
        example: "https://chat.example.org/hooks/xxx",
    };
    let whole = web::base(address, "").map_err(|_| bad())?;
    let path = whole.path().trim_matches('/').to_owned();
    if path.is_empty() {
        return Err(bad());
    }
    let mut base = whole;
    base.set_path("/");
    Ok(Webhook {
        base,
        path: Token::new(path),
    })
}
