//! What comes of a sentence in the house of sentences/house.txt: matched, planned, and written down as the files write it.

use crate::sentences::{LANGUAGES, house};
use rosie_core::{CallContext, Intent, KnownNames, Language, ToolCall, TurnId};
use rosie_hub::{
    SystemClock,
    home_assistant::{HomeAssistant, HomeAssistantConfig, House, Plan, Token, instead, plan},
    integration::Integration,
};
use rosie_intents::{MatchContext, Matcher, Meant, meant};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A house and the sentences of one language.
pub struct Spoken {
    language: &'static str,
    pub house: House,
    /// Of the house and of the configuration's rooms, as the hub gives them.
    pub names: KnownNames,
    matcher: Matcher,
    /// Without loose sentences, several commands and what goes on: to see what these bring.
    pub templates_only: bool,
}

impl Spoken {
    pub fn new(language: &'static str) -> Self {
        Self::with(language, Vec::new())
    }

    /// With more sentences: what names them in errors, YAML.
    pub fn with(language: &'static str, more: Vec<(String, String)>) -> Self {
        let data = crate::models().join(format!("home-assistant-intents/data/{language}.json"));
        let data = std::fs::read_to_string(&data).unwrap_or_else(|error| panic!("{}: {error}", data.display()));
        let config = HomeAssistantConfig::new("http://nowhere", Token::new("none"), Default::default()).unwrap();
        let integration =
            HomeAssistant::new(config, Arc::new(SystemClock), Arc::new(rosie_core::audit::NoAudit)).unwrap();
        let mut own: Vec<(String, String)> = integration
            .intents()
            .into_iter()
            .filter(|sentences| sentences.language == language)
            .map(|sentences| (sentences.file.to_owned(), sentences.yaml.to_owned()))
            .collect();
        own.extend(more);
        let house = house(language);
        let mut names = house.registry.names().clone();
        let rooms = house.registry.rooms.known_names();
        names.entry("area".to_owned()).or_default().extend(rooms);
        Self {
            language,
            house,
            names,
            templates_only: false,
            matcher: Matcher::standard(&Language::new(language), Some(&data), &own).unwrap(),
        }
    }

    /// What a sentence asks for, after the intents of the sentence before it.
    pub fn understood(&self, room: &str, text: &str, before: &[Intent]) -> Vec<Intent> {
        let area = self.house.registry.areas.iter().find(|area| area.id == room).unwrap();
        let context = MatchContext::default()
            .with("area", room, &area.name)
            .with_unresolved_names();
        if self.templates_only {
            return self
                .matcher
                .match_text(text, &self.names, &context)
                .into_iter()
                .collect();
        }
        let corrected = rosie_intents::corrected(text, self.matcher.language());
        let text = corrected.as_deref().unwrap_or(text);
        let understood = self.matcher.understand(text, &self.names, &context, before);
        understood.map(|all| all.intents).unwrap_or_default()
    }

    fn planned(&self, room: &str, intent: &Intent) -> Result<Plan, rosie_core::Failure> {
        let call = ToolCall {
            name: intent.name.clone(),
            arguments: intent.arguments(),
        };
        self.plan_of(room, &call)
    }

    fn plan_of(&self, room: &str, call: &ToolCall) -> Result<Plan, rosie_core::Failure> {
        let context = CallContext {
            turn_id: TurnId(1),
            room: room.into(),
            endpoint: "panel".into(),
            language: Language::new(self.language),
            conversation: "c".into(),
            user: None,
        };
        let meant = instead(&self.house, call, &context);
        plan(&self.house, meant.as_ref().unwrap_or(call), &context)
    }

    /// As the file writes it: the outcome of the last of sentences that are parted by `>>`.
    pub fn outcome(&self, room: &str, text: &str) -> String {
        let intents = self.last(room, text);
        if intents.is_empty() {
            return "-".to_owned();
        }
        let outcomes = intents.iter().map(|intent| self.one_outcome(room, intent));
        outcomes.collect::<Vec<_>>().join("; ")
    }

    /// Whether what is understood is done at once, asked about first, or left as talk.
    pub fn meant(&self, room: &str, text: &str) -> Meant {
        meant(text, &self.understood(room, text, &[]), &Language::new(self.language))
    }

    fn last(&self, room: &str, text: &str) -> Vec<Intent> {
        text.split(">>")
            .fold(Vec::new(), |before, one| self.understood(room, one.trim(), &before))
    }

    /// `in 600 s: ` or `at 7:30: `, and what is done then.
    fn later(&self, room: &str, intent: &Intent) -> String {
        let number = |key: &str| intent.number(key).unwrap_or(0.0);
        let seconds = number("hours") * 3600.0 + number("minutes") * 60.0 + number("seconds");
        let half = intent.text("half").unwrap_or_default();
        let afternoon = match half.as_str() {
            "pm" => number("hour") < 12.0,
            "night" => (6.0..12.0).contains(&number("hour")),
            _ => false,
        };
        let minutes = number("hour") * 60.0 + number("minute") - number("minutes_to") + f64::from(afternoon) * 720.0;
        let when = match seconds > 0.0 {
            true => format!("in {seconds} s"),
            false => format!("at {}:{:02}", (minutes / 60.0).floor(), minutes % 60.0),
        };
        let calls: Vec<ToolCall> = serde_json::from_str(&intent.text("calls").unwrap_or_default()).unwrap();
        let calls = calls.into_iter().map(|call| {
            let planned = self.plan_of(room, &call);
            self.written(intent, &call.name, planned)
        });
        format!("{when}: {}", calls.collect::<Vec<_>>().join("; "))
    }

