//! A chat server that does as its script says, connection by connection, and remembers what it was asked.

use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// What happens to one chat request.
#[derive(Debug, Clone)]
pub enum Script {
    /// The words, then a proper end.
    Words(Vec<&'static str>),
    /// The words with a pause before each.
    Slow(Vec<&'static str>, Duration),
    /// The words, then the connection breaks.
    Dies(Vec<&'static str>),
    /// The words, then an orderly end of the body, without a finish reason.
    EndsEarly(Vec<&'static str>),
    /// The words, then an event that reports an error.
    Reports(Vec<&'static str>),
    /// An event that is not JSON.
    Garbage,
    /// Bytes without a line's end, for ever.
    HugeLine,
    /// The word again and again, numbered: what only repeats itself is ended as a circle.
    NeverEnds(&'static str),
    /// Takes the request and says nothing.
    Silent,
    /// A whole answer in one JSON body.
    Whole(&'static str),
    /// An error, with this body, and headers.
    Status(u16, String, &'static str),
}

#[derive(Clone)]
pub struct FakeServer {
    pub address: String,
    /// Bodies of the chat requests, with their heads.
    pub asked: Arc<Mutex<Vec<(String, Value)>>>,
    /// Requests whose connection the client closed before the end.
    pub dropped: Arc<Mutex<usize>>,
    scripts: Arc<Mutex<VecDeque<Script>>>,
}

impl FakeServer {
    /// Each chat request takes the next script; the last one stays.
    pub async fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap().to_string(),
            asked: Arc::default(),
            dropped: Arc::default(),
            scripts: Arc::new(Mutex::new(scripts.into_iter().collect())),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        server
    }

    async fn serve(self, mut stream: TcpStream) {
        let Some((head, body)) = read_request(&mut stream).await else {
            return;
        };
        if head.starts_with("GET") {
            let _ = stream.write_all(plain(200, "", "{}").as_bytes()).await;
            return;
        }
        self.asked.lock().unwrap().push((head, body));
        let script = {
            let mut scripts = self.scripts.lock().unwrap();
            if scripts.len() > 1 {
                scripts.pop_front().unwrap()
            } else {
                scripts[0].clone()
            }
        };
        if self.act(script, &mut stream).await.is_err() {
            *self.dropped.lock().unwrap() += 1;
        }
    }

    async fn act(&self, script: Script, stream: &mut TcpStream) -> std::io::Result<()> {
        match script {
            Script::Words(words) => {
                say(stream, &words, Duration::ZERO).await?;
                finish(stream).await
            }
            Script::Slow(words, pause) => {
                say(stream, &words, pause).await?;
                finish(stream).await
            }
            Script::Dies(words) => say(stream, &words, Duration::ZERO).await,
            Script::EndsEarly(words) => {
                say(stream, &words, Duration::ZERO).await?;
                stream.write_all(b"0\r\n\r\n").await
            }
            Script::Reports(words) => {
                say(stream, &words, Duration::ZERO).await?;
                chunk(stream, "data: {\"error\":{\"message\":\"out of memory\"}}\n\n").await?;
                gone(stream).await
            }
            Script::Garbage => {
                say(stream, &[], Duration::ZERO).await?;
                chunk(stream, "data: {broken\n\n").await?;
                gone(stream).await
            }
            Script::HugeLine => {
                say(stream, &[], Duration::ZERO).await?;
                let block = "x".repeat(64 << 10);
                loop {
                    chunk(stream, &block).await?;
                }
            }
            Script::NeverEnds(word) => {
                say(stream, &[], Duration::ZERO).await?;
                for number in 0.. {
                    let text = match word {
                        "" => String::new(),
                        word => format!("{word}{number} "),
                    };
                    chunk(stream, &event(&text)).await?;
                    sleep(Duration::from_millis(5)).await;
                }
                Ok(())
            }
            Script::Silent => gone(stream).await,
            Script::Whole(text) => {
                let body = json!({ "choices": [{ "message": { "content": text } }] }).to_string();
                stream.write_all(plain(200, "", &body).as_bytes()).await
            }
            Script::Status(status, body, headers) => stream.write_all(plain(status, headers, &body).as_bytes()).await,
        }
    }
}

async fn say(stream: &mut TcpStream, words: &[&str], pause: Duration) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    // As real servers begin: a role without words.
    chunk(
        stream,
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n",
    )
    .await?;
    for word in words {
        sleep(pause).await;
        chunk(stream, &event(word)).await?;
    }
    Ok(())
}

fn event(word: &str) -> String {
    format!(
        "data: {}\n\n",
        json!({ "choices": [{ "delta": { "content": word }, "finish_reason": null }] })
    )
}

async fn finish(stream: &mut TcpStream) -> std::io::Result<()> {
    chunk(
        stream,
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
    )
    .await?;
    stream.write_all(b"0\r\n\r\n").await
}

async fn chunk(stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
    stream
        .write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes())
        .await
}

/// Waits until the client goes.
async fn gone(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).await? > 0 {}
    Err(std::io::ErrorKind::ConnectionReset.into())
}

fn plain(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

async fn read_request(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|&n| n > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some((head.to_owned(), serde_json::from_str(body).unwrap_or(Value::Null)));
        }
    }
}
