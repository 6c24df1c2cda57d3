//! `/chatgroup?groupID=…`: a group; without an id, or with one that cannot be, help to choose.

use leptos::prelude::*;
use leptos_meta::Title;
use protocol::{GroupId, GroupIdError};

use super::set_status;
use crate::{
    address::use_address,
    components::{group_chat::GroupChat, group_form::GroupForm, recent},
    i18n::{Key, use_language},
};

#[component]
pub(crate) fn ChatGroup() -> impl IntoView {
    let address = use_address();
    let typed = Memo::new(move |_| address.value("groupID"));
    move || {
        let typed = typed.get();
        match GroupId::parse(typed.trim()) {
            Ok(id) => view! { <Group id /> }.into_any(),
            Err(GroupIdError::Empty) => view! { <Choose /> }.into_any(),
            Err(GroupIdError::TooLong | GroupIdError::Character(_)) => {
                set_status(400);
                view! { <Choose typed /> }.into_any()
            }
        }
    }
}

#[component]
fn Group(id: GroupId) -> impl IntoView {
    let language = use_language();
    let heading = Signal::derive({
        let id = id.clone();
        move || language.filled(Key::GroupTitle, id.to_string())()
    });
    Effect::new({
        let id = id.clone();
        move |_| recent::remember(&id)
    });
    view! {
        <Title text=move || heading.get() />
        <GroupChat id heading />
    }
}

#[component]
fn Choose(#[prop(optional)] typed: Option<String>) -> impl IntoView {
    let language = use_language();
    view! {
        <Title text=move || language.text(Key::GroupChooseTitle)().to_owned() />
        <section class="door door-alone">
            <h1>{language.text(Key::GroupChooseTitle)}</h1>
            <p>{language.text(Key::GroupChooseLead)}</p>
            {match typed {
                Some(typed) => view! { <GroupForm typed /> }.into_any(),
                None => view! { <GroupForm /> }.into_any(),
            }}
        </section>
    }
}
