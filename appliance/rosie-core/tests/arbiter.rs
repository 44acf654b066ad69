//! Who answers where several endpoints heard the same wake word.

use rosie_core::{
    EndpointId, Millis, RoomId, SessionId,
    arbiter::{Arbiter, Claim, Hearing, Order, Ruling, Standing},
};

const WINDOW_MS: u64 = 1_000;

fn claim(endpoint: &str, said_at: u64, level_db: f32) -> Claim {
    Claim {
        session: SessionId::from(endpoint),
        endpoint: EndpointId::from(endpoint),
        within: None,
        said_at: Millis(said_at),
        hearing: Hearing {
            score: Some(0.9),
            level_db: Some(level_db),
            noise_db: Some(-60.0),
        },
        standing: Standing::Free,
    }
}

/// A house that heard the word at a second past its beginning.
struct House(Arbiter);

impl House {
    /// `hall` goes on.
    fn heard_in_the_hall() -> Self {
        let mut house = Self(Arbiter::default());
        assert_eq!(house.claims(claim("hall", 1_000, -35.0), 1_100)[0].order, Order::GoOn);
        house
    }

    fn claims(&mut self, claim: Claim, now: u64) -> Vec<Ruling> {
        self.0.claim(claim, WINDOW_MS, Millis(now))
    }

    fn looks(&mut self, endpoint: &str, now: u64) -> Option<Ruling> {
        self.0.look(&SessionId::from(endpoint), Millis(now))
    }

    fn settles(&mut self, endpoint: &str) -> bool {
        self.0.settle(&SessionId::from(endpoint))
    }

    fn vanishes(&mut self, endpoint: &str, now: u64) -> Vec<Ruling> {
        self.0.vanish(&SessionId::from(endpoint), Millis(now))
    }
}

fn dark(by: &str) -> Order {
    Order::GoDark {
        by: EndpointId::from(by),
    }
}

fn ruling(to: &str, order: Order, why: &str) -> Ruling {
    Ruling {
        to: SessionId::from(to),
        order,
        why: why.to_owned(),
    }
}

#[test]
fn who_hears_it_alone_goes_on_without_waiting_or_a_reason() {
    let mut arbiter = Arbiter::default();
    let rulings = arbiter.claim(claim("hall", 1_000, -35.0), WINDOW_MS, Millis(1_100));
    assert_eq!(rulings, [ruling("hall", Order::GoOn, "")]);
    assert!(arbiter.settle(&SessionId::from("hall")));
}

#[test]
fn one_that_hears_clearly_better_takes_over() {
    let mut house = House::heard_in_the_hall();
    let why = "heard by hall and kitchen; kitchen was louder by 9 dB";
    let rulings = house.claims(claim("kitchen", 1_050, -26.0), 1_400);
    let expected = [
        ruling("kitchen", Order::GoOn, why),
        ruling("hall", Order::Yield { to: "kitchen".into() }, why),
    ];
    assert_eq!(rulings, expected);
    assert!(!house.settles("hall"), "it would answer, too");
    assert!(house.settles("kitchen"));
}

#[test]
fn all_others_stand_by_and_go_dark_when_the_window_closes() {
    let mut house = House::heard_in_the_hall();
    // Better, but not clearly.
    let rulings = house.claims(claim("kitchen", 1_050, -33.0), 1_400);
    let why = "heard by hall and kitchen; hall was first, and kitchen not clearly better";
    let until = Millis(1_100 + WINDOW_MS);
    let expected = [
        ruling("kitchen", Order::StandBy { until }, why),
        ruling("hall", Order::Keep, why),
    ];
    assert_eq!(rulings, expected);
    assert_eq!(
        house.looks("kitchen", 2_099),
        Some(ruling("kitchen", Order::StandBy { until }, ""))
    );
    assert_eq!(
        house.looks("kitchen", 2_100),
        Some(ruling("kitchen", dark("hall"), why))
    );
    assert_eq!(house.looks("kitchen", 2_100), None);
}

#[test]
fn nothing_is_taken_over_once_it_is_answered_or_the_window_is_closed() {
    let late = "heard by hall and kitchen; kitchen came too late";
    let mut house = House::heard_in_the_hall();
    assert!(house.settles("hall"));
    let rulings = house.claims(claim("kitchen", 1_050, -10.0), 1_400);
    assert_eq!(rulings[0], ruling("kitchen", dark("hall"), late));
    let mut house = House::heard_in_the_hall();
    let rulings = house.claims(claim("kitchen", 1_050, -10.0), 2_100);
    assert_eq!(
        rulings,
        [ruling("kitchen", dark("hall"), late), ruling("hall", Order::Keep, late)]
    );
}

