//! From what comes with a request to who it is: a session's cookie, a name with a password, a token, or an endpoint's key.

use super::{Access, Fault, Person, Who, secret};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::{Duration, Instant},
};

/// Name of the cookie of a session.
pub(crate) const SESSION: &str = "rosie_session";

/// Why nobody came in.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The name, the password, the token or the key is wrong; which of them is not told.
    Wrong,
    /// Too many were wrong: not before this time has passed.
    Later(Duration),
    Fault(Fault),
}

/// How an address is counted: a network of IPv6 is one household.
pub(crate) fn address_of(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let network = u128::from(ip) & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}

impl Access {
    /// `address`: as `address_of` writes it.
    pub async fn identify(self: &Arc<Self>, headers: &HeaderMap, address: &str) -> Result<Who, Refused> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Ok(self.of_cookie(headers, crate::clock::now()));
        };
        let (scheme, rest) = value
            .to_str()
            .ok()
            .and_then(|v| v.split_once(' '))
            .ok_or(Refused::Wrong)?;
        if scheme.eq_ignore_ascii_case("bearer") {
            return self.of_secret(rest.trim()).ok_or(Refused::Wrong);
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(Refused::Wrong);
        }
        let (name, password) = basic(rest.trim()).ok_or(Refused::Wrong)?;
        let person = self.of_password(&name, password, address, Instant::now()).await?;
        Ok(Who::Person {
            name: person.name,
            role: person.role,
            session: None,
        })
    }

    /// Who has this password. A wrong one costs time; that there is nobody of the name is not to be seen.
    pub async fn of_password(
        &self,
        name: &str,
        password: String,
        address: &str,
        now: Instant,
    ) -> Result<Person, Refused> {
        self.attempts()
            .begin(address, Some(name), now)
            .map_err(Refused::Later)?;
        let person = self.kept().person(name.trim()).cloned();
        let kept = person.as_ref().map(|person| person.password.clone());
        let fits = self.passwords.fits(password, kept).await.map_err(Refused::Fault)?;
        let person = person.filter(|_| fits).ok_or_else(|| {
            tracing::warn!(address, "a name or a password was wrong");
            Refused::Wrong
        })?;
        self.attempts().right(address, Some(name));
        Ok(person)
    }

    /// The token or the key of an endpoint that this is.
    pub fn of_secret(self: &Arc<Self>, secret: &str) -> Option<Who> {
        let kept = self.kept();
        if let Some(token) = kept.token(secret) {
            return Some(Who::Token {
                id: token.id.clone(),
                scopes: token.scopes.clone(),
            });
        }
        let (paired, is_new) = kept.key(secret)?;
        let id = paired.endpoint.clone();
        if is_new {
            let (access, id, key) = (Arc::clone(self), id.clone(), secret.to_owned());
            tokio::spawn(async move {
                let rotated = access.change(move |kept| {
                    kept.rotated(&id, &key);
                    Ok(())
                });
                if let Err(error) = rotated.await {
                    tracing::error!(%error, "that an endpoint uses its new key could not be kept");
                }
            });
        }
        Some(Who::Endpoint {
            id,
            key: secret::hash(secret),
        })
    }

    fn of_cookie(self: &Arc<Self>, headers: &HeaderMap, now: u64) -> Who {
        let Some(hash) = cookie(headers).map(secret::hash) else {
            return Who::Nobody;
        };
        let kept = self.kept();
        let Some(session) = kept.session(&hash, now) else {
            return Who::Nobody;
        };
        let Some(person) = kept.person(&session.person) else {
            return Who::Nobody;
        };
        if session.is_stale(now) {
            let (access, hash) = (Arc::clone(self), hash.clone());
            tokio::spawn(async move {
                let used = access.change(move |kept| {
                    kept.used(&hash, now);
                    Ok(())
                });
                if let Err(error) = used.await {
                    tracing::error!(%error, "when a session was used last could not be kept");
                }
            });
        }
        Who::Person {
            name: person.name.clone(),
            role: person.role,
            session: Some(hash),
        }
    }
}

/// What the browser has of a session.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = all
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(name, value)| (name.trim() == SESSION).then(|| value.trim()))
}

fn basic(text: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_household_of_ipv6_is_one_address() {
        let of = |text: &str| address_of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_eq!(of("::ffff:10.0.0.7"), "10.0.0.7");
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let headers = |text: &str| {
            [(header::COOKIE, text.parse().unwrap())]
                .into_iter()
                .collect::<HeaderMap>()
        };
        assert_eq!(cookie(&headers("a=b; rosie_session=xyz; rosie_csrf=q")), Some("xyz"));
        for none in ["", "xrosie_session=xyz", "rosie_sessionx=1", "rosie_session"] {
            assert_eq!(cookie(&headers(none)), None, "{none}");
        }
    }

    #[test]
    fn names_and_passwords_of_basic() {
        assert_eq!(
            basic("QWRhOm9wZW46c2VzYW1l"),
            Some(("Ada".into(), "open:sesame".into()))
        );
        for none in ["", "QWRh", "!!", "/////w=="] {
            assert_eq!(basic(none), None, "{none}");
        }
    }
}
