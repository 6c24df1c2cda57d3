//! One message: who, when, what, what it answers, and how people reacted. Never where it stands in the log.

use leptos::prelude::*;
use protocol::{Message, MessageId};

use super::{Desk, menu::MessageMenu, reactions::Reactions};
use crate::{
    connection::live::{Group, use_live},
    i18n::{Key, clock, use_language},
};

/// The most characters of a message in a quote of it.
const QUOTED: usize = 120;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) message: Message,
    unsaved: bool,
}

#[component]
pub(super) fn MessageRow(desk: Desk, seq: u64, first: bool) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let group = desk.group;
    let said = Memo::new(move |_| {
        group.timeline.with(|timeline| {
            let shown = timeline.shown(seq)?;
            Some(Said { unsaved: shown.unsaved, message: shown.message.into_owned() })
        })
    });
    let Some(Said { message: Message { by, at, reply_to, .. }, .. }) = said.get_untracked() else {
        return view! { <li class="entry"></li> }.into_any();
    };
    let author = StoredValue::new(by.id);
    let mine =
        Memo::new(move |_| live.me.with(|me| me.as_ref().is_some_and(|me| author.with_value(|by| me.id == *by))));
    let deleted = Memo::new(move |_| said.with(|said| said.as_ref().is_some_and(|said| said.message.deleted)));
    let open = Memo::new(move |_| desk.menu.get() == Some(seq) && !deleted.get());
    let name = by.name.clone();
    view! {
        <li
            class="entry line message"
            data-first=first.then_some("")
            data-mine=move || mine.get().then_some("")
            data-unsaved=move || said.with(|said| said.as_ref().is_some_and(|said| said.unsaved)).then_some("")
        >
            <p class="message-head">
                <span class="message-author">{by.name}</span>
                <time class="message-time" datetime=clock::machine(at)>
                    {move || clock::hour_minute(at, desk.offset.get())}
                </time>
            </p>
            <div class="message-body">
                <div class="message-sheet">
                    {reply_to.map(|id| view! { <Quote group id /> })}
                    {move || {
                        said.with(|said| {
                            let message = &said.as_ref()?.message;
                            Some(
                                if message.deleted {
                                    view! { <p class="message-gone">{language.text(Key::MessageDeleted)}</p> }.into_any()
                                } else {
                                    view! { <p class="line-text">{message.body.clone()}</p> }.into_any()
                                },
                            )
                        })
                    }}
                    {move || {
                        said.with(|said| said.as_ref().is_some_and(|said| said.message.edited_at.is_some()))
                            .then(|| view! { <span class="message-edited">{language.text(Key::MessageEdited)}</span> })
                    }}
                </div>
                <Show when=move || !deleted.get()>
                    <button
                        type="button"
                        class="message-more needs-script"
                        tabindex="-1"
                        aria-label=language.filled(Key::MessageMore, name.clone())
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| desk.menu.set((!open.get_untracked()).then_some(seq))
                    >
                        "⋯"
                    </button>
                </Show>
            </div>
            <Reactions desk said />
            <Show when=move || open.get()>
                <MessageMenu desk said mine />
            </Show>
        </li>
    }
    .into_any()
}

/// The message that another answers, if it is here.
#[component]
pub(super) fn Quote(group: Group, id: MessageId) -> impl IntoView {
    let language = use_language();
    let quoted = Memo::new(move |_| {
        group.timeline.with(|timeline| {
            let message = timeline.message(&id)?;
            Some((message.by.name.clone(), message.deleted, beginning(&message.body)))
        })
    });
    move || {
        quoted.get().map(|(name, deleted, text)| {
            view! {
                <blockquote class="quote">
                    <cite>{name}</cite>
                    <span>{if deleted { language.text(Key::MessageDeleted)().to_owned() } else { text }}</span>
                </blockquote>
            }
        })
    }
}

/// A message in one line.
pub(super) fn beginning(body: &str) -> String {
    let mut words = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(QUOTED) {
        words.truncate(end);
        words.push('…');
    }
    words
}
