//! The daemon's side, against a folder that holds what root's side writes; and what stands in several places of the image.

use super::*;
use rosie_core::network::{DOOR, DOOR_PASSWORD, JoinFault, JoinProblem};
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

struct House {
    folder: TempDir,
    network: Network,
}

impl House {
    fn new(state: &NetworkState) -> Self {
        let folder = TempDir::new().unwrap();
        for place in ["run/rosie/ask", "run/rosie/network"] {
            fs::create_dir_all(folder.path().join(place)).unwrap();
        }
        let network = Network {
            root: folder.path().to_owned(),
        };
        let this = Self { folder, network };
        this.shows(&serde_json::to_string(state).unwrap());
        this
    }

    fn shows(&self, text: &str) {
        fs::write(self.folder.path().join(SHOWN), text).unwrap();
    }
}

fn state(link: Link) -> NetworkState {
    NetworkState {
        managed: true,
        wifi: true,
        link,
        ssid: "Rosie-ABCD".into(),
        ..NetworkState::default()
    }
}

fn wanted() -> JoinNetwork {
    JoinNetwork {
        ssid: "Home".into(),
        password: "s3cr3t-word".into(),
        country: "DE".into(),
        hidden: false,
    }
}

#[test]
fn off_the_image_nothing_is_known_and_nothing_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let network = Network {
        root: folder.path().to_owned(),
    };
    assert_eq!(network.state(), NetworkState::default());
    assert!(network.health().is_none());
    let refused = network.join(&wanted()).unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadRequest);
    assert!(refused.detail.contains("not started from her image"));
}

#[test]
fn a_network_is_asked_for_once_and_only_root_and_she_may_read_it() {
    let this = House::new(&state(Link::AccessPoint));
    assert_eq!(this.network.state(), state(Link::AccessPoint));
    this.network.join(&wanted()).unwrap();
    let path = this.folder.path().join(ASKED);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert!(serde_json::from_str::<JoinNetwork>(&text).unwrap() == wanted());
    // From now on it is tried, though root's side has not looked yet.
    assert_eq!(this.network.state().link, Link::Joining);
    assert_eq!(this.network.join(&wanted()).unwrap_err().code, ErrorCode::Busy);
    fs::remove_file(&path).unwrap();
    this.shows(&serde_json::to_string(&state(Link::Joining)).unwrap());
    assert_eq!(this.network.join(&wanted()).unwrap_err().code, ErrorCode::Busy);
}

#[test]
fn what_cannot_be_is_refused_before_it_is_asked_for() {
    let this = House::new(&state(Link::Wired));
    let short = JoinNetwork {
        password: "short".into(),
        ..wanted()
    };
    let refused = this.network.join(&short).unwrap_err();
    assert!(refused.detail.contains("8 to 63 characters"), "{}", refused.detail);
    let deaf = NetworkState {
        wifi: false,
        ..state(Link::Wired)
    };
    this.shows(&serde_json::to_string(&deaf).unwrap());
    let refused = this.network.join(&wanted()).unwrap_err();
    assert!(refused.detail.contains("no Wi-Fi radio"), "{}", refused.detail);
    assert!(!this.folder.path().join(ASKED).exists());
    this.shows("{ half");
    assert_eq!(this.network.state(), NetworkState::default());
    fs::remove_dir_all(this.folder.path().join("run/rosie/ask")).unwrap();
    this.shows(&serde_json::to_string(&state(Link::Wired)).unwrap());
    assert_eq!(this.network.join(&wanted()).unwrap_err().code, ErrorCode::Internal);
}

#[test]
fn her_health_says_why_there_is_no_network() {
    let wrong = NetworkState {
        problem: Some(JoinProblem {
            fault: JoinFault::WrongPassword,
            ssid: "Home".into(),
            message: "the password of \"Home\" is wrong".into(),
        }),
        ..state(Link::AccessPoint)
    };
    let no_network = EngineHealth::Unavailable {
        reason: "no network".into(),
    };
    let health = |state: &NetworkState| House::new(state).network.health().unwrap().health;
    assert_eq!(health(&state(Link::Wired)), EngineHealth::Ready);
    assert_eq!(health(&state(Link::Wifi)), EngineHealth::Ready);
    assert_eq!(health(&state(Link::Joining)), EngineHealth::Loading);
    assert_eq!(health(&state(Link::None)), no_network);
    assert!(
        matches!(health(&state(Link::AccessPoint)), EngineHealth::NotSetUp { reason } if reason.contains("Rosie-ABCD"))
    );
    assert!(matches!(health(&wrong), EngineHealth::Unavailable { reason } if reason.contains("password")));
}

/// The address stands in files that other programs read, the password in the guide.
#[test]
fn the_image_and_the_guide_say_what_is_in_force() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| fs::read_to_string(top.join(path)).unwrap();
    assert!(read("overlays/common/etc/rosie/access-point.conf").contains(&format!("\naddress=/#/{DOOR}\n")));
    assert!(
        read("overlays/common/etc/systemd/network/24-access-point.network").contains(&format!("\nAddress={DOOR}/24\n"))
    );
    let guide = read("docs/flashing.md");
    assert!(guide.contains(&format!("`{DOOR_PASSWORD}`")) && guide.contains(&format!("http://{DOOR}")));
    assert!(read("board/common/boot/READ-ME.txt").contains(DOOR_PASSWORD));
}
