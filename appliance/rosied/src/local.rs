//! The local endpoint in the daemon: begun, ended, and begun anew when its configuration changes.

use crate::{config::Config, session::Sessions};
use rosie_core::engine::EngineInfo;
use rosie_device::{LocalEndpoint, OpenSession};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

/// What runs of it. A command that ends at once begins none.
#[derive(Default)]
pub struct Local(Mutex<Running>);

#[derive(Default)]
struct Running {
    begun: bool,
    endpoint: Option<LocalEndpoint>,
    /// Her own Wi-Fi is open for the set-up.
    set_up: bool,
}

impl Local {
    fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on there is one, where the configuration wants it. Blocks for a moment.
    pub fn begin(&self, config: &Config, sessions: &Arc<Sessions>, reactor: Handle) {
        self.running().begun = true;
        self.apply(config, sessions, reactor);
    }

    /// Another configuration is in force. Blocks for a moment.
    pub fn apply(&self, config: &Config, sessions: &Arc<Sessions>, reactor: Handle) {
        let before = self.running().endpoint.take();
        before.inspect(LocalEndpoint::stop);
        let begun = self.running().begun;
        let Some(settings) = config.device.settings().filter(|_| begun) else {
            return;
        };
        let sessions = sessions.clone();
        let open: OpenSession = Box::new(move |spec, sink| {
            // A session is a task, and this is none of the reactor's threads.
            let _inside = reactor.enter();
            sessions.open(spec, sink)
        });
        match LocalEndpoint::start(settings, open) {
            Ok(endpoint) => {
                let mut running = self.running();
                endpoint.show_set_up(running.set_up);
                running.endpoint = Some(endpoint);
            }
            Err(error) => tracing::error!(%error, "the local endpoint gets no thread"),
        }
    }

    /// Whether her own Wi-Fi is open for the set-up, for whoever sees the LEDs.
    pub fn show_set_up(&self, on: bool) {
        let mut running = self.running();
        running.set_up = on;
        if let Some(endpoint) = &running.endpoint {
            endpoint.show_set_up(on);
        }
    }

    /// Says goodbye. Blocks for a moment.
    pub fn end(&self) {
        let before = self.running().endpoint.take();
        before.inspect(LocalEndpoint::stop);
    }

    /// `None`: it is off.
    pub fn health(&self) -> Option<EngineInfo> {
        self.running().endpoint.as_ref().map(LocalEndpoint::health)
    }
}
