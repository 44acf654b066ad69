//! Whatever is said and whatever is written in a template: no panic, no blow-up; and what a template can say, it takes.

#![allow(clippy::unwrap_used)]

mod common;

use common::from_yaml;
use proptest::prelude::*;
use rosie_core::{KnownName, KnownNames, Language};
use rosie_intents::template::{Template, parse};
use rosie_intents::{MatchContext, Matcher, arithmetic};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static ENGLISH: LazyLock<Matcher> = LazyLock::new(|| common::standard("en"));

/// A template of a few words and shapes.
fn template() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["on", "off", "the light", "a", "b c", "ten", " ", "x-y", "l'a"]);
    let leaf =
        prop_oneof![4 => word.prop_map(str::to_owned), 1 => Just("{n}".to_owned()), 1 => Just("{c:d}".to_owned())];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner, 1..4);
        prop_oneof![
            some.clone().prop_map(|v| v.join(" ")),
            some.clone().prop_map(|v| format!("({})", v.join("|"))),
            some.clone().prop_map(|v| format!("[{}]", v.join("|"))),
            some.prop_map(|v| format!("({})", v.join(";"))),
        ]
    })
}

/// Says one sentence of a template; `choices` decides among alternatives and orders.
fn say(template: &Template, choices: &mut impl Iterator<Item = usize>, out: &mut String) {
    match template {
        Template::Text(text) => out.push_str(text),
        Template::Sequence(items) => items.iter().for_each(|i| say(i, choices, out)),
        Template::Any(items) => {
            let chosen = choices.next().unwrap_or(0) % items.len();
            say(&items[chosen], choices, out);
        }
        Template::Permutation(items) => {
            let mut left: Vec<&Template> = items.iter().collect();
            while !left.is_empty() {
                let chosen = choices.next().unwrap_or(0) % left.len();
                say(left.remove(chosen), choices, out);
            }
        }
        Template::List(list) => out.push_str(if list.list == "n" { "25" } else { "deep red" }),
        Template::Rule(_) => {}
    }
}

fn matcher_of(template: &str) -> Result<Matcher, rosie_intents::IntentsError> {
    let yaml = serde_json::json!({
        "intents": { "T": { "data": [{ "sentences": [template] }] } },
        "lists": {
            "n": { "range": { "from": 0, "to": 100 } },
            "c": { "values": ["red", "deep red"] },
            "w": { "wildcard": true }
        },
        "expansion_rules": { "r": "(some|[of] rule)" }
    });
    Matcher::builder(&Language::new("en"))
        .add_templates_json("t", &yaml.to_string())?
        .build()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_a_template_says_it_takes(template in template(), choices in prop::collection::vec(0usize..12, 40)) {
        let tree = parse(&template);
        prop_assume!(tree.is_ok());
        let mut said = String::new();
        say(&tree.unwrap(), &mut choices.into_iter(), &mut said);
        prop_assume!(said.split_whitespace().next().is_some());
        let matcher = matcher_of(&template).unwrap();
        let intent = matcher.match_text(&said, &KnownNames::new(), &MatchContext::default());
        prop_assert!(intent.is_some(), "`{}` does not take `{}`", template, said);
    }

    #[test]
    fn any_template_compiles_or_says_why(template in "[a-c \\[\\](){}<>|;:@\\\\.,0-9wrnöß-]{0,60}", text in "[a-c ]{0,30}") {
        if let Ok(matcher) = matcher_of(&template) {
            let _ = matcher.match_text(&text, &KnownNames::new(), &MatchContext::default());
        }
    }

    #[test]
    fn any_text_is_read_in_time(text in "\\PC{0,200}") {
        let started = Instant::now();
        let loose = MatchContext::in_area("office").with_unresolved_names();
        let _ = ENGLISH.match_all(&text, &KnownNames::new(), &loose);
        let _ = ENGLISH.completeness(&text);
        let _ = arithmetic::answer(&text, &Language::new("en"));
        prop_assert!(started.elapsed() < Duration::from_secs(5), "{:?} for `{}`", started.elapsed(), text);
    }

    #[test]
    fn words_of_commands_in_any_order_are_read_in_time(
        words in prop::collection::vec(prop::sample::select(vec![
            "turn", "on", "off", "the", "light", "lights", "in", "kitchen", "set", "to", "timer", "for", "ten", "and", "minutes",
            "five", "hundred", "percent", "of", "a", "what", "is", "times", "add", "list", "my", "play", "volume", "hour", "half",
        ]), 0..40),
    ) {
        let text = words.join(" ");
        let name = |s: &str| KnownName { spoken: s.into(), value: s.into(), context: [("domain".to_owned(), "light".to_owned())].into() };
        let names = KnownNames::from([("name".to_owned(), vec![name("kitchen light"), name("the"), name("on off"), name("ten")]), ("area".to_owned(), vec![name("kitchen"), name("in")])]);
        let started = Instant::now();
        let _ = ENGLISH.match_all(&text, &names, &MatchContext::in_area("kitchen").with_unresolved_names());
        prop_assert!(started.elapsed() < Duration::from_secs(5), "{:?} for `{}`", started.elapsed(), text);
    }
}

#[test]
fn rules_that_would_expand_without_end_stay_small() {
    let mut rules = vec!["r0: 'a'".to_owned()];
    rules.extend((1..40).map(|i| format!("r{i}: '(<r{0}> <r{0}>|<r{0}>)'", i - 1)));
    let yaml = format!(
        "{{intents: {{T: {{data: [{{sentences: ['<r39>']}}]}}}}, expansion_rules: {{{}}}}}",
        rules.join(", ")
    );
    let matcher = from_yaml(&yaml);
    assert!(matcher.size().1 < 500);
    let started = Instant::now();
    let intent = matcher.match_text(&"a ".repeat(200), &KnownNames::new(), &MatchContext::default());
    assert!(intent.is_some());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn many_wildcards_do_not_multiply() {
    let matcher = matcher_of("{w} a {w:x} b {w:y} c {w:z} [{w:q}] {w:p}").unwrap();
    let text = "a b c d ".repeat(30);
    let started = Instant::now();
    let intents = matcher.match_all(&text, &KnownNames::new(), &MatchContext::default());
    assert!(!intents.is_empty());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn very_long_texts_match_nothing() {
    assert_eq!(
        ENGLISH.match_text(&"turn on ".repeat(20_000), &KnownNames::new(), &MatchContext::default()),
        None
    );
}
