//! Why there is no connection, in words that say what to look at: libraries say it in theirs.

use rustls::CertificateError as Bad;
use std::{error::Error, io};

/// From the outermost to the innermost cause. Never quotes an address: a key may stand in it.
pub(crate) fn why(error: &(dyn Error + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(this) = cause {
        if let Some(tls) = this.downcast_ref::<rustls::Error>() {
            return Some(of_tls(tls));
        }
        if let Some(told) = this.downcast_ref::<io::Error>() {
            // What a library wraps into an error of input and output is in it, not behind it.
            let inner = told.get_ref().map(|inner| inner as &(dyn Error + 'static));
            return inner.and_then(why).or_else(|| of_io(told));
        }
        let text = this.to_string();
        if text.starts_with("dns error") || text.starts_with("failed to lookup address") {
            return Some(NO_NAME.to_owned());
        }
        if text.contains("invalid HTTP version") || text.contains("invalid HTTP status-code") {
            return Some("it does not speak HTTP: check the port, and write https:// where it is encrypted".into());
        }
        cause = this.source();
    }
    None
}

const NO_NAME: &str = "no machine of this name is found: check how it is written, or use its IP address";

fn of_io(error: &io::Error) -> Option<String> {
    let text = error.to_string();
    if text.starts_with("failed to lookup address") {
        return Some(NO_NAME.to_owned());
    }
    let told = match error.kind() {
        io::ErrorKind::ConnectionRefused => "the machine is there, and nothing listens at this port",
        io::ErrorKind::TimedOut => "no answer in time",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "there is no way to it in this network",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "it hangs up at once",
        io::ErrorKind::UnexpectedEof => "it hangs up in the middle",
        _ => return None,
    };
    Some(told.to_owned())
}

fn of_tls(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(bad) = error else {
        return match error {
            rustls::Error::InvalidMessage(_) => "it does not speak TLS at this port".to_owned(),
            other => format!("no encrypted connection comes about ({other})"),
        };
    };
    let told = match bad {
        Bad::UnknownIssuer => "nobody whom this system trusts has signed it",
        Bad::Expired | Bad::ExpiredContext { .. } => "it has expired, or this machine's clock is wrong",
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => "it is not valid yet, or this machine's clock is wrong",
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => "it is for another name",
        Bad::Revoked => "it was taken back",
        other => return format!("{UNTRUSTED}: {other:?}"),
    };
    format!("{UNTRUSTED}: {told}")
}

const UNTRUSTED: &str = "its certificate is not trusted";

/// Whether what [`why`] says is about a certificate.
pub(crate) fn is_of_certificate(why: &str) -> bool {
    why.contains(UNTRUSTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_in_the_words_of_a_person() {
        let told = |error: io::Error| why(&error).unwrap_or_default();
        assert!(told(io::ErrorKind::ConnectionRefused.into()).contains("nothing listens"));
        let wrapped = io::Error::other(rustls::Error::InvalidCertificate(Bad::UnknownIssuer));
        assert!(told(wrapped).contains("signed it"));
        let plain = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
        assert!(told(io::Error::new(io::ErrorKind::InvalidData, plain)).contains("does not speak TLS"));
        let name = io::Error::other("failed to lookup address information: Name or service not known");
        assert!(told(name).contains("of this name"));
        assert_eq!(told(io::Error::other("odd")), "");
    }
}
