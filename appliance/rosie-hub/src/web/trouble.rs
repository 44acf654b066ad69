//! What may go wrong with a service on the network, in words for the owner, and the code that chooses the spoken sentence.

use rosie_core::{ErrorCode, Failure};

/// Whose trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Calendar,
    Chat,
    Contacts,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Calendar => "Google Calendar",
            Self::Chat => "Mattermost",
            Self::Contacts => "Monica",
        }
    }

    /// What to do about a refused key.
    fn key_hint(self) -> &'static str {
        match self {
            Self::Calendar => "connect the calendar again (say \"connect my calendar\", or on the page /calendar)",
            Self::Chat => "make a new token and set mattermost.token",
            Self::Contacts => "make a new token and set monica.token",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("{} at {address} cannot be reached ({reason})", .service.name())]
    Unreachable {
        service: Service,
        address: String,
        reason: String,
    },
    #[error("{} at {address} has trouble of its own (HTTP {status})", .service.name())]
    Server {
        service: Service,
        address: String,
        status: u16,
    },
    #[error("{} at {address} refuses the key: {}", .service.name(), .service.key_hint())]
    Key { service: Service, address: String },
    #[error("{} at {address} does not allow this{}", .service.name(), told(": ", .reason))]
    Forbidden {
        service: Service,
        address: String,
        reason: String,
    },
    #[error("{} at {address} has it no more, or not as it was (HTTP {status})", .service.name())]
    Changed {
        service: Service,
        address: String,
        status: u16,
    },
    #[error("{} at {address} wants to be left alone for {seconds} s", .service.name())]
    TooMany {
        service: Service,
        address: String,
        seconds: u64,
    },
    #[error("{} at {address} turned a request down (HTTP {status}{})", .service.name(), told(", ", .reason))]
    Rejected {
        service: Service,
        address: String,
        status: u16,
        /// As it names it for programs; empty where it does not.
        reason: String,
    },
    #[error("{} at {address} answered something that is no answer ({reason})", .service.name())]
    Odd {
        service: Service,
        address: String,
        reason: String,
    },
}

fn told(before: &str, reason: &str) -> String {
    match reason {
        "" => String::new(),
        reason => format!("{before}{reason}"),
    }
}

impl Trouble {
    /// What the service calls it, for programs (`invalid_grant`).
    pub fn reason(&self) -> &str {
        match self {
            Self::Forbidden { reason, .. } | Self::Rejected { reason, .. } => reason,
            _ => "",
        }
    }

    fn service(&self) -> Service {
        match self {
            Self::Unreachable { service, .. }
            | Self::Server { service, .. }
            | Self::Key { service, .. }
            | Self::Forbidden { service, .. }
            | Self::Changed { service, .. }
            | Self::TooMany { service, .. }
            | Self::Rejected { service, .. }
            | Self::Odd { service, .. } => *service,
        }
    }

    /// What it means where nothing has worked yet: nobody knows whether it is the service at all.
    pub fn at_first(self) -> Failure {
        let code = self.code();
        let detail = match &self {
            Self::Changed { service, address, .. } | Self::Odd { service, address, .. } => format!(
                "{address} answers, but not as {} does: check the address and the port",
                service.name()
            ),
            Self::Rejected {
                service,
                address,
                status: status @ 300..400,
                ..
            } => format!(
                "{address} sends to another address (HTTP {status}): give the one that {} ends at, with https:// where it is \
                 encrypted",
                service.name()
            ),
            other => other.to_string(),
        };
        Failure::new(code, detail)
    }

    pub fn code(&self) -> ErrorCode {
        use ErrorCode as Code;
        let [unavailable, refused, forbidden, later, changed, odd] = match self.service() {
            Service::Calendar => [
                Code::CalendarUnavailable,
                Code::CalendarRefused,
                Code::CalendarForbidden,
                Code::CalendarLater,
                Code::CalendarChanged,
                Code::CalendarOdd,
            ],
            Service::Chat => [
                Code::ChatUnavailable,
                Code::ChatRefused,
                Code::ChatForbidden,
                Code::ChatLater,
                Code::ChatChanged,
                Code::ChatOdd,
            ],
            Service::Contacts => [
                Code::ContactsUnavailable,
                Code::ContactsRefused,
                Code::ContactsForbidden,
                Code::ContactsLater,
                Code::ContactsChanged,
                Code::ContactsOdd,
            ],
        };
        match self {
            Self::Unreachable { .. } | Self::Server { .. } => unavailable,
            Self::Key { .. } => refused,
            Self::Forbidden { .. } => forbidden,
            Self::TooMany { .. } => later,
            Self::Changed { .. } => changed,
            Self::Rejected { .. } | Self::Odd { .. } => odd,
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Failure::new(trouble.code(), trouble.to_string())
    }
}
