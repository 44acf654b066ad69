#![allow(clippy::unwrap_used)]
use super::*;
use crate::{by_model::wished::Wished, wishes::Guess};
use rosie_core::KnownName;
use std::collections::BTreeMap;

fn named(spoken: &str, value: &str, context: &[(&str, &str)]) -> KnownName {
    let context = context
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    KnownName {
        spoken: spoken.into(),
        value: value.into(),
        context: context.collect(),
    }
}

fn names() -> KnownNames {
    let thing = |spoken: &str, id: &str, area: &str| {
        let domain = id.split('.').next().unwrap();
        named(spoken, id, &[("domain", domain), ("place", area)])
    };
    KnownNames::from([
        (
            "area".to_owned(),
            vec![named("Office", "office", &[]), named("Living room", "living_room", &[])],
        ),
        (
            "name".to_owned(),
            vec![
                thing("Desk lamp", "light.desk", "office"),
                thing("Living room fan", "fan.living_room", "living_room"),
                thing("Street door", "lock.street", "office"),
                thing("Chores", "todo.chores", "office"),
                thing("Shopping list", "todo.shopping_list", "office"),
            ],
        ),
    ])
}

fn things() -> Vec<EntityState> {
    let thing = |name: &KnownName| EntityState {
        id: name.value.clone(),
        names: vec![name.spoken.clone()],
        room: name.context.get("place").map(|place| place.as_str().into()),
        state: None,
    };
    names()["name"].iter().map(thing).collect()
}

/// The sentences in `text` where it is guessed to wish for `classes`: each intent and what it is done to.
fn found(text: &str, classes: &[(&str, f32)]) -> Vec<(String, String)> {
    searched(text, classes, |search| {
        let sentences = Some(search.all().0).filter(|all| !all.is_empty());
        sentences.or_else(|| search.in_plain_words(search.wished.plainly()))
    })
}

fn found_on_a_list(text: &str) -> Vec<(String, String)> {
    searched(text, &[("HassShoppingListAddItem", 0.9)], |search| search.on_a_list())
}

fn searched(
    text: &str,
    classes: &[(&str, f32)],
    look: impl Fn(&Search<'_>) -> Option<Vec<Intent>>,
) -> Vec<(String, String)> {
    let english = Language::new("en");
    let matcher = Matcher::standard(&english, None, &[]).unwrap();
    let names = names();
    let wished = Wished::of(Guess::of_chances(classes));
    let act = |name: &str| ToolSpec {
        name: name.into(),
        description: String::new(),
        parameters: serde_json::json!({}),
        acts: true,
        dangerous: false,
        foreign: false,
        confirmation: BTreeMap::new(),
    };
    let search = Search {
        matcher: &Arc::new(matcher),
        names: &names,
        things: things(),
        language: &english,
        context: context(&names, "office"),
        text,
        clauses: clauses(text, &english),
        wished: &wished,
        tools: &["HassTurnOn", "HassTurnOff", "HassStartTimer", "RosieListAdd"].map(act),
    };
    let target = |intent: &Intent| {
        let slots = ["item", "name", "area", "hour", "minutes"];
        slots.iter().find_map(|slot| intent.text(slot)).unwrap_or_default()
    };
    let all = look(&search).unwrap_or_default();
    all.iter().map(|intent| (intent.name.clone(), target(intent))).collect()
}

fn one(text: &str, class: &str) -> Option<(String, String)> {
    let mut all = found(text, &[(class, 0.9)]);
    assert!(all.len() < 2, "{text}: {all:?}");
    all.pop()
}

fn is(name: &str, target: &str) -> Option<(String, String)> {
    Some((name.to_owned(), target.to_owned()))
}

#[test]
fn a_sentence_inside_of_talk() {
    let on = |text: &str| one(text, "HassTurnOn");
    assert_eq!(
        on("my hands are full, could you put the desk lamp on for me"),
        is("HassTurnOn", "light.desk")
    );
    assert_eq!(
        on("It's dark in here so turn on the desk lamp because I can't see"),
        is("HassTurnOn", "light.desk")
    );
    assert_eq!(
        one("I must not oversleep, so wake me up at seven", "RosieSetAlarm"),
        is("RosieSetAlarm", "7")
    );
    assert_eq!(
        one("the pasta goes in, set a timer for five minutes", "HassStartTimer"),
        is("HassStartTimer", "5")
    );
}

#[test]
fn what_depends_is_told_or_is_left_out_is_not_done() {
    for text in [
        "turn off the desk lamp when I'm gone",
        "in case the desk lamp goes off we have candles",
        "turn off the desk lamp unless Tom is in there",
        "the recipe says turn on the oven and turn off the desk lamp",
        "please stop turning off the desk lamp",
        "by seven have the desk lamp off",
    ] {
        assert_eq!(found(text, &[("HassTurnOff", 0.9)]), [], "{text}");
    }
    let written = "I wrote flour on the shopping list twice last month, and each of us came home with two bags";
    assert_eq!(found(written, &[("HassShoppingListAddItem", 0.9)]), []);
    // What is asked kindly depends on nothing.
    assert_eq!(
        one("my eyes hurt, if you could turn off the desk lamp", "HassTurnOff"),
        is("HassTurnOff", "light.desk")
    );
}

#[test]
fn what_of_a_further_command_was_not_understood_is_told() {
    searched(
        "it's late, turn off the desk lamp and polish the living room fan",
        &[("HassTurnOff", 0.9)],
        |search| {
            assert_eq!(search.all().1.as_deref(), Some("polish the living room fan"));
            None
        },
    );
}

#[test]
fn it_and_there_are_what_was_named_before() {
    let off = |text: &str| one(text, "HassTurnOff");
    assert_eq!(
        off("the desk lamp has been on all day, switch it off please"),
        is("HassTurnOff", "light.desk")
    );
    assert_eq!(
        one(
            "the air in the living room is stuffy, turn on the fan there",
            "HassTurnOn"
        )
        .map(|(name, _)| name),
        Some("HassTurnOn".to_owned())
    );
    assert_eq!(
        one(
            "it is so stuffy in the living room, turn on the fan please",
            "HassTurnOn"
        ),
        is("HassTurnOn", "fan.living_room")
    );
    // What is put on a list is no "them".
    assert_eq!(
        one(
            "we need batteries, put them on the shopping list",
            "HassShoppingListAddItem"
        ),
        None
    );
}

#[test]
fn both_have_to_say_the_same() {
    assert_eq!(one("turn on the desk lamp said the man", "none"), None);
    assert_eq!(one("I am cold, turn on the desk lamp", "world"), None);
    // The sentence would have something else done than what is meant.
    assert_eq!(
        found("it is dark I never turn on the desk lamp", &[("HassTurnOn", 0.9)]),
        []
    );
    assert_eq!(
        one("the street door, turn it off", "HassTurnOff"),
        None,
        "a lock is no lamp"
    );
    // A sum is worked out whatever is meant.
    assert_eq!(
        one(
            "we are 7 and the bill is 217 euros, so what is 217 divided by 7",
            "world"
        )
        .map(|(name, _)| name),
        Some("RosieArithmetic".to_owned())
    );
}

#[test]
fn in_the_plainest_words() {
    let on = |text: &str| one(text, "HassTurnOn");
    assert_eq!(
        on("I can't see my keyboard, the desk lamp should come to life"),
        is("HassTurnOn", "light.desk")
    );
    assert_eq!(
        one(
            "school starts again so I want to be woken at half past six",
            "RosieSetAlarm"
        ),
        is("RosieSetAlarm", "6")
    );
    assert_eq!(
        on("the desk lamp should come to life, not in the living room"),
        None,
        "which one?"
    );
    assert_eq!(on("something should come to life"), None);
}

#[test]
fn what_was_taken_back_is_not_done() {
    let off = [("HassTurnOff", 0.9)];
    let text = "turn off the desk lamp, no, hang on, turn off the living room fan instead";
    assert_eq!(
        found(text, &off),
        [("HassTurnOff".to_owned(), "fan.living_room".to_owned())]
    );
}

#[test]
fn two_wishes_are_both_done() {
    let both = [("HassTurnOn", 0.5), ("HassStartTimer", 0.5)];
    let all = found(
        "I am cooking, so turn on the desk lamp and set a timer for five minutes",
        &both,
    );
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["HassTurnOn", "HassStartTimer"]);
}

