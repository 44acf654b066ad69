//! Reads sentences from standard input and prints what they mean, one JSON object a line.
//! `cargo run --release -p rosie-intents --example match_lines -- en [names.json] [area] [--unresolved] [--data-only] [--own=FILE] [--all] [--completeness] [--understood]`

use rosie_core::{KnownNames, Language};
use rosie_intents::{MatchContext, Matcher};
use std::io::{BufRead, Write};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let language = Language::new(words.first().map_or("en", String::as_str));
    let json = std::fs::read_to_string(models().join(format!("home-assistant-intents/data/{language}.json")))?;
    let matcher = if flags.iter().any(|f| f == "--data-only") {
        Matcher::builder(&language).add_data_json(&json)?.build()?
    } else if let Some(file) = flags.iter().find_map(|f| f.strip_prefix("--own=")) {
        // Templates from a file instead of those in the binary: for trying changes to them.
        let builder = Matcher::builder(&language)
            .without_intent("HassRespond")
            .add_data_json(&json)?;
        builder
            .add_templates_yaml(file, &std::fs::read_to_string(file)?)?
            .build()?
    } else {
        Matcher::standard(&language, Some(&json), &[])?
    };
    let names: KnownNames = match words.get(1) {
        Some(file) => serde_json::from_str(&std::fs::read_to_string(file)?)?,
        None => KnownNames::new(),
    };
    let mut context = words
        .get(2)
        .map_or_else(MatchContext::default, |area| MatchContext::in_area(area));
    context.unresolved_names = flags.iter().any(|f| f == "--unresolved");
    let all = flags.iter().any(|f| f == "--all");
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if all {
            let readings = matcher.match_all(&line, &names, &context);
            writeln!(out, "{}", serde_json::to_string(&readings)?)?;
        } else if flags.iter().any(|f| f == "--understood") {
            let all = matcher.understand(&line, &names, &context, &[]).unwrap_or_default();
            let one = |i: &rosie_core::Intent| {
                let slots = i.slots.iter().map(|(key, slot)| format!("{key}={}", slot.value));
                format!("{} {}", i.name, slots.collect::<Vec<_>>().join(" "))
            };
            let all: Vec<String> = all.intents.iter().map(one).collect();
            writeln!(out, "{line}\t{}", all.join("; "))?;
        } else if flags.iter().any(|f| f == "--completeness") {
            writeln!(out, "{:?}\t{line}", matcher.completeness_among(&line, &names, &context))?;
        } else {
            let intent = matcher.match_text(&line, &names, &context);
            writeln!(out, "{}", serde_json::to_string(&intent)?)?;
        }
    }
    Ok(())
}

fn models() -> PathBuf {
    let cache = || std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    let default = || cache().unwrap_or_else(home).join("rosie/models");
    std::env::var_os("ROSIE_MODELS").map_or_else(default, PathBuf::from)
}
