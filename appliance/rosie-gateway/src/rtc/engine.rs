//! The seam to the library that speaks ICE, DTLS and SRTP: no other file knows it. Another one would have to give the same two
//! types: `Peer`, which answers offers and tells what happens, and `Out`, which sends.

use super::{CLOCK, WebRtc, jitter::Packet};
use ::rtc::{
    ice::mdns::MulticastDnsMode,
    media_stream::MediaStreamTrack,
    peer_connection::{configuration::interceptor_registry::configure_rtcp_reports, transport::RTCDtlsRole},
    rtp,
    rtp_transceiver::rtp_sender::{
        RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
    },
};
use bytes::Bytes;
use std::{
    net::{IpAddr, UdpSocket},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio_util::task::TaskTracker;
pub(crate) use webrtc::error::Result;
use webrtc::{
    media_stream::{
        track_local::{TrackLocal, static_rtp::TrackLocalStaticRTP},
        track_remote::{TrackRemote, TrackRemoteEvent},
    },
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder,
        RTCIceCandidateInit, RTCIceServer, RTCPeerConnectionIceEvent, RTCPeerConnectionState, RTCSessionDescription,
        Registry, SettingEngineBuilder,
    },
};

/// Payload type of Opus where the endpoint does not choose; browsers use the same.
const PAYLOAD: u8 = 111;
/// Without a sign of the endpoint for this long the audio goes another way, and after as long again the connection is over.
const DISCONNECTED: Duration = Duration::from_secs(4);
const FAILED: Duration = Duration::from_secs(6);
const KEEP_ALIVE: Duration = Duration::from_secs(1);
/// An engine that takes no packet for so long is none any more.
const STUCK: Duration = Duration::from_millis(500);
/// Candidates and tracks that wait to be heard of, at most.
const WAITING: usize = 64;

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Down,
    Up,
    Over,
}

pub(crate) enum PeerEvent {
    /// An address of the appliance for the endpoint to try.
    Candidate(String),
    Standing(Standing),
    Packet(Packet),
}

/// A connection to one endpoint. Closes itself when it is dropped.
pub(crate) struct Peer {
    connection: Arc<dyn PeerConnection>,
    told: mpsc::Receiver<Told>,
    standing: watch::Receiver<Standing>,
    track: Option<Arc<dyn TrackRemote>>,
    out: Out,
    sends: bool,
    tracker: TaskTracker,
    slot: Option<OwnedSemaphorePermit>,
}

/// Sends to that endpoint.
#[derive(Clone)]
pub(crate) struct Out {
    track: Arc<TrackLocalStaticRTP>,
    ssrc: u32,
    payload_type: u8,
}

enum Told {
    Candidate(String),
    Track(Arc<dyn TrackRemote>),
}

struct Handler {
    told: mpsc::Sender<Told>,
    standing: watch::Sender<Standing>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        if let Ok(candidate) = event.candidate.to_json() {
            // One that finds no room is one of very many.
            let _ = self.told.try_send(Told::Candidate(candidate.candidate));
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let _ = self.standing.send(match state {
            RTCPeerConnectionState::Connected => Standing::Up,
            RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => Standing::Over,
            _ => Standing::Down,
        });
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let _ = self.told.try_send(Told::Track(track));
    }
}

impl Peer {
    /// `from`: where the endpoint's WebSocket comes from. `slot` is given back when the connection is closed.
    pub async fn open(
        config: &WebRtc,
        from: IpAddr,
        tracker: &TaskTracker,
        slot: OwnedSemaphorePermit,
    ) -> Result<Self> {
        let mut media = MediaEngine::default();
        let codec = RTCRtpCodecParameters {
            rtp_codec: opus(),
            payload_type: PAYLOAD,
        };
        media.register_codec(codec, RtpCodecKind::Audio)?;
        let settings = SettingEngineBuilder::new()
            // The default waits for the endpoint's second try: 200 ms at each connection.
            .with_answering_dtls_role(RTCDtlsRole::Server)
            .with_multicast_dns_mode(MulticastDnsMode::Disabled)
            .with_ice_timeouts(Some(DISCONNECTED), Some(FAILED), Some(KEEP_ALIVE))
            // After a change of network the old sockets lead nowhere.
            .with_discard_local_candidates_during_ice_restart(true)
            .build();
        let servers = config.stun.iter().map(|url| RTCIceServer {
            urls: vec![url.clone()],
            ..RTCIceServer::default()
        });
        let (tell, told) = mpsc::channel(WAITING);
        let (stand, standing) = watch::channel(Standing::Down);
        let connection = PeerConnectionBuilder::new()
            .with_configuration(
                RTCConfigurationBuilder::new()
                    .with_ice_servers(servers.collect())
                    .build(),
            )
            .with_media_engine(media)
            .with_interceptor_registry(configure_rtcp_reports(Registry::new()))
            .with_setting_engine(settings)
            .with_handler(Arc::new(Handler {
                told: tell,
                standing: stand,
            }))
            .with_udp_addrs(sockets(config, from))
            .build()
            .await?;
        let ssrc = random();
        Ok(Self {
            connection: Arc::new(connection),
            told,
            standing,
            track: None,
            out: Out {
                track: Arc::new(TrackLocalStaticRTP::new(track(ssrc))),
                ssrc,
                payload_type: PAYLOAD,
            },
            sends: false,
            tracker: tracker.clone(),
            slot: Some(slot),
        })
    }

