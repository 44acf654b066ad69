//! Against a folder that holds what the image's scripts write.

use super::*;
use tempfile::TempDir;

/// A box whose files are a folder's.
struct Box {
    folder: TempDir,
    updates: Updates,
}

impl Box {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for place in [
            "usr/lib/rosie",
            "run/rosie/ask",
            "run/rosie/update",
            "data/update",
            "proc",
        ] {
            fs::create_dir_all(folder.path().join(place)).unwrap();
        }
        let updates = Updates {
            root: folder.path().to_owned(),
        };
        let this = Self { folder, updates };
        this.write("usr/lib/rosie/board", "raspberrypi5\n");
        this.write("usr/lib/rosie/version", "1.1.0\n");
        this.write("proc/cmdline", "root=x rauc.slot=B quiet\n");
        this.write(
            "run/rosie/update/settings",
            "channel=https://u.example.org/r\nmode=notify\n",
        );
        this
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).unwrap();
    }

    fn asked(&self) -> Option<String> {
        let text = fs::read_to_string(self.updates.asked()).ok()?;
        fs::remove_file(self.updates.asked()).unwrap();
        Some(text)
    }

    fn other(&self) -> (String, Option<String>, bool, bool) {
        let other = self.updates.state().other.unwrap();
        (other.slot, other.version, other.waits, other.taken_back)
    }
}

#[test]
fn off_the_image_nothing_is_known_but_the_version_and_nothing_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let updates = Updates {
        root: folder.path().to_owned(),
    };
    let state = updates.state();
    assert!(!state.managed && state.version == env!("CARGO_PKG_VERSION") && state.other.is_none());
    for refused in [
        updates.look(),
        updates.install("1.0.0"),
        updates.set(UpdateMode::Notify, "https://x"),
    ] {
        let failure = refused.unwrap_err();
        assert_eq!(failure.code, ErrorCode::BadRequest);
        assert!(failure.detail.contains("not started from her image"), "{failure:?}");
    }
}

#[test]
fn what_the_scripts_wrote_down_is_shown() {
    let this = Box::new();
    let state = this.updates.state();
    assert!(state.managed);
    assert_eq!(
        (&*state.version, &*state.board, &*state.slot),
        ("1.1.0", "raspberrypi5", "B")
    );
    assert_eq!(
        (state.mode, &*state.channel),
        (UpdateMode::Notify, "https://u.example.org/r")
    );
    assert_eq!(
        (state.running.clone(), state.available.clone(), state.last.clone()),
        (None, None, None)
    );
    // Flashed, and nothing installed since.
    assert_eq!(this.other(), ("A".into(), None, false, false));

    this.write(
        "data/update/available",
        "version=1.2.0\nbytes=900\nnotes=a=b, better ears\n",
    );
    this.write(
        "data/update/looked",
        "looked=1700000000\nproblem=the channel does not answer\n",
    );
    let state = this.updates.state();
    assert_eq!(state.latest(), "1.2.0");
    assert_eq!(state.available.unwrap().notes, "a=b, better ears");
    assert_eq!(state.looked_unix_ms, Some(1_700_000_000_000));
    assert_eq!(state.problem.as_deref(), Some("the channel does not answer"));

    this.write(
        "run/rosie/update/state",
        "step=fetching\npercent=0\nversion=1.2.0\nbytes=900\n",
    );
    this.write("data/update/offer.raucb.part", &"x".repeat(300));
    let state = this.updates.state();
    assert_eq!(
        state.problem, None,
        "what went wrong before does not stand beside what goes on"
    );
    let running = state.running.unwrap();
    assert_eq!(
        (running.step, running.percent, &*running.version),
        (UpdateStep::Fetching, Some(33), "1.2.0")
    );
    this.write("run/rosie/update/state", "step=installing\npercent=70\nversion=1.2.0\n");
    assert_eq!(this.updates.state().running.unwrap().percent, Some(70));
    // Whatever lies there, it is an answer.
    this.write("run/rosie/update/state", "step=dancing\npercent=700\n");
    this.write("data/update/looked", "looked=soon\u{0}\nproblem=");
    assert_eq!(this.updates.state().running, None);
    assert_eq!(this.updates.state().looked_unix_ms, None);
}

