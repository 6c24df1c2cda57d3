//! `/chatone`: one visitor and the server, alone.

use leptos::prelude::*;

use crate::{
    components::chat::Chat,
    components::page_title::PageTitle,
    i18n::{Key, use_language},
};

#[component]
pub(crate) fn ChatOne() -> impl IntoView {
    let language = use_language();
    let heading = Signal::derive(move || language.text(Key::RoomTitle)().to_owned());
    view! {
        <PageTitle text=heading />
        <Chat heading />
    }
}
