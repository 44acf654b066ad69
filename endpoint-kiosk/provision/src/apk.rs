//! The signature of an APK: scheme 2, which covers every byte of the file. The certificate must be the one that is expected, and what
//! it signed must be this file; then it does not matter what Android itself looks at.

use sha2::{Digest, Sha256, Sha512};
use x509_parser::{
    oid_registry::{OID_PKCS1_SHA256WITHRSA, OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA256, Oid},
    prelude::*,
};

const MAGIC: &[u8] = b"APK Sig Block 42";
const SCHEME_2: u32 = 0x7109_871a;
const SCHEME_3: u32 = 0xf053_68c0;
const PIECE: usize = 1 << 20;
const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApkError {
    #[error("it is no APK: no zip archive")]
    NoZip,
    #[error("it is not signed with scheme 2 (`apksigner` and `make kiosk-app` do that)")]
    NotSigned,
    #[error("its signing block is damaged")]
    Damaged,
    #[error("more than one signed it")]
    ManySigners,
    #[error(
        "it is signed by an algorithm that is not known here (RSA with SHA-256 or SHA-512, ECDSA with SHA-256 are)"
    )]
    Algorithm,
    #[error("its signature is not valid: the file was changed after it was signed, or is not whole")]
    NotValid,
}

/// An APK whose signature was checked.
#[derive(Debug, Clone)]
pub struct Apk {
    pub bytes: Vec<u8>,
    pub sha256: String,
    /// SHA-256 of the certificate that signed it.
    pub signer: String,
}

impl Apk {
    pub fn check(bytes: Vec<u8>) -> Result<Self, ApkError> {
        let signer = signer(&bytes)?;
        Ok(Self {
            sha256: hex(&Sha256::digest(&bytes)),
            bytes,
            signer,
        })
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the parts of the file are: what stands before the signing block, the central directory, the end record.
struct Parts<'a> {
    entries: &'a [u8],
    block: &'a [u8],
    directory: &'a [u8],
    end: &'a [u8],
}

fn parts(apk: &[u8]) -> Result<Parts<'_>, ApkError> {
    let earliest = apk.len().saturating_sub(END_BYTES + usize::from(u16::MAX));
    let end = (earliest..=apk.len().saturating_sub(END_BYTES))
        .rev()
        .find(|at| apk[*at..].starts_with(END))
        .ok_or(ApkError::NoZip)?;
    let directory = u32_at(apk, end + 16).ok_or(ApkError::NoZip)? as usize;
    if directory > end {
        return Err(ApkError::NoZip);
    }
    let before = &apk[..directory];
    if !before.ends_with(MAGIC) {
        return Err(ApkError::NotSigned);
    }
    // The size stands at both ends and counts all but its first.
    let size_at = directory.checked_sub(24).ok_or(ApkError::Damaged)?;
    let size = u64_at(apk, size_at).ok_or(ApkError::Damaged)?;
    let whole = usize::try_from(size).ok().and_then(|size| size.checked_add(8));
    let start = whole
        .and_then(|whole| directory.checked_sub(whole))
        .ok_or(ApkError::Damaged)?;
    if u64_at(apk, start) != Some(size) {
        return Err(ApkError::Damaged);
    }
    Ok(Parts {
        entries: &apk[..start],
        block: apk.get(start + 8..size_at).ok_or(ApkError::Damaged)?,
        directory: &apk[directory..end],
        end: &apk[end..],
    })
}

fn signer(apk: &[u8]) -> Result<String, ApkError> {
    let parts = parts(apk)?;
    let second = scheme(parts.block, SCHEME_2)?.ok_or(ApkError::NotSigned)?;
    let signer = only(second)?;
    let certificate = verify(signer, &parts)?;
    // Newer Androids look at scheme 3 and not at 2: it must not name somebody else.
    if let Some(third) = scheme(parts.block, SCHEME_3)? {
        let mut signed = Slice(only(third)?);
        let mut signed = Slice(signed.prefixed()?);
        signed.prefixed()?;
        if Slice(signed.prefixed()?).prefixed()? != certificate {
            return Err(ApkError::ManySigners);
        }
    }
    Ok(hex(&Sha256::digest(certificate)))
}

