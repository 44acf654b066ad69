//! Answers: the language's Jinja templates, rendered with the data of a result.

use crate::matcher::Matcher;
use crate::python;
use crate::source::Source;
use crate::spoken;
use crate::values::{alarm, date, timer, weekday};
use crate::{IntentsError, source::Responses};
use minijinja::value::Value;
use minijinja::{Environment, Error, State, UndefinedBehavior};
use rosie_core::{Intent, Language, Slot, SlotValue};
use serde_json::Map;
use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Responder {
    environment: Environment<'static>,
    /// Intent → key → source. Of several sources the last that has a key wins.
    intents: BTreeMap<String, BTreeMap<String, String>>,
    errors: BTreeMap<String, String>,
    language: Language,
}

impl Responder {
    /// Own templates are compiled here, so that a mistake in them shows at once; those of the data when they are used.
    pub fn new(language: &Language, sources: &[Source]) -> Result<Self, IntentsError> {
        let mut this = Self {
            environment: environment(language),
            intents: BTreeMap::new(),
            errors: BTreeMap::new(),
            language: language.clone(),
        };
        for source in sources {
            let Responses { errors, intents } = &source.responses;
            this.errors.extend(errors.iter().map(|(k, t)| (k.clone(), jinja(t))));
            for (intent, responses) in intents {
                for (key, template) in responses {
                    let template = jinja(template);
                    if source.file != "home-assistant-intents" {
                        this.environment
                            .template_from_str(&template)
                            .map_err(|e| this.error(intent, key, &e))?;
                    }
                    this.intents
                        .entry(intent.clone())
                        .or_default()
                        .insert(key.clone(), template);
                }
            }
        }
        Ok(this)
    }

    fn error(&self, intent: &str, key: &str, error: &Error) -> IntentsError {
        IntentsError::Response {
            language: self.language.to_string(),
            intent: intent.into(),
            key: key.into(),
            what: error.to_string(),
        }
    }

    fn render(
        &self,
        intent: &str,
        key: &str,
        slots: &BTreeMap<String, Slot>,
        data: &serde_json::Value,
    ) -> Result<Option<String>, IntentsError> {
        // Another intent's words, where a call went on as that one.
        let (intent, key) = key.split_once('/').unwrap_or((intent, key));
        let responses = self.intents.get(intent);
        let of_intent = |key| responses.and_then(|responses| responses.get_key_value(key));
        let found = of_intent(key)
            .or_else(|| self.errors.get_key_value(key))
            .or_else(|| of_intent("default"));
        let Some((key, template)) = found else {
            return Ok(None);
        };
        let context = context(slots, data);
        let text = self
            .environment
            .render_str(template, jinja_value(&context))
            .map_err(|e| self.error(intent, key, &e))?;
        Ok(one_line(&text))
    }
}

impl Matcher {
    /// The words of an answer: the response `key` of the intent, else the language's error of that name (`no_entity`), else
    /// the intent's `default`, else None (say nothing). `HassTurnOn/lock` is the response of another intent.
    /// `data` as in data/README.md.
    pub fn render(&self, intent: &Intent, key: &str, data: &serde_json::Value) -> Result<Option<String>, IntentsError> {
        self.responder.render(&intent.name, key, &intent.slots, data)
    }

    /// The same for what nobody asked for (`RosieTimerFinished`), or where the intent is gone.
    pub fn render_response(
        &self,
        intent: &str,
        key: &str,
        data: &serde_json::Value,
    ) -> Result<Option<String>, IntentsError> {
        self.responder.render(intent, key, &BTreeMap::new(), data)
    }

    /// The data's sentence for an error (`no_entity`, `timer_not_found`, …), if it has one.
    pub fn render_error(&self, key: &str, data: &serde_json::Value) -> Result<Option<String>, IntentsError> {
        let Some(template) = self.responder.errors.get(key) else {
            return Ok(None);
        };
        let rendered = self.responder.environment.render_str(template, jinja_value(data));
        Ok(one_line(
            &rendered.map_err(|e| self.responder.error("errors", key, &e))?,
        ))
    }

    /// The keys of an intent's responses.
    pub fn response_keys(&self, intent: &str) -> Vec<&str> {
        self.responder
            .intents
            .get(intent)
            .into_iter()
            .flat_map(|r| r.keys().map(String::as_str))
            .collect()
    }
}

fn one_line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// The data's keys; and `slots`: the words of the intent's slots with the data's keys laid over them. Not `state` and
/// `query`, which are Home Assistant's own: a slot may be called `state`, too.
fn context(slots: &BTreeMap<String, Slot>, data: &serde_json::Value) -> serde_json::Value {
    let mut all: Map<String, serde_json::Value> = slots.iter().map(|(k, s)| (k.clone(), slot_words(s))).collect();
    let mut context = Map::new();
    if let serde_json::Value::Object(data) = data {
        let nested = data.get("slots").and_then(|s| s.as_object());
        let own = |key: &str| matches!(key, "slots" | "state" | "query");
        let plain = data.iter().filter(|(k, v)| !own(k) && !v.is_null());
        all.extend(
            plain
                .chain(nested.into_iter().flatten())
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        context.extend(
            data.iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (k.clone(), v.clone())),
        );
    }
    context.insert("slots".into(), serde_json::Value::Object(all));
    serde_json::Value::Object(context)
}

