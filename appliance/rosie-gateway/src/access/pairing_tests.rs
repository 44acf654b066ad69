//! Codes, keys and how long they are good.

#![allow(clippy::unwrap_used)]

use super::*;

fn place(room: &str) -> Place {
    Place {
        name: "Kitchen tablet".into(),
        room: room.into(),
        may_control: Some(vec![room.into()]),
    }
}

#[test]
fn a_key_is_given_once_to_who_asked_for_it() {
    let (mut waiting, now) = (Waiting::default(), Instant::now());
    let (asking, ticket) = waiting.ask("tablet-1", "Chrome on a tablet", "10.0.0.7", now).unwrap();
    assert_eq!(asking.code.len(), 6);
    assert_eq!(waiting.poll(&ticket, now), Some(Polled::Waits(CODE_LASTS)));
    assert_eq!(waiting.poll(&asking.code, now), None);
    assert_eq!(waiting.of_code(&asking.code, now).as_deref(), Some("tablet-1"));
    waiting.confirm(&asking.code, "key".into());
    assert_eq!(waiting.of_code(&asking.code, now), None, "a code is confirmed once");
    let given = Polled::Paired {
        endpoint: "tablet-1".into(),
        key: "key".into(),
    };
    assert_eq!(waiting.poll(&ticket, now), Some(given));
    assert_eq!(waiting.poll(&ticket, now), None);
}

#[test]
fn codes_end_and_are_few() {
    let (mut waiting, now) = (Waiting::default(), Instant::now());
    let (first, ticket) = waiting.ask("a", "a", "10.0.0.1", now).unwrap();
    assert_eq!(waiting.of_code(&first.code, now + CODE_LASTS), None);
    assert_eq!(waiting.poll(&ticket, now + CODE_LASTS), None);
    let now = now + CODE_LASTS;
    for n in 0..20 {
        let (asking, _) = waiting
            .ask("a", "a", "10.0.0.1", now + Duration::from_millis(n))
            .unwrap();
        assert!(waiting.of_code(&asking.code, now).is_some());
    }
    assert_eq!(
        waiting.all(now).len(),
        WAITING_OF_ONE,
        "one address does not fill the list"
    );
    for n in 0..WAITING - WAITING_OF_ONE {
        waiting.ask("b", "b", &format!("10.0.1.{n}"), now).unwrap();
    }
    assert!(matches!(waiting.ask("c", "c", "10.0.2.1", now), Err(Fault::Full)));
    for wrong in ["", "..", "a b", "ä", &"x".repeat(65)] {
        let refused = waiting.ask(wrong, "x", "10.0.2.1", now + CODE_LASTS);
        assert!(matches!(refused, Err(Fault::Rule(_))), "{wrong:?}");
    }
}

#[test]
fn a_key_is_changed_without_a_moment_in_which_none_is_good() {
    let mut kept = Kept::default();
    let old = kept.pair("tablet-1", &place("kitchen"), 7).unwrap();
    assert!(!serde_json::to_string(&kept).unwrap().contains(&old));
    let new = kept.rotate("tablet-1").unwrap();
    let which = |kept: &Kept, key: &str| kept.key(key).map(|(paired, new)| (paired.endpoint.clone(), new));
    assert_eq!(which(&kept, &old), Some(("tablet-1".into(), false)));
    assert_eq!(which(&kept, &new), Some(("tablet-1".into(), true)));
    kept.rotated("tablet-1", &old);
    assert!(which(&kept, &old).is_some(), "the old one does not end itself");
    kept.rotated("tablet-1", &new);
    assert_eq!(which(&kept, &old), None);
    assert_eq!(which(&kept, &new), Some(("tablet-1".into(), false)));
    let anew = kept.pair("tablet-1", &place("office"), 8).unwrap();
    assert_eq!((kept.paired.len(), which(&kept, &new)), (1, None));
    kept.unpair("tablet-1").unwrap();
    assert!(which(&kept, &anew).is_none());
    assert!(matches!(kept.unpair("tablet-1"), Err(Fault::Unknown)));
}

#[test]
fn an_endpoint_is_put_only_where_there_is_a_room() {
    let rooms = ["kitchen".to_owned(), "office".to_owned()];
    place("kitchen").check(&rooms).unwrap();
    for wrong in [
        place("cellar"),
        Place {
            may_control: Some(vec!["cellar".into()]),
            ..place("kitchen")
        },
        Place {
            name: " ".into(),
            ..place("kitchen")
        },
    ] {
        assert!(matches!(wrong.check(&rooms), Err(Fault::Rule(_))), "{wrong:?}");
    }
}
