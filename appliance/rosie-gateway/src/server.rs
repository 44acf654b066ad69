//! Binding, accepting and draining: the life of the listening sockets and of every connection.

use crate::{
    GatewayConfig, GatewayError, Metrics,
    access::{Access, Pairings},
    connection::{self, Ended},
    crowd::Crowd,
    http::{Assets, OpenApi, Rates},
    tls::{self, Current, Keeper, Source},
};
use rosie_core::appliance::Appliance;
use rustls::ServerConfig;
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What every connection shares.
pub(crate) struct Shared {
    pub config: GatewayConfig,
    pub appliance: Arc<dyn Appliance>,
    pub metrics: Arc<Metrics>,
    pub assets: Assets,
    pub openapi: OpenApi,
    /// Who may come in.
    pub access: Arc<Access>,
    pub rates: Rates,
    /// The certificate of https, and what is known of it.
    pub certificate: Arc<Current>,
    pub tracker: TaskTracker,
    pub connections: Arc<Semaphore>,
    /// The same of each address.
    pub crowd: Arc<Crowd>,
    /// Connections that are being told there is no room for them.
    pub refusals: Arc<Semaphore>,
    pub streams: Arc<Semaphore>,
    /// WebRTC connections.
    pub peers: Arc<Semaphore>,
    pub transfers: Arc<Semaphore>,
    /// One configuration is applied at a time.
    pub applying: tokio::sync::Mutex<()>,
    /// Stop accepting and end by yourself.
    pub drain: CancellationToken,
    /// The grace time is over.
    pub stop: CancellationToken,
}

/// Listening sockets, open but not yet accepting.
pub struct Gateway {
    shared: Arc<Shared>,
    plain: Vec<TcpListener>,
    secure: Option<Secure>,
}

/// Listening sockets of https, and who looks after its certificate.
struct Secure {
    listeners: Vec<TcpListener>,
    config: Arc<ServerConfig>,
    keeper: Keeper,
}

/// How long a refused or failed connection may take to read its answer.
const FAREWELL: Duration = Duration::from_secs(1);
/// A peer that acknowledges nothing for this long is gone (Linux `TCP_USER_TIMEOUT`).
#[cfg(target_os = "linux")]
const PEER_GONE: Duration = Duration::from_secs(30);

impl Gateway {
    /// Opens every listening socket; fails with what to do about it when one cannot be had.
    pub fn bind(
        config: GatewayConfig,
        appliance: Arc<dyn Appliance>,
        metrics: Arc<Metrics>,
    ) -> Result<Gateway, GatewayError> {
        if config.listen.is_empty() {
            return Err(GatewayError::NothingToListenOn);
        }
        let plain = open_all(&config.listen, "server.listen")?;
        let secure = Secure::bind(&config)?;
        let certificate = secure
            .as_ref()
            .map_or_else(Arc::default, |(_, current)| Arc::clone(current));
        let shared = Shared {
            appliance,
            metrics,
            assets: Assets::embedded(&config.allowed_origins),
            openapi: OpenApi::build()?,
            access: Access::open(&config.access)?,
            rates: Rates::new(&config.limits),
            crowd: Crowd::new(config.limits.max_connections_of_one),
            certificate,
            tracker: TaskTracker::new(),
            connections: Arc::new(Semaphore::new(config.limits.max_connections)),
            refusals: Arc::new(Semaphore::new(64)),
            streams: Arc::new(Semaphore::new(config.limits.max_streams)),
            peers: Arc::new(Semaphore::new(config.limits.max_peers)),
            transfers: Arc::new(Semaphore::new(config.limits.max_transfers)),
            applying: tokio::sync::Mutex::new(()),
            drain: CancellationToken::new(),
            stop: CancellationToken::new(),
            config,
        };
        Ok(Gateway {
            shared: Arc::new(shared),
            plain,
            secure: secure.map(|(secure, _)| secure),
        })
    }

    /// The addresses that plain HTTP is really listened for on (ports chosen by the system where 0 was asked for).
    pub fn addresses(&self) -> Vec<SocketAddr> {
        addresses(&self.plain)
    }

    /// The same of https.
    pub fn secure_addresses(&self) -> Vec<SocketAddr> {
        self.secure
            .as_ref()
            .map(|secure| addresses(&secure.listeners))
            .unwrap_or_default()
    }

    pub fn pairings(&self) -> Pairings {
        Pairings::of(&self.shared.access)
    }

