//! A publisher on loopback, a stand-in for Python's pip, and manifests that point at them.

use rosie_models::{FetchOptions, FetchReport, Manifest, Progress, TaskId, disk};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// What the server was asked: path and the value of `Range`.
pub type Log = Arc<Mutex<Vec<(String, Option<String>)>>>;

/// Answers a request on the open connection.
pub type Handler = dyn Fn(&mut TcpStream, &str, Option<u64>) + Send + Sync;

/// An HTTP/1.1 server that closes the connection after each answer.
pub struct Server {
    pub url: String,
    pub log: Log,
}

impl Server {
    /// `handler` gets the path and the first byte asked for.
    pub fn start(handler: impl Fn(&mut TcpStream, &str, Option<u64>) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (log, handler): (Log, Arc<Handler>) = (Log::default(), Arc::new(handler));
        let seen = log.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, handler) = (seen.clone(), handler.clone());
                thread::spawn(move || serve(stream, &seen, &*handler));
            }
        });
        Server { url, log }
    }

    pub fn requests(&self) -> Vec<(String, Option<String>)> {
        self.log.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, log: &Log, handler: &Handler) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let path = lines.next().unwrap().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers = lines.map_while(Result::ok).take_while(|l| !l.is_empty());
    let ranges: Vec<_> = headers
        .filter_map(|l| Some(l.to_lowercase().strip_prefix("range: ")?.to_owned()))
        .collect();
    let range = ranges.first().cloned();
    log.lock().unwrap().push((path.clone(), range.clone()));
    let from = range.and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    handler(&mut stream, &path, from);
}

/// The whole of `bytes`, or the rest from `from` on. Errors mean that the client has gone.
pub fn answer(stream: &mut TcpStream, bytes: &[u8], from: Option<u64>) {
    let (status, from) = match from {
        Some(from) => ("206 Partial Content", from as usize),
        None => ("200 OK", 0),
    };
    let rest = &bytes[from..];
    let range = format!("Content-Range: bytes {from}-{}/{}\r\n", bytes.len() - 1, bytes.len());
    let range = if status.starts_with("206") {
        range
    } else {
        String::new()
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{range}Connection: close\r\n\r\n",
        rest.len()
    );
    let _ = stream.write_all(rest);
}

pub fn status(stream: &mut TcpStream, line: &str, header: &str) {
    let _ = write!(
        stream,
        "HTTP/1.1 {line}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n"
    );
}

/// Bytes that no accident repeats.
pub fn bytes(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i * 7 + i / 251) as u8).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    disk::digest_file(file.path()).unwrap().1
}

/// A source by URL for these bytes.
pub fn url_source(url: &str, bytes: &[u8]) -> String {
    format!("{{ url: '{url}', size: {}, sha256: {} }}", bytes.len(), sha256(bytes))
}

/// A manifest with one model `m` of kind gguf, whose files have these sources.
pub fn manifest(files: &[(&str, &[String])]) -> Manifest {
    let mut yaml = "version: 1\nprofiles: { small: test }\nmodels:\n".to_owned();
    yaml += "  - { id: m, kind: gguf, purpose: test, licence: MIT, profiles: [small], files: [";
    for (name, sources) in files {
        yaml += &format!("{{ name: '{name}', sources: [{}] }}, ", sources.join(", "));
    }
    yaml += "] }\n";
    Manifest::parse(&yaml).unwrap()
}

/// Collects notes.
#[derive(Default)]
pub struct Notes(pub Mutex<Vec<String>>);

impl Progress for Notes {
    fn begin(&self, _: TaskId, _: &str, _: Option<u64>) {}
    fn advance(&self, _: TaskId, _: u64, _: Option<u64>) {}
    fn end(&self, _: TaskId) {}
    fn note(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

pub fn options() -> FetchOptions {
    FetchOptions {
        python: "/nonexistent/python3".into(),
        connect_timeout: Duration::from_secs(2),
        stall_timeout: Duration::from_millis(400),
        thorough: false,
    }
}

pub async fn fetch(manifest: &Manifest, dir: &Path) -> rosie_models::Result<FetchReport> {
    rosie_models::fetch_profile(manifest, "small", dir, &options(), Arc::new(Notes::default())).await
}

/// A `python3` that runs `script` (sh) with `$DEST` (where to put wheels), `$PACKAGE` and all arguments; calls are
/// logged to `calls` beside it.
pub fn fake_python(dir: &Path, script: &str) -> PathBuf {
    let path = dir.join("python3");
    let text = format!(
        "#!/bin/sh\nALL=\"$*\"\necho \"$ALL\" >> '{calls}'\nwhile [ $# -gt 1 ]; do [ \"$1\" = --dest ] && DEST=\"$2\"; \
         shift; done\nPACKAGE=\"$1\"\n{script}\n",
        calls = dir.join("calls").display()
    );
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A wheel with these members.
pub fn wheel(path: &Path, members: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// Names below a folder that a fetch leaves there, without its lock.
pub fn left(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|n| n != ".lock");
    names.sort();
    names
}