fn slot_words(slot: &Slot) -> serde_json::Value {
    match &slot.value {
        _ if !slot.spoken.is_empty() => slot.spoken.clone().into(),
        SlotValue::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => (*n as i64).into(),
        SlotValue::Number(n) => (*n).into(),
        SlotValue::Text(text) => text.clone().into(),
    }
}

/// minijinja's own values; numbers that are whole are integers.
fn jinja_value(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(b) => (*b).into(),
        serde_json::Value::Number(n) => match n.as_i64() {
            Some(whole) => whole.into(),
            None => n.as_f64().unwrap_or(f64::NAN).into(),
        },
        serde_json::Value::String(s) => s.as_str().into(),
        serde_json::Value::Array(items) => items.iter().map(jinja_value).collect::<Vec<_>>().into(),
        serde_json::Value::Object(map) => map
            .iter()
            .map(|(k, v)| (k.clone(), jinja_value(v)))
            .collect::<BTreeMap<String, Value>>()
            .into(),
    }
}

/// Jinja2 takes a colon at the end of a block tag; minijinja does not.
fn jinja(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(end) = rest.find("%}") {
        let (tag, after) = rest.split_at(end);
        let dash = tag.ends_with('-');
        let body = tag.trim_end_matches('-').trim_end();
        match body.strip_suffix(':') {
            Some(body) => {
                out.push_str(body);
                out.push_str(if dash { " -" } else { " " });
            }
            None => out.push_str(tag),
        }
        out.push_str("%}");
        rest = &after[2..];
    }
    out.push_str(rest);
    out
}

fn environment(language: &Language) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    python::add_to(&mut env);
    env.set_recursion_limit(100);
    let own = |language: &Language| language.clone();
    let l = own(language);
    env.add_function("duration", move |seconds: f64| {
        spoken::duration(seconds.max(0.0).round() as u64, &l)
    });
    let l = own(language);
    env.add_function("clock", move |hour: u32, minute: u32| spoken::clock(hour, minute, &l));
    let l = own(language);
    env.add_function("date_text", move |d: Value| {
        Ok::<_, Error>(spoken::date_text(date(&d)?, &l))
    });
    let l = own(language);
    env.add_function("weekday", move |d: Value| {
        Ok::<_, Error>(spoken::weekday(weekday(&d)?, &l))
    });
    let l = own(language);
    env.add_function("month", move |d: Value| Ok::<_, Error>(spoken::month(date(&d)?, &l)));
    let l = own(language);
    env.add_function("number", move |n: f64| spoken::number(n, 3, &l));
    let l = own(language);
    env.add_function("and_list", move |items: Vec<String>| spoken::and_list(&items, &l));
    let l = own(language);
    env.add_function("or_list", move |items: Vec<String>| spoken::or_list(&items, &l));
    let l = own(language);
    env.add_function("timer_name", move |t: Value| spoken::timer_name(&timer(&t), &l));
    let l = own(language);
    env.add_function("timer_list", move |timers: Value| -> Result<String, Error> {
        let none = timers.is_undefined() || timers.is_none();
        let timers = if none {
            vec![]
        } else {
            timers.try_iter()?.map(|t| timer(&t)).collect()
        };
        Ok(spoken::timer_list(&timers, &l))
    });
    let l = own(language);
    env.add_function("alarm_time", move |a: Value| spoken::alarm_time(&alarm(&a), &l));
    let l = own(language);
    env.add_function("alarm_list", move |alarms: Value| -> Result<String, Error> {
        let none = alarms.is_undefined() || alarms.is_none();
        let alarms: Vec<_> = if none {
            vec![]
        } else {
            alarms.try_iter()?.map(|a| alarm(&a)).collect()
        };
        Ok(spoken::alarm_list(&alarms, &l))
    });
    crate::event_functions::add(&mut env, language);
    // Unlike `capitalize` it leaves the rest as it is: names keep their case.
    env.add_filter("capitalize_first", |text: String| {
        let mut chars = text.chars();
        chars
            .next()
            .map(|c| c.to_uppercase().chain(chars).collect::<String>())
            .unwrap_or_default()
    });
    // The data asks for one attribute of the state it was given.
    env.add_function("state_attr", |state: &State<'_, '_>, _entity: Value, name: String| {
        state
            .lookup("state")
            .and_then(|s| s.get_attr("attributes").ok())
            .and_then(|a| a.get_attr(&name).ok())
            // What is missing is none, as in Home Assistant: templates ask for that.
            .filter(|value| !value.is_undefined())
    });
    env
}
