//! Manifests, good and hostile.

use rosie_hub::plugins::{Manifest, Place};

const GOOD: &str = r#"
name: bin_days
version: "1.0"
description: Which bin goes out when.
command: [python3, server.py]
permissions:
  network: false
  rooms: [kitchen]
  reads: [next_bin]
  dangerous: [empty_all]
lists:
  bin:
    en: [paper, { say: rubbish, means: rest }]
    de: [Papier, { say: Restmüll, means: rest }]
  days: { from: 1, to: 14 }
  note: any
intents:
  - tool: next_bin
    sentences:
      en: ["when is the {bin} [bin] (collected|emptied)"]
      de: ["wann wird {bin} abgeholt"]
    arguments: { spoken: en }
  - tool: empty_all
    sentences: { en: ["empty all bins in {days:in_days} days"] }
    question: { en: "Shall I empty all bins?" }
"#;

#[test]
fn a_good_one() {
    let manifest = Manifest::parse(GOOD).unwrap();
    assert_eq!(
        manifest.place,
        Place::Command(vec!["python3".into(), "server.py".into()])
    );
    let sentences = manifest.sentences();
    assert_eq!(
        sentences
            .iter()
            .map(|(language, _)| language.as_str())
            .collect::<Vec<_>>(),
        ["de", "en"]
    );
    let english: serde_json::Value = serde_json::from_str(&sentences[1].1).unwrap();
    let block = &english["intents"]["bin_days__next_bin"]["data"][0];
    assert_eq!(
        block["sentences"][0],
        "when is the {bin_days_bin:bin} [bin] (collected|emptied)"
    );
    assert_eq!(block["slots"]["spoken"], "en");
    assert_eq!(english["lists"]["bin_days_bin"]["values"][1]["out"], "rest");
    assert_eq!(english["lists"]["bin_days_days"]["range"]["to"], 14);
    assert!(
        english["lists"].get("bin").is_none(),
        "no list of the house can be hidden"
    );
}

/// Each with a word of what its mistake says.
const BAD: &[(&str, &str, &str)] = &[
    ("name: bin_days", "name: ../../etc", "small letters"),
    ("name: bin_days", "name: a__b", "single _"),
    ("name: bin_days", "name: [a, b]", ""),
    ("version: \"1.0\"", "version: \"\"", "version"),
    ("command: [python3, server.py]", "command: []", "list of a program"),
    ("command: [python3, server.py]", "command: python3 server.py", ""),
    (
        "command: [python3, server.py]",
        "url: http://nas.local/mcp",
        "needs the network",
    ),
    (
        "command: [python3, server.py]",
        "url: file:///etc/passwd",
        "address like",
    ),
    (
        "command: [python3, server.py]",
        "url: \"http://me:pw@nas.local/mcp\"",
        "without a name",
    ),
    ("command: [python3, server.py]", "shell: rm -rf /", "unknown field"),
    ("reads: [next_bin]", "reads: [empty_all]", "leave it in one"),
    ("reads: [next_bin]", "reads: [\"a b\"]", "cannot be a tool"),
    ("rooms: [kitchen]", "rooms: []", "leave it out"),
    ("{bin} [bin]", "{name}", "in no list of this plugin"),
    ("{bin} [bin]", "{bin:x} {area}", "in no list of this plugin"),
    (
        "days: { from: 1, to: 14 }",
        "days: { from: 9, to: 1 }",
        "smaller number",
    ),
    ("note: any", "note: []", "plain words"),
    ("note: any", "note: [\"(a|b)\"]", "plain words"),
    ("wann wird {bin} abgeholt", "(a;b;c;d;e;f;g;h)", "write two"),
    (
        "arguments: { spoken: en }",
        "arguments: { spoken: [1] }",
        "texts and numbers",
    ),
    (
        "description: Which bin goes out when.",
        "description: \"a\\nb\"",
        "one line",
    ),
];

#[test]
fn bad_ones_are_refused_with_what_would_be_right() {
    for (good, bad, word) in BAD {
        let text = GOOD.replacen(good, bad, 1);
        assert_ne!(text, GOOD, "{good}");
        let error = Manifest::parse(&text).expect_err(bad).to_string();
        assert!(error.contains(word) && error.len() < 1500, "{bad}: {error}");
    }
    let both = GOOD
        .replacen("name: bin_days", "name: X", 1)
        .replacen("rooms: [kitchen]", "rooms: []", 1);
    assert_eq!(
        Manifest::parse(&both).unwrap_err().mistakes.len(),
        2,
        "all mistakes at once"
    );
}

#[test]
fn hostile_files_cost_little() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let alias = format!("*a{}, ", n - 1).repeat(9);
        bomb.push_str(&format!("a{n}: &a{n} [{alias}]\n"));
    }
    let began = std::time::Instant::now();
    for text in [
        bomb.as_str(),
        "",
        "[]",
        "{",
        "\u{0}",
        "name: !!binary x",
        &"x".repeat(200_000),
        &"[".repeat(60_000),
    ] {
        let error = Manifest::parse(text).unwrap_err().to_string();
        assert!(error.len() < 1000, "{error}");
    }
    let many = GOOD.to_owned() + &"  - { tool: t, sentences: { en: [a b c] } }\n".repeat(60);
    assert!(
        Manifest::parse(&many)
            .unwrap_err()
            .to_string()
            .contains("keep the ones that matter")
    );
    assert!(
        began.elapsed() < std::time::Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}
