//! How the connection is, and the button that ends or begins it. Not a live region: the log announces each change, once.

use leptos::prelude::*;

use crate::{
    connection::{State, Why},
    i18n::{Key, use_language},
};

#[component]
pub(crate) fn ConnectionState(
    state: RwSignal<State>,
    /// Ends the connection, or begins it again.
    toggle: impl Fn() + 'static,
) -> impl IntoView {
    let language = use_language();
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let retry = move || match state.get() {
        State::Waiting { seconds, .. } => Some(language.filled(Key::RetryIn, seconds.to_string())()),
        State::Connecting | State::Open | State::Closed { .. } => None,
    };
    let does = Signal::derive(move || {
        let closed = state.with(State::is_closed);
        language.text(if closed { Key::Reconnect } else { Key::CloseConnection })().to_owned()
    });
    view! {
        <p class="state" data-state=move || name(state.get())>
            <span>{move || language.text(words(state.get()))()}</span>
            <span class="state-retry" aria-hidden="true">
                {retry}
            </span>
        </p>
        <button
            type="button"
            class="button state-toggle"
            disabled=Signal::derive(move || !alive.get())
            hidden=Signal::derive(move || state.with(|state| state.sent_away().is_some()))
            on:click=move |_| toggle()
        >
            {does}
        </button>
    }
}

fn name(state: State) -> &'static str {
    match state {
        State::Connecting => "connecting",
        State::Open => "open",
        State::Waiting { why: Why::Failed, .. } => "failed",
        State::Waiting { why: Why::Lost, .. } => "lost",
        State::Closed { .. } => "closed",
    }
}

fn words(state: State) -> Key {
    match state {
        State::Connecting => Key::StateConnecting,
        State::Open => Key::StateOpen,
        State::Waiting { why: Why::Failed, .. } => Key::StateFailed,
        State::Waiting { why: Why::Lost, .. } | State::Closed { by_visitor: false, .. } => Key::StateLost,
        State::Closed { by_visitor: true, .. } => Key::StateClosed,
    }
}