    /// Serves until `shutdown`, then drains: no new connections, `going_away` to every stream, and after the grace
    /// time whatever is left is cut. Returns when nothing of it is running any more.
    pub async fn serve(self, shutdown: CancellationToken) {
        let shared = self.shared;
        for listener in self.plain {
            shared.tracker.spawn(accept(listener, None, Arc::clone(&shared)));
        }
        if let Some(secure) = self.secure {
            shared.tracker.spawn(secure.keeper.keep(shared.drain.clone()));
            for listener in secure.listeners {
                let config = Some(Arc::clone(&secure.config));
                shared.tracker.spawn(accept(listener, config, Arc::clone(&shared)));
            }
        }
        shutdown.cancelled().await;
        shared.drain.cancel();
        shared.tracker.close();
        if tokio::time::timeout(shared.config.grace, shared.tracker.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                open = shared.tracker.len(),
                "the grace time is over: connections that are left are cut"
            );
            shared.stop.cancel();
            shared.tracker.wait().await;
        }
    }
}

impl Secure {
    /// `None` where the configuration wants no https. A certificate that cannot be made or read does not keep Rosie from starting:
    /// it is told, and tried again.
    fn bind(config: &GatewayConfig) -> Result<Option<(Self, Arc<Current>)>, GatewayError> {
        let Some(wanted) = config.tls.as_ref().filter(|tls| !tls.listen.is_empty()) else {
            return Ok(None);
        };
        let listeners = open_all(&wanted.listen, "server.tls.listen")?;
        let source = match wanted.own {
            Some(_) => Source::Files,
            None => Source::Authority,
        };
        let port = addresses(&listeners).first().map(SocketAddr::port);
        let current = Arc::new(Current::of(source, port));
        let mut keeper = Keeper::new(wanted, &config.allowed_hosts, Arc::clone(&current));
        keeper.look();
        let secure = Self {
            listeners,
            config: tls::server_config(Arc::clone(&current))?,
            keeper,
        };
        Ok(Some((secure, current)))
    }
}

fn open_all(wanted: &[SocketAddr], key: &'static str) -> Result<Vec<TcpListener>, GatewayError> {
    let open = |&address| open(address, wanted).map_err(|error| GatewayError::listen(address, key, error));
    wanted.iter().map(open).collect()
}

fn addresses(listeners: &[TcpListener]) -> Vec<SocketAddr> {
    listeners.iter().filter_map(|l| l.local_addr().ok()).collect()
}

pub(crate) fn open(address: SocketAddr, all: &[SocketAddr]) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        // `[::]` also takes IPv4, unless the same port is asked for there too.
        socket.set_only_v6(
            all.iter()
                .any(|other| other.is_ipv4() && other.port() == address.port()),
        )?;
    }
    // A restart must not wait for connections of the last run to be forgotten.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    TcpListener::from_std(socket.into())
}

/// `secure`: how TLS is spoken on this socket; plain HTTP without it.
async fn accept(listener: TcpListener, secure: Option<Arc<ServerConfig>>, shared: Arc<Shared>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shared.drain.cancelled() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, or a connection that died in the queue: the next may be better.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        prepare(&stream);
        if let Ok(here) = stream.local_addr()
            && !shared.appliance.admits(peer, here)
        {
            tracing::warn!(%peer, "a plugin asked the appliance itself and was refused");
            if secure.is_none() {
                dismiss(stream, Ended::NotAdmitted, &shared);
            }
            continue;
        }
        let place = shared.crowd.enter(peer.ip());
        let permit = Arc::clone(&shared.connections).try_acquire_owned().ok();
        match place.zip(permit) {
            Some(held) => {
                let task = connection::serve(stream, secure.clone(), peer, Arc::clone(&shared));
                shared.tracker.spawn(async move {
                    let _held = held;
                    task.await;
                });
            }
            None => {
                refused(peer, &shared);
                // Words before a handshake would be taken for a broken one: there, closing has to say it.
                if secure.is_none() {
                    dismiss(stream, Ended::Full, &shared);
                }
            }
        }
    }
}

/// Options that cannot be worth losing a connection for.
fn prepare(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = SockRef::from(stream).set_tcp_user_timeout(Some(PEER_GONE));
}

fn refused(peer: SocketAddr, shared: &Arc<Shared>) {
    shared.metrics.connection_refused();
    let limits = &shared.config.limits;
    let (limit, of_one) = (limits.max_connections, limits.max_connections_of_one);
    tracing::warn!(%peer, limit, of_one, "too many connections: one was refused");
}

/// Says why, where there is room for that.
fn dismiss(stream: TcpStream, why: Ended, shared: &Arc<Shared>) {
    if let Ok(permit) = Arc::clone(&shared.refusals).try_acquire_owned() {
        shared.tracker.spawn(async move {
            let _permit = permit;
            let _ = tokio::time::timeout(FAREWELL, connection::farewell(stream, why)).await;
        });
    }
}
