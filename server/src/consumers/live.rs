//! `/live`: the app's own socket, many groups over one connection (`app/protocol/README.md`). Here: one frame in, who
//! deals with it. What a frame does is `conversation`'s; how it is written is `socket::lanes`'.

mod conversation;
mod listener;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderValue, StatusCode, header};
use protocol::{
    ClientFrame, ClientId, CloseCode, MAX_GROUPS, MAX_LIVE_FRAME_BYTES, MAX_UNCONFIRMED, Rejection, RejectionCode,
    SUBPROTOCOL, ServerFrame,
};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::DropGuard;

use self::conversation::Conversation;
pub(crate) use self::conversation::{sentence, told_to};
use crate::{
    chat::encode,
    http::{identity, language, refusal::refuse},
    socket::{
        lanes::Lanes,
        session::{Consumer, Next},
        upgrade::{Kind, upgrade},
    },
    state::AppState,
};

const KIND: Kind = Kind { name: "live", max_frame: MAX_LIVE_FRAME_BYTES, subprotocol: Some(SUBPROTOCOL) };
/// Frames that wait for their turn. A client that asks faster than it is answered is told to come back later.
const MAX_WAITING: usize = 128;
/// When a client that has too many commands under way tries again.
const RETRY_AFTER_MS: u64 = 1_000;

/// Who comes without a name gets one with the answer: a socket's handshake may set a cookie.
pub(crate) async fn open(State(state): State<AppState>, request: Request) -> Response {
    let locale = language::of(request.headers());
    let Ok(guest) = identity::guest(&state, request.headers(), locale).await else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "nobody can be let in now; come back later");
    };
    let (chat, person) = (state.chat.clone(), guest.person);
    let (tasks, shutdown) = (state.tasks.clone(), state.shutdown.clone());
    let mut response = upgrade(&state, KIND, request, |lanes| async move {
        let (asks, queue) = mpsc::channel(MAX_WAITING);
        let unconfirmed = Arc::<AtomicUsize>::default();
        let end = shutdown.child_token();
        let conversation = Conversation::new(chat, person, locale, Arc::clone(&lanes), Arc::clone(&unconfirmed));
        let heads = conversation.heads();
        tasks.spawn(end.clone().run_until_cancelled_owned(conversation.run(queue)));
        Some(Live { lanes, asks, heads, unconfirmed, locale, greeted: false, _end: end.drop_guard() })
    })
    .await;
    if let (StatusCode::SWITCHING_PROTOCOLS, Some(cookie)) = (response.status(), guest.cookie)
        && let Ok(cookie) = HeaderValue::from_str(&cookie)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

struct Live {
    lanes: Arc<Lanes>,
    asks: mpsc::Sender<ClientFrame>,
    heads: conversation::Heads,
    /// Commands that are neither confirmed nor rejected.
    unconfirmed: Arc<AtomicUsize>,
    locale: app::i18n::Locale,
    greeted: bool,
    /// Ends the conversation with the socket.
    _end: DropGuard,
}

impl Consumer for Live {
    /// Never waits: a store that is slow must not keep a socket from being written to.
    async fn receive(&mut self, text: Utf8Bytes) -> Next {
        let Ok(frame) = serde_json::from_str::<ClientFrame>(&text) else {
            return self.part("this is no frame of teahouse.v1", CloseCode::BrokenFrame);
        };
        match (&frame, self.greeted) {
            (ClientFrame::Hello { groups, .. }, false) if groups.len() > MAX_GROUPS => {
                return self.part("too many groups for one socket", CloseCode::TooMany);
            }
            (ClientFrame::Hello { .. }, false) => self.greeted = true,
            (ClientFrame::Hello { .. }, true) => {
                return self.part("hello is said once", CloseCode::BrokenFrame);
            }
            (_, false) => return self.part("the first frame is hello", CloseCode::BrokenFrame),
            (ClientFrame::Ping { id }, true) => {
                self.lanes.answer(encode(&ServerFrame::Pong { id: *id, heads: self.heads.read() }));
                return Next::Continue;
            }
            (_, true) => {}
        }
        if let Some(client_id) = command_of(&frame) {
            if self.unconfirmed.load(Ordering::Relaxed) >= MAX_UNCONFIRMED {
                self.reject(client_id.clone());
                return Next::Continue;
            }
            self.unconfirmed.fetch_add(1, Ordering::Relaxed);
        }
        match self.asks.try_send(frame) {
            Ok(()) => Next::Continue,
            Err(_) => self.part("too much is asked at a time", CloseCode::TooMany),
        }
    }
}

impl Live {
    fn reject(&self, client_id: ClientId) {
        let code = RejectionCode::TooMany;
        let message = conversation::sentence(code, self.locale);
        let rejection = Rejection { code, message, retry_after_ms: Some(RETRY_AFTER_MS) };
        self.lanes.answer(encode(&ServerFrame::Rejected { client_id, rejection }));
    }

    fn part(&self, why: &str, code: CloseCode) -> Next {
        let retry_after_ms = code.may_reconnect().then_some(RETRY_AFTER_MS);
        self.lanes.answer(encode(&ServerFrame::Bye { why: why.to_owned(), retry_after_ms }));
        Next::Close(code)
    }
}

/// The name of a frame that wants to be confirmed.
fn command_of(frame: &ClientFrame) -> Option<&ClientId> {
    match frame {
        ClientFrame::Post { client_id, .. }
        | ClientFrame::Edit { client_id, .. }
        | ClientFrame::Delete { client_id, .. }
        | ClientFrame::React { client_id, .. } => Some(client_id),
        ClientFrame::Hello { .. }
        | ClientFrame::Subscribe(_)
        | ClientFrame::Unsubscribe { .. }
        | ClientFrame::Read { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::History { .. }
        | ClientFrame::Ping { .. } => None,
    }
}
