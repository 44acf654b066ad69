//! The routes of the certificate of https.

use super::{Action, Content, ERROR, Need, Route, get, reply};
use crate::http::certificate::CertificateAction;

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/certificate",
        operations: &[get(
            Action::Certificate(CertificateAction::State),
            Need::Anyone,
            "certificate",
            "The certificate of https: where it comes from, for which names, until when, and on which port.",
            &[reply(200, Content::Json("Certificate"), "As it is now.")],
        )],
    },
    Route {
        path: "/ca.crt",
        operations: &[get(
            Action::Certificate(CertificateAction::Authority),
            Need::Anyone,
            "certificateAuthority",
            "The certificate of Rosie's own authority, PEM: to be installed on devices. The page /certificate says how.",
            &[
                reply(200, Content::Authority, "The certificate."),
                reply(404, ERROR, "There is none; the message says why."),
            ],
        )],
    },
];
