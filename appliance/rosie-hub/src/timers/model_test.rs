//! The book against a model that a child could keep: what is left of each timer, ticked down. Random orders of
//! everything that can happen, restarts and changed clocks among them.
#![allow(clippy::unwrap_used)]

use super::{
    NewTimer, Now, TimerEvent,
    book::{Book, Change},
};
use proptest::prelude::*;
use rosie_core::{Language, store::TimerRecord};
use std::collections::BTreeMap;

const EVERY: u64 = 10_000;
const FOR: u64 = 300_000;

#[derive(Debug, Clone)]
enum Op {
    Start(u64),
    Change(usize, i64),
    Pause(usize),
    Resume(usize),
    Cancel(usize),
    Silence,
    Wait(u64),
    SetClock(i64),
    /// The daemon is down for so long.
    Restart(u64),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => (1u64..600_000).prop_map(Op::Start),
        2 => (0usize..6, -400_000i64..400_000).prop_map(|(i, ms)| Op::Change(i, ms)),
        1 => (0usize..6).prop_map(Op::Pause),
        1 => (0usize..6).prop_map(Op::Resume),
        1 => (0usize..6).prop_map(Op::Cancel),
        1 => Just(Op::Silence),
        5 => (1u64..400_000).prop_map(Op::Wait),
        1 => (-3_600_000i64..3_600_000).prop_map(Op::SetClock),
        1 => (0u64..400_000).prop_map(Op::Restart),
    ]
}

/// What is left (0: it rings, since so long), and whether it is paused.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Left {
    ms: i64,
    paused: bool,
}

struct Worlds {
    book: Book,
    disk: BTreeMap<u64, TimerRecord>,
    now: Now,
    model: BTreeMap<u64, Left>,
}

impl Worlds {
    fn store(&mut self) {
        for (id, change) in self.book.take_changes() {
            match change {
                Change::Put(record) => self.disk.insert(id, record),
                Change::Delete => self.disk.remove(&id),
            };
        }
    }

    /// Waits as the task does: from wake to wake.
    fn wait(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        loop {
            self.book.advance(self.now);
            let next = self
                .book
                .next_wake()
                .map_or(end, |at| at.max(self.now.mono_ms + 1))
                .min(end);
            if next <= self.now.mono_ms {
                break;
            }
            self.tick(next - self.now.mono_ms);
        }
        self.book.advance(self.now);
    }

    fn tick(&mut self, ms: u64) {
        self.now.mono_ms += ms;
        self.now.unix_ms += ms;
        for left in self.model.values_mut().filter(|left| !left.paused) {
            left.ms -= ms as i64;
        }
        self.model.retain(|_, left| left.paused || left.ms > -(FOR as i64));
    }

    fn nth(&self, index: usize) -> Option<u64> {
        self.model.keys().nth(index).copied()
    }

    fn apply(&mut self, op: Op) {
        let now = self.now;
        match op {
            Op::Start(duration_ms) => {
                let timer = NewTimer {
                    name: None,
                    endpoint: "e".into(),
                    room: "r".into(),
                    language: Language::default(),
                    duration_ms,
                    alarm_unix_ms: None,
                    ring: Default::default(),
                };
                let id = self.book.start(timer, now).unwrap().record.id;
                assert!(
                    self.model
                        .insert(
                            id,
                            Left {
                                ms: duration_ms as i64,
                                paused: false
                            }
                        )
                        .is_none()
                );
            }
            Op::Change(index, by) => {
                let Some(id) = self.nth(index) else { return };
                let left = self.model.get_mut(&id).unwrap();
                left.ms = left.ms.max(0) + by;
                if left.ms <= 0 {
                    self.model.remove(&id);
                }
                let still_there = self.model.contains_key(&id);
                assert_eq!(self.book.change(id, by, now).unwrap().is_some(), still_there);
            }
            Op::Pause(index) => {
                let Some(id) = self.nth(index) else { return };
                let left = self.model.get_mut(&id).unwrap();
                let can = !left.paused && left.ms > 0;
                left.paused |= can;
                assert_eq!(self.book.pause(id, now).unwrap(), can);
            }
            Op::Resume(index) => {
                let Some(id) = self.nth(index) else { return };
                let left = self.model.get_mut(&id).unwrap();
                assert_eq!(self.book.resume(id, now).unwrap(), left.paused);
                left.paused = false;
            }
            Op::Cancel(index) => {
                let Some(id) = self.nth(index) else { return };
                self.book.cancel(id, now).unwrap();
                self.model.remove(&id);
            }
            Op::Silence => {
                let before = self.model.len();
                self.model.retain(|_, left| left.paused || left.ms > 0);
                assert_eq!(self.book.silence(|_| true, now), before - self.model.len());
            }
            Op::Wait(ms) => self.wait(ms),
            Op::SetClock(by) => {
                self.now.unix_ms = self.now.unix_ms.saturating_add_signed(by);
                // Those that were loaded believe the wall clock: the model has to follow for them, so it starts anew.
                self.book.clock_jumped(self.now);
                self.resync();
            }
            Op::Restart(down) => {
                self.store();
                self.tick(down);
                self.book = Book::new(100, EVERY, FOR);
                self.book.restore(self.disk.values().cloned().collect(), self.now);
                // One that would have given up while the daemon was down rings on return.
                self.resync();
            }
        }
    }

