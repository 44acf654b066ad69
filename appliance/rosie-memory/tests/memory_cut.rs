//! kill -9 at random points while four people talk at once, in every second round while the file is made anew over and
//! over: every exchange that was acknowledged is in the file, none that was forgotten returns, and the file opens. The child says each finished write on its standard output; that
//! line is the acknowledgement.
#![allow(clippy::unwrap_used)]

#[path = "memory/support.rs"]
#[allow(dead_code)]
mod support;

use rosie_core::memory::{Forget, Memory};
use rosie_memory::{RosieMemory, Store};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};
use support::{NOW, by, exchange, parts, wait};

const ROUNDS: u64 = 180;
const PEOPLE: u64 = 4;
/// Every so many exchanges the last one is forgotten.
const FORGET_EVERY: u64 = 5;

/// Who and the number of the exchange.
type Said = BTreeMap<u64, BTreeSet<u64>>;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if let Some(what) = arguments.next().filter(|what| what.starts_with("--")) {
        talk_for_ever(Path::new(&arguments.next().unwrap()), what == "--rewrite");
    }
    let folder = tempfile::tempdir().unwrap();
    let mut seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64;
    println!("memory_cut: {ROUNDS} rounds, seed {seed}");
    let mut stored = Said::new();
    let mut writes = 0;
    for round in 0..ROUNDS {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let what = if round % 2 == 0 { "--write" } else { "--rewrite" };
        let said = killed_after(folder.path(), what, Duration::from_millis((seed >> 33) % 60));
        writes += said.lines().count() as u64;
        stored = verify(folder.path(), stored, &said, round);
    }
    assert!(
        writes >= ROUNDS,
        "the child wrote almost nothing ({writes}): the test proves nothing"
    );
    println!("memory_cut: ok, {writes} acknowledged writes");
}

fn memory(folder: &Path) -> RosieMemory {
    RosieMemory::start(parts(Store::open(folder).unwrap(), None)).unwrap()
}

fn stored(memory: &RosieMemory) -> Said {
    let numbers = |person: u64| {
        let history = memory.history(&person.to_string().as_str().into(), usize::MAX).unwrap();
        history
            .iter()
            .filter_map(|(_, text)| text.strip_prefix('#')?.parse().ok())
            .collect()
    };
    (0..PEOPLE).map(|person| (person, numbers(person))).collect()
}

fn talk_for_ever(folder: &Path, rewriting: bool) -> ! {
    let memory = memory(folder);
    let before = stored(&memory);
    std::thread::scope(|scope| {
        if rewriting {
            // Each forgetting makes another round due.
            scope.spawn(|| {
                loop {
                    memory.tidy().unwrap();
                }
            });
        }
        for person in 0..PEOPLE {
            // The numbers go on; a forgotten one may be used again.
            let first = before[&person].last().map_or(0, |last| last + 1);
            let memory = &memory;
            scope.spawn(move || talk(memory, person, first));
        }
    });
    unreachable!()
}

fn talk(memory: &RosieMemory, person: u64, first: u64) {
    let conversation = person.to_string();
    for number in first.. {
        let said = exchange(
            &format!("#{number}"),
            &"answer ".repeat(number as usize % 40),
            NOW + number,
        );
        wait(memory.record(by(said, "", "kitchen", &conversation))).unwrap();
        say(&format!("+{person} {number}"));
        if number % FORGET_EVERY == 0 {
            let last = Forget::Last {
                conversation: conversation.as_str().into(),
            };
            wait(memory.forget(last)).unwrap();
            say(&format!("-{person} {number}"));
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn killed_after(folder: &Path, what: &str, pause: Duration) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(what)
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // From its first acknowledgement on, so that a slow machine's start does not eat the time.
    let mut out = child.stdout.take().unwrap();
    let mut first = [0];
    out.read_exact(&mut first).unwrap();
    std::thread::sleep(pause);
    child.kill().unwrap();
    let mut said = String::from_utf8_lossy(&first).into_owned();
    out.read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    said
}

/// The file against what was acknowledged; each person's write in flight may be there or not.
fn verify(folder: &Path, mut expected: Said, said: &str, round: u64) -> Said {
    let mut last: BTreeMap<u64, (bool, u64)> = BTreeMap::new();
    // A line that was cut off by the kill was not said.
    let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
    for line in whole.lines() {
        let (person, number) = line[1..].split_once(' ').unwrap();
        let (person, number): (u64, u64) = (person.parse().unwrap(), number.parse().unwrap());
        let numbers = expected.entry(person).or_default();
        if line.starts_with('+') {
            numbers.insert(number);
        } else {
            numbers.remove(&number);
        }
        last.insert(person, (line.starts_with('+'), number));
    }
    let memory = memory(folder);
    let found = stored(&memory);
    memory.end();
    for left in ["rosie.redb.new", "rosie.redb.old"] {
        assert!(!folder.join(left).exists(), "round {round}: {left} lies around");
    }
    for person in 0..PEOPLE {
        let (empty, last) = (BTreeSet::new(), last.get(&person));
        let (expected, found) = (expected.get(&person).unwrap_or(&empty), &found[&person]);
        let lost: Vec<_> = expected
            .difference(found)
            .filter(|&&n| !(n % FORGET_EVERY == 0 && last == Some(&(true, n))))
            .collect();
        assert!(
            lost.is_empty(),
            "round {round}, person {person}: acknowledged and lost: {lost:?}"
        );
        let risen: Vec<_> = found.difference(expected).collect();
        let in_flight = |n: u64| last.is_none_or(|(_, before)| n == before + 1);
        assert!(
            risen.is_empty() || (risen.len() == 1 && in_flight(*risen[0])),
            "round {round}, person {person}: forgotten and risen: {risen:?}"
        );
    }
    found
}
