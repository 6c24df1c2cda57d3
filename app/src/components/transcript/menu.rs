//! What one can do with a message: react, answer, and with one's own edit and delete. Below the message and in the flow,
//! so that it is whole on any screen.

use leptos::{ev, html, prelude::*};

use super::{Desk, message::Said, reactions::toggle};
use crate::{
    components::group_composer::Drafting,
    connection::live::{Live, Wish, use_live},
    i18n::{Key, use_language},
};

pub(super) const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "🎉", "🍵", "👀"];

#[component]
pub(super) fn MessageMenu(desk: Desk, said: Memo<Option<Said>>, mine: Memo<bool>) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let sure = RwSignal::new(false);
    let menu = NodeRef::<html::Div>::new();
    Effect::new(move |_| focus_first(menu));
    let act = move |drafting: fn(&Said) -> Drafting| {
        if let Some(drafting) = said.with_untracked(|said| said.as_ref().map(drafting)) {
            desk.drafting.set(drafting);
        }
        desk.menu.set(None);
    };
    view! {
        <div
            class="menu"
            node_ref=menu
            role="group"
            aria-label=language.text(Key::MessageActions)
            on:keydown=move |key: ev::KeyboardEvent| {
                if key.key() == "Escape" {
                    key.prevent_default();
                    close(desk, &key);
                } else if key.key().starts_with("Arrow") {
                    key.stop_propagation();
                }
            }
        >
            <div class="menu-emoji">
                {EMOJI
                    .map(|emoji| {
                        view! {
                            <button
                                type="button"
                                class="menu-item"
                                aria-label=language.filled(Key::ReactWith, emoji.to_owned())
                                on:click=move |_| {
                                    toggle(desk, said, emoji);
                                    desk.menu.set(None);
                                }
                            >
                                {emoji}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <button type="button" class="menu-item" on:click=move |_| act(answer)>
                {language.text(Key::Reply)}
            </button>
            <Show when=move || mine.get()>
                <button type="button" class="menu-item" on:click=move |_| act(edit)>
                    {language.text(Key::Edit)}
                </button>
                <button
                    type="button"
                    class="menu-item menu-danger"
                    on:blur=move |_| sure.set(false)
                    on:click=move |_| {
                        if sure.get_untracked() {
                            delete(live, desk, said);
                        } else {
                            sure.set(true);
                        }
                    }
                >
                    {move || language.text(if sure.get() { Key::DeleteSure } else { Key::Delete })()}
                </button>
            </Show>
        </div>
    }
}

fn answer(said: &Said) -> Drafting {
    let message = &said.message;
    Drafting::Reply { to: message.id.clone(), name: message.by.name.clone() }
}

fn edit(said: &Said) -> Drafting {
    Drafting::Edit { message: said.message.id.clone(), body: said.message.body.clone() }
}

fn delete(live: Live, desk: Desk, said: Memo<Option<Said>>) {
    desk.menu.set(None);
    if let Some(message) = said.with_untracked(|said| said.as_ref().map(|said| said.message.id.clone())) {
        let _ = live.wish(desk.group, Wish::Delete { message });
    }
}

fn focus_first(menu: NodeRef<html::Div>) {
    use leptos::{wasm_bindgen::JsCast, web_sys::HtmlElement};
    let first = menu.get().and_then(|menu| menu.query_selector("button").ok().flatten());
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

/// Closes, and leaves the focus with the message.
fn close(desk: Desk, key: &ev::KeyboardEvent) {
    use leptos::{
        wasm_bindgen::JsCast,
        web_sys::{Element, HtmlElement},
    };
    let row = key.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest(".message").ok().flatten());
    let more = row.and_then(|row| row.query_selector(".message-more").ok().flatten());
    desk.menu.set(None);
    if let Some(more) = more.and_then(|more| more.dyn_into::<HtmlElement>().ok()) {
        let _ = more.focus();
    }
}
