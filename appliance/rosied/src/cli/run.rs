//! `rosied run`: the daemon.

use super::{CliResult, Common};
use crate::{
    appliance::Front,
    backup,
    config::{Config, Role},
    daemon::Rosie,
    engines::Folders,
    network, session, supervisor, telemetry, updates,
};
use rosie_gateway::{Gateway, GatewayConfig, Metrics, Wyoming};
use std::{net::SocketAddr, path::Path, process::ExitCode, sync::Arc, time::Duration};
use tokio::{
    runtime::Handle,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

#[derive(clap::Args, Default)]
pub struct Args {
    /// Listen here instead of where the configuration says ("127.0.0.1:8000"); may be given several times.
    #[arg(long)]
    listen: Vec<SocketAddr>,
    /// The same for https. With --listen and without this there is none.
    #[arg(long)]
    listen_tls: Vec<SocketAddr>,
}

pub fn main(common: &Common, args: Args) -> CliResult {
    // Before anything of the folder is opened; logged once there is a log.
    backup::tidy(&common.data);
    let restored = match backup::take(&common.data) {
        Err(half @ backup::BackupError::Half(_)) => return Err(anyhow::Error::from(half).into()),
        restored => restored,
    };
    let (layers, config) = common.load()?;
    telemetry::install(&config.logging);
    if config.role == Role::Satellite {
        return super::satellite::main(common, &args, config);
    }
    let not_restored = match restored {
        Ok(None) => None,
        Ok(Some(parts)) => {
            tracing::info!(?parts, "a backup was brought back; what was there is in before-restore");
            None
        }
        Err(error) => {
            tracing::error!(%error, "the backup could not be brought back, everything is as it was");
            Some(format!(
                "it could not be brought back, everything is as it was: {error}"
            ))
        }
    };
    let folders = Folders {
        data: common.data.clone(),
        models: common.models_dir(&config),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("rosie-io")
        .build();
    let runtime = runtime.map_err(anyhow::Error::from)?;
    let anew = runtime.block_on(async {
        let (shutdown, restart) = (CancellationToken::new(), CancellationToken::new());
        let stop = stop_signal(shutdown.clone(), restart.clone())?;
        let metrics = Arc::new(Metrics::new().map_err(anyhow::Error::from)?);
        let gateway_config = gateway_config(&config, &args, &common.data);
        let rosie = Rosie::start((layers, config), folders, vec![metrics.clone()], Some(restart.clone())).await?;
        rosie.backups.tell_problem(not_restored);
        rosie.backups.stops_with(shutdown.clone());
        let front = Arc::new(Front(rosie.clone()));
        let gateway = Gateway::bind(gateway_config, front.clone(), metrics);
        let gateway = gateway.map_err(anyhow::Error::from)?;
        rosie.allowed.join(gateway.pairings());
        let wyoming = Wyoming::bind(rosie.sessions.house.config().wyoming.settings(), front);
        let wyoming = wyoming.map_err(anyhow::Error::from)?;
        greet(&gateway, &wyoming);
        begin_local(&rosie).await;
        let told = rosie.tracker.spawn(tell_when_ready(rosie.clone()));
        let addresses = gateway.addresses();
        rosie.tracker.spawn(backup::nightly(rosie.clone()));
        rosie.tracker.spawn(network::tell(rosie.clone()));
        rosie.tracker.spawn(updates::tell(rosie.clone()));
        rosie.tracker.spawn(session::quiet::tell(rosie.clone()));
        let watched = rosie.tracker.spawn(async move { supervisor::report(&addresses).await });
        tokio::join!(gateway.serve(shutdown.clone()), wyoming.serve(shutdown), stop);
        told.abort();
        watched.abort();
        let local = rosie.local.clone();
        let _ = tokio::task::spawn_blocking(move || local.end()).await;
        rosie.stop().await;
        Ok::<_, super::CliError>(restart.is_cancelled())
    })?;
    drop(runtime);
    match anew {
        true => Err(start_anew().into()),
        false => Ok(ExitCode::SUCCESS),
    }
}

/// What the command line says takes precedence; with an address of its own for plain HTTP, https is served where it says so, too.
pub(super) fn gateway_config(config: &Config, args: &Args, data: &Path) -> GatewayConfig {
    let mut gateway = config.server.settings(data);
    gateway.access = config.access.settings(data);
    if !args.listen.is_empty() {
        gateway.listen.clone_from(&args.listen);
    }
    if let Some(tls) = gateway.tls.as_mut()
        && !(args.listen.is_empty() && args.listen_tls.is_empty())
    {
        tls.listen.clone_from(&args.listen_tls);
    }
    gateway
}

/// On stdout, for people and for scripts that wait for it.
fn greet(gateway: &Gateway, wyoming: &Wyoming) {
    let (plain, secure) = (gateway.addresses(), gateway.secure_addresses());
    tell_addresses(&plain, &secure);
    for address in wyoming.addresses() {
        println!("Wyoming clients find her on {address}");
    }
    for (room, address) in wyoming.rooms() {
        println!("Home Assistant may have the room {room} as its satellite on {address}");
    }
    if plain.iter().any(|address| !address.ip().is_loopback()) {
        println!("Browsers give a page the microphone only on localhost or over https; typing works everywhere.");
        if !secure.is_empty() {
            println!("The page /certificate says how a device is made to trust her https.");
        }
    }
}

pub(super) fn tell_addresses(plain: &[SocketAddr], secure: &[SocketAddr]) {
    let all = plain.iter().map(|address| ("http", address));
    for (scheme, address) in all.chain(secure.iter().map(|address| ("https", address))) {
        let host = if address.ip().is_unspecified() {
            "localhost".to_owned()
        } else {
            address.ip().to_string()
        };
        println!("Rosie listens on {scheme}://{host}:{}", address.port());
    }
}

/// The machine's own microphone and loudspeaker.
async fn begin_local(rosie: &Rosie) {
    let (local, sessions, reactor) = (rosie.local.clone(), rosie.sessions.clone(), Handle::current());
    let begun = tokio::task::spawn_blocking(move || local.begin(&sessions.house.config(), &sessions, reactor)).await;
    if begun.is_err() {
        tracing::error!("the local endpoint broke down while it began");
    }
}

async fn tell_when_ready(rosie: Arc<Rosie>) {
    rosie.settled(Duration::from_secs(120)).await;
    // Hundreds of megabytes to walk through: nobody's question waits for that.
    let _ = tokio::task::spawn_blocking(rosie_speech::release_unused_memory).await;
    let duration_ms = rosie.started.elapsed().as_millis() as u64;
    let engines = rosie.sessions.house.engines();
    for (part, info) in engines.infos() {
        match info.health {
            rosie_core::engine::EngineHealth::Ready => {
                tracing::info!(part, engine = info.engine, model = info.model, "ready");
            }
            health => tracing::warn!(part, engine = info.engine, health = ?health, "not ready"),
        }
    }
    tracing::info!(duration_ms, "engines settled");
}

/// Becomes a new daemon, with the arguments of this one. Returns only when that fails.
fn start_anew() -> anyhow::Error {
    use std::os::unix::process::CommandExt;
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return anyhow::Error::from(error).context("Rosie cannot be started anew"),
    };
    let error = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .exec();
    anyhow::Error::from(error).context("Rosie cannot be started anew")
}

/// Cancels `shutdown` at the first SIGINT or SIGTERM, or when a restart is asked for.
pub(super) fn stop_signal(
    shutdown: CancellationToken,
    restart: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = restart.cancelled() => {}
        }
        tracing::info!("stopping");
        shutdown.cancel();
    })
}
