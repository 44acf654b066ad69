//! Measures sentences that are in no test: `cargo run --release -p rosie-e2e --example measure_sentences -- FILE… [--all] [--templates-only]`.
//! `--runs` shows which part of a sentence that was not understood would have been: whether the words or the cutting is at fault.
//! What would be asked about before it is done is counted by itself; of what wants nothing done it is right.
//! Lines are `category | language | room | words | outcome`, the outcome as in sentences/sentences.txt; `any` is anything.
#![allow(clippy::unwrap_used)]

use rosie_e2e::spoken::all;
use rosie_intents::Meant;
use std::collections::BTreeMap;

fn main() {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let mut spoken = all();
    let runs = flags.iter().any(|flag| flag == "--runs");
    let templates_only = flags.iter().any(|flag| flag == "--templates-only");
    spoken.values_mut().for_each(|one| one.templates_only = templates_only);
    // For comparing with another matcher: the names of the house, and what is understood of the lines of standard input.
    if let Some(language) = flags.iter().find_map(|flag| flag.strip_prefix("--names=")) {
        println!("{}", serde_json::to_string(&spoken[language].names).unwrap());
        return;
    }
    if let Some(language) = flags.iter().find_map(|flag| flag.strip_prefix("--understand=")) {
        for line in std::io::stdin().lines() {
            let intents = spoken[language].understood("office", &line.unwrap(), &[]);
            println!("{}", serde_json::to_string(&intents).unwrap());
        }
        return;
    }
    let mut counts: BTreeMap<(String, String), (usize, usize, usize)> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
            let fields: Vec<&str> = line.splitn(5, '|').map(str::trim).collect();
            let [category, language, room, words, wanted] = fields[..] else {
                panic!("{line}: five fields")
            };
            let meant = match words.contains(">>") {
                true => Meant::Command,
                false => spoken[language].meant(room, words),
            };
            let outcome = || spoken[language].outcome(room, words);
            let got = match meant {
                Meant::Talk => "-".to_owned(),
                Meant::Doubtful | Meant::Command => outcome(),
            };
            let asked = meant == Meant::Doubtful;
            let right = wanted == "any" || (asked && wanted == "-") || spoken[language].is(&got, wanted);
            let count = counts.entry((category.to_owned(), language.to_owned())).or_default();
            count.0 += usize::from(right);
            count.1 += usize::from(right && asked && wanted != "-");
            count.2 += 1;
            if !right || flags.iter().any(|f| f == "--all") {
                let mark = match (right, asked) {
                    (true, false) => "  ",
                    (true, true) => "? ",
                    (false, _) => "✗ ",
                };
                println!("{mark}{category} {language} | {room} | {words}\n      got    {got}\n      wanted {wanted}");
                // What was understood and then taken for talk is no fault of the words.
                if meant == Meant::Talk {
                    println!("      as talk {}", outcome());
                }
                if !right && runs {
                    let said: Vec<&str> = words.split_whitespace().collect();
                    let all = (0..said.len()).flat_map(|from| (from + 1..=said.len()).map(move |to| (from, to)));
                    let mut alone = all
                        .map(|(from, to)| said[from..to].join(" "))
                        .filter(|run| spoken[language].is(&spoken[language].outcome(room, run), wanted));
                    println!(
                        "      alone  {}",
                        alone.by_ref().take(3).collect::<Vec<_>>().join(" / ")
                    );
                }
            }
        }
    }
    for ((category, language), (right, asked, of)) in counts {
        println!(
            "{category:3} {language}: {right:3} of {of:3} ({:.1} %), {asked} asked about first",
            100.0 * right as f64 / of as f64
        );
    }
}
