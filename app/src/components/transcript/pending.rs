//! A message that the server has not confirmed: how far it is, and what to do when it was refused.

use leptos::prelude::*;
use protocol::{ClientId, Rejection};
use timeline::Saving;

use super::{Desk, message::Quote};
use crate::{
    connection::{State, live::use_live},
    i18n::{Key, clock, rejection, use_language},
};

#[component]
pub(super) fn PendingRow(desk: Desk, client_id: ClientId) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let id = StoredValue::new(client_id);
    let pending = Memo::new(move |_| {
        desk.group.timeline.with(|timeline| {
            id.with_value(|id| timeline.pending().iter().find(|pending| pending.client_id == *id).cloned())
        })
    });
    let Some(said) = pending.get_untracked() else { return view! { <li class="entry"></li> }.into_any() };
    let refused = Memo::new(move |_| {
        pending.with(|pending| match &pending.as_ref()?.saving {
            Saving::Refused(Rejection { code, .. }) => Some(*code),
            Saving::Waiting => None,
        })
    });
    let state = move || match (refused.get(), live.connection.state.get()) {
        (Some(_), _) => "failed",
        (None, State::Open) => "sending",
        (None, State::Connecting | State::Waiting { .. } | State::Closed { .. }) => "waiting",
    };
    let words = move || match (refused.get(), state()) {
        (Some(code), _) => {
            let why = language.text(rejection(code))();
            format!("{}{why}", language.text(Key::MessageFailed)())
        }
        (None, "sending") => language.text(Key::MessageSending)().to_owned(),
        (None, _) => language.text(Key::MessageWaiting)().to_owned(),
    };
    view! {
        <li class="entry line message pending" data-mine="" data-first="" data-saving=state>
            <p class="message-head">
                <span class="message-state" role="status">
                    {words}
                </span>
                <time class="message-time" datetime=clock::machine(said.at)>
                    {move || clock::hour_minute(said.at, desk.offset.get())}
                </time>
            </p>
            <div class="message-body">
                <div class="message-sheet">
                    {said.reply_to.map(|id| view! { <Quote group=desk.group id /> })}
                    <p class="line-text">{said.body}</p>
                </div>
            </div>
            <Show when=move || refused.get().is_some()>
                <div class="menu">
                    <button type="button" class="menu-item" on:click=move |_| live.retry(desk.group, &id.get_value())>
                        {language.text(Key::Retry)}
                    </button>
                    <button
                        type="button"
                        class="menu-item menu-danger"
                        on:click=move |_| live.discard(desk.group, &id.get_value())
                    >
                        {language.text(Key::Discard)}
                    </button>
                </div>
            </Show>
        </li>
    }
    .into_any()
}
