//! Stands between somebody and a broker: can refuse MQTT 5, lose acknowledgements, and cut the line.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

#[derive(Default)]
struct State {
    lines: Mutex<Vec<TcpStream>>,
    /// Acknowledgements of messages (PUBACK) do not arrive.
    loses_acknowledgements: AtomicBool,
    /// Answers as a broker that knows only 3.1.1.
    is_old: bool,
    lost: AtomicUsize,
}

pub struct Relay {
    state: Arc<State>,
    pub port: u16,
}

impl Relay {
    pub fn start(broker: u16, is_old: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            is_old,
            ..State::default()
        });
        let shared = state.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(broker) = TcpStream::connect(("127.0.0.1", broker)) else {
                    continue;
                };
                let mut lines = shared.lines.lock().unwrap();
                lines.push(client.try_clone().unwrap());
                lines.push(broker.try_clone().unwrap());
                let (state, from, to) = (shared.clone(), client.try_clone().unwrap(), broker.try_clone().unwrap());
                std::thread::spawn(move || {
                    let _ = packets(&state, from, to);
                });
                std::thread::spawn(move || {
                    let (mut from, mut to) = (broker, client);
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(Shutdown::Both);
                });
            }
        });
        Self { state, port }
    }

    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    pub fn lose_acknowledgements(&self, lose: bool) {
        self.state.loses_acknowledgements.store(lose, Ordering::Relaxed);
    }

    pub fn lost(&self) -> usize {
        self.state.lost.load(Ordering::Relaxed)
    }

    pub fn cut(&self) {
        for line in self.state.lines.lock().unwrap().drain(..) {
            let _ = line.shutdown(Shutdown::Both);
        }
    }
}

/// Hands on what the client says, packet by packet.
fn packets(state: &State, mut from: TcpStream, mut to: TcpStream) -> std::io::Result<()> {
    loop {
        let mut packet = vec![0];
        if let Err(error) = from.read_exact(&mut packet) {
            let _ = to.shutdown(Shutdown::Both);
            return Err(error);
        }
        let (mut length, mut shift) = (0usize, 0);
        loop {
            let mut byte = [0];
            from.read_exact(&mut byte)?;
            packet.push(byte[0]);
            length |= usize::from(byte[0] & 0x7f) << shift;
            shift += 7;
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        let body = packet.len();
        packet.resize(body + length, 0);
        from.read_exact(&mut packet[body..])?;
        // CONNECT: after the name of the protocol (six bytes) comes its version.
        if state.is_old && packet[0] >> 4 == 1 && packet.get(body + 6) == Some(&5) {
            from.write_all(&[0x20, 2, 0, 1])?;
            from.shutdown(Shutdown::Both)?;
            return to.shutdown(Shutdown::Both);
        }
        if packet[0] >> 4 == 4 && state.loses_acknowledgements.load(Ordering::Relaxed) {
            state.lost.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        to.write_all(&packet)?;
    }
}
