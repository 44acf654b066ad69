//! The gateway over real sockets, before a fake appliance.

#![allow(clippy::unwrap_used)]

mod access;
mod access_answers;
mod access_routes;
mod api;
mod backups;
mod client;
mod document;
mod fake;
mod fake_backups;
mod fake_integrations;
mod fake_memory;
mod fake_network;
mod fake_plugins;
mod fake_updates;
mod hostile;
mod http_limits;
mod integrations;
mod memory;
mod memory_documents;
mod memory_refusals;
mod memory_transfer;
mod network;
mod openapi;
mod openapi_accounts;
mod openapi_memory;
mod pairing;
mod plugins;
mod property;
mod rtc;
mod rtc_peer;
mod rtc_relay;
mod rtc_sound;
mod shutdown;
mod slow;
mod sound;
mod stream;
mod tls;
mod tls_client;
mod tls_plain;
mod updates;
