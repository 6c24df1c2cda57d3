//! `/api`: for bots, scripts and pages that fetch. JSON in and out, the same use cases as every door. Never a cookie is
//! set here: who has no token asks for one.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use protocol::{
    ClientId, GroupId, MAX_BODY_BYTES, MAX_PAGE, MessageId, PAGE, Rejection, RejectionCode, Seq, ServerFrame,
};
use serde::{Deserialize, Serialize};
use store::{Command, Snapshot};

use super::{
    body::{self, BodyError},
    identity::Visitor,
    language,
    refusal::retry_after,
};
use crate::{
    chat::{Act, Caller, Refused},
    consumers::live::{sentence, told_to},
    state::AppState,
};

/// JSON writes a byte as six at most.
const MAX_JSON_BYTES: usize = 6 * MAX_BODY_BYTES + 4096;

#[derive(Deserialize)]
struct Post {
    body: String,
    #[serde(default)]
    reply_to: Option<MessageId>,
}

/// `POST /api/groups/{id}/messages`: says something. JSON `{"body", "reply_to"?}`, or any other content type for the text
/// itself. `Idempotency-Key` is the command's name: the same again stores nothing twice and answers 200 instead of 201.
pub(crate) async fn post(State(state): State<AppState>, Path(group): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(&state, &parts.extensions, &parts.headers);
    let headers = parts.headers;
    let no = |code: RejectionCode| refuse(&headers, code.into());
    if !state.origins.admit(&headers) {
        return no(RejectionCode::NotYours);
    }
    let Ok(group) = GroupId::parse(&group) else { return no(RejectionCode::NoGroup) };
    let caller = match visitor.known(&state).await {
        Ok(Some(who)) => Caller { who: Arc::new(who), from: visitor.from },
        Ok(None) => return unknown(&headers),
        Err(error) => return refuse(&headers, error.into()),
    };
    let key = headers.get("idempotency-key").map(|key| key.to_str().ok().and_then(|key| ClientId::parse(key).ok()));
    let client_id = match key {
        Some(None) => {
            return broken(StatusCode::BAD_REQUEST, "Idempotency-Key: 1 to 64 of A-Z, a-z, 0-9, -, _, . and :");
        }
        Some(Some(key)) => Some(key),
        None => None,
    };
    let body = match body::read(body, MAX_JSON_BYTES).await {
        Ok(body) => body,
        Err(BodyError::TooLong) => return no(RejectionCode::TooLong),
        Err(BodyError::TooSlow) => return broken(StatusCode::REQUEST_TIMEOUT, "the body took too long to arrive"),
        Err(BodyError::Broken) => return broken(StatusCode::BAD_REQUEST, "the body did not arrive whole"),
    };
    let command = match parse(&headers, &body) {
        Ok(Post { body, .. }) if body.trim().is_empty() => return no(RejectionCode::Empty),
        Ok(Post { body, reply_to }) => Command::Post { body, reply_to },
        Err(why) => return broken(StatusCode::BAD_REQUEST, &why),
    };
    match state.chat.command(&group, &caller, client_id.as_ref(), command).await {
        Ok(committed) => {
            let status = if committed.fresh { StatusCode::CREATED } else { StatusCode::OK };
            (status, Json(&*committed.event)).into_response()
        }
        Err(refused) => refuse(&headers, refused),
    }
}

fn parse(headers: &HeaderMap, body: &Bytes) -> Result<Post, String> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        return serde_json::from_slice(body).map_err(|error| format!("the body is no message: {error}"));
    }
    let body = std::str::from_utf8(body).map_err(|_| "the text is not UTF-8".to_owned())?;
    Ok(Post { body: body.to_owned(), reply_to: None })
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    before: Option<Seq>,
    limit: Option<u32>,
}

/// `GET /api/groups/{id}/messages?before=SEQ&limit=N`: the newest messages, or those before an event; the `page` frame of
/// the live protocol.
pub(crate) async fn page(
    State(state): State<AppState>,
    Path(group): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(Asked { before, limit })) = asked else {
        return broken(StatusCode::BAD_REQUEST, "before and limit are numbers");
    };
    let Ok(group) = GroupId::parse(&group) else { return refuse(&headers, RejectionCode::NoGroup.into()) };
    let limit = limit.unwrap_or(PAGE as u32).clamp(1, MAX_PAGE as u32);
    let read = async {
        let who = Visitor::of(&state, &extensions, &headers).known(&state).await?;
        state.chat.may(who.as_ref(), &group, Act::Read).await??;
        let page = match before {
            Some(before) => state.chat.store.before(&group, before, limit).await?,
            None => state.chat.store.newest(&group, limit).await?,
        };
        Ok::<_, Refused>((who, page))
    };
    match read.await {
        Ok((who, Snapshot { epoch, seq, messages, more, .. })) => {
            let messages = told_to(who.as_ref().map(|who| &who.person), messages);
            let before = before.unwrap_or(seq + 1);
            let mut response = Json(ServerFrame::Page { group, epoch, before, seq, messages, more }).into_response();
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
            response
        }
        Err(refused) => refuse(&headers, refused),
    }
}

#[derive(Serialize)]
struct NewGuest {
    person: protocol::Person,
    token: String,
}

/// `POST /api/guests`: somebody new, and the token that is them from now on. It is told this once.
pub(crate) async fn guest(State(state): State<AppState>, extensions: Extensions, headers: HeaderMap) -> Response {
    if !state.origins.admit(&headers) {
        return refuse(&headers, RejectionCode::NotYours.into());
    }
    match Visitor::of(&state, &extensions, &headers).new_guest(&state).await {
        Ok((who, token)) => (StatusCode::CREATED, Json(NewGuest { person: who.person, token })).into_response(),
        Err(refused) => refuse(&headers, refused),
    }
}

/// A rejection as an answer: its status for programs, its sentence in the visitor's language.
pub(super) fn refuse(headers: &HeaderMap, refused: Refused) -> Response {
    let code = refused.code;
    let message = sentence(code, language::of(headers));
    let wait = refused.retry_after.or(code.is_retryable().then_some(Duration::from_secs(1)));
    let retry_after_ms = wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1));
    let status = status(code);
    let mut response = (status, Json(Rejection { code, message, retry_after_ms })).into_response();
    retry_after(&mut response, &Refused { code, retry_after: wait });
    response
}

const fn status(code: RejectionCode) -> StatusCode {
    match code {
        RejectionCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        RejectionCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        RejectionCode::Empty | RejectionCode::BadReaction | RejectionCode::Unknown => StatusCode::BAD_REQUEST,
        RejectionCode::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        RejectionCode::NoGroup | RejectionCode::NoMessage => StatusCode::NOT_FOUND,
        RejectionCode::SignIn => StatusCode::UNAUTHORIZED,
        RejectionCode::NotYours | RejectionCode::Forbidden | RejectionCode::Archived => StatusCode::FORBIDDEN,
        RejectionCode::Reused | RejectionCode::TooManyPins => StatusCode::CONFLICT,
    }
}

pub(super) fn unknown(headers: &HeaderMap) -> Response {
    let mut response = refuse(headers, RejectionCode::SignIn.into());
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

pub(super) fn broken(status: StatusCode, why: &str) -> Response {
    (status, Json(serde_json::json!({ "code": "broken", "message": why }))).into_response()
}
