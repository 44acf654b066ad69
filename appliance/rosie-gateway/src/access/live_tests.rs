//! What ends which stream.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::access::{
    pairing::Place,
    policy::{Role, Scope},
    secret,
};

const CLOSED: House = House {
    owned: true,
    open_house: false,
    open_figures: false,
};

fn house() -> (Kept, [Grant; 4]) {
    let mut kept = Kept::default();
    kept.make_owner("Ada", "x".into(), 1).unwrap();
    let session = secret::hash(&kept.sign_in("Ada", "x", 1).unwrap());
    let (token, _) = kept.add_token("lab", vec![Scope::Talk], 1).unwrap();
    let place = Place {
        name: "Tablet".into(),
        room: "kitchen".into(),
        may_control: None,
    };
    let key = secret::hash(&kept.pair("tablet", &place, 1).unwrap());
    let browser = Who::Person {
        name: "Ada".into(),
        role: Role::Owner,
        session: Some(session),
    };
    let script = Who::Person {
        name: "Ada".into(),
        role: Role::Owner,
        session: None,
    };
    let token = Who::Token {
        id: token.id,
        scopes: token.scopes,
    };
    let tablet = Who::Endpoint {
        id: "tablet".into(),
        key,
    };
    let grants = [browser, script, token, tablet].map(|who| Grant::of(&who, "tablet", &kept, CLOSED).unwrap());
    (kept, grants)
}

#[test]
fn each_ends_with_what_let_it_in() {
    type Edit = fn(&mut Kept);
    let edits: [(Edit, [bool; 4]); 7] = [
        (|_| {}, [true; 4]),
        (|kept| kept.sessions.clear(), [false, true, true, true]),
        (|kept| kept.people.clear(), [false, false, true, true]),
        (|kept| kept.tokens.clear(), [true, true, false, true]),
        (|kept| kept.unpair("tablet").unwrap(), [true, true, true, false]),
        (|kept| kept.paired[0].room = "office".into(), [true, true, true, false]),
        (|kept| assert!(kept.rotate("tablet").is_ok()), [true; 4]),
    ];
    for (n, (edit, expected)) in edits.into_iter().enumerate() {
        let (mut kept, grants) = house();
        let live = Live::default();
        let before = Arc::new(kept.clone());
        let stays = grants.map(|grant| live.enter(grant, || (Arc::clone(&before), CLOSED)));
        edit(&mut kept);
        live.review(&kept, CLOSED);
        assert_eq!(stays.map(|stay| !stay.cut.is_cancelled()), expected, "edit {n}");
    }
}

#[test]
fn who_came_before_there_was_an_owner_has_to_come_again() {
    let open = House { owned: false, ..CLOSED };
    let kept = Arc::new(Kept::default());
    let grant = Grant::of(&Who::Nobody, "x", &kept, open).unwrap();
    let live = Live::default();
    let stay = live.enter(grant.clone(), || (Arc::clone(&kept), open));
    live.review(
        &kept,
        House {
            open_house: true,
            ..CLOSED
        },
    );
    assert!(!stay.cut.is_cancelled());
    live.review(&kept, CLOSED);
    assert!(stay.cut.is_cancelled());
    // A change that comes while a stream is let in ends it, too.
    assert!(live.enter(grant, || (kept, CLOSED)).cut.is_cancelled());
    assert!(Grant::of(&Who::Nobody, "x", &Kept::default(), CLOSED).is_err());
}

#[test]
fn a_key_is_good_for_its_own_endpoint_alone() {
    let (kept, grants) = house();
    let Grant::Endpoint { id, key, .. } = grants[3].clone() else {
        panic!("{:?}", grants[3]);
    };
    let who = Who::Endpoint { id, key };
    assert!(Grant::of(&who, "other", &kept, CLOSED).is_err());
    let live = Live::default();
    let stay = live.enter(grants[3].clone(), || (Arc::new(kept), CLOSED));
    assert!(live.is_connected("tablet") && !live.is_connected("other"));
    drop(stay);
    assert!(!live.is_connected("tablet"));
}
