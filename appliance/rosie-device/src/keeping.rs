//! Keeping a thread at its work: a card that is gone is tried again, a panic is survived, and a stop is heard.

use crate::{DeviceError, health::Side};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The first pause before a card is tried again; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Says once, to everybody, that it is over.
#[derive(Default)]
pub(crate) struct Stop {
    over: Mutex<bool>,
    told: Condvar,
}

impl Stop {
    pub fn stop(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.told.notify_all();
    }

    pub fn is_over(&self) -> bool {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long, or until it is over.
    fn wait(&self, pause: Duration) {
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.told.wait_timeout_while(over, pause, |over| !*over));
    }
}

/// Runs `work` again and again until it is over. `work` opens a card and works with it until it is gone.
pub(crate) fn keep(stop: &Stop, side: &Side, mut work: impl FnMut() -> Result<(), DeviceError>) {
    let mut pause = FIRST_PAUSE;
    while !stop.is_over() {
        let began = Instant::now();
        match catch_unwind(AssertUnwindSafe(&mut work)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => side.failed(error.to_string()),
            Err(_) => side.failed("its thread broke down and was started again".to_owned()),
        }
        if began.elapsed() > LONGEST_PAUSE {
            pause = FIRST_PAUSE;
        }
        stop.wait(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
