//! A group's page: heading, who is here, the log, who is writing, the composer.

use leptos::prelude::*;
use protocol::GroupId;

use super::{
    group_composer::{Drafting, GroupComposer},
    state::ConnectionState,
    transcript::Transcript,
};
use crate::{
    connection::live::{Group, Here, use_live},
    i18n::{Key, Language, use_language},
    opening::Opening,
};

#[component]
pub(crate) fn GroupChat(id: GroupId, heading: Signal<String>) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let opening = opening(&id);
    if let Some(me) = opening.as_ref().and_then(|opening| opening.me.clone()) {
        live.me.set(Some(me));
    }
    let form = opening.as_ref().map(|opening| opening.form.clone());
    let group = Group::new(id, opening);
    Effect::new(move |_| live.enter(group));
    on_cleanup(move || live.leave(group));
    let drafting = RwSignal::new(Drafting::New);
    view! {
        <section class="chat" aria-labelledby="chat-heading">
            <div class="chat-head">
                <h1 id="chat-heading">{heading}</h1>
                <div class="chat-state needs-script">
                    <Present group />
                    <ConnectionState state=live.connection.state />
                </div>
            </div>
            <p class="chat-about">{language.text(Key::GroupAbout)}</p>
            <p class="notice without-script">{language.text(Key::GroupWithoutScript)}</p>
            <p class="notice script-failed" role="alert">
                {language.text(Key::ScriptFailed)}
            </p>
            {move || group.gone.get().map(|why| view! { <p class="notice notice-error" role="alert">{why}</p> })}
            <div class="chat-log">
                <Transcript group drafting />
            </div>
            <Writing group />
            <GroupComposer group drafting form />
        </section>
    }
}

/// What the server rendered: on the server from its context, in the browser as the page brought it along; nothing after a
/// navigation inside the app.
fn opening(id: &GroupId) -> Option<Opening> {
    #[cfg(feature = "ssr")]
    {
        let opening = use_context::<Opening>().filter(|opening| opening.group == *id);
        let json = opening.as_ref().and_then(|opening| serde_json::to_string(opening).ok()).unwrap_or_default();
        drop(SharedValue::new_str(move || json));
        opening
    }
    #[cfg(not(feature = "ssr"))]
    {
        let json = SharedValue::new_str(String::new).into_inner();
        crate::connection::wire::opening(&json).filter(|opening| opening.group == *id)
    }
}

#[component]
fn Present(group: Group) -> impl IntoView {
    let language = use_language();
    let count = move || group.here.with(|here| here.count);
    let names = move || {
        group.here.with(|Here { people, .. }| people.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join("\n"))
    };
    view! {
        <Show when=move || 0 < count()>
            <details class="present">
                <summary>{move || language.filled(Key::HereCount, count().to_string())()}</summary>
                <p class="present-names">{names}</p>
            </details>
        </Show>
    }
}

#[component]
fn Writing(group: Group) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let words = move || {
        let names = live.me.with(|me| group.writers(me.as_ref().map(|me| &me.id)));
        written(language, &names)
    };
    view! {
        <p class="writing needs-script" role="status">
            {words}
        </p>
    }
}

/// "甲、乙 正在输入…", "A, B and C are writing…".
fn written(language: Language, names: &[String]) -> Option<String> {
    let (last, others) = names.split_last()?;
    if others.is_empty() {
        return Some(language.filled(Key::WritesOne, last.clone())());
    }
    let all = others.join(language.text(Key::ListComma)()) + language.text(Key::ListAnd)() + last;
    Some(language.filled(Key::WritesMany, all)())
}
