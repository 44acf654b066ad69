//! What Rosie has shown to Home Assistant, over restarts: so that an endpoint that is away stays a device that is away, one
//! that is gone is taken out, and nothing is left behind when the form changes.

use super::{config::Discovery, device::Has};
use crate::household::{Seat, Wake};
use rosie_core::{EndpointId, RoomId, store::SettingStore};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

const KEY: &str = "mqtt/announced";
/// An endpoint that was away for so long is gone.
const GONE_AFTER_MS: u64 = 30 * 86_400_000;
/// Endpoints that are kept; the longest unseen go first.
const MOST: usize = 200;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Shown {
    pub form: String,
    /// Component and key of each entity.
    pub entities: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Known {
    pub room: RoomId,
    pub seen_unix_ms: u64,
    #[serde(flatten)]
    pub has: Has,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// By device.
    shown: BTreeMap<String, Shown>,
    /// By endpoint.
    endpoints: BTreeMap<String, Known>,
    /// What was said is shown.
    texts: bool,
}

/// Kept on the disk; written where it changed.
pub(super) struct Announced {
    kept: Kept,
    written: Kept,
    store: Arc<dyn SettingStore>,
}

pub(super) fn form_name(form: Discovery) -> &'static str {
    match form {
        Discovery::Device => "device",
        Discovery::Entities => "entities",
        Discovery::Off => "off",
    }
}

pub(super) fn form_of(name: &str) -> Discovery {
    match name {
        "device" => Discovery::Device,
        "entities" => Discovery::Entities,
        _ => Discovery::Off,
    }
}

pub(super) fn unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

impl Announced {
    /// Blocking.
    pub fn load(store: Arc<dyn SettingStore>) -> Self {
        let kept = store.get_setting(KEY).ok().flatten();
        let kept: Kept = kept
            .and_then(|kept| serde_json::from_value(kept).ok())
            .unwrap_or_default();
        Self {
            written: kept.clone(),
            kept,
            store,
        }
    }

    /// Endpoints that are to be shown, connected or not.
    pub fn endpoints(&self) -> Vec<(EndpointId, RoomId)> {
        let all = self.kept.endpoints.iter();
        all.map(|(id, known)| (EndpointId(id.clone()), known.room.clone()))
            .collect()
    }

    pub fn has(&self, endpoint: &EndpointId) -> Has {
        let known = self.kept.endpoints.get(endpoint.as_str());
        known.map(|known| known.has).unwrap_or_default()
    }

    pub fn knows(&self, endpoint: &EndpointId) -> bool {
        self.kept.endpoints.contains_key(endpoint.as_str())
    }

    /// An endpoint is connected. True where it is new, stands elsewhere now, or is another kind of thing.
    pub fn seen(&mut self, seat: &Seat, now: u64) -> bool {
        let wake_word = match seat.wake {
            Wake::Here { .. } => true,
            Wake::Elsewhere => false,
            // It says so a moment after it connects: what Home Assistant shows does not go for that moment.
            Wake::Unsaid => self.has(&seat.endpoint).wake_word,
        };
        let known = Known {
            room: seat.room.clone(),
            has: Has {
                screen: seat.brightness_percent.is_some() && !seat.has_leds,
                leds: seat.has_leds,
                wake_word,
            },
            // By the hour is enough, and spares the disk.
            seen_unix_ms: now - now % 3_600_000,
        };
        let before = self.kept.endpoints.insert(seat.endpoint.0.clone(), known.clone());
        before.is_none_or(|before| (before.room, before.has) != (known.room, known.has))
    }

    pub fn forget(&mut self, endpoint: &EndpointId) {
        self.kept.endpoints.remove(endpoint.as_str());
    }

    /// Endpoints that are gone: not seen for long, in a room that there is no more, or too many.
    pub fn drop_gone(&mut self, connected: &[&EndpointId], is_room: impl Fn(&RoomId) -> bool, now: u64) {
        self.kept.endpoints.retain(|id, known| {
            let here = connected.iter().any(|endpoint| endpoint.as_str() == id);
            here || (is_room(&known.room) && now.saturating_sub(known.seen_unix_ms) < GONE_AFTER_MS)
        });
        while self.kept.endpoints.len() > MOST {
            let oldest = self.kept.endpoints.iter().min_by_key(|(_, known)| known.seen_unix_ms);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else {
                break;
            };
            self.kept.endpoints.remove(&oldest);
        }
    }

