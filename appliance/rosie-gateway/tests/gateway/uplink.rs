//! A satellite's line to its server: over real sockets, to a real gateway.

use crate::{
    client::{Browser, PATIENCE, Server},
    tls_client::{secure, secure_in},
};
use rosie_core::{
    AudioFrame, SampleRate, TurnId,
    arbiter::Hearing,
    engine::WakeWord,
    session::{SessionEvent, SessionInput, TimerCount, TurnState},
};
use rosie_gateway::{Say, Standing, Told, Uplink, UplinkConfig};
use rosie_proto::{ClientMessage, ServerMessage, TurnState as OnTheWire};
use serde_json::{Value, json};
use std::{os::unix::fs::PermissionsExt, path::Path, sync::Arc};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

struct Satellite {
    uplink: Uplink,
    told: mpsc::UnboundedReceiver<Told>,
    standing: watch::Receiver<Standing>,
    tracker: TaskTracker,
}

impl Satellite {
    fn start(server: &str, folder: &Path) -> Self {
        let config = UplinkConfig {
            server: Some(server.parse().unwrap()),
            endpoint: "hall".to_owned(),
            label: "Satellite in the hall".to_owned(),
            room: None,
            speaks: true,
            authority: None,
            folder: folder.to_owned(),
        };
        let (tells, told) = mpsc::unbounded_channel();
        let (sender, standing) = watch::channel(Standing::Beginning);
        let tracker = TaskTracker::new();
        let listener = Box::new(move |what| drop(tells.send(what)));
        let uplink = Uplink::start(config, Arc::new(sender), listener, &tracker, &CancellationToken::new());
        Self {
            uplink,
            told,
            standing,
            tracker,
        }
    }

    async fn hears(&mut self) -> Told {
        timeout(PATIENCE, self.told.recv())
            .await
            .expect("nothing is told")
            .unwrap()
    }

    async fn connected(&mut self) {
        assert!(matches!(self.hears().await, Told::Welcome(_)));
    }

    async fn standing(&mut self, wanted: impl Fn(&Standing) -> bool) -> Standing {
        let found = timeout(PATIENCE, self.standing.wait_for(|now| wanted(now))).await;
        found
            .map(|now| now.unwrap().clone())
            .unwrap_or_else(|_| panic!("{:?}", self.standing.borrow()))
    }

    async fn code(&mut self) -> String {
        match self.standing(|now| matches!(now, Standing::Pairing { .. })).await {
            Standing::Pairing { code, .. } => code,
            other => panic!("{other:?}"),
        }
    }

    async fn away(&mut self) -> String {
        match self.standing(|now| matches!(now, Standing::Away(_))).await {
            Standing::Away(why) => why,
            other => panic!("{other:?}"),
        }
    }

    /// Goodbye, and the end of its task.
    async fn ends(self) {
        drop(self.uplink);
        self.tracker.close();
        timeout(PATIENCE, self.tracker.wait()).await.expect("it goes on");
    }
}

fn plain(server: &Server) -> String {
    format!("http://{}", server.address)
}

/// Waits until the appliance has seen what is wanted.
async fn seen<T>(server: &Server, mut wanted: impl FnMut(&mut crate::fake::Seen) -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = server.fake.seen(&mut wanted) {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, looking).await.expect("it never came")
}

async fn confirm(server: &Server, ada: &Browser, code: &str) {
    let confirm = json!({"code": code, "name": "Hall", "room": "kitchen"});
    let confirmed = ada.ask(server, "POST", "/api/v1/pairing/confirm", confirm).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
}

