//! What keeps commands in bounds: a rate, and a memory of what was done, so that nothing is done twice.

use super::wire::Letter;
use rosie_core::store::SettingStore;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;

/// Commands at once, and a second after that.
const BURST: f64 = 30.0;
const A_SECOND: f64 = 5.0;

/// A bucket that fills with time.
pub(super) struct Rate {
    left: f64,
    at: Instant,
}

impl Rate {
    pub fn new() -> Self {
        Self {
            left: BURST,
            at: Instant::now(),
        }
    }

    /// Waits until one more is allowed; takes nothing.
    pub async fn is_due(&self) {
        let missing = (1.0 - self.left).max(0.0) / A_SECOND;
        tokio::time::sleep_until(self.at + Duration::from_secs_f64(missing)).await;
    }

    pub fn allows(&mut self) -> bool {
        let now = Instant::now();
        self.left = (self.left + (now - self.at).as_secs_f64() * A_SECOND).min(BURST);
        self.at = now;
        let allowed = self.left >= 1.0;
        if allowed {
            self.left -= 1.0;
        }
        allowed
    }
}

/// Commands that are remembered. A broker has at most some tens of messages under way to one client.
const KEPT: usize = 128;
const KEY: &str = "mqtt/done";

/// What was done. A broker that saw no acknowledgement sends a message again, with the same number and a mark; across a
/// crash of Rosie that can be minutes later. So what is about to be done is written down before it is done.
pub(super) struct Done {
    kept: VecDeque<u64>,
    store: Arc<dyn SettingStore>,
}

impl Done {
    /// Blocking.
    pub fn load(store: Arc<dyn SettingStore>) -> Self {
        let known = store.get_setting(KEY).ok().flatten();
        let known = known.as_ref().and_then(Value::as_array).into_iter().flatten();
        Self {
            kept: known.filter_map(Value::as_u64).take(KEPT).collect(),
            store,
        }
    }

    /// True once for each message: what comes again is told from what is sent anew by its mark and number.
    pub async fn is_new(&mut self, letter: &Letter) -> bool {
        // Without acknowledgement nothing comes again.
        if letter.id == 0 {
            return true;
        }
        let mark = mark(letter);
        if letter.again && self.kept.contains(&mark) {
            return false;
        }
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(mark);
        let (store, kept) = (self.store.clone(), json!(self.kept));
        let written = tokio::task::spawn_blocking(move || store.put_setting(KEY, &kept)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!("what was done for MQTT cannot be written down: after a crash a command may come twice");
        }
        true
    }
}

/// The number alone is used again after some thousand messages.
fn mark(letter: &Letter) -> u64 {
    let mut hasher = DefaultHasher::new();
    (letter.id, &letter.topic, &letter.payload).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{super::tests::Store, *};
    use crate::mqtt::wire::Letter;

    #[tokio::test]
    async fn what_comes_again_is_done_once_also_after_a_crash() {
        let store = Arc::new(Store::default());
        let mut done = Done::load(store.clone());
        let first = Letter::test("rosie/kitchen/say", "Dinner", 7, false);
        let again = Letter::test("rosie/kitchen/say", "Dinner", 7, true);
        assert!(done.is_new(&first).await);
        assert!(!done.is_new(&again).await);
        // The same words sent anew are a command of their own, also with a number that was used before.
        assert!(done.is_new(&first).await);
        let mut after_crash = Done::load(store);
        assert!(!after_crash.is_new(&again).await);
        // Sent again, but never heard before: we were away.
        assert!(
            after_crash
                .is_new(&Letter::test("rosie/kitchen/say", "Dinner", 8, true))
                .await
        );
        for id in 0..300 {
            assert!(after_crash.is_new(&Letter::test("rosie/a/say", "x", id, false)).await);
        }
        assert_eq!(after_crash.kept.len(), KEPT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_thinned_out() {
        let mut rate = Rate::new();
        assert_eq!((0..1000).filter(|_| rate.allows()).count(), 30);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((0..1000).filter(|_| rate.allows()).count(), 5);
        let began = Instant::now();
        rate.is_due().await;
        assert!(
            rate.allows() && began.elapsed() >= Duration::from_millis(199),
            "{:?}",
            began.elapsed()
        );
    }
}
