//! The routing table as a table.

use super::*;
use Complexity::{Complex, Medium, Simple};
use Tier::{Cloud, Local, Network};

const ALL: Availability = Availability {
    local: true,
    network: true,
    cloud: true,
};
const NO_NETWORK: Availability = Availability { network: false, ..ALL };
const NO_LOCAL: Availability = Availability { local: false, ..ALL };
const CLOUD_ONLY: Availability = Availability {
    local: false,
    network: false,
    cloud: true,
};
const NONE: Availability = Availability {
    local: false,
    network: false,
    cloud: false,
};

fn request(complexity: Complexity) -> RouteRequest {
    RouteRequest {
        weight: Weight {
            complexity,
            why: "test".into(),
        },
        topics: BTreeSet::new(),
        preference: None,
        cloud_enabled: true,
        private_to_cloud: false,
        configured: ALL,
        reachable: ALL,
    }
}

fn order(request: &RouteRequest) -> Vec<Tier> {
    decide(request).order
}

#[test]
fn weight_and_reach() {
    let table: &[(Complexity, Availability, &[Tier])] = &[
        (Simple, ALL, &[Local, Network, Cloud]),
        (Medium, ALL, &[Network, Local, Cloud]),
        (Complex, ALL, &[Cloud, Network, Local]),
        // Out of reach comes last, not never.
        (Simple, NO_LOCAL, &[Network, Cloud, Local]),
        (Medium, NO_NETWORK, &[Local, Cloud, Network]),
        (Complex, NO_NETWORK, &[Cloud, Local, Network]),
        (Complex, CLOUD_ONLY, &[Cloud, Network, Local]),
        (Simple, NONE, &[Local, Network, Cloud]),
    ];
    for (complexity, reachable, expected) in table {
        let asked = RouteRequest {
            reachable: *reachable,
            ..request(*complexity)
        };
        assert_eq!(order(&asked), *expected, "{complexity:?} {reachable:?}");
    }
}

#[test]
fn what_is_not_configured_is_never_asked() {
    for complexity in [Simple, Medium, Complex] {
        let asked = RouteRequest {
            configured: CLOUD_ONLY,
            reachable: CLOUD_ONLY,
            ..request(complexity)
        };
        assert_eq!(order(&asked), [Cloud]);
        let asked = RouteRequest {
            configured: NONE,
            reachable: NONE,
            ..request(complexity)
        };
        assert_eq!(order(&asked), []);
    }
}

#[test]
fn preferences() {
    let with = |preference, complexity, reachable| {
        order(&RouteRequest {
            preference: Some(preference),
            reachable,
            ..request(complexity)
        })
    };
    for complexity in [Simple, Medium, Complex] {
        assert_eq!(with(Preference::AlwaysLocal, complexity, CLOUD_ONLY), [Local]);
        assert_eq!(with(Preference::PreferNetwork, complexity, ALL), [Network, Local]);
        assert_eq!(
            with(Preference::PreferNetwork, complexity, NO_NETWORK),
            [Local, Network]
        );
    }
    assert_eq!(with(Preference::CloudAllowed, Complex, ALL), [Cloud, Network, Local]);
    assert_eq!(with(Preference::CloudAllowed, Simple, ALL), [Local, Network, Cloud]);
    let stricter = Preference::stricter;
    assert_eq!(
        stricter(Some(Preference::CloudAllowed), Some(Preference::AlwaysLocal)),
        Some(Preference::AlwaysLocal)
    );
    assert_eq!(
        stricter(None, Some(Preference::PreferNetwork)),
        Some(Preference::PreferNetwork)
    );
    assert_eq!(stricter(None, None), None);
}

#[test]
fn the_cloud_needs_the_switch_and_nothing_private() {
    let off = RouteRequest {
        cloud_enabled: false,
        preference: Some(Preference::CloudAllowed),
        ..request(Complex)
    };
    assert_eq!(order(&off), [Network, Local]);
    assert_eq!(
        decide(&off).reason(),
        "complex question: test; preference cloud_allowed; the cloud is switched off"
    );

    let private = RouteRequest {
        topics: [PrivateTopic::Health, PrivateTopic::Money].into(),
        ..request(Complex)
    };
    assert_eq!(order(&private), [Network, Local]);
    assert!(
        decide(&private)
            .reason()
            .ends_with("private (health, money), so it stays in the house")
    );
    // With only the cloud there, a private question is not answered rather than given away.
    let only = RouteRequest {
        configured: CLOUD_ONLY,
        reachable: CLOUD_ONLY,
        ..private.clone()
    };
    assert_eq!(order(&only), []);
    let allowed = RouteRequest {
        private_to_cloud: true,
        ..private
    };
    assert_eq!(order(&allowed), [Cloud, Network, Local]);
}

#[test]
fn the_reason_says_who_was_missed() {
    let asked = RouteRequest {
        reachable: NO_NETWORK,
        ..request(Medium)
    };
    assert_eq!(
        decide(&asked).reason(),
        "medium question: test; the network model was slow or not ready a moment ago, so it is asked last"
    );
}
