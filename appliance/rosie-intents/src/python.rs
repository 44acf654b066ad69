//! What the data's templates use of Python: methods of strings and maps, and filters with Python's arguments.

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State};

/// Adds all of it.
pub fn add_to(env: &mut Environment<'static>) {
    env.set_unknown_method_callback(python_method);
    env.add_filter("float", |value: Value, default: Option<Value>, named: Kwargs| {
        number(&value, default, &named, |text| {
            text.trim().parse::<f64>().ok().map(Value::from)
        })
    });
    env.add_filter("int", |value: Value, default: Option<Value>, named: Kwargs| {
        number(&value, default, &named, |text| {
            let whole = text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
            whole.map(|n| Value::from(n.trunc() as i64))
        })
    });
}

/// As in Jinja2: what is no number is the default, 0 where none is given.
fn number(
    value: &Value,
    default: Option<Value>,
    named: &Kwargs,
    read: impl Fn(&str) -> Option<Value>,
) -> Result<Value, Error> {
    let default = match named.has("default") {
        true => Some(named.get::<Value>("default")?),
        false => default,
    };
    named.assert_all_used()?;
    let text = match value.kind() {
        ValueKind::Bool => (if value.is_true() { "1" } else { "0" }).to_owned(),
        _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    };
    Ok(read(&text).or(default).or_else(|| read("0")).unwrap_or_default())
}

/// The methods of Python's values that the data's templates call.
fn python_method(_: &mut State<'_, '_>, value: &Value, method: &str, args: &[Value]) -> Result<Value, Error> {
    let text = |i: usize| {
        args.get(i)
            .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
            .unwrap_or_default()
    };
    if let Some(s) = value.as_str() {
        return Ok(match method {
            "lower" => s.to_lowercase().into(),
            "upper" => s.to_uppercase().into(),
            "title" => minijinja::filters::title(s.into()).into(),
            "capitalize" => capitalized(s).into(),
            "strip" => s.trim().to_owned().into(),
            "lstrip" => s.trim_start().to_owned().into(),
            "rstrip" => s.trim_end().to_owned().into(),
            "replace" => s.replace(&text(0), &text(1)).into(),
            "split" if args.is_empty() => s.split_whitespace().map(str::to_owned).collect::<Vec<_>>().into(),
            "split" if !text(0).is_empty() => s.split(&text(0)).map(str::to_owned).collect::<Vec<_>>().into(),
            "startswith" => s.starts_with(&text(0)).into(),
            "endswith" => s.ends_with(&text(0)).into(),
            "isdigit" => (!s.is_empty() && s.chars().all(|c| c.is_ascii_digit())).into(),
            "join" => {
                let items: Vec<String> = args
                    .first()
                    .map(|v| v.try_iter())
                    .transpose()?
                    .into_iter()
                    .flatten()
                    .map(|v| v.to_string())
                    .collect();
                items.join(s).into()
            }
            "format" => python_format(s, args).into(),
            _ => return Err(Error::from(ErrorKind::UnknownMethod)),
        });
    }
    match (value.kind(), method) {
        (ValueKind::Map, "get") => {
            let found = args
                .first()
                .map(|key| value.get_item(key))
                .transpose()?
                .filter(|v| !v.is_undefined());
            Ok(found
                .or_else(|| args.get(1).cloned())
                .unwrap_or_else(|| Value::from(())))
        }
        (ValueKind::Map, "items") => minijinja::filters::items(value),
        // `date.weekday()`: the data carries it as a key.
        (ValueKind::Map, name) => value.get_attr(name),
        // `dict.fromkeys(list)`: each once.
        (ValueKind::Plain, "fromkeys") => {
            let keys = args.first().map(|keys| keys.try_iter()).transpose()?;
            Ok(keys
                .into_iter()
                .flatten()
                .map(|key| (key.to_string(), Value::from(())))
                .collect())
        }
        (ValueKind::Number, "is_integer") => Ok((f64::try_from(value.clone())?.fract() == 0.0).into()),
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

/// `'{0:02d}'.format(n)` and `'{:.1f}'.format(n)`: all that the data uses of it.
fn python_format(format: &str, args: &[Value]) -> String {
    let mut out = String::new();
    let mut rest = format;
    let mut next = 0;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else { break };
        let field = &rest[open + 1..open + close];
        rest = &rest[open + close + 1..];
        let (index, spec) = field.split_once(':').unwrap_or((field, ""));
        let index = index.parse().unwrap_or(next);
        next = index + 1;
        out.push_str(&args.get(index).map(|v| format_one(v, spec)).unwrap_or_default());
    }
    out + rest
}

fn format_one(value: &Value, spec: &str) -> String {
    let number = f64::try_from(value.clone()).ok();
    match (spec.chars().last(), number) {
        (Some('d'), Some(n)) => {
            let width = spec.trim_end_matches('d').trim_start_matches('0').parse().unwrap_or(0);
            if spec.starts_with('0') {
                format!("{:0width$}", n as i64)
            } else {
                format!("{:width$}", n as i64)
            }
        }
        (Some('f'), Some(n)) => {
            let decimals = spec.trim_end_matches('f').trim_start_matches('.').parse().unwrap_or(6);
            format!("{n:.decimals$}")
        }
        _ => value.to_string(),
    }
}

fn capitalized(s: &str) -> String {
    let mut chars = s.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}
