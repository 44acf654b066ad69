//! What people say to a house of three hundred things, in four languages: each sentence with the services that must be
//! called (sentences/sentences.txt and spoken.txt, which a person can extend), sentences that are no command, and how long it takes.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{sentences::sentence_file, spoken::all};
use std::time::Instant;

/// Language, room, words, outcome.
fn lines(text: &str) -> Vec<(&str, &str, &str, &str)> {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let fields = lines.map(|line| {
        let mut fields = line.splitn(4, '|').map(str::trim);
        let mut next = || fields.next().unwrap_or_else(|| panic!("{line}: four fields"));
        (next(), next(), next(), next())
    });
    fields.collect()
}

#[test]
fn sentences_become_the_calls_that_are_meant() {
    let spoken = all();
    assert!(
        spoken["en"].house.registry.entities.len() >= 300,
        "{}",
        spoken["en"].house.registry.entities.len()
    );
    let text = sentence_file("sentences.txt") + &sentence_file("spoken.txt");
    let (mut wrong, mut commands, mut none) = (Vec::new(), 0, 0);
    for (language, room, words, wanted) in lines(&text) {
        let got = spoken[language].outcome(room, words);
        if wanted == "-" {
            none += 1;
        } else {
            commands += 1;
        }
        if !spoken[language].is(&got, wanted) {
            wrong.push(format!("{language} | {room} | {words} | {got}\n    wanted {wanted}"));
        }
    }
    println!(
        "{commands} commands and {none} sentences that are none, {} wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(
        commands >= 300 && none >= 100,
        "{commands} commands, {none} that are none"
    );
}

#[test]
fn matching_in_a_house_of_three_hundred_things() {
    let spoken = all();
    let text = sentence_file("sentences.txt") + &sentence_file("spoken.txt");
    for (language, known) in &spoken {
        // The quickest of five: other programs on a busy machine do not count.
        let sentences = lines(&text).into_iter().filter(|(of, ..)| of == language);
        let mut took: Vec<f64> = sentences
            .map(|(_, room, words, _)| {
                let tries = (0..5).map(|_| {
                    let began = Instant::now();
                    let _ = known.understood(room, words, &[]);
                    began.elapsed().as_secs_f64() * 1000.0
                });
                tries.fold(f64::INFINITY, f64::min)
            })
            .collect();
        took.sort_by(f64::total_cmp);
        let at = |part: usize| took[(took.len() * part / 100).min(took.len() - 1)];
        let load = std::fs::read_to_string("/proc/loadavg").unwrap();
        println!(
            "{language}: {} sentences among {} names: p50 {:.2} ms, p99 {:.2} ms (goal 10; load {})",
            took.len(),
            known.names["name"].len(),
            at(50),
            at(99),
            load.split(' ').next().unwrap_or_default()
        );
    }
}
