//! The messages around one, or around the first since a moment, without a page being loaded: where links, quotes, pins and
//! dates lead. Never who may read them.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use protocol::{GroupId, MessageId, Millis, PAGE, RejectionCode, ServerFrame};
use serde::{Deserialize, Serialize};
use store::Around;

use super::{
    api::{broken, refuse},
    identity::Visitor,
};
use crate::{
    chat::{Act, Refused},
    consumers::live::told_to,
    state::AppState,
};

#[derive(Deserialize)]
pub(crate) struct Asked {
    message: Option<MessageId>,
    since: Option<Millis>,
}

/// The `page` frame of the live protocol, and which message it is around.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    page: ServerFrame,
    around: MessageId,
}

/// `GET /api/groups/{id}/around?message=ID`, or `?since=MILLISECONDS` for the first message posted then or later:
/// 204 if nothing was, which is no fault of who asked, as a message that is nowhere is.
pub(crate) async fn page(
    State(state): State<AppState>,
    Path(group): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(asked @ (Asked { message: Some(_), since: None } | Asked { message: None, since: Some(_) }))) = asked
    else {
        return broken(StatusCode::BAD_REQUEST, "message is a message's id, or since a number of milliseconds");
    };
    let Ok(group) = GroupId::parse(&group) else { return refuse(&headers, RejectionCode::NoGroup.into()) };
    let is_day = asked.since.is_some();
    let read = async {
        let who = Visitor::of(&state, &extensions, &headers).known(&state).await?;
        state.chat.may(who.as_ref(), &group, Act::Read).await??;
        let found = match asked {
            Asked { message: Some(message), .. } => state.chat.store.around(&group, &message, PAGE as u32).await?,
            Asked { since, .. } => state.chat.store.since(&group, since.unwrap_or_default(), PAGE as u32).await?,
        };
        match (found, is_day) {
            (None, false) => Err(RejectionCode::NoMessage.into()),
            (found, _) => Ok::<_, Refused>((who, found)),
        }
    };
    match read.await {
        Ok((_, None)) => StatusCode::NO_CONTENT.into_response(),
        Ok((who, Some(Around { message: around, page, before }))) => {
            let messages = told_to(who.as_ref().map(|who| &who.person), page.messages);
            let (epoch, seq, more) = (page.epoch, page.seq, page.more);
            let before = before.unwrap_or(seq + 1);
            let found = Found { page: ServerFrame::Page { group, epoch, before, seq, messages, more }, around };
            let mut response = Json(found).into_response();
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
            response
        }
        Err(refused) => refuse(&headers, refused),
    }
}
