//! Who is left alone: by their own switch, or because it is one of the house's quiet times.

use super::{Message, Sessions, actor::Shared};
use crate::{config::local_time, daemon::Rosie};
use rosie_core::{EndpointId, RoomId};
use rosie_hub::household::{Happening, Reach};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// How often it is looked whether a quiet time began or ended.
const LOOK_EVERY: Duration = Duration::from_secs(10);

impl Sessions {
    /// Nothing is announced there now.
    pub(super) fn is_left_alone(&self, shared: &Shared) -> bool {
        shared.do_not_disturb.load(Ordering::Relaxed) || self.quiet_until(shared).is_some()
    }

    /// The end of the quiet time that it is there, unless somebody there wants to hear in it. Unix milliseconds.
    fn quiet_until(&self, shared: &Shared) -> Option<i64> {
        let config = self.house.config();
        let now = local_time(&config);
        let end = config.do_not_disturb.until(shared.room().as_str(), &now)?;
        let wanted_until = shared.hears_until.load(Ordering::Relaxed);
        (now.timestamp().as_millisecond() >= wanted_until).then(|| end.timestamp().as_millisecond())
    }

    /// The switch of an endpoint: off ends a quiet time there, too, until the next one.
    pub(super) fn switch_do_not_disturb(&self, shared: &Shared, on: bool) {
        shared.do_not_disturb.store(on, Ordering::Relaxed);
        let end = match on {
            true => Some(0),
            false => self.quiet_until(shared),
        };
        if let Some(end) = end {
            shared.hears_until.store(end, Ordering::Relaxed);
        }
    }

    /// What somebody wants everybody to be reminded of: said where they are not left alone, and where it was asked for. Returns
    /// at how many.
    pub fn remind(&self, (endpoint, room): (&EndpointId, &RoomId), text: &str) -> usize {
        let asked_there = |shared: &Shared| shared.spec.endpoint == *endpoint || shared.room() == *room;
        let hears = |shared: &&Arc<Shared>| asked_there(shared) || !self.is_left_alone(shared);
        let said = |shared: &&Arc<Shared>| shared.tell(Message::Announce(text.to_owned())).is_ok();
        let reached = self.reached(&Reach::Everywhere);
        reached.iter().filter(hears).filter(said).count()
    }
}

/// Tells those outside when a quiet time begins or ends somewhere, until the daemon ends.
pub async fn tell(rosie: Arc<Rosie>) {
    let alone = || -> Vec<(EndpointId, bool)> {
        let seats = rosie.sessions.seats();
        seats
            .into_iter()
            .map(|seat| (seat.endpoint, seat.do_not_disturb))
            .collect()
    };
    let mut before = alone();
    while rosie
        .stopping
        .run_until_cancelled(tokio::time::sleep(LOOK_EVERY))
        .await
        .is_some()
    {
        let now = alone();
        if now != before {
            rosie.sessions.house.happens(Happening::Endpoints);
            before = now;
        }
    }
}
