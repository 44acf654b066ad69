//! Lists of Rosie's own, where the home has none: for shopping and for what is to be done. Kept with the settings, so they
//! outlive a power cut.

use crate::{Arguments, Clock, HubError, Skill, home_assistant::alike, rooms::plain, skill::said};
use rosie_core::{
    BoxFuture, CallContext, Failure, ToolCall, ToolOutcome, ToolResult,
    audit::{AuditLog, Deed},
    store::SettingStore,
};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Mutex;

/// Items of one list.
const MOST: usize = 200;
/// Characters of an item.
const LONGEST: usize = 120;

/// What is told of a list: all that is on it, or whether `item` is.
pub(crate) fn told_of_list(items: &[&str], item: Option<&str>) -> ToolResult {
    let Some(item) = item else {
        let key = if items.is_empty() {
            "RosieListRead/empty"
        } else {
            "RosieListRead/default"
        };
        return said(key, json!({ "items": items }));
    };
    let wanted = plain(item);
    let is_it = |known: &&str| {
        let known = plain(known);
        known == wanted || known.split(' ').any(|word| word == wanted)
    };
    let key = match items.iter().any(is_it) {
        true => "RosieListRead/there",
        false => "RosieListRead/not_there",
    };
    said(key, json!({ "item": item }))
}

/// The skill.
pub struct ListSkill {
    settings: Arc<dyn SettingStore>,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn AuditLog>,
    /// One change at a time.
    changing: Mutex<()>,
}

impl ListSkill {
    /// What is changed goes into `audit`.
    pub fn new(settings: Arc<dyn SettingStore>, clock: Arc<dyn Clock>, audit: Arc<dyn AuditLog>) -> Self {
        Self {
            settings,
            clock,
            audit,
            changing: Mutex::default(),
        }
    }

    async fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let list = match arguments.text("list").as_deref() {
            Some("todo") => "todo",
            _ => "shopping",
        };
        let item = || {
            let item = arguments.text("item").ok_or_else(|| HubError::BadArguments {
                call: call.name.clone(),
                reason: "it names no item".to_owned(),
            });
            item.map(|item| item.chars().take(LONGEST).collect::<String>())
        };
        let _one = self.changing.lock().await;
        let mut items = self.read(list).await?;
        let (key, action, data) = match call.name.as_str() {
            "RosieListRead" => {
                let items: Vec<&str> = items.iter().map(String::as_str).collect();
                return Ok(told_of_list(&items, arguments.text("item").as_deref()));
            }
            "RosieListClear" => {
                let count = items.len();
                items.clear();
                (
                    "RosieListClear/default",
                    "list.clear",
                    json!({ "list": list, "count": count }),
                )
            }
            "HassListAddItem" | "HassShoppingListAddItem" | "RosieListAdd" => {
                let item = item()?;
                if items.iter().any(|known| plain(known) == plain(&item)) {
                    return Ok(said("RosieListAdd/already", json!({ "list": list, "item": item })));
                }
                if items.len() >= MOST {
                    return Ok(said("RosieListAdd/full", json!({ "list": list })));
                }
                items.push(item.clone());
                (
                    "RosieListAdd/default",
                    "list.put_item",
                    json!({ "list": list, "item": item }),
                )
            }
            _ => {
                let item = item()?;
                let known: Vec<&str> = items.iter().map(String::as_str).collect();
                let exact = known.iter().position(|known| plain(known) == plain(&item));
                let Some(at) = exact.or_else(|| alike::closest(&item, &known)) else {
                    return Ok(said("RosieListRemove/not_there", json!({ "list": list, "item": item })));
                };
                let gone = items.remove(at);
                (
                    "RosieListRemove/default",
                    "list.remove_item",
                    json!({ "list": list, "item": gone }),
                )
            }
        };
        let written = self.write(list, items).await;
        let mut deed = Deed::new(self.clock.unix_ms(), &call.name, context, action.to_owned());
        deed.data.insert("list".to_owned(), list.into());
        if let Some(item) = data.get("item") {
            deed.data.insert("item".to_owned(), item.clone());
        }
        self.audit.add(vec![match &written {
            Err(failure) => deed.failed(failure.code),
            Ok(()) => deed,
        }]);
        written?;
        Ok(said(key, data))
    }

    async fn read(&self, list: &str) -> Result<Vec<String>, Failure> {
        let (settings, key) = (self.settings.clone(), key(list));
        let kept = blocking(move || settings.get_setting(&key)).await?;
        let items = kept.and_then(|kept| serde_json::from_value(kept).ok());
        Ok(items.unwrap_or_default())
    }

    async fn write(&self, list: &str, items: Vec<String>) -> Result<(), Failure> {
        let (settings, key) = (self.settings.clone(), key(list));
        blocking(move || settings.put_setting(&key, &json!(items))).await
    }
}

