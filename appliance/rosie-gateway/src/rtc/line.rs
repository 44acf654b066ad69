//! The WebRTC connection of one endpoint's session, if it has one: what is said about it over the WebSocket, how it stands, and
//! what is heard over it.

use super::{
    Out,
    engine::{self, Peer, PeerEvent, Standing},
    incoming::{Incoming, RATE},
    sdp,
};
use crate::{server::Shared, stream::Bucket};
use futures_util::FutureExt;
use rosie_core::AudioFrame;
use rosie_proto::{MessageError, Refusal, ServerMessage};
use std::{
    future::Future,
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// An offer must be answered within this; what takes longer is no offer of a browser.
const ANSWER: Duration = Duration::from_secs(3);
/// A connection that is not up so long after an offer will not come up any more.
const CONNECT: Duration = Duration::from_secs(15);
/// Candidates that one offer may be followed by.
const MOST_CANDIDATES: u32 = 64;
/// Offers at once, and one more in so many seconds: each costs sockets and keys.
const OFFERS: f64 = 6.0;
const OFFER_S: f64 = 3.0;

/// What there is to do.
pub(crate) enum LineEvent {
    Heard(AudioFrame),
    Say(ServerMessage),
}

pub(crate) struct Line<'a> {
    shared: &'a Shared,
    /// Where the WebSocket comes from.
    from: IpAddr,
    /// Where the sending half is to be had while the connection is up.
    out: watch::Sender<Option<Out>>,
    open: Option<Open>,
    offers: Bucket,
}

struct Open {
    id: u32,
    peer: Peer,
    incoming: Incoming,
    candidates: u32,
    standing: Standing,
    /// When it must be up.
    by: Instant,
}

impl<'a> Line<'a> {
    pub fn new(shared: &'a Shared, from: IpAddr, out: watch::Sender<Option<Out>>) -> Self {
        Self {
            shared,
            from,
            out,
            open: None,
            offers: Bucket::new(OFFERS, 1.0 / OFFER_S, Instant::now()),
        }
    }

    /// Answers an offer, or says that there is no connection to be had.
    pub async fn offer(&mut self, id: u32, offer: &str) -> Result<ServerMessage, MessageError> {
        if !self.shared.config.webrtc.enabled {
            return Ok(closed(id, "off"));
        }
        if !self.offers.take(1.0, Instant::now()) {
            let detail = format!("an offer of WebRTC is answered every {OFFER_S} seconds");
            return Err(MessageError::new(Refusal::RateLimited, detail));
        }
        sdp::check_offer(offer).map_err(|detail| MessageError::new(Refusal::BadMessage, detail))?;
        let offer = sdp::with_usable_candidates(offer, self.from.to_canonical().is_loopback());
        let known = self.open.take().filter(|open| open.id == id);
        let mut open = match known {
            Some(open) => open,
            None => match self.fresh(id).await {
                Ok(open) => open,
                Err(reason) => return Ok(closed(id, reason)),
            },
        };
        let Some(answer) = in_time(open.peer.answer(offer)).await else {
            self.out.send_replace(None);
            return Ok(closed(id, "failed"));
        };
        open.candidates = 0;
        open.by = Instant::now() + CONNECT;
        self.open = Some(open);
        let sdp = sdp::with_dtx(&answer);
        Ok(ServerMessage::RtcAnswer { id, sdp })
    }