#[test]
fn the_next_best_goes_on_where_the_one_that_has_the_turn_vanishes() {
    let mut house = House::heard_in_the_hall();
    for (endpoint, level_db) in [("bath", -50.0), ("kitchen", -40.0), ("attic", -60.0)] {
        house.claims(claim(endpoint, 1_000, level_db), 1_200);
    }
    let why = "heard by hall, bath, kitchen and attic; the connection of hall is gone";
    assert_eq!(house.vanishes("hall", 1_500), [ruling("kitchen", Order::GoOn, why)]);
    // One that stands by and vanishes is no candidate any more.
    assert_eq!(house.vanishes("bath", 1_510), []);
    assert_eq!(house.vanishes("kitchen", 1_520)[0].to, SessionId::from("attic"));
    // Nobody is left: whoever claims next has it.
    assert_eq!(house.vanishes("attic", 1_530), []);
    assert_eq!(house.claims(claim("cellar", 1_300, -70.0), 1_900)[0].order, Order::GoOn);
}

#[test]
fn who_had_the_turn_gets_it_back_where_the_better_one_vanishes_within_the_window() {
    let mut house = House::heard_in_the_hall();
    house.claims(claim("kitchen", 1_050, -20.0), 1_400);
    assert_eq!(house.looks("hall", 1_500), None, "it is dark already");
    assert_eq!(house.vanishes("kitchen", 1_600)[0].to, SessionId::from("hall"));
    let mut house = House::heard_in_the_hall();
    house.claims(claim("kitchen", 1_050, -20.0), 1_400);
    assert_eq!(house.vanishes("kitchen", 2_200), [], "it missed too much");
}

#[test]
fn what_was_answered_is_not_answered_again_when_its_endpoint_vanishes() {
    let mut house = House::heard_in_the_hall();
    house.claims(claim("kitchen", 1_050, -40.0), 1_200);
    assert!(house.settles("hall"));
    assert_eq!(house.vanishes("hall", 1_300), []);
    assert_eq!(
        house.looks("kitchen", 2_200).map(|ruling| ruling.order),
        Some(dark("hall"))
    );
}

#[test]
fn one_that_is_in_a_turn_already_is_meant_unless_it_is_far_away() {
    let busy = |level_db: f32| Claim {
        standing: Standing::Busy,
        ..claim("kitchen", 1_000, level_db)
    };
    let mut house = House::heard_in_the_hall();
    let rulings = house.claims(busy(-41.0), 1_200);
    assert_eq!(rulings[0].order, Order::GoOn);
    assert_eq!(
        rulings[0].why,
        "heard by hall and kitchen; kitchen was in a turn already"
    );
    let mut house = House::heard_in_the_hall();
    let rulings = house.claims(busy(-50.0), 1_200);
    assert!(matches!(rulings[0].order, Order::StandBy { .. }), "{rulings:?}");
}

#[test]
fn one_that_was_pressed_never_loses() {
    let pressed = Claim {
        standing: Standing::Pressed,
        ..claim("kitchen", 1_000, -60.0)
    };
    let mut house = House::heard_in_the_hall();
    let rulings = house.claims(pressed, 1_200);
    assert_eq!(rulings[0].order, Order::GoOn);
    assert_eq!(
        rulings[0].why,
        "heard by hall and kitchen; the button of kitchen was pressed"
    );
    let rulings = house.claims(claim("bath", 1_000, -10.0), 1_300);
    assert!(matches!(rulings[0].order, Order::StandBy { .. }), "{rulings:?}");
}

#[test]
fn another_call_and_a_room_out_of_earshot_are_answered_for_themselves() {
    let mut house = House::heard_in_the_hall();
    let attic = Claim {
        within: Some(RoomId::from("attic")),
        ..claim("attic", 1_000, -60.0)
    };
    assert_eq!(house.claims(attic.clone(), 1_150)[0].order, Order::GoOn);
    let beside_it = Claim {
        session: SessionId::from("attic-2"),
        ..attic
    };
    assert!(matches!(house.claims(beside_it, 1_160)[0].order, Order::StandBy { .. }));
    assert_eq!(
        house.claims(claim("kitchen", 2_001, -60.0), 2_100)[0].order,
        Order::GoOn
    );
}

#[test]
fn one_that_was_pressed_meanwhile_stands_by_no_more() {
    let mut house = House::heard_in_the_hall();
    house.claims(claim("kitchen", 1_050, -40.0), 1_200);
    house.0.withdraw(&SessionId::from("kitchen"));
    assert_eq!(house.looks("kitchen", 2_200), None);
    assert_eq!(house.vanishes("hall", 1_300), []);
}

#[test]
fn a_turn_that_takes_longer_than_calls_are_kept_is_still_its_own() {
    let mut house = House::heard_in_the_hall();
    house.claims(claim("kitchen", 30_000, -40.0), 30_100);
    assert!(house.settles("hall"));
}
