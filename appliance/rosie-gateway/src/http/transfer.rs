//! Long files on their way out of the appliance or into it, piece by piece: none is ever held as a whole.

use super::{
    AnswerBody, ApiError, body,
    pieces::BrokenOff,
    respond::{Answer, answer},
};
use crate::server::Shared;
use bytes::Bytes;
use futures_util::TryStreamExt;
use http::{HeaderValue, Request, StatusCode, header};
use hyper::body::Incoming;
use rosie_core::{
    ErrorCode, Failure,
    memory::{ChunkSink, ChunkSource},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, mpsc},
};

/// Pieces that wait between the network and the thread behind it.
const WAITING: usize = 4;
/// A larger piece is cut, so that what waits stays small.
const PIECE: usize = 64 * 1024;

/// What passes to the thread while a file comes in.
enum Arriving {
    Piece(Bytes),
    Broken(Failure),
    End,
}

/// A place among the files that are on their way.
pub(super) fn permit(shared: &Shared) -> Result<OwnedSemaphorePermit, ApiError> {
    Arc::clone(&shared.transfers).try_acquire_owned().map_err(|_| {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too-many-transfers",
            format!("{} files are on their way already", shared.config.limits.max_transfers),
            "wait until one is done, then try again",
        )
    })
}

/// An answer that a browser keeps as a file of this name.
pub(super) fn attached(kind: &'static str, name: &str) -> Result<Answer, ApiError> {
    let mut answer = answer(StatusCode::OK, HeaderValue::from_static(kind), Bytes::new());
    let disposition =
        HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(|_| ApiError::internal())?;
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(answer)
}

/// What `work` gives to its sink becomes the body of `headed`. Until the first piece a failure can still be told; after it the
/// connection is cut.
pub(super) async fn out<F>(
    shared: &Arc<Shared>,
    mut headed: Answer,
    refused: impl FnOnce(Failure) -> ApiError,
    work: impl FnOnce(ChunkSink) -> F,
) -> Result<Answer, ApiError>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let permit = permit(shared)?;
    let (to_network, mut made) = mpsc::channel(WAITING);
    let working = work(sink(to_network.clone(), shared.config.limits.transfer_stall));
    let stop = shared.stop.clone();
    shared.tracker.spawn(async move {
        let _permit = permit;
        let done = tokio::select! {
            done = working => done,
            () = stop.cancelled() => Err(Failure::new(ErrorCode::MemoryUnavailable, "the appliance is stopping")),
        };
        if let Err(failure) = done {
            tracing::warn!(%failure, "a file could not be taken out");
            let _ = to_network.send(Err(failure)).await;
        }
    });
    let first = match made.recv().await {
        Some(Ok(first)) => first,
        Some(Err(failure)) => return Err(refused(failure)),
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
    *headed.body_mut() = AnswerBody::Pieces(pieces);
    Ok(headed)
}

/// Waits on the thread for a slow browser, but not for ever.
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

/// The body goes to the source that `work` reads, which runs to its end even if the browser goes away once it has sent
/// everything.
pub(super) async fn taken_in<T, F>(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    limit: u64,
    work: impl FnOnce(ChunkSource) -> F,
) -> Result<Result<T, Failure>, ApiError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let permit = permit(shared)?;
    let mut pieces = body::pieces(request.into_body(), limit, shared.config.limits.transfer_stall)?;
    let (inward, arriving) = mpsc::channel(WAITING);
    let working = work(source(arriving));
    let taking_in = shared.tracker.spawn(async move {
        let _permit = permit;
        working.await
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
        // It stops listening when it has read enough to refuse the file.
        if inward.send(message).await.is_err() {
            break Ok(());
        }
        if let Some(fed) = last {
            break fed;
        }
    };
    let taken = taking_in.await.map_err(|_| ApiError::internal())?;
    fed?;
    Ok(taken)
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
