//! Where a server listens: what people write, made into what is called.

use super::LlmError;
use reqwest::Url;
use std::fmt;

/// The base that a provider's endpoints are below. Holds no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// `default` is the path of an address without one; a path that ends in one of `needless` loses that.
    pub(super) fn parse(text: &str, default: &str, needless: &[&str]) -> Result<Self, LlmError> {
        let bad = |reason: &str| LlmError::BadAddress {
            address: hide_userinfo(text),
            reason: reason.to_owned(),
        };
        let text = text.trim();
        let full = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let mut url = Url::parse(&full).map_err(|e| bad(&e.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("only http and https are spoken"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(bad("it names no host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("give the key as api_key, not in the address"));
        }
        url.set_query(None);
        url.set_fragment(None);
        let path = match url.path().trim_end_matches('/') {
            "" => default.to_owned(),
            path => {
                let cut = needless.iter().filter_map(|end| path.strip_suffix(end));
                cut.min_by_key(|path| path.len()).unwrap_or(path).to_owned()
            }
        };
        url.set_path(&path);
        Ok(Self(url))
    }

    pub(super) fn endpoint(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{name}", self.0.path().trim_end_matches('/')));
        url
    }

    /// Beside the base, not below it: `/health` of a llama.cpp server whose base is `/v1`.
    pub(super) fn beside(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        let above = self.0.path().trim_end_matches('/').trim_end_matches("/v1");
        url.set_path(&format!("{above}/{name}"));
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

fn hide_userinfo(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, host)) => format!("***@{host}"),
        None => text.to_owned(),
    }
}
