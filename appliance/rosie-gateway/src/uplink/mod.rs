//! The other end of the endpoint protocol: a satellite's line to the Rosie that it belongs to.
//!
//! One task looks for the server, learns to trust it, has itself paired, talks, and comes back when the line is lost. Whoever listens
//! and plays here is told what the server says, and whether there is a server at all.

mod address;
mod backoff;
mod dial;
mod find;
mod key;
mod pairing;
mod talk;
mod trust;

pub use address::{AddressError, ServerAddress};

use backoff::Backoff;
use dial::Fault;
use rosie_core::AudioFrame;
use rosie_proto::{ClientMessage, ServerMessage, Welcome};
use std::{path::PathBuf, sync::Arc, time::Duration};
use talk::{Ended, Line};
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use trust::Trust;

/// Messages and pieces of sound that may wait to be sent: ten seconds of them.
const QUEUE: usize = 512;
/// What the server refused for good is asked again after so long: its owner may have changed something.
const REFUSED_FOR: Duration = Duration::from_secs(300);

/// Whose satellite this is, and what it calls itself.
#[derive(Debug, Clone)]
pub struct UplinkConfig {
    /// `None`: looked for on the network.
    pub server: Option<ServerAddress>,
    pub endpoint: String,
    /// What the owner reads when it is paired.
    pub label: String,
    /// Where nobody gave it another one.
    pub room: Option<String>,
    /// It has a loudspeaker.
    pub speaks: bool,
    /// PEM of who signed the server's certificate; `None`: the authority that the server shows at first is kept.
    pub authority: Option<PathBuf>,
    /// Where the key and the authority are kept.
    pub folder: PathBuf,
}

/// To the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Say {
    /// 16 kHz, one channel.
    Audio(AudioFrame),
    /// What is heard next has nothing to do with what was heard last.
    Pause,
    Control(ClientMessage),
}

/// From the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    Welcome(Box<Welcome>),
    Message(ServerMessage),
    Audio {
        turn: u64,
        frame: AudioFrame,
    },
    /// The line is lost, until the next `Welcome`.
    Lost,
}

/// How the line is, for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// It has not been tried yet.
    #[default]
    Beginning,
    /// No server, and why.
    Away(String),
    /// The owner is to type this code on the pages of the server.
    Pairing {
        code: String,
        server: String,
    },
    Connected {
        server: String,
        room: String,
    },
}

/// Called on the line's task; must not block.
pub type Listener = Box<dyn Fn(Told) + Send + Sync>;

/// A line that is kept up until this is dropped.
pub struct Uplink {
    say: mpsc::Sender<Say>,
    end: CancellationToken,
}

impl Uplink {
    /// Begins; must be called where there is a reactor. `standing` is told how it goes.
    pub fn start(
        config: UplinkConfig,
        standing: Arc<watch::Sender<Standing>>,
        listener: Listener,
        tracker: &TaskTracker,
        shutdown: &CancellationToken,
    ) -> Self {
        let (say, said) = mpsc::channel(QUEUE);
        let end = shutdown.child_token();
        let keeper = Keeper {
            trust: Trust::new(&config),
            config,
            standing,
            end: end.clone(),
        };
        tracker.spawn(keeper.run(Line { said, listener }));
        Self { say, end }
    }

    /// False: there is no room for it, and it is not sent.
    pub fn say(&self, what: Say) -> bool {
        self.say.try_send(what).is_ok()
    }
}

impl Drop for Uplink {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

/// What is known from the connections before.
#[derive(Default)]
struct Known {
    backoff: Backoff,
    /// To go on with the session after the line broke.
    resume: Option<String>,
    /// A key that was refused is tried once more: the endpoint may only have been moved.
    key_refused: bool,
}

struct Keeper {
    config: UplinkConfig,
    trust: Trust,
    standing: Arc<watch::Sender<Standing>>,
    end: CancellationToken,
}

impl Keeper {
    async fn run(self, mut line: Line) {
        let mut known = Known::default();
        while !self.end.is_cancelled() {
            let ended = self.once(&mut line, &mut known).await;
            let wait = match ended {
                Ended::Goodbye => return,
                Ended::GoingAway(wait) => {
                    self.away("it is being started anew, or updated".to_owned());
                    wait
                }
                Ended::Lost(why) => {
                    self.away(why);
                    known.backoff.wait()
                }
                Ended::NotPaired if known.key_refused || key::read(&self.config.folder).is_none() => {
                    known.key_refused = false;
                    match self.pair().await {
                        Ok(()) => continue,
                        Err(fault) => {
                            self.away(fault.to_string());
                            known.backoff.wait()
                        }
                    }
                }
                Ended::NotPaired => {
                    known.key_refused = true;
                    continue;
                }
                Ended::Refused(why) => {
                    self.away(why);
                    REFUSED_FOR
                }
            };
            let _ = tokio::time::timeout(wait, self.deaf(&mut line)).await;
        }
    }

    /// One connection, from looking for the server to the end.
    async fn once(&self, line: &mut Line, known: &mut Known) -> Ended {
        let opening = async {
            let address = self.server().await?;
            let wire = dial::dial(&address, &self.trust).await?;
            let key = key::read(&self.config.folder);
            let hello = talk::hello(&self.config, key, known.resume.take());
            talk::open(wire, &address, hello).await.map(|open| (address, open))
        };
        let opened = tokio::select! {
            opened = opening => opened,
            () = self.deaf(line) => return Ended::Goodbye,
        };
        let (address, (socket, welcome)) = match opened {
            Ok(opened) => opened,
            Err(fault) => return fault.into(),
        };
        *known = Known {
            resume: Some(welcome.resume_token.clone()),
            ..Known::default()
        };
        let standing = Standing::Connected {
            server: address.to_string(),
            room: welcome.room_name.clone(),
        };
        tracing::info!(server = %address, room = welcome.room_name, resumed = welcome.resumed, "this satellite is connected");
        self.standing.send_replace(standing);
        let ended = talk::talk(socket, welcome, line, &self.end).await;
        (line.listener)(Told::Lost);
        ended
    }

    async fn server(&self) -> Result<ServerAddress, Fault> {
        match &self.config.server {
            Some(address) => Ok(address.clone()),
            None => find::server().await,
        }
    }

    /// Shows a code until the owner has typed it.
    async fn pair(&self) -> Result<(), Fault> {
        let address = self.server().await?;
        let standing = |code: &str| {
            tracing::warn!(code, server = %address, "type this code on the server's page /people to pair this satellite");
            self.standing.send_replace(Standing::Pairing {
                code: code.to_owned(),
                server: address.to_string(),
            });
        };
        let pairing = pairing::pair(&address, &self.trust, &self.config, standing);
        match self.end.run_until_cancelled(pairing).await {
            Some(paired) => paired,
            None => Ok(()),
        }
    }

    fn away(&self, why: String) {
        let standing = Standing::Away(why);
        let changed = self.standing.send_if_modified(|before| {
            let changed = *before != standing;
            before.clone_from(&standing);
            changed
        });
        if let (true, Standing::Away(why)) = (changed, standing) {
            tracing::warn!(why, "this satellite has no server; it goes on trying");
        }
    }

    /// What is said while there is no line is lost. Ends with the satellite.
    async fn deaf(&self, line: &mut Line) {
        let listening = async { while line.said.recv().await.is_some() {} };
        self.end.run_until_cancelled(listening).await;
    }
}
