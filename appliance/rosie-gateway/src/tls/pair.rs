//! A certificate and its key: from PEM to what TLS is served with, and what stands in the certificate.

use super::names::Names;
use rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};
use x509_parser::{extensions::GeneralName, prelude::parse_x509_certificate};

/// What is wrong with a certificate or its key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PairError {
    #[error("there is no certificate in PEM form (-----BEGIN CERTIFICATE-----) in it")]
    NoCertificate,
    #[error(
        "there is no private key in PEM form (-----BEGIN PRIVATE KEY-----) in it; one with a passphrase cannot be used"
    )]
    NoKey,
    #[error("the certificate in it cannot be read: {0}")]
    BadCertificate(String),
    #[error(
        "the key is of a kind that is not served: take one of ECDSA P-256 or P-384, Ed25519, or RSA with 2048 bits or more"
    )]
    BadKey,
    #[error("this key does not belong to the certificate")]
    NoPair,
}

/// What stands in a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// Seconds since 1970.
    pub not_before: u64,
    pub not_after: u64,
    pub names: Names,
}

impl Facts {
    pub fn of(certificate: &CertificateDer<'_>) -> Result<Self, PairError> {
        let bad = |what: &dyn ToString| PairError::BadCertificate(what.to_string());
        let (_, read) = parse_x509_certificate(certificate).map_err(|error| bad(&error))?;
        let named = read.subject_alternative_name().map_err(|error| bad(&error))?;
        let named = named.map(|names| names.value.general_names.iter().filter_map(name_of).collect());
        let seconds = |time: i64| u64::try_from(time).unwrap_or_default();
        Ok(Self {
            not_before: seconds(read.validity().not_before.timestamp()),
            not_after: seconds(read.validity().not_after.timestamp()),
            names: named.unwrap_or_default(),
        })
    }

    pub fn holds_at(&self, now: u64) -> bool {
        (self.not_before..self.not_after).contains(&now)
    }
}

fn name_of(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes)
                .ok()
                .map(|b| IpAddr::V4(Ipv4Addr::from(b)).to_string()),
            _ => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|b| IpAddr::V6(Ipv6Addr::from(b)).to_string()),
        },
        _ => None,
    }
}

/// A certificate that can be served.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub certified: Arc<CertifiedKey>,
    pub facts: Facts,
}

impl Pair {
    /// From PEM: the certificate with those that signed it, and the key, which may stand in the same text.
    pub fn read(certificate: &[u8], key: &[u8]) -> Result<Self, PairError> {
        let chain = certificates(certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| PairError::NoKey)?;
        let facts = Facts::of(chain.first().ok_or(PairError::NoCertificate)?)?;
        let certified = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => PairError::NoPair,
            rustls::Error::InvalidCertificate(_) => PairError::BadCertificate(error.to_string()),
            _ => PairError::BadKey,
        })?;
        Ok(Self {
            certified: Arc::new(certified),
            facts,
        })
    }

    pub fn certificate(&self) -> Option<&CertificateDer<'static>> {
        self.certified.cert.first()
    }
}

pub(super) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, PairError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match all {
        Ok(all) if all.is_empty() => Err(PairError::NoCertificate),
        Ok(all) => Ok(all),
        Err(error) => Err(PairError::BadCertificate(error.to_string())),
    }
}

/// As browsers and systems show it: SHA-256, `AB:CD:…`.
pub(crate) fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let bytes: Vec<String> = Sha256::digest(certificate)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    bytes.join(":")
}
