//! `/chatgroup?groupID=…`: a group, beside the list of one's groups; without an id, or with one that cannot be, the list and
//! help to choose. On a phone the list is the page without an id: leaving a group is going back.

use leptos::prelude::*;
use protocol::{GroupId, GroupIdError};

use super::set_status;
use crate::{
    address::use_address,
    components::page_title::PageTitle,
    components::{
        group_chat::GroupChat,
        group_form::GroupForm,
        groups::Groups,
        recent,
        switcher::{Switcher, SwitcherDialog},
    },
    connection::live::use_live,
    i18n::{Key, use_language},
    listed::{self, Listed},
};

#[component]
pub(crate) fn ChatGroup() -> impl IntoView {
    let address = use_address();
    address.knows_groups();
    use_live().begin(mine());
    let typed = Memo::new(move |_| address.value("groupID"));
    let switcher = Switcher::new();
    focus_after_switching(typed);
    // The same view twice in a row would be changed in place: the next group would have the text box of the last, with what
    // was typed there, and its scroll position. So each is of another type than the one before.
    let mut odd = false;
    view! {
        <div class="house">
            <Groups open=typed switcher />
            {move || {
                let typed = typed.get();
                odd = !odd;
                match GroupId::parse(typed.trim()) {
                    Ok(id) if odd => view! { <Group id /> }.into_any(),
                    Ok(id) => (view! { <Group id /> },).into_any(),
                    Err(GroupIdError::Empty) => view! { <Choose /> }.into_any(),
                    Err(GroupIdError::TooLong | GroupIdError::Character(_)) => {
                        set_status(400);
                        view! { <Choose typed /> }.into_any()
                    }
                }
            }}
        </div>
        <SwitcherDialog switcher />
    }
}

#[component]
fn Group(id: GroupId) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let heading = Signal::derive({
        let id = id.clone();
        move || {
            let name = listed::listed(&live.groups(), &id).and_then(Listed::name);
            name.unwrap_or_else(language.filled(Key::GroupTitle, id.to_string()))
        }
    });
    let title = Signal::derive(move || match listed::waits(live.groups().iter()) {
        None => heading.get(),
        Some(waits) => format!("({waits}) {}", heading.get()),
    });
    Effect::new({
        let id = id.clone();
        move |_| recent::remember(&id)
    });
    view! {
        <PageTitle text=title />
        <GroupChat id heading />
    }
}

#[component]
fn Choose(#[prop(optional)] typed: Option<String>) -> impl IntoView {
    let language = use_language();
    view! {
        <PageTitle text=Signal::derive(move || language.text(Key::GroupChooseTitle)().to_owned()) />
        <section class="door door-alone">
            <h1 id="chat-heading" tabindex="-1">
                {language.text(Key::GroupChooseTitle)}
            </h1>
            <p>{language.text(Key::GroupChooseLead)}</p>
            {match typed {
                Some(typed) => view! { <GroupForm typed /> }.into_any(),
                None => view! { <GroupForm /> }.into_any(),
            }}
        </section>
    }
}

/// Another group: one goes on typing where there are keys; where the keyboard is on glass it stays down.
fn focus_after_switching(typed: Memo<String>) {
    Effect::new(move |before: Option<()>| {
        typed.track();
        if before.is_some() {
            request_animation_frame(focus);
        }
    });
}

fn focus() {
    use leptos::wasm_bindgen::JsCast;
    let wide = window().match_media("(min-width: 48.01rem) and (pointer: fine)").ok().flatten();
    let keys = wide.is_some_and(|query| query.matches());
    let text = keys.then(|| document().get_element_by_id("text")).flatten();
    if let Some(found) = text.or_else(|| document().get_element_by_id("chat-heading")) {
        let _ = found.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

/// The visitor's groups as the server rendered them; nothing after a navigation inside the app.
fn mine() -> Vec<Listed> {
    #[cfg(feature = "ssr")]
    {
        let listed::Mine(mine) = use_context().unwrap_or_default();
        mine
    }
    #[cfg(not(feature = "ssr"))]
    {
        let json = crate::carried::taken(crate::carried::GROUPS);
        crate::connection::wire::groups(&json).unwrap_or_default()
    }
}
