//! Taking the whole memory out and bringing one in, piece by piece: neither is ever held as a whole.

use super::{Memory, refused, transfer_permit};
use crate::{
    http::{
        AnswerBody, ApiError, body,
        pieces::BrokenOff,
        respond::{Answer, answer, json},
    },
    server::Shared,
};
use bytes::Bytes;
use futures_util::TryStreamExt;
use http::{HeaderValue, Method, Request, StatusCode, header};
use hyper::body::Incoming;
use rosie_core::{
    ErrorCode, Failure,
    memory::{ChunkSink, ChunkSource},
};
use std::{sync::Arc, time::Duration};
use tokio::{runtime::Handle, sync::mpsc};

/// Pieces that wait between the network and the memory's thread.
const WAITING: usize = 4;
/// A larger piece is cut, so that what waits stays small.
const PIECE: usize = 64 * 1024;
const IMPORT_HINT: &str = "send a file that was exported from a Rosie; nothing was changed";

/// What passes to the memory while a file comes in.
enum Arriving {
    Piece(Bytes),
    Broken(Failure),
    End,
}

pub(super) async fn export(shared: &Arc<Shared>, memory: Memory, method: &Method) -> Result<Answer, ApiError> {
    let headed = |mut answer: Answer| {
        let name = HeaderValue::from_static("attachment; filename=\"rosie-memory.json\"");
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
        answer
    };
    let kind = HeaderValue::from_static("application/json");
    if method == Method::HEAD {
        return Ok(headed(answer(StatusCode::OK, kind, Bytes::new())));
    }
    let permit = transfer_permit(shared)?;
    let (to_network, mut made) = mpsc::channel(WAITING);
    let sink = sink(to_network.clone(), shared.config.limits.transfer_stall);
    let stop = shared.stop.clone();
    shared.tracker.spawn(async move {
        let _permit = permit;
        let done = tokio::select! {
            done = memory.export(sink, Box::new(|_, _| {})) => done,
            () = stop.cancelled() => Err(Failure::new(ErrorCode::MemoryUnavailable, "the appliance is stopping")),
        };
        if let Err(failure) = done {
            tracing::warn!(%failure, "the memory could not be taken out");
            let _ = to_network.send(Err(failure)).await;
        }
    });
    // The first piece decides: until then a failure can still be told.
    let first = match made.recv().await {
        Some(Ok(first)) => first,
        Some(Err(failure)) => return Err(refused(failure, "send the request again")),
        None => return Err(ApiError::internal()),
    };
    let (to_answer, pieces) = mpsc::channel(1);
    shared.tracker.spawn(async move {
        let mut next = Some(Ok(first));
        while let Some(piece) = next {
            let broke = piece.is_err();
            if to_answer.send(piece.map_err(|_| BrokenOff)).await.is_err() || broke {
                return;
            }
            next = made.recv().await;
        }
    });
    let mut out = answer(StatusCode::OK, kind, Bytes::new());
    *out.body_mut() = AnswerBody::Pieces(pieces);
    Ok(headed(out))
}

/// Waits on the memory's thread for a slow browser, but not for ever.
fn sink(to_network: mpsc::Sender<Result<Bytes, Failure>>, stall: Duration) -> ChunkSink {
    let runtime = Handle::current();
    Box::new(move |chunk| {
        let mut rest = Bytes::from(chunk);
        while !rest.is_empty() {
            let piece = rest.split_to(rest.len().min(PIECE));
            let sent = runtime.block_on(async { tokio::time::timeout(stall, to_network.send(Ok(piece))).await });
            if !matches!(sent, Ok(Ok(()))) {
                return false;
            }
        }
        true
    })
}

pub(super) async fn import(
    shared: &Arc<Shared>,
    memory: Memory,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let permit = transfer_permit(shared)?;
    let limits = &shared.config.limits;
    let mut pieces = body::pieces(request.into_body(), limits.max_import_bytes, limits.transfer_stall)?;
    let (to_memory, arriving) = mpsc::channel(WAITING);
    // Runs to its end even if the browser goes away once it has sent everything.
    let taking_in = shared.tracker.spawn(async move {
        let _permit = permit;
        memory.import(source(arriving), Box::new(|_, _| {})).await
    });
    let fed = loop {
        let next = pieces.try_next().await;
        let (message, last) = match next {
            Ok(Some(piece)) => (Arriving::Piece(piece), None),
            Ok(None) => (Arriving::End, Some(Ok(()))),
            Err(error) => {
                let failure = Failure::new(ErrorCode::BadRequest, error.message.clone());
                (Arriving::Broken(failure), Some(Err(error)))
            }
        };
        // The memory stops listening when it has read enough to refuse the file.
        if to_memory.send(message).await.is_err() {
            break Ok(());
        }
        if let Some(fed) = last {
            break fed;
        }
    };
    let taken = taking_in.await.map_err(|_| ApiError::internal())?;
    fed?;
    let imported = taken.map_err(|failure| refused(failure, IMPORT_HINT))?;
    json(StatusCode::OK, &imported)
}

/// A file that breaks off must not be taken for one that ends.
fn source(mut arriving: mpsc::Receiver<Arriving>) -> ChunkSource {
    let mut ended = false;
    Box::new(move || {
        if ended {
            return None;
        }
        match arriving.blocking_recv() {
            Some(Arriving::Piece(piece)) => Some(Ok(piece.into())),
            Some(Arriving::End) => {
                ended = true;
                None
            }
            Some(Arriving::Broken(failure)) => {
                ended = true;
                Some(Err(failure))
            }
            None => {
                ended = true;
                Some(Err(Failure::new(ErrorCode::BadRequest, "the file broke off")))
            }
        }
    })
}
