//! A bad network between two UDP sockets: it loses and overtakes audio, the same way each time. What connects the two goes
//! through unharmed, so that a test does not wait for its retries.

use std::{net::SocketAddr, sync::Arc};
use tokio::{
    net::UdpSocket,
    task::{AbortHandle, JoinHandle},
};

pub struct Relay {
    /// What the endpoint takes for the appliance's address.
    pub address: SocketAddr,
    tasks: [AbortHandle; 2],
}

impl Relay {
    /// Between whoever sends to `address` first, and `server`.
    pub async fn before(server: SocketAddr, seed: u64, loss_percent: u64) -> Self {
        let near = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let far = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        far.connect(server).await.unwrap();
        let address = near.local_addr().unwrap();
        let (learned, client) = tokio::sync::watch::channel(None);
        let there: JoinHandle<()> = {
            let (near, far) = (Arc::clone(&near), Arc::clone(&far));
            let mut fate = Fate::new(seed, loss_percent);
            tokio::spawn(async move {
                let mut bytes = [0; 2048];
                while let Ok((length, from)) = near.recv_from(&mut bytes).await {
                    learned.send_replace(Some(from));
                    for packet in fate.of(&bytes[..length]) {
                        let _ = far.send(&packet).await;
                    }
                }
            })
        };
        let back: JoinHandle<()> = tokio::spawn(async move {
            let mut fate = Fate::new(seed + 1, loss_percent);
            let mut bytes = [0; 2048];
            while let Ok(length) = far.recv(&mut bytes).await {
                let Some(to) = *client.borrow() else { continue };
                for packet in fate.of(&bytes[..length]) {
                    let _ = near.send_to(&packet, to).await;
                }
            }
        });
        Self {
            address,
            tasks: [there.abort_handle(), back.abort_handle()],
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// Decides what becomes of each packet.
struct Fate {
    state: u64,
    loss_percent: u64,
    /// Overtaken by the next.
    held: Option<Vec<u8>>,
}

impl Fate {
    fn new(seed: u64, loss_percent: u64) -> Self {
        Self {
            state: seed,
            loss_percent,
            held: None,
        }
    }

    /// Knuth's MMIX generator.
    fn percent(&mut self) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % 100
    }

    fn of(&mut self, packet: &[u8]) -> Vec<Vec<u8>> {
        // RFC 7983: 128 to 191 is RTP and RTCP; 200 and more in the second byte is RTCP.
        let is_audio = packet.len() > 12 && (128..192).contains(&packet[0]) && packet[1] & 0x7f < 72;
        if !is_audio {
            return vec![packet.to_vec()];
        }
        let (lost, overtaken) = (self.percent() < self.loss_percent, self.percent() < 10);
        if lost {
            return Vec::new();
        }
        if overtaken && self.held.is_none() {
            self.held = Some(packet.to_vec());
            return Vec::new();
        }
        [Some(packet.to_vec()), self.held.take()]
            .into_iter()
            .flatten()
            .collect()
    }
}
