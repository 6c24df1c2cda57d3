//! A chat: heading, state, log and composer of one connection. What differs between a room and a group is in `Place`.

use leptos::prelude::*;
use protocol::{GROUP_PREFIX, GroupId, ROOM_PREFIX};

use super::{composer::Composer, log::ChatLog, state::ConnectionState};
use crate::{
    connection::{Connection, Status},
    i18n::{Key, use_language},
};

/// Where one chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Room,
    Group(GroupId),
}

#[component]
pub(crate) fn Chat(place: Place, #[prop(into)] heading: Signal<String>) -> impl IntoView {
    let language = use_language();
    let connection = Connection::new();
    let path = place.socket_path();
    Effect::new({
        let path = path.clone();
        move |_| connection.open(path.clone())
    });
    view! {
        <section class="chat" aria-labelledby="chat-heading">
            <div class="chat-head">
                <h1 id="chat-heading">{heading}</h1>
                <div class="needs-script">
                    <ConnectionState state=connection.state />
                </div>
            </div>
            <p class="chat-about">{language.text(place.about())}</p>
            <div class="notice without-script">
                <p>{language.text(Key::NeedsScript)}</p>
                <code>{format!("ws://…{path}")}</code>
            </div>
            <p class="notice script-failed" role="alert">
                {language.text(Key::ScriptFailed)}
            </p>
            <div class="chat-log needs-script">
                <ChatLog log=connection.log place=place.clone() />
            </div>
            <Composer connection placeholder=place.placeholder() />
        </section>
    }
}

impl Place {
    /// The plain-text socket of this place. A room's name means nothing; a group's is percent-encoded by hand because
    /// only UTF-8 bytes and the letters of `GroupId` can occur.
    fn socket_path(&self) -> String {
        match self {
            Self::Room => "/room/chatone/".to_owned(),
            Self::Group(id) => {
                let escaped: String = id
                    .as_str()
                    .bytes()
                    .map(|byte| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
                    .collect();
                format!("/group/{escaped}/")
            }
        }
    }

    pub(crate) fn prefix(&self) -> &'static str {
        match self {
            Self::Room => ROOM_PREFIX,
            Self::Group(_) => GROUP_PREFIX,
        }
    }

    pub(crate) fn prefix_words(&self) -> Key {
        match self {
            Self::Room => Key::RoomPrefix,
            Self::Group(_) => Key::GroupPrefix,
        }
    }

    pub(crate) fn empty_words(&self) -> Key {
        match self {
            Self::Room => Key::LogEmptyRoom,
            Self::Group(_) => Key::LogEmptyGroup,
        }
    }

    pub(crate) fn status_words(&self, status: Status) -> Key {
        match (self, status) {
            (_, Status::Open) => Key::LineOpen,
            (_, Status::Failed) => Key::LineFailed,
            (_, Status::Lost) => Key::LineLost,
            (Self::Room, Status::ClosedByVisitor) => Key::LineClosedRoom,
            (Self::Group(_), Status::ClosedByVisitor) => Key::LineClosedGroup,
        }
    }

    fn about(&self) -> Key {
        match self {
            Self::Room => Key::RoomAbout,
            Self::Group(_) => Key::GroupAbout,
        }
    }

    fn placeholder(&self) -> Key {
        match self {
            Self::Room => Key::RoomPlaceholder,
            Self::Group(_) => Key::GroupPlaceholder,
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::GroupId;

    use super::Place;

    #[test]
    fn a_group_in_any_script_has_a_socket_address() {
        let path = |id: &str| Place::Group(GroupId::parse(id).unwrap()).socket_path();
        assert_eq!(path("tea_1-x"), "/group/tea_1-x/");
        assert_eq!(path("茶馆"), "/group/%E8%8C%B6%E9%A6%86/");
    }
}
