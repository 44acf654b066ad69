//! The endpoint protocol over a WebSocket (docs/protocol.md): from the upgrade to the close.

mod bucket;
mod events;
mod input;
mod opening;
mod outbox;
mod playback;
mod reader;
mod upgrade;
mod writer;

pub(crate) use bucket::Bucket;
pub(crate) use input::Input;
pub(crate) use playback::Playback;
pub(crate) use upgrade::upgrade;

use crate::{
    access::Who,
    connection::Wire,
    rtc::{Line, Voice},
    server::Shared,
};
use bytes::Bytes;
use futures_util::{FutureExt, SinkExt, StreamExt};
use outbox::{Ending, Outbox};
use reader::Reader;
use rosie_core::{ErrorCode, Failure, Language, session::SessionInput};
use rosie_proto::{MAX_AUDIO_BYTES, MessageError, Refusal, ServerMessage};
use std::{future::Future, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};
use writer::Writer;

pub(crate) type Socket = WebSocketStream<Wire>;

/// How long a closing stream may take to read what is left and to answer the close.
const FAREWELL: Duration = Duration::from_secs(2);

/// Serves a stream whose handshake was answered; `early` was read behind the request, `who` is who sent that.
pub(crate) async fn serve(wire: Wire, early: Bytes, peer: SocketAddr, who: Who, shared: Arc<Shared>) {
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_AUDIO_BYTES))
        .max_frame_size(Some(MAX_AUDIO_BYTES))
        .read_buffer_size(16 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(2 * MAX_AUDIO_BYTES);
    let mut socket = WebSocketStream::from_partially_read(wire, early.to_vec(), Role::Server, Some(limits)).await;
    let Ok(_slot) = Arc::clone(&shared.streams).try_acquire_owned() else {
        let detail = format!(
            "{} endpoints are connected, as many as allowed",
            shared.config.limits.max_streams
        );
        let error = MessageError::new(Refusal::Busy, detail);
        return close(socket, &shared, Ending::Refused(error), &Language::default()).await;
    };
    let _open = shared.metrics.stream();
    match guarded(opening::open(&mut socket, who, &shared))
        .await
        .unwrap_or_else(Err)
    {
        Ok(opened) => converse(socket, opened, peer, shared).await,
        Err(ending) => {
            tracing::info!(%peer, code = ending.code(), "a stream was refused");
            close(socket, &shared, ending, &Language::default()).await;
        }
    }
}

/// A fault behind the gateway ends the stream with a word, and nothing else.
async fn guarded<T>(work: impl Future<Output = T>) -> Result<T, Ending> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| {
        let detail = "a fault in Rosie ended this connection: the log tells more, please report it";
        Ending::Failed(Failure::new(ErrorCode::Internal, detail))
    })
}

/// From `welcome` to the close.
async fn converse(socket: Socket, opened: opening::Opened, peer: SocketAddr, shared: Arc<Shared>) {
    let opening::Opened {
        hello,
        port,
        session,
        outbox,
        stay,
    } = opened;
    let language = session.language.clone();
    tracing::info!(%peer, session = %session.session, room_id = %session.room, resumed = session.resumed, "endpoint connected");
    let (sink, stream) = socket.split();
    let (rtc_up, rtc_out) = watch::channel(None);
    let line = Line::new(&shared, peer.ip(), rtc_up);
    let mut writer = Writer::new(sink, hello.output, Voice::new(rtc_out), &shared);
    let mut reader = Reader::new(stream, &hello, port.as_ref(), &outbox, &shared, line, language.clone());
    let ending = guarded(async {
        tokio::select! {
            ending = writer.run(&outbox) => ending,
            ending = reader.run() => ending,
            () = stay.cut.cancelled() => Ending::Refused(opening::not_paired("what let this endpoint in was taken away")),
        }
    })
    .await
    .unwrap_or_else(|ending| ending);
    outbox.shut();
    drop(stay);
    tracing::info!(session = %session.session, code = ending.code(), "endpoint disconnected");
    if ending == Ending::Goodbye {
        // A session that cannot even take this ends when nobody resumes it.
        let _ = port.input(SessionInput::Bye);
    }
    let stream = reader.into_stream();
    drop(port);
    let sink = writer.into_sink();
    if matches!(ending, Ending::Gone) {
        return;
    }
    if let Ok(socket) = sink.reunite(stream) {
        finish(socket, outbox, &shared, ending, &language).await;
    }
}

/// Sends what control messages are left, then closes.
async fn finish(mut socket: Socket, outbox: Arc<Outbox>, shared: &Shared, ending: Ending, language: &Language) {
    let left = async {
        for message in outbox.left() {
            let Ok(text) = serde_json::to_string(&message) else {
                continue;
            };
            if socket.feed(Message::text(text)).await.is_err() {
                return;
            }
        }
    };
    if tokio::time::timeout(FAREWELL, left).await.is_ok() {
        close(socket, shared, ending, language).await;
    }
}

/// Says why, sends the close frame, and waits a moment for the endpoint's own.
async fn close(mut socket: Socket, shared: &Shared, ending: Ending, language: &Language) {
    let goodbye = async {
        if let Some(message) = ending.message(shared.config.retry_after, language) {
            if let ServerMessage::Error { code, .. } = &message {
                shared.metrics.refusal(code);
            }
            if let Ok(text) = serde_json::to_string(&message) {
                let _ = socket.send(Message::text(text)).await;
            }
        }
        let (code, reason) = (ending.close_code(), ending.code());
        let frame = CloseFrame {
            code: CloseCode::from(code),
            reason: reason.into(),
        };
        let _ = socket.close(Some(frame)).await;
        while let Some(Ok(_)) = socket.next().await {}
    };
    let _ = tokio::time::timeout(FAREWELL, goodbye).await;
    // After a broken frame the socket cannot be read as messages any more; unread bytes would reset the connection.
    crate::connection::linger(socket.into_inner()).await;
}

/// What an endpoint hears of a refusal.
pub(crate) fn refusal_message(error: &MessageError, language: &Language) -> ServerMessage {
    let spoken = match error.refusal {
        Refusal::Busy => ErrorCode::Busy,
        Refusal::NotPaired => ErrorCode::EndpointUnknown,
        Refusal::IdleTimeout | Refusal::SlowConsumer | Refusal::HelloTimeout => ErrorCode::EndpointLost,
        _ => ErrorCode::BadRequest,
    };
    ServerMessage::Error {
        turn: None,
        code: error.refusal.as_str().to_owned(),
        sentence: spoken.spoken(language).to_owned(),
        detail: error.detail.clone(),
    }
}
