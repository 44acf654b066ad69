//! An Android device that is not there: it speaks adb's transport protocol over TCP to the real adb server, as a device does that was
//! joined with `adb connect`. What it is and does is [`world`] and [`shell`].

pub mod apk;
mod packages;
mod server;
mod shell;
pub mod wire;
pub mod world;

pub use server::Adb;
pub use world::World;

use std::{
    collections::HashMap,
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, mpsc},
    thread,
};
use wire::*;

/// When the cable is pulled: at the n-th command from now that changes something, before it is done or after it, unanswered.
#[derive(Clone, Copy)]
pub struct Cut {
    pub at: usize,
    pub after: bool,
}

pub struct Shared {
    pub world: World,
    pub cut: Option<Cut>,
    /// A command that begins so is never answered.
    pub hangs_on: Option<String>,
    pub commands: Vec<String>,
}

pub struct Device {
    pub port: u16,
    pub shared: Arc<Mutex<Shared>>,
    allowed: Arc<(Mutex<bool>, Condvar)>,
}

impl Device {
    pub fn new(world: World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let allowed = Arc::new((Mutex::new(world.authorised), Condvar::new()));
        let shared = Shared {
            world,
            cut: None,
            hangs_on: None,
            commands: Vec::new(),
        };
        let device = Self {
            port,
            shared: Arc::new(Mutex::new(shared)),
            allowed,
        };
        let (shared, allowed) = (device.shared.clone(), device.allowed.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (shared, allowed) = (shared.clone(), allowed.clone());
                thread::spawn(move || connection(stream.unwrap(), &shared, &allowed));
            }
        });
        device
    }

    pub fn serial(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Somebody touches "Always allow from this computer".
    pub fn allow(&self) {
        *self.allowed.0.lock().unwrap() = true;
        self.allowed.1.notify_all();
    }

    pub fn world(&self) -> World {
        self.shared.lock().unwrap().world.clone()
    }

    pub fn cut(&self, cut: Option<Cut>) {
        self.shared.lock().unwrap().cut = cut;
    }

    /// Whether the cable was pulled since [`Device::cut`].
    pub fn was_cut(&self) -> bool {
        self.shared.lock().unwrap().cut.is_none()
    }
}

fn connection(mut stream: TcpStream, shared: &Arc<Mutex<Shared>>, allowed: &Arc<(Mutex<bool>, Condvar)>) {
    stream.set_nodelay(true).unwrap();
    let writer = Writer::new(stream.try_clone().unwrap());
    let banner = shared.lock().unwrap().world.banner();
    let greet = |writer: &Writer| writer.send(CNXN, VERSION, MAX_PAYLOAD, banner.as_bytes());
    let mut streams: HashMap<u32, mpsc::Sender<Event>> = HashMap::new();
    let mut number = 0;
    while let Some(message) = read(&mut stream) {
        match message.command {
            CNXN if *allowed.0.lock().unwrap() => greet(&writer),
            // A token to sign; whoever signs it is not known.
            CNXN => writer.send(AUTH, 1, 0, &[7; 20]),
            AUTH if message.first == 2 => writer.send(AUTH, 1, 0, &[8; 20]),
            AUTH => {
                let (writer, allowed, banner) = (writer.clone(), allowed.clone(), banner.clone());
                thread::spawn(move || {
                    let waiting = allowed.1.wait_while(allowed.0.lock().unwrap(), |yes| !*yes).unwrap();
                    drop(waiting);
                    writer.send(CNXN, VERSION, MAX_PAYLOAD, banner.as_bytes());
                });
            }
            OPEN => {
                number += 1;
                let (sender, events) = mpsc::channel();
                streams.insert(number, sender);
                let opened = Stream {
                    ours: number,
                    theirs: message.first,
                    writer: writer.clone(),
                    events,
                    kept: Vec::new(),
                };
                let service = String::from_utf8(message.payload).unwrap();
                let shared = shared.clone();
                thread::spawn(move || {
                    let mut opened = opened;
                    // Gone is gone: there is nobody to tell.
                    let _ = serve(&mut opened, service.trim_end_matches('\0'), &shared);
                });
            }
            WRTE => {
                if let Some(sender) = streams.get(&message.second) {
                    let _ = sender.send(Event::Data(message.payload));
                }
            }
            OKAY => {
                if let Some(sender) = streams.get(&message.second) {
                    let _ = sender.send(Event::Ack);
                }
            }
            CLSE => {
                streams.remove(&message.second);
            }
            other => panic!("a message that a server does not send: {other:#x}"),
        }
    }
}

