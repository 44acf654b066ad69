//! Rosie's authority: read from files, asked of a server, and not believed when it did not issue what is shown.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rosie_kiosk::{
    authority::{Authority, ask},
    values::ServerAddress,
};
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};
use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
};

/// A new one, and its certificate in PEM.
pub fn authority() -> (Issuer<'static, KeyPair>, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (Issuer::new(params, key), pem)
}

/// A server whose certificate is by one authority, which answers one request with this.
fn serve(by: &Issuer<'static, KeyPair>, answer: String) -> ServerAddress {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, by).unwrap();
    let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut tls = StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream);
        let mut request = Vec::new();
        // A request comes in as many parts as the network likes.
        while !request.ends_with(b"\r\n\r\n") {
            let mut part = [0; 1024];
            let read = tls.read(&mut part).unwrap();
            assert_ne!(read, 0, "the request broke off: {}", String::from_utf8_lossy(&request));
            request.extend_from_slice(&part[..read]);
        }
        assert!(request.starts_with(b"GET /ca.crt HTTP/1.0\r\n"));
        tls.write_all(answer.as_bytes()).unwrap();
        tls.conn.send_close_notify();
        tls.flush().unwrap();
    });
    format!("https://127.0.0.1:{port}").parse().unwrap()
}

fn ok(pem: &str) -> String {
    format!("HTTP/1.0 200 OK\r\ncontent-type: application/x-x509-ca-cert\r\n\r\n{pem}")
}

#[test]
fn it_is_asked_and_believed_only_when_it_issued_what_was_shown() {
    let (issuer, pem) = authority();
    let asked = ask(&serve(&issuer, ok(&pem))).unwrap();
    assert_eq!(asked, Some(Authority::read(pem.as_bytes()).unwrap()));
    let (_, another) = authority();
    let said = ask(&serve(&issuer, ok(&another))).unwrap_err();
    assert!(said.contains("did not issue"), "{said}");
    let none = ask(&serve(&issuer, "HTTP/1.0 404 Not Found\r\n\r\n".to_owned())).unwrap();
    assert_eq!(none, None, "a certificate of somebody else's is not pinned");
    let said = ask(&serve(&issuer, ok("<html>"))).unwrap_err();
    assert!(said.contains("no certificate authority"), "{said}");
    let said = ask(&serve(&issuer, "hello".to_owned())).unwrap_err();
    assert!(said.contains("is not Rosie"), "{said}");
    let said = ask(&"https://127.0.0.1:9".parse().unwrap()).unwrap_err();
    assert!(said.contains("--ca FILE"), "{said}");
}

#[test]
fn a_file_may_be_pem_or_der_and_must_be_an_authority() {
    let (issuer, pem) = authority();
    let read = Authority::read(pem.as_bytes()).unwrap();
    assert_eq!(Authority::read(&read.pem()).unwrap(), read);
    assert_eq!(read.fingerprint().len(), 95);
    assert!(read.system_file().0.ends_with(".0"));
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let server = server.signed_by(&key, &issuer).unwrap();
    assert!(Authority::read(server.der()).is_err(), "a server's certificate is none");
    assert!(Authority::read(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").is_err());
    assert!(Authority::read(b"").is_err());
}
