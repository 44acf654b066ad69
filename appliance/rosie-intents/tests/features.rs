//! Each feature of the template language.

#![allow(clippy::unwrap_used)]

mod common;

use common::{from_yaml, written};
use rosie_core::{KnownName, KnownNames, Language};
use rosie_intents::{IntentsError, MatchContext, Matcher};

/// Matches without a house.
fn read(matcher: &Matcher, text: &str) -> String {
    written(
        matcher
            .match_text(text, &KnownNames::new(), &MatchContext::default())
            .as_ref(),
    )
}

fn one(sentence: &str) -> Matcher {
    from_yaml(&format!(
        "language: en\nintents: {{ T: {{ data: [{{ sentences: ['{sentence}'] }}] }} }}\n"
    ))
}

fn takes(sentence: &str, yes: &[&str], no: &[&str]) {
    let matcher = one(sentence);
    for text in yes {
        assert_eq!(read(&matcher, text), "T | ", "`{sentence}` should take `{text}`");
    }
    for text in no {
        assert_eq!(read(&matcher, text), "–", "`{sentence}` should not take `{text}`");
    }
}

/// What is said, what it stands for, and its context.
type Named<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

fn known(list: &str, names: &[Named<'_>]) -> KnownNames {
    let names = names.iter().map(|(spoken, value, context)| KnownName {
        spoken: (*spoken).into(),
        value: (*value).into(),
        context: context
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
    });
    KnownNames::from([(list.to_owned(), names.collect())])
}

#[test]
fn alternatives_and_optional_parts() {
    takes(
        "(turn|switch) on [the] light[s]",
        &["turn on light", "Switch on the lights."],
        &["turn on the", "turn light on"],
    );
    takes("a|b", &["a", "b"], &["a b", "ab"]);
    takes("[[a] b] c", &["c", "b c", "a b c"], &["a c", "a b"]);
    takes("light[s] on", &["light on", "lights on"], &["light s on", "lightson"]);
}

#[test]
fn permutations() {
    takes("(a;b;c) d", &["a b c d", "c b a d", "b a c d"], &["a b d", "a a b c d"]);
    takes(
        "turn (on;[the] light)",
        &["turn on the light", "turn the light on"],
        &["turn on"],
    );
}

#[test]
fn escapes_and_case_and_spaces() {
    takes("say  a\\|b  WORLD", &["SAY a|b world"], &["say a", "say a world"]);
    takes("it''s here", &["It’s here!"], &["it is here"]);
}

#[test]
fn punctuation_and_hyphens_of_transcripts() {
    takes(
        "turn on the light",
        &["Turn on, the light...", "¿Turn on the light?", "\"Turn on the light.\""],
        &[],
    );
    takes("ten minute timer", &["Ten-minute timer."], &["tenminute timer"]);
    takes("air-conditioner", &["air conditioner"], &[]);
    takes("at 5 pm", &["at 5 p.m.", "At 5 PM."], &[]);
}

#[test]
fn lists_give_their_out_values() {
    let matcher = from_yaml(
        "{intents: {T: {data: [{sentences: ['paint it {color:shade}']}]}},
          lists: {color: {values: [red, {in: '(light|sky) blue', out: azure}, {in: dark, out: 5}, {in: '[very] bright'}]}}}",
    );
    assert_eq!(read(&matcher, "paint it RED"), "T | shade=red");
    assert_eq!(read(&matcher, "paint it sky blue"), "T | shade=azure");
    assert_eq!(read(&matcher, "paint it dark"), "T | shade=5");
    assert_eq!(read(&matcher, "Paint it very bright."), "T | shade=very bright");
    assert_eq!(read(&matcher, "paint it green"), "–");
}

#[test]
fn captures_fill_no_slot() {
    let matcher =
        from_yaml("{intents: {T: {data: [{sentences: ['i am {mood:@how}']}]}}, lists: {mood: {values: [glad]}}}");
    assert_eq!(read(&matcher, "I am glad"), "T | ");
}

