//! APKs that are signed as Android wants it (scheme 2), with hardly anything in them.

use rcgen::{CertificateParams, KeyPair, PublicKeyData, SigningKey};
use sha2::{Digest, Sha256};

const ECDSA_SHA256: u32 = 0x0201;

pub struct Signer {
    key: KeyPair,
    certificate: Vec<u8>,
}

impl Signer {
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        Self {
            certificate: certificate.der().to_vec(),
            key,
        }
    }

    pub fn digest(&self) -> String {
        rosie_kiosk::apk::hex(&Sha256::digest(&self.certificate))
    }

    /// `contents` stands for the zip's entries.
    pub fn sign(&self, contents: &[u8]) -> Vec<u8> {
        let directory = b"PK\x01\x02 a directory of entries";
        let mut end = b"PK\x05\x06".to_vec();
        end.extend([0; 8]);
        end.extend((directory.len() as u32).to_le_bytes());
        end.extend((contents.len() as u32).to_le_bytes());
        end.extend([0; 2]);
        let digest = summed(&[contents, directory, &end]);
        let signed = [
            prefixed(&prefixed(
                &[&ECDSA_SHA256.to_le_bytes()[..], &prefixed(&digest)].concat(),
            )),
            prefixed(&prefixed(&self.certificate)),
            prefixed(&[]),
        ]
        .concat();
        let signature = self.key.sign(&signed).unwrap();
        let signer = [
            prefixed(&signed),
            prefixed(&prefixed(
                &[&ECDSA_SHA256.to_le_bytes()[..], &prefixed(&signature)].concat(),
            )),
            prefixed(&self.key.subject_public_key_info()),
        ]
        .concat();
        let scheme = prefixed(&prefixed(&signer));
        let mut block = ((scheme.len() + 4) as u64).to_le_bytes().to_vec();
        block.extend(0x7109_871a_u32.to_le_bytes());
        block.extend(scheme);
        let size = (block.len() + 24) as u64;
        let whole = [
            &size.to_le_bytes()[..],
            &block,
            &size.to_le_bytes(),
            b"APK Sig Block 42",
        ]
        .concat();
        let start = (contents.len() + whole.len()) as u32;
        end[16..20].copy_from_slice(&start.to_le_bytes());
        [contents, &whole, directory, &end].concat()
    }
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
}

fn summed(parts: &[&[u8]]) -> Vec<u8> {
    let pieces: Vec<&[u8]> = parts.iter().flat_map(|part| part.chunks(1 << 20)).collect();
    let mut whole = Sha256::new();
    whole.update([0x5a]);
    whole.update((pieces.len() as u32).to_le_bytes());
    for piece in pieces {
        whole.update(Sha256::digest(
            [&[0xa5][..], &(piece.len() as u32).to_le_bytes(), piece].concat(),
        ));
    }
    whole.finalize().to_vec()
}
