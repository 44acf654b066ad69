//! Services on the network, played by the book of their public API documents: Google Calendar, Mattermost, Monica. Each keeps
//! a small world; a test may make it answer otherwise for a while.

mod google;
mod mattermost;
mod monica;

pub use google::Google;
pub use mattermost::Mattermost;
pub use monica::Monica;

use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What was asked of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub method: String,
    /// Decoded, without the query.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// JSON, or the fields of a form.
    pub body: Value,
}

impl Asked {
    pub fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn key(&self) -> &str {
        let header = self.header("authorization").unwrap_or_default();
        header.trim_start_matches("Bearer ")
    }

    /// `GET calendars/primary/events`.
    pub fn what(&self) -> String {
        format!("{} {}", self.method, self.path.trim_start_matches('/'))
    }
}

/// Status, headers, body.
pub type Answer = (u16, Vec<(&'static str, String)>, String);

pub fn json_answer(status: u16, body: &Value) -> Answer {
    (status, Vec::new(), body.to_string())
}

/// How a service behaves otherwise, once each.
#[derive(Debug, Clone)]
pub enum Mood {
    /// A status, with a header and a body.
    Says(u16, Option<(&'static str, &'static str)>, &'static str),
    /// It takes so long before it answers as usual.
    Slow(Duration),
    /// It hangs up in the middle of an answer.
    HangsUp,
    /// It does what it was asked, and hangs up without a word.
    LosesAnswer,
}

/// What a service is: a function from a request to an answer.
pub type Book = dyn Fn(&Asked) -> Answer + Send + Sync;
/// Takes a connection over (a WebSocket).
pub type Takeover = dyn Fn(&Asked, TcpStream) + Send + Sync;

/// A server on a port of its own.
#[derive(Clone)]
pub struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    moods: Arc<Mutex<VecDeque<(String, Mood)>>>,
}

impl Server {
    /// `socket`: the path whose connections are taken over.
    pub async fn start(book: Arc<Book>, socket: Option<(&'static str, Arc<Takeover>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            asked: Arc::default(),
            moods: Arc::default(),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream, book.clone(), socket.clone()));
            }
        });
        server
    }

    /// The next request whose path has `part` in it is answered so; then the next one, and so on.
    pub fn mood(&self, part: &str, mood: Mood) {
        self.moods.lock().unwrap().push_back((part.to_owned(), mood));
    }

    /// As usual again.
    pub fn calm(&self) {
        self.moods.lock().unwrap().clear();
    }

    /// Everything that was asked since the last time.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    async fn serve(self, mut stream: TcpStream, book: Arc<Book>, socket: Option<(&'static str, Arc<Takeover>)>) {
        let Some(asked) = read(&mut stream).await else { return };
        self.asked.lock().unwrap().push(asked.clone());
        if let Some((path, takeover)) = socket
            && asked.path == path
        {
            return takeover(&asked, stream);
        }
        let mood = {
            let mut moods = self.moods.lock().unwrap();
            let at = moods.iter().position(|(part, _)| asked.path.contains(part.as_str()));
            at.and_then(|at| moods.remove(at)).map(|(_, mood)| mood)
        };
        let (status, headers, body) = match mood {
            Some(Mood::Says(status, header, body)) => {
                let headers = header.map(|(name, value)| (name, value.to_owned()));
                (status, headers.into_iter().collect(), body.to_owned())
            }
            Some(Mood::HangsUp) => {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")
                    .await;
                return;
            }
            Some(Mood::LosesAnswer) => {
                book(&asked);
                return;
            }
            Some(Mood::Slow(pause)) => {
                tokio::time::sleep(pause).await;
                book(&asked)
            }
            None => book(&asked),
        };
        let mut head = format!("HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nconnection: close\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", body.len());
        let _ = stream.write_all((head + &body).as_bytes()).await;
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let (head, length) = loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let lower = head.to_lowercase();
        let length = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        break (head, (end + 4, length.unwrap_or(0usize)));
    };
    let (begin, length) = length;
    while bytes.len() < begin + length {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
    }
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?);
    let url = reqwest::Url::parse(&format!("http://x{target}")).ok()?;
    let pairs = |text: &str| -> Vec<(String, String)> {
        let url = reqwest::Url::parse(&format!("http://x/?{text}")).unwrap();
        url.query_pairs()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    };
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
        .collect();
    let text = String::from_utf8_lossy(&bytes[begin..begin + length]).into_owned();
    let form = headers
        .iter()
        .any(|(_, value)| value == "application/x-www-form-urlencoded");
    let body = match form {
        true => pairs(&text)
            .into_iter()
            .map(|(name, value)| (name, Value::String(value)))
            .collect(),
        false => serde_json::from_str(&text).unwrap_or(Value::Null),
    };
    let decoded = pairs(&format!("p={}", url.path().replace('+', "%2B")));
    Some(Asked {
        method,
        path: decoded[0].1.clone(),
        query: pairs(url.query().unwrap_or_default()),
        headers,
        body,
    })
}