    fn resync(&mut self) {
        let views = self.book.views(self.now);
        let kept: BTreeMap<u64, Left> = self.model.clone();
        for view in views {
            let ringing_since = kept.get(&view.record.id).map_or(0, |left| left.ms.min(0));
            let ms = if view.ringing {
                ringing_since
            } else {
                view.left_ms as i64
            };
            self.model.insert(
                view.record.id,
                Left {
                    ms,
                    paused: view.paused,
                },
            );
        }
    }

    fn compare(&mut self) {
        self.book.advance(self.now);
        self.store();
        let views = self.book.views(self.now);
        let book: Vec<(u64, u64, bool)> = views
            .iter()
            .map(|v| (v.record.id, v.left_ms, v.paused))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        let model: Vec<(u64, u64, bool)> = self
            .model
            .iter()
            .map(|(id, left)| (*id, left.ms.max(0) as u64, left.paused))
            .collect();
        assert_eq!(book, model);
        assert!(
            views.iter().all(|v| v.ringing == (v.left_ms == 0 && !v.paused)),
            "due and silent: {views:?}"
        );
        assert_eq!(
            self.disk.keys().collect::<Vec<_>>(),
            self.model.keys().collect::<Vec<_>>(),
            "disk and model"
        );
        if let Some(at) = self.book.next_wake() {
            assert!(at > self.now.mono_ms, "a wake in the past would spin");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_book_keeps_what_the_model_keeps(ops in proptest::collection::vec(op(), 1..40)) {
        let now = Now { mono_ms: 5, unix_ms: 1_800_000_000_000 };
        let mut worlds =
            Worlds { book: Book::new(100, EVERY, FOR), disk: BTreeMap::new(), now, model: BTreeMap::new() };
        for op in ops {
            worlds.apply(op);
            worlds.compare();
        }
    }

    /// Left alone, every timer rings once, repeats, gives up and is gone from the disk.
    #[test]
    fn every_timer_ends(durations in proptest::collection::vec(1u64..86_400_000, 1..20)) {
        let now = Now { mono_ms: 0, unix_ms: 1 };
        let mut worlds =
            Worlds { book: Book::new(100, EVERY, FOR), disk: BTreeMap::new(), now, model: BTreeMap::new() };
        let count = durations.len();
        for duration in durations {
            worlds.apply(Op::Start(duration));
        }
        worlds.wait(86_400_000 + FOR);
        let events = worlds.book.take_events();
        let first = events.iter().filter(|e| matches!(e, TimerEvent::Ringing(t) if t.times == 1 && t.late_ms == 0));
        prop_assert_eq!(first.count(), count);
        let rings = events.iter().filter(|e| matches!(e, TimerEvent::Ringing(_))).count();
        prop_assert_eq!(rings, count * (FOR / EVERY) as usize);
        let ends = events.iter().filter(|e| matches!(e, TimerEvent::Stopped { gave_up: true, .. })).count();
        prop_assert_eq!(ends, count);
        worlds.store();
        prop_assert!(worlds.disk.is_empty());
    }
}
