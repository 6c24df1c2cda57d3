//! The group page's form, for browsers that run no script: says one thing and leads back to the page.

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use protocol::{ClientId, GroupId, RejectionCode};
use serde::Deserialize;
use store::Command;
use tracing::warn;

use super::{identity, language, refusal::refuse};
use crate::state::AppState;

#[derive(Deserialize)]
pub(crate) struct Said {
    #[serde(rename = "groupID")]
    group: String,
    /// The page's own: pressing twice says it once.
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    body: String,
}

/// `POST /chatgroup`.
pub(crate) async fn post(State(state): State<AppState>, headers: HeaderMap, Form(said): Form<Said>) -> Response {
    if !state.origins.admit(&headers) {
        return refuse(StatusCode::FORBIDDEN, "this form is on another site's page");
    }
    let Ok(group) = GroupId::parse(said.group.trim()) else {
        return refuse(StatusCode::BAD_REQUEST, "a group id has 1 to 64 letters, numbers, _ or -");
    };
    let Ok(guest) = identity::guest(&state, &headers, language::of(&headers)).await else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "nothing can be stored now; go back and try again");
    };
    // Browsers write line ends as the protocol of forms has them.
    let body = said.body.replace("\r\n", "\n");
    if !body.trim().is_empty() {
        let client_id = ClientId::parse(said.client_id).ok();
        let command = Command::Post { body, reply_to: None };
        if let Err(code) = state.chat.command(&group, &guest.person, client_id.as_ref(), command).await {
            warn!(%group, ?code, "Could not store what was said by form");
            return refuse(status(code), "this could not be stored; go back, your text is still there, and try again");
        }
    }
    let id = percent_encoding::utf8_percent_encode(group.as_str(), percent_encoding::NON_ALPHANUMERIC);
    let mut response = Redirect::to(&format!("/chatgroup?groupID={id}#composer")).into_response();
    if let Some(cookie) = guest.cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn status(code: RejectionCode) -> StatusCode {
    match code {
        RejectionCode::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        RejectionCode::Reused => StatusCode::CONFLICT,
        RejectionCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        code if code.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}
