//! A client that trusts whom it is told to, as a browser does.

use crate::client::{Endpoint, PATIENCE, Reply, Server, read_reply};
use rosie_gateway::{GatewayConfig, TlsConfig};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// https beside plain HTTP, with an authority in this folder.
pub fn secure_in(folder: &Path) -> impl FnOnce(&mut GatewayConfig) {
    let tls = TlsConfig {
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        folder: folder.join("tls"),
        own: None,
    };
    |config| config.tls = Some(tls)
}

/// A gateway with https, and the folder of its authority.
pub async fn secure(change: impl FnOnce(&mut GatewayConfig)) -> (Server, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let wanted = secure_in(folder.path());
    let server = Server::start(|config| {
        wanted(config);
        change(config);
    })
    .await;
    (server, folder)
}

pub fn client(authority: Option<&str>, versions: &[&'static SupportedProtocolVersion]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = authority {
        roots
            .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
            .unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// A client that trusts the authority that the server hands out over plain HTTP.
pub async fn trusting(server: &Server) -> TlsConnector {
    let authority = server.get("/ca.crt").await;
    assert_eq!(authority.status, 200, "{}", authority.body);
    client(Some(&authority.body), rustls::ALL_VERSIONS)
}

pub async fn connect(server: &Server, client: &TlsConnector, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let tcp = TcpStream::connect(server.secure.unwrap()).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    timeout(PATIENCE, client.connect(name, tcp))
        .await
        .expect("a handshake or its end")
}

pub async fn get(server: &Server, client: &TlsConnector, name: &str, path: &str) -> Reply {
    let mut tls = connect(server, client, name).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: {name}\r\nconnection: close\r\n\r\n");
    tls.write_all(head.as_bytes()).await.unwrap();
    read_reply(&mut tls).await
}

pub async fn endpoint(server: &Server, client: &TlsConnector) -> Endpoint<TlsStream<TcpStream>> {
    let tls = connect(server, client, "localhost").await.unwrap();
    let (socket, _) = tokio_tungstenite::client_async("wss://localhost/api/v1/stream", tls)
        .await
        .unwrap();
    Endpoint { socket }
}