    async fn fresh(&mut self, id: u32) -> Result<Open, &'static str> {
        self.out.send_replace(None);
        let slot = Arc::clone(&self.shared.peers).try_acquire_owned().map_err(|_| "busy")?;
        let opening = Peer::open(&self.shared.config.webrtc, self.from, &self.shared.tracker, slot);
        let peer = in_time(opening).await.ok_or("failed")?;
        Ok(Open {
            id,
            peer,
            incoming: Incoming::new(),
            candidates: 0,
            standing: Standing::Down,
            by: Instant::now() + CONNECT,
        })
    }

    /// An address of the endpoint. One that is of no use is passed over: there may be others.
    pub async fn candidate(&mut self, id: u32, candidate: String) {
        let near = self.from.to_canonical().is_loopback();
        let Some(open) = self.open.as_mut().filter(|open| open.id == id) else {
            return;
        };
        if open.candidates < MOST_CANDIDATES && sdp::is_usable(&candidate, near) {
            open.candidates += 1;
            let _ = in_time(open.peer.candidate(candidate)).await;
        }
    }

    /// The endpoint gives the connection up.
    pub fn close(&mut self, id: u32) {
        if self.open.as_ref().is_some_and(|open| open.id == id) {
            self.end();
        }
    }

    /// What was heard before this moment, without waiting for what is missing in it.
    pub fn flush(&mut self) -> Option<AudioFrame> {
        self.open.as_mut().and_then(|open| frame(open.incoming.flush()))
    }

    /// Waits for what happens next. Cancel-safe.
    pub async fn next(&mut self) -> LineEvent {
        loop {
            let Some(open) = &mut self.open else {
                return std::future::pending().await;
            };
            let now = Instant::now();
            let next = open.incoming.next(now);
            let due = match open.standing {
                Standing::Up => next,
                _ => Some(next.map_or(open.by, |next| next.min(open.by))),
            };
            let event = tokio::select! {
                event = open.peer.next() => Some(event),
                () = until(due) => None,
            };
            let now = Instant::now();
            match event {
                Some(PeerEvent::Candidate(candidate)) => {
                    return LineEvent::Say(ServerMessage::RtcCandidate { id: open.id, candidate });
                }
                Some(PeerEvent::Standing(standing)) => {
                    if let Some(event) = self.stands(standing) {
                        return event;
                    }
                    continue;
                }
                Some(PeerEvent::Packet(packet)) => open.incoming.push(packet, now),
                None => {}
            }
            if open.standing != Standing::Up && now >= open.by {
                let id = open.id;
                self.end();
                return LineEvent::Say(closed(id, "failed"));
            }
            if let Some(frame) = frame(open.incoming.take(now)) {
                return LineEvent::Heard(frame);
            }
        }
    }

    fn stands(&mut self, standing: Standing) -> Option<LineEvent> {
        let open = self.open.as_mut()?;
        open.standing = standing;
        tracing::debug!(id = open.id, ?standing, "WebRTC");
        match standing {
            Standing::Up => {
                self.out.send_replace(Some(open.peer.out()));
                None
            }
            Standing::Down => {
                open.by = Instant::now() + CONNECT;
                self.out.send_replace(None);
                None
            }
            Standing::Over => {
                let id = open.id;
                self.end();
                Some(LineEvent::Say(closed(id, "failed")))
            }
        }
    }

    fn end(&mut self) {
        self.open = None;
        self.out.send_replace(None);
    }
}

fn closed(id: u32, reason: &str) -> ServerMessage {
    let reason = reason.to_owned();
    ServerMessage::RtcClose { id, reason }
}

fn frame(samples: Vec<i16>) -> Option<AudioFrame> {
    (!samples.is_empty()).then(|| AudioFrame::mono(samples, RATE))
}

/// What came of it, where it went well and in time. Why not is for whoever looks into the log closely: it may be the endpoint's
/// fault, even where the engine stumbles over what it sent.
async fn in_time<T>(work: impl Future<Output = engine::Result<T>>) -> Option<T> {
    let work = AssertUnwindSafe(work).catch_unwind();
    match tokio::time::timeout(ANSWER, work).await {
        Ok(Ok(Ok(done))) => return Some(done),
        Ok(Ok(Err(error))) => tracing::debug!(%error, "WebRTC: no connection"),
        Ok(Err(_)) => tracing::warn!("WebRTC: what an endpoint sent made the engine panic; please report it"),
        Err(_) => tracing::debug!("WebRTC: it took too long"),
    }
    None
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
