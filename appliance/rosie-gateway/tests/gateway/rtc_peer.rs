//! What a browser is to the gateway: a WebSocket with a WebRTC connection beside it.

use crate::{
    client::{Endpoint, Heard, PATIENCE, Server},
    rtc_relay::Relay,
    rtc_sound::packets_of_tone,
};
use ::rtc::{
    media_stream::MediaStreamTrack,
    rtp,
    rtp_transceiver::rtp_sender::{
        RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
    },
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::mpsc;
use webrtc::{
    media_stream::{
        track_local::{TrackLocal, static_rtp::TrackLocalStaticRTP},
        track_remote::{TrackRemote, TrackRemoteEvent},
    },
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceCandidateInit,
        RTCPeerConnectionIceEvent, RTCPeerConnectionState, RTCSessionDescription,
    },
};

const SSRC: u32 = 77;

enum Told {
    Candidate(String),
    State(RTCPeerConnectionState),
}

struct Handler {
    told: mpsc::UnboundedSender<Told>,
    packets: Arc<Mutex<Vec<rtp::Packet>>>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        let _ = self
            .told
            .send(Told::Candidate(event.candidate.to_json().unwrap().candidate));
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let _ = self.told.send(Told::State(state));
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let packets = Arc::clone(&self.packets);
        tokio::spawn(async move {
            while let Some(event) = track.poll().await {
                if let TrackRemoteEvent::OnRtpPacket(packet) = event {
                    packets.lock().unwrap().push(packet);
                }
            }
        });
    }
}

pub struct Browser {
    pub endpoint: Endpoint,
    pub id: u32,
    /// Among all who ever connected to the server.
    number: usize,
    connection: Arc<dyn PeerConnection>,
    told: mpsc::UnboundedReceiver<Told>,
    track: Arc<TrackLocalStaticRTP>,
    packets: Arc<Mutex<Vec<rtp::Packet>>>,
    /// With a bad network in between, where one is asked for: seed and loss.
    bad: Option<(u64, u64)>,
    relay: Option<Relay>,
    sent: u32,
}

fn opus_codec() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: "audio/opus".to_owned(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: Vec::new(),
    }
}

