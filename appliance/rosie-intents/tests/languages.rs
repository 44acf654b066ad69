//! Every language of `home-assistant-intents` compiles, and something of each matches.

#![allow(clippy::unwrap_used)]

mod common;

use common::{data, data_folder, written};
use rosie_core::{KnownName, KnownNames, Language};
use rosie_intents::{MatchContext, Matcher};

#[test]
fn all_languages_compile() {
    let mut count = 0;
    for entry in std::fs::read_dir(data_folder()).unwrap() {
        let path = entry.unwrap().path();
        let tag = path.file_stem().unwrap().to_string_lossy().into_owned();
        let json = std::fs::read_to_string(&path).unwrap();
        let matcher = Matcher::standard(&Language::new(&tag), Some(&json), &[]);
        let matcher = matcher.unwrap_or_else(|e| panic!("{tag}: {e}"));
        assert!(matcher.size().0 > 5, "{tag} has too few sentences");
        count += 1;
    }
    assert!(count >= 65, "only {count} languages in {}", data_folder().display());
}

#[test]
fn other_scripts_match() {
    let name = |spoken: &str, value: &str, domain: &str| KnownName {
        spoken: spoken.into(),
        value: value.into(),
        context: [("domain".to_owned(), domain.to_owned())].into(),
    };
    let check = |tag: &str, area: &str, text: &str, want: &str| {
        let matcher = Matcher::standard(&Language::new(tag), Some(&data(tag)), &[]).unwrap();
        let area = KnownName {
            spoken: area.into(),
            value: "kitchen".into(),
            context: Default::default(),
        };
        let names = KnownNames::from([
            ("area".to_owned(), vec![area]),
            ("name".to_owned(), vec![name("TV", "tv", "switch")]),
        ]);
        let got = matcher.match_text(text, &names, &MatchContext::default());
        assert_eq!(written(got.as_ref()), want, "{tag}: {text}");
    };
    check(
        "nl",
        "keuken",
        "Doe het licht in de keuken aan.",
        "HassTurnOn | area=kitchen; domain=light",
    );
    check(
        "it",
        "cucina",
        "Accendi le luci in cucina.",
        "HassTurnOn | area=kitchen; domain=light",
    );
    check(
        "ru",
        "кухня",
        "Включи свет кухня",
        "HassTurnOn | area=kitchen; domain=light",
    );
    check(
        "zh-CN",
        "厨房",
        "打开厨房的灯",
        "HassTurnOn | area=kitchen; domain=light",
    );
}
