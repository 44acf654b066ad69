//! How long matching takes: p50 and p99 with a house of 300 names.
//! `cargo run --release -p rosie-intents --example match_bench -- en`

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
    let strict = MatchContext::in_area("area_3");
    let loose = MatchContext::default().with_unresolved_names();
    for (label, context) in [("known names", &strict), ("any names", &loose)] {
        let mut times = vec![];
        for text in TEXTS {
            let mut worst = vec![];
            for _ in 0..60 {
                let started = Instant::now();
                let intent = matcher.match_prepared(text, &names, context);
                worst.push(started.elapsed());
                std::hint::black_box(intent);
            }
            worst.sort();
            let intent = matcher
                .match_prepared(text, &names, context)
                .map_or("–".into(), |i| i.name);
            println!(
                "{:>9.3?} {:>9.3?}  {intent:<28} {text}",
                at(&worst, 0.5),
                at(&worst, 0.99)
            );
            times.extend(worst);
        }
        times.sort();
        println!(
            "{label}: p50 {:.3?}, p99 {:.3?}, max {:.3?}",
            at(&times, 0.5),
            at(&times, 0.99),
            at(&times, 1.0)
        );
    }
    let mut times: Vec<Duration> = vec![];
    for text in TEXTS {
        for _ in 0..20 {
            let started = Instant::now();
            std::hint::black_box(matcher.completeness_among(text, &house, &strict));
            times.push(started.elapsed());
        }
    }
    times.sort();
    println!(
        "completeness: p50 {:.3?}, p99 {:.3?}",
        at(&times, 0.5),
        at(&times, 0.99)
    );
    Ok(())
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