impl Browser {
    /// An endpoint that was welcomed, with a connection that nobody knows of yet.
    pub async fn new(server: &Server, bad: Option<(u64, u64)>) -> Self {
        let endpoint = server.welcomed().await;
        let (tell, told) = mpsc::unbounded_channel();
        let packets = Arc::default();
        let mut media = MediaEngine::default();
        let codec = RTCRtpCodecParameters {
            rtp_codec: opus_codec(),
            payload_type: 109,
        };
        media.register_codec(codec, RtpCodecKind::Audio).unwrap();
        let connection = PeerConnectionBuilder::new()
            .with_media_engine(media)
            .with_handler(Arc::new(Handler {
                told: tell,
                packets: Arc::clone(&packets),
            }))
            .with_udp_addrs(vec!["127.0.0.1:0".to_owned()])
            .build()
            .await
            .unwrap();
        let coding = RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters {
                ssrc: Some(SSRC),
                ..Default::default()
            },
            codec: opus_codec(),
            ..Default::default()
        };
        let name = || "page".to_owned();
        let track = MediaStreamTrack::new(name(), name(), name(), RtpCodecKind::Audio, vec![coding]);
        let track = Arc::new(TrackLocalStaticRTP::new(track));
        connection
            .add_track(Arc::clone(&track) as Arc<dyn TrackLocal>)
            .await
            .unwrap();
        Self {
            endpoint,
            id: 1,
            number: server.fake.seen(|seen| seen.frames.len() - 1),
            connection: Arc::new(connection),
            told,
            track,
            packets,
            bad,
            relay: None,
            sent: 0,
        }
    }

    /// One whose audio goes over WebRTC.
    pub async fn connected(server: &Server, bad: Option<(u64, u64)>) -> Self {
        let mut browser = Self::new(server, bad).await;
        browser.offer().await;
        browser.connect().await;
        browser.up(server).await;
        browser
    }

    /// Sends an offer, and takes the answer.
    pub async fn offer(&mut self) {
        let offer = self.connection.create_offer(None).await.unwrap();
        self.connection.set_local_description(offer.clone()).await.unwrap();
        let message = json!({"type": "rtc_offer", "id": self.id, "sdp": offer.sdp});
        self.endpoint.send(message).await;
        let answer = loop {
            let message = self.endpoint.json().await;
            if message["type"] == "rtc_answer" {
                break message;
            }
            assert_eq!(message["type"], "rtc_candidate", "{message}");
        };
        let sdp = answer["sdp"].as_str().unwrap();
        assert!(sdp.contains("usedtx=1") && sdp.contains("useinbandfec=1"), "{sdp}");
        // Addresses come one by one, where a relay may stand before them.
        let bare: String = sdp
            .lines()
            .filter(|line| !line.starts_with("a=candidate"))
            .flat_map(|line| [line, "\r\n"])
            .collect();
        let bare = RTCSessionDescription::answer(bare).unwrap();
        self.connection.set_remote_description(bare).await.unwrap();
        for line in sdp.lines().filter(|line| line.starts_with("a=candidate")) {
            self.take_candidate(&line[2..]).await;
        }
    }

    /// The SDP that it would offer.
    pub async fn an_offer(&self) -> String {
        self.connection.create_offer(None).await.unwrap().sdp
    }

    /// As after a change of network: the connection finds its way anew, by the same `id`.
    pub async fn renew(&mut self, server: &Server) {
        self.connection.restart_ice().await.unwrap();
        self.offer().await;
        let number = self.number;
        let frames = || server.fake.seen(|seen| seen.frames[number]);
        let renewing = async {
            // Counted from the appliance's first new address on: until then the old way may still be there.
            let mut before = None;
            while before.is_none_or(|before| frames() == before) {
                tokio::select! {
                    told = self.told.recv() => if let Told::Candidate(candidate) = told.unwrap() {
                        let message = json!({"type": "rtc_candidate", "id": self.id, "candidate": candidate});
                        self.endpoint.send(message).await;
                    },
                    message = self.endpoint.json() => {
                        self.signal(&message).await;
                        before = before.or_else(|| Some(frames()));
                    }
                    () = tokio::time::sleep(Duration::from_millis(20)) => self.say(vec![0x08]).await,
                }
            }
        };
        tokio::time::timeout(PATIENCE, renewing).await.expect("a new way");
    }

    /// The appliance's addresses and the endpoint's find each other.
    pub async fn connect(&mut self) {
        let connecting = async {
            loop {
                tokio::select! {
                    told = self.told.recv() => match told.unwrap() {
                        Told::Candidate(candidate) if self.bad.is_none() => {
                            let message = json!({"type": "rtc_candidate", "id": self.id, "candidate": candidate});
                            self.endpoint.send(message).await;
                        }
                        Told::Candidate(_) => {}
                        Told::State(RTCPeerConnectionState::Connected) => return,
                        Told::State(state) => assert_ne!(state, RTCPeerConnectionState::Failed),
                    },
                    message = self.endpoint.json() => self.signal(&message).await,
                }
            }
        };
        tokio::time::timeout(PATIENCE, connecting).await.expect("a connection");
    }

    /// Waits until the appliance sees the connection, too: it hears what is said over it.
    async fn up(&mut self, server: &Server) {
        let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
        let number = self.number;
        let frames = || server.fake.seen(|seen| seen.frames[number]);
        let before = frames();
        let saying = async {
            while frames() == before {
                let silence = encoder.encode_vec(&[0; 960], 1275).unwrap();
                self.say(silence).await;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, saying).await.expect("to be heard");
    }

    async fn signal(&mut self, message: &Value) {
        assert_eq!(message["type"], "rtc_candidate", "{message}");
        assert_eq!(message["id"], self.id);
        let candidate = message["candidate"].as_str().unwrap().to_owned();
        self.take_candidate(&candidate).await;
    }

    async fn take_candidate(&mut self, candidate: &str) {
        let words: Vec<&str> = candidate.split(' ').collect();
        let Ok(server) = format!("{}:{}", words[4], words[5]).parse::<SocketAddr>() else {
            return;
        };
        if !server.ip().is_loopback() || self.relay.is_some() {
            return;
        }
        let mut candidate = candidate.to_owned();
        if let Some((seed, loss)) = self.bad {
            let relay = Relay::before(server, seed, loss).await;
            candidate = candidate.replace(&format!(" {} ", server.port()), &format!(" {} ", relay.address.port()));
            self.relay = Some(relay);
        }
        let candidate = RTCIceCandidateInit {
            candidate,
            sdp_mline_index: Some(0),
            ..Default::default()
        };
        self.connection.add_ice_candidate(candidate).await.unwrap();
    }

    /// Says `ms` of a tone, faster than it sounds.
    pub async fn say_tone(&mut self, ms: u32) {
        for packet in packets_of_tone(ms) {
            self.say(packet).await;
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// Sends what is taken for 20 ms of Opus.
    pub async fn say(&mut self, payload: Vec<u8>) {
        let header = rtp::Header {
            version: 2,
            payload_type: 109,
            sequence_number: self.sent as u16,
            timestamp: self.sent * 960,
            ssrc: SSRC,
            ..Default::default()
        };
        self.sent += 1;
        let packet = rtp::Packet {
            header,
            payload: payload.into(),
        };
        assert!(self.track.write_rtp(packet).await.is_ok(), "the connection is gone");
    }

    /// Packets that came of Rosie's voice.
    pub fn packets(&self) -> Vec<rtp::Packet> {
        self.packets.lock().unwrap().clone()
    }

    /// What they sound like at 24 kHz, in order, losses concealed.
    pub fn sound(&self) -> Vec<i16> {
        let mut packets = self.packets();
        packets.sort_by_key(|packet| packet.header.timestamp);
        let mut decoder = opus::Decoder::new(24_000, opus::Channels::Mono).unwrap();
        let (mut samples, mut due) = (Vec::new(), None);
        for packet in packets {
            let at = packet.header.timestamp;
            while let Some(missing) = due.filter(|&due| due < at) {
                let mut frame = [0; 480];
                decoder.decode(&[], &mut frame, false).unwrap();
                samples.extend(frame);
                due = Some(missing + 960);
            }
            let mut frame = [0; 480];
            assert_eq!(decoder.decode(&packet.payload, &mut frame, false).unwrap(), 480);
            samples.extend(frame);
            due = Some(at + 960);
        }
        samples
    }

    /// Control messages up to one of this type.
    pub async fn until(&mut self, kind: &str) -> Value {
        loop {
            match self.endpoint.hear().await {
                Heard::Json(message) if message["type"] == kind => return message,
                Heard::Json(message) => assert_eq!(message["type"], "rtc_candidate", "{message}"),
                other => panic!("waiting for {kind}, heard {other:?}"),
            }
        }
    }

    /// Leaves as a tab does that is closed: without a word.
    pub async fn leave(self) {
        let Self {
            connection, endpoint, ..
        } = self;
        drop(endpoint);
        connection.close().await.unwrap();
    }
}
