//! Where one types in a room. Enter sends and Shift+Enter breaks the line, or, where that was chosen, Enter breaks it and
//! Ctrl+Enter sends; Enter that an input method uses does neither. The text box keeps its own text, so what was typed before hydration, or while disconnected, stays.

use leptos::{ev, html, prelude::*};
use protocol::MAX_FRAME_BYTES;

use crate::{
    connection::Connection,
    i18n::{Key, use_language},
    preferences::{Enter, Preferences},
};

#[component]
pub(crate) fn Composer(connection: Connection, placeholder: Key) -> impl IntoView {
    let language = use_language();
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let input = NodeRef::<html::Textarea>::new();
    let notice = RwSignal::new(None::<Key>);
    let enter = Preferences::rendered().enter;

    let send = move || {
        let Some(input) = input.get_untracked() else { return };
        notice.set(offer(connection, input.value()));
        if notice.with_untracked(Option::is_none) {
            input.set_value("");
        }
        let _ = input.focus();
    };
    view! {
        <form
            class="composer needs-script"
            on:submit=move |submit| {
                submit.prevent_default();
                send();
            }
        >
            <label class="hidden" for="text">
                {language.text(placeholder)}
            </label>
            <textarea
                id="text"
                class="composer-text"
                node_ref=input
                rows="1"
                autocomplete="off"
                enterkeyhint=keyboard(enter)
                placeholder=language.text(placeholder)
                aria-describedby="composer-hint composer-notice"
                on:input=move |_| notice.set(None)
                on:keydown=move |key| {
                    if sends(&key, enter) {
                        key.prevent_default();
                        send();
                    }
                }
            ></textarea>
            <button type="submit" class="button button-main composer-send" disabled=move || !alive.get()>
                {language.text(Key::Send)}
            </button>
            <p id="composer-hint" class="composer-hint">
                {language.text(hint(enter))}
            </p>
            <p id="composer-notice" class="composer-notice" role="status">
                {move || notice.get().map(|key| language.text(key)())}
            </p>
        </form>
    }
}

/// Hands a text to the connection. `Some` says why it stays in the box; nothing typed is nothing to say.
fn offer(connection: Connection, text: String) -> Option<Key> {
    if text.trim().is_empty() {
        return None;
    }
    if text.len() > MAX_FRAME_BYTES {
        return Some(Key::TooLong);
    }
    (!connection.send(text)).then_some(Key::NotSentKept)
}

/// Key code 229 is an input method's key: Safari reports the Enter that ends a composition as no longer composing.
pub(crate) fn sends(key: &ev::KeyboardEvent, enter: Enter) -> bool {
    let pressed = match enter {
        Enter::Sends => !key.shift_key(),
        Enter::Breaks => key.ctrl_key() || key.meta_key(),
    };
    pressed && key.key() == "Enter" && !key.is_composing() && key.key_code() != 229
}

/// What a phone's keyboard writes on the key.
pub(crate) const fn keyboard(enter: Enter) -> &'static str {
    match enter {
        Enter::Sends => "send",
        Enter::Breaks => "enter",
    }
}

pub(crate) const fn hint(enter: Enter) -> Key {
    match enter {
        Enter::Sends => Key::EnterHint,
        Enter::Breaks => Key::EnterBreaksHint,
    }
}
