//! What the owner can set about everything that listens, with the one place where each default is written.

use crate::{access::AccessConfig, rtc::WebRtc, tls::TlsConfig};
use std::{net::SocketAddr, time::Duration};

/// How the gateway listens and what it puts up with.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Addresses to listen on; port 0 takes a free one.
    pub listen: Vec<SocketAddr>,
    /// What those who come without TLS get.
    pub plain: Plain,
    /// `None`: nothing is served over TLS.
    pub tls: Option<TlsConfig>,
    /// Audio beside the stream, over UDP.
    pub webrtc: WebRtc,
    /// Who may come in.
    pub access: AccessConfig,
    /// Host names under which the appliance is reached beside those that only a home network can have (addresses,
    /// `localhost`, single words, `.local`, `.lan`, `.home.arpa`, `.internal`): a page of the internet that points its
    /// own name at this machine must not get in.
    pub allowed_hosts: Vec<String>,
    /// Origins (`https://ha.example.org:8123`) whose pages may use the API and the stream and may frame Rosie's pages.
    pub allowed_origins: Vec<String>,
    /// A request's head must arrive within this, and before it a TLS handshake.
    pub header_timeout: Duration,
    /// A request's body must arrive within this.
    pub body_timeout: Duration,
    /// `hello` must arrive within this.
    pub hello_timeout: Duration,
    /// A stream that hears nothing from its endpoint for this long is closed.
    pub idle_timeout: Duration,
    /// At shutdown, how long connections may take to end by themselves.
    pub grace: Duration,
    /// What `going_away` tells endpoints to wait before they connect again.
    pub retry_after: Duration,
    pub limits: Limits,
}

/// What is served over plain HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Plain {
    /// Everything.
    #[default]
    Allow,
    /// The way to https, and what is needed to go it: health, the authority's certificate and the page about it.
    Redirect,
}

#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once, pages and streams together.
    pub max_connections: usize,
    /// The same from one address.
    pub max_connections_of_one: usize,
    /// Requests of one address, and of one key, sustained and in a burst; whether the daemon lives may be asked more often.
    pub requests_per_s: u32,
    pub request_burst: u32,
    /// Tries of one address to sign in or to pair.
    pub knocks_per_minute: u32,
    /// Streams (connected endpoints) at once.
    pub max_streams: usize,
    /// Streams whose audio goes over WebRTC, at once.
    pub max_peers: usize,
    pub max_headers: usize,
    pub max_header_bytes: usize,
    pub max_body_bytes: usize,
    /// A memory that is brought in.
    pub max_import_bytes: u64,
    /// A backup that is brought in.
    pub max_backup_bytes: u64,
    /// Documents, backups, exports and imports on their way at once.
    pub max_transfers: usize,
    /// A document, export or import that does not move for this long is cut.
    pub transfer_stall: Duration,
    /// Messages of one stream, sustained and in a burst.
    pub messages_per_s: u32,
    pub message_burst: u32,
    /// Audio of one stream, sustained, as a multiple of real time, and how much of it may come at once.
    pub audio_speed: f64,
    pub audio_burst: Duration,
    /// Refused messages of one stream before it is closed; one is forgiven every ten seconds.
    pub max_errors: u32,
    /// Audio that may wait for a slow endpoint. Above it, an endpoint that reads more slowly than audio sounds is closed.
    pub queued_audio: Duration,
    /// Bytes that may wait for a slow endpoint, at most.
    pub queued_bytes: usize,
    /// Control messages that may wait for a slow endpoint, at most.
    pub queued_messages: usize,
    /// One message that cannot be written for this long closes the stream.
    pub write_stall: Duration,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from(([0, 0, 0, 0], 8000))],
            plain: Plain::default(),
            tls: None,
            webrtc: WebRtc::default(),
            access: AccessConfig::default(),
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(15),
            hello_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(30),
            grace: Duration::from_secs(5),
            retry_after: Duration::from_secs(2),
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 512,
            max_connections_of_one: 256,
            requests_per_s: 200,
            request_burst: 1000,
            knocks_per_minute: 60,
            max_streams: 64,
            max_peers: 32,
            max_headers: 64,
            max_header_bytes: 16 * 1024,
            max_body_bytes: 1024 * 1024,
            max_import_bytes: 4 << 30,
            max_backup_bytes: 8 << 30,
            max_transfers: 4,
            transfer_stall: Duration::from_secs(30),
            messages_per_s: 200,
            message_burst: 400,
            audio_speed: 1.5,
            audio_burst: Duration::from_secs(10),
            max_errors: 10,
            queued_audio: Duration::from_secs(30),
            queued_bytes: 8 * 1024 * 1024,
            queued_messages: 4096,
            write_stall: Duration::from_secs(10),
        }
    }
}
