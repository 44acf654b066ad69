//! Rosie's certificate authority (docs/decisions/0073): from a file, or asked of her. Nothing secret is said on that connection, so it
//! may be one that nobody vouches for yet; what comes must have issued the certificate that it came with.

use crate::{apk::hex, values::ServerAddress};
use base64::{Engine, prelude::BASE64_STANDARD};
use md5::Md5;
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest, Sha256};
use std::{
    io::{Read, Write},
    net::{TcpStream, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};
use x509_parser::prelude::*;

const WITHIN: Duration = Duration::from_secs(8);
const LARGEST: u64 = 64 * 1024;

/// A certificate authority, in DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority(Vec<u8>);

impl Authority {
    /// Reads PEM or DER.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let wrong = || "this is no certificate authority in PEM or DER (Rosie's is at /ca.crt)".to_owned();
        let der = match bytes.trim_ascii_start().starts_with(b"-----BEGIN") {
            true => parse_x509_pem(bytes).map_err(|_| wrong())?.1.contents,
            false => bytes.to_vec(),
        };
        let (rest, certificate) = X509Certificate::from_der(&der).map_err(|_| wrong())?;
        if !rest.is_empty() || !certificate.is_ca() {
            return Err(wrong());
        }
        Ok(Self(der))
    }

    /// On one line, as the kiosk app takes it.
    pub fn base64(&self) -> String {
        BASE64_STANDARD.encode(&self.0)
    }

    /// As a person compares it.
    pub fn fingerprint(&self) -> String {
        let digits = hex(&Sha256::digest(&self.0)).to_uppercase();
        let pairs: Vec<&str> = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]).collect();
        pairs.join(":")
    }

    pub fn pem(&self) -> Vec<u8> {
        let text = self.base64();
        let lines = text.as_bytes().chunks(64).map(|line| [line, b"\n"].concat());
        let body = lines.collect::<Vec<_>>().concat();
        [
            b"-----BEGIN CERTIFICATE-----\n".as_slice(),
            &body,
            b"-----END CERTIFICATE-----\n",
        ]
        .concat()
    }

    /// Its file's name in Android's store, by which Android finds it (OpenSSL's older hash of the subject), and the file's SHA-256.
    pub fn system_file(&self) -> (String, String) {
        let subject = X509Certificate::from_der(&self.0).map(|(_, read)| read.subject().as_raw().to_vec());
        let [a, b, c, d, ..] = <[u8; 16]>::from(<Md5 as md5::Digest>::digest(subject.unwrap_or_default()));
        let name = format!("{:08x}.0", u32::from_le_bytes([a, b, c, d]));
        (name, hex(&Sha256::digest(self.pem())))
    }

    fn issued(&self, server: &[u8]) -> bool {
        let (Ok((_, authority)), Ok((_, server))) =
            (X509Certificate::from_der(&self.0), X509Certificate::from_der(server))
        else {
            return false;
        };
        server.verify_signature(Some(authority.public_key())).is_ok()
    }
}

/// What Rosie serves at /ca.crt; none where her certificate is somebody else's.
pub fn ask(address: &ServerAddress) -> Result<Option<Authority>, String> {
    let (server, answer) = get(address, "/ca.crt").map_err(|why| {
        format!(
            "Rosie's certificate authority could not be had from {address}: {why}. Is the address right, and does she run? \
             --ca FILE gives the authority without asking her"
        )
    })?;
    let (head, body) = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| (String::from_utf8_lossy(&answer[..at]).into_owned(), &answer[at + 4..]))
        .ok_or_else(|| format!("what answers at {address} is not Rosie"))?;
    match head.split_whitespace().nth(1) {
        Some("200") => {}
        Some("404") => return Ok(None),
        status => return Err(format!("{address}/ca.crt answers {}", status.unwrap_or("nothing"))),
    }
    let authority = Authority::read(body).map_err(|why| format!("{address}/ca.crt: {why}"))?;
    match authority.issued(&server) {
        true => Ok(Some(authority)),
        false => Err(format!(
            "{address}/ca.crt did not issue the certificate that {address} shows: another machine may stand between. \
             --ca FILE gives the authority"
        )),
    }
}

/// The certificate that was shown, and everything that was answered.
fn get(address: &ServerAddress, path: &str) -> Result<(Vec<u8>, Vec<u8>), String> {
    let host = address.host.trim_matches(['[', ']']);
    let found = (host, address.port).to_socket_addrs();
    let socket = found.ok().and_then(|mut found| found.next());
    let socket = socket.ok_or_else(|| format!("{host} is not found from this computer"))?;
    let plain = |error: std::io::Error| error.to_string();
    let stream = TcpStream::connect_timeout(&socket, WITHIN).map_err(plain)?;
    stream.set_read_timeout(Some(WITHIN)).map_err(plain)?;
    stream.set_write_timeout(Some(WITHIN)).map_err(plain)?;
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyIssuer(provider)))
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    let mut tls = StreamOwned::new(connection, stream);
    // Version 1.0: the answer is not in pieces and ends with the connection.
    write!(
        tls,
        "GET {path} HTTP/1.0\r\nHost: {}:{}\r\n\r\n",
        address.host, address.port
    )
    .map_err(plain)?;
    let mut answer = Vec::new();
    if let Err(error) = Read::by_ref(&mut tls).take(LARGEST).read_to_end(&mut answer)
        && answer.is_empty()
    {
        return Err(plain(error));
    }
    let shown = tls.conn.peer_certificates().and_then(|chain| chain.first());
    let shown = shown.ok_or("it showed no certificate")?;
    Ok((shown.to_vec(), answer))
}

/// Takes a certificate from whoever issued it; that the other side has its key is still checked.
#[derive(Debug)]
struct AnyIssuer(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyIssuer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer,
        _: &[CertificateDer],
        _: &ServerName,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
