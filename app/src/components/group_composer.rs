//! Where one speaks in a group. An ordinary form, which works before the app has started and without JavaScript; with it,
//! what is sent waits in the outbox. Keeps a draft, and says whom one answers or what one edits.

use leptos::{ev, html, prelude::*};
use protocol::GroupId;

use super::composer::sends;
use crate::{
    connection::{
        State,
        live::{Drafting, Group, Wish, use_live},
    },
    i18n::{Key, Language, rejection, use_language},
};

#[component]
pub(crate) fn GroupComposer(group: Group, id: GroupId, form: String) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let input = NodeRef::<html::Textarea>::new();
    let notice = RwSignal::new(None::<Key>);
    keep_draft(group, input);

    let send = move || {
        let Some(input) = input.get_untracked() else { return };
        let text = input.value();
        let drafting = group.peek(|open| open.drafting.clone()).unwrap_or_default();
        if !text.trim().is_empty() {
            let refused = live.wish(group, wish(drafting, text)).err();
            notice.set(refused);
            if refused.is_none() {
                input.set_value("");
                let edited = group.change(|open| {
                    let edited = matches!(open.drafting, Drafting::Edit { .. });
                    open.spoke += u32::from(!edited);
                    open.drafting = Drafting::New;
                    edited
                });
                if edited == Some(false) {
                    live.keep_draft(group, "");
                }
            }
        }
        let _ = input.focus();
    };
    let typed = move || {
        notice.set(None);
        let Some(input) = input.get_untracked() else { return };
        let text = input.value();
        let (edits, refused) = group
            .peek(|open| (matches!(open.drafting, Drafting::Edit { .. }), open.refused.is_some()))
            .unwrap_or_default();
        if !edits {
            live.keep_draft(group, &text);
        }
        if refused {
            group.change(|open| open.refused = None);
        }
        if !text.is_empty() {
            live.typing(group);
        }
    };
    let about = Signal::derive(move || about(language, &group.read(|open| open.drafting.clone()).unwrap_or_default()));
    let words = Signal::derive(move || {
        let refused = group.read(|open| open.refused.map(rejection)).flatten();
        notice.get().or(refused).map(|key| language.text(key)().to_owned()).unwrap_or_default()
    });
    let toggle = Signal::derive(move || {
        let closed = matches!(live.connection.state.get(), State::Closed { .. });
        language.text(if closed { Key::Reconnect } else { Key::CloseConnection })().to_owned()
    });
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
            <input type="hidden" name="groupID" value=id.to_string() />
            <input type="hidden" name="client_id" value=form />
            <p class="composer-about" hidden=Signal::derive(move || about.with(String::is_empty))>
                <span>{about}</span>
                <button
                    type="button"
                    class="menu-item"
                    on:click=move |_| group.set(|open| open.drafting = Drafting::New)
                >
                    {language.text(Key::Cancel)}
                </button>
            </p>
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
                on:input=move |_| typed()
                on:keydown=move |key: ev::KeyboardEvent| {
                    if sends(&key) {
                        key.prevent_default();
                        send();
                    } else if key.key() == "Escape" && !key.is_composing() {
                        group.change(|open| open.drafting = Drafting::New);
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
                    disabled=Signal::derive(move || !alive.get())
                    on:click=move |_| live.connection.toggle()
                >
                    {toggle}
                </button>
            </div>
            <p id="composer-hint" class="composer-hint needs-script">
                {language.text(Key::EnterHint)}
            </p>
            <p
                id="composer-notice"
                class="composer-notice"
                role="status"
                data-quiet=Signal::derive(move || words.with(String::is_empty))
            >
                {words}
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

fn about(language: Language, drafting: &Drafting) -> String {
    match drafting {
        Drafting::New => String::new(),
        Drafting::Reply { name, .. } => language.filled(Key::Replying, name.clone())(),
        Drafting::Edit { .. } => language.text(Key::Editing)().to_owned(),
    }
}

/// The draft is there after a reload; what is edited takes its place for a while.
fn keep_draft(group: Group, input: NodeRef<html::Textarea>) {
    let live = use_live();
    let before = StoredValue::new(None::<Drafting>);
    Effect::new(move |_| {
        let now = group.read(|open| open.drafting.clone()).unwrap_or_default();
        let Some(input) = input.get() else { return };
        let was = before.get_value();
        if was.as_ref() == Some(&now) {
            return;
        }
        let was_edit = matches!(was, Some(Drafting::Edit { .. }));
        match &now {
            Drafting::Edit { body, .. } => input.set_value(body),
            Drafting::New | Drafting::Reply { .. } if was_edit || input.value().is_empty() => {
                input.set_value(&live.draft(group).unwrap_or_default());
            }
            Drafting::New | Drafting::Reply { .. } => {}
        }
        if was.is_some() {
            let _ = input.focus();
        }
        before.set_value(Some(now));
    });
}
