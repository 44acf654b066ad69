//! The planner alone: what is known of a device, and what would be done to it.

use rosie_kiosk::{
    facts::Facts,
    journal::{Record, State},
    lever::{Lever, Reading},
    plan::{Standing, plan, wanted},
    steps::Wish,
    values::HomeApp,
};

fn facts(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = Facts {
        serial: "G0".to_owned(),
        serial_number: "G0W1CK12".to_owned(),
        codename: "checkers".to_owned(),
        model: "Echo Show 5".to_owned(),
        android: "11".to_owned(),
        sdk: 30,
        lineage: Some("18.1".to_owned()),
        webview: Some("106.0.5249.126".to_owned()),
        free_kib: Some(2_000_000),
        size: Some((480, 960)),
        density: Some(213),
        volume: Some((5, 15)),
        ..Facts::default()
    };
    change(&mut facts);
    facts
}

fn wish(change: impl FnOnce(&mut Wish)) -> Wish {
    let mut wish = Wish {
        server: "https://192.168.1.5:8443".parse().unwrap(),
        home: HomeApp::Kiosk,
        apk: None,
        authority: None,
        room: Some("kitchen".to_owned()),
        name: None,
        key_sum: None,
        wifi: None,
        time_zone: None,
    };
    change(&mut wish);
    wish
}

fn ids(facts: &Facts, wish: &Wish) -> Vec<&'static str> {
    wanted(facts, wish).iter().map(|step| step.id).collect()
}

#[test]
fn which_steps_there_are() {
    let usual = [
        "app",
        "setup",
        "microphone",
        "overlay",
        "battery",
        "home",
        "owner",
        "stay_awake",
        "lock",
        "brightness",
        "turning",
        "orientation",
        "density",
        "volume",
        "provisioned",
        "set_up",
    ];
    assert_eq!(ids(&facts(|_| {}), &wish(|_| {})), usual);
    let without = |gone: &[&str]| usual.into_iter().filter(|id| !gone.contains(id)).collect::<Vec<_>>();
    let tablet = facts(|facts| facts.codename = "gta4xl".to_owned());
    let rows: Vec<(&str, Facts, Wish, Vec<&str>)> = vec![
        (
            "a tablet turns and keeps its density",
            tablet.clone(),
            wish(|_| {}),
            without(&["turning", "orientation", "density"]),
        ),
        (
            "a tablet keeps its home",
            tablet,
            wish(|wish| wish.home = HomeApp::None),
            without(&["turning", "orientation", "density", "home", "owner"]),
        ),
        (
            "density as it is",
            facts(|facts| facts.density = Some(160)),
            wish(|_| {}),
            without(&["density"]),
        ),
        (
            "a volume that is not told",
            facts(|facts| facts.volume = None),
            wish(|_| {}),
            without(&["volume"]),
        ),
        (
            "a panel that is not told",
            facts(|facts| facts.size = None),
            wish(|_| {}),
            without(&["turning", "orientation"]),
        ),
        (
            "Fully",
            facts(|facts| facts.homes = vec!["de.ozerov.fully/de.ozerov.fully.Main".to_owned()]),
            wish(|wish| wish.home = HomeApp::Fully),
            without(&["app", "setup", "owner"]),
        ),
    ];
    for (what, facts, wish, expected) in rows {
        assert_eq!(ids(&facts, &wish), expected, "{what}");
    }
    let wifi = wish(|wish| (wish.wifi, wish.time_zone) = (Some("Ours".to_owned()), Some("Europe/Berlin".to_owned())));
    let steps = ids(
        &facts(|facts| facts.packages = ["org.lineageos.setupwizard".to_owned()].into()),
        &wifi,
    );
    assert_eq!(
        (steps[0], steps.contains(&"time_zone"), steps.last()),
        ("wifi", true, Some(&"wizard"))
    );
}

