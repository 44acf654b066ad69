//! "What did I tell you about the cottage?": what is remembered is said as it was said. A small model tells it otherwise, and
//! something where there is nothing.

use crate::{
    dialog::RosieDialog,
    routing::{Words, is_question},
    thinking::{not_remembered, remembered},
};
use rosie_core::{
    Failure, Intent, Language, Slot, SlotValue,
    dialog::{DialogSink, Question, Reply, Tier},
    memory::MessageMeta,
};
use serde_json::Value;
use std::collections::BTreeMap;

const SEARCH: &str = "RosieSearchMemory";

impl RosieDialog {
    pub(super) async fn recalled(
        &self,
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<Reply, Failure> {
        let slot = Slot {
            value: SlotValue::Text(text.to_owned()),
            spoken: text.to_owned(),
            unresolved: true,
        };
        let search = Intent {
            name: SEARCH.to_owned(),
            slots: BTreeMap::from([("text".to_owned(), slot)]),
            language: question.language.clone(),
            response: "default".to_owned(),
            literal_chars: 0,
        };
        let found = self.by_hub(&search, question, sink).await?;
        let said = match told(&found.data["memories"], text, &question.language) {
            Some(told) => remembered(&question.language).replace("{}", told),
            None => not_remembered(&question.language).to_owned(),
        };
        let meta = MessageMeta {
            tools: vec![SEARCH.to_owned()],
            tier: Some(Tier::Local),
            ..MessageMeta::default()
        };
        Ok(self.say_itself(said, meta, text, question, sink))
    }
}

/// The first of the memories that tells something: no question, and not what was answered to one.
fn told<'m>(memories: &'m Value, text: &str, language: &Language) -> Option<&'m str> {
    let plain = |text: &str| Words::of(text).iter().map(str::to_owned).collect::<Vec<_>>();
    let tells = |memory: &&Value| {
        let said = memory["text"].as_str().unwrap_or_default();
        memory["speaker"] != "rosie" && !is_question(said, language) && plain(said) != plain(text)
    };
    memories.as_array()?.iter().find(tells)?["text"].as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_was_told_is_told_again() {
        let english = Language::new("en");
        let all = json!([
            { "text": "What did I say about the roof?", "speaker": "user" },
            { "text": "The roof is a fine place.", "speaker": "rosie" },
            { "text": "the roof is tight again", "speaker": "user" },
            { "text": "The roofer is called Harry.", "speaker": null },
        ]);
        let asked = "what did I tell you about the roof";
        assert_eq!(told(&all, asked, &english), Some("the roof is tight again"));
        assert_eq!(told(&json!([all[0], all[1]]), asked, &english), None);
        assert_eq!(
            told(&json!([all[3]]), asked, &english),
            Some("The roofer is called Harry.")
        );
        assert_eq!(told(&Value::Null, asked, &english), None);
    }
}
