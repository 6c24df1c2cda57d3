//! `/group/{id}/`: many people in one place, in plain text. What is said here is stored like everything that is said, and
//! what is said through any door is heard here.

use std::sync::{Arc, OnceLock};

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use protocol::{CloseCode, Epoch, GroupId, Person, PersonId, RejectionCode, ResetWhy, Seq};
use store::{Command, Who};
use tokio::sync::{AcquireError, Semaphore};
use tracing::{error, warn};

use crate::{
    chat::{Act, Caller, Denied, Happened, Joined, Refused, Seat, Subscriber, Subscription},
    http::{
        identity::Visitor,
        refusal::{self, refuse},
    },
    limits::{Held, TooMany},
    socket::{
        inbox::{End, Inbox},
        session::{Consumer, Next},
        upgrade::{Kind, upgrade},
    },
    state::AppState,
};

/// A bad id is a page that does not exist, said before the upgrade so that every client can read it.
pub(crate) async fn open(State(state): State<AppState>, request: Request) -> Response {
    let group = match group_id(request.uri().path()) {
        Ok(group) => group,
        Err(why) => return refuse(StatusCode::NOT_FOUND, why),
    };
    let visitor = Visitor::of(&state, request.extensions(), request.headers());
    let services = state.clone();
    upgrade(&state, Kind::plain("group"), request, |inbox: Arc<Inbox>| async move {
        Group::join(services, group, visitor, inbox).await
    })
    .await
}

/// Texts of one socket that wait to be stored; then it is not read any further.
const MAX_UNSTORED: usize = 32;

struct Group {
    state: AppState,
    group: GroupId,
    visitor: Visitor,
    listener: Arc<PlainListener>,
    /// Known from the first text on, if not before: who only listens needs no name, and no room for one.
    caller: Option<Box<Caller>>,
    /// Room for texts that are not stored yet; who has said nothing has none.
    unstored: Option<Arc<Semaphore>>,
    /// As long as it lives it counts as theirs.
    held: Held<PersonId>,
    #[expect(dead_code, reason = "held: dropping it leaves the group")]
    place: Subscription,
}

impl Consumer for Group {
    async fn receive(&mut self, text: String) -> Next {
        match self.say(text).await {
            Ok(()) => Next::Continue,
            Err(refused) => Next::Close(refused_with(&self.group, refused)),
        }
    }
}

impl Group {
    async fn join(state: AppState, group: GroupId, visitor: Visitor, inbox: Arc<Inbox>) -> Result<Self, Response> {
        let who = visitor.known(&state).await.map_err(|error| refusal::of_socket(error.into()))?;
        let held = match &who {
            Some(who) => state.limits.socket(&who.person.id).map_err(|TooMany| refusal::too_many_sockets())?,
            None => None,
        };
        let (listener, place) =
            Self::listen(&state, &group, &visitor, who.as_ref(), inbox).await.map_err(refusal::of_socket)?;
        let caller = who.map(|who| Box::new(Caller { who: Arc::new(who), from: visitor.from }));
        Ok(Self { state, group, visitor, listener, caller, unstored: None, held, place })
    }

    async fn listen(
        state: &AppState,
        group: &GroupId,
        visitor: &Visitor,
        who: Option<&Who>,
        inbox: Arc<Inbox>,
    ) -> Result<(Arc<PlainListener>, Subscription), Refused> {
        let topic = match state.chat.hub.open(group) {
            Some(topic) => topic,
            None => {
                state.chat.may(who, group, Act::Read).await??;
                state.chat.hub.topic(group).await.map_err(|error| {
                    error!(%group, %error, "Could not join a group");
                    Refused::from(RejectionCode::Unavailable)
                })?
            }
        };
        // What changes from here on, the topic hears; what changed before, or while it was opened, the store says.
        let changes = topic.changes();
        state.chat.may(who, group, Act::Read).await??;
        let room = state.chat.room_for(&topic, who, visitor.from)?;
        let listener = Arc::new(PlainListener { inbox, known: OnceLock::new() });
        if let Some(who) = who {
            listener.is(state, who);
        }
        let Joined::Here(mut place) = topic.join(&(Arc::clone(&listener) as Arc<dyn Subscriber>), None) else {
            return Err(RejectionCode::Unavailable.into());
        };
        topic.let_in_at(changes);
        place.room = room;
        Ok((listener, place))
    }