#[test]
fn what_must_be_there_first() {
    let amazon = |facts: &mut Facts| (facts.lineage, facts.fire_os) = (None, Some("6.5".to_owned()));
    let rows: Vec<(Facts, HomeApp, &str)> = vec![
        (
            facts(amazon),
            HomeApp::Kiosk,
            "Echo Show 5 (first generation) runs Amazon's own system",
        ),
        (
            facts(|facts| (facts.sdk, facts.android) = (22, "5.1".to_owned())),
            HomeApp::Kiosk,
            "Android 5.1 is too old",
        ),
        (
            facts(|facts| facts.sdk = 0),
            HomeApp::Kiosk,
            "does not say which Android",
        ),
        (
            facts(|facts| facts.free_kib = Some(99 * 1024)),
            HomeApp::Kiosk,
            "only 99 MB",
        ),
        (facts(|_| {}), HomeApp::Fully, "Fully Kiosk Browser is not on it"),
    ];
    for (facts, home, says) in rows {
        let plan = plan(&facts, &wish(|wish| wish.home = home), Vec::new(), Vec::new(), &[]);
        assert!(
            plan.missing.len() == 1 && plan.missing[0].contains(says),
            "{says}: {:?}",
            plan.missing
        );
    }
    assert!(
        plan(&facts(|_| {}), &wish(|_| {}), Vec::new(), Vec::new(), &[])
            .missing
            .is_empty()
    );
}

#[test]
fn what_a_person_is_told_beside_it() {
    let local = |wish: &mut Wish| wish.server = "https://rosie.local:8443".parse().unwrap();
    let notes = |facts: Facts, wish: Wish| plan(&facts, &wish, Vec::new(), Vec::new(), &[]).notes.join("\n");
    let rows: Vec<(String, &str, bool)> = vec![
        (notes(facts(|_| {}), wish(local)), "end in .local", true),
        (
            notes(facts(|facts| facts.sdk = 33), wish(local)),
            "end in .local",
            false,
        ),
        (notes(facts(|_| {}), wish(|_| {})), "end in .local", false),
        (
            notes(facts(|facts| facts.reaches = Some(false)), wish(|_| {})),
            "does not reach",
            true,
        ),
        (
            notes(facts(|facts| facts.webview = Some("58.0.1".to_owned())), wish(|_| {})),
            "Chrome 58",
            true,
        ),
        (notes(facts(|_| {}), wish(|_| {})), "WebView", false),
        (
            notes(
                facts(|_| {}),
                wish(|wish| wish.server = "http://192.168.1.5:8000".parse().unwrap()),
            ),
            "Over http",
            true,
        ),
        (notes(facts(|_| {}), wish(|_| {})), "44.1 kHz", true),
    ];
    for (notes, says, is_said) in rows {
        assert_eq!(notes.contains(says), is_said, "{says}: {notes}");
    }
}

#[test]
fn what_is_done_already_and_what_is_a_persons() {
    let (facts, wish) = (facts(|_| {}), wish(|_| {}));
    let record = |lever: Lever, state: State| Record {
        step: "volume".to_owned(),
        lever,
        before: Some("5".to_owned()),
        set: "10".to_owned(),
        state,
    };
    let is = |value: &str| Reading::Is(value.to_owned());
    let rows: Vec<(&str, Reading, Vec<Record>, Standing)> = vec![
        ("density", is("160"), vec![], Standing::Done),
        ("density", Reading::Absent, vec![], Standing::ToDo),
        ("volume", is("3"), vec![], Standing::ToDo),
        (
            "volume",
            is("3"),
            vec![record(Lever::Volume, State::Done)],
            Standing::Done,
        ),
        (
            "volume",
            is("3"),
            vec![record(Lever::Volume, State::Undone)],
            Standing::ToDo,
        ),
        (
            "lock",
            Reading::Unknown("no command".to_owned()),
            vec![],
            Standing::ByHand("Settings → Security → Screen lock → None (no command)".to_owned()),
        ),
        ("setup", Reading::Unknown("too old".to_owned()), vec![], Standing::ToDo),
    ];
    for (id, reading, records, expected) in rows {
        let step = wanted(&facts, &wish).into_iter().find(|step| step.id == id).unwrap();
        let made = plan(&facts, &wish, vec![step], vec![reading.clone()], &records);
        assert_eq!(made.steps[0].standing, expected, "{id} {reading:?} {records:?}");
    }
}

#[test]
fn a_set_up_is_compared_by_what_is_named() {
    let setup = wanted(&facts(|_| {}), &wish(|_| {}))
        .into_iter()
        .find(|step| step.id == "setup")
        .unwrap();
    assert!(
        setup.want.contains(r#""name":"kitchen-checkers-ck12""#),
        "{}",
        setup.want
    );
    let now = |room: &str| {
        let told = format!(
            r#"{{"address":"https://192.168.1.5:8443","room":"{room}","name":"kitchen-checkers-ck12","ca":"","audio":"page","key_sha256":"ab"}}"#
        );
        setup.lever.is_at(&Reading::Is(told), Some(&setup.want))
    };
    assert!(now("kitchen") && !now("office"));
}
