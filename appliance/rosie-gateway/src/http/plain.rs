//! Plain HTTP where it only leads to https: what stays here, and the way there.

use super::{ApiError, network, pieces::AnswerBody, respond::Answer, service};
use crate::{connection::Ends, server::Shared};
use http::{HeaderValue, Request, Response, StatusCode, header, uri::Authority};
use hyper::body::Incoming;
use std::{net::SocketAddr, sync::Arc};

/// What a device needs before it trusts the certificate, and what looks after the daemon. The page's files hold nothing of the house.
pub(super) fn stays(path: &str) -> bool {
    let files = ["/health/", "/style/", "/js/", "/fonts/", "/icons/"];
    let exactly = [
        "/health",
        "/ca.crt",
        "/certificate",
        "/api/v1/certificate",
        "/favicon.svg",
        "/manifest.webmanifest",
    ];
    exactly.contains(&path) || files.iter().any(|folder| path.starts_with(folder))
}

/// `308` to the same under https. A phone at the access point is answered here: it has no certificate yet, and the set-up is for it.
pub(super) async fn lead(shared: Arc<Shared>, ends: Ends, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let here = ends.here;
    if let Some(here) = here
        && network::is_door(&shared, here).await
    {
        let (_, work) = service::answered(&shared, ends, request);
        return work.await;
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host
        .and_then(|host| host.parse::<Authority>().ok())
        .map(|host| host.host().to_owned());
    let host = host.or_else(|| {
        here.map(|here| {
            SocketAddr::new(here.ip(), 0)
                .to_string()
                .trim_end_matches(":0")
                .to_owned()
        })
    });
    let (Some(host), Some(port)) = (host, shared.certificate.state().port) else {
        return Err(ApiError::internal());
    };
    let port = match port {
        443 => String::new(),
        port => format!(":{port}"),
    };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let there = HeaderValue::try_from(format!("https://{host}{port}{path}")).map_err(|_| ApiError::internal())?;
    let mut answer = Response::new(AnswerBody::default());
    *answer.status_mut() = StatusCode::PERMANENT_REDIRECT;
    answer.headers_mut().insert(header::LOCATION, there);
    // The owner may allow plain HTTP again, and no browser must know better.
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_way_there_stays() {
        for path in [
            "/health",
            "/health/stt",
            "/ca.crt",
            "/certificate",
            "/js/certificate/main.js",
        ] {
            assert!(stays(path), "{path}");
        }
        for path in [
            "/",
            "/healthy",
            "/api/v1/config",
            "/api/v1/stream",
            "/metrics",
            "/mcp",
            "/memory",
            "/docs/docs.js",
        ] {
            assert!(!stays(path), "{path}");
        }
    }
}
