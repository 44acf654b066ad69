//! What response templates can say of appointments and spans of time: `event_when(event)`, `event_name(event)`,
//! `event_list(events, more, days)`, `busy_list(spans, more, days)`, `span_words(span)`, `day_words(day)`, `ago(days)`, and
//! `dated_list(items, more)` of what has a `name` and a day (`on`).

use crate::{
    spoken::{self, Day, Event, Span},
    values::{date, number},
};
use minijinja::{Environment, Error, Value};
use rosie_core::Language;

pub(crate) fn add(env: &mut Environment<'static>, language: &Language) {
    let of = || language.clone();
    let l = of();
    env.add_function("event_when", move |value: Value| {
        Ok::<_, Error>(spoken::event_when(&event(&value)?, &l))
    });
    let l = of();
    env.add_function("event_name", move |value: Value| {
        Ok::<_, Error>(spoken::event_name(&event(&value)?, &l))
    });
    let l = of();
    env.add_function(
        "event_list",
        move |events: Value, more: Option<u64>, days: Option<bool>| {
            let events: Vec<Event> = list(&events, event)?;
            let (more, days) = (more.unwrap_or(0), days.unwrap_or(true));
            Ok::<_, Error>(spoken::event_list(&events, more, days, &l))
        },
    );
    let l = of();
    env.add_function(
        "busy_list",
        move |spans: Value, more: Option<u64>, days: Option<bool>| {
            let span = |value: &Value| {
                let from = (number(value, "hour") as u32, number(value, "minute") as u32);
                let to = (number(value, "end_hour") as u32, number(value, "end_minute") as u32);
                Ok((day(value)?, from, to))
            };
            let (more, days) = (more.unwrap_or(0), days.unwrap_or(false));
            Ok::<_, Error>(spoken::busy_list(&list(&spans, span)?, more, days, &l))
        },
    );
    let l = of();
    env.add_function("span_words", move |value: Value| {
        Ok::<_, Error>(spoken::span_words(&span(&value)?, &l))
    });
    let l = of();
    env.add_function("day_words", move |value: Value| {
        Ok::<_, Error>(spoken::day_words(day(&value)?, &l))
    });
    let l = of();
    env.add_function("ago", move |days: u64| spoken::ago(days, &l));
    let l = of();
    env.add_function("dated_list", move |items: Value, more: Option<u64>| {
        let one = |item: &Value| {
            Ok(format!(
                "{} {}",
                text(item, "name"),
                spoken::day_words(day(&item.get_attr("on")?)?, &l)
            ))
        };
        Ok::<_, Error>(spoken::with_more(list(&items, one)?, more.unwrap_or(0), &l))
    });
}

fn list<T>(values: &Value, read: impl Fn(&Value) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    match values.is_undefined() || values.is_none() {
        true => Ok(Vec::new()),
        false => values.try_iter()?.map(|value| read(&value)).collect(),
    }
}

fn day(value: &Value) -> Result<Day, Error> {
    Ok(Day {
        offset: number(value, "offset"),
        date: date(&value.get_attr("date")?)?,
    })
}

fn text(value: &Value, key: &str) -> String {
    let found = value.get_attr(key).ok();
    found.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn is(value: &Value, key: &str) -> bool {
    value.get_attr(key).is_ok_and(|v| v.is_true())
}

fn event(value: &Value) -> Result<Event, Error> {
    let time = (number(value, "hour") as u32, number(value, "minute") as u32);
    Ok(Event {
        title: text(value, "title"),
        day: day(value)?,
        time: (!is(value, "all_day")).then_some(time),
    })
}

fn span(value: &Value) -> Result<Span, Error> {
    Ok(match text(value, "kind").as_str() {
        "week" => Span::Week {
            next: is(value, "next"),
        },
        "weekend" => Span::Weekend,
        _ if is(value, "at") => Span::At(
            day(value)?,
            (number(value, "hour") as u32, number(value, "minute") as u32),
        ),
        _ => match text(value, "part") {
            part if part.is_empty() => Span::Day(day(value)?),
            part => Span::Part(day(value)?, part),
        },
    })
}
