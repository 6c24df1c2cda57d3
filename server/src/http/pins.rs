//! What is pinned in a group, for its page and for `GET /api/groups/{id}/pins`. Who may read or pin is `chat::access`'s.

use app::pinned::{Pin, Pins};
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderValue, header};
use protocol::{GroupId, RejectionCode, Seq};
use store::{Access, StoreError, Who};

use super::{api::refuse, identity::Visitor};
use crate::{
    chat::{Act, Refused, decide},
    state::AppState,
};

/// Of what a message says, this much: the list is in every page.
const MAX_TEXT_CHARS: usize = 200;

/// `GET /api/groups/{id}/pins`: the latest pin first. Nothing else tells the text of a pinned message that is not loaded.
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(group): Path<String>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Response {
    let Ok(group) = GroupId::parse(&group) else { return refuse(&headers, RejectionCode::NoGroup.into()) };
    let read = async {
        let who = Visitor::of(&state, &extensions, &headers).known(&state).await?;
        let access = state.chat.may(who.as_ref(), &group, Act::Read).await??;
        Ok::<_, Refused>(pins(&state, who.as_ref(), &group, &access).await?)
    };
    match read.await {
        Ok(pins) => {
            let mut response = Json(pins).into_response();
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
            response
        }
        Err(refused) => refuse(&headers, refused),
    }
}

async fn pins(state: &AppState, who: Option<&Who>, group: &GroupId, access: &Access) -> Result<Pins, StoreError> {
    let store::Pins { seq, pins, .. } = state.chat.store.pins(group).await?;
    Ok(shown(who, access, seq, pins))
}

/// The pins of a group that somebody may read, as they are after event `seq`.
pub(crate) fn shown(who: Option<&Who>, access: &Access, seq: Seq, pins: Vec<store::Pin>) -> Pins {
    let pins =
        pins.into_iter().map(|store::Pin { message, by, beginning, .. }| Pin { message, by, text: short(beginning) });
    Pins { seq, may_pin: decide(who, access, Act::Pin).is_ok(), pins: pins.collect() }
}

fn short(text: String) -> String {
    match text.char_indices().nth(MAX_TEXT_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT_CHARS, short};

    #[test]
    fn a_long_text_is_told_by_its_beginning() {
        assert_eq!(short("水开了".to_owned()), "水开了");
        assert_eq!(short("茶".repeat(MAX_TEXT_CHARS + 1)), "茶".repeat(MAX_TEXT_CHARS) + "…");
    }
}
