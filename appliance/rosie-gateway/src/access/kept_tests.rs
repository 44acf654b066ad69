//! The file of who may come in: whole or as before, and never guessed at.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::access::policy::Role;
use std::os::unix::fs::PermissionsExt;

fn add(book: &Book, name: &str) -> Result<(), Fault> {
    book.change(|kept| kept.add_person(name, Role::Owner, "$argon2id$…".into(), 7).map(drop))
}

fn names(book: &Book) -> Vec<String> {
    book.now().people.iter().map(|person| person.name.clone()).collect()
}

#[test]
fn what_was_changed_is_there_after_a_restart_and_nobody_else_reads_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("access");
    let book = Book::open(Some(&folder)).unwrap();
    assert!(!folder.exists(), "nothing is written before there is something to keep");
    add(&book, "Ada").unwrap();
    assert_eq!(names(&Book::open(Some(&folder)).unwrap()), ["Ada"]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join(FILE))), (0o700, 0o600));
}

#[test]
fn a_power_cut_leaves_the_old_one_or_the_new_one() {
    let home = tempfile::tempdir().unwrap();
    let book = Book::open(Some(home.path())).unwrap();
    add(&book, "Ada").unwrap();
    let whole = fs::read_to_string(home.path().join(FILE)).unwrap();
    // Cut at every byte of the next one while it was written: it lies beside, and does not count.
    add(&book, "Grace").unwrap();
    let next = fs::read_to_string(home.path().join(FILE)).unwrap();
    fs::write(home.path().join(FILE), &whole).unwrap();
    for cut in (0..next.len()).step_by(7) {
        fs::write(home.path().join("access.new"), &next.as_bytes()[..cut]).unwrap();
        let again = Book::open(Some(home.path())).unwrap();
        assert_eq!(names(&again), ["Ada"]);
    }
    let again = Book::open(Some(home.path())).unwrap();
    add(&again, "Grace").unwrap();
    assert_eq!(names(&Book::open(Some(home.path())).unwrap()), ["Ada", "Grace"]);
}

#[test]
fn what_cannot_be_kept_has_not_happened() {
    let home = tempfile::tempdir().unwrap();
    let book = Book::open(Some(home.path())).unwrap();
    add(&book, "Ada").unwrap();
    // A folder where the new file is to be written: a disk that refuses, as also root sees it.
    fs::create_dir_all(home.path().join("access.new/full")).unwrap();
    assert!(matches!(add(&book, "Grace"), Err(Fault::Disk(_))));
    assert_eq!(names(&book), ["Ada"]);
    assert!(matches!(add(&book, "ada"), Err(Fault::Taken)));
}

/// A house whose file is broken must not be an open one.
#[test]
fn a_broken_file_is_not_taken_for_none() {
    for text in [
        "",
        "{",
        "{}",
        "{\"version\":2,\"people\":[],\"sessions\":[],\"tokens\":[],\"paired\":[]}",
    ] {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(FILE), text).unwrap();
        let error = Book::open(Some(home.path())).err().unwrap().to_string();
        assert!(
            error.contains("access.json") && error.contains("reset-owner"),
            "{error}"
        );
    }
}