fn serve(stream: &mut Stream, service: &str, shared: &Arc<Mutex<Shared>>) -> Result<(), Gone> {
    if service == "sync:" {
        stream.accept();
        return sync(stream, shared);
    }
    let (packets, line) = match (service.strip_prefix("shell,v2,raw:"), service.strip_prefix("shell:")) {
        (Some(line), _) => (true, line),
        (None, Some(line)) => (false, line),
        (None, None) => {
            stream.close();
            return Ok(());
        }
    };
    stream.accept();
    if shared
        .lock()
        .unwrap()
        .hangs_on
        .as_ref()
        .is_some_and(|start| line.starts_with(start))
    {
        return Ok(());
    }
    let (said, status) = changing(stream, shared, |world| shell::run(world, line)).ok_or(Gone)?;
    shared.lock().unwrap().commands.push(line.to_owned());
    let answer = match packets {
        true => [packet(1, said.as_bytes()), packet(3, &[status])].concat(),
        // Before Android 7 there was a terminal between.
        false => said.replace('\n', "\r\n").into_bytes(),
    };
    stream.write(&answer)?;
    stream.close();
    Ok(())
}

fn packet(kind: u8, bytes: &[u8]) -> Vec<u8> {
    [&[kind], &(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
}

/// Does something to the world, unless the cable is pulled before; none when it was.
fn changing<T>(stream: &Stream, shared: &Mutex<Shared>, what: impl FnOnce(&mut World) -> T) -> Option<T> {
    let mut shared = shared.lock().unwrap();
    let mut after = shared.world.clone();
    let done = what(&mut after);
    if after != shared.world
        && let Some(cut) = &mut shared.cut
    {
        cut.at -= 1;
        if cut.at == 0 {
            if cut.after {
                shared.world = after;
            }
            shared.cut = None;
            stream.writer.pull_the_cable();
            return None;
        }
    }
    shared.world = after;
    Some(done)
}

/// Files: `SEND`, `RECV`, `QUIT`.
fn sync(stream: &mut Stream, shared: &Arc<Mutex<Shared>>) -> Result<(), Gone> {
    loop {
        let (kind, length) = head(stream)?;
        match &kind {
            b"SEND" => {
                let target = String::from_utf8(stream.read(length)?).unwrap();
                let (path, mode) = target.split_once(',').unwrap();
                assert_eq!(mode, "33188", "a plain file that everybody may read");
                let mut bytes = Vec::new();
                loop {
                    match head(stream)? {
                        (kind, length) if &kind == b"DATA" => bytes.extend(stream.read(length)?),
                        (kind, _) => {
                            assert_eq!(&kind, b"DONE");
                            break;
                        }
                    }
                }
                let put = |world: &mut World| world.files.insert(path.to_owned(), bytes).map(drop);
                changing(stream, shared, put).ok_or(Gone)?;
                stream.write(&[b"OKAY".as_slice(), &[0; 4]].concat())?;
            }
            b"RECV" => {
                let path = String::from_utf8(stream.read(length)?).unwrap();
                let found = shared.lock().unwrap().world.file(&path);
                let answer = match found {
                    Some(bytes) => {
                        let pieces = bytes.chunks(64 * 1024);
                        let mut answer: Vec<u8> = pieces
                            .flat_map(|piece| [&headed(b"DATA", piece.len()), piece].concat())
                            .collect();
                        answer.extend(headed(b"DONE", 0));
                        answer
                    }
                    None => {
                        let said = format!("open failed: No such file or directory: {path}");
                        [&headed(b"FAIL", said.len()), said.as_bytes()].concat()
                    }
                };
                stream.write(&answer)?;
            }
            b"QUIT" => {
                stream.close();
                return Ok(());
            }
            other => panic!("not known to sync: {}", String::from_utf8_lossy(other)),
        }
    }
}

fn head(stream: &mut Stream) -> Result<([u8; 4], usize), Gone> {
    let bytes = stream.read(8)?;
    let length = u32::from_le_bytes(bytes[4..].try_into().unwrap());
    Ok((bytes[..4].try_into().unwrap(), length as usize))
}

fn headed(kind: &[u8; 4], length: usize) -> Vec<u8> {
    [kind.as_slice(), &(length as u32).to_le_bytes()].concat()
}
