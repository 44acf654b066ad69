//! How the local endpoint is, in words.

use rosie_core::engine::{EngineHealth, EngineInfo};
use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// One half of the endpoint: the microphone or the loudspeaker.
pub(crate) struct Side {
    /// `microphone`
    what: &'static str,
    is: Mutex<Is>,
    /// Times the card ran over or dry.
    pub gaps: AtomicU64,
    /// Called whenever something changed.
    tell: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default, Clone)]
struct Is {
    pcm: String,
    /// What it sounds at; `None`: it is not open.
    rate: Option<u32>,
    /// `None` before the first try.
    problem: Option<String>,
    opened: u64,
}

impl Side {
    pub fn new(what: &'static str, tell: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            what,
            is: Mutex::default(),
            gaps: AtomicU64::new(0),
            tell: Box::new(tell),
        }
    }

    fn is(&self) -> MutexGuard<'_, Is> {
        self.is.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn opened(&self, pcm: &str, rate: u32, channels: usize) {
        tracing::info!(what = self.what, pcm, rate, channels, "is open");
        {
            let mut is = self.is();
            (is.pcm, is.rate, is.problem) = (pcm.to_owned(), Some(rate), None);
            is.opened += 1;
        }
        (self.tell)();
    }

    pub fn failed(&self, why: String) {
        {
            let mut is = self.is();
            if is.problem.as_ref() != Some(&why) {
                tracing::warn!(what = self.what, why, "is not there; it is tried again");
            }
            (is.rate, is.problem) = (None, Some(why));
        }
        (self.tell)();
    }

    /// What it sounds at; `None`: it is not open.
    pub fn rate(&self) -> Option<u32> {
        self.is().rate
    }

    /// It is open, or could not be opened.
    pub fn was_tried(&self) -> bool {
        let is = self.is();
        is.rate.is_some() || is.problem.is_some()
    }
}

/// `dropped`: pieces of sound lost in between, besides the cards' own gaps.
pub(crate) fn info(microphone: &Side, speaker: &Side, hat: Option<String>, dropped: u64) -> EngineInfo {
    let (ears, mouth) = (microphone.is().clone(), speaker.is().clone());
    let opened = ears.opened.saturating_sub(1) + mouth.opened.saturating_sub(1);
    let names: Vec<&str> = [&ears, &mouth].map(|is| is.pcm.as_str()).into();
    EngineInfo {
        engine: "alsa".into(),
        model: match names[..] {
            [one, other] if one == other => one.to_owned(),
            _ => names
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
        },
        health: health(&ears, &mouth, hat),
        queue_depth: 0,
        dropped: dropped + microphone.gaps.load(Relaxed) + speaker.gaps.load(Relaxed),
        restarts: opened,
    }
}

fn health(ears: &Is, mouth: &Is, hat: Option<String>) -> EngineHealth {
    match (&ears.problem, &mouth.problem) {
        (None, None) if ears.rate.is_none() || mouth.rate.is_none() => EngineHealth::Loading,
        (Some(why), _) => EngineHealth::Unavailable {
            reason: format!("no microphone: {why}"),
        },
        (None, Some(why)) => EngineHealth::Degraded {
            reason: format!("no loudspeaker: {why}"),
        },
        (None, None) => match hat {
            Some(reason) => EngineHealth::Degraded { reason },
            None => EngineHealth::Ready,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_and_what_comes_back_is_well() {
        let [microphone, speaker] = ["microphone", "loudspeaker"].map(|what| Side::new(what, || {}));
        let now = || info(&microphone, &speaker, None, 0);
        assert_eq!(now().health, EngineHealth::Loading);
        microphone.failed("the card is gone".into());
        speaker.opened("plughw:CARD=A", 48_000, 2);
        let reason = "no microphone: the card is gone".to_owned();
        assert_eq!(now().health, EngineHealth::Unavailable { reason });
        microphone.opened("plughw:CARD=A", 16_000, 1);
        assert_eq!(now().health, EngineHealth::Ready);
        assert_eq!((now().model.as_str(), now().restarts), ("plughw:CARD=A", 0));
        speaker.failed("the card is gone".into());
        microphone.opened("plughw:CARD=B", 16_000, 1);
        let told = now();
        let reason = "no loudspeaker: the card is gone".to_owned();
        assert_eq!(told.health, EngineHealth::Degraded { reason });
        assert_eq!(
            (told.model.as_str(), told.restarts),
            ("plughw:CARD=B, plughw:CARD=A", 1)
        );
    }
}