    /// Whether what is said is shown from now on; true where that is new.
    pub fn texts_change(&mut self, shown: bool) -> bool {
        std::mem::replace(&mut self.kept.texts, shown) != shown
    }

    /// What a device was shown with.
    pub fn shown(&self, device: &str) -> Option<&Shown> {
        self.kept.shown.get(device)
    }

    pub fn show(&mut self, device: &str, form: Discovery, entities: Vec<(String, String)>) {
        let form = form_name(form).to_owned();
        self.kept.shown.insert(device.to_owned(), Shown { form, entities });
    }

    /// Takes out those devices that are not among these.
    pub fn take_others(&mut self, devices: &[String]) -> Vec<(String, Shown)> {
        let gone: Vec<String> = self
            .kept
            .shown
            .keys()
            .filter(|id| !devices.contains(id))
            .cloned()
            .collect();
        gone.into_iter()
            .filter_map(|id| Some((id.clone(), self.kept.shown.remove(&id)?)))
            .collect()
    }

    /// Writes down what changed.
    pub async fn save(&mut self) {
        if self.kept == self.written {
            return;
        }
        let Ok(value) = serde_json::to_value(&self.kept) else {
            return;
        };
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || store.put_setting(KEY, &value)).await {
            Ok(Ok(())) => self.written = self.kept.clone(),
            _ => tracing::warn!("what was shown to Home Assistant cannot be written down; it is tried again"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{super::tests::Store, *};
    use crate::household::WakeWords;

    #[tokio::test]
    async fn an_endpoint_stays_until_it_is_gone() {
        let store = Arc::new(Store::default());
        let mut announced = Announced::load(store.clone());
        let (a, b): (EndpointId, EndpointId) = ("a".into(), "b".into());
        let seat = |endpoint: &EndpointId, room: &str| Seat {
            endpoint: endpoint.clone(),
            room: room.into(),
            state: rosie_core::session::TurnState::Idle,
            volume_percent: 50,
            muted: false,
            do_not_disturb: false,
            brightness_percent: None,
            has_leds: false,
            wake: Wake::Unsaid,
        };
        let start = 1_000 * 86_400_000;
        assert!(announced.seen(&seat(&a, "kitchen"), start) && !announced.seen(&seat(&a, "kitchen"), start));
        assert!(announced.seen(&seat(&b, "kitchen"), start + 86_400_000));
        assert!(announced.seen(&seat(&b, "office"), start + 86_400_000));
        // It has a screen now: there is more to be shown.
        let screen = Seat {
            brightness_percent: Some(40),
            has_leds: false,
            ..seat(&b, "office")
        };
        assert!(!announced.has(&b).screen && announced.seen(&screen, start + 86_400_000) && announced.has(&b).screen);
        // And LEDs, that are as bright, are no screen.
        let leds = Seat {
            has_leds: true,
            ..screen.clone()
        };
        assert!(announced.seen(&leds, start + 86_400_000) && announced.has(&b).leds && !announced.has(&b).screen);
        // Rosie listens for the wake word there: that stays while it comes and goes, until it says otherwise.
        let wakes = |wake| Seat { wake, ..screen.clone() };
        let here = Wake::Here {
            words: WakeWords::Both,
            sensitivity_percent: 50,
        };
        for (wake, changes, shown) in [
            (Wake::Unsaid, true, false),
            (here, true, true),
            (here, false, true),
            (Wake::Unsaid, false, true),
            (Wake::Elsewhere, true, false),
            (here, true, true),
        ] {
            let changed = announced.seen(&wakes(wake), start + 86_400_000);
            assert_eq!((changed, announced.has(&b).wake_word), (changes, shown), "{wake:?}");
        }
        announced.show("rosie_x_a", Discovery::Device, vec![("sensor".into(), "state".into())]);
        announced.save().await;
        let mut later = Announced::load(store);
        later.drop_gone(&[], |_| true, start + GONE_AFTER_MS);
        assert!(!later.knows(&a) && later.knows(&b) && later.has(&b).wake_word);
        assert_eq!(later.take_others(&[]).len(), 1);
        later.drop_gone(&[&b], |_| false, start);
        assert!(later.knows(&b), "one that is there is not gone");
        later.drop_gone(&[], |room| room.as_str() == "kitchen", start);
        assert!(!later.knows(&b), "its room is gone");
    }
}