    /// The answer to an offer: the first, or a later one that renews the connection.
    pub async fn answer(&mut self, offer: String) -> Result<String> {
        let offer = RTCSessionDescription::offer(offer)?;
        self.connection.set_remote_description(offer).await?;
        if !std::mem::replace(&mut self.sends, true) {
            let track = Arc::clone(&self.out.track) as Arc<dyn TrackLocal>;
            self.connection.add_track(track).await?;
        }
        let answer = self.connection.create_answer(None).await?;
        self.connection.set_local_description(answer.clone()).await?;
        for sender in self.connection.get_senders().await {
            if let Some(codec) = sender.get_parameters().await?.rtp_parameters.codecs.first() {
                self.out.payload_type = codec.payload_type;
            }
        }
        let described = self.connection.local_description().await;
        Ok(described.unwrap_or(answer).sdp)
    }

    /// An address of the endpoint to try.
    pub async fn candidate(&self, candidate: String) -> Result<()> {
        let candidate = RTCIceCandidateInit {
            candidate,
            sdp_mline_index: Some(0),
            ..RTCIceCandidateInit::default()
        };
        self.connection.add_ice_candidate(candidate).await
    }

    /// What sends over this connection, once it is up.
    pub fn out(&self) -> Out {
        self.out.clone()
    }

    /// Waits for what happens next. Cancel-safe.
    pub async fn next(&mut self) -> PeerEvent {
        loop {
            tokio::select! {
                // How it stands is known before what is heard over it.
                biased;
                told = self.told.recv() => match told {
                    Some(Told::Candidate(candidate)) => return PeerEvent::Candidate(candidate),
                    Some(Told::Track(track)) => self.track = Some(track),
                    None => return PeerEvent::Standing(Standing::Over),
                },
                changed = self.standing.changed() => {
                    let standing = *self.standing.borrow_and_update();
                    return PeerEvent::Standing(changed.map_or(Standing::Over, |()| standing));
                }
                event = heard(self.track.as_ref()) => match event {
                    Some(TrackRemoteEvent::OnRtpPacket(packet)) => return PeerEvent::Packet(Packet {
                        sequence: packet.header.sequence_number,
                        timestamp: packet.header.timestamp,
                        payload: packet.payload,
                    }),
                    Some(_) => {}
                    None => self.track = None,
                },
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let connection = Arc::clone(&self.connection);
        let slot = self.slot.take();
        let closing = async move {
            let _ = connection.close().await;
            drop(slot);
        };
        self.tracker.spawn_on(closing, &runtime);
    }
}

impl Out {
    /// False when the connection is gone.
    pub async fn send(&self, sequence_number: u16, timestamp: u32, marker: bool, payload: Bytes) -> bool {
        let header = rtp::Header {
            version: 2,
            marker,
            payload_type: self.payload_type,
            sequence_number,
            timestamp,
            ssrc: self.ssrc,
            ..rtp::Header::default()
        };
        // The error would print the packet: that it is none is enough.
        let sending = self.track.write_rtp(rtp::Packet { header, payload });
        matches!(tokio::time::timeout(STUCK, sending).await, Ok(Ok(())))
    }
}

async fn heard(track: Option<&Arc<dyn TrackRemote>>) -> Option<TrackRemoteEvent> {
    match track {
        Some(track) => track.poll().await,
        None => std::future::pending().await,
    }
}

fn opus() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: "audio/opus".to_owned(),
        clock_rate: CLOCK,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: Vec::new(),
    }
}

fn track(ssrc: u32) -> MediaStreamTrack {
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters {
            ssrc: Some(ssrc),
            ..RTCRtpCodingParameters::default()
        },
        codec: opus(),
        ..RTCRtpEncodingParameters::default()
    };
    let name = || "rosie".to_owned();
    MediaStreamTrack::new(name(), name(), name(), RtpCodecKind::Audio, vec![coding])
}

/// A number that nobody else has.
fn random() -> u32 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one("ssrc") as u32
}

/// Where to listen: on every address of this machine, of IPv6 only where the endpoint speaks it, and on loopback only for what
/// comes from there.
fn sockets(config: &WebRtc, from: IpAddr) -> Vec<String> {
    let from = from.to_canonical();
    let port = config.udp_ports.clone().and_then(|mut ports| {
        // Taken by one who asks at the same moment, it is missing there, and the audio goes over the WebSocket.
        ports.find(|&port| UdpSocket::bind(("0.0.0.0", port)).is_ok())
    });
    let mut places = vec!["0.0.0.0"];
    if from.is_ipv6() {
        places.push("[::]");
    }
    match from {
        IpAddr::V4(ip) if ip.is_loopback() => places.push("127.0.0.1"),
        IpAddr::V6(ip) if ip.is_loopback() => places.push("[::1]"),
        _ => {}
    }
    let port = port.unwrap_or(0);
    places.into_iter().map(|place| format!("{place}:{port}")).collect()
}
