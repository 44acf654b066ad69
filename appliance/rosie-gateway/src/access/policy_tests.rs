//! The table of who may do what.

use super::*;

const ALL: [Need; 8] = [
    Need::Anyone,
    Need::Figures,
    Need::Talk,
    Need::Known,
    Need::Read,
    Need::Control,
    Need::Admin,
    Need::OwnKey,
];

const OWNED: House = House {
    owned: true,
    open_house: false,
    open_figures: false,
};

fn person(role: Role) -> Who {
    Who::Person {
        name: "Ada".into(),
        role,
        session: None,
    }
}

fn token(scopes: &[Scope]) -> Who {
    Who::Token {
        id: "t".into(),
        scopes: scopes.to_vec(),
    }
}

fn endpoint(id: &str) -> Who {
    Who::Endpoint {
        id: id.into(),
        key: String::new(),
    }
}

/// One letter for each need, in the order of `ALL`: `+` allowed, `s` sign in, `-` forbidden.
fn row(who: &Who, house: House) -> String {
    let letter = |need| match decide(need, "kitchen", who, house) {
        Verdict::Allowed => '+',
        Verdict::SignIn => 's',
        Verdict::Forbidden => '-',
    };
    ALL.into_iter().map(letter).collect()
}

#[test]
fn who_may_do_what_once_there_is_an_owner() {
    // Anyone, Figures, Talk, Known, Read, Control, Admin, OwnKey
    let table = [
        (Who::Nobody, "+sssssss"),
        (person(Role::Owner), "++++++++"),
        (person(Role::Adult), "++++++--"),
        (person(Role::Child), "+-++----"),
        (person(Role::Guest), "+-++----"),
        (token(&[Scope::Read]), "++-++---"),
        (token(&[Scope::Talk]), "+-++----"),
        (token(&[Scope::Control]), "+--+-+--"),
        (token(&[Scope::Read, Scope::Control]), "++-+++--"),
        (token(&[Scope::Admin]), "++++++++"),
        (token(&[]), "+--+----"),
        (endpoint("kitchen"), "+-++---+"),
        (endpoint("office"), "+-++----"),
    ];
    for (who, expected) in table {
        assert_eq!(row(&who, OWNED), expected, "{who:?}");
    }
}

#[test]
fn a_house_without_an_owner_is_open() {
    let house = House { owned: false, ..OWNED };
    for who in [Who::Nobody, person(Role::Guest), token(&[]), endpoint("office")] {
        assert_eq!(row(&who, house), "++++++++", "{who:?}");
    }
}

#[test]
fn the_owner_may_open_the_stream_and_the_figures_and_nothing_else() {
    let open_house = House {
        open_house: true,
        ..OWNED
    };
    assert_eq!(row(&Who::Nobody, open_house), "+s+sssss");
    assert_eq!(row(&token(&[Scope::Read]), open_house), "+++++---");
    let open_figures = House {
        open_figures: true,
        ..OWNED
    };
    assert_eq!(row(&Who::Nobody, open_figures), "++ssssss");
    assert_eq!(row(&person(Role::Guest), open_figures), "++++----");
}
