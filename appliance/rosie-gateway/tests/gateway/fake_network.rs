//! A box in a network of which everything is known, and with a problem.

use rosie_core::{
    ErrorCode, Failure,
    network::{JoinFault, JoinNetwork, JoinProblem, Link, NetworkAdmin, NetworkState, Security, SeenNetwork},
};

pub struct FakeNetwork(pub Link);

impl NetworkAdmin for FakeNetwork {
    fn state(&self) -> NetworkState {
        NetworkState {
            managed: true,
            name: "rosie".into(),
            link: self.0,
            wifi: true,
            ssid: "Rosie-ABCD".into(),
            // That of the server that the tests start.
            address: Some([127, 0, 0, 1].into()),
            strength: Some(70),
            country: "DE".into(),
            seen: vec![SeenNetwork {
                ssid: "Home".into(),
                strength: 80,
                security: Security::Password,
            }],
            problem: Some(JoinProblem {
                fault: JoinFault::WrongPassword,
                ssid: "Home".into(),
                message: "the password of \"Home\" is wrong".into(),
            }),
        }
    }

    fn join(&self, wanted: &JoinNetwork) -> Result<(), Failure> {
        match (&*wanted.ssid, wanted.password.len()) {
            ("busy", _) => Err(Failure::new(ErrorCode::Busy, "a network is being joined already")),
            (_, 8..=63) => Ok(()),
            _ => Err(Failure::new(ErrorCode::BadRequest, "a password has 8 to 63 characters")),
        }
    }
}