#[tokio::test]
async fn what_is_said_and_heard_goes_over_the_line() {
    let (server, folder) = (Server::plain().await, tempfile::tempdir().unwrap());
    let mut satellite = Satellite::start(&plain(&server), folder.path());
    satellite.connected().await;
    let spec = server.fake.seen(|seen| seen.specs[0].clone());
    assert_eq!(
        (spec.endpoint.as_str(), spec.wants_audio, spec.has_screen),
        ("hall", true, false)
    );

    // 100 ms of a tone, then the wake word that was in it.
    let tone = (0..1_600)
        .map(|at| ((at as f32 * 0.2).sin() * 9_000.0) as i16)
        .collect();
    assert!(
        satellite
            .uplink
            .say(Say::Audio(AudioFrame::mono(tone, SampleRate::HEARING)))
    );
    let word = ClientMessage::WakeHeard {
        word: "hey_rosie".into(),
        phrase: "Hey Rosie".into(),
        ago_ms: 40,
        score: Some(0.75),
        level_db: Some(-18.5),
        noise_db: None,
    };
    assert!(satellite.uplink.say(Say::Control(word)));
    let inputs = seen(&server, |seen| {
        let called = seen
            .inputs
            .iter()
            .any(|input| matches!(input, SessionInput::WakeHeard { .. }));
        called.then(|| seen.inputs.clone())
    })
    .await;
    let (last, audio) = inputs.split_last().unwrap();
    let word = WakeWord {
        name: "hey_rosie".into(),
        phrase: "Hey Rosie".into(),
    };
    let hearing = Hearing {
        score: Some(0.75),
        level_db: Some(-18.5),
        noise_db: None,
    };
    let called = SessionInput::WakeHeard {
        word,
        ago_ms: 40,
        hearing,
    };
    assert_eq!(*last, called);
    let heard: Vec<i16> = audio
        .iter()
        .flat_map(|input| match input {
            SessionInput::Audio(frame) => frame.samples.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(heard.len(), 1_600);
    assert!(
        heard.iter().any(|sample| sample.unsigned_abs() > 5_000),
        "the tone is heard"
    );

    let turn_id = TurnId(1);
    server.fake.tell(SessionEvent::State {
        turn_id,
        state: TurnState::Speaking,
    });
    let state = ServerMessage::State {
        turn: 1,
        state: OnTheWire::Speaking,
    };
    assert_eq!(satellite.hears().await, Told::Message(state));
    server.fake.tell(SessionEvent::PlaybackStarted {
        turn_id,
        rate: 24_000,
        channels: 1,
    });
    let frame = AudioFrame::mono(vec![5_000; 2_400], SampleRate(24_000));
    server.fake.tell(SessionEvent::Audio { turn_id, frame });
    server.fake.tell(SessionEvent::AudioFinished { turn_id });
    assert!(matches!(
        satellite.hears().await,
        Told::Message(ServerMessage::AudioStart { turn: 1, .. })
    ));
    let mut length = 0;
    let end = loop {
        match satellite.hears().await {
            Told::Audio { turn: 1, frame } => length += frame.duration_ms(),
            other => break other,
        }
    };
    assert_eq!(end, Told::Message(ServerMessage::AudioEnd { turn: 1 }));
    assert!((100..=140).contains(&length), "{length} ms");

    server.fake.tell(SessionEvent::TimerCounts {
        id: 3,
        how: TimerCount::Begun {
            name: Some("tea".into()),
            seconds: 240,
        },
    });
    let counts = ServerMessage::TimerCounts {
        id: 3,
        name: Some("tea".into()),
        seconds_left: 240,
        active: true,
    };
    assert_eq!(satellite.hears().await, Told::Message(counts));
    satellite.ends().await;
    seen(&server, |seen| (seen.ended == 1).then_some(())).await;
}

#[tokio::test]
async fn a_server_is_trusted_at_the_first_time_and_nobody_else_after_it() {
    let ((server, _tls), folder) = (secure(|_| {}).await, tempfile::tempdir().unwrap());
    let address = format!("localhost:{}", server.secure.unwrap().port());
    let mut satellite = Satellite::start(&address, folder.path());
    satellite.connected().await;
    satellite.ends().await;
    let kept = folder.path().join("authority.pem");
    assert_eq!(
        std::fs::read_to_string(&kept).unwrap(),
        server.get("/ca.crt").await.body
    );
    assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    // The same server is the same one; another one in its place is not.
    let mut again = Satellite::start(&address, folder.path());
    again.connected().await;
    again.ends().await;
    let (other, _tls) = secure(|_| {}).await;
    let address = format!("localhost:{}", other.secure.unwrap().port());
    let mut fooled = Satellite::start(&address, folder.path());
    let why = fooled.away().await;
    assert!(
        why.contains("is not whom this satellite trusts") && why.contains("authority.pem"),
        "{why}"
    );
    assert!(other.fake.seen(|seen| seen.specs.is_empty()));
}

#[tokio::test]
async fn a_satellite_shows_a_code_until_the_owner_typed_it() {
    let tls = tempfile::tempdir().unwrap();
    let (server, ada) = Server::owned(secure_in(tls.path())).await;
    let folder = tempfile::tempdir().unwrap();
    let address = format!("localhost:{}", server.secure.unwrap().port());
    let mut satellite = Satellite::start(&address, folder.path());
    let code = satellite.code().await;
    assert!(
        code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()),
        "{code}"
    );
    let waiting = ada.get(&server, "/api/v1/pairing").await.json();
    assert_eq!(
        (&waiting["waiting"][0]["endpoint"], &waiting["waiting"][0]["label"]),
        (&json!("hall"), &json!("Satellite in the hall"))
    );
    confirm(&server, &ada, &code).await;
    satellite.connected().await;
    assert_eq!(
        server.fake.seen(|seen| seen.specs[0].room.clone().unwrap().0),
        "kitchen"
    );
    satellite.ends().await;
    let mode = std::fs::metadata(folder.path().join("key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    // The key is good for the next time, and after a move; and when it is taken away, there is another code.
    let mut again = Satellite::start(&address, folder.path());
    again.connected().await;
    for room in ["living_room", "kitchen"] {
        let moved = json!({"name": "Hall", "room": room});
        let path = "/api/v1/paired/hall";
        assert_eq!(ada.ask(&server, "PUT", path, moved).await.status, 200);
        assert_eq!(again.hears().await, Told::Lost);
        again.connected().await;
    }
    assert_eq!(
        ada.ask(&server, "DELETE", "/api/v1/paired/hall", Value::Null)
            .await
            .status,
        200
    );
    assert_ne!(again.code().await, code);
}

#[tokio::test]
async fn a_server_that_went_away_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::plain().await;
    let (address, at) = (plain(&server), server.address);
    let mut satellite = Satellite::start(&address, folder.path());
    satellite.connected().await;
    server.shutdown.cancel();
    assert_eq!(satellite.hears().await, Told::Lost);
    timeout(PATIENCE, server.serving).await.unwrap().unwrap();
    let why = satellite
        .standing(|now| matches!(now, Standing::Away(why) if why.contains("not reached")))
        .await;
    assert!(matches!(why, Standing::Away(why) if why.contains(&address)));
    let server = Server::start(|config| config.listen = vec![at]).await;
    satellite.connected().await;
    let resume = server.fake.seen(|seen| seen.specs[0].resume.clone());
    assert_eq!(resume.as_deref(), Some("token-1"), "it asks for its session");
}
