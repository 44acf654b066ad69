//! Rosie's own certificate authority, made once and kept, and the certificates that it signs for her.
//!
//! Rules that browsers hold such certificates to: Apple's support article 103769 (at most 398 days where the public signs, 825
//! elsewhere; `serverAuth`; names in `subjectAltName`), RFC 5280.

use super::{
    names::Names,
    pair::{Facts, Pair, PairError, certificates, fingerprint},
};
use crate::{clock::DAY, folder};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{io, path::Path, time::Duration};

const AUTHORITY: &str = "authority.pem";
/// One that ended is kept beside the new one.
const ENDED: &str = "authority-ended.pem";
const SERVER: &str = "server.pem";

/// An authority is installed by hand on every device, so it lasts as long as an appliance does.
const AUTHORITY_DAYS: u64 = 3653;
/// 1 January 2020: no device whose clock lags finds an authority that is not valid yet.
const AUTHORITY_BEGINS: u64 = 1_577_836_800;
const SERVER_DAYS: u64 = 396;
/// So much of it lies in the past, for devices whose clocks lag.
const LAG_DAYS: u64 = 30;
/// How long before its end a certificate is made anew.
const RENEW_DAYS: u64 = 60;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum AuthorityError {
    #[error("{0} cannot be read: {1}")]
    Read(String, io::Error),
    #[error("{0} cannot be written: {1}")]
    Write(String, io::Error),
    #[error(
        "{0} is damaged ({1}): bring it back from a backup, or move it away and Rosie makes a new authority, which then has to be \
         installed on every device again"
    )]
    Damaged(String, String),
    #[error("a certificate cannot be made: {0}")]
    Make(#[from] rcgen::Error),
    #[error("the certificate that was made cannot be served: {0}")]
    Unusable(#[from] PairError),
}

pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    ends: u64,
    /// The certificate alone, as it is handed out.
    pub pem: String,
}

impl Authority {
    /// The one in this folder; made where there is none, or where it has ended.
    pub fn kept(folder: &Path, now: u64) -> Result<Self, AuthorityError> {
        let path = folder.join(AUTHORITY);
        let shown = path.display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let kept = Self::read(&text).map_err(|why| AuthorityError::Damaged(shown.clone(), why))?;
                if !kept.is_ending(now) {
                    return Ok(kept);
                }
                tracing::warn!("Rosie's certificate authority ends: the new one has to be installed on every device");
                let aside = folder.join(ENDED);
                std::fs::rename(&path, &aside)
                    .map_err(|error| AuthorityError::Write(aside.display().to_string(), error))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(AuthorityError::Read(shown, error)),
        }
        let (made, text) = Self::make(now)?;
        folder::keep(&path, &text).map_err(|error| AuthorityError::Write(shown, error))?;
        tracing::info!(
            fingerprint = fingerprint(&made.certificate),
            "a certificate authority was made"
        );
        Ok(made)
    }

    fn read(text: &str) -> Result<Self, String> {
        let told = |error: &dyn ToString| error.to_string();
        let mut all = certificates(text.as_bytes()).map_err(|error| told(&error))?;
        let certificate = all.swap_remove(0);
        // It holds the key, so what a parser says of it is not told.
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).ok();
        let key = key.and_then(|key| KeyPair::try_from(&key).ok());
        let key = key.ok_or("its key cannot be read")?;
        let ends = Facts::of(&certificate).map_err(|error| told(&error))?.not_after;
        let pem = first_of(text).to_owned() + "\n";
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|error| told(&error))?;
        Ok(Self {
            issuer,
            certificate,
            ends,
            pem,
        })
    }

    fn make(now: u64) -> Result<(Self, String), AuthorityError> {
        let key = KeyPair::generate()?;
        let mut wanted = CertificateParams::default();
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let short = host.split('.').next().unwrap_or_default().to_owned();
        wanted.distinguished_name = rcgen::DistinguishedName::new();
        wanted.distinguished_name.push(DnType::OrganizationName, "Rosie");
        // The number tells one from another of the same name, as after a machine was set up anew.
        let number = &fingerprint(&CertificateDer::from(key.public_key_raw().to_vec()))[..8];
        wanted
            .distinguished_name
            .push(DnType::CommonName, format!("Rosie on {short} ({number})"));
        wanted.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        wanted.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        valid(&mut wanted, AUTHORITY_BEGINS, now + AUTHORITY_DAYS * DAY);
        let certificate = wanted.self_signed(&key)?;
        let text = certificate.pem() + &key.serialize_pem();
        let made = Self::read(&text).map_err(|why| AuthorityError::Damaged(AUTHORITY.into(), why))?;
        Ok((made, text))
    }

    pub fn fingerprint(&self) -> String {
        fingerprint(&self.certificate)
    }

    /// A certificate of it would have to be made anew before long.
    pub fn is_ending(&self, now: u64) -> bool {
        self.ends <= now + (RENEW_DAYS + LAG_DAYS) * DAY
    }

    /// The server's certificate in this folder, where it is of this authority.
    pub fn of_last_time(&self, folder: &Path) -> Option<Pair> {
        let text = std::fs::read_to_string(folder.join(SERVER)).ok()?;
        let signed_by = certificates(text.as_bytes()).ok()?.pop()?;
        (signed_by == self.certificate).then_some(())?;
        Pair::read(first_of(&text).as_bytes(), text.as_bytes()).ok()
    }

    /// A new certificate with a new key, kept in this folder for the next start.
    pub fn sign(&self, names: &Names, now: u64, folder: &Path) -> Result<Pair, AuthorityError> {
        let key = KeyPair::generate()?;
        let mut wanted = CertificateParams::new(names.iter().cloned().collect::<Vec<_>>())?;
        wanted.distinguished_name = rcgen::DistinguishedName::new();
        wanted.distinguished_name.push(DnType::CommonName, "Rosie");
        wanted.is_ca = IsCa::ExplicitNoCa;
        wanted.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        wanted.use_authority_key_identifier_extension = true;
        let begins = now - LAG_DAYS * DAY;
        let ends = self.ends.min(begins + SERVER_DAYS * DAY);
        valid(&mut wanted, begins, ends);
        let (certificate, key) = (wanted.signed_by(&key, &self.issuer)?.pem(), key.serialize_pem());
        let text = format!("{certificate}{}{key}", self.pem);
        if let Err(error) = folder::keep(&folder.join(SERVER), &text) {
            // It is good for as long as Rosie runs.
            tracing::warn!(%error, "the server's certificate cannot be kept: the next start makes another one");
        }
        Ok(Pair::read(certificate.as_bytes(), key.as_bytes())?)
    }
}

/// Whether a certificate has these names and lasts for a while.
pub(super) fn serves(facts: &Facts, names: &Names, now: u64) -> bool {
    facts.holds_at(now) && facts.holds_at(now + RENEW_DAYS * DAY) && names.is_subset(&facts.names)
}

/// The first certificate of a PEM text.
fn first_of(text: &str) -> &str {
    text.split_inclusive("-----END CERTIFICATE-----")
        .next()
        .unwrap_or_default()
}

fn valid(wanted: &mut CertificateParams, begins: u64, ends: u64) {
    let moment = |seconds| rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds);
    (wanted.not_before, wanted.not_after) = (moment(begins), moment(ends));
}
