//! `/live`: the app's own socket, many groups over one connection (`app/protocol/README.md`). Here: one frame in, who
//! deals with it. What a frame does is `conversation`'s; how it is written is `socket::lanes`'.

mod conversation;
mod desk;
mod heads;
mod listener;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderValue, StatusCode, header};
use litemap::LiteMap;
use protocol::{
    ClientFrame, ClientId, CloseCode, GroupId, MAX_GROUPS, MAX_LIVE_FRAME_BYTES, MAX_UNCONFIRMED, PersonId, Rejection,
    RejectionCode, SUBPROTOCOL, ServerFrame,
};
use websocket::Frame;

pub(crate) use self::conversation::{sentence, told_to};
use self::{conversation::Conversation, desk::Desk, heads::Heads};
use crate::{
    chat::{Seat, encode},
    http::{identity::Visitor, refusal},
    limits::{Held, TooMany},
    socket::{
        inbox::End,
        lanes::Lanes,
        session::{Consumer, Next},
        upgrade::{Kind, upgrade},
    },
    state::AppState,
};

const KIND: Kind = Kind { name: "live", max_frame: MAX_LIVE_FRAME_BYTES, subprotocol: Some(SUBPROTOCOL) };
/// When a client that has too many commands under way tries again.
const RETRY_AFTER_MS: u64 = 1_000;
/// The time over which the sockets of a server that restarts come back.
const RETURN_WITHIN_MS: u128 = 3_000;

/// Who comes without a name gets one with the answer: a socket's handshake may set a cookie.
pub(crate) async fn open(State(state): State<AppState>, request: Request) -> Response {
    let visitor = Visitor::of(&state, request.extensions(), request.headers());
    let (locale, mut cookie) = (visitor.locale, None);
    let (told, services) = (&mut cookie, state.clone());
    let mut response = upgrade(&state, KIND, request, |lanes: Arc<Lanes>| async move {
        let guest = visitor.guest(&services).await.map_err(refusal::of_socket)?;
        if !guest.is_new {
            services.chat.may_come(&guest.caller.who).await.map_err(refusal::of_socket)?;
        }
        *told = guest.cookie;
        let held =
            services.limits.socket(&guest.caller.who.person.id).map_err(|TooMany| refusal::too_many_sockets())?;
        let seat = services.chat.sessions.open(&guest.caller.who.session, Arc::clone(&lanes) as Arc<dyn End>);
        let (chat, shutdown, me) = (services.chat.clone(), services.shutdown.clone(), guest.caller);
        let unconfirmed = Arc::<AtomicUsize>::default();
        let (mut heads, mut away) = Default::default();
        let desk = Desk::new(services.tasks.clone(), Arc::clone(&lanes) as Arc<dyn End>, |desk| {
            let conversation =
                Conversation::new(chat, shutdown, me, locale, Arc::clone(&lanes), Arc::clone(&unconfirmed), desk);
            (heads, away) = (conversation.heads(), conversation.away());
            conversation
        });
        Ok(Live {
            lanes,
            desk,
            heads,
            unconfirmed,
            away,
            locale,
            greeted: false,
            groups: LiteMap::with_capacity(1),
            _seat: seat,
            _held: held,
        })
    })
    .await;
    if let (StatusCode::SWITCHING_PROTOCOLS, Some(cookie)) = (response.status(), cookie)
        && let Ok(cookie) = HeaderValue::from_str(&cookie)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

struct Live {
    lanes: Arc<Lanes>,
    desk: Arc<Desk<Conversation>>,
    heads: Heads,
    /// Commands that are neither confirmed nor rejected.
    unconfirmed: Arc<AtomicUsize>,
    /// The conversation waits for the store.
    away: Arc<AtomicBool>,
    locale: app::i18n::Locale,
    greeted: bool,
    /// What it has asked to hear.
    groups: LiteMap<GroupId, ()>,
    /// Through which the end of the session ends the socket.
    _seat: Seat,
    /// As long as it lives it counts as its person's.
    _held: Held<PersonId>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.desk.end();
    }
}