#[test]
fn what_only_points_to_items_takes_those_before_it() {
    let items = |text: &str| {
        let all = found_on_a_list(text).into_iter();
        all.map(|(_, item)| item).collect::<Vec<_>>()
    };
    let text =
        "I'm making minestrone. Celery, parmesan and cannellini beans, they've all got to go on the shopping list.";
    assert_eq!(items(text), ["celery", "parmesan", "cannellini beans"]);
    assert_eq!(items("they've all got to go on the shopping list"), [""; 0]);
}

#[test]
fn what_is_to_be_remembered_needs_no_sure_wish() {
    let kept = |text: &str| {
        let all = found(text, &[("talk", 0.9)]).into_iter();
        all.map(|(name, _)| name).collect::<Vec<_>>()
    };
    let text = "The plumber has been and he had to show me. Please remember that the stopcock is under the stairs.";
    assert_eq!(kept(text), [REMEMBER]);
    assert_eq!(
        kept("my nephew rang remember that the printer password is rhubarb"),
        [REMEMBER]
    );
    assert_eq!(kept("I can never remember that the gate sticks"), [""; 0]);
    assert_eq!(kept("she said I should keep in mind that the gate sticks"), [""; 0]);
}

#[test]
fn an_item_is_what_is_left_without_the_list() {
    let listed = |text: &str| {
        let all = found_on_a_list(text);
        all.into_iter().map(|(_, item)| item).next()
    };
    for (text, item) in [
        ("water the ferns down with the chores", Some("water the ferns")),
        ("Could we have a new broom on the chores list?", Some("new broom")),
        ("The bag is empty, so um vacuum bags on the chores", Some("vacuum bags")),
        ("Gutters. Chores list.", Some("gutters")),
        ("on the chores goes the gutter", Some("gutter")),
        ("DIY shelf, chores list", Some("DIY shelf")),
        // What they are is said elsewhere, or more is said than what it is.
        ("they need to be on the chores list", None),
        ("the bin is full add it to my chores", None),
        ("I was on my way to do the chores", None),
        ("the chores are long", None),
    ] {
        assert_eq!(listed(text).as_deref(), item, "{text}");
    }
}
