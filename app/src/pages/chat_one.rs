//! `/chatone`: one visitor and the server, alone.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::chat::Chat,
    i18n::{Key, use_language},
};

#[component]
pub(crate) fn ChatOne() -> impl IntoView {
    let language = use_language();
    let heading = Signal::derive(move || language.text(Key::RoomTitle)().to_owned());
    view! {
        <Title text=move || heading.get() />
        <Chat heading />
    }
}