    /// Goes on before it is stored: what follows is stored with it. In the order in which it was said.
    async fn say(&mut self, body: String) -> Result<(), Refused> {
        let unstored = self.unstored.get_or_insert_with(|| Arc::new(Semaphore::new(MAX_UNSTORED)));
        let room = Arc::clone(unstored).acquire_owned().await;
        let room = room.map_err(|_: AcquireError| Refused::from(RejectionCode::Unavailable))?;
        let caller = match &self.caller {
            Some(caller) => caller,
            None => {
                let caller = self.visitor.guest(&self.state).await?.caller;
                let held = self.state.limits.socket(&caller.who.person.id);
                self.held = held.map_err(|TooMany| Refused::from(RejectionCode::TooMany))?;
                self.listener.is(&self.state, &caller.who);
                self.caller.insert(Box::new(caller))
            }
        };
        let command = Command::Post { body, reply_to: None };
        let stored = self.state.chat.submit(&self.group, caller, None, command).await?;
        let (group, inbox) = (self.group.clone(), Arc::clone(&self.listener.inbox));
        // Ends by itself: the store answers everybody, also when it closes.
        self.state.tasks.spawn(async move {
            if let Err(refused) = stored.await {
                inbox.end(refused_with(&group, refused));
            }
            drop(room);
        });
        Ok(())
    }
}

/// Plain text has no words for a refusal; a close tells that what was said is not there.
fn refused_with(group: &GroupId, refused: Refused) -> CloseCode {
    if refused.code == RejectionCode::Unavailable {
        warn!(%group, "Could not store what was said on a plain socket");
    }
    closing(refused.code)
}

/// What a client that may not go on is told by the only means there is.
const fn closing(code: RejectionCode) -> CloseCode {
    match code {
        RejectionCode::SignIn => CloseCode::SignIn,
        RejectionCode::TooMany => CloseCode::TooMany,
        RejectionCode::TooLong => CloseCode::TooBig,
        RejectionCode::Forbidden | RejectionCode::Archived | RejectionCode::NoGroup => CloseCode::Banned,
        _ => CloseCode::Restarting,
    }
}

/// A socket's inbox as the chat sees it: what is said becomes plain frames, the rest is not for this door.
struct PlainListener {
    inbox: Arc<Inbox>,
    known: OnceLock<Box<Known>>,
}

/// Who listens.
struct Known {
    who: Who,
    /// Through which the end of the session ends the socket.
    _seat: Seat,
}

impl PlainListener {
    /// It is known now who listens.
    fn is(&self, state: &AppState, who: &Who) {
        self.known.get_or_init(|| {
            let seat = state.chat.sessions.open(&who.session, Arc::clone(&self.inbox) as Arc<dyn End>);
            Box::new(Known { who: who.clone(), _seat: seat })
        });
    }
}

impl Subscriber for PlainListener {
    fn events(&self, events: &[Arc<Happened>]) -> bool {
        self.inbox.push(events.iter().filter_map(|event| event.plain_frame()))
    }

    fn has_room(&self) -> bool {
        self.inbox.has_room()
    }

    /// Plain text has no history to read again.
    fn reset(&self, _: &GroupId, _: &Epoch, _: Seq, _: ResetWhy) {}

    fn person(&self) -> Option<&Person> {
        None
    }

    fn who(&self) -> Option<Who> {
        self.known.get().map(|known| known.who.clone())
    }

    fn gone(&self, _: &GroupId, why: Denied) {
        self.inbox.end(closing(why.code()));
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
