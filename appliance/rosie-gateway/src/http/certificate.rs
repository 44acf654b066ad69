//! The certificate of https: what is known of it, and the authority that devices are given.

use super::{
    ApiError,
    respond::{Answer, answer, json},
};
use crate::{server::Shared, tls::Source};
use http::{HeaderValue, StatusCode, header};

/// What a route of the certificate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CertificateAction {
    State,
    Authority,
}

pub(super) fn run(shared: &Shared, action: CertificateAction) -> Result<Answer, ApiError> {
    match action {
        CertificateAction::State => json(StatusCode::OK, &shared.certificate.state()),
        CertificateAction::Authority => authority(shared),
    }
}

fn authority(shared: &Shared) -> Result<Answer, ApiError> {
    let Some(pem) = shared.certificate.authority() else {
        let (message, hint) = match shared.certificate.state().source {
            Source::Off => (
                "https is off, so there is no certificate authority",
                "set server.tls.listen, for example to 0.0.0.0:8443",
            ),
            Source::Files => (
                "the owner's own certificate is served, and this Rosie has no authority of her own",
                "devices trust whoever signed that certificate; server.tls.certificate names it",
            ),
            Source::Authority => (
                "the certificate authority could not be made or read",
                "/api/v1/certificate and the log say why",
            ),
        };
        return Err(ApiError::new(StatusCode::NOT_FOUND, "no-authority", message, hint));
    };
    let kind = HeaderValue::from_static("application/x-x509-ca-cert");
    let mut answer = answer(StatusCode::OK, kind, pem);
    let named = HeaderValue::from_static("attachment; filename=\"rosie-ca.crt\"");
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, named);
    Ok(answer)
}
