//! Reaching endpoints from outside a conversation: saying, listening, stopping, setting.

use super::{
    Message, Sessions,
    actor::Shared,
    kept::{brightness_key, do_not_disturb_key, sensitivity, wake_sensitivity_key, wake_words_key},
};
use crate::config::WakeWordOfEndpoint;
use rosie_core::{AudioFrame, EndpointId, engine::WakeSettings, session::SessionEvent};
use rosie_hub::household::{Happening, Reach, Said, Seat, Wake, WakeWords};
use std::sync::{Arc, PoisonError, atomic::Ordering};

/// Whether there is something there that can be brighter or darker.
fn shines(shared: &Shared) -> bool {
    shared.spec.has_screen || shared.spec.has_leds
}

impl Sessions {
    /// Endpoints that are connected, one seat each, sorted by id.
    pub fn seats(&self) -> Vec<Seat> {
        let seat = |shared: Arc<Shared>| Seat {
            endpoint: shared.spec.endpoint.clone(),
            room: shared.room(),
            state: *shared.state.lock().unwrap_or_else(PoisonError::into_inner),
            volume_percent: shared.volume.load(Ordering::Relaxed),
            muted: shared.ears.is_muted(),
            do_not_disturb: self.is_left_alone(&shared),
            brightness_percent: shines(&shared).then(|| shared.brightness.load(Ordering::Relaxed)),
            has_leds: shared.spec.has_leds,
            wake: self.wake(&shared),
        };
        let mut seats: Vec<Seat> = self.reached(&Reach::Everywhere).into_iter().map(seat).collect();
        seats.sort_by(|a, b| a.endpoint.cmp(&b.endpoint));
        seats.dedup_by(|a, b| a.endpoint == b.endpoint);
        seats
    }

    fn wake(&self, shared: &Shared) -> Wake {
        let listens = shared.wake().listens;
        match listens {
            None => Wake::Unsaid,
            Some(false) => Wake::Elsewhere,
            Some(true) => {
                let WakeSettings { words, sensitivity, .. } = shared.wake_settings(&self.house);
                Wake::Here {
                    words: WakeWords::of(&words),
                    sensitivity_percent: (sensitivity * 100.0).round() as u8,
                }
            }
        }
    }

    pub(super) fn reached(&self, to: &Reach) -> Vec<Arc<Shared>> {
        let meant = |shared: &&Arc<Shared>| match to {
            Reach::Endpoint(endpoint) => shared.spec.endpoint == *endpoint,
            Reach::Room(room) => shared.room() == *room,
            Reach::Everywhere => true,
        };
        let table = self.table();
        let there = table
            .values()
            .filter(|shared| shared.outlet.attached() && !shared.spec.passing);
        there.filter(meant).cloned().collect()
    }

    /// How many of those that are meant took every message.
    fn tell(&self, to: &Reach, messages: impl Fn(&Shared) -> Vec<Message>) -> usize {
        let took = |shared: &Arc<Shared>| messages(shared).into_iter().all(|message| shared.tell(message).is_ok());
        self.reached(to).iter().filter(|shared| took(shared)).count()
    }

    pub fn say(&self, to: &Reach, text: &str, urgent: bool) -> Said {
        self.give(to, urgent, |_| Message::Announce(text.to_owned()))
    }

    /// Something to be heard: also where they are not to be disturbed if it is `urgent`.
    pub(super) fn give(&self, to: &Reach, urgent: bool, message: impl Fn(&Shared) -> Message) -> Said {
        let mut said = Said::default();
        for shared in self.reached(to) {
            match urgent || !self.is_left_alone(&shared) {
                true if shared.tell(message(&shared)).is_ok() => said.spoken += 1,
                true => {}
                false => said.spared += 1,
            }
        }
        said
    }

    /// Sounds something of the pipeline's that a room is lent to, where there is a loudspeaker and nobody is not to be disturbed.
    /// Returns at how many endpoints.
    pub fn sound(&self, to: &Reach, sound: &Arc<AudioFrame>) -> usize {
        let hears = |shared: &&Arc<Shared>| shared.spec.wants_audio && !self.is_left_alone(shared);
        let reached = self.reached(to);
        let message = || Message::AnnounceSound {
            sound: sound.clone(),
            lent: true,
        };
        let took = |shared: &&Arc<Shared>| shared.tell(message()).is_ok();
        reached.iter().filter(hears).filter(took).count()
    }

