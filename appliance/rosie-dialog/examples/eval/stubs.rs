//! Stand-ins for the tiers that are not tried: they say which they are.

use rosie_dialog::llm::{Limits, ProviderKind, RemoteModel};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub async fn model(words: &'static str) -> Result<RemoteModel, Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, words));
        }
    });
    Ok(RemoteModel {
        provider: ProviderKind::OpenAiCompatible,
        address: ProviderKind::OpenAiCompatible.address(&address)?,
        model: "stand-in".into(),
        api_key: None,
        context: 4096,
        limits: Limits::default(),
    })
}

async fn answer(mut stream: TcpStream, words: &str) -> std::io::Result<()> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let read = stream.read(&mut buffer).await?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if read == 0 {
                return Ok(());
            }
            continue;
        };
        let length = head.lines().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse::<usize>()
                .ok()
        });
        if read == 0 || body.len() >= length.unwrap_or(0) {
            break;
        }
    }
    let body = json!({ "choices": [{ "message": { "content": words } }], "data": [{ "id": "stand-in" }] }).to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    let whole = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(whole.as_bytes()).await
}
