//! From a timer to where it is heard, and from where somebody speaks to what waits there.

use crate::session::Sessions;
use rosie_core::{
    EndpointId, RoomId,
    record::{Outcome, Trigger, TurnObserver, TurnRecord},
    session::SessionEvent,
};
use rosie_hub::{
    RingingTimer, TimerEvent, Timers, carry_out_due,
    household::{Happening, Reach},
};
use std::sync::{Arc, Weak};

/// Tells endpoints what rings.
pub struct Bell {
    sessions: Weak<Sessions>,
    timers: Timers,
}

impl Bell {
    pub fn new(sessions: &Arc<Sessions>, timers: Timers) -> Self {
        Self {
            sessions: Arc::downgrade(sessions),
            timers,
        }
    }

    pub fn ring(&self, event: &TimerEvent) {
        let Some(sessions) = self.sessions.upgrade() else {
            return;
        };
        match event {
            TimerEvent::Ringing(timer) => self.sound(&sessions, timer),
            TimerEvent::Due(record) => {
                let (dialog, timers, record) = (sessions.house.dialog(), self.timers.clone(), record.clone());
                sessions.house.tracker.spawn(async move {
                    if let Some(hub) = dialog.hub() {
                        carry_out_due(hub, &timers, &record).await;
                    }
                });
            }
            TimerEvent::Counts {
                id,
                endpoint,
                room,
                how,
            } => sessions.notify(
                endpoint,
                room,
                &SessionEvent::TimerCounts {
                    id: *id,
                    how: how.clone(),
                },
            ),
            TimerEvent::Stopped {
                id,
                endpoint,
                room,
                everywhere,
                ..
            } => {
                let event = SessionEvent::TimerStopped { id: *id };
                match everywhere {
                    true => sessions.notify_all(&event),
                    false => sessions.notify(endpoint, room, &event),
                }
                told(&sessions, endpoint, room, event);
            }
        }
    }

    fn sound(&self, sessions: &Sessions, timer: &RingingTimer) {
        let dialog = sessions.house.dialog();
        let sentence = dialog.announcement(RingingTimer::INTENT, &timer.result(), &timer.language);
        let event = SessionEvent::TimerRinging {
            id: timer.id,
            name: timer.name.clone(),
        };
        // What is said once rings nowhere: no endpoint shows it as something to stop.
        let shown = (!timer.once).then_some(&event);
        let heard = match timer.everywhere {
            true => {
                if let Some(event) = shown {
                    sessions.notify_all(event);
                }
                match timer.reminder.is_some() {
                    true => sessions.remind((&timer.endpoint, &timer.room), &sentence),
                    // Who set a timer or an alarm for everybody wants everybody to hear it.
                    false => sessions.say(&Reach::Everywhere, &sentence, true).spoken,
                }
            }
            false => sessions.announce(&timer.endpoint, &timer.room, &sentence, shown),
        };
        if timer.once && heard > 0 {
            self.timers.told(timer.id);
        }
        if shown.is_some() {
            told(sessions, &timer.endpoint, &timer.room, event);
        }
    }
}

/// Those outside hear of it, too.
fn told(sessions: &Sessions, endpoint: &EndpointId, room: &RoomId, event: SessionEvent) {
    sessions.house.happens(Happening::Session {
        endpoint: endpoint.clone(),
        room: room.clone(),
        event,
    });
}

/// Who speaks in a room is there: what waits to be said there is said.
pub struct Presence(pub Timers);

impl TurnObserver for Presence {
    fn turn_finished(&self, record: &TurnRecord) {
        if record.trigger != Trigger::Announcement && record.outcome != Outcome::NoSpeech {
            self.0.spoken_in(&record.room, record.started_unix_ms);
        }
    }
}
