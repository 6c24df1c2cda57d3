//! The site's files, embedded in the binary: which there are, and how they are served. Hashed names never change and
//! are cached for ever; br and gzip were made at build time. Ours because a file server for disks cannot serve these.

use std::sync::Arc;

use app::shell::SiteFiles;
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::refusal::refuse;
use crate::Error;

/// What `cargo leptos build` left in the site's folder. A debug build reads the folder each time, for `make dev`.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct Site;

/// The names of the files that every page loads.
#[derive(Clone)]
pub(crate) struct Assets(Arc<SiteFiles>);

const PKG: &str = "pkg/";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

impl Assets {
    /// A release has hashed names and lacks nothing. A debug build comes before its frontend (`cargo test`) or lives
    /// with one that changes under it (`make dev`): it names the files plainly and looks for them when asked.
    pub(crate) fn find() -> Result<Self, Error> {
        if cfg!(debug_assertions) {
            let plain = |extension| format!("/{PKG}teahouse.{extension}");
            return Ok(Self(Arc::new(SiteFiles { js: plain("js"), wasm: plain("wasm"), css: plain("css") })));
        }
        let address = |extension| newest(extension).map(|name| format!("/{name}"));
        match (address("js"), address("wasm"), address("css")) {
            (Some(js), Some(wasm), Some(css)) => Ok(Self(Arc::new(SiteFiles { js, wasm, css }))),
            _ => Err(Error::NoSite),
        }
    }

    pub(crate) fn files(&self) -> SiteFiles {
        (*self.0).clone()
    }
}

/// The `pkg/teahouse[.hash].{extension}` that was built last; the dev loop leaves several.
fn newest(extension: &str) -> Option<String> {
    let suffix = format!(".{extension}");
    Site::iter()
        .filter(|name| name.starts_with("pkg/teahouse.") && name.ends_with(&suffix))
        .max_by_key(|name| Site::get(name).and_then(|file| file.metadata.last_modified()))
        .map(Into::into)
}

/// A file by its name. The dev loop hashes names in its first build and not in later ones; the plain name is always good.
fn get(name: &str) -> Option<EmbeddedFile> {
    Site::get(name).or_else(|| {
        let extension = name.strip_prefix("pkg/teahouse.").filter(|_| cfg!(debug_assertions))?;
        Site::get(&newest(extension)?)
    })
}

/// The fallback of the router: a file of the site, or word that there is no such page.
pub(crate) async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "there is nothing here that takes this method");
    }
    find(request.uri().path().trim_start_matches('/'), request.headers())
        .unwrap_or_else(|| refuse(StatusCode::NOT_FOUND, "there is no such page"))
}

fn find(name: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = get(name)?;
    let etag = HeaderValue::from_str(&format!("W/\"{}\"", hex(&plain.metadata.sha256_hash()[..16]))).ok()?;
    let cached = is_cached(headers, &etag);
    let (encoding, file) = encoded(name, headers).map_or((None, plain), |(encoding, file)| (Some(encoding), file));
    let mut response = if cached { StatusCode::NOT_MODIFIED.into_response() } else { body(file).into_response() };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    answer.insert(header::CACHE_CONTROL, cache_control(name));
    answer.insert(header::ETAG, etag);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

/// Weak comparison (RFC 9110 §13.1.2): one tag stands for every encoding of a file.
fn is_cached(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(etag) = etag.to_str() else { return false };
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|known| known.to_str().ok());
    known.flat_map(|list| list.split(',')).any(|tag| tag.trim() == "*" || bare(tag) == bare(etag))
}

fn body(file: EmbeddedFile) -> axum::body::Body {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => bytes.into(),
        std::borrow::Cow::Owned(bytes) => bytes.into(),
    }
}

/// The smallest form that the client takes.
fn encoded(name: &str, headers: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |coding: &str| {
        accepted.split(',').map(str::trim).any(|offer| match offer.split_once(';') {
            Some((offered, weight)) => {
                offered.trim() == coding && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
            }
            None => offer == coding,
        })
    };
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| takes(coding))
        .find_map(|(coding, suffix)| Some((coding, Site::get(&format!("{name}.{suffix}"))?)))
}

/// Only names with a hash in them are for ever.
fn cache_control(name: &str) -> HeaderValue {
    if name.starts_with(PKG) && name.split('.').count() > 2 {
        FOREVER
    } else if name.starts_with(PKG) {
        ASK_EACH_TIME
    } else {
        FOR_A_DAY
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{cache_control, content_type};

    #[test]
    fn only_a_hashed_name_is_cached_for_ever() {
        assert!(cache_control("pkg/teahouse.AbC123.js").to_str().unwrap().contains("immutable"));
        assert!(!cache_control("pkg/teahouse.js").to_str().unwrap().contains("immutable"));
        assert!(!cache_control("favicon.svg").to_str().unwrap().contains("immutable"));
    }

    #[test]
    fn what_a_browser_executes_has_its_exact_type() {
        assert_eq!(content_type("pkg/teahouse.wasm"), "application/wasm");
        assert!(content_type("pkg/teahouse.js").starts_with("text/javascript"));
    }
}
