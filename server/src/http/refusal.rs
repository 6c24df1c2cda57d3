//! A refused request: one line of plain text for programs; for a browser, the app's own error page in the visitor's
//! language. Never why a person may not do something (that is chat's).

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, header};

use super::pages;
use crate::state::AppState;

/// Says no. `why` is for developers, in English.
pub(crate) fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, format!("{}: {why}\n", status.as_u16())).into_response()
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
