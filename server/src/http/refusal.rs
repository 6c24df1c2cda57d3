//! A refused request: one line of plain text for programs; for a browser, the app's own error page in the visitor's
//! language. Never why a person may not do something (that is chat's).

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use protocol::RejectionCode;

use super::pages;
use crate::{chat::Refused, state::AppState};

/// Says no. `why` is for developers, in English.
pub(crate) fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, format!("{}: {why}\n", status.as_u16())).into_response()
}

/// A socket that cannot be had: said before the upgrade, so that every client can read it.
pub(crate) fn of_socket(refused: Refused) -> Response {
    let mut response = match refused.code {
        RejectionCode::SignIn => refuse(StatusCode::UNAUTHORIZED, "sign in first"),
        RejectionCode::NoGroup => refuse(StatusCode::NOT_FOUND, "no such group"),
        RejectionCode::TooMany => refuse(StatusCode::TOO_MANY_REQUESTS, "too many at a time; come back later"),
        RejectionCode::Unavailable => {
            refuse(StatusCode::SERVICE_UNAVAILABLE, "this socket cannot be served now; come back later")
        }
        _ => refuse(StatusCode::FORBIDDEN, "this is not for you"),
    };
    retry_after(&mut response, &refused);
    response
}

/// A person's own sockets are too many.
pub(crate) fn too_many_sockets() -> Response {
    refuse(StatusCode::TOO_MANY_REQUESTS, "too many of your sockets are open; close some of them")
}

/// Says when to come back, if that is known: whole seconds, rounded up.
pub(crate) fn retry_after(response: &mut Response, refused: &Refused) {
    let seconds = refused.retry_after.map(|wait| wait.as_millis().div_ceil(1_000).max(1));
    if let Some(seconds) = seconds
        && let Ok(seconds) = HeaderValue::from_str(&seconds.to_string())
    {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
}

/// The answer to a request whose handler panicked. The panic itself was logged by the panic hook.
pub(crate) fn panicked() -> Response {
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "something broke on our side; it has been logged")
}

/// Middleware: a browser that navigates gets the error page instead of the line of text.
pub(crate) async fn for_people(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let page = is_navigation(request.method(), request.headers()).then(|| pages::request_like(&request));
    let response = next.run(request).await;
    match page {
        Some(request) if is_bare_error(&response) => {
            let status = response.status();
            let mut page = pages::error(&state, request, status).await;
            *page.status_mut() = status;
            page
        }
        _ => response,
    }
}

fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    let wants_html = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    wants_html && matches!(*method, Method::GET | Method::POST) && !headers.contains_key(header::UPGRADE)
}

fn is_bare_error(response: &Response) -> bool {
    let is_html =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    (response.status().is_client_error() || response.status().is_server_error()) && !is_html
}
