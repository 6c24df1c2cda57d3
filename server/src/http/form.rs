//! The group page's form, for browsers that run no script: says one thing and leads back to the page.

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderValue, StatusCode, header};
use protocol::{ClientId, GroupId, MAX_BODY_BYTES, RejectionCode};
use sha2::{Digest, Sha256};
use store::{Command, Who};
use tracing::warn;

use super::{
    body::{self, BodyError},
    complete::people_of,
    identity::Visitor,
    refusal::{refuse, retry_after},
};
use crate::{
    chat::{Act, Refused},
    state::AppState,
};

/// So begins the name of a form that is the same for everybody who is nobody yet.
pub(super) const SHARED: &str = "page-";

/// A form writes a byte as three at most, and has its other fields.
const MAX_FORM_BYTES: usize = 3 * MAX_BODY_BYTES + 4096;

#[derive(Default)]
struct Said {
    group: String,
    /// The page's own: pressing twice says it once.
    client_id: String,
    body: String,
}

impl Said {
    fn parse(form: &[u8]) -> Self {
        url::form_urlencoded::parse(form).fold(Self::default(), |mut said, (name, value)| {
            match &*name {
                "groupID" => said.group = value.into_owned(),
                "client_id" => said.client_id = value.into_owned(),
                "body" => said.body = value.into_owned(),
                _ => {}
            }
            said
        })
    }
}

/// `POST /chatgroup`.
pub(crate) async fn post(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (headers, visitor) = (&parts.headers, Visitor::of(&state, &parts.extensions, &parts.headers));
    if !state.origins.admit(headers) {
        return refuse(StatusCode::FORBIDDEN, "this form is on another site's page");
    }
    let said = match body::read(body, MAX_FORM_BYTES).await {
        Ok(form) => Said::parse(&form),
        Err(BodyError::TooLong) => return refuse(StatusCode::PAYLOAD_TOO_LARGE, "that is too long"),
        Err(BodyError::TooSlow) => return refuse(StatusCode::REQUEST_TIMEOUT, "this took too long to arrive"),
        Err(BodyError::Broken) => return refuse(StatusCode::BAD_REQUEST, "this form did not arrive whole"),
    };
    let Ok(group) = GroupId::parse(said.group.trim()) else {
        return refuse(StatusCode::BAD_REQUEST, "a group id has 1 to 64 letters, numbers, _ or -");
    };
    let guest = match visitor.guest(&state).await {
        Ok(guest) => guest,
        Err(refused) => return no(&group, &refused),
    };
    // Browsers write line ends as the protocol of forms has them.
    let body = said.body.replace("\r\n", "\n");
    if !body.trim().is_empty() {
        let client_id = name(said.client_id, &body);
        let body = match with_mentions(&state, &group, &guest.caller.who, body).await {
            Ok(body) => body,
            Err(refused) => return no(&group, &refused),
        };
        let command = Command::Post { body, reply_to: None };
        if let Err(refused) = state.chat.command(&group, &guest.caller, client_id.as_ref(), command).await {
            return no(&group, &refused);
        }
    }
    let id = percent_encoding::utf8_percent_encode(group.as_str(), percent_encoding::NON_ALPHANUMERIC);
    let mut response = Redirect::to(&format!("/chatgroup?groupID={id}#composer")).into_response();
    if let Some(cookie) = guest.cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What is said is called as the page's form is. One that many pages have names only this text: its author makes it unique.
fn name(form: String, body: &str) -> Option<ClientId> {
    let name = match form.strip_prefix(SHARED) {
        Some(_) => {
            let hash = Sha256::new().chain_update(&form).chain_update([0]).chain_update(body).finalize();
            BASE64_URL_SAFE_NO_PAD.encode(&hash[..24])
        }
        None => form,
    };
    ClientId::parse(name).ok()
}

/// Whom an `@` names is found here: no script has done it. Only for who may read who is in the group.
async fn with_mentions(state: &AppState, group: &GroupId, who: &Who, body: String) -> Result<String, Refused> {
    if !body.contains('@') || state.chat.may(Some(who), group, Act::Read).await?.is_err() {
        return Ok(body);
    }
    let people = people_of(state, group).await?;
    let names: Vec<_> = people.iter().map(|person| (person.name.as_str(), person.id.as_str())).collect();
    Ok(markdown::stored(&body, &names))
}

fn no(group: &GroupId, refused: &Refused) -> Response {
    if refused.code == RejectionCode::Unavailable {
        warn!(%group, "Could not store what was said by form");
    }
    let why = "this could not be stored; go back, your text is still there, and try again";
    let mut response = refuse(status(refused.code), why);
    retry_after(&mut response, refused);
    response
}

fn status(code: RejectionCode) -> StatusCode {
    match code {
        RejectionCode::SignIn => StatusCode::UNAUTHORIZED,
        RejectionCode::Forbidden | RejectionCode::Archived => StatusCode::FORBIDDEN,
        RejectionCode::NoGroup => StatusCode::NOT_FOUND,
        RejectionCode::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        RejectionCode::Reused => StatusCode::CONFLICT,
        RejectionCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        code if code.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}
