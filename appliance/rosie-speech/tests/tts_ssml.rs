//! The markup that texts may carry, and the many things that they may not.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rosie_core::Language;
use rosie_speech::tts::normalize::say_as;
use rosie_speech::tts::ssml::{DateOrder, Item, SayAs, SsmlError, parse};

fn text(text: &str) -> Item {
    Item::Text {
        text: text.to_owned(),
        rate: 1.0,
        gain: 1.0,
    }
}

#[test]
fn text_pauses_and_pronunciations() {
    let items = parse(
        r#"<?xml version="1.0"?>
        <speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US">
          Hello &amp; welcome<break time="1.5s"/>to <sub alias="World Wide Web">WWW</sub>
          <!-- a note --> I say <phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme> &#33;
          <break strength="weak"/><break/><![CDATA[<b>]]></speak>"#,
    );
    let phoneme = Item::Phoneme {
        ipa: "təˈmeɪtoʊ".into(),
        words: "tomato".into(),
        rate: 1.0,
        gain: 1.0,
    };
    let expected = vec![
        text("Hello & welcome"),
        Item::Break { ms: 1_500 },
        text("to"),
        text("World Wide Web"),
        text("I say"),
        phoneme,
        text("!"),
        Item::Break { ms: 200 },
        Item::Break { ms: 500 },
        text("<b>"),
    ];
    assert_eq!(items.unwrap(), expected);
}

#[test]
fn pace_and_loudness_multiply() {
    let items = parse(
        r#"<speak><prosody rate="slow">a<prosody rate="80%" volume="+6dB">b</prosody></prosody>c
        <prosody rate="+20%" volume="soft">d</prosody></speak>"#,
    );
    let found: Vec<(f32, f32)> = items
        .unwrap()
        .iter()
        .map(|i| match i {
            Item::Text { rate, gain, .. } => (*rate, *gain),
            other => panic!("{other:?}"),
        })
        .collect();
    let near = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).abs() < 0.01 && (a.1 - b.1).abs() < 0.01;
    for (found, expected) in found.iter().zip([(0.75, 1.0), (0.6, 1.995), (1.0, 1.0), (1.2, 0.6)]) {
        assert!(near(*found, expected), "{found:?} {expected:?}");
    }
}

#[test]
fn say_as_reads_as_told() {
    let english = Language::new("en");
    let cases = [
        ("AB1", SayAs::Characters, "A, B, one"),
        ("a@b", SayAs::Characters, "A, at, B"),
        ("4821", SayAs::Digits, "four eight two one"),
        (
            "+1 555-1234",
            SayAs::Digits,
            "plus one, five five five, one two three four",
        ),
        ("1984", SayAs::Cardinal, "one thousand nine hundred eighty-four"),
        ("3rd", SayAs::Ordinal, "third"),
        ("21", SayAs::Ordinal, "twenty-first"),
        (
            "3/5/2024",
            SayAs::Date(DateOrder::MonthDayYear),
            "March fifth, twenty twenty-four",
        ),
        (
            "3/5/2024",
            SayAs::Date(DateOrder::DayMonthYear),
            "May third, twenty twenty-four",
        ),
        (
            "2024-03-05",
            SayAs::Date(DateOrder::MonthDayYear),
            "March fifth, twenty twenty-four",
        ),
        ("16:35", SayAs::Time, "sixteen thirty-five"),
        ("nonsense", SayAs::Ordinal, "nonsense"),
    ];
    for (text, kind, words) in cases {
        assert_eq!(say_as(text, kind, &english), words, "{text} as {kind:?}");
    }
    assert_eq!(say_as("3", SayAs::Ordinal, &Language::new("de")), "dritte");
    assert_eq!(
        say_as("5.3.2024", SayAs::Date(DateOrder::DayMonthYear), &Language::new("fr")),
        "5 mars 2024"
    );
    assert_eq!(say_as("42", SayAs::Digits, &Language::new("es")), "4 2");
}

