//! The providers that can be named in the configuration, and what is special about each.

use super::Address;

/// What a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderKind {
    /// llama.cpp's own server.
    LlamaCpp,
    Ollama,
    OpenAi,
    /// Anything else that speaks OpenAI's chat completions.
    OpenAiCompatible,
    Gemini,
    Xai,
    Anthropic,
}

impl ProviderKind {
    pub const ALL: [Self; 7] = [
        Self::LlamaCpp,
        Self::Ollama,
        Self::OpenAi,
        Self::OpenAiCompatible,
        Self::Gemini,
        Self::Xai,
        Self::Anthropic,
    ];

    /// As in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::LlamaCpp => "llama-cpp",
            Self::Ollama => "ollama",
            Self::OpenAi => "openai",
            Self::OpenAiCompatible => "openai-compatible",
            Self::Gemini => "gemini",
            Self::Xai => "xai",
            Self::Anthropic => "anthropic",
        }
    }

    /// Where it is when nobody says otherwise; `None` for those that need an address.
    pub fn default_address(self) -> Option<&'static str> {
        Some(match self {
            Self::LlamaCpp => "http://127.0.0.1:8080/v1",
            Self::Ollama => "http://127.0.0.1:11434",
            Self::OpenAi => "https://api.openai.com/v1",
            Self::Gemini => "https://generativelanguage.googleapis.com/v1beta",
            Self::Xai => "https://api.x.ai/v1",
            Self::Anthropic => "https://api.anthropic.com/v1",
            Self::OpenAiCompatible => return None,
        })
    }

    /// Somebody else's machine: nothing is sent there without a key.
    pub fn needs_key(self) -> bool {
        matches!(self, Self::OpenAi | Self::Gemini | Self::Xai | Self::Anthropic)
    }

    /// The path of an address that names none, and what people add that does not belong there.
    fn paths(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Ollama => ("", &["/v1", "/api", "/api/chat"]),
            Self::Gemini => ("/v1beta", &["/openai", "/models"]),
            Self::Anthropic => ("/v1", &["/messages"]),
            _ => ("/v1", &["/chat/completions"]),
        }
    }

    /// From `box:11434`, `http://box:11434`, `https://api.example.com/v1/`: the scheme defaults to `http`, an empty
    /// path to the provider's usual one.
    pub fn address(self, text: &str) -> Result<Address, super::LlmError> {
        let (default, needless) = self.paths();
        Address::parse(text, default, needless)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::ProviderKind::*;
    use super::*;

    #[test]
    fn what_people_write() {
        for (kind, text, endpoint, called) in [
            (
                OpenAiCompatible,
                "box:11434",
                "chat/completions",
                "http://box:11434/v1/chat/completions",
            ),
            (
                LlamaCpp,
                " http://box:8080/ ",
                "chat/completions",
                "http://box:8080/v1/chat/completions",
            ),
            (
                OpenAi,
                "https://api.example.com/v1beta/openai/",
                "models",
                "https://api.example.com/v1beta/openai/models",
            ),
            (
                Xai,
                "http://[::1]:8080/v1/chat/completions",
                "models",
                "http://[::1]:8080/v1/models",
            ),
            (
                OpenAiCompatible,
                "http://box/v1?x=1#y",
                "models",
                "http://box/v1/models",
            ),
            (Ollama, "http://box:11434/v1", "api/chat", "http://box:11434/api/chat"),
            (Ollama, "box:11434/api", "api/tags", "http://box:11434/api/tags"),
            (
                Gemini,
                "https://g.example/v1beta/openai",
                "models",
                "https://g.example/v1beta/models",
            ),
            (Gemini, "https://g.example", "models", "https://g.example/v1beta/models"),
            (
                Anthropic,
                "https://a.example/v1/messages",
                "messages",
                "https://a.example/v1/messages",
            ),
        ] {
            assert_eq!(
                kind.address(text).unwrap().endpoint(endpoint).as_str(),
                called,
                "{text}"
            );
        }
        for kind in ProviderKind::ALL {
            assert_eq!(kind.default_address().is_none(), kind == OpenAiCompatible);
            if let Some(address) = kind.default_address() {
                kind.address(address).unwrap();
            }
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
            let error = OpenAi.address(text).unwrap_err().to_string();
            assert!(!error.contains("sk-key"), "{error}");
        }
    }
}
