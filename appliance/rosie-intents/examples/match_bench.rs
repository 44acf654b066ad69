//! How long matching takes: p50 and p99 with a house of 300 names.
//! `cargo run --release -p rosie-intents --example match_bench -- en [SENTENCES.txt]`
//! The best run of a text is what the work costs, without what other programs on the machine cost.

use rosie_core::{KnownName, KnownNames, Language};
use rosie_intents::{MatchContext, Matcher};
use std::path::PathBuf;
use std::time::{Duration, Instant};

const TEXTS: [&str; 18] = [
    "turn on the kitchen light 7",
    "Turn on the lights in the living room, please.",
    "set the bedroom heater 12 to 21 degrees",
    "set a timer for one hour, twenty-five minutes and ten seconds",
    "set a 10-minute timer for the pasta and the sauce in the big pot",
    "add five minutes to my pizza timer",
    "what is twelve times seven plus three hundred and forty-five",
    "how many cups are in two and a half litres",
    "is the garage door 3 open",
    "what time is it",
    // Near misses and other talk.
    "turn on the kitchen light that I bought last week in the shop around the corner",
    "set a timer for the time it takes to boil an egg in the mountains",
    "what is the capital of France and how many people live there today",
    "could you please tell me a story about a dragon who could not find his way home",
    "turn on turn on turn on the the the light light light on on on in in in",
    "can you explain to me how the weather in the kitchen of my grandmother changes over the year",
    "add milk and eggs and butter and bread and cheese and a bottle of wine to the list of all lists",
    "play the song that goes la la la la la la la la la la la la in a room with a view on the sea",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let language = Language::new(&std::env::args().nth(1).unwrap_or_else(|| "en".into()));
    let json = std::fs::read_to_string(models().join(format!("home-assistant-intents/data/{language}.json")))?;
    let started = Instant::now();
    let matcher = Matcher::standard(&language, Some(&json), &[])?;
    let (sentences, parts) = matcher.size();
    println!(
        "{language}: {sentences} sentences of {parts} parts compiled in {:?}",
        started.elapsed()
    );
    let house = house();
    let started = Instant::now();
    let names = matcher.prepare_names(&house);
    println!(
        "{} names prepared in {:?}",
        house.values().map(Vec::len).sum::<usize>(),
        started.elapsed()
    );
    let file = std::env::args().nth(2).map(std::fs::read_to_string).transpose()?;
    let own = TEXTS.join("\n");
    let texts: Vec<&str> = file.as_deref().unwrap_or(&own).lines().collect();
    let strict = MatchContext::in_area("area_3");
    let loose = MatchContext::default().with_unresolved_names();
    for (label, context) in [("known names", &strict), ("any names", &loose)] {
        measure(label, &texts, |text| {
            matcher
                .match_prepared(text, &names, context)
                .map_or("–".into(), |i| i.name)
        });
    }
    // As the dialog asks: templates, loose sentences, several commands, and names that no list knows.
    let all = strict.clone().with_unresolved_names();
    measure("understood", &texts, |text| {
        let understood = matcher.understand(text, &house, &all, &[]);
        understood.map_or("–".into(), |all| {
            all.intents
                .iter()
                .map(|i| i.name.as_str())
                .collect::<Vec<_>>()
                .join("+")
        })
    });
    measure("completeness", &texts, |text| {
        format!("{:?}", matcher.completeness_among(text, &house, &strict))
    });
    Ok(())
}

/// Runs each text ten times and prints it with its quickest run (few texts), then the quantiles over all.
fn measure(label: &str, texts: &[&str], run: impl Fn(&str) -> String) {
    let (mut best, mut all) = (vec![], vec![]);
    for text in texts {
        let mut outcome = String::new();
        let mut times: Vec<Duration> = (0..10)
            .map(|_| {
                let started = Instant::now();
                outcome = run(text);
                started.elapsed()
            })
            .collect();
        times.sort();
        if texts.len() <= TEXTS.len() {
            println!("{:>9.3?}  {outcome:<28} {text}", times[0]);
        }
        best.push(times[0]);
        all.extend(times);
    }
    for (of, mut times) in [("best run of each text", best), ("all runs", all)] {
        times.sort();
        let (half, most, last) = (at(&times, 0.5), at(&times, 0.99), at(&times, 1.0));
        println!("{label}, {of}: p50 {half:.3?}, p99 {most:.3?}, max {last:.3?}");
    }
}

fn at(sorted: &[Duration], quantile: f64) -> Duration {
    sorted[((sorted.len() - 1) as f64 * quantile) as usize]
}

/// 300 names of entities in 20 areas and 3 floors.
fn house() -> KnownNames {
    let rooms = [
        "kitchen",
        "living room",
        "bedroom",
        "bathroom",
        "office",
        "hallway",
        "garage",
        "garden",
    ];
    let kinds = [
        ("light", "light"),
        ("lamp", "light"),
        ("heater", "climate"),
        ("fan", "fan"),
        ("door", "cover"),
    ];
    let name = |spoken: String, value: String, context: &[(&str, &str)]| KnownName {
        spoken,
        value,
        context: context
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
    };
    let entities = (0..300).map(|i| {
        let (kind, domain) = kinds[i % kinds.len()];
        let spoken = format!("{} {kind} {}", rooms[i % rooms.len()], i / 4);
        name(spoken, format!("{domain}.entity_{i}"), &[("domain", domain)])
    });
    let areas = (0..20).map(|i| {
        name(
            format!("{} {}", rooms[i % rooms.len()], i / 8),
            format!("area_{i}"),
            &[],
        )
    });
    let floors = ["ground", "first", "second"].map(|f| name(f.to_owned(), f.to_owned(), &[]));
    KnownNames::from([
        ("name".to_owned(), entities.collect()),
        ("area".to_owned(), areas.collect()),
        ("floor".to_owned(), floors.to_vec()),
    ])
}

fn models() -> PathBuf {
    let cache = || std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    let default = || cache().unwrap_or_else(home).join("rosie/models");
    std::env::var_os("ROSIE_MODELS").map_or_else(default, PathBuf::from)
}
