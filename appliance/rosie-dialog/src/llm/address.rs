//! Where a server listens: what people write, made into what is called.

use super::LlmError;
use reqwest::Url;
use std::fmt;

/// The base of an OpenAI-compatible interface, ending before `/chat/completions`. Holds no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// From `box:11434`, `http://box:11434`, `https://api.example.com/v1/`: the scheme defaults to `http`, an empty
    /// path to `/v1`.
    pub fn parse(text: &str) -> Result<Self, LlmError> {
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
            "" => "/v1".to_owned(),
            path => path.trim_end_matches("/chat/completions").to_owned(),
        };
        url.set_path(&path);
        Ok(Self(url))
    }

    pub(crate) fn loopback(port: u16) -> Result<Self, LlmError> {
        Self::parse(&format!("http://127.0.0.1:{port}/v1"))
    }

    pub(crate) fn endpoint(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{name}", self.0.path().trim_end_matches('/')));
        url
    }

    /// `/health` of a llama.cpp server.
    pub(crate) fn health(&self) -> Url {
        let mut url = self.0.clone();
        url.set_path("/health");
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

/// Where a well-known provider's OpenAI-compatible interface is; `None` for those that need an address.
pub fn default_address(provider: &str) -> Option<&'static str> {
    Some(match provider {
        "ollama" => "http://127.0.0.1:11434/v1",
        "llama.cpp" => "http://127.0.0.1:8080/v1",
        "openai" => "https://api.openai.com/v1",
        "gemini" => "https://generativelanguage.googleapis.com/v1beta/openai",
        "grok" => "https://api.x.ai/v1",
        "anthropic" => "https://api.anthropic.com/v1",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_people_write() {
        for (text, called) in [
            ("box:11434", "http://box:11434/v1/chat/completions"),
            (" http://box:11434/ ", "http://box:11434/v1/chat/completions"),
            (
                "https://api.example.com/v1beta/openai/",
                "https://api.example.com/v1beta/openai/chat/completions",
            ),
            (
                "http://[::1]:8080/v1/chat/completions",
                "http://[::1]:8080/v1/chat/completions",
            ),
            ("http://box/v1?x=1#y", "http://box/v1/chat/completions"),
        ] {
            assert_eq!(
                Address::parse(text).unwrap().endpoint("chat/completions").as_str(),
                called,
                "{text}"
            );
        }
        for provider in ["ollama", "llama.cpp", "openai", "gemini", "grok", "anthropic"] {
            Address::parse(default_address(provider).unwrap()).unwrap();
        }
    }

    #[test]
    fn what_is_refused_names_no_secret() {
        for text in [
            "",
            "http://",
            "ftp://box",
            "http://sk-key:pw@box",
            "box:99999",
            "sk-key@box:x",
        ] {
            let error = Address::parse(text).unwrap_err().to_string();
            assert!(!error.contains("sk-key"), "{error}");
        }
    }
}
