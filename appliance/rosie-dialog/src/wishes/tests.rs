#![allow(clippy::unwrap_used)]
use super::*;
use serde_json::json;

fn tool(name: &str) -> ToolSpec {
    ToolSpec {
        name: name.into(),
        description: String::new(),
        parameters: json!({}),
        acts: true,
        dangerous: false,
        foreign: false,
        confirmation: BTreeMap::new(),
    }
}

#[test]
fn the_file_is_read_and_every_frame_can_be_filled() {
    let wishes = data::parse().unwrap();
    for class in [NONE, WORLD, HERE, STATE] {
        assert!(wishes.frames.contains_key(class), "{class}");
    }
    let sentences = wishes.sentences();
    assert!(
        sentences.iter().all(|(_, text)| !text.contains(['{', '}'])),
        "a slot is missing"
    );
    let classes: BTreeSet<&str> = sentences.iter().map(|(class, _)| *class).collect();
    assert_eq!(classes.len(), wishes.frames.len());
}

#[test]
fn classes_become_tools_and_kinds_of_things() {
    let tools = [
        tool("HassTurnOn"),
        tool("HassTurnOff"),
        tool("OfAPlugin"),
        tool("HassListAddItem"),
    ];
    let opening = Guess::of_chances(&[("open", 0.7), ("HassTurnOn", 0.1), ("HassShoppingListAddItem", 0.15)]);
    let wished = opening.wished(&tools, &[0.9, 0.9, 0.3, 0.9]);
    assert!((wished[0] - 0.8).abs() < 1e-6);
    assert_eq!(wished[1..], [RULED_OUT, 0.3, 0.15]);
    let kinds = |guess: &Guess, tool: &str| guess.kinds(tool).map(|kinds| kinds.contains("cover"));
    assert_eq!(kinds(&opening, "HassTurnOn"), Some(true));
    assert_eq!(
        kinds(&Guess::of_chances(&[("HassTurnOn", 0.9)]), "HassTurnOn"),
        Some(false),
        "a lamp is no cover"
    );
    assert_eq!(kinds(&opening, "HassTurnOff"), None, "nobody knows");
    assert_eq!(
        kinds(&Guess::of_chances(&[("HassStartTimer", 0.9)]), "HassStartTimer"),
        None,
        "it is about no thing"
    );
}

#[test]
fn a_wish_that_nobody_can_fulfil_is_known() {
    let alarm = Guess::of_chances(&[("RosieSetAlarm", 0.9)]);
    assert!(alarm.is_beyond(&[tool("HassTurnOn")]) && !alarm.is_beyond(&[tool("RosieSetAlarm")]));
    assert!(
        !Guess::of_chances(&[("none", 0.9)]).is_beyond(&[])
            && !Guess::of_chances(&[("RosieSetAlarm", 0.4)]).is_beyond(&[])
    );
    assert!(!Guess::of_chances(&[("open", 0.9)]).is_beyond(&[tool("HassTurnOn")]));
}

#[test]
fn only_vectors_of_its_own_model_are_judged() {
    let guesser = Guesser::default();
    let meaning = |model: &str, vector: Vec<f32>| TextMeaning {
        model: model.to_owned(),
        vector,
    };
    assert_eq!(guesser.needs("mini").len(), 2);
    assert!(
        guesser.guess(&meaning("mini", vec![0.05; 384])).is_none(),
        "not learnt yet"
    );
    guesser.learn(
        "mini",
        &[meaning("mini", vec![0.05; 384]), meaning("mini", vec![0.05; 384])],
    );
    assert!(guesser.needs("mini").is_empty());
    assert!(
        guesser.guess(&meaning("mini", vec![0.05; 384])).is_none(),
        "another model"
    );
}

#[test]
fn without_the_head_the_nearest_sentence_counts_unless_it_is_no_wish() {
    let texts = compared();
    let of = |near: &str, like: f32, idle: f32| {
        let classes = data::wishes().sentences();
        let likeness: Vec<f32> = classes
            .iter()
            .map(|(class, text)| match *class {
                _ if text == near => like,
                NONE => idle,
                _ => 0.1,
            })
            .collect();
        nearest(&likeness).wished(&[tool("HassCancelTimer")], &[0.0])[0]
    };
    assert!(texts.iter().any(|text| text == "drop the timer"));
    assert_eq!(of("drop the timer", 0.7, 0.2), 0.7);
    assert_eq!(of("drop the timer", 0.7, 0.8), RULED_OUT);
}
