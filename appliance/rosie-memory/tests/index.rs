//! The vector index against a list that is looked through: every change at once, every filter, in any order of events.

#![allow(clippy::unwrap_used)]

mod index_support;

use index_support::{Chance, Shape, Source, attributes, entries, everything, exact, in_room, recall};
use rosie_core::memory::{Collection, Speaker};
use rosie_memory::{
    index::{GRAPH_FILE_NAME, IndexSettings, LiveIndex},
    seam::{Attributes, IndexEntry, IndexFilter, VectorIndex, Viewer},
};
use std::{collections::BTreeMap, fs, path::Path};

const DIMENSION: usize = 48;

/// Builds graphs and writes anew all the time.
fn restless() -> IndexSettings {
    IndexSettings {
        graph_from: 200,
        tail: 40,
        tombstones: 10,
        graph_must_pay: false,
    }
}

fn random_filter(chance: &mut Chance) -> IndexFilter {
    let mut filter = IndexFilter {
        viewer: [Viewer::Owner, Viewer::House, Viewer::Person(1)][chance.below(3)],
        ..IndexFilter::default()
    };
    match chance.below(8) {
        0 => filter.rooms = vec![3, 5],
        1 => filter.speaker = Some(Speaker::Rosie),
        2 => filter.tags = vec![7, 1],
        3 => filter.since_unix_ms = Some(1_700_000_000_000 + 60_000 * chance.below(600) as u64),
        4 => filter.until_unix_ms = Some(1_700_000_000_000 + 60_000 * chance.below(600) as u64),
        5 => filter.conversation = Some(1 + chance.below(100) as u64),
        6 => (filter.except_conversation, filter.collections) = (Some(1), vec![Collection::Facts]),
        _ => {}
    }
    filter
}

