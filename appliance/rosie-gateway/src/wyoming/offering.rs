//! Rooms of Rosie's as Wyoming satellites of Home Assistant: it connects, as it does to any satellite, and its pipeline then
//! answers what is said in the room. One port a room, as the protocol knows one satellite a server.

use super::{
    Shared,
    borrower::{Borrower, Heard},
    link::{self, LinkError, Reader, Writer},
    service,
};
use rosie_core::{RoomId, lending::ToBorrower};
use rosie_proto::wyoming::Event;
use serde_json::json;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpStream,
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::{Instant, interval},
};

/// Home Assistant pings every two seconds. One that says nothing for this long is gone, whatever TCP believes.
const GONE: Duration = Duration::from_secs(30);
/// Home Assistant that muted the satellite sends one ping more at most. Two tell that it goes on: who takes the mute back before
/// it has looked is told of nowhere else.
const PINGS_WHILE_PAUSED: u8 = 2;
/// It wanted somebody to speak, and nobody did for so long.
const NOBODY: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A room that Home Assistant may have as its satellite.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferedRoom {
    pub room: RoomId,
    pub listen: SocketAddr,
}

/// What connections to one room share.
pub(super) struct Offer {
    pub room: RoomId,
    /// Home Assistant wants nobody to be heard there.
    muted: AtomicBool,
}

impl Offer {
    pub fn new(room: RoomId) -> Arc<Offer> {
        Arc::new(Offer {
            room,
            muted: AtomicBool::new(false),
        })
    }

    /// What it is called in Home Assistant, and where.
    pub fn names(&self, shared: &Shared) -> (String, String) {
        let rooms = shared.appliance.status().rooms;
        let named = rooms.into_iter().find(|known| known.id == self.room.0);
        let area = named.map_or_else(|| self.room.0.clone(), |room| room.name);
        (format!("Rosie {area}"), area)
    }

    fn info(&self, shared: &Shared) -> Event {
        let (name, area) = self.names(shared);
        let satellite = json!({
            "name": name,
            "area": area,
            "description": "A room of Rosie's",
            "version": env!("CARGO_PKG_VERSION"),
            "attribution": { "name": "Rosie", "url": "" },
            "installed": true,
            // Rosie herself hears when somebody begins to speak, and sends nothing before.
            "has_vad": true,
            "active_wake_words": [],
            "max_active_wake_words": 0,
            "supports_trigger": true,
            "snd_format": { "rate": 22_050, "width": 2, "channels": 1 },
        });
        let nothing = json!({ "asr": [], "tts": [], "handle": [], "intent": [], "wake": [], "mic": [], "snd": [] });
        let mut info = Event::new("info", nothing);
        info.data.insert("satellite".to_owned(), satellite);
        info
    }
}

pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>, offer: Arc<Offer>) {
    let (mut reader, writer) = link::split(stream);
    let (told, mut from_room) = mpsc::unbounded_channel();
    let mut connection = Connection {
        shared,
        offer,
        writer,
        told,
        borrower: None,
        paused: None,
        heard_at: Instant::now(),
    };
    match connection.run(&mut reader, &mut from_room).await {
        Ok(()) => {}
        Err(LinkError::Event(error)) => service::refuse(&mut connection.writer, &error).await,
        Err(error) => tracing::debug!(%peer, %error, "a connection to an offered room ended"),
    }
    if connection.borrower.is_some() {
        tracing::info!(%peer, room_id = %connection.offer.room, "Home Assistant has left the room: Rosie answers herself");
    }
}

struct Connection {
    shared: Arc<Shared>,
    offer: Arc<Offer>,
    writer: Writer,
    told: UnboundedSender<ToBorrower>,
    /// Once it wants to run.
    borrower: Option<Borrower>,
    /// Pings since it wanted nobody to be heard.
    paused: Option<u8>,
    /// When the other side said something last.
    heard_at: Instant,
}

impl Connection {
    async fn run(&mut self, reader: &mut Reader, told: &mut UnboundedReceiver<ToBorrower>) -> Result<(), LinkError> {
        let mut look = interval(LOOK_EVERY);
        loop {
            tokio::select! {
                event = reader.next() => {
                    let Some(event) = event? else { return Ok(()) };
                    self.heard_at = Instant::now();
                    self.take(event).await?;
                }
                Some(what) = told.recv() => self.room_says(what).await?,
                _ = look.tick() => {
                    if self.heard_at.elapsed() > GONE {
                        return Err(LinkError::Stalled);
                    }
                    if self.borrower.as_mut().is_some_and(|borrower| borrower.waits_longer_than(NOBODY)) {
                        self.writer.send(&super::audio::stop()).await?;
                    }
                }
            }
        }
    }

    async fn take(&mut self, event: Event) -> Result<(), LinkError> {
        match event.kind.as_str() {
            "describe" => {
                let info = self.offer.info(&self.shared);
                self.writer.send(&info).await
            }
            "ping" => {
                let pong = Event {
                    kind: "pong".to_owned(),
                    ..event
                };
                self.writer.send(&pong).await?;
                self.paused = self.paused.map(|pings| pings.saturating_add(1));
                if self.paused.is_some_and(|pings| pings >= PINGS_WHILE_PAUSED) {
                    self.lend();
                }
                Ok(())
            }
            "run-satellite" => {
                self.lend();
                Ok(())
            }
            "pause-satellite" => {
                // A person muted the satellite there, or took it out: what they see muted must hear nothing.
                if let Some(borrower) = &self.borrower {
                    borrower.mute(true);
                    self.offer.muted.store(true, Ordering::Relaxed);
                    self.paused = Some(0);
                }
                self.borrower = None;
                Ok(())
            }
            _ => match self.borrower.as_mut().map(|borrower| borrower.take(&event)) {
                Some(Heard::Sounded) => self.writer.send(&Event::new("played", json!(null))).await,
                Some(Heard::Nothing) | None => Ok(()),
            },
        }
    }

    fn lend(&mut self) {
        self.paused = None;
        let told = self.told.clone();
        let sink = Box::new(move |what| drop(told.send(what)));
        match self.shared.appliance.lend(self.offer.room.clone(), sink) {
            Ok(room) => {
                let borrower = Borrower::new(room);
                if self.offer.muted.swap(false, Ordering::Relaxed) {
                    borrower.mute(false);
                }
                tracing::info!(room_id = %self.offer.room, "Home Assistant's pipeline answers in a room now");
                self.borrower = Some(borrower);
            }
            Err(failure) => tracing::warn!(detail = %failure.detail, "a room cannot be lent"),
        }
    }

    async fn room_says(&mut self, what: ToBorrower) -> Result<(), LinkError> {
        let Some(borrower) = &mut self.borrower else {
            return Ok(());
        };
        for event in borrower.events(what) {
            self.writer.send(&event).await?;
        }
        Ok(())
    }
}
