//! The gateway before an appliance that says back what was said while the talk button was down: for tests of the page's audio in a
//! browser, which need no models. WebRTC is on.
//!
//! `cargo run --release -p rosie-gateway --example echo -- 127.0.0.1:8000`

#[allow(dead_code)]
#[path = "../tests/gateway/fake.rs"]
mod fake;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_backups.rs"]
mod fake_backups;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_integrations.rs"]
mod fake_integrations;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_memory/mod.rs"]
mod fake_memory;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_models.rs"]
mod fake_models;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_network.rs"]
mod fake_network;
#[path = "../tests/gateway/fake_plugins.rs"]
#[allow(dead_code)]
mod fake_plugins;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_record.rs"]
mod fake_record;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_speakers.rs"]
mod fake_speakers;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_updates.rs"]
mod fake_updates;

use rosie_core::{
    AudioFrame, SampleRate, TurnId,
    record::Trigger,
    session::{SessionEvent as E, SessionInput, TurnState},
};
use rosie_gateway::{Gateway, GatewayConfig, Metrics, WebRtc};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// What endpoints hear.
const RATE: u32 = 24_000;

/// What is being said to it.
#[derive(Default)]
struct Echo {
    turn: u64,
    /// 16 kHz; `None` while the button is up.
    said: Option<Vec<i16>>,
}

impl Echo {
    fn take(&mut self, input: SessionInput, tell: impl Fn(E)) {
        let turn_id = TurnId(self.turn);
        let state = |state| E::State { turn_id, state };
        match input {
            SessionInput::PushToTalk { pressed: true } => {
                self.turn += 1;
                self.said = Some(Vec::new());
                let turn_id = TurnId(self.turn);
                let trigger = Trigger::PushToTalk;
                tell(E::TurnStarted { turn_id, trigger });
                tell(E::State {
                    turn_id,
                    state: TurnState::Listening,
                });
            }
            SessionInput::Audio(frame) => {
                if let Some(said) = &mut self.said {
                    said.extend(frame.to_mono());
                }
            }
            SessionInput::PushToTalk { pressed: false } => {
                let said = self.said.take().unwrap_or_default();
                tell(state(TurnState::Speaking));
                tell(E::PlaybackStarted {
                    turn_id,
                    rate: RATE,
                    channels: 1,
                });
                let frame = AudioFrame::mono(half_as_many_more(&said), SampleRate(RATE));
                tell(E::Audio { turn_id, frame });
                tell(E::AudioFinished { turn_id });
            }
            SessionInput::Cancel => {
                tell(E::StopPlayback { turn_id });
                tell(state(TurnState::Idle));
            }
            SessionInput::PlaybackFinished { .. } => tell(state(TurnState::Idle)),
            _ => {}
        }
    }
}

/// From 16 to 24 kHz, on straight lines: two samples become three.
fn half_as_many_more(samples: &[i16]) -> Vec<i16> {
    let at = |n: usize| f32::from(samples.get(n).copied().unwrap_or(0));
    (0..samples.len() * 3 / 2)
        .map(|n| {
            let (whole, part) = (n * 2 / 3, (n * 2 % 3) as f32 / 3.0);
            (at(whole) * (1.0 - part) + at(whole + 1) * part) as i16
        })
        .collect()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8000".to_owned());
    let config = GatewayConfig {
        listen: vec![address.parse()?],
        webrtc: WebRtc {
            enabled: true,
            ..WebRtc::default()
        },
        ..GatewayConfig::default()
    };
    let appliance = fake::Fake::default();
    let gateway = Gateway::bind(config, Arc::new(appliance.clone()), Arc::new(Metrics::new()?))?;
    println!("listening on {}", gateway.addresses()[0]);
    let serving = gateway.serve(CancellationToken::new());
    tokio::pin!(serving);
    let mut echo = Echo::default();
    let mut look = tokio::time::interval(Duration::from_millis(10));
    loop {
        tokio::select! {
            () = &mut serving => return Ok(()),
            _ = look.tick() => {
                let inputs = appliance.seen(|seen| std::mem::take(&mut seen.inputs));
                inputs.into_iter().for_each(|input| echo.take(input, |event| appliance.tell(event)));
            }
        }
    }
}
