//! Whom a satellite takes for its server: whoever the authority signed that was given, or that the server showed at the first time.

use super::{UplinkConfig, dial::Fault};
use crate::{folder, tls::fingerprint};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use std::{fs, path::PathBuf, sync::Arc};
use tokio_rustls::TlsConnector;

const FILE: &str = "authority.pem";

#[derive(Debug)]
pub(super) struct Trust {
    /// Where the authority is, or will be kept.
    file: PathBuf,
    /// The owner gave it: none is kept there.
    given: bool,
}

impl Trust {
    pub fn new(config: &UplinkConfig) -> Self {
        Self {
            file: config.authority.clone().unwrap_or_else(|| config.folder.join(FILE)),
            given: config.authority.is_some(),
        }
    }

    /// What connections are made with; `None`: no server was ever met.
    pub fn connector(&self) -> Result<Option<TlsConnector>, Fault> {
        let pem = match fs::read(&self.file) {
            Ok(pem) => pem,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.given => return Ok(None),
            Err(error) => return Err(self.fault(&error.to_string())),
        };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|error| self.fault(&error.to_string()))?;
            roots.add(certificate).map_err(|error| self.fault(&error.to_string()))?;
        }
        if roots.is_empty() {
            return Err(self.fault("there is no certificate in it"));
        }
        let config = builder()?.with_root_certificates(roots).with_no_client_auth();
        Ok(Some(TlsConnector::from(Arc::new(config))))
    }

    /// For the first connection alone, over which nothing but the authority is fetched.
    pub fn stranger() -> Result<TlsConnector, Fault> {
        let config = builder()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(ring::default_provider())))
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    /// From now on nobody else is taken for the server.
    pub fn keep(&self, pem: &str) -> Result<(), Fault> {
        let certificate =
            CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| self.fault(&error.to_string()))?;
        folder::keep(&self.file, pem).map_err(|error| self.fault(&error.to_string()))?;
        let fingerprint = fingerprint(&certificate);
        tracing::warn!(fingerprint, file = %self.file.display(), "this server is trusted from now on; its page /certificate shows the same fingerprint");
        Ok(())
    }

    /// What to do where the server is not whom it was taken for.
    pub fn advice(&self) -> String {
        match self.given {
            true => format!(
                "is it signed by the authority in {} (satellite.authority)?",
                self.file.display()
            ),
            false => format!(
                "was the server made anew? Then delete {}, and it is trusted anew",
                self.file.display()
            ),
        }
    }

    fn fault(&self, why: &str) -> Fault {
        Fault::Authority {
            file: self.file.display().to_string(),
            why: why.to_owned(),
        }
    }
}

fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, Fault> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::Broken(error.to_string()))
}

/// Takes anybody for the server, who yet has to have the key of the certificate that is shown.
#[derive(Debug)]
struct Anybody(CryptoProvider);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
