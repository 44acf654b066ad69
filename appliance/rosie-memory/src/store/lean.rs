//! A message as it lies in its table: JSON with short names, without what its key says. Messages are by far the most of
//! what is stored; this takes a third off the file. What files of version 3 hold, with the long names, is read as well.

use super::ids::{self, Id};
use rosie_core::{
    ConversationId, Language, RoomId, UserId,
    memory::{MessageMeta, MessageRecord, Speaker},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Lean<'a> {
    #[serde(rename = "c", alias = "conversation")]
    conversation: Cow<'a, ConversationId>,
    #[serde(rename = "r", alias = "room")]
    room: Cow<'a, RoomId>,
    #[serde(rename = "u", alias = "user", default, skip_serializing_if = "Option::is_none")]
    user: Option<Cow<'a, UserId>>,
    /// Where the id names another moment.
    #[serde(rename = "ms", alias = "unix_ms", default, skip_serializing_if = "Option::is_none")]
    unix_ms: Option<u64>,
    #[serde(rename = "s", alias = "speaker")]
    speaker: Speaker,
    #[serde(rename = "l", alias = "language")]
    language: Cow<'a, Language>,
    #[serde(rename = "t", alias = "text")]
    text: Cow<'a, str>,
    #[serde(rename = "m", alias = "meta", default, skip_serializing_if = "is_default")]
    meta: Cow<'a, MessageMeta>,
    #[serde(rename = "g", alias = "tags", default, skip_serializing_if = "is_empty")]
    tags: Cow<'a, [String]>,
    #[serde(
        rename = "e",
        alias = "edited_unix_ms",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    edited_unix_ms: Option<u64>,
}

fn is_default(meta: &MessageMeta) -> bool {
    *meta == MessageMeta::default()
}

fn is_empty(tags: &[String]) -> bool {
    tags.is_empty()
}

impl<'a> Lean<'a> {
    pub(super) fn of(message: &'a MessageRecord) -> Self {
        let named = ids::parse(&message.id).map(ids::unix_ms);
        Self {
            conversation: Cow::Borrowed(&message.conversation),
            room: Cow::Borrowed(&message.room),
            user: message.user.as_ref().map(Cow::Borrowed),
            unix_ms: (named != Some(message.unix_ms)).then_some(message.unix_ms),
            speaker: message.speaker,
            language: Cow::Borrowed(&message.language),
            text: Cow::Borrowed(&message.text),
            meta: Cow::Borrowed(&message.meta),
            tags: Cow::Borrowed(&message.tags),
            edited_unix_ms: message.edited_unix_ms,
        }
    }

    pub(super) fn whole(self, id: Id) -> MessageRecord {
        MessageRecord {
            id: ids::text(id),
            conversation: self.conversation.into_owned(),
            room: self.room.into_owned(),
            user: self.user.map(Cow::into_owned),
            unix_ms: self.unix_ms.unwrap_or_else(|| ids::unix_ms(id)),
            speaker: self.speaker,
            language: self.language.into_owned(),
            text: self.text.into_owned(),
            meta: self.meta.into_owned(),
            tags: self.tags.into_owned(),
            edited_unix_ms: self.edited_unix_ms,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(id: Id, unix_ms: u64, text: &str) -> MessageRecord {
        MessageRecord {
            id: ids::text(id),
            conversation: "c".into(),
            room: "kitchen".into(),
            user: Some("ann".into()),
            unix_ms,
            speaker: Speaker::Rosie,
            language: Language::new("de"),
            text: text.to_owned(),
            meta: MessageMeta {
                duration_ms: Some(7),
                ..MessageMeta::default()
            },
            tags: vec!["house".to_owned()],
            edited_unix_ms: Some(9),
        }
    }

    proptest! {
        #[test]
        fn a_message_comes_back_as_it_was(text in ".{0,60}", said in 0u64..1 << 47, other in proptest::option::of(0u64..1 << 47)) {
            let id = ids::new_id(said);
            let whole = message(id, other.unwrap_or(said), &text);
            let bytes = serde_json::to_vec(&Lean::of(&whole)).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Lean>(&bytes).unwrap().whole(id), whole);
        }
    }

    #[test]
    fn what_is_not_there_takes_no_room_and_the_long_names_of_before_are_read() {
        let id = ids::new_id(1_700_000_000_000);
        let plain = MessageRecord {
            user: None,
            meta: MessageMeta::default(),
            tags: Vec::new(),
            edited_unix_ms: None,
            ..message(id, 1_700_000_000_000, "Yes.")
        };
        let lean = serde_json::to_string(&Lean::of(&plain)).unwrap();
        assert_eq!(lean, r#"{"c":"c","r":"kitchen","s":"rosie","l":"de","t":"Yes."}"#);
        for whole in [plain, message(id, 5, "Yes.")] {
            let before = serde_json::to_vec(&whole).unwrap();
            assert_eq!(serde_json::from_slice::<Lean>(&before).unwrap().whole(id), whole);
        }
    }
}
