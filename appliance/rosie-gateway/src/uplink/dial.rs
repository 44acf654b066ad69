//! Reaching the server: a connection over TCP, and TLS where it is meant to be encrypted; one request and its answer.

use super::{ServerAddress, find, talk::Ended, trust::Trust};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rosie_proto::Refusal;
use rustls::pki_types::ServerName;
use serde_json::Value;
use std::time::Duration;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_util::either::Either;

/// A connection, plain or over TLS.
pub(super) type Wire = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// For a connection, and for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read, bytes.
const LONGEST: usize = 64 * 1024;

/// Why there is no server, in words that say what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error(
        "no Rosie was found on this network: is she switched on? Name her address in satellite.server, or with --server"
    )]
    NotFound,
    #[error("{0} is not reached: {1}. Is she switched on, and in the same network?")]
    Unreachable(String, String),
    #[error("{server} is not whom this satellite trusts ({why}): {advice}")]
    NotTrusted {
        server: String,
        why: String,
        advice: String,
    },
    #[error("{file}: {why}")]
    Authority { file: String, why: String },
    #[error("{0} shows no authority of her own: name who signed her certificate, a PEM file, in satellite.authority")]
    NoAuthority(String),
    #[error("{0} answers, but not as a Rosie does: {1}")]
    NoRosie(String, String),
    #[error("the server refused this satellite ({code}): {detail}")]
    Refused { code: String, detail: String },
    #[error("{0}")]
    Broken(String),
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Self {
        let find = |code: &str| Refusal::ALL.iter().find(|refusal| refusal.as_str() == code);
        match &fault {
            Fault::Refused { code, .. } if code == Refusal::NotPaired.as_str() => Ended::NotPaired,
            Fault::Refused { code, .. } if find(code).is_some_and(|refusal| !refusal.retry()) => {
                Ended::Refused(fault.to_string())
            }
            _ => Ended::Lost(fault.to_string()),
        }
    }
}

/// Connects, and learns whom to trust where no server was ever met.
pub(super) async fn dial(address: &ServerAddress, trust: &Trust) -> Result<Wire, Fault> {
    if !address.secure {
        return Ok(Either::Left(tcp(address).await?));
    }
    let connector = match trust.connector()? {
        Some(connector) => connector,
        None => {
            meet(address, trust).await?;
            let met = || Fault::NoAuthority(address.to_string());
            trust.connector()?.ok_or_else(met)?
        }
    };
    secure(address, &connector).await.map_err(|error| match error {
        Fault::Broken(why) => Fault::NotTrusted {
            server: address.to_string(),
            why,
            advice: trust.advice(),
        },
        other => other,
    })
}

/// The first time: whoever answers there says who signs for it, and is held to that from then on.
async fn meet(address: &ServerAddress, trust: &Trust) -> Result<(), Fault> {
    let wire = secure(address, &Trust::stranger()?).await?;
    let (status, body) = ask(wire, address, Method::GET, "/ca.crt", None).await?;
    match status {
        StatusCode::OK => trust.keep(&String::from_utf8_lossy(&body)),
        StatusCode::NOT_FOUND => Err(Fault::NoAuthority(address.to_string())),
        other => Err(Fault::NoRosie(address.to_string(), format!("/ca.crt answered {other}"))),
    }
}

async fn tcp(address: &ServerAddress) -> Result<TcpStream, Fault> {
    let unreachable = |why: String| Fault::Unreachable(address.to_string(), why);
    let places = find::places(address).await.map_err(unreachable)?;
    let connecting = async {
        let mut why = "its name has no address".to_owned();
        for place in places {
            match TcpStream::connect(place).await {
                Ok(stream) => return Ok(stream),
                Err(error) => why = error.to_string(),
            }
        }
        Err(why)
    };
    let late = |_| unreachable("it does not answer".to_owned());
    let stream = timeout(PATIENCE, connecting)
        .await
        .map_err(late)?
        .map_err(unreachable)?;
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// `Broken`: the handshake failed.
async fn secure(address: &ServerAddress, connector: &TlsConnector) -> Result<Wire, Fault> {
    let stream = tcp(address).await?;
    let name = ServerName::try_from(address.host.clone())
        .map_err(|_| Fault::Broken(format!("{} is no name of a host", address.host)))?;
    match timeout(PATIENCE, connector.connect(name, stream)).await {
        Ok(Ok(secure)) => Ok(Either::Right(Box::new(secure))),
        Ok(Err(error)) => Err(Fault::Broken(error.to_string())),
        Err(_) => Err(Fault::Unreachable(address.to_string(), "it does not answer".to_owned())),
    }
}

/// One request over a connection of its own.
pub(super) async fn ask(
    wire: Wire,
    address: &ServerAddress,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<(StatusCode, Bytes), Fault> {
    let broken = |why: String| Fault::NoRosie(address.to_string(), why);
    let asking = async {
        let (mut send, connection) = http1::handshake(TokioIo::new(wire))
            .await
            .map_err(|error| broken(error.to_string()))?;
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, address.authority())
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| broken(error.to_string()))?;
        let answering = async {
            let answer = send
                .send_request(request)
                .await
                .map_err(|error| broken(error.to_string()))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), LONGEST).collect().await;
            let body = body.map_err(|error| broken(error.to_string()))?.to_bytes();
            Ok((status, body))
        };
        tokio::pin!(answering);
        tokio::select! {
            answer = &mut answering => answer,
            ended = connection => match ended {
                // Its last words may have been the answer.
                Ok(()) => answering.await,
                Err(error) => Err(broken(error.to_string())),
            },
        }
    };
    let late = |_| broken("no answer came in time".to_owned());
    timeout(PATIENCE, asking).await.map_err(late)?
}
