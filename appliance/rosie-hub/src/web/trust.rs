//! Whose certificates are believed.

use crate::HubError;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::path::Path;

/// TLS that believes the authorities in `ca_file` (PEM) and nobody else; empty: whom this system trusts.
pub(crate) fn trusting(ca_file: &str) -> Result<ClientConfig, HubError> {
    // Chosen once a process; a second choice is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bad = |reason: String| HubError::CaFile {
        file: ca_file.to_owned(),
        reason,
    };
    let mut roots = RootCertStore::empty();
    if ca_file.is_empty() {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    } else {
        let found = CertificateDer::pem_file_iter(Path::new(ca_file)).map_err(|error| bad(error.to_string()))?;
        for certificate in found {
            let certificate = certificate.map_err(|error| bad(error.to_string()))?;
            roots.add(certificate).map_err(|error| bad(error.to_string()))?;
        }
        if roots.is_empty() {
            return Err(bad("there is no certificate in it".into()));
        }
    }
    Ok(ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth())
}
