//! `/room/…`: one visitor and the server, alone. Every text comes back with a prefix; `exit` ends it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use protocol::{CloseCode, EXIT, ROOM_PREFIX};

use crate::{
    socket::{
        inbox::Inbox,
        session::{Consumer, Next},
        upgrade::{Kind, upgrade},
    },
    state::AppState,
};

struct Room {
    inbox: Arc<Inbox>,
}

/// Any path below `/room/` is a room; what stands there means nothing.
pub(crate) async fn open(State(state): State<AppState>, request: Request) -> Response {
    upgrade(&state, Kind::plain("room"), request, |inbox| async { Ok(Room { inbox }) }).await
}

impl Consumer for Room {
    async fn receive(&mut self, text: String) -> Next {
        if text == EXIT {
            return Next::Close(CloseCode::Done);
        }
        // If it does not fit, the session sees the overflow and closes.
        self.inbox.push(&[format!("{ROOM_PREFIX}{text}").into()]);
        Next::Continue
    }
}