#[test]
fn any_order_of_events_gives_what_looking_through_gives() {
    let mut chance = Chance(11);
    let mut source = Source::new(Shape::Topics, DIMENSION, 20, 12);
    let index = LiveIndex::new(restless());
    let mut truth: BTreeMap<u64, IndexEntry> = BTreeMap::new();
    let mut shares = Vec::new();
    for round in 0..400 {
        match chance.below(10) {
            0..=5 => {
                let fresh: Vec<IndexEntry> = (0..1 + chance.below(12))
                    .map(|_| IndexEntry {
                        key: chance.below(900) as u64,
                        vector: source.draw(),
                        attributes: attributes(chance.below(600)),
                    })
                    .collect();
                truth.extend(fresh.iter().map(|e| (e.key, e.clone())));
                index.add(fresh).unwrap();
            }
            6 => {
                let keys: Vec<u64> = (0..chance.below(30)).map(|_| chance.below(900) as u64).collect();
                let there = keys.iter().filter(|key| truth.remove(key).is_some()).count();
                assert_eq!(index.remove(&keys), there);
            }
            7 => {
                let key = chance.below(900) as u64;
                let other = Attributes {
                    collection: Collection::Facts,
                    ..attributes(chance.below(600))
                };
                let entry = truth.get_mut(&key);
                assert_eq!(index.set_attributes(key, other.clone()), entry.is_some());
                if let Some(entry) = entry {
                    entry.attributes = other;
                }
            }
            _ if round % 3 == 0 => index.settle(),
            _ => {}
        }
        assert_eq!(index.len(), truth.len());
        let (filter, question) = (random_filter(&mut chance), source.draw());
        let found = index.search(&question, &filter, 5);
        let all: Vec<IndexEntry> = truth.values().cloned().collect();
        let expected = exact(&all, &question, &filter, 5);
        assert_eq!(found.len(), expected.len(), "as many as are allowed: {filter:?}");
        assert!(found.is_sorted_by(|a, b| a.similarity >= b.similarity));
        for hit in &found {
            let entry = &truth[&hit.key];
            assert!(filter.allows(&entry.attributes), "{filter:?} {entry:?}");
            let real: f32 = entry.vector.iter().zip(&question).map(|(a, b)| a * b).sum();
            assert!((real - hit.similarity).abs() < 0.01, "{real} {}", hit.similarity);
        }
        if !expected.is_empty() {
            shares.push(recall(&found, &expected));
        }
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!(mean > 0.97, "recall {mean}");
    index.settle();
    assert!(index.in_graph() > 200, "the graph took part");
    assert_eq!(index.keys().len(), truth.len());
}

/// A filter that comes after the search would find nothing: none of the nearest thousands is allowed.
#[test]
fn a_filter_far_from_the_question_still_finds() {
    let mut source = Source::new(Shape::Topics, DIMENSION, 30, 3);
    let index = LiveIndex::new(IndexSettings {
        graph_from: 1000,
        ..restless()
    });
    let mut all = entries(&source.many(3000));
    let question = source.draw();
    // Only what is farthest from the question is in room 77; half of all in room 78, the farther half.
    let mut by_distance = exact(&all, &question, &everything(), all.len());
    by_distance.reverse();
    let place: BTreeMap<u64, usize> = by_distance.iter().enumerate().map(|(i, hit)| (hit.key, i)).collect();
    for entry in &mut all {
        entry.attributes.room = Some(match place[&entry.key] {
            0..3 => 77,
            3..1500 => 78,
            _ => 79,
        });
    }
    index.add(all.clone()).unwrap();
    index.settle();
    assert_eq!(index.in_graph(), 3000);
    assert_eq!(index.search(&question, &in_room(77), 5).len(), 3);
    let half = index.search(&question, &in_room(78), 5);
    let expected = exact(&all, &question, &in_room(78), 5);
    // Many are about as near; rounding may exchange those.
    assert!(
        half[4].similarity > expected[4].similarity - 0.005,
        "{half:?} {expected:?}"
    );
    assert!(half.iter().all(|hit| (3..1500).contains(&place[&hit.key])));
}

/// An index with everything in it, whose graph is kept in `folder`.
fn kept(folder: &Path, settings: IndexSettings, all: &[IndexEntry]) -> LiveIndex {
    let index = LiveIndex::new(settings);
    index.loading(folder);
    index.add(all.to_vec()).unwrap();
    index.loaded();
    index.settle();
    index
}

/// Takes what there is in the file, and builds nothing itself.
fn idle() -> IndexSettings {
    IndexSettings {
        graph_from: usize::MAX,
        ..restless()
    }
}

const BASE: u64 = 0x0123_4567_89ab_0000;

#[test]
fn what_is_removed_is_gone_at_once_and_from_the_file_too() {
    let mut source = Source::new(Shape::Topics, DIMENSION, 10, 5);
    let dir = tempfile::tempdir().unwrap();
    let mut all = entries(&source.many(600));
    // Keys that nothing else in a file looks like.
    all.iter_mut().for_each(|entry| entry.key += BASE);
    let settings = IndexSettings {
        tombstones: 10_000,
        ..restless()
    };
    let index = kept(dir.path(), settings, &all);
    let nearest: Vec<u64> = index
        .search(&all[0].vector, &everything(), 50)
        .iter()
        .map(|h| h.key)
        .collect();
    assert_eq!(nearest[0], BASE + 1);
    assert_eq!(index.remove(&nearest), 50);
    assert_eq!(index.remove(&nearest), 0);
    let now = index.search(&all[0].vector, &everything(), 600);
    assert_eq!(now.len(), 550);
    assert!(now.iter().all(|hit| !nearest.contains(&hit.key)));
    let file = dir.path().join(GRAPH_FILE_NAME);
    let holds = |key: u64| {
        let bytes = fs::read(&file).unwrap();
        bytes.windows(8).any(|w| w == key.to_le_bytes())
    };
    assert!(holds(now[0].key) && holds(nearest[49]));
    index.erased();
    index.settle();
    assert!(holds(now[0].key));
    assert!(!holds(nearest[0]) && !holds(nearest[49]));
    // Nothing of any vector is in it.
    let bytes = fs::read(&file).unwrap();
    let top = all[5].vector.iter().fold(0f32, |m, x| m.max(x.abs()));
    let levels: Vec<u8> = all[5]
        .vector
        .iter()
        .map(|x| (x * 127.0 / top).round() as i8 as u8)
        .collect();
    assert!(!bytes.windows(6).any(|w| w == &levels[..6]));
}

#[test]
fn the_graph_comes_back_for_what_still_fits_it_and_a_damaged_one_does_not() {
    let mut source = Source::new(Shape::Topics, DIMENSION, 10, 6);
    let dir = tempfile::tempdir().unwrap();
    let mut all = entries(&source.many(500));
    let index = kept(dir.path(), restless(), &all);
    assert_eq!(index.in_graph(), 500);
    let again = kept(dir.path(), idle(), &all);
    assert_eq!(again.in_graph(), 500, "it was read, not built");
    let questions = source.many(20);
    for filter in [everything(), in_room(4)] {
        for question in &questions {
            assert_eq!(again.search(question, &filter, 9), index.search(question, &filter, 9));
        }
    }
    // Some are gone, some say something else, some are new, and they come in another order.
    for (i, fresh) in source.many(40).into_iter().enumerate() {
        all[10 * i].vector = fresh;
    }
    let late = entries(&source.many(550)).split_off(500);
    let mut changed: Vec<IndexEntry> = all.iter().skip(30).chain(&late).cloned().collect();
    changed.reverse();
    let after = kept(dir.path(), idle(), &changed);
    assert_eq!(after.in_graph(), 500 - 30 - 37);
    let mut share = 0.0;
    for question in &questions {
        let expected = exact(&changed, question, &everything(), 5);
        let found = after.search(question, &everything(), 5);
        assert_eq!(found.len(), 5);
        share += recall(&found, &expected) / questions.len() as f64;
    }
    assert!(share > 0.97, "recall {share}");
    // Another model's vectors: nothing fits.
    let other = entries(&source.many(500));
    assert_eq!(kept(dir.path(), idle(), &other).in_graph(), 0);
    damaged_graphs_are_not_used(dir.path(), &all, &questions[0]);
}

fn damaged_graphs_are_not_used(folder: &Path, all: &[IndexEntry], question: &[f32]) {
    let file = folder.join(GRAPH_FILE_NAME);
    let good = fs::read(&file).unwrap();
    let mut chance = Chance(1);
    for i in 0..100 {
        let mut bad = good.clone();
        if i % 4 == 0 {
            bad.truncate(chance.below(good.len()));
        } else {
            bad[chance.below(good.len())] ^= 1 << chance.below(8);
        }
        fs::write(&file, &bad).unwrap();
        let index = kept(folder, idle(), all);
        assert_eq!(index.in_graph(), 0);
        assert_eq!(
            index.search(question, &everything(), 3)[0].key,
            exact(all, question, &everything(), 1)[0].key
        );
    }
    // Whole, but of a newer Rosie; and with links that lead nowhere.
    for (at, byte) in [(8, 9), (good.len() - 40, 0xff)] {
        let mut strange = good.clone();
        strange[at] = byte;
        let body = strange.len() - 4;
        let crc = crc32fast::hash(&strange[..body]);
        strange[body..].copy_from_slice(&crc.to_le_bytes());
        fs::write(&file, &strange).unwrap();
        assert!(kept(folder, idle(), all).in_graph() <= 500);
    }
}

#[test]
fn vectors_that_do_not_fit_are_refused_whole() {
    let index = LiveIndex::new(IndexSettings::default());
    let entry = |key, length| IndexEntry {
        key,
        vector: vec![0.5; length],
        attributes: attributes(0),
    };
    assert!(index.add(vec![entry(1, 0)]).is_err());
    index.add(vec![entry(1, 4)]).unwrap();
    assert!(index.add(vec![entry(2, 4), entry(3, 5)]).is_err());
    assert_eq!(index.len(), 1);
    assert!(index.search(&[1.0; 5], &everything(), 3).is_empty());
    assert!(index.search(&[1.0; 4], &everything(), 0).is_empty());
    index.clear();
    index.add(vec![entry(3, 5)]).unwrap();
    assert_eq!(index.search(&[1.0; 5], &everything(), 3)[0].key, 3);
}

/// Searches and additions must not wait for a graph that is being built.
#[test]
fn searches_go_on_while_a_graph_is_built() {
    let mut source = Source::new(Shape::Topics, 384, 50, 8);
    let index = LiveIndex::new(IndexSettings {
        graph_from: 1000,
        tail: 1000,
        graph_must_pay: false,
        ..IndexSettings::default()
    });
    index.add(entries(&source.many(5000))).unwrap();
    let question = source.draw();
    let mut meanwhile = 0;
    while index.in_graph() == 0 {
        assert_eq!(index.search(&question, &in_room(2), 5).len(), 5);
        if meanwhile < 50 {
            let late = IndexEntry {
                key: 100_000 + meanwhile,
                vector: source.draw(),
                attributes: attributes(0),
            };
            index.add(vec![late]).unwrap();
        }
        meanwhile += 1;
    }
    assert!(meanwhile > 20, "only {meanwhile} searches while thousands were linked");
    assert_eq!(index.len(), 5000 + meanwhile.min(50) as usize);
    assert!(index.contains(100_000));
    // Leaving in the middle of building must not take long.
    let busy = LiveIndex::new(restless());
    busy.add(entries(&source.many(8000))).unwrap();
    drop(busy);
}