#[test]
fn ranges_in_digits_and_words() {
    let matcher = from_yaml(
        "{intents: {A: {data: [{sentences: ['a {n}']}]}, B: {data: [{sentences: ['b {half}']}]},
                    C: {data: [{sentences: ['c {minus}']}]}, D: {data: [{sentences: ['d {2..20,2:n}']}]},
                    E: {data: [{sentences: ['e {any}']}]}},
          lists: {n: {range: {from: 0, to: 2000, step: 5}}, half: {range: {from: -10, to: 40, fractions: halves}},
                  minus: {range: {from: 0, to: 100, multiplier: -1}}, any: {range: {from: 0, to: 9000000, fractions: any}}}}",
    );
    let cases = [
        ("a 25", "A | n=25"),
        ("a twenty-five", "A | n=25"),
        ("a Twenty five.", "A | n=25"),
        ("a one hundred and five", "A | n=105"),
        ("a fifteen hundred", "A | n=1500"),
        ("a one thousand, two hundred and five", "A | n=1205"),
        ("a 26", "–"),
        ("a 2005", "–"),
        ("a twentyfive", "A | n=25"),
        ("b 21.5", "B | half=21.5"),
        ("b 21,5", "B | half=21.5"),
        ("b twenty-one point five", "B | half=21.5"),
        ("b twenty-one and a half", "B | half=21.5"),
        ("b 21.3", "–"),
        ("b -5", "B | half=-5"),
        ("c 30", "C | minus=-30"),
        ("d 4", "D | n=4"),
        ("d 5", "–"),
        ("e 2 and a half", "E | any=2.5"),
        ("e three point one four", "E | any=3.14"),
        ("e 1,000", "E | any=1000"),
        ("e two million three hundred thousand and one", "E | any=2300001"),
    ];
    for (text, want) in cases {
        assert_eq!(read(&matcher, text), want, "{text}");
    }
}

#[test]
fn wildcards_take_words_and_lose_to_literal_text() {
    let matcher = from_yaml(
        "{intents: {Any: {data: [{sentences: ['play {what}', 'play {what} in {where}']}]},
                    Music: {data: [{sentences: ['play music']}]}},
          lists: {what: {wildcard: true}, where: {wildcard: true}}}",
    );
    assert_eq!(read(&matcher, "Play Hey Jude!"), "Any | what=Hey Jude?");
    assert_eq!(read(&matcher, "play music"), "Music | ");
    assert_eq!(read(&matcher, "play"), "–");
    let all = matcher.match_all("play jazz in the kitchen", &KnownNames::new(), &MatchContext::default());
    let all: Vec<String> = all.iter().map(|i| written(Some(i))).collect();
    assert_eq!(
        all,
        [
            "Any | what=jazz in the kitchen?",
            "Any | what=jazz?; where=the kitchen?"
        ]
    );
}

#[test]
fn rules_expand_and_may_be_local() {
    let matcher = from_yaml(
        "{expansion_rules: {turn: '(turn|switch)', thing: 'lamp', all: '<turn> on <thing>'},
          intents: {A: {data: [{sentences: ['<all>']}]},
                    B: {data: [{sentences: ['please <all>'], expansion_rules: {thing: 'fan'}}]}}}",
    );
    assert_eq!(read(&matcher, "switch on lamp"), "A | ");
    assert_eq!(read(&matcher, "please switch on fan"), "B | ");
    assert_eq!(read(&matcher, "please switch on lamp"), "–");
}

#[test]
fn skip_words_go_but_wildcards_keep_theirs() {
    let matcher = from_yaml(
        "{skip_words: ['please', 'can you'], lists: {item: {wildcard: true}},
          intents: {On: {data: [{sentences: ['light on']}]}, Add: {data: [{sentences: ['add {item}']}]},
                    Kind: {data: [{sentences: ['say please']}]}}}",
    );
    assert_eq!(read(&matcher, "Can you please light on"), "On | ");
    assert_eq!(read(&matcher, "light on, please"), "On | ");
    assert_eq!(read(&matcher, "say please"), "Kind | ");
    assert_eq!(
        read(&matcher, "Can you add a please sign?"),
        "Add | item=a please sign?"
    );
}

#[test]
fn context_is_required_excluded_and_copied() {
    let matcher = from_yaml(
        "{intents: {Light: {data: [{sentences: ['turn on {name}'], requires_context: {domain: [light, switch]}}]},
                    Fan: {data: [{sentences: ['turn on {name}'], requires_context: {domain: fan}, excludes_context: {slow: 'yes'}}]},
                    Here: {data: [{sentences: ['lights on'], requires_context: {area: {slot: true}}}]},
                    There: {data: [{sentences: ['fans on'], requires_context: {area: {value: attic, slot: place}}}]}}}",
    );
    let names = known(
        "name",
        &[
            ("lamp", "light.lamp", &[("domain", "light")]),
            ("big fan", "fan.big", &[("domain", "fan")]),
            ("old fan", "fan.old", &[("domain", "fan"), ("slow", "yes")]),
            ("thing", "thing", &[]),
        ],
    );
    let read = |text: &str, context: &MatchContext| written(matcher.match_text(text, &names, context).as_ref());
    let nowhere = MatchContext::default();
    assert_eq!(read("turn on lamp", &nowhere), "Light | name=light.lamp");
    assert_eq!(read("turn on big fan", &nowhere), "Fan | name=fan.big");
    assert_eq!(read("turn on old fan", &nowhere), "–");
    assert_eq!(read("turn on thing", &nowhere), "–");
    assert_eq!(read("lights on", &nowhere), "–");
    assert_eq!(
        read("lights on", &MatchContext::in_area("office")),
        "Here | area=office"
    );
    assert_eq!(read("fans on", &MatchContext::in_area("office")), "–");
    assert_eq!(read("fans on", &MatchContext::in_area("attic")), "There | place=attic");
}

