//! The file is made anew after deletions while people go on talking: nobody waits for it, nothing is lost, and what was
//! deleted is in no file any more, neither its text nor its vector.

use crate::support::*;
use rosie_core::memory::{Memory, MemoryAdmin, MemoryFilter, MemoryQuery, MemoryRecord, MemoryStats};
use rosie_memory::{FILE_NAME, RosieMemory, Store, seam::Embedder};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::channel,
    },
    time::Duration,
};
use tempfile::tempdir;

const SAID: u64 = 3000;

fn secret(number: u64) -> String {
    format!("The secret number {number} is xyzzy{number:05}.")
}

fn say(memory: &RosieMemory, number: u64, conversation: &str) {
    let said = exchange(&secret(number), "Hush.", NOW + 10 * number);
    wait(memory.record(by(said, "", "kitchen", conversation))).unwrap();
}

fn filled(folder: &Path) -> RosieMemory {
    let memory = memory(folder);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let memory = &memory;
            scope.spawn(move || {
                (0..SAID)
                    .filter(|n| n % 8 == thread)
                    .for_each(|n| say(memory, n, "long ago"))
            });
        }
    });
    memory.settle();
    memory
}

/// A cut between the second name of the old file and the new file in its place: the name is one of the file in use, and must not
/// be overwritten as an old file is.
#[test]
fn a_second_name_of_the_file_in_use_is_taken_away_and_nothing_else() {
    let folder = tempdir().unwrap();
    let file = folder.path().join(FILE_NAME);
    {
        let memory = memory(folder.path());
        say(&memory, 1, "long ago");
        memory.settle();
    }
    let second = file.with_extension("redb.old");
    std::fs::hard_link(&file, &second).unwrap();
    let memory = memory(folder.path());
    assert_eq!(memory.history(&"long ago".into(), 10).unwrap().len(), 2);
    assert!(!second.exists());
}

fn id_of(memory: &RosieMemory, number: u64) -> String {
    let filter = MemoryFilter {
        since_unix_ms: Some(NOW + 10 * number),
        until_unix_ms: Some(NOW + 10 * number + 1),
        all_users: true,
        ..MemoryFilter::default()
    };
    let found = wait(memory.query(MemoryQuery {
        filter,
        ..MemoryQuery::default()
    }))
    .unwrap();
    match &found[..] {
        [item] => match &item.record {
            MemoryRecord::Message(message) => message.id.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{} with number {number}", other.len()),
    }
}

/// Whether any file of the folder has these bytes.
fn somewhere(folder: &Path, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    files
        .map(|file| std::fs::read(file.path()).unwrap())
        .any(|all| all.windows(bytes.len()).any(|window| window == bytes))
}

/// The two planes of a text's vector, as they are stored.
fn planes(text: &str) -> [Vec<u8>; 2] {
    let vector = WordsEmbedder::new("words-1").embed(&[text]).unwrap().remove(0);
    let top = vector.iter().fold(0f32, |m, x| m.max(x.abs()));
    let levels: Vec<i32> = vector.iter().map(|x| (x * (32_512.0 / top)).round() as i32).collect();
    let coarse = |level: &i32| (level + 128) >> 8;
    [
        levels.iter().map(|level| coarse(level) as i8 as u8).collect(),
        levels
            .iter()
            .map(|level| (level - 256 * coarse(level)) as i8 as u8)
            .collect(),
    ]
}

#[test]
fn people_go_on_talking_while_what_was_deleted_leaves_the_file() {
    let folder = tempdir().unwrap();
    let memory = filled(folder.path());
    // Of a word of its own, so that its vector is like no other.
    let odd = "Quetzalcoatl dances Thursday.";
    wait(memory.record(by(exchange(odd, "Hush.", NOW - 5), "", "attic", "odd"))).unwrap();
    memory.settle();
    wait(memory.record(by(exchange("Turn on the light.", "Done.", NOW - 2), "", "attic", "x"))).unwrap();
    let [coarse, fine] = planes(odd);
    assert!(somewhere(folder.path(), &coarse) && somewhere(folder.path(), &fine));
    let mut gone: BTreeSet<u64> = (0..SAID).step_by(7).collect();
    let ids = gone.iter().map(|n| id_of(&memory, *n)).collect::<Vec<_>>();
    assert_eq!(wait(memory.delete(ids)).unwrap(), gone.len());
    let attic = MemoryFilter {
        rooms: vec!["attic".into()],
        ..MemoryFilter::default()
    };
    assert_eq!(wait(memory.clear(attic)).unwrap(), 4);

    let (done, next, reads) = (AtomicBool::new(false), AtomicU64::new(SAID), AtomicU64::new(0));
    let late = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    say(&memory, number, "meanwhile");
                    // Some are deleted again at once: they may have been copied already.
                    if number.is_multiple_of(5) {
                        wait(memory.delete(vec![id_of(&memory, number)])).unwrap();
                        late.lock().unwrap().insert(number);
                    }
                    reads.fetch_add(
                        memory.history(&"long ago".into(), 3).unwrap().len() as u64,
                        Ordering::SeqCst,
                    );
                }
            });
        }
        for _ in 0..3 {
            assert!(memory.tidy().unwrap(), "three times, as more is deleted meanwhile");
            while late.lock().unwrap().is_empty() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        done.store(true, Ordering::SeqCst);
    });
    let late = late.into_inner().unwrap();
    let said = next.into_inner();
    assert!(
        said > SAID + 10 && reads.into_inner() > 30,
        "talked meanwhile: {}",
        said - SAID
    );
    while memory.tidy().unwrap() {}
    gone.extend(&late);
    assert!(!somewhere(folder.path(), odd.as_bytes()));
    assert!(!somewhere(folder.path(), &coarse) && !somewhere(folder.path(), &fine));
    let file = std::fs::read(folder.path().join(FILE_NAME)).unwrap();
    let words: BTreeSet<u64> = file
        .windows(10)
        .filter_map(|window| std::str::from_utf8(window.strip_prefix(b"xyzzy")?).ok()?.parse().ok())
        .collect();
    let expected: BTreeSet<u64> = (0..said).filter(|n| !gone.contains(n)).collect();
    assert_eq!(words, expected, "all that lives and nothing that does not");
    memory.settle();
    // The file may be cut a little shorter when it is closed.
    let stats = |memory: &RosieMemory| MemoryStats {
        bytes_on_disk: 0,
        ..memory.stats().unwrap()
    };
    let before = stats(&memory);
    assert_eq!(before.messages, 2 * said - gone.len() as u64);
    memory.end();
    drop(memory);
    let again = crate::support::memory(folder.path());
    assert_eq!(stats(&again), before);
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .flatten()
        .map(|f| f.file_name())
        .collect();
    assert_eq!(left, [FILE_NAME], "nothing half done lies around");
}