impl Consumer for Live {
    /// Never waits: a store that is slow must not keep a socket from being written to.
    async fn receive(&mut self, text: String) -> Next {
        let Ok(frame) = serde_json::from_str::<ClientFrame>(&text) else {
            return self.refuse("this is no frame of teahouse.v1", CloseCode::BrokenFrame);
        };
        match (&frame, self.greeted) {
            (ClientFrame::Hello { groups, .. }, false) => {
                self.greeted = true;
                self.groups.extend(groups.iter().map(|place| (place.group.clone(), ())));
            }
            (ClientFrame::Hello { .. }, true) => {
                return self.refuse("hello is said once", CloseCode::BrokenFrame);
            }
            (_, false) => return self.refuse("the first frame is hello", CloseCode::BrokenFrame),
            (ClientFrame::Ping { id }, true) => {
                self.lanes.answer(encode(&ServerFrame::Pong { id: *id, heads: self.heads.read() }));
                return Next::Continue;
            }
            (ClientFrame::Subscribe(place), true) => drop(self.groups.insert(place.group.clone(), ())),
            (ClientFrame::Unsubscribe { group }, true) => drop(self.groups.remove(group)),
            (_, true) => {}
        }
        if self.groups.len() > MAX_GROUPS {
            return self.refuse("too many groups for one socket", CloseCode::TooMany);
        }
        if let Some(client_id) = command_of(&frame) {
            let refusal = if self.away.load(Ordering::Relaxed) {
                Some(RejectionCode::Unavailable)
            } else if self.unconfirmed.load(Ordering::Relaxed) >= MAX_UNCONFIRMED {
                Some(RejectionCode::TooMany)
            } else {
                None
            };
            if let Some(code) = refusal {
                self.reject(client_id.clone(), code);
                return Next::Continue;
            }
            self.unconfirmed.fetch_add(1, Ordering::Relaxed);
        }
        if self.desk.ask(frame) {
            Next::Continue
        } else {
            self.refuse("too much is asked at a time", CloseCode::TooMany)
        }
    }

    fn part(&mut self) {
        self.lanes.answer(bye("restarting", Some(spread())));
    }
}

impl Live {
    fn reject(&self, client_id: ClientId, code: RejectionCode) {
        let message = conversation::sentence(code, self.locale);
        let rejection = Rejection { code, message, retry_after_ms: Some(RETRY_AFTER_MS) };
        self.lanes.answer(encode(&ServerFrame::Rejected { client_id, rejection }));
    }

    fn refuse(&self, why: &str, code: CloseCode) -> Next {
        self.lanes.answer(bye(why, code.may_reconnect().then_some(RETRY_AFTER_MS)));
        Next::Close(code)
    }
}

/// Last words. `why` is for logs, in English: what a person is told follows from the code.
fn bye(why: &str, retry_after_ms: Option<u64>) -> Frame {
    encode(&ServerFrame::Bye { why: why.to_owned(), retry_after_ms })
}

/// Everyone comes back at another moment.
fn spread() -> u64 {
    u64::try_from(uuid::Uuid::new_v4().as_u128() % RETURN_WITHIN_MS).unwrap_or_default()
}

/// The name of a frame that wants to be confirmed.
fn command_of(frame: &ClientFrame) -> Option<&ClientId> {
    match frame {
        ClientFrame::Post { client_id, .. }
        | ClientFrame::Edit { client_id, .. }
        | ClientFrame::Delete { client_id, .. }
        | ClientFrame::React { client_id, .. }
        | ClientFrame::Pin { client_id, .. } => Some(client_id),
        ClientFrame::Hello { .. }
        | ClientFrame::Subscribe(_)
        | ClientFrame::Unsubscribe { .. }
        | ClientFrame::Read { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::History { .. }
        | ClientFrame::Ping { .. } => None,
    }
}
