//! Templates out of discovery messages (`{{ value_json.state }}`), which come from whoever is on the broker: only filters
//! that cannot grow a text, bounded work, and no answer at all where a template needs what is not here.

use minijinja::{
    Environment, Error, ErrorKind, State, UndefinedBehavior, filters, tests,
    value::{Kwargs, Rest, Value, ValueKind},
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Steps that a rendering may take.
const WORK: u64 = 20_000;
/// Longest template, and largest payload that one is given.
const LONGEST: usize = 2_048;
const LARGEST: usize = 65_536;
/// A text times a number is a long text: minijinja allows 100 MB for each.
const PRODUCTS: usize = 2;
/// Statements that are taken. A text can be doubled again and again with the others.
const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];

/// Renders templates. Made once.
pub struct Templates(Environment<'static>);

impl Templates {
    pub fn new() -> Self {
        let mut env = Environment::empty();
        env.set_undefined_behavior(UndefinedBehavior::Chainable);
        env.set_fuel(Some(WORK));
        env.set_recursion_limit(32);
        env.set_unknown_method_callback(method);
        env.add_filter("int", |value: Value, args: Rest<Value>| {
            Ok::<_, Error>(number(&value).map_or_else(|| fallback(&args), |n| Value::from(n.trunc() as i64)))
        });
        env.add_filter("float", |value: Value, args: Rest<Value>| {
            Ok::<_, Error>(number(&value).map_or_else(|| fallback(&args), Value::from))
        });
        env.add_filter("round", round);
        env.add_filter("lower", filters::lower);
        env.add_filter("upper", filters::upper);
        env.add_filter("trim", filters::trim);
        env.add_filter("title", filters::title);
        env.add_filter("capitalize", filters::capitalize);
        env.add_filter("length", filters::length);
        env.add_filter("first", filters::first);
        env.add_filter("last", filters::last);
        env.add_filter("abs", filters::abs);
        env.add_filter("default", filters::default);
        env.add_filter("d", filters::default);
        env.add_filter("string", filters::string);
        env.add_filter("bool", |value: Value| truth(&value));
        env.add_filter("min", filters::min);
        env.add_filter("max", filters::max);
        env.add_filter("is_defined", |value: Value| match value.is_undefined() {
            true => Err(Error::new(ErrorKind::UndefinedError, "not defined")),
            false => Ok(value),
        });
        env.add_filter("iif", |value: Value, args: Rest<Value>| {
            let at = usize::from(!value.is_true());
            args.get(at).cloned().unwrap_or_else(|| Value::from(value.is_true()))
        });
        env.add_filter("from_json", |text: String| {
            let parsed: Option<Json> = serde_json::from_str(&text).ok();
            parsed.as_ref().map_or_else(|| Value::from(()), jinja)
        });
        env.add_function("int", |value: Value, args: Rest<Value>| {
            number(&value).map_or_else(|| fallback(&args), |n| Value::from(n.trunc() as i64))
        });
        env.add_function("float", |value: Value, args: Rest<Value>| {
            number(&value).map_or_else(|| fallback(&args), Value::from)
        });
        env.add_function("iif", |value: Value, args: Rest<Value>| {
            let at = usize::from(!value.is_true());
            args.get(at).cloned().unwrap_or_else(|| Value::from(value.is_true()))
        });
        env.add_test("defined", tests::is_defined);
        env.add_test("undefined", tests::is_undefined);
        env.add_test("none", tests::is_none);
        env.add_test("number", tests::is_number);
        env.add_test("string", tests::is_string);
        env.add_test("mapping", tests::is_mapping);
        env.add_test("sequence", tests::is_sequence);
        env.add_test("true", tests::is_true);
        env.add_test("false", tests::is_false);
        env.add_test("in", tests::is_in);
        env.add_test("eq", tests::is_eq);
        env.add_test("equalto", tests::is_eq);
        env.add_global("None", Value::from(()));
        env.add_global("True", Value::from(true));
        env.add_global("False", Value::from(false));
        Self(env)
    }

    /// What a payload says. Without a template it is the text itself. `None`: nothing that can be used.
    pub fn read(&self, template: Option<&str>, payload: &[u8]) -> Option<String> {
        if payload.len() > LARGEST {
            return None;
        }
        let text = std::str::from_utf8(payload).ok()?;
        let Some(template) = template.filter(|template| !template.is_empty()) else {
            return Some(text.trim().to_owned());
        };
        let json: Option<Json> = serde_json::from_str(text).ok();
        let mut context = BTreeMap::from([("value", Value::from(text))]);
        if let Some(json) = &json {
            context.insert("value_json", jinja(json));
        }
        self.render(template, context)
    }

    /// The payload for a value, of a command's template.
    pub fn write(&self, template: Option<&str>, value: Json, more: Json) -> Option<String> {
        match template.filter(|template| !template.is_empty()) {
            None => Some(match value {
                Json::String(text) => text,
                other => other.to_string(),
            }),
            Some(template) => {
                let more = more.as_object().into_iter().flatten();
                let mut context: BTreeMap<&str, Value> =
                    more.map(|(key, value)| (key.as_str(), jinja(value))).collect();
                context.insert("value", jinja(&value));
                self.render(template, context)
            }
        }
    }

    fn render(&self, template: &str, context: BTreeMap<&str, Value>) -> Option<String> {
        let statement = |part: &str| {
            let word = part.trim_start_matches(['-', '+']).trim_start();
            STATEMENTS.iter().any(|known| {
                let rest = word.strip_prefix(known);
                rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            })
        };
        let products = template.matches('*').count();
        if template.len() > LONGEST || products > PRODUCTS || !template.split("{%").skip(1).all(statement) {
            return None;
        }
        let context: Value = context
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect::<BTreeMap<_, _>>()
            .into();
        let text = self.0.template_from_str(template).ok()?.render(context).ok()?;
        (text.len() <= LARGEST).then(|| text.trim().to_owned())
    }
}

/// minijinja's own values; numbers that are whole are integers.
fn jinja(value: &Json) -> Value {
    match value {
        Json::Null => Value::from(()),
        Json::Bool(truth) => (*truth).into(),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap_or(f64::NAN).into(),
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => items.iter().map(jinja).collect::<Vec<_>>().into(),
        Json::Object(map) => {
            let all = map.iter().map(|(key, value)| (key.clone(), jinja(value)));
            all.collect::<BTreeMap<String, Value>>().into()
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    let number = match value.as_str() {
        Some(text) => text.trim().parse().ok()?,
        None => f64::try_from(value.clone()).ok()?,
    };
    number.is_finite().then_some(number)
}

/// The default that a filter is given, else nought.
fn fallback(args: &Rest<Value>) -> Value {
    args.first().cloned().unwrap_or_else(|| Value::from(0))
}

fn round(value: Value, args: Rest<Value>, _named: Kwargs) -> Result<Value, Error> {
    let number = number(&value).ok_or_else(|| Error::from(ErrorKind::InvalidOperation))?;
    let places = args
        .first()
        .and_then(|places| i64::try_from(places.clone()).ok())
        .unwrap_or(0);
    let by = 10f64.powi(places.clamp(0, 10) as i32);
    let rounded = (number * by).round() / by;
    Ok(match places {
        0 => Value::from(rounded as i64),
        _ => Value::from(rounded),
    })
}

fn truth(value: &Value) -> bool {
    match value.as_str() {
        Some(text) => matches!(text.to_lowercase().as_str(), "true" | "on" | "yes" | "1" | "enable"),
        None => value.is_true(),
    }
}

/// The methods of Python's texts and dictionaries that such templates call.
fn method(_: &mut State<'_, '_>, value: &Value, method: &str, args: &[Value]) -> Result<Value, Error> {
    let arg = |i: usize| args.get(i).and_then(Value::as_str).unwrap_or_default();
    if let Some(text) = value.as_str() {
        return Ok(match method {
            "lower" => text.to_lowercase().into(),
            "upper" => text.to_uppercase().into(),
            "strip" => text.trim().to_owned().into(),
            "startswith" => text.starts_with(arg(0)).into(),
            "endswith" => text.ends_with(arg(0)).into(),
            // A replacement that is longer could grow a text without end.
            "replace" if arg(1).len() <= arg(0).len() => text.replace(arg(0), arg(1)).into(),
            "split" if !arg(0).is_empty() => text.split(arg(0)).map(str::to_owned).collect::<Vec<_>>().into(),
            "split" if args.is_empty() => text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().into(),
            _ => return Err(Error::from(ErrorKind::UnknownMethod)),
        });
    }
    match (value.kind(), method, args.first()) {
        (ValueKind::Map, "get", Some(key)) => {
            let found = value.get_item(key)?;
            Ok(match found.is_undefined() {
                false => found,
                true => args.get(1).cloned().unwrap_or_else(|| Value::from(())),
            })
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

#[cfg(test)]
mod checks {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(template: &str, payload: &str) -> Option<String> {
        Templates::new().read(Some(template), payload.as_bytes())
    }

    #[test]
    fn the_forms_that_devices_use() {
        let json = r#"{"state":"ON","POWER":"OFF","temperature":21.47,"n":null,"update":{"state":"idle"},"a b":3,"list":[4,5]}"#;
        for (template, told) in [
            ("{{ value_json.state }}", "ON"),
            ("{{value_json.POWER}}", "OFF"),
            ("{{ value_json['a b'] }}", "3"),
            ("{{ value_json.temperature | round(1) }}", "21.5"),
            ("{{ value_json.temperature | float | round }}", "21"),
            ("{{ (value_json.temperature * 2) | int }}", "42"),
            ("{{ value_json.missing | float(7) }}", "7"),
            ("{{ value_json.get('missing', 'x') }}", "x"),
            ("{{ 'ON' if value_json.update.state == 'idle' else 'OFF' }}", "ON"),
            ("{% if value_json.n is none %}none{% else %}some{% endif %}", "none"),
            ("{{ value_json.list[1] }}", "5"),
            ("{{ value_json.missing.deeper | default('gone') }}", "gone"),
            ("{{ value_json.state | lower }}", "on"),
            ("{{ iif(value_json.state == 'ON', 'yes', 'no') }}", "yes"),
        ] {
            assert_eq!(read(template, json).as_deref(), Some(told), "{template}");
        }
        assert_eq!(read("{{ value.split(',')[1] }}", "a,b").unwrap(), "b");
        assert_eq!(read("{{ value | int + 1 }}", " 41 ").unwrap(), "42");
        assert_eq!(Templates::new().read(None, b" ON\n").unwrap(), "ON");
        let write = |template, value| Templates::new().write(template, value, json!({ "position": 40 }));
        assert_eq!(write(None, json!("ON")).unwrap(), "ON");
        assert_eq!(
            write(Some("{\"set\": {{ value }}}"), json!(21.5)).unwrap(),
            "{\"set\": 21.5}"
        );
        assert_eq!(write(Some("{{ 100 - position }}"), json!(40)).unwrap(), "60");
    }

    #[test]
    fn hostile_templates_get_nothing_and_cost_little() {
        let began = std::time::Instant::now();
        for template in [
            "{% for i in range(100000000) %}x{% endfor %}",
            "{{ 'x' * 1000000000 }}",
            "{{ 'x'|center(1000000000) }}",
            "{{ 'a\nb'|indent(1000000000) }}",
            "{{ states('lock.door') }}",
            "{% include 'x' %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{{ value_json.x | is_defined }}",
            "{{ 1 // 0 }}",
            "{% set a = value ~ value %}{% set a = a ~ a %}{{ a }}",
            "{% for i in value %}{% for j in value %}{{ value }}{% endfor %}{% endfor %}",
            "{%- with a = value %}{{ a }}{% endwith %}",
            "{%iffy%}",
            "{{ value * 9 ~ value * 9 ~ value * 9 }}",
            "{{ unclosed",
            "{{ value.replace('a', 'aaaaaaaaaaaaaaaaaaaaa') }}",
        ] {
            assert_eq!(read(template, &"a".repeat(1000)), None, "{template}");
        }
        assert_eq!(read(&"x".repeat(LONGEST + 1), ""), None);
        assert_eq!(Templates::new().read(None, &vec![b'x'; LARGEST + 1]), None);
        assert_eq!(Templates::new().read(Some("{{ value }}"), b"\xff"), None);
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    }

    proptest! {
        #[test]
        fn no_template_breaks_it(template in "[{%}|. a-z0-9()'_+*/~-]{0,60}", payload in ".{0,40}") {
            let _ = read(&template, &payload);
            let _ = read(&format!("{{{{ {template} }}}}"), &payload);
        }
    }
}
