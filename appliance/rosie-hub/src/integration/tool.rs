//! Tools as models are told of them, written shortly; and the sentences that come with an integration.

use rosie_core::ToolSpec;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The longest text that a model may pass, characters.
const LONGEST: usize = 500;

/// A tool with an object of arguments, nothing more in it than is named.
pub(crate) struct Tool(ToolSpec);

impl Tool {
    pub fn new(name: &str, description: &str) -> Self {
        Self(ToolSpec {
            name: name.to_owned(),
            description: description.to_owned(),
            parameters: object(Map::new(), &[]),
            acts: false,
            dangerous: false,
            foreign: false,
            confirmation: BTreeMap::new(),
        })
    }

    pub fn with(mut self, arguments: impl IntoIterator<Item = (&'static str, Value)>, required: &[&str]) -> Self {
        let properties = arguments.into_iter().map(|(name, schema)| (name.to_owned(), schema));
        self.0.parameters = object(properties.collect(), required);
        self
    }

    /// It brings texts of others.
    pub fn foreign(mut self) -> Self {
        self.0.foreign = true;
        self
    }

    pub fn acts(mut self) -> Self {
        self.0.acts = true;
        self
    }

    /// It is asked about first.
    pub fn dangerous(mut self, questions: [(&str, &str); 4]) -> Self {
        self.0.acts = true;
        self.0.dangerous = true;
        self.0.confirmation = questions
            .map(|(language, text)| (language.to_owned(), text.to_owned()))
            .into();
        self
    }

    pub fn spec(self) -> ToolSpec {
        self.0
    }
}

fn object(properties: Map<String, Value>, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// A text that is not empty.
pub(crate) fn text_argument(description: &str) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": LONGEST, "description": description })
}

/// `data/<folder>/<language>.yaml` in Rosie's four languages.
macro_rules! sentences {
    ($folder:literal) => {
        $crate::integration::sentences!($folder, "en", "de", "es", "fr")
    };
    ($folder:literal, $($language:literal),*) => {
        vec![$($crate::integration::Sentences {
            language: $language,
            file: concat!($folder, "/", $language, ".yaml"),
            yaml: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", $folder, "/", $language, ".yaml")),
        }),*]
    };
}
pub(crate) use sentences;
