//! `/group/{id}/`: many people in one place, in plain text. Joins the channel-layer group, passes on what is said.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use channel_layer::{Delivery, Inbox as LayerInbox};
use http::StatusCode;
use protocol::{CloseCode, GroupId};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tracing::error;

use crate::{
    chat::{self, GroupEvent, Membership},
    http::refusal::refuse,
    socket::{
        inbox::Inbox,
        session::{Consumer, Next},
        upgrade::{Kind, upgrade},
    },
    state::AppState,
};

struct Group {
    membership: Membership,
}

/// A bad id is a page that does not exist, said before the upgrade so that every client can read it.
pub(crate) async fn open(State(state): State<AppState>, request: Request) -> Response {
    let id = match group_id(request.uri().path()) {
        Ok(id) => id,
        Err(why) => return refuse(StatusCode::NOT_FOUND, why),
    };
    let layer = state.layer.clone();
    upgrade(&state, Kind::plain("group"), request, |inbox| async move {
        match chat::join(layer, &id, Arc::new(PlainInbox(inbox))).await {
            Ok(membership) => Some(Group { membership }),
            Err(error) => {
                error!(%error, "Could not join a group");
                None
            }
        }
    })
    .await
}

impl Consumer for Group {
    async fn receive(&mut self, text: Utf8Bytes) -> Next {
        match chat::say(&self.membership, text).await {
            Ok(()) => Next::Continue,
            Err(error) => {
                error!(%error, "Could not pass on what was said in a group");
                Next::Close(CloseCode::Restarting)
            }
        }
    }
}

/// A socket's inbox as the channel layer sees it: events become plain frames.
struct PlainInbox(Arc<Inbox>);

impl LayerInbox<GroupEvent> for PlainInbox {
    fn deliver(&self, batch: &[Arc<GroupEvent>]) -> Delivery {
        if self.0.push(batch.iter().map(|event| event.plain_frame())) { Delivery::Taken } else { Delivery::Full }
    }
}

/// The id in `/group/{id}/`, percent-decoded. Read from the path itself: a router's extractor answers broken UTF-8 with
/// 400, where this page simply does not exist.
fn group_id(path: &str) -> Result<GroupId, &'static str> {
    let segment = path.strip_prefix("/group/").map(|rest| rest.strip_suffix('/').unwrap_or(rest)).unwrap_or_default();
    percent_encoding::percent_decode_str(segment)
        .decode_utf8()
        .ok()
        .and_then(|id| GroupId::parse(&id).ok())
        .ok_or("no such group: an id has 1 to 64 letters, numbers, _ or -")
}

#[cfg(test)]
mod tests {
    use super::group_id;

    #[test]
    fn an_id_is_read_from_its_address_in_any_script() {
        for (path, id) in [("/group/1/", "1"), ("/group/1", "1"), ("/group/%E8%8C%B6%E9%A6%86/", "茶馆")] {
            assert_eq!(group_id(path).unwrap().as_str(), id);
        }
    }

    #[test]
    fn what_is_no_id_is_no_group() {
        for path in
            ["/group/", "/group//", "/group/a%20b/", "/group/%ff/", "/group/a%2Fb/", "/group/1//", "/group/%00/"]
        {
            assert!(group_id(path).is_err(), "{path}");
        }
    }
}
