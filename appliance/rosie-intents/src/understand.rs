//! What a sentence asks for, all of it.

use crate::context::MatchContext;
use crate::matcher::Matcher;
use rosie_core::{Intent, KnownNames};

/// What was understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understood {
    /// In the order they were said.
    pub intents: Vec<Intent>,
    /// The words of a further command that were not understood.
    pub rest: Option<String>,
}

impl Matcher {
    pub fn understand(
        &self,
        text: &str,
        names: &KnownNames,
        context: &MatchContext,
        _before: &[Intent],
    ) -> Option<Understood> {
        Some(Understood {
            intents: vec![self.match_text(text, names, context)?],
            rest: None,
        })
    }
}