    fn one_outcome(&self, room: &str, intent: &Intent) -> String {
        match intent.name.as_str() {
            "RosieLater" => self.later(room, intent),
            name => self.written(intent, name, self.planned(room, intent)),
        }
    }

    fn written(&self, intent: &Intent, name: &str, planned: Result<Plan, rosie_core::Failure>) -> String {
        match planned {
            Ok(Plan::Do { calls, .. }) => {
                let calls = calls.iter().map(|call| {
                    let data = match call.data.is_empty() {
                        true => String::new(),
                        false => format!(" {}", Value::Object(call.data.clone())),
                    };
                    format!(
                        "{}.{}{data} {}",
                        call.domain,
                        call.service,
                        self.shortened(&call.entities)
                    )
                });
                calls.collect::<Vec<_>>().join("; ")
            }
            Ok(Plan::Answer(result)) => {
                let key = match result.response.as_str() {
                    "default" => intent.response.clone(),
                    key => key.to_owned(),
                };
                let said = self.matcher.render(intent, &key, &result.data).unwrap();
                format!("= {}", said.unwrap_or_default())
            }
            Ok(Plan::Item { list, item, remove }) => {
                format!("{} {item:?} {list}", if remove { "remove" } else { "complete" })
            }
            Ok(Plan::Read { list, .. }) => format!("read {list}"),
            Ok(Plan::Clear { list }) => format!("clear {list}"),
            Ok(Plan::Play { player, query, .. }) => format!("play {query:?} {player}"),
            Ok(Plan::Which { choices }) => format!("? {}", choices.join(" ")),
            Err(failure) => match name.starts_with("Hass") && failure.code.as_str() != "not-supported" {
                true => format!("! {}", failure.code),
                false => format!("own {name}"),
            },
        }
    }

    /// Whether an outcome is the one that was wanted: the same text, or the same services for the same things, however
    /// they are grouped. In what is wanted `*` stands for any letters of an id, and `!id` takes some out again; `=` alone is
    /// any answer.
    pub fn is(&self, outcome: &str, wanted: &str) -> bool {
        outcome == wanted
            || (wanted == "=" && outcome.starts_with("= "))
            || self
                .effects(outcome)
                .is_some_and(|got| self.effects(wanted) == Some(got))
    }

    fn effects(&self, outcome: &str) -> Option<BTreeSet<String>> {
        let mut all = BTreeSet::new();
        for call in outcome.split("; ") {
            if call.starts_with(['=', '?', '-', '!']) {
                return None;
            }
            let (what, ids) = match call.rsplit_once("} ") {
                Some((what, ids)) => (format!("{what}}}"), ids),
                None => call.split_once(' ').map(|(what, ids)| (what.to_owned(), ids))?,
            };
            let mut meant: BTreeSet<&str> = BTreeSet::new();
            for pattern in ids.split(' ') {
                let known = self.house.registry.entities.keys().map(String::as_str);
                match pattern.strip_prefix('!') {
                    Some(out) => meant.retain(|id| !fits(out, id)),
                    None => meant.extend(known.filter(|id| fits(pattern, id))),
                }
            }
            all.extend(meant.into_iter().map(|id| format!("{what} {id}")));
        }
        Some(all)
    }

    /// All of a kind in a room, or in the house, as `light.kitchen_*`.
    fn shortened(&self, ids: &[String]) -> String {
        let all: Vec<&String> = self.house.registry.entities.keys().collect();
        let mut prefixes: Vec<String> = self
            .house
            .registry
            .areas
            .iter()
            .flat_map(|area| ["light", "switch", "fan", "cover"].map(|kind| format!("{kind}.{}_", area.id)))
            .chain(["light.".to_owned(), "fan.".to_owned()])
            .collect();
        prefixes.reverse();
        let mut left: Vec<&String> = ids.iter().collect();
        let mut short = Vec::new();
        for prefix in prefixes {
            let of: Vec<&String> = all.iter().copied().filter(|id| id.starts_with(&prefix)).collect();
            if of.len() > 2 && of.iter().all(|id| left.contains(id)) {
                left.retain(|id| !of.contains(id));
                short.push(format!("{prefix}*"));
            }
        }
        short.sort();
        short.extend(left.into_iter().cloned());
        short.join(" ")
    }
}

fn fits(pattern: &str, id: &str) -> bool {
    match pattern.split_once('*') {
        Some((before, after)) => {
            id.len() >= before.len() + after.len() && id.starts_with(before) && id.ends_with(after)
        }
        None => pattern == id,
    }
}

/// The languages of the file.
pub fn all() -> BTreeMap<&'static str, Spoken> {
    LANGUAGES
        .into_iter()
        .map(|language| (language, Spoken::new(language)))
        .collect()
}
