//! The road of a sentence that no template took, through the home's own agent where the owner wants that.

use crate::{
    dialog::{RosieDialog, call_context},
    tools,
};
use rosie_core::{
    ToolCall,
    dialog::{DialogEvent, DialogSink, Question, Reply, Tier},
    memory::MessageMeta,
};
use serde_json::json;

impl RosieDialog {
    /// None where there is no such agent, or where it does not understand the sentence, either.
    pub(crate) async fn by_home(&self, text: &str, question: &Question, sink: &mut DialogSink) -> Option<Reply> {
        let name = self.hub.takes_sentences()?;
        let call = ToolCall {
            name: name.to_owned(),
            arguments: json!({ "text": text }),
        };
        let mut outcomes = tools::carry_out(&*self.hub, vec![call], &call_context(question), sink).await;
        // A home that does not answer keeps nobody from an answer of the model.
        let result = outcomes.pop()?.result.ok()?;
        let said = result.data["speech"]
            .as_str()
            .filter(|_| result.response == "default")?
            .to_owned();
        if !said.is_empty() {
            sink(DialogEvent::Delta(said.clone()));
        }
        let meta = MessageMeta {
            intent: Some(name.to_owned()),
            tier: Some(Tier::Local),
            ..MessageMeta::default()
        };
        self.keep(question, (text, &said), meta, false);
        Some(Reply {
            text: said,
            tier: Tier::Local,
            intent: Some(name.to_owned()),
        })
    }
}
