//! `/group/{id}/`: many people in one place, in plain text. What is said here is stored like everything that is said, and
//! what is said through any door is heard here.

use std::sync::Arc;

use app::i18n::Locale;
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use protocol::{CloseCode, Epoch, GroupId, Person, ResetWhy, Seq};
use store::Command;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tracing::{error, warn};

use crate::{
    chat::{Happened, Joined, Subscriber, Subscription},
    http::{identity, language, refusal::refuse},
    socket::{
        inbox::Inbox,
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
    let (headers, locale) = (request.headers().clone(), language::of(request.headers()));
    let services = state.clone();
    upgrade(&state, Kind::plain("group"), request, |inbox: Arc<Inbox>| async move {
        match services.chat.hub.topic(&group).await {
            Ok(topic) => match topic.join(&(Arc::new(PlainListener(inbox)) as Arc<dyn Subscriber>), None) {
                Joined::Here(place) => Some(Group { state: services, group, headers, locale, person: None, place }),
                Joined::Behind | Joined::Ahead | Joined::Partly(_) => None,
            },
            Err(error) => {
                error!(%group, %error, "Could not join a group");
                None
            }
        }
    })
    .await
}

struct Group {
    state: AppState,
    group: GroupId,
    headers: HeaderMap,
    locale: Locale,
    /// Known from the first text on: who only listens needs no name.
    person: Option<Person>,
    #[expect(dead_code, reason = "held: dropping it leaves the group")]
    place: Subscription,
}

impl Consumer for Group {
    async fn receive(&mut self, text: Utf8Bytes) -> Next {
        match self.say(text.as_str()).await {
            Ok(()) => Next::Continue,
            Err(why) => {
                // Plain text has no words for a refusal; a close tells that what was said is not there.
                warn!(group = %self.group, why, "Could not store what was said on a plain socket");
                Next::Close(CloseCode::Restarting)
            }
        }
    }
}

impl Group {
    async fn say(&mut self, text: &str) -> Result<(), String> {
        let person = match &self.person {
            Some(person) => person,
            None => {
                let guest = identity::guest(&self.state, &self.headers, self.locale).await;
                self.person.insert(guest.map_err(|error| error.to_string())?.person)
            }
        };
        let command = Command::Post { body: text.to_owned(), reply_to: None };
        let stored = self.state.chat.command(&self.group, person, None, command).await;
        stored.map(drop).map_err(|code| format!("{code:?}"))
    }
}

/// A socket's inbox as the chat sees it: what is said becomes plain frames, the rest is not for this door.
struct PlainListener(Arc<Inbox>);

impl Subscriber for PlainListener {
    fn events(&self, events: &[Arc<Happened>]) -> bool {
        self.0.push(events.iter().filter_map(|event| event.plain_frame()))
    }

    fn has_room(&self) -> bool {
        self.0.has_room()
    }

    /// Plain text has no history to read again.
    fn reset(&self, _: &GroupId, _: &Epoch, _: Seq, _: ResetWhy) {}

    fn person(&self) -> Option<&Person> {
        None
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
