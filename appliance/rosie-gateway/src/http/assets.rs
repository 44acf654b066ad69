//! The pages, embedded in the binary: endpoint-kiosk/web at `/`, and the description of the API at `/docs`.

use super::{pieces::AnswerBody, respond::Answer};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use rust_embed::RustEmbed;
use std::{borrow::Cow, collections::HashMap, fmt::Write};

#[derive(RustEmbed)]
#[folder = "../../endpoint-kiosk/web"]
struct Web;

#[derive(RustEmbed)]
#[folder = "src/http/docs"]
struct Docs;

struct Asset {
    body: Bytes,
    etag: HeaderValue,
    content_type: HeaderValue,
}

/// Every file by the path it is served under.
pub(crate) struct Assets {
    files: HashMap<String, Asset>,
    policy: HeaderValue,
}

impl Assets {
    /// `frame_ancestors`: origins that may show Rosie's pages in a frame, beside Rosie itself.
    pub fn embedded(frame_ancestors: &[String]) -> Self {
        let mut files = HashMap::new();
        for name in Web::iter().filter(|name| !name.ends_with(PART)) {
            if let Some(file) = Web::get(&name) {
                let (body, hash) = whole(file, &name);
                add(&mut files, &format!("/{name}"), body, hash);
            }
        }
        for name in Docs::iter() {
            if let Some(file) = Docs::get(&name) {
                let (body, hash) = whole(file, &name);
                add(&mut files, &format!("/docs/{name}"), body, hash);
            }
        }
        Self {
            files,
            policy: policy(frame_ancestors),
        }
    }

    /// The file at `path` (a folder's `index.html` for the folder, a page without its `.html`), or `304` when the browser has it already.
    pub fn get(&self, path: &str, request: &HeaderMap) -> Option<Answer> {
        let asset = self.files.get(path)?;
        let known = request
            .get(header::IF_NONE_MATCH)
            .is_some_and(|tags| matches_tag(tags, &asset.etag));
        let mut answer = Response::new(AnswerBody::from(if known { Bytes::new() } else { asset.body.clone() }));
        let headers = answer.headers_mut();
        headers.insert(header::ETAG, asset.etag.clone());
        // Names carry no version, so a browser asks each time, and nearly always hears 304.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        headers.insert(
            "permissions-policy",
            HeaderValue::from_static("microphone=(self), camera=(), geolocation=()"),
        );
        if known {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            answer
                .headers_mut()
                .insert(header::CONTENT_TYPE, asset.content_type.clone());
        }
        Some(answer)
    }
}

/// What several pages have in common: `<!--include parts/head.inc-->` in a page is replaced by the file of that name.
const PART: &str = ".inc";
const INCLUDE: (&str, &str) = ("<!--include ", "-->");

/// A file with its parts, and what tells it from another version.
fn whole(file: rust_embed::EmbeddedFile, name: &str) -> (Bytes, [u8; 32]) {
    let mut hash = file.metadata.sha256_hash();
    let text = std::str::from_utf8(&file.data).ok();
    let Some(mut rest) = text.filter(|text| name.ends_with(".html") && text.contains(INCLUDE.0)) else {
        let body = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        return (body, hash);
    };
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once(INCLUDE.0) {
        let Some((part, after)) = after.split_once(INCLUDE.1) else {
            break;
        };
        out.push_str(before.trim_end_matches(' '));
        if let Some(part) = Web::get(part.trim()) {
            out.push_str(String::from_utf8_lossy(&part.data).trim_end());
            // A page is another one when its parts are.
            for (byte, other) in hash.iter_mut().zip(part.metadata.sha256_hash()) {
                *byte = byte.rotate_left(1) ^ other;
            }
        }
        rest = after;
    }
    out.push_str(rest);
    (Bytes::from(out), hash)
}

fn add(files: &mut HashMap<String, Asset>, path: &str, body: Bytes, hash: [u8; 32]) {
    let etag = hash[..12].iter().fold(String::from("\""), |mut tag, byte| {
        let _ = write!(tag, "{byte:02x}");
        tag
    }) + "\"";
    let etag = HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("\"0\""));
    let asset = |body: &Bytes| Asset {
        body: body.clone(),
        etag: etag.clone(),
        content_type: content_type(path),
    };
    if let Some(folder) = path.strip_suffix("index.html") {
        files.insert(folder.to_owned(), asset(&body));
        if folder.len() > 1 {
            files.insert(folder.trim_end_matches('/').to_owned(), asset(&body));
        }
    }
    if let Some(name) = path.strip_suffix(".html")
        && !name.ends_with("/index")
    {
        files.insert(name.to_owned(), asset(&body));
    }
    files.insert(path.to_owned(), asset(&body));
}

fn policy(frame_ancestors: &[String]) -> HeaderValue {
    // Chrome 61 does not take `'self'` for web sockets, so they are named.
    let mut text = String::from(
        "default-src 'self'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'self'",
    );
    for origin in frame_ancestors {
        text.push(' ');
        text.push_str(origin);
    }
    let strict = HeaderValue::from_static("default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'self'");
    HeaderValue::from_str(&text).unwrap_or(strict)
}

fn matches_tag(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else {
        return false;
    };
    tags.split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag == etag)
}

fn content_type(path: &str) -> HeaderValue {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    HeaderValue::from_static(match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wav" => "audio/wav",
        "ogg" | "opus" => "audio/ogg",
        "wasm" => "application/wasm",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn pages_have_what_they_have_in_common() {
        let assets = Assets::embedded(&[]);
        for page in ["/memory", "/plugins", "/calendar", "/integrations"] {
            let body = String::from_utf8(assets.files[page].body.to_vec()).unwrap();
            assert!(
                body.contains("style/tokens.css") && body.contains("class=\"mark\""),
                "{page}"
            );
            assert!(!body.contains(INCLUDE.0), "{page}: {body}");
        }
        assert!(assets.get("/parts/head.inc", &HeaderMap::new()).is_none());
        assert_ne!(assets.files["/memory"].etag, assets.files["/plugins"].etag);
    }

    #[test]
    fn a_file_comes_once_and_then_only_its_tag() {
        let assets = Assets::embedded(&["https://ha.example".into()]);
        let first = assets.get("/docs", &HeaderMap::new()).unwrap();
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        let policy = first.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.ends_with("frame-ancestors 'self' https://ha.example"),
            "{policy}"
        );
        let tag = first.headers()[header::ETAG].clone();
        let again = [(header::IF_NONE_MATCH, tag)].into_iter().collect();
        assert_eq!(
            assets.get("/docs/index.html", &again).unwrap().status(),
            StatusCode::NOT_MODIFIED
        );
        assert!(assets.get("/docs/../Cargo.toml", &HeaderMap::new()).is_none());
    }
}
