//! The life of the connection: drives it, tells what comes, and connects anew when it breaks.

use super::{
    config::{MqttConfig, Version},
    wire::{self, BrokerError, Event, Note, Pen, Speaks},
};
use crate::integration;
use rosie_core::engine::EngineHealth;
use std::time::Duration;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

/// Whoever says no is asked seldom.
const AFTER_A_NO: Duration = Duration::from_secs(60);
/// Messages that may wait to be looked at. A house announces itself with some thousands at once.
pub(super) const INCOMING: usize = 4_096;

/// What the life tells.
pub(super) enum News {
    Up { pen: Pen, speaks: Speaks },
    Down(BrokerError),
    Event(Event),
}

/// Connects, and again, until `ending`. Never waits for whoever listens: who is too slow loses messages, and they are counted.
pub(super) async fn live(
    config: &MqttConfig,
    id: &str,
    will: &Note,
    news: mpsc::Sender<News>,
    ending: CancellationToken,
) {
    let mut speaks = match config.version {
        Version::Auto | Version::V5 => Speaks::V5,
        Version::V311 => Speaks::V311,
    };
    let (mut failed, mut told, mut lost) = (0, String::new(), 0u64);
    // What the broker is known to understand, and how often it seemed not to since.
    let (mut understood, mut not_understood) = (None, 0);
    loop {
        let (pen, mut wire) = wire::prepare(config, speaks, id, Some(will));
        let address = config.address();
        loop {
            let began = Instant::now();
            let mut was_up = false;
            let error = loop {
                match wire.next(&address).await {
                    Ok(event) => {
                        if let Event::Connected { .. } = event {
                            was_up = true;
                            (understood, not_understood) = (Some(speaks), 0);
                            told.clear();
                            let up = News::Up {
                                pen: pen.clone(),
                                speaks,
                            };
                            let _ = news.send(up).await;
                        }
                        if news.try_send(News::Event(event)).is_err() {
                            lost += 1;
                            if lost.is_power_of_two() {
                                tracing::warn!(lost, "messages come faster than they can be taken in");
                            }
                        }
                    }
                    Err(error) => break error,
                }
                if ending.is_cancelled() && news.is_closed() {
                    return;
                }
            };
            wire.drop_unsent();
            if ending.is_cancelled() {
                return;
            }
            let error = match error {
                // It understood us before.
                BrokerError::NotUnderstood { reason, .. } if was_up => BrokerError::Lost(reason),
                error => error,
            };
            let reason = error.to_string();
            let (of_version, is_a_no) = (error.is_of_version(), error.is_a_no());
            if reason != told {
                tracing::warn!(reason, "the MQTT broker is not connected; trying again until it is");
                told = reason;
            }
            let _ = news.send(News::Down(error)).await;
            if began.elapsed() > Duration::from_secs(60) {
                failed = 0;
            }
            let wait = if is_a_no {
                AFTER_A_NO
            } else {
                integration::pause(failed)
            };
            failed += 1;
            // Up to a quarter more, so that not everything in a house comes at once when the broker is back.
            tokio::select! {
                () = ending.cancelled() => return,
                () = tokio::time::sleep(wait.mul_f64(1.0 + jitter() / 4.0)) => {}
            }
            not_understood += u32::from(of_version);
            // One that goes away hangs up, too: what it understood before it is asked in some times more.
            let other = understood.is_none() || not_understood > 3;
            if of_version && other && config.version == Version::Auto {
                (understood, not_understood) = (None, 0);
                speaks = match speaks {
                    Speaks::V5 => Speaks::V311,
                    Speaks::V311 => Speaks::V5,
                };
                break;
            }
        }
    }
}

/// 0 to 1, different for every attempt.
fn jitter() -> f64 {
    f64::from(uuid::Uuid::new_v4().as_bytes()[0]) / 255.0
}

pub(super) fn health(error: &BrokerError) -> EngineHealth {
    EngineHealth::Unavailable {
        reason: error.to_string(),
    }
}
