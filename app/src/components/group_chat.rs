//! A group's page: heading, who is here, the log, who is writing, the composer.

use leptos::prelude::*;
use protocol::{GroupId, MessageId};

use super::{group_composer::GroupComposer, state::ConnectionState, transcript::Transcript};
use crate::{
    address::use_address,
    connection::live::{Group, use_live},
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
    let form = opening.as_ref().map(|opening| opening.form.clone()).unwrap_or_default();
    let group = Group::new(id.clone(), opening);
    let address = use_address();
    let marked = untrack(|| MessageId::parse(address.value("message")).ok());
    group.quietly(|open| {
        // Who comes to read one message has not read the end.
        let known = marked.as_ref().is_some_and(|id| open.timeline.message(id).is_some());
        open.left_end = known.then(|| open.timeline.last());
        open.marked = marked;
    });
    Effect::new(move |_| live.enter(group));
    on_cleanup(move || live.leave(group));

    let here = Signal::derive(move || group.read(|open| open.here_count).unwrap_or(0));
    let count = Signal::derive(move || language.filled(Key::HereCount, here.get().to_string())());
    let names = Signal::derive(move || {
        let names = |open: &crate::connection::live::Open| -> Vec<String> {
            open.here.iter().map(|person| person.name.clone()).collect()
        };
        group.read(names).unwrap_or_default().join("\n")
    });
    let gone = Signal::derive(move || group.read(|open| open.gone.clone()).flatten().unwrap_or_default());
    let writing = Signal::derive(move || {
        let me = live.me.with(|me| me.as_ref().map(|me| me.id.clone()));
        written(language, &group.read(|open| open.writers(me.as_ref())).unwrap_or_default())
    });
    view! {
        <section class="chat" aria-labelledby="chat-heading">
            <div class="chat-head">
                <h1 id="chat-heading">{heading}</h1>
                <div class="chat-state needs-script">
                    <details class="present" hidden=Signal::derive(move || here.get() == 0)>
                        <summary>{count}</summary>
                        <p class="present-names">{names}</p>
                    </details>
                    <ConnectionState state=live.connection.state />
                </div>
            </div>
            <p class="chat-about">{language.text(Key::GroupAbout)}</p>
            <p class="notice without-script">{language.text(Key::GroupWithoutScript)}</p>
            <p class="notice script-failed" role="alert">
                {language.text(Key::ScriptFailed)}
            </p>
            <p class="notice notice-error" role="alert" hidden=Signal::derive(move || gone.with(String::is_empty))>
                {gone}
            </p>
            <div class="chat-log">
                <Transcript group />
            </div>
            <p class="writing needs-script" role="status">
                {writing}
            </p>
            <GroupComposer group id form />
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

/// So many of those who write are named; the rest are counted.
const NAMED: usize = 3;

/// "甲、乙 正在输入…", "A, B and C are writing…", "A, B, C and 4 more are writing…".
fn written(language: Language, names: &[String]) -> String {
    if let Some((first, others)) = names.split_at_checked(NAMED).filter(|(_, others)| !others.is_empty()) {
        let more = language.filled(Key::ListMore, others.len().to_string())();
        return language.filled(Key::WritesMany, first.join(language.text(Key::ListComma)()) + &more)();
    }
    let Some((last, others)) = names.split_last() else { return String::new() };
    if others.is_empty() {
        return language.filled(Key::WritesOne, last.clone())();
    }
    let all = others.join(language.text(Key::ListComma)()) + language.text(Key::ListAnd)() + last;
    language.filled(Key::WritesMany, all)()
}