#[test]
fn the_other_slot_is_what_the_last_install_made_of_it() {
    let this = Box::new();
    this.write("data/update/pending", "from=B\nto=A\nversion=1.2.0\nbefore=1.1.0\n");
    assert_eq!(this.other(), ("A".into(), Some("1.2.0".into()), true, false));
    // The new one runs, and has not proved itself yet.
    this.write("data/update/pending", "from=A\nto=B\nversion=1.1.0\nbefore=1.0.0\n");
    assert_eq!(this.other(), ("A".into(), Some("1.0.0".into()), false, false));
    fs::remove_file(this.folder.path().join("data/update/pending")).unwrap();
    this.write(
        "data/update/result",
        "outcome=updated\nversion=1.1.0\nbefore=1.0.0\nreason=\n",
    );
    assert_eq!(this.other(), ("A".into(), Some("1.0.0".into()), false, false));
    this.write(
        "data/update/result",
        "outcome=returned\nversion=1.2.0\nbefore=1.1.0\nreason=stt does not work\n",
    );
    assert_eq!(this.other(), ("A".into(), Some("1.2.0".into()), false, true));
    assert_eq!(this.updates.state().last.unwrap().reason, "stt does not work");
}

#[test]
fn what_is_asked_is_one_line_that_the_scripts_know() {
    let this = Box::new();
    this.updates.look().unwrap();
    assert_eq!(this.updates.state().running.unwrap().step, UpdateStep::Waiting);
    // One at a time.
    assert_eq!(this.updates.look().unwrap_err().code, ErrorCode::Busy);
    assert_eq!(this.asked().as_deref(), Some("look\n"));
    this.updates
        .set(UpdateMode::Automatic, " https://u.example.org/a/ ")
        .unwrap();
    assert_eq!(this.asked().as_deref(), Some("set automatic https://u.example.org/a\n"));
    this.updates.set(UpdateMode::Off, "").unwrap();
    assert_eq!(this.asked().as_deref(), Some("set off -\n"));

    assert!(
        this.updates
            .install("1.2.0")
            .unwrap_err()
            .detail
            .contains("nothing newer")
    );
    this.write("data/update/available", "version=1.3.0\nbytes=900\nnotes=\n");
    let other = this.updates.install("1.2.0").unwrap_err();
    assert!(other.detail.contains("has 1.3.0, not 1.2.0"), "{other:?}");
    this.updates.install("1.3.0").unwrap();
    assert_eq!(this.asked().as_deref(), Some("install\n"));

    for (mode, channel) in [
        (UpdateMode::Notify, ""),
        (UpdateMode::Notify, "http://u.example.org"),
        (UpdateMode::Notify, "https://"),
        (UpdateMode::Notify, "https://u.example.org/a b"),
        (UpdateMode::Notify, "https://u.example.org/\nlook"),
        (UpdateMode::Off, "https://u.example.org/$(reboot)"),
        (UpdateMode::Off, "ftp"),
    ] {
        let failure = this.updates.set(mode, channel).unwrap_err();
        assert_eq!(failure.code, ErrorCode::BadRequest, "{channel}");
    }
    this.updates
        .set(UpdateMode::Off, &format!("https://{}", "x".repeat(300)))
        .unwrap_err();
    this.write("run/rosie/update/settings", "channel=\nmode=off\n");
    assert!(this.updates.look().unwrap_err().detail.contains("no channel"));
    assert_eq!(this.asked(), None);
}

/// The words that [`OF_ADDRESS`] allows are those that the script takes.
#[test]
fn an_address_that_is_taken_here_is_taken_by_the_script() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../overlays/common/usr/lib/rosie/update-asked");
    let script = fs::read_to_string(script).unwrap();
    let known = script
        .split("*[!A-Za-z0-9")
        .nth(1)
        .and_then(|rest| rest.split(']').next())
        .unwrap();
    let sorted = |text: &str| {
        let mut all: Vec<char> = text.chars().collect();
        all.sort_unstable();
        all
    };
    assert_eq!(sorted(known), sorted(OF_ADDRESS));
}