#[test]
fn everything_else_is_refused_in_words() {
    let cases = [
        ("plain", "one <speak> element"),
        ("", "one <speak> element"),
        ("<speak>", "well-formed"),
        ("<speak></speak", "well-formed"),
        ("<speak>a</prosody></speak>", "well-formed"),
        ("<p>hi</p>", "<p> is not allowed; allowed are speak"),
        ("<sub alias=\"x\">y</sub>", "one <speak> element"),
        ("<speak/><speak/>", "one <speak> element"),
        ("<speak>a</speak>tail", "one <speak> element"),
        ("<speak><speak/></speak>", "one <speak> element"),
        (
            "<speak><audio src=\"http://evil/x.wav\"/></speak>",
            "<audio> is not allowed",
        ),
        ("<speak><voice name=\"x\">a</voice></speak>", "<voice> is not allowed"),
        ("<speak onload=\"x\">a</speak>", "<speak onload=…> is not allowed"),
        ("<speak><break time=\"1h\"/></speak>", "<break time=…>"),
        ("<speak><break time=\"99s\"/></speak>", "up to 10s"),
        ("<speak><break time=\"-1s\"/></speak>", "<break time=…>"),
        ("<speak><break time=\"1e3ms\"/></speak>", "<break time=…>"),
        ("<speak><break time=\"infs\"/></speak>", "<break time=…>"),
        ("<speak><break>a</break></speak>", "<break> may contain only text"),
        (
            "<speak><prosody pitch=\"high\">a</prosody></speak>",
            "<prosody pitch=…>",
        ),
        ("<speak><prosody rate=\"9\">a</prosody></speak>", "<prosody rate=…>"),
        ("<speak><prosody rate=\"NaN\">a</prosody></speak>", "<prosody rate=…>"),
        (
            "<speak><prosody volume=\"loudest\">a</prosody></speak>",
            "<prosody volume=…>",
        ),
        (
            "<speak><phoneme alphabet=\"x-sampa\" ph=\"a\">a</phoneme></speak>",
            "<phoneme alphabet=…>",
        ),
        ("<speak><phoneme alphabet=\"ipa\">a</phoneme></speak>", "<phoneme ph=…>"),
        (
            "<speak><say-as interpret-as=\"expletive\">a</say-as></speak>",
            "<say-as interpret-as=…>",
        ),
        ("<speak><say-as>a</say-as></speak>", "<say-as interpret-as=…>"),
        ("<speak><sub>a</sub></speak>", "<sub alias=…>"),
        (
            "<speak><sub alias=\"x\"><break/></sub></speak>",
            "<sub> may contain only text",
        ),
        ("<speak>&nbsp;</speak>", "entity &nbsp;"),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><speak>&a;</speak>", "document types"),
        ("<speak><?php x?></speak>", "processing instructions"),
        ("<speak a=\"1\" a=\"2\"/>", "<speak"),
        ("<speak><break time=5s/></speak>", "<break"),
    ];
    for (document, words) in cases {
        let error = parse(document).expect_err(document);
        assert!(error.to_string().contains(words), "{document}: {error}");
    }
}

#[test]
fn bombs_do_not_go_off() {
    let deep = format!(
        "<speak>{}x{}</speak>",
        "<prosody rate=\"1\">".repeat(5_000),
        "</prosody>".repeat(5_000)
    );
    assert_eq!(parse(&deep), Err(SsmlError::TooDeep));
    let many = format!("<speak>{}</speak>", "<break/>".repeat(5_000));
    assert_eq!(parse(&many), Err(SsmlError::TooMany));
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY l2 \"&lol;&lol;\">]><speak>&l2;</speak>";
    assert_eq!(parse(laughs), Err(SsmlError::Declaration));
    let attributes: String = (0..5_000).map(|i| format!(" xmlns:a{i}=\"x\"")).collect();
    assert!(parse(&format!("<speak{attributes}/>")).is_err());
    assert!(parse("<speak>&#0;&#x1F;a</speak>").map_or(true, |items| items == [text("a")]));
    assert!(parse("<speak>&#xD800;</speak>").is_err());
}

#[test]
fn errors_never_tell_what_was_said() {
    for document in [
        "<speak>secret",
        "<speak>secret<bad>secret</bad></speak>",
        "<speak>secret&x;secret</speak>",
    ] {
        assert!(!parse(document).unwrap_err().to_string().contains("secret"));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(document in any::<String>()) {
        let _ = parse(&document);
    }

    #[test]
    fn any_tangle_of_tags_is_read_or_refused(parts in prop::collection::vec(
        prop::sample::select(vec!["<speak>", "</speak>", "<break/>", "<break time=\"1s\"/>", "<prosody rate=\"slow\">",
            "</prosody>", "<sub alias=\"x\">", "</sub>", "text ", "&amp;", "&", "<", ">", "<![CDATA[", "]]>", "<!--",
            "-->", "\"", "=", "<say-as interpret-as=\"date\">", "</say-as>"]), 0..40)) {
        let document = format!("<speak>{}", parts.concat());
        if let Ok(items) = parse(&document) {
            prop_assert!(items.len() <= 2 * parts.len() + 2);
        }
    }
}