/// The value of a scheme in the signing block: pairs of a length (8 bytes), an id (4) and the value.
fn scheme(block: &[u8], wanted: u32) -> Result<Option<&[u8]>, ApkError> {
    let mut rest = Slice(block);
    while !rest.0.is_empty() {
        let length = u64_at(rest.take(8)?, 0).ok_or(ApkError::Damaged)?;
        let pair = rest.take(usize::try_from(length).map_err(|_| ApkError::Damaged)?)?;
        let id = u32_at(pair, 0).ok_or(ApkError::Damaged)?;
        if id == wanted {
            return Ok(Some(&pair[4..]));
        }
    }
    Ok(None)
}

/// The one signer of a scheme.
fn only(scheme: &[u8]) -> Result<&[u8], ApkError> {
    let mut signers = Slice(Slice(scheme).prefixed()?);
    let signer = signers.prefixed()?;
    match signers.0.is_empty() {
        true => Ok(signer),
        false => Err(ApkError::ManySigners),
    }
}

/// Gives back the certificate when its signature is valid and is about this file.
fn verify<'a>(signer: &'a [u8], parts: &Parts) -> Result<&'a [u8], ApkError> {
    let mut signer = Slice(signer);
    let signed = signer.prefixed()?;
    let signatures = signer.prefixed()?;
    let key = signer.prefixed()?;
    let mut inside = Slice(signed);
    let digests = inside.prefixed()?;
    let certificate = Slice(inside.prefixed()?).prefixed()?;
    let (_, read) = X509Certificate::from_der(certificate).map_err(|_| ApkError::Damaged)?;
    if read.public_key().raw != key {
        return Err(ApkError::NotValid);
    }
    let mut signatures = Slice(signatures);
    while !signatures.0.is_empty() {
        let mut one = Slice(signatures.prefixed()?);
        let id = u32_at(one.take(4)?, 0).ok_or(ApkError::Damaged)?;
        let value = one.prefixed()?;
        let Some((algorithm, digest)) = known(id) else { continue };
        let algorithm = AlgorithmIdentifier::new(algorithm, None);
        let value = asn1_rs::BitString::new(0, value);
        x509_parser::verify::verify_signature(read.public_key(), &algorithm, &value, signed)
            .map_err(|_| ApkError::NotValid)?;
        let said = digest_for(digests, id)?;
        return match digest(parts) == said {
            true => Ok(certificate),
            false => Err(ApkError::NotValid),
        };
    }
    Err(ApkError::Algorithm)
}

type Summing = fn(&Parts) -> Vec<u8>;

fn known(id: u32) -> Option<(Oid<'static>, Summing)> {
    match id {
        0x0103 => Some((OID_PKCS1_SHA256WITHRSA, sum::<Sha256>)),
        0x0104 => Some((OID_PKCS1_SHA512WITHRSA, sum::<Sha512>)),
        0x0201 => Some((OID_SIG_ECDSA_WITH_SHA256, sum::<Sha256>)),
        _ => None,
    }
}

fn digest_for(digests: &[u8], wanted: u32) -> Result<&[u8], ApkError> {
    let mut digests = Slice(digests);
    while !digests.0.is_empty() {
        let mut one = Slice(digests.prefixed()?);
        if u32_at(one.take(4)?, 0) == Some(wanted) {
            return one.prefixed();
        }
    }
    Err(ApkError::NotValid)
}

/// Of every megabyte of the three parts a digest, and of those one. The end record is summed as if there were no signing block.
fn sum<D: Digest>(parts: &Parts) -> Vec<u8> {
    let mut end = parts.end.to_vec();
    let start = u32::try_from(parts.entries.len()).unwrap_or(u32::MAX);
    end[16..20].copy_from_slice(&start.to_le_bytes());
    let mut all = Vec::new();
    let mut count = 0_u32;
    for piece in [parts.entries, parts.directory, &end]
        .into_iter()
        .flat_map(|part| part.chunks(PIECE))
    {
        let mut one = D::new();
        one.update([0xa5]);
        one.update(u32::try_from(piece.len()).unwrap_or(u32::MAX).to_le_bytes());
        one.update(piece);
        all.extend_from_slice(&one.finalize());
        count += 1;
    }
    let mut whole = D::new();
    whole.update([0x5a]);
    whole.update(count.to_le_bytes());
    whole.update(all);
    whole.finalize().to_vec()
}

/// Bytes that are taken from the front.
struct Slice<'a>(&'a [u8]);

impl<'a> Slice<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ApkError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(ApkError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Those with their number in four bytes in front.
    fn prefixed(&mut self) -> Result<&'a [u8], ApkError> {
        let length = u32_at(self.take(4)?, 0).ok_or(ApkError::Damaged)?;
        self.take(length as usize)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