#[test]
fn fixed_slots_responses_and_keywords() {
    let matcher = from_yaml(
        "{intents: {T: {data: [{sentences: ['on'], slots: {domain: light, level: 3}, response: done},
                               {sentences: ['[really] off'], required_keywords: [really]}]}}}",
    );
    let intent = matcher
        .match_text("on", &KnownNames::new(), &MatchContext::default())
        .unwrap();
    assert_eq!(written(Some(&intent)), "T | domain=light; level=3");
    assert_eq!(intent.response, "done");
    assert_eq!(read(&matcher, "really off"), "T | ");
    assert_eq!(read(&matcher, "off"), "–");
}

#[test]
fn the_longest_known_name_wins() {
    let matcher = from_yaml(
        "{intents: {T: {data: [{sentences: ['<turn> {name}', 'turn on {name} light']}]}}, expansion_rules: {turn: turn on}}",
    );
    let names = known("name", &[("kitchen", "a", &[]), ("kitchen light", "b", &[])]);
    let got = matcher.match_text("turn on kitchen light", &names, &MatchContext::default());
    assert_eq!(written(got.as_ref()), "T | name=b");
}

#[test]
fn unknown_names_come_out_unresolved_only_on_demand() {
    let matcher = Matcher::builder(&Language::new("en"))
        .add_own_templates()
        .unwrap()
        .add_templates_yaml(
            "t",
            "{intents: {HassTurnOn: {data: [{sentences: ['turn on [the] {name}']}]}}}",
        )
        .unwrap()
        .build()
        .unwrap();
    let strict = matcher.match_text("Turn on the lamp.", &KnownNames::new(), &MatchContext::default());
    assert_eq!(strict, None);
    let loose = MatchContext::default().with_unresolved_names();
    let got = matcher.match_text("Turn on the lamp.", &KnownNames::new(), &loose);
    assert_eq!(written(got.as_ref()), "HassTurnOn | name=lamp?");
    assert_eq!(matcher.match_text("turn on the", &KnownNames::new(), &loose), None);
    assert_eq!(
        matcher.match_text("turn on how that is", &KnownNames::new(), &loose),
        None
    );
}

#[test]
fn mistakes_name_their_place() {
    let build = |yaml: &str| {
        Matcher::builder(&Language::new("en"))
            .add_templates_yaml("my.yaml", yaml)
            .and_then(|b| b.build())
            .unwrap_err()
            .to_string()
    };
    let cases = [
        (
            "{intents: {T: {data: [{sentences: ['turn (on']}]}}}",
            "my.yaml: intents.T.data[0]: `turn (on`: the group opened",
        ),
        (
            "{intents: {T: {data: [{sentences: ['a', 'b {x}']}]}}}",
            "`b {x}`: there is no list {x}",
        ),
        ("{intents: {T: {data: [{sentences: ['<r>']}]}}}", "there is no rule <r>"),
        (
            "{intents: {T: {data: [{sentences: ['<r>']}]}}, expansion_rules: {r: 'a <s>', s: '<r>'}}",
            "contains itself",
        ),
        (
            "{intents: {T: {data: [{sentences: ['{n}']}]}}, lists: {n: {range: {from: 5, to: 1}}}}",
            "`from: 5` is above `to: 1`",
        ),
        (
            "{intents: {T: {data: [{sentences: ['{n}']}]}}, lists: {n: {}}}",
            "needs one of",
        ),
        (
            "{intents: {T: {data: [{sentence: ['a'], sentences: []}]}}}",
            "intents.T.data[0]: unknown key `sentence`",
        ),
        ("{intentions: {}}", "top level: unknown key `intentions`"),
        (
            "{intents: {T: {data: [{sentences: ['a ) b']}]}}}",
            "unexpected `)` at character 3",
        ),
        (
            "{responses: {intents: {T: {default: '{{ x'}}}}",
            "response `default` of T",
        ),
    ];
    for (yaml, want) in cases {
        let got = build(yaml);
        assert!(got.contains(want), "{yaml}\n  want {want}\n  got  {got}");
    }
    let error = Matcher::builder(&Language::new("en")).add_data_json("{").unwrap_err();
    assert!(matches!(error, IntentsError::Unreadable { .. }));
}