#[test]
fn a_slow_reader_keeps_reading_the_old_file_which_goes_when_he_is_done() {
    let folder = tempdir().unwrap();
    let memory = filled(folder.path());
    wait(memory.delete(vec![id_of(&memory, 17)])).unwrap();
    let (taken, pieces) = channel();
    let (resume, resumed) = channel::<()>();
    let resumed = Mutex::new(Some(resumed));
    let exported = std::thread::scope(|scope| {
        let memory = &memory;
        let export = scope.spawn(move || {
            let sink = move |piece: Vec<u8>| {
                taken.send(piece).unwrap();
                // After its first piece he is busy with something else.
                let wait = resumed.lock().unwrap().take();
                wait.is_none_or(|resumed| resumed.recv().is_ok())
            };
            wait(memory.export(Box::new(sink), Box::new(|_, _| {}))).unwrap();
        });
        let mut all = pieces.recv().unwrap();
        assert!(!memory.tidy().unwrap(), "it is still being read");
        say(memory, SAID, "meanwhile");
        assert!(somewhere(folder.path(), secret(17).as_bytes()) || !folder.path().join("rosie.redb.old").exists());
        resume.send(()).unwrap();
        export.join().unwrap();
        all.extend(pieces.iter().flatten());
        all
    });
    let document: serde_json::Value = serde_json::from_slice(&exported).unwrap();
    assert_eq!(document["counts"]["messages"], 2 * SAID - 1, "of one moment, and whole");
    memory.tidy().unwrap();
    assert!(!somewhere(folder.path(), secret(17).as_bytes()));
    assert!(!folder.path().join("rosie.redb.old").exists());
    assert_eq!(memory.stats().unwrap().messages, 2 * SAID + 1);
}

#[test]
fn what_an_earlier_life_left_half_done_is_wiped_at_the_start() {
    let folder = tempdir().unwrap();
    let (new, old) = (
        folder.path().join("rosie.redb.new"),
        folder.path().join("rosie.redb.old"),
    );
    std::fs::write(&new, "half a copy").unwrap();
    std::fs::write(&old, "what was deleted").unwrap();
    let second_name = folder.path().join("seen");
    std::fs::hard_link(&old, &second_name).unwrap();
    drop(Store::open(folder.path()).unwrap());
    assert!(!new.exists() && !old.exists());
    assert_eq!(
        std::fs::read(&second_name).unwrap(),
        [0; 16],
        "overwritten before it was removed"
    );
}
