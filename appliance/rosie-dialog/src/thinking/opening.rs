//! How a model is asked: the prompt and the tools that one tier gets.

use crate::{
    llm::{ChatRequest, Message, RequestLimits},
    tools::Meant,
};
use rosie_core::ToolSpec;

/// How tools are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// By the provider's own road, all of them; the model decides whether to call.
    Native,
    /// For small models: only those that the question wants, and the call is the filling in of a form.
    Guided,
}

/// What a tier is asked.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    pub messages: Vec<Message>,
    /// So many at the beginning come again word for word.
    pub stable: usize,
    pub tools: Vec<ToolSpec>,
    pub manner: Manner,
    /// A stranger's text is in it.
    pub foreign: bool,
    /// Something that belongs to the house alone is in it.
    pub private: bool,
    /// Whoever gets it is not of the house, and nothing that belongs to the house alone may follow.
    pub outside: bool,
    /// What was asked, in the person's words alone.
    pub question: String,
    /// What it may mean, for a form.
    pub meant: Meant,
}

impl Opening {
    /// The request after which `grown` comes.
    pub(super) fn request(&self, grown: &[Message], tools: &[ToolSpec], limits: RequestLimits) -> ChatRequest {
        ChatRequest {
            messages: self.messages.iter().chain(grown).cloned().collect(),
            tools: tools.to_vec(),
            limits,
            stable_messages: self.stable,
            ..ChatRequest::default()
        }
    }
}
