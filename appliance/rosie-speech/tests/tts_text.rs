//! Cleaning of text, and finding sentences while it is still being written.

use proptest::prelude::*;
use rosie_core::Language;
use rosie_speech::tts::SentenceSplitter;
use rosie_speech::tts::text::{clauses, clean, split};

fn english(text: &str) -> Vec<String> {
    split(text, &Language::new("en"))
}

#[test]
fn sentences_end_where_a_person_would_stop() {
    let cases: &[&[&str]] = &[
        &["Hello there.", "How are you?", "Fine!"],
        &["Dr. Smith lives on 5th Ave. near St. John."],
        &["It costs $3.50.", "That is cheap."],
        &["Visit example.com.", "It is free."],
        &["I like fruit, e.g. apples, etc. and more.", "Yes."],
        &["He left at 5 p.m. yesterday."],
        &["He left at 5 p.m.", "She stayed."],
        &["The U.S. Army and J. R. R. Tolkien."],
        &["Wait... what?", "Really?!", "Yes."],
        &["Well... The end."],
        &["\"Stop!\"", "He ran."],
        &["(Really.)", "Yes."],
        &["Version 1.2.3 is out.", "Get it at http://example.com/a.b."],
        &["It is 21.5 degrees.", "Nice."],
        &["Mr. and Mrs. Jones vs. the world.", "No. 5 is alive."],
        &["Who? Me?"],
        &["你好。", "再见！"],
    ];
    for sentences in cases {
        let text = sentences.join(" ");
        let found = english(&text);
        if *sentences == ["Who? Me?"] {
            assert_eq!(found, ["Who?", "Me?"]);
        } else if *sentences == ["Well... The end."] {
            assert_eq!(found, ["Well...", "The end."]);
        } else {
            assert_eq!(found, *sentences, "{text}");
        }
    }
}

#[test]
fn german_ordinals_do_not_end_a_sentence() {
    let german = Language::new("de");
    assert_eq!(
        split("Am 3. Mai ist z.B. frei. Gut.", &german),
        ["Am 3. Mai ist z.B. frei.", "Gut."]
    );
}

#[test]
fn lists_and_paragraphs_are_sentences() {
    let text = "Here is the list:\n1. Milk\n2. Eggs\n\nThat is all";
    assert_eq!(
        english(text),
        ["Here is the list:", "1. Milk", "2. Eggs", "That is all"]
    );
    assert_eq!(english("- one\n- two"), ["- one", "- two"]);
    assert_eq!(english("a line\nthat goes on. Yes"), ["a line\nthat goes on.", "Yes"]);
}

#[test]
fn a_sentence_is_given_out_with_the_space_after_it() {
    let mut splitter = SentenceSplitter::new(&Language::new("en"));
    assert!(splitter.push("The lights are").is_empty());
    assert!(splitter.push(" on.").is_empty(), "it may become a number or an address");
    assert_eq!(splitter.push(" "), ["The lights are on."]);
    assert!(splitter.push("Anything").is_empty());
    assert_eq!(splitter.finish().as_deref(), Some("Anything"));
    assert_eq!(splitter.finish(), None);
}

#[test]
fn a_long_first_sentence_begins_with_a_clause() {
    let text = "When you come home in the evening after a long day, I will have turned on the heating, the lights and \
                the oven for you.";
    let mut splitter = SentenceSplitter::new(&Language::new("en"));
    let mut pieces: Vec<String> = text.split_inclusive(' ').flat_map(|word| splitter.push(word)).collect();
    assert_eq!(pieces, ["When you come home in the evening after a long day,"]);
    pieces.extend(splitter.finish());
    assert_eq!(pieces.join(" "), text);
    assert_eq!(
        english(text).len(),
        1,
        "a text that is complete is cut at sentences only"
    );
}

#[test]
fn an_endless_sentence_is_cut() {
    let pieces = english(&"word ".repeat(1_000));
    assert!(pieces.len() > 5 && pieces.iter().all(|p| p.chars().count() <= 400));
    assert!(english(&"x".repeat(5_000)).iter().all(|p| p.len() <= 400));
    assert_eq!(
        clauses("one, two, three, four, five", 12),
        ["one, two,", "three, four,", "five"]
    );
}

#[test]
fn markup_and_emoji_are_not_read() {
    let cases = [
        ("**Bold** and *soft* and `code`", "Bold and soft and code"),
        ("# Title\nText", "Title.\nText"),
        ("See [the docs](https://example.com/x) now", "See the docs now"),
        ("![A cat](cat.png)", "A cat"),
        ("- one\n- two", "one.\n\ntwo."),
        ("> quoted", "quoted"),
        ("```rust\nlet x\n```", "let x"),
        ("a\n---\nb", "a\nb"),
        ("Done ✅ 🎉!", "Done !"),
        ("🏳️‍🌈 flag", "flag"),
        ("3 * 4", "3 * 4"),
        ("snake_case stays", "snake_case stays"),
        ("_soft_ words", "soft words"),
        ("a\u{0}b\u{7}\u{200b}c\u{202e}d", "abcd"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b.\n\n1, 2."),
        ("21 °C", "21 °C"),
    ];
    for (text, words) in cases {
        let squeeze = |t: &str| t.replace(".\n\n", ".\n");
        assert_eq!(squeeze(&clean(text)), squeeze(words), "{text:?}");
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_or_added(text in "[a-zA-Z0-9 .,!?:\n…。-]{0,400}", sizes in prop::collection::vec(1usize..9, 0..80)) {
        let mut splitter = SentenceSplitter::new(&Language::new("en"));
        let chars: Vec<char> = text.chars().collect();
        let (mut at, mut pieces) = (0usize, Vec::new());
        for size in sizes.into_iter().chain([usize::MAX]) {
            let end = at.saturating_add(size).min(chars.len());
            pieces.extend(splitter.push(&chars[at..end].iter().collect::<String>()));
            at = end;
        }
        pieces.extend(splitter.finish());
        let bare = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(bare(&pieces.concat()), bare(&text));
        prop_assert!(pieces.iter().all(|p| !p.trim().is_empty()));
    }

    #[test]
    fn how_the_text_arrives_does_not_matter(text in "[A-Za-z .!?]{0,200}") {
        let language = Language::new("en");
        let mut splitter = SentenceSplitter::new(&language);
        let mut one_by_one: Vec<String> = text.chars().flat_map(|c| splitter.push(&c.to_string())).collect();
        one_by_one.extend(splitter.finish());
        let mut splitter = SentenceSplitter::new(&language);
        let mut at_once = splitter.push(&text);
        at_once.extend(splitter.finish());
        prop_assert_eq!(one_by_one, at_once);
    }

    #[test]
    fn any_text_can_be_cleaned(text in any::<String>()) {
        let cleaned = clean(&text);
        prop_assert!(cleaned.len() <= 3 * text.len() + 8);
        prop_assert!(cleaned.chars().all(|c| c == '\n' || !c.is_control()));
    }
}