    /// As a tap on the talk button.
    pub fn listen(&self, to: &Reach) -> usize {
        self.tell(to, |shared| {
            let audio = shared.ears.now();
            vec![Message::Press { audio }, Message::Release { audio }]
        })
    }

    pub fn stop(&self, to: &Reach) -> usize {
        self.tell(to, |_| vec![Message::Cancel])
    }

    pub fn set_volume(&self, to: &Reach, percent: u8) -> usize {
        self.tell(to, |_| vec![Message::Volume(percent.min(100))])
    }

    /// Louder or softer, by percent points.
    pub fn change_volume(&self, to: &Reach, by: i32) {
        self.tell(to, |shared| {
            let percent = i32::from(shared.volume.load(Ordering::Relaxed)) + by;
            vec![Message::Volume(percent.clamp(0, 100) as u8)]
        });
    }

    pub fn set_muted(&self, endpoint: &EndpointId, on: bool) -> bool {
        let there = self.reached(&Reach::Endpoint(endpoint.clone()));
        let muted: Vec<_> = there.iter().filter(|shared| shared.mute(on).is_ok()).collect();
        // The endpoint shows it, and says so itself when it connects anew.
        muted
            .iter()
            .for_each(|shared| shared.outlet.send(SessionEvent::Muted { on }));
        !muted.is_empty()
    }

    /// Of the screen or the LEDs, where there are any. Kept over restarts.
    pub fn set_brightness(&self, endpoint: &EndpointId, percent: u8) -> bool {
        let percent = percent.min(100);
        let mut there = self.reached(&Reach::Endpoint(endpoint.clone()));
        there.retain(|shared| shines(shared));
        for shared in &there {
            shared.brightness.store(percent, Ordering::Relaxed);
            shared.outlet.send(SessionEvent::Brightness { percent });
        }
        if there.is_empty() {
            return false;
        }
        self.keep(brightness_key(endpoint), percent.into());
        true
    }

    /// Writes a setting of an endpoint's, and tells that it changed.
    fn keep(&self, key: String, value: serde_json::Value) {
        let settings = self.house.settings.clone();
        self.house.tracker.spawn_blocking(move || {
            if let Err(failure) = settings.put_setting(&key, &value) {
                tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "a setting of an endpoint is not remembered");
            }
        });
        self.house.happens(Happening::Endpoints);
    }

    /// Kept over restarts.
    pub fn set_do_not_disturb(&self, endpoint: &EndpointId, on: bool) -> bool {
        let there = self.reached(&Reach::Endpoint(endpoint.clone()));
        for shared in &there {
            self.switch_do_not_disturb(shared, on);
        }
        if there.is_empty() {
            return false;
        }
        self.keep(do_not_disturb_key(endpoint), on.into());
        true
    }
    /// Which words call her there, from now on. Kept over restarts.
    pub fn set_wake_words(&self, endpoint: &EndpointId, words: WakeWords) -> bool {
        let names: Vec<String> = words.names().iter().map(|&name| name.to_owned()).collect();
        let value = names.clone().into();
        self.set_wake(endpoint, (wake_words_key(endpoint), value), |set| {
            set.words = Some(names.clone())
        })
    }

    /// How easily a word is taken as said there, from now on. Kept over restarts.
    pub fn set_wake_sensitivity(&self, endpoint: &EndpointId, percent: u8) -> bool {
        let percent = percent.clamp(5, 95);
        self.set_wake(endpoint, (wake_sensitivity_key(endpoint), percent.into()), |set| {
            set.sensitivity = Some(sensitivity(percent));
        })
    }

    /// Where she listens for the wake word.
    fn set_wake(
        &self,
        endpoint: &EndpointId,
        (key, value): (String, serde_json::Value),
        set: impl Fn(&mut WakeWordOfEndpoint),
    ) -> bool {
        let mut there = self.reached(&Reach::Endpoint(endpoint.clone()));
        there.retain(|shared| shared.wake().listens == Some(true));
        for shared in &there {
            set(&mut shared.wake().set);
            shared.listen_as_set(&self.house);
        }
        if there.is_empty() {
            return false;
        }
        self.keep(key, value);
        true
    }
}
