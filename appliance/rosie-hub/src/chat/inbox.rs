//! What waits to be read aloud, and what was read last: to that a reply goes.

use super::mattermost::{Channel, Me};
use serde_json::Value;
use std::collections::VecDeque;

/// Messages that wait; of more the oldest are let go.
const WAITING: usize = 100;
/// What of a message is read aloud, characters.
const SPOKEN: usize = 300;
/// Words by which everybody in a channel is meant.
const EVERYBODY: [&str; 3] = ["@channel", "@all", "@here"];

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mention {
    pub id: String,
    pub channel: Channel,
    /// Of the thread; its own id where it begins one.
    pub root: String,
    pub from: String,
    pub text: String,
    pub at_ms: i64,
}

#[derive(Default)]
pub(super) struct Inbox {
    waiting: VecDeque<Mention>,
    /// Ids of those that were read: what is fetched anew brings them again.
    read: VecDeque<String>,
    pub last_read: Option<Mention>,
}

impl Inbox {
    /// Each once, in order.
    pub fn add(&mut self, mention: Mention) {
        if self.read.contains(&mention.id) || self.waiting.iter().any(|known| known.id == mention.id) {
            return;
        }
        let at = self.waiting.partition_point(|known| known.at_ms <= mention.at_ms);
        self.waiting.insert(at, mention);
        while self.waiting.len() > WAITING {
            self.waiting.pop_front();
        }
    }

    /// Takes the oldest out; how many are left.
    pub fn take(&mut self, count: usize) -> (Vec<Mention>, usize) {
        let taken: Vec<Mention> = self.waiting.drain(..count.min(self.waiting.len())).collect();
        self.read.extend(taken.iter().map(|mention| mention.id.clone()));
        while self.read.len() > WAITING {
            self.read.pop_front();
        }
        if let Some(last) = taken.last() {
            self.last_read = Some(last.clone());
        }
        (taken, self.waiting.len())
    }

    pub fn waits_in(&self, channel: &str) -> bool {
        self.waiting.iter().any(|mention| mention.channel.id == channel)
    }

    /// Seen elsewhere.
    pub fn seen(&mut self, channel: &str) {
        self.waiting.retain(|mention| mention.channel.id != channel);
    }

    pub fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// Whether a post is for the token's user: it names them, or is between the two.
pub(super) fn is_for(me: &Me, post: &Value, direct: bool) -> bool {
    let text = |key: &str| post[key].as_str().unwrap_or_default();
    let own = text("user_id") == me.id;
    let deleted = post["delete_at"].as_i64().is_some_and(|at| at > 0);
    // Posts of a type are the system's: who joined, who left.
    if own || deleted || !text("type").is_empty() {
        return false;
    }
    let words = text("message").to_lowercase();
    let at = format!("@{}", me.username.to_lowercase());
    let mut names = words.split(|c: char| c.is_whitespace() || ",.:;!?()".contains(c));
    direct || names.any(|word| word == at || EVERYBODY.contains(&word))
}

pub(super) fn mention(post: &Value, channel: Channel, from: String, me: &Me) -> Mention {
    let text = |key: &str| post[key].as_str().unwrap_or_default().to_owned();
    let id = text("id");
    Mention {
        root: Some(text("root_id"))
            .filter(|root| !root.is_empty())
            .unwrap_or_else(|| id.clone()),
        id,
        channel,
        from,
        text: spoken(&text("message"), me),
        at_ms: post["create_at"].as_i64().unwrap_or_default(),
    }
}

/// A message as it is said: without code, marks, addresses, faces, and without the name of who is spoken to.
fn spoken(message: &str, me: &Me) -> String {
    let mut plain = String::new();
    // What stands between fences is no speech.
    for (at, piece) in message.split("```").enumerate() {
        if at % 2 == 0 {
            plain.push_str(piece);
            plain.push(' ');
        }
    }
    let own = format!("@{}", me.username.to_lowercase());
    let word = |word: &str| -> Option<String> {
        let bare = word.trim_matches(|c: char| "*_~`#>,:;".contains(c));
        let emoji = word.len() > 2 && word.starts_with(':') && word.ends_with(':');
        let address = bare.starts_with("http://") || bare.starts_with("https://");
        if bare.is_empty() || emoji || address || bare.to_lowercase() == own {
            return None;
        }
        Some(
            word.replace(['*', '_', '~', '`', '#', '>'], "")
                .trim_start_matches('@')
                .to_owned(),
        )
    };
    let words: Vec<String> = plain.split_whitespace().filter_map(word).collect();
    let text = words.join(" ");
    match text.chars().count() > SPOKEN {
        true => text.chars().take(SPOKEN).collect::<String>() + "…",
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn me() -> Me {
        Me {
            id: "me1".into(),
            username: "ada".into(),
            team: "t".into(),
        }
    }

    #[test]
    fn messages_are_made_for_the_ear() {
        let said = |message: &str| spoken(message, &me());
        assert_eq!(
            said("@ada **can you** look at https://x.example/pull/5 ? :smile: ```\nrm -rf\n``` thanks"),
            "can you look at ? thanks"
        );
        assert_eq!(said("@Ada: lunch?"), "lunch?");
        assert_eq!(said("ask @ben"), "ask ben");
        assert_eq!(said(&"word ".repeat(200)).chars().count(), SPOKEN + 1);
    }

    #[test]
    fn who_is_meant() {
        let post = |message: &str, user: &str| json!({ "id": "p", "user_id": user, "message": message, "type": "" });
        let meant = |post: Value, direct| is_for(&me(), &post, direct);
        assert!(meant(post("hey @ada, look", "u2"), false));
        assert!(meant(post("@channel release at five", "u2"), false));
        assert!(!meant(post("hey @adam", "u2"), false));
        assert!(!meant(post("nothing", "u2"), false));
        assert!(meant(post("nothing", "u2"), true));
        assert!(!meant(post("@ada is me", "me1"), true));
        assert!(!meant(
            json!({ "user_id": "u2", "message": "x", "type": "system_join_channel" }),
            true
        ));
    }

    #[test]
    fn each_waits_once_and_in_order() {
        let channel = Channel {
            id: "c".into(),
            name: "c".into(),
            title: "C".into(),
            direct: false,
        };
        let one = |id: &str, at_ms| Mention {
            at_ms,
            ..mention(
                &json!({ "id": id, "message": id }),
                channel.clone(),
                "Ben".into(),
                &me(),
            )
        };
        let mut inbox = Inbox::default();
        for (id, at) in [("b", 2), ("a", 1), ("b", 2), ("c", 3)] {
            inbox.add(one(id, at));
        }
        let (taken, left) = inbox.take(2);
        assert_eq!(taken.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((left, inbox.last_read.as_ref().map(|m| m.id.as_str())), (1, Some("b")));
        assert!(inbox.waits_in("c"));
        inbox.seen("c");
        assert_eq!(inbox.take(3), (Vec::new(), 0));
    }
}
