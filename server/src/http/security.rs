//! Headers that every response carries, so that a browser refuses what we never do. The content security policy is
//! apart: it names a page's nonce, or the hashes of its scripts, and is set where the page is rendered.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue, header};

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// The policy of a page without script.
pub(crate) fn paper_policy() -> &'static str {
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'"
}

/// The policy of one page: scripts and styles only from these sources, its nonce or their hashes, besides our files; WASM,
/// sockets only to ourselves, frames nowhere.
pub(crate) fn content_policy(sources: &str) -> String {
    // `cargo leptos watch` reloads the page through a socket on a port of its own.
    let watch = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws://127.0.0.1:* ws://localhost:*" } else { "" };
    format!(
        "default-src 'self'; script-src 'self' {sources} 'wasm-unsafe-eval'; style-src 'self' {sources}; \
         img-src 'self' data:; connect-src 'self'{watch}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         object-src 'none'"
    )
}
