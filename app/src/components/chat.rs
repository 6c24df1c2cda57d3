//! A room: heading, state, log and composer of a connection of its own, in plain text.

use leptos::prelude::*;

use super::{composer::Composer, log::ChatLog, state::ConnectionState};
use crate::{
    connection::Connection,
    i18n::{Key, use_language},
};

/// Its name means nothing.
const PATH: &str = "/room/chatone/";

#[component]
pub(crate) fn Chat(#[prop(into)] heading: Signal<String>) -> impl IntoView {
    let language = use_language();
    let connection = Connection::new();
    Effect::new(move |_| connection.open(PATH.to_owned()));
    view! {
        <section class="chat" aria-labelledby="chat-heading">
            <div class="chat-head">
                <h1 id="chat-heading">{heading}</h1>
                <div class="chat-link needs-script">
                    <ConnectionState state=connection.state toggle=move || connection.toggle() />
                </div>
            </div>
            <p class="chat-about">{language.text(Key::RoomAbout)}</p>
            <div class="notice without-script">
                <p>{language.text(Key::NeedsScript)}</p>
                <code>{format!("ws://…{PATH}")}</code>
            </div>
            <p class="notice script-failed" role="alert">
                {language.text(Key::ScriptFailed)}
            </p>
            <div class="chat-log needs-script">
                <ChatLog log=connection.log />
            </div>
            <Composer connection placeholder=Key::RoomPlaceholder />
        </section>
    }
}
