//! Where one speaks in a group. An ordinary form, which works before the app has started and without JavaScript; with it,
//! what is sent waits in the outbox. Keeps a draft, and says whom one answers or what one edits.

use leptos::{ev, html, prelude::*};
use protocol::MessageId;

use super::composer::sends;
use crate::{
    connection::live::{Group, Wish, use_live},
    i18n::{Key, rejection, use_language},
};

/// What the text in the box will be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Drafting {
    #[default]
    New,
    Reply {
        to: MessageId,
        name: String,
    },
    Edit {
        message: MessageId,
        body: String,
    },
}

#[component]
pub(crate) fn GroupComposer(group: Group, drafting: RwSignal<Drafting>, form: Option<String>) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let input = NodeRef::<html::Textarea>::new();
    let notice = RwSignal::new(None::<Key>);
    keep_draft(group, drafting, input);

    let send = move || {
        let Some(input) = input.get_untracked() else { return };
        let text = input.value();
        if !text.trim().is_empty() {
            let refused = live.wish(group, wish(drafting.get_untracked(), text)).err();
            notice.set(refused);
            if refused.is_none() {
                input.set_value("");
                live.keep_draft(group, "");
                drafting.set(Drafting::New);
            }
        }
        let _ = input.focus();
    };
    let closed = move || live.connection.state.with(|state| state.is_closed());
    let refused = move || group.refused.with(|refused| refused.as_ref().map(|refused| rejection(refused.code)));
    view! {
        <form
            id="composer"
            class="composer"
            method="post"
            action="/chatgroup"
            on:submit=move |submit| {
                submit.prevent_default();
                send();
            }
        >
            <input type="hidden" name="groupID" value=group.id.with_value(ToString::to_string) />
            {form.map(|form| view! { <input type="hidden" name="client_id" value=form /> })}
            <Show when=move || drafting.get() != Drafting::New>
                <p class="composer-about">
                    <span>{move || about(language, &drafting.get())}</span>
                    <button type="button" class="menu-item" on:click=move |_| drafting.set(Drafting::New)>
                        {language.text(Key::Cancel)}
                    </button>
                </p>
            </Show>
            <label class="hidden" for="text">
                {language.text(Key::GroupPlaceholder)}
            </label>
            <textarea
                id="text"
                class="composer-text"
                node_ref=input
                name="body"
                rows="1"
                autocomplete="off"
                enterkeyhint="send"
                placeholder=language.text(Key::GroupPlaceholder)
                aria-describedby="composer-hint composer-notice"
                on:input=move |_| {
                    notice.set(None);
                    group.refused.set(None);
                    if let Some(input) = input.get_untracked() {
                        if !matches!(drafting.get_untracked(), Drafting::Edit { .. }) {
                            live.keep_draft(group, &input.value());
                        }
                        if !input.value().is_empty() {
                            live.typing(group);
                        }
                    }
                }
                on:keydown=move |key: ev::KeyboardEvent| {
                    if sends(&key) {
                        key.prevent_default();
                        send();
                    } else if key.key() == "Escape" && !key.is_composing() {
                        drafting.set(Drafting::New);
                    }
                }
            ></textarea>
            <div class="composer-buttons">
                <button type="submit" class="button button-main">
                    {language.text(Key::Send)}
                </button>
                <button
                    type="button"
                    class="button needs-script"
                    disabled=move || !alive.get()
                    on:click=move |_| live.connection.toggle()
                >
                    {move || language.text(if closed() { Key::Reconnect } else { Key::CloseConnection })()}
                </button>
            </div>
            <p id="composer-hint" class="composer-hint needs-script">
                {language.text(Key::EnterHint)}
            </p>
            <p id="composer-notice" class="composer-notice" role="status">
                {move || notice.get().or_else(refused).map(|key| language.text(key)())}
            </p>
        </form>
    }
}

fn wish(drafting: Drafting, body: String) -> Wish {
    match drafting {
        Drafting::New => Wish::Say { body, reply_to: None },
        Drafting::Reply { to, .. } => Wish::Say { body, reply_to: Some(to) },
        Drafting::Edit { message, .. } => Wish::Edit { message, body },
    }
}

fn about(language: crate::i18n::Language, drafting: &Drafting) -> String {
    match drafting {
        Drafting::New => String::new(),
        Drafting::Reply { name, .. } => language.filled(Key::Replying, name.clone())(),
        Drafting::Edit { .. } => language.text(Key::Editing)().to_owned(),
    }
}

/// The draft is there after a reload; what is edited takes its place for a while.
fn keep_draft(group: Group, drafting: RwSignal<Drafting>, input: NodeRef<html::Textarea>) {
    let live = use_live();
    Effect::new(move |before: Option<Drafting>| {
        let now = drafting.get();
        let Some(input) = input.get() else { return now };
        let was_edit = matches!(before, Some(Drafting::Edit { .. }));
        match &now {
            Drafting::Edit { body, .. } => input.set_value(body),
            Drafting::New | Drafting::Reply { .. } if was_edit || input.value().is_empty() => {
                input.set_value(&live.draft(group).unwrap_or_default());
            }
            Drafting::New | Drafting::Reply { .. } => {}
        }
        if before.is_some_and(|before| before != now) {
            let _ = input.focus();
        }
        now
    });
}
