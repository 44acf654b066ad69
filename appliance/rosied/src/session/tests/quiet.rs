//! A quiet time of the house: what is announced, and what is heard all the same.

use super::home::*;
use rosie_core::{EndpointId, RoomId, session::EndpointSpec};
use rosie_hub::household::{Reach, Said};
use rosie_testkit::FakeStt;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn in_a_quiet_time_only_what_was_asked_for_is_heard() {
    let home = home_with(FakeStt::hearing("anything"), answering("Yes."), |config| {
        let always = json!({ "times": [{ "from": "00:00", "to": "00:00", "rooms": ["bedroom"] }] });
        config.do_not_disturb = serde_json::from_value(always).unwrap();
    });
    let in_room = |endpoint: &str, room: &str| EndpointSpec {
        room: Some(RoomId::from(room)),
        ..spec(endpoint)
    };
    let _bedroom = call(&home, in_room("bed", "bedroom")).unwrap();
    let _office = call(&home, in_room("desk", "office")).unwrap();
    let (bed, bedroom) = (EndpointId::from("bed"), RoomId::from("bedroom"));
    let (desk, office) = (EndpointId::from("desk"), RoomId::from("office"));
    let say = |urgent| home.sessions.say(&Reach::Everywhere, "Dinner is ready", urgent);
    assert_eq!(say(false), Said { spoken: 1, spared: 1 });
    assert_eq!(say(true), Said { spoken: 2, spared: 0 });
    let alone = || -> Vec<bool> { home.sessions.seats().iter().map(|seat| seat.do_not_disturb).collect() };
    assert_eq!(alone(), [true, false], "as it is shown outside, the bed first");
    assert_eq!(
        home.sessions.status().iter().filter(|one| one.do_not_disturb).count(),
        1
    );

    // What rings rings, and a reminder for everybody is heard where it was set.
    assert_eq!(home.sessions.announce(&bed, &bedroom, "Your timer is up", None), 1);
    assert_eq!(home.sessions.remind((&desk, &office), "Take the bins out"), 1);
    assert_eq!(home.sessions.remind((&bed, &bedroom), "Take the bins out"), 2);

    // The endpoint's own switch goes before the house's times, until they come again.
    assert!(home.sessions.set_do_not_disturb(&bed, false));
    assert_eq!(alone(), [false, false]);
    assert_eq!(say(false), Said { spoken: 2, spared: 0 });
    assert!(home.sessions.set_do_not_disturb(&bed, true));
    assert_eq!(say(false), Said { spoken: 1, spared: 1 });
}
