//! `rosied --role satellite`: ears and voice of another Rosie.

use super::{
    CliResult, Common,
    run::{Args, gateway_config, stop_signal, tell_addresses},
};
use crate::{
    config::Config,
    engines::Folders,
    satellite::{Front, Satellite},
    supervisor,
};
use rosie_gateway::{Gateway, Metrics};
use std::{process::ExitCode, sync::Arc};
use tokio_util::sync::CancellationToken;

/// Threads of the reactor: there is one line, and a few pages.
const THREADS: usize = 2;

pub fn main(common: &Common, args: &Args, config: Config) -> CliResult {
    let folders = Folders {
        data: common.data.clone(),
        models: common.models_dir(&config),
    };
    // Nothing but /health and the log, for which nobody has to trust a certificate.
    let mut gateway = gateway_config(&config, args, &common.data);
    gateway.tls = None;
    gateway.webrtc.enabled = false;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .thread_name("rosie-io")
        .build();
    runtime.map_err(anyhow::Error::from)?.block_on(async {
        let shutdown = CancellationToken::new();
        let stop = stop_signal(shutdown.clone(), CancellationToken::new())?;
        let satellite = Satellite::start(config, &folders)?;
        let metrics = Arc::new(Metrics::new().map_err(anyhow::Error::from)?);
        let gateway = Gateway::bind(gateway, Arc::new(Front(satellite.clone())), metrics);
        let gateway = gateway.map_err(anyhow::Error::from)?;
        let addresses = gateway.addresses();
        tell_addresses(&addresses, &[]);
        println!("This is a satellite. /health says whose it is, and the code while it waits to be paired.");
        let fed = async {
            supervisor::report(&addresses).await;
            std::future::pending::<()>().await;
        };
        let serving = async { tokio::join!(gateway.serve(shutdown), stop) };
        tokio::select! {
            _ = serving => {}
            () = fed => {}
        }
        satellite.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}
