//! The certificate that is served now: read by every handshake and by the page that tells of it, changed by the keeper.

use super::pair::Pair;
use bytes::Bytes;
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use serde::Serialize;
use std::sync::{Arc, PoisonError, RwLock};

/// Where the certificate comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// Nothing is served over TLS.
    #[default]
    Off,
    /// Rosie's own authority signed it.
    Authority,
    /// The owner's files.
    Files,
}

/// What everybody may know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct CertificateState {
    pub source: Source,
    /// The port of https.
    pub port: Option<u16>,
    /// SHA-256, `AB:CD:…`: of the authority, which devices are given; of the certificate itself where it is the owner's.
    pub fingerprint: Option<String>,
    /// Names and addresses that it is for.
    pub names: Vec<String>,
    pub ends_unix_ms: Option<u64>,
    /// Why there is none, or why it is not the one that was wanted.
    pub problem: Option<String>,
}

#[derive(Debug, Default)]
struct Inside {
    certified: Option<Arc<CertifiedKey>>,
    authority: Option<Bytes>,
    state: CertificateState,
}

#[derive(Debug, Default)]
pub(crate) struct Current(RwLock<Inside>);

impl Current {
    pub fn of(source: Source, port: Option<u16>) -> Self {
        let state = CertificateState {
            source,
            port,
            ..CertificateState::default()
        };
        Self(RwLock::new(Inside {
            state,
            ..Inside::default()
        }))
    }

    fn look<T>(&self, look: impl FnOnce(&Inside) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut Inside)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    pub fn state(&self) -> CertificateState {
        self.look(|inside| inside.state.clone())
    }

    /// The authority's certificate, PEM.
    pub fn authority(&self) -> Option<Bytes> {
        self.look(|inside| inside.authority.clone())
    }

    /// `authority`: whose certificate devices are given, where it is Rosie's own.
    pub(super) fn serve(&self, pair: &Pair, fingerprint: String, authority: Option<&str>) {
        self.change(|inside| {
            inside.certified = Some(Arc::clone(&pair.certified));
            inside.authority = authority.map(|pem| Bytes::from(pem.to_owned()));
            inside.state.fingerprint = Some(fingerprint);
            inside.state.names = pair.facts.names.iter().cloned().collect();
            inside.state.ends_unix_ms = Some(pair.facts.not_after * 1000);
        });
    }

    pub(super) fn tell(&self, problem: Option<String>) {
        self.change(|inside| inside.state.problem = problem);
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.look(|inside| inside.certified.clone())
    }
}
