//! The small sign that says how the connection is. Not a live region: the log announces each change, once.

use leptos::prelude::*;

use crate::{
    connection::{State, Why},
    i18n::{Key, use_language},
};

#[component]
pub(crate) fn ConnectionState(state: RwSignal<State>) -> impl IntoView {
    let language = use_language();
    let retry = move || match state.get() {
        State::Waiting { seconds, .. } => Some(language.filled(Key::RetryIn, seconds.to_string())()),
        State::Connecting | State::Open | State::Closed { .. } => None,
    };
    view! {
        <p class="state" data-state=move || name(state.get())>
            <span>{move || language.text(words(state.get()))()}</span>
            <span class="state-retry" aria-hidden="true">
                {retry}
            </span>
        </p>
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
