//! kill -9 at random points of a stream of writes: everything acknowledged is in the file, nothing deleted returns,
//! and the file opens. The child says each finished write on its standard output; that line is the acknowledgement.
#![allow(clippy::unwrap_used)]

use rosie_core::{
    Language,
    store::{TimerRecord, TimerState, TimerStore},
};
use rosie_memory::Store;
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

const ROUNDS: u64 = 20;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--write") {
        write_for_ever(Path::new(&arguments.next().unwrap()));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64;
    println!("power_cut: {ROUNDS} rounds, seed {seed}");
    let mut stored = BTreeSet::new();
    let mut writes = 0;
    for round in 0..ROUNDS {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let said = killed_after(folder.path(), Duration::from_millis((seed >> 33) % 100));
        writes += said.lines().count();
        stored = verify(folder.path(), stored, &said, round);
    }
    assert!(
        writes as u64 >= ROUNDS,
        "the child wrote almost nothing ({writes}): the test proves nothing"
    );
    println!("power_cut: ok, {writes} acknowledged writes");
}

/// Puts timer after timer, deletes every third one, and says so after each.
fn write_for_ever(folder: &Path) -> ! {
    let store = Store::open(folder).unwrap();
    let first = store.load_timers().unwrap().last().map_or(1, |t| t.id + 1);
    for id in first.. {
        store.put_timer(&timer(id)).unwrap();
        say(&format!("+{id}"));
        if id % 3 == 0 {
            store.delete_timer(id - 1).unwrap();
            say(&format!("-{}", id - 1));
        }
    }
    unreachable!()
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn timer(id: u64) -> TimerRecord {
    TimerRecord {
        id,
        name: Some("x".repeat(id as usize % 500)),
        endpoint: "e".into(),
        room: "r".into(),
        language: Language::default(),
        duration_ms: id,
        state: TimerState::Running { rings_at_unix_ms: id },
        ring: Default::default(),
    }
}

fn killed_after(folder: &Path, wait: Duration) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg("--write")
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // From its first acknowledgement on, so that a slow machine's start does not eat the time.
    let mut out = child.stdout.take().unwrap();
    let mut first = [0];
    out.read_exact(&mut first).unwrap();
    std::thread::sleep(wait);
    child.kill().unwrap();
    let mut said = String::from_utf8_lossy(&first).into_owned();
    out.read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    said
}

/// The file against what was acknowledged; the write in flight may be there or not.
fn verify(folder: &Path, mut expected: BTreeSet<u64>, said: &str, round: u64) -> BTreeSet<u64> {
    let mut last = expected.last().copied().unwrap_or(0);
    for line in said.lines() {
        let id: u64 = line[1..].parse().unwrap();
        if line.starts_with('+') {
            expected.insert(id);
            last = id;
        } else {
            expected.remove(&id);
        }
    }
    let records = Store::open(folder).unwrap().load_timers().unwrap();
    let found: BTreeSet<u64> = records.iter().map(|t| t.id).collect();
    let lost: Vec<_> = expected
        .difference(&found)
        .filter(|&&id| !(last % 3 == 0 && id == last - 1))
        .collect();
    assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
    let risen: Vec<_> = found.difference(&expected).filter(|&&id| id != last + 1).collect();
    assert!(risen.is_empty(), "round {round}: deleted and risen: {risen:?}");
    assert!(
        records.iter().all(|t| *t == timer(t.id)),
        "round {round}: a record changed"
    );
    found
}
