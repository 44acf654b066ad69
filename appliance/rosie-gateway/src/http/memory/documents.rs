//! Documents: taken as they are or in a form, and what they were cut into.

use super::{Kind, Memory, check_tags, query, records, refused, unusable};
use crate::{
    GatewayConfig,
    http::{
        ApiError, body,
        respond::{Answer, json},
        transfer,
    },
    server::Shared,
};
use http::{HeaderMap, Request, StatusCode, header};
use hyper::body::Incoming;
use rosie_core::{
    UserId,
    memory::{MAX_DOCUMENT_BYTES, MemoryRecord, Upload},
};
use serde::Serialize;

/// A form has a few lines around its file.
const FORM_BYTES: u64 = 64 * 1024;
const MAX_NAME_CHARS: usize = 255;

#[derive(Serialize)]
struct Chunks {
    chunks: Vec<MemoryRecord>,
}

/// Takes a document in, new or in place of one that is there. Answers at once; reading it goes on.
pub(super) async fn add(
    shared: &Shared,
    memory: &Memory,
    replaces: Option<&str>,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let _permit = transfer::permit(shared)?;
    let (head, body) = request.into_parts();
    let mut upload = from_address(head.uri.query())?;
    let media_type = media_type(&head.headers);
    match media_type.as_deref().map(multer::parse_boundary) {
        Some(Ok(boundary)) => read_form(&mut upload, boundary, body, &shared.config).await?,
        _ if media_type.as_deref().is_some_and(|kind| kind.starts_with("multipart/")) => {
            return Err(bad_form("the form has no boundary".to_owned()));
        }
        _ => {
            let stall = shared.config.limits.transfer_stall;
            upload.bytes = body::bytes(body, MAX_DOCUMENT_BYTES as u64, stall).await?;
            // What every program sends that says nothing; the name's ending tells more.
            upload.media_type = media_type.filter(|kind| kind != "application/octet-stream");
        }
    }
    check(&upload)?;
    upload.replaces = replaces.map(str::to_owned);
    let document = memory.upload(upload).await.map_err(|failure| {
        refused(
            failure,
            "send a text, Markdown, HTML or PDF file, with its name and its content type",
        )
    })?;
    json(StatusCode::ACCEPTED, &MemoryRecord::Document(document))
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.to_owned())
}

/// From `name=boiler.pdf&tag=house&visible_to=anna`.
fn from_address(query: Option<&str>) -> Result<Upload, ApiError> {
    let mut upload = Upload::default();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match &*name {
            "name" => upload.name = value.into_owned(),
            "tag" => upload.tags.push(value.into_owned()),
            "visible_to" => upload.visible_to = Some(UserId(value.into_owned())),
            _ => {
                return Err(query::bad_query(format!(
                    "`{}` is not asked for here",
                    query::short(&name)
                )));
            }
        }
    }
    Ok(upload)
}

async fn read_form(
    upload: &mut Upload,
    boundary: String,
    body: Incoming,
    config: &GatewayConfig,
) -> Result<(), ApiError> {
    let limit = MAX_DOCUMENT_BYTES as u64 + FORM_BYTES;
    let pieces = body::pieces(body, limit, config.limits.transfer_stall)?;
    let mut form = multer::Multipart::new(pieces, boundary);
    let mut has_file = false;
    while let Some(field) = form.next_field().await.map_err(form_error)? {
        match field.name() {
            Some("file") if !has_file => {
                has_file = true;
                read_file(upload, field).await?;
            }
            Some("name") => upload.name = field.text().await.map_err(form_error)?,
            Some("visible_to") => upload.visible_to = Some(UserId(field.text().await.map_err(form_error)?)),
            Some("tags") => {
                let tags = field.text().await.map_err(form_error)?;
                let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
                upload.tags.extend(tags.map(str::to_owned));
            }
            name => {
                let name = query::short(name.unwrap_or_default());
                return Err(bad_form(format!("the form has a field `{name}` too many")));
            }
        }
    }
    if !has_file {
        return Err(bad_form("the form has no field `file`".to_owned()));
    }
    Ok(())
}

async fn read_file(upload: &mut Upload, mut field: multer::Field<'_>) -> Result<(), ApiError> {
    if upload.name.is_empty()
        && let Some(name) = field.file_name()
    {
        upload.name = name.to_owned();
    }
    let kind = field.content_type().map(ToString::to_string);
    upload.media_type = kind.filter(|kind| kind != "application/octet-stream");
    while let Some(piece) = field.chunk().await.map_err(form_error)? {
        if upload.bytes.len() + piece.len() > MAX_DOCUMENT_BYTES {
            return Err(body::too_big(MAX_DOCUMENT_BYTES));
        }
        upload.bytes.extend_from_slice(&piece);
    }
    Ok(())
}

/// What went wrong under the form (too long, too slow) is told as it is.
fn form_error(error: multer::Error) -> ApiError {
    match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<ApiError>() {
            Ok(error) => *error,
            Err(_) => bad_form("the form could not be read".to_owned()),
        },
        error => bad_form(format!("the form could not be read: {error}")),
    }
}

fn bad_form(message: String) -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "bad-body",
        message,
        "send multipart/form-data with the fields `file` and perhaps `name`, `tags` and `visible_to`, or the file alone \
         as the body",
    )
}

fn check(upload: &Upload) -> Result<(), ApiError> {
    if upload.name.trim().is_empty() || upload.name.chars().count() > MAX_NAME_CHARS {
        return Err(unusable(
            format!("a document has a name of 1 to {MAX_NAME_CHARS} characters"),
            "send it behind the `?`: name=boiler.pdf",
        ));
    }
    if upload.bytes.is_empty() {
        return Err(unusable("the document is empty", "send the file's content"));
    }
    check_tags(&upload.tags)
}

pub(super) async fn chunks(memory: &Memory, id: &str) -> Result<Answer, ApiError> {
    records::existing(memory, Kind::Document, id).await?;
    let chunks = memory
        .chunks(id)
        .await
        .map_err(|failure| refused(failure, "send the request again"))?;
    let chunks = chunks.into_iter().map(MemoryRecord::Chunk).collect();
    json(StatusCode::OK, &Chunks { chunks })
}