fn key(list: &str) -> String {
    format!("lists/{list}")
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| {
        Err(HubError::Panicked {
            skill: "lists".to_owned(),
            call: "the store".to_owned(),
        }
        .into())
    })
}

impl Skill for ListSkill {
    fn name(&self) -> &str {
        "lists"
    }

    fn calls(&self) -> &[&str] {
        &[
            "HassListAddItem",
            "HassListCompleteItem",
            "HassListRemoveItem",
            "HassShoppingListAddItem",
            "HassShoppingListCompleteItem",
            "HassShoppingListRemoveItem",
            "RosieListAdd",
            "RosieListRemove",
            "RosieListRead",
            "RosieListClear",
        ]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(self.carry_out(call, context))
    }

    fn confirmation(&self, call: &ToolCall, _context: &CallContext) -> Option<BTreeMap<String, String>> {
        let questions = [
            ("en", "Shall I clear the whole list?"),
            ("de", "Soll ich die ganze Liste leeren?"),
            ("es", "¿Vacío toda la lista?"),
            ("fr", "Dois-je vider toute la liste ?"),
        ];
        (call.name == "RosieListClear").then(|| {
            questions
                .map(|(language, text)| (language.to_owned(), text.to_owned()))
                .into()
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rosie_core::{Language, TurnId};
    use serde_json::Value;
    use std::{collections::HashMap, sync::Mutex as Blocking};

    /// "action target item" of each deed.
    #[derive(Default)]
    struct Deeds(Blocking<Vec<String>>);

    impl AuditLog for Deeds {
        fn add(&self, deeds: Vec<Deed>) {
            let told = |deed: Deed| {
                let of = |key: &str| deed.data.get(key).and_then(Value::as_str).unwrap_or_default();
                format!("{} {} {}", deed.action, of("list"), of("item"))
            };
            self.0.lock().unwrap().extend(deeds.into_iter().map(told));
        }
    }

    #[derive(Default)]
    struct Disk(Blocking<HashMap<String, Value>>);

    impl SettingStore for Disk {
        fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
            Ok(self.0.lock().unwrap().get(key).cloned())
        }
        fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure> {
            self.0.lock().unwrap().insert(key.to_owned(), value.clone());
            Ok(())
        }
    }

    fn context() -> CallContext {
        CallContext {
            turn_id: TurnId(1),
            room: "kitchen".into(),
            endpoint: "k1".into(),
            language: Language::default(),
            conversation: "c".into(),
            user: None,
        }
    }

    #[tokio::test]
    async fn added_read_removed_cleared_and_kept() {
        let disk = Arc::new(Disk::default());
        let deeds = Arc::new(Deeds::default());
        let lists = || ListSkill::new(disk.clone(), Arc::new(crate::SystemClock), deeds.clone());
        let skill = lists();
        let ask = async |skill: &ListSkill, name: &str, arguments: Value| {
            let call = ToolCall {
                name: name.to_owned(),
                arguments,
            };
            let result = skill.handle(&call, &context()).await.unwrap();
            (result.response, result.data)
        };
        let add = "HassShoppingListAddItem";
        assert_eq!(ask(&skill, "RosieListRead", json!({})).await.0, "RosieListRead/empty");
        for item in ["milk", "brown bread"] {
            assert_eq!(
                ask(&skill, add, json!({ "item": item })).await.0,
                "RosieListAdd/default"
            );
        }
        assert_eq!(
            ask(&skill, add, json!({ "item": "Milk" })).await.0,
            "RosieListAdd/already"
        );
        ask(&skill, "RosieListAdd", json!({ "item": "call mum", "list": "todo" })).await;
        // It is on the disk, and another list is another list.
        let skill = lists();
        let read = ask(&skill, "RosieListRead", json!({ "list": "shopping" })).await;
        assert_eq!(read.1["items"], json!(["milk", "brown bread"]));
        let gone = ask(
            &skill,
            "HassShoppingListCompleteItem",
            json!({ "item": "brown breads" }),
        )
        .await;
        assert_eq!(
            (gone.0.as_str(), &gone.1["item"]),
            ("RosieListRemove/default", &json!("brown bread"))
        );
        let none = ask(&skill, "RosieListRemove", json!({ "item": "wine" })).await;
        assert_eq!(none.0, "RosieListRemove/not_there");
        let clear = ToolCall {
            name: "RosieListClear".to_owned(),
            arguments: json!({}),
        };
        assert!(skill.confirmation(&clear, &context()).is_some());
        ask(&skill, "RosieListClear", json!({})).await;
        assert_eq!(ask(&skill, "RosieListRead", json!({})).await.0, "RosieListRead/empty");
        // What changed a list stands among the deeds, what only asked or found nothing does not.
        assert_eq!(
            *deeds.0.lock().unwrap(),
            [
                "list.put_item shopping milk",
                "list.put_item shopping brown bread",
                "list.put_item todo call mum",
                "list.remove_item shopping brown bread",
                "list.clear shopping ",
            ]
        );
    }
}
