//! Documents on their way in: taken at once, read and cut in the background.

use super::{
    Shared,
    edit::{known, now_unix_ms, tags},
};
use crate::{
    MemoryError,
    documents::{Format, Piece, read},
    store::{documents, ids, records},
};
use rosie_core::memory::{ChunkRecord, DocumentRecord, DocumentState, MAX_DOCUMENT_BYTES, Upload};
use std::sync::Arc;

const MAX_TITLE: usize = 200;
/// Of one document; more is refused.
const MAX_CHUNKS: usize = 20_000;

pub(super) fn upload(shared: &Arc<Shared>, upload: Upload) -> Result<DocumentRecord, MemoryError> {
    if upload.bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(MemoryError::TooLong {
            what: "document",
            length: upload.bytes.len(),
            limit: MAX_DOCUMENT_BYTES,
        });
    }
    let format = Format::of(&upload.name, upload.media_type.as_deref(), &upload.bytes)?;
    let replaces = upload.replaces.as_deref().map(known).transpose()?;
    let title: String = upload
        .name
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_TITLE)
        .collect();
    let now = now_unix_ms();
    let id = replaces.unwrap_or_else(|| ids::new_id(now));
    let new = DocumentRecord {
        id: ids::text(id),
        title: if title.is_empty() { "untitled".to_owned() } else { title },
        media_type: format.media_type().to_owned(),
        bytes: upload.bytes.len() as u64,
        chunks: 0,
        state: DocumentState::Parsing,
        visible_to: upload.visible_to,
        unix_ms: now,
        tags: tags(upload.tags)?,
    };
    let write = shared.writer.submit(move |transaction, _| {
        let mut document = new.clone();
        if replaces.is_some() {
            let Some(before) = records::get_for_write::<DocumentRecord>(transaction, id)? else {
                return Err(MemoryError::BadRequest("there is no document with this id to replace".to_owned()).into());
            };
            // What the new version does not name stays as it was.
            document.visible_to = document.visible_to.or(before.visible_to);
            if document.tags.is_empty() {
                document.tags = before.tags;
            }
        }
        records::put(transaction, &document)?;
        Ok(document)
    });
    let document = write.wait()?;
    let (reader, taken) = (shared.clone(), document.clone());
    let bytes = upload.bytes;
    let work = move || {
        ingest(&reader, taken, bytes, format);
        Ok(())
    };
    // Waits for nobody: what comes of it is in the document's state. A full queue is an answer at once.
    if let Err(error) = shared.documents.start_work(work) {
        set_state(shared, id, failed(&error, replaces.is_some()));
        return Err(error);
    }
    Ok(document)
}

fn ingest(shared: &Shared, mut document: DocumentRecord, bytes: Vec<u8>, format: Format) {
    let Some(id) = ids::parse(&document.id) else {
        return;
    };
    let pieces = match &shared.reader {
        Some(reader) => reader.read(bytes, format),
        None => read(&bytes, format),
    };
    let pieces = pieces.and_then(|pieces| match pieces.len() {
        count if count > MAX_CHUNKS => Err(MemoryError::TooLong {
            what: "document in chunks",
            length: count,
            limit: MAX_CHUNKS,
        }),
        _ => Ok(pieces),
    });
    let stored = pieces.and_then(|pieces| {
        document.chunks = pieces.len();
        document.state = DocumentState::Ready;
        let chunks = chunks(&document, pieces);
        let write = shared.writer.submit(move |transaction, changes| {
            // Deleted meanwhile: then it stays so.
            if records::get_for_write::<DocumentRecord>(transaction, id)?.is_some() {
                documents::put_chunks(transaction, &document, &chunks, changes)?;
            }
            Ok(())
        });
        write.wait()
    });
    if let Err(error) = stored {
        set_state(shared, id, failed(&error, false));
    }
}

fn chunks(document: &DocumentRecord, pieces: Vec<Piece>) -> Vec<ChunkRecord> {
    let chunk = |(position, piece): (usize, Piece)| ChunkRecord {
        // So many of one moment that their keys could meet: every 2,048th is a millisecond later.
        id: ids::text(ids::new_id(document.unix_ms + (position / 2048) as u64)),
        document: document.id.clone(),
        position,
        headings: piece.headings,
        text: piece.text,
    };
    pieces.into_iter().enumerate().map(chunk).collect()
}

fn failed(error: &MemoryError, replaced: bool) -> DocumentState {
    let before = if replaced {
        "; what was there before is still found"
    } else {
        ""
    };
    DocumentState::Failed {
        reason: format!("{error}{before}"),
    }
}

pub(super) fn set_state(shared: &Shared, id: ids::Id, state: DocumentState) {
    let write = shared
        .writer
        .submit(move |transaction, _| documents::set_state(transaction, id, state.clone()));
    if let Err(error) = write.wait() {
        tracing::warn!(%error, "the state of a document could not be written");
    }
}
