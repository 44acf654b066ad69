//! Whether somebody asks something just now, and since when nobody does: what can wait gives way at once.

use std::time::Duration;
use tokio::{sync::watch, time::Instant};

#[derive(Debug, Clone, Copy)]
struct Bustle {
    asking: usize,
    since: Instant,
}

pub(crate) struct Quiet(watch::Sender<Bustle>);

impl Default for Quiet {
    fn default() -> Self {
        let (send, _) = watch::channel(Bustle {
            asking: 0,
            since: Instant::now(),
        });
        Self(send)
    }
}

/// Somebody is being answered as long as this lives.
pub(crate) struct Asking<'a>(&'a Quiet);

impl Quiet {
    pub(crate) fn begin(&self) -> Asking<'_> {
        self.change(1);
        Asking(self)
    }

    /// Somebody is about to ask something.
    pub(crate) fn disturb(&self) {
        self.change(0);
    }

    fn change(&self, by: isize) {
        self.0.send_modify(|bustle| {
            bustle.asking = bustle.asking.saturating_add_signed(by);
            bustle.since = Instant::now();
        });
    }

    /// Comes when nobody has asked anything for `long`.
    pub(crate) async fn lasts(&self, long: Duration) {
        let mut seen = self.0.subscribe();
        loop {
            let bustle = *seen.borrow_and_update();
            let until = bustle.since + long;
            if bustle.asking == 0 && Instant::now() >= until {
                return;
            }
            tokio::select! {
                _ = seen.changed() => {}
                () = tokio::time::sleep_until(until), if bustle.asking == 0 => {}
            }
        }
    }

    /// Comes when somebody asks something from now on.
    pub(crate) async fn ends(&self) {
        let mut seen = self.0.subscribe();
        // The sender lives as long as this.
        let _ = seen.changed().await;
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.change(-1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn quiet_begins_after_the_last_answer_and_ends_with_the_next_question() {
        let quiet = Quiet::default();
        let began = Instant::now();
        let asking = quiet.begin();
        let until = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            drop(asking);
        };
        tokio::join!(quiet.lasts(Duration::from_secs(10)), until);
        assert_eq!(began.elapsed().as_secs(), 15);
        let disturb = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            quiet.disturb();
        };
        tokio::join!(quiet.ends(), disturb);
        assert_eq!(began.elapsed().as_secs(), 16);
    }
}
